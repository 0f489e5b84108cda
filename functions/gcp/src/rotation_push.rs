//! Who may deliver events: the one account that the settings name, by a token of Google's for this service, as push
//! subscriptions of Pub/Sub and triggers of Eventarc show one. The platform has checked it before; it is checked once
//! more here, so that a service that was opened by mistake still renews nothing at a stranger's word.
//!
//! Contract: Pub/Sub, "Authentication for push subscriptions".

use std::sync::Arc;

use enforcement::{
    AuthSettings, Authenticator, Clock, IdentityError, JwksSource, JwtAlgorithm, JwtIssuer, KeySet,
};
use http::HeaderMap;
use serde_json::Value;

/// Who signs the tokens.
const ISSUER: &str = "https://accounts.google.com";
/// Where the public keys for that are.
pub const KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// Who may deliver events.
pub struct PushGuard {
    callers: Authenticator,
    account: String,
    clock: Arc<dyn Clock>,
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushFault {
    /// The token is good, and another account's.
    #[error("the token is not the account's that delivers events")]
    Foreign,
    /// There is no token that is good.
    #[error("the delivery was not let in: {0}")]
    Unproved(#[from] IdentityError),
}

impl PushGuard {
    /// Lets in this account (its e-mail address), with tokens for this audience. `keys` has the issuer's public keys.
    #[must_use]
    pub fn new(audience: String, account: String, keys: Arc<dyn JwksSource>, clock: Arc<dyn Clock>) -> Self {
        let google = JwtIssuer {
            issuer: ISSUER.to_owned(),
            audiences: vec![audience],
            algorithms: vec![JwtAlgorithm::Rs256],
            groups_claim: "groups".to_owned(),
            keys: KeySet::new(keys),
        };
        let settings = AuthSettings { jwt: vec![google], ..AuthSettings::default() };
        Self { callers: Authenticator::new(settings), account, clock }
    }

    /// Whether a request with these headers is let in.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn check(&self, headers: &HeaderMap) -> Result<(), PushFault> {
        let caller = self.callers.authenticate(headers, self.clock.unix_millis()).await?;
        let email = caller.claims.get("email").and_then(Value::as_str);
        let verified = caller.claims.get("email_verified") == Some(&Value::Bool(true));
        if verified && email == Some(&self.account) { Ok(()) } else { Err(PushFault::Foreign) }
    }
}
