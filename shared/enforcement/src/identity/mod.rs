//! Who calls: API keys of our own and JSON Web Tokens. What the provider authenticated before comes in
//! ready-made with the [`crate::Caller`].
//!
//! A caller shows its credential where its SDK puts one: `Authorization: Bearer`, `x-api-key`, `api-key` or
//! `x-goog-api-key`. Every one that is there must be the same; which of two would count is not guessed. A platform
//! before us may ask for a token of its own beside that ([`Front`]).

mod api_key;
mod callers;
mod front;
mod jwks;
mod jwt;
mod secret_keys;

pub use api_key::ApiKey;
pub use callers::{Issuer, JwksPlace, KeyFile, is_private};
pub use front::{Front, ReadClaims};
pub use jwks::{JwksUrl, check_key_set};
pub use jwt::{JwksSource, JwtAlgorithm, JwtIssuer, KeySet};
pub use secret_keys::{KeyInSecret, ReadKeys, SecretKeys};

use http::HeaderMap;
use policy::{Identity, IdentityKind};

/// Headers in which callers show credentials. None of them ever goes upstream.
pub(crate) const CREDENTIAL_HEADERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// Who may call.
#[derive(Debug, Default)]
pub struct AuthSettings {
    /// Keys that we gave out.
    pub keys: Vec<ApiKey>,
    /// Secrets with more of them, which are renewed while the program runs.
    pub secrets: Vec<SecretKeys>,
    /// Issuers whose tokens are taken.
    pub jwt: Vec<JwtIssuer>,
    /// A platform before us whose tokens are taken.
    pub front: Option<Front>,
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
    /// The issuer's keys, or the secret with ours, could not be had.
    #[error("the credential cannot be checked at this time")]
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

    /// The same, which knows the keys in these secrets, too.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Vec<SecretKeys>) -> Self {
        self.settings.secrets.extend(secrets);
        self
    }

    /// The same behind a platform that asks callers for tokens.
    #[must_use]
    pub fn behind(mut self, front: Option<Front>) -> Self {
        self.settings.front = front;
        self
    }

    /// Who shows these headers at this time (milliseconds since 1970).
    ///
    /// # Errors
    /// When nobody is let in with them.
    pub async fn authenticate(&self, headers: &HeaderMap, now_ms: u64) -> Result<Identity, IdentityError> {
        let Some(front) = &self.settings.front else { return self.by_credential(headers, now_ms).await };
        let Some(proved) = front.own_header(headers, now_ms).await else {
            return self.by_credential(headers, now_ms).await;
        };
        let proved = proved?;
        if self.settings.gives_nothing_out() {
            return Ok(proved);
        }
        // SDKs of vendors demand a key, so there is one in the usual headers that may be nobody's. A key of ours says
        // more than the platform's token.
        match self.by_credential(headers, now_ms).await {
            Ok(holder) if holder.kind != IdentityKind::Anonymous => Ok(holder),
            Err(fault @ IdentityError::KeysUnavailable) => Err(fault),
            Ok(_) | Err(IdentityError::Ambiguous | IdentityError::Missing | IdentityError::Wrong) => {
                Ok(proved)
            }
        }
    }

    async fn by_credential(&self, headers: &HeaderMap, now_ms: u64) -> Result<Identity, IdentityError> {
        let AuthSettings { keys, secrets, jwt, front, anonymous } = &self.settings;
        let nothing_to_check = self.settings.gives_nothing_out() && front.is_none();
        if nothing_to_check && *anonymous {
            return Ok(Identity::anonymous());
        }
        match credential(headers)? {
            None if *anonymous => Ok(Identity::anonymous()),
            None => Err(IdentityError::Missing),
            Some(token) if (!jwt.is_empty() || front.is_some()) && jwt::looks_like_one(token) => {
                let of_front = match front {
                    Some(front) => front.usual_header(headers, token, now_ms).await,
                    None => None,
                };
                match of_front {
                    Some(outcome) => outcome,
                    None => jwt::verify(jwt, token, now_ms).await,
                }
            }
            Some(key) => match api_key::find(keys.iter(), key) {
                Some(holder) => Ok(holder),
                None => secret_keys::find(secrets, key, now_ms).await,
            },
        }
    }
}

impl AuthSettings {
    /// Whether there is no key and no issuer that the operator has named.
    fn gives_nothing_out(&self) -> bool {
        self.keys.is_empty() && self.secrets.is_empty() && self.jwt.is_empty()
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
