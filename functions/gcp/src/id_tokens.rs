//! Google's ID tokens: how callers show who they are to a service of Cloud Run, and how they are checked here.
//!
//! Cloud Run checks the token in `X-Serverless-Authorization`, or where that is not there in `Authorization`, and hands
//! the call on with it, its signature replaced by a word. So a token with that word is believed only where the deployment
//! says that the platform checks.
//!
//! Contract: Google, "Authenticating service-to-service" of Cloud Run, and OpenID Connect's discovery document.

use std::collections::BTreeMap;
use std::sync::Arc;

use enforcement::{Front, JwksUrl, JwtAlgorithm, JwtIssuer, KeySet, Transport, is_private};
use host::settings::{Reading, base_url};
use http::Uri;
use http::header::HeaderName;
use policy::{Identity, IdentityKind};
use serde_json::Value;

use crate::clients::url;

/// The names that Google goes by in its tokens.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// Where its public keys are.
const KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";
/// The header in which a token for the platform stands, where `Authorization` has something else.
const HEADER: HeaderName = HeaderName::from_static("x-serverless-authorization");
/// What the platform puts in place of a signature that it has checked.
const CHECKED: &str = "SIGNATURE_REMOVED_BY_GOOGLE";

/// Which tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleTokens {
    /// For whom they are made.
    pub audience: String,
    /// Where the public keys are.
    pub keys: Uri,
    /// Whether the platform checks each call.
    pub platform_checks: bool,
}

impl GoogleTokens {
    /// Reads the settings: the audience, by the name that is given, `SALLYPORT_GOOGLE_KEYS` and
    /// `SALLYPORT_PLATFORM_CHECKS`.
    pub fn read(reading: &mut Reading, audience: &str) -> Option<Self> {
        let keys = keys(reading);
        let platform_checks = reading.flag("SALLYPORT_PLATFORM_CHECKS");
        let Some(audience) = reading.text(audience) else {
            if platform_checks {
                let fault = format!("without `{audience}` no token is taken, whoever checks it");
                reading.fault("SALLYPORT_PLATFORM_CHECKS", &fault);
            }
            return None;
        };
        Some(Self { audience, keys, platform_checks })
    }

    /// What checks them.
    #[must_use]
    pub fn front(&self, transport: &Arc<dyn Transport>) -> Front {
        let keys = KeySet::new(Arc::new(JwksUrl::new(self.keys.clone(), Arc::clone(transport))));
        let issuer = |name: &str| JwtIssuer {
            issuer: name.to_owned(),
            audiences: vec![self.audience.clone()],
            algorithms: vec![JwtAlgorithm::Rs256],
            groups_claim: String::new(),
            keys: keys.clone(),
        };
        Front {
            header: HEADER,
            issuers: ISSUERS.map(issuer).into(),
            identity,
            checked: self.platform_checks.then_some(CHECKED),
        }
    }
}

/// Where the public keys are. Whoever could change them on their way could let himself in.
fn keys(reading: &mut Reading) -> Uri {
    let name = "SALLYPORT_GOOGLE_KEYS";
    let keys = url(reading, name, base_url).unwrap_or(Uri::from_static(KEYS));
    if !is_private(&keys) {
        reading.fault(name, "expected an `https://` URL; `http://` only to this machine");
    }
    keys
}

/// An account is known by its address, as roles name it, where Google has verified that; otherwise by its number.
fn identity(claims: BTreeMap<String, Value>) -> Option<Identity> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let verified = claims.get("email_verified") == Some(&Value::Bool(true));
    let id = text("email").filter(|_| verified).or(text("sub"))?.to_owned();
    Some(Identity { id, kind: IdentityKind::Provider, groups: Vec::new(), claims })
}

#[cfg(test)]
mod tests;
