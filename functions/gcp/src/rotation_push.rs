//! Who may deliver events: the one account that the settings name, by an ID token of Google's for this service, as push
//! subscriptions of Pub/Sub and triggers of Eventarc show one. The platform has checked it before; it is checked once
//! more here, so that a service that was opened by mistake still renews nothing at a stranger's word. How, and when the
//! platform's word is taken for a signature, stands in `id_tokens.rs`.
//!
//! Contract: Pub/Sub, "Authentication for push subscriptions".

use std::sync::Arc;

use enforcement::{AuthSettings, Authenticator, Clock, IdentityError, Transport};
use http::HeaderMap;
use serde_json::Value;

use crate::id_tokens::GoogleTokens;

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
    #[error("a delivery was not let in: the token is not the account's that delivers events")]
    Foreign,
    /// There is no token that is good.
    #[error("a delivery was not let in: {0}")]
    Unproved(#[from] IdentityError),
}

impl PushGuard {
    /// Lets in this account (its e-mail address), with such tokens. `transport` is what the issuer's public keys are
    /// fetched with.
    #[must_use]
    pub fn new(
        tokens: &GoogleTokens,
        account: String,
        transport: &Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let settings = AuthSettings { front: Some(tokens.front(transport)), ..AuthSettings::default() };
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
