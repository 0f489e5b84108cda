//! JSON Web Tokens (RFC 7519) of issuers that the configuration names: issuer, audience, time and signature
//! are checked, the algorithms are those that the configuration pins, and only public-key ones exist here.
//!
//! An issuer's keys come from a [`JwksSource`], are kept, and are fetched anew when they are old or when a
//! token names a key that is not among them, but not more often than the settings allow.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use policy::{Identity, IdentityKind};
use serde_json::Value;
use tokio::sync::Mutex;

use super::IdentityError;

/// The leeway for clocks that disagree, in seconds.
const LEEWAY_S: u64 = 60;

/// Signature algorithms that can be pinned. Those with a shared secret are left out: a verifier could forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtAlgorithm {
    /// Edwards curve 25519.
    EdDsa,
    /// ECDSA, P-256, SHA-256.
    Es256,
    /// ECDSA, P-384, SHA-384.
    Es384,
    /// RSASSA-PSS, SHA-256.
    Ps256,
    /// RSASSA-PKCS1, SHA-256.
    Rs256,
    /// RSASSA-PKCS1, SHA-512.
    Rs512,
}

impl JwtAlgorithm {
    /// Reads the name that RFC 7518 gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "EdDSA" => Self::EdDsa,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "PS256" => Self::Ps256,
            "RS256" => Self::Rs256,
            "RS512" => Self::Rs512,
            _ => return None,
        })
    }

    const fn as_library(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::Ps256 => Algorithm::PS256,
            Self::Rs256 => Algorithm::RS256,
            Self::Rs512 => Algorithm::RS512,
        }
    }
}

/// Gives the text of a JSON Web Key Set (RFC 7517); `None` when it cannot be had at this time.
pub trait JwksSource: Send + Sync {
    /// Fetches it.
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Option<String>> + Send + '_>>;
}

/// One issuer whose tokens are taken.
pub struct JwtIssuer {
    /// What `iss` must be.
    pub issuer: String,
    /// One of these must be in `aud`.
    pub audiences: Vec<String>,
    /// The algorithms that are taken, whatever the token says.
    pub algorithms: Vec<JwtAlgorithm>,
    /// The claim that lists the caller's groups.
    pub groups_claim: String,
    /// The issuer's keys.
    pub keys: KeySet,
}

impl fmt::Debug for JwtIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtIssuer").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Keys of an issuer, kept between calls. A clone is of the same keys, for an issuer that goes by two names.
#[derive(Clone)]
pub struct KeySet {
    source: Arc<dyn JwksSource>,
    kept: Arc<Mutex<Kept>>,
}

/// What a token claims.
type Claims = BTreeMap<String, Value>;

#[derive(Default)]
struct Kept {
    keys: Option<JwkSet>,
    fetched_ms: u64,
    tried_ms: Option<u64>,
}

impl KeySet {
    /// Keys older than this are fetched anew, in milliseconds.
    const MAX_AGE_MS: u64 = 10 * 60 * 1000;
    /// Keys that cannot be fetched anew are used up to this age.
    const MAX_STALE_MS: u64 = 24 * 60 * 60 * 1000;
    /// The least time between two fetches, so that tokens with invented key ids cannot drive them.
    const MIN_PAUSE_MS: u64 = 30 * 1000;

    /// Keys from a source. Nothing is fetched until the first token comes.
    #[must_use]
    pub fn new(source: Arc<dyn JwksSource>) -> Self {
        Self { source, kept: Arc::default() }
    }

    async fn find(&self, key_id: Option<&str>, now_ms: u64) -> Result<Jwk, IdentityError> {
        let mut kept = self.kept.lock().await;
        let age = now_ms.saturating_sub(kept.fetched_ms);
        let present = kept.keys.as_ref().and_then(|keys| pick(keys, key_id)).cloned();
        let due = age > Self::MAX_AGE_MS || present.is_none();
        let may_try = kept.tried_ms.is_none_or(|tried| now_ms.saturating_sub(tried) >= Self::MIN_PAUSE_MS);
        if due && may_try {
            kept.tried_ms = Some(now_ms);
            let fetched = self.source.fetch().await.and_then(|text| serde_json::from_str(&text).ok());
            if let Some(keys) = fetched {
                kept.keys = Some(keys);
                kept.fetched_ms = now_ms;
            }
        }
        let usable = now_ms.saturating_sub(kept.fetched_ms) <= Self::MAX_STALE_MS;
        let keys = kept.keys.as_ref().filter(|_| usable).ok_or(IdentityError::KeysUnavailable)?;
        pick(keys, key_id).cloned().ok_or(IdentityError::Wrong)
    }
}

/// The key that a token names; where it names none, the only one there is.
fn pick<'a>(keys: &'a JwkSet, key_id: Option<&str>) -> Option<&'a Jwk> {
    match (key_id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// Whether a credential has the form of a token: three parts of which the first opens a JSON object.
pub(super) fn looks_like_one(credential: &str) -> bool {
    credential.starts_with("eyJ") && credential.split('.').count() == 3
}

/// Checks a token against the issuers, and tells who shows it.
pub(super) async fn verify(
    issuers: &[JwtIssuer],
    token: &str,
    now_ms: u64,
) -> Result<Identity, IdentityError> {
    let (issuer, claims) = claims(issuers, token, now_ms).await?;
    identity(issuer, claims)
}

/// The claims of a token that holds, and its issuer. They are read before the signature is checked only to choose
/// the issuer; nothing of them is used until the signature has been seen to hold.
pub(super) async fn claims<'a>(
    issuers: &'a [JwtIssuer],
    token: &str,
    now_ms: u64,
) -> Result<(&'a JwtIssuer, Claims), IdentityError> {
    let (issuer, algorithm, key_id) = chosen(issuers, token)?;
    let key = issuer.keys.find(key_id.as_deref(), now_ms).await?;
    let key = DecodingKey::from_jwk(&key).map_err(|_| IdentityError::Wrong)?;
    let proved = jsonwebtoken::decode::<Claims>(token, &key, &validation(issuer, algorithm))
        .map_err(|_| IdentityError::Wrong)?;
    within_its_time(&proved.claims, now_ms / 1000)?;
    Ok((issuer, proved.claims))
}

/// The claims of a token whose signature somebody else has checked and taken out. All but the signature is checked.
pub(super) fn claims_checked_elsewhere(
    issuers: &[JwtIssuer],
    token: &str,
    now_ms: u64,
) -> Result<Claims, IdentityError> {
    let (issuer, _, _) = chosen(issuers, token)?;
    let claims = unproved(token)?;
    let named = match claims.get("aud") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        _ => Vec::new(),
    };
    if !named.iter().any(|name| issuer.audiences.iter().any(|own| own == name)) {
        return Err(IdentityError::Wrong);
    }
    within_its_time(&claims, now_ms / 1000)?;
    Ok(claims)
}

/// The issuer that a token names, of which nothing is proved.
pub(super) fn named_issuer(token: &str) -> Result<String, IdentityError> {
    let named = unproved(token)?.get("iss").and_then(Value::as_str).map(str::to_owned);
    named.ok_or(IdentityError::Wrong)
}

/// The issuer that a token names, its algorithm, which must be one of that issuer's, and the name of its key.
fn chosen<'a>(
    issuers: &'a [JwtIssuer],
    token: &str,
) -> Result<(&'a JwtIssuer, Algorithm, Option<String>), IdentityError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdentityError::Wrong)?;
    let named = named_issuer(token)?;
    let issuer = issuers.iter().find(|issuer| issuer.issuer == named).ok_or(IdentityError::Wrong)?;
    if !issuer.algorithms.iter().any(|algorithm| algorithm.as_library() == header.alg) {
        return Err(IdentityError::Wrong);
    }
    Ok((issuer, header.alg, header.kid))
}

fn unproved(token: &str) -> Result<Claims, IdentityError> {
    jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| IdentityError::Wrong)
}

/// Issuer and audience are checked by the library; the time by us, because it is passed in.
fn validation(issuer: &JwtIssuer, algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[&issuer.issuer]);
    validation.set_audience(&issuer.audiences);
    validation
}

fn within_its_time(claims: &Claims, now_s: u64) -> Result<(), IdentityError> {
    let seconds = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().filter(|at| at.is_finite()).map(Some).ok_or(IdentityError::Wrong),
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double many times over")]
    let (now, leeway) = (now_s as f64, LEEWAY_S as f64);
    let expires = seconds("exp")?.ok_or(IdentityError::Wrong)?;
    let begins = seconds("nbf")?.unwrap_or(f64::MIN);
    if now > expires + leeway || now + leeway < begins { Err(IdentityError::Wrong) } else { Ok(()) }
}

fn identity(issuer: &JwtIssuer, claims: Claims) -> Result<Identity, IdentityError> {
    let subject = claims.get("sub").and_then(Value::as_str).filter(|id| !id.is_empty());
    let id = subject.ok_or(IdentityError::Wrong)?.to_owned();
    let groups = match claims.get(&issuer.groups_claim) {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(name)) => vec![name.clone()],
        _ => Vec::new(),
    };
    Ok(Identity { id, kind: IdentityKind::Jwt, groups, claims })
}
