//! Google's ID tokens: the key that signs them, the place where its public half is fetched, and tokens with any claims.
//!
//! Contract: Google, "Get an ID token", and RFC 7515 to 7519.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::upstream::{Arrived, Script, Upstream};

/// What the key is called.
const KEY_ID: &str = "key-of-the-test";
/// The account of [`IdTokens::claims`].
pub const ACCOUNT: &str = "push@p1.iam.gserviceaccount.com";

/// Who signs tokens.
#[derive(Clone)]
pub struct IdTokens {
    pair: Arc<RsaKeyPair>,
    keys: Upstream,
}

impl fmt::Debug for IdTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdTokens").field("keys", &self.keys_url()).finish_non_exhaustive()
    }
}

impl IdTokens {
    /// Makes a key, and serves its public half.
    ///
    /// # Panics
    /// When the key cannot be made.
    #[must_use]
    pub fn start() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        let keys = Script::json(&key_set(&pair).to_string());
        Self { pair: Arc::new(pair), keys: Upstream::start(keys) }
    }

    /// Where the public keys are.
    #[must_use]
    pub fn keys_url(&self) -> String {
        format!("{}/oauth2/v3/certs", self.keys.url())
    }

    /// How often they were fetched, and how.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.keys.arrived()
    }

    /// Has the public keys answered in another way from now on.
    pub fn change(&self, script: Script) {
        self.keys.change(script);
    }

    /// The claims of a token that is good for an hour: of [`ACCOUNT`], for this audience.
    #[must_use]
    pub fn claims(audience: &str) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        json!({
            "iss": "https://accounts.google.com", "aud": audience, "azp": "113774264463038321964",
            "sub": "113774264463038321964", "email": ACCOUNT, "email_verified": true, "iat": now, "exp": now + 3600,
        })
    }

    /// A token with these claims.
    ///
    /// # Panics
    /// When it cannot be signed.
    #[must_use]
    pub fn token(&self, claims: &Value) -> String {
        let signed = unsigned(&json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}), claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let done = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        done.expect("a token can be signed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The header and the claims of a token, without a signature.
#[must_use]
pub fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// The public half. It is told as DER: a sequence of the modulus, 257 bytes with a zero before it, and the exponent.
fn key_set(pair: &RsaKeyPair) -> Value {
    let der = pair.public_key().as_ref();
    let modulus = der.get(9..265).expect("a key of 2048 bits");
    json!({"keys": [{
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID,
        "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB",
    }]})
}
