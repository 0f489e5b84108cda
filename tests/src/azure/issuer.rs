//! Entra ID as who checks its tokens sees it: an issuer with a key of its own, whose public half it tells. It signs any
//! claims.
//!
//! Contract: RFC 7515 (JWS), RFC 7517 (JWK), RFC 7518 (RS256); Microsoft Entra, "Access token claims reference".

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::upstream::{Script, Upstream};

/// What it calls itself.
pub const NAME: &str = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0";
/// What it calls its key.
const KEY: &str = "key-of-an-issuer";
/// How many bytes of the public key's DER come before its modulus, and how many the modulus has.
const MODULUS: (usize, usize) = (9, 256);

/// An issuer that is up.
#[derive(Debug)]
pub struct Issuer {
    pair: KeyPair,
    service: Upstream,
}

impl Issuer {
    /// Starts one with a new key.
    ///
    /// # Panics
    /// When no key can be made.
    #[must_use]
    pub fn start() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        let (start, length) = MODULUS;
        let modulus = &pair.public_key().as_ref()[start..start + length];
        let key = json!({
            "kty": "RSA", "use": "sig", "kid": KEY, "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": URL_SAFE_NO_PAD.encode([1, 0, 1]),
        });
        let service = Upstream::start(Script::json(&json!({"keys": [key]}).to_string()));
        Self { pair, service }
    }

    /// Where its public key can be fetched.
    #[must_use]
    pub fn keys_url(&self) -> String {
        format!("{}/discovery/v2.0/keys", self.service.url())
    }

    /// How often its public key was fetched.
    #[must_use]
    pub fn fetched(&self) -> usize {
        self.service.arrived().len()
    }

    /// A token with these claims.
    ///
    /// # Panics
    /// When it cannot be signed.
    #[must_use]
    pub fn token(&self, claims: &Value) -> String {
        let text = unsigned("RS256", claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("it can be signed");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A token of which only the signature is missing, and the dot before it.
#[must_use]
pub fn unsigned(algorithm: &str, claims: &Value) -> String {
    let head = json!({"typ": "JWT", "alg": algorithm, "kid": KEY});
    let [head, claims] = [&head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{head}.{claims}")
}
