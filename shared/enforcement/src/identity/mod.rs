//! Who calls: API keys of our own and JSON Web Tokens. What the provider authenticated before comes in
//! ready-made with the [`crate::Caller`].
//!
//! A caller shows its credential where its SDK puts one: `Authorization: Bearer`, `x-api-key`, `api-key` or
//! `x-goog-api-key`. Every one that is there must be the same; which of two would count is not guessed.

mod api_key;
mod callers;
mod jwks;
mod jwt;

pub use api_key::ApiKey;
pub use callers::{Issuer, JwksPlace, KeyFile};
pub use jwks::{JwksUrl, check_key_set};
pub use jwt::{JwksSource, JwtAlgorithm, JwtIssuer, KeySet};

use http::HeaderMap;
use policy::Identity;

/// Headers in which callers show credentials. None of them ever goes upstream.
pub(crate) const CREDENTIAL_HEADERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// Who may call.
#[derive(Debug, Default)]
pub struct AuthSettings {
    /// Keys that we gave out.
    pub keys: Vec<ApiKey>,
    /// Issuers whose tokens are taken.
    pub jwt: Vec<JwtIssuer>,
    /// Whether one who shows no credential, or one that we do not know, may call as `anonymous`. With keys or
    /// issuers configured, a wrong credential is refused all the same.
    pub anonymous: bool,
}

/// Why a caller was not let in. The words say nothing of the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Two headers with different credentials.
    #[error("the request shows two different credentials; send one")]
    Ambiguous,
    /// The issuer's keys could not be had, so the token could not be checked.
    #[error("the token cannot be checked at this time")]
    KeysUnavailable,
    /// No credential.
    #[error("no credential; send a key or a token as `Authorization: Bearer …` or `x-api-key`")]
    Missing,
    /// A key or token that is not valid.
    #[error("the credential is not valid")]
    Wrong,
}

/// Tells who calls.
#[derive(Debug)]
pub struct Authenticator {
    settings: AuthSettings,
}

impl Authenticator {
    /// An authenticator for these settings.
    #[must_use]
    pub fn new(settings: AuthSettings) -> Self {
        Self { settings }
    }

    /// Who shows these headers at this time (milliseconds since 1970).
    ///
    /// # Errors
    /// When nobody is let in with them.
    pub async fn authenticate(&self, headers: &HeaderMap, now_ms: u64) -> Result<Identity, IdentityError> {
        let nothing_to_check = self.settings.keys.is_empty() && self.settings.jwt.is_empty();
        if nothing_to_check && self.settings.anonymous {
            return Ok(Identity::anonymous());
        }
        match credential(headers)? {
            None if self.settings.anonymous => Ok(Identity::anonymous()),
            None => Err(IdentityError::Missing),
            Some(token) if !self.settings.jwt.is_empty() && jwt::looks_like_one(token) => {
                jwt::verify(&self.settings.jwt, token, now_ms).await
            }
            Some(key) => api_key::find(&self.settings.keys, key).ok_or(IdentityError::Wrong),
        }
    }
}

/// The one credential among the headers.
fn credential(headers: &HeaderMap) -> Result<Option<&str>, IdentityError> {
    let mut shown: Option<&str> = None;
    for name in CREDENTIAL_HEADERS {
        for value in headers.get_all(name) {
            let text = value.to_str().map_err(|_| IdentityError::Wrong)?;
            let text = match name {
                // A signature for the vendor, which is nothing that we gave out. Where a provider has checked it,
                // the caller comes in with an identity.
                "authorization" if is_signature(text) => continue,
                "authorization" => bearer(text)?,
                _ => text.trim(),
            };
            if shown.is_some_and(|other| other != text) {
                return Err(IdentityError::Ambiguous);
            }
            shown = Some(text);
        }
    }
    Ok(shown.filter(|text| !text.is_empty()))
}

/// Whether this is a signature as Amazon's clients make it.
fn is_signature(value: &str) -> bool {
    value.trim_start().starts_with("AWS4-")
}

fn bearer(value: &str) -> Result<&str, IdentityError> {
    let (scheme, token) = value.trim().split_once(' ').ok_or(IdentityError::Wrong)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(IdentityError::Wrong) }
}

#[cfg(test)]
mod tests;
