//! The function's managed identity as a credential: tokens of Entra for the services that it calls. The platform's
//! endpoint (`IDENTITY_ENDPOINT`) gives them, Azure's SDK asks it and keeps what it gave.
//!
//! Contract: Azure, "How to use managed identities for App Service and Azure Functions".

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use azure_identity::{ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId};
use bytes::Bytes;
use enforcement::{Signer, SigningError};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use secrets::BoxFuture;

use crate::sdk_http::SdkHttp;

/// How long a token may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What tokens for Azure's own model endpoints are asked for.
pub const MODELS: &str = "https://cognitiveservices.azure.com/.default";
/// What tokens for sending records to Azure Monitor are asked for.
pub const MONITOR: &str = "https://monitor.azure.com/.default";

/// What tokens for Azure Resource Manager are asked for.
pub const MANAGEMENT: &str = "https://management.azure.com/.default";
/// What tokens for storage accounts are asked for.
pub const STORAGE: &str = "https://storage.azure.com/.default";

/// The function's identity.
#[derive(Clone, Debug)]
pub struct Identity {
    credential: Result<Arc<dyn TokenCredential>, &'static str>,
}

impl Identity {
    /// The user-assigned identity with this client id; without one, the function's own. `given` says whether the
    /// platform gives identities at all (`IDENTITY_ENDPOINT`): where it does not, nothing else is asked instead.
    #[must_use]
    pub fn new(client_id: Option<&str>, given: bool, http: SdkHttp) -> Self {
        if !given {
            return Self { credential: Err("the function has no managed identity") };
        }
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: client_id.map(|id| UserAssignedId::ClientId(id.to_owned())),
            client_options: http.options(),
        };
        let made = ManagedIdentityCredential::new(Some(options));
        let credential = made.map(|credential| credential as Arc<dyn TokenCredential>);
        Self { credential: credential.map_err(|_| "the address of the platform's identities is none") }
    }

    #[cfg(test)]
    pub(crate) fn of(credential: Arc<dyn TokenCredential>) -> Self {
        Self { credential: Ok(credential) }
    }

    /// The credential, as the SDK's clients take one.
    pub(crate) fn credential(&self) -> Result<Arc<dyn TokenCredential>, &'static str> {
        self.credential.clone()
    }
}

/// Shows requests to be the function's, by a token for one kind of service.
#[derive(Debug)]
pub struct TokenSigner {
    /// Whose tokens.
    pub identity: Identity,
    /// What they are for.
    pub scope: &'static str,
}

impl TokenSigner {
    async fn add(&self, request: &mut Request<Bytes>) -> Result<(), String> {
        let credential = self.identity.credential()?;
        let scopes = [self.scope];
        let token = tokio::time::timeout(PATIENCE, credential.get_token(&scopes, None)).await;
        let token = token.map_err(|_| "the platform gave no token in time")?;
        // What the SDK has to say may quote the platform's answer.
        let token = token.map_err(|_| "the platform gave no token for the function's identity")?;
        let value = format!("Bearer {}", token.token.secret());
        let mut value = HeaderValue::from_str(&value).map_err(|_| "the platform's token is none")?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }
}

impl Signer for TokenSigner {
    fn sign<'a>(
        &'a self,
        request: &'a mut Request<Bytes>,
        _now_ms: u64,
    ) -> BoxFuture<'a, Result<(), SigningError>> {
        Box::pin(async { self.add(request).await.map_err(|reason| SigningError { reason }) })
    }
}
