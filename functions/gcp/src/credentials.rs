//! The service's account as a credential: its token from the metadata server, kept while it is good and renewed before
//! its end, for Vertex AI and for Google's own SDK.
//!
//! The SDK could fetch tokens by itself. It does not here: it would do so with an HTTP client of its own, would take them
//! from whatever answers, and after one refusal would not ask again for as long as the process lives.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use enforcement::{Clock, Signer, SigningError};
use google_cloud_auth::credentials::{CacheableResource, CredentialsProvider, EntityTag};
use google_cloud_auth::errors::CredentialsError;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap, HeaderValue, Request};
use secrets::{BoxFuture, CacheSettings, SecretCache};

use crate::metadata::Metadata;

/// What the cache calls the token.
const TOKEN: &str = "the account's token";
/// A token is kept to its end, and renewed in its last five minutes, in which the metadata server has the next one.
const KEPT: CacheSettings = CacheSettings {
    ttl_ms: 24 * 60 * 60 * 1000,
    refresh_ahead_ms: 5 * 60 * 1000,
    stale_bound_ms: 24 * 60 * 60 * 1000,
    error_ttl_ms: 1_000,
};

/// The service's account.
#[derive(Clone)]
pub struct Identity {
    tokens: Arc<SecretCache>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// The account whose tokens the metadata server gives. Nothing is asked yet.
    #[must_use]
    pub fn new(metadata: Metadata, clock: Arc<dyn Clock>) -> Self {
        Self { tokens: Arc::new(SecretCache::new(Arc::new(metadata), KEPT)), clock }
    }

    /// `Bearer` and a token that is good now.
    async fn bearer(&self) -> Result<HeaderValue, String> {
        let token = self.tokens.current(TOKEN, self.clock.unix_millis()).await;
        let token = token.map_err(|fault| fault.to_string())?;
        let value = HeaderValue::from_str(&format!("Bearer {}", token.value.expose()));
        let mut value = value.map_err(|_| "the metadata server's token is none")?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl CredentialsProvider for Identity {
    async fn headers(&self, _: Extensions) -> Result<CacheableResource<HeaderMap>, CredentialsError> {
        let value = self.bearer().await.map_err(|reason| CredentialsError::from_msg(true, reason))?;
        let data = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        Ok(CacheableResource::New { entity_tag: EntityTag::new(), data })
    }

    async fn universe_domain(&self) -> Option<String> {
        None
    }
}

/// Shows requests to be the service's, by its token.
#[derive(Debug)]
pub struct TokenSigner(pub Identity);

impl TokenSigner {
    async fn add(&self, request: &mut Request<Bytes>) -> Result<(), SigningError> {
        let value = self.0.bearer().await.map_err(|reason| SigningError { reason })?;
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
        Box::pin(self.add(request))
    }
}

#[cfg(test)]
mod tests;
