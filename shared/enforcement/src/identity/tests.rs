//! Who is let in, and who is not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use policy::IdentityKind;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;

const NOW_MS: u64 = 1_790_000_000_000;

fn headers(rows: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in rows {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn key(id: &str, key: &str) -> ApiKey {
    ApiKey { id: id.into(), sha256: Sha256::digest(key.as_bytes()).into(), groups: vec!["team".into()] }
}

#[tokio::test]
async fn a_key_is_taken_wherever_an_sdk_puts_it_and_nothing_else_is() {
    let keys = || vec![key("first", "k-1"), key("second", "k-2")];
    type Row = (&'static [(&'static str, &'static str)], Result<&'static str, IdentityError>);
    let rows: &[Row] = &[
        (&[("authorization", "Bearer k-1")], Ok("first")),
        (&[("authorization", "bearer  k-2 ")], Ok("second")),
        (&[("x-api-key", "k-2")], Ok("second")),
        (&[("api-key", "k-1")], Ok("first")),
        (&[("x-goog-api-key", "k-1")], Ok("first")),
        (&[("authorization", "Bearer k-1"), ("x-api-key", "k-1")], Ok("first")),
        (&[("authorization", "Bearer k-1"), ("x-api-key", "k-2")], Err(IdentityError::Ambiguous)),
        (&[("x-api-key", "k-1"), ("x-api-key", "k-2")], Err(IdentityError::Ambiguous)),
        (&[("authorization", "Basic azE6")], Err(IdentityError::Wrong)),
        (&[("authorization", "Bearer k-3")], Err(IdentityError::Wrong)),
        (&[("x-api-key", "k-1x")], Err(IdentityError::Wrong)),
        (&[("x-api-key", "")], Err(IdentityError::Missing)),
        (&[], Err(IdentityError::Missing)),
    ];
    let authenticator = Authenticator::new(AuthSettings { keys: keys(), ..Default::default() });
    for (shown, expected) in rows {
        let identity = authenticator.authenticate(&headers(shown), NOW_MS).await;
        assert_eq!(
            identity.as_ref().map(|identity| identity.id.as_str()).map_err(|fault| *fault),
            *expected,
            "{shown:?}"
        );
    }
}

#[tokio::test]
async fn anonymous_is_for_those_who_show_nothing() {
    let open = Authenticator::new(AuthSettings { anonymous: true, ..Default::default() });
    let any = open.authenticate(&headers(&[("authorization", "Bearer whatever")]), NOW_MS).await.unwrap();
    assert_eq!(any.kind, IdentityKind::Anonymous);
    let both = Authenticator::new(AuthSettings {
        keys: vec![key("first", "k-1")],
        anonymous: true,
        ..Default::default()
    });
    assert_eq!(both.authenticate(&headers(&[]), NOW_MS).await.unwrap().kind, IdentityKind::Anonymous);
    assert_eq!(both.authenticate(&headers(&[("x-api-key", "no")]), NOW_MS).await, Err(IdentityError::Wrong));
}

/// A source that counts how often it is asked, and whose text can be changed.
struct Scripted {
    text: Mutex<Option<String>>,
    asked: AtomicUsize,
}

impl JwksSource for Scripted {
    fn fetch(&self) -> std::pin::Pin<Box<dyn Future<Output = Option<String>> + Send + '_>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let text = self.text.lock().unwrap().clone();
        Box::pin(async move { text })
    }
}

/// A signer of Ed25519 tokens, with its public key as a key set.
struct Signer {
    pair: aws_lc_rs::signature::Ed25519KeyPair,
    id: &'static str,
}

impl Signer {
    fn new(seed: u8, id: &'static str) -> Self {
        Self { pair: aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(), id }
    }

    fn jwks(&self) -> String {
        use aws_lc_rs::signature::KeyPair;
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.id, "x": x}]})
            .to_string()
    }

    fn sign(&self, header: &serde_json::Value, claims: &serde_json::Value) -> String {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()).as_ref()))
    }

    fn token(&self, changes: serde_json::Value) -> String {
        let mut claims = json!({"iss": "https://id.example", "aud": "models", "sub": "agent-7",
            "exp": NOW_MS / 1000 + 300, "groups": ["support"]});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        self.sign(&json!({"alg": "EdDSA", "kid": self.id}), &claims)
    }
}

fn issuer(source: &Arc<Scripted>) -> Authenticator {
    let issuer = JwtIssuer {
        issuer: "https://id.example".into(),
        audiences: vec!["models".into()],
        algorithms: vec![JwtAlgorithm::EdDsa],
        groups_claim: "groups".into(),
        keys: KeySet::new(source.clone()),
    };
    Authenticator::new(AuthSettings { jwt: vec![issuer], ..Default::default() })
}

fn scripted(text: Option<String>) -> Arc<Scripted> {
    Arc::new(Scripted { text: Mutex::new(text), asked: AtomicUsize::new(0) })
}

async fn try_token(
    authenticator: &Authenticator,
    token: &str,
    now_ms: u64,
) -> Result<Identity, IdentityError> {
    authenticator.authenticate(&headers(&[("authorization", &format!("Bearer {token}"))]), now_ms).await
}

#[tokio::test]
async fn a_token_is_taken_only_whole_in_time_and_from_the_right_issuer() {
    let signer = Signer::new(1, "k1");
    let now = NOW_MS / 1000;
    let good = signer.token(json!({}));
    let rows = [
        ("as it should be", good.clone(), true),
        ("audience among others", signer.token(json!({"aud": ["other", "models"]})), true),
        ("expired within the leeway", signer.token(json!({"exp": now - 30})), true),
        ("expired", signer.token(json!({"exp": now - 120})), false),
        ("never expires", signer.token(json!({"exp": null})), false),
        ("not yet valid", signer.token(json!({"nbf": now + 120})), false),
        ("another audience", signer.token(json!({"aud": "billing"})), false),
        ("no audience", signer.token(json!({"aud": null})), false),
        ("another issuer", signer.token(json!({"iss": "https://evil.example"})), false),
        ("no subject", signer.token(json!({"sub": ""})), false),
        ("another's signature", Signer::new(2, "k1").token(json!({})), false),
        ("an unknown key", Signer::new(1, "k9").token(json!({})), false),
        ("no signature", signer.sign(&json!({"alg": "none", "kid": "k1"}), &json!({})), false),
        (
            "a shared secret",
            signer.sign(&json!({"alg": "HS256", "kid": "k1"}), &json!({"iss": "https://id.example"})),
            false,
        ),
        ("cut", good.chars().take(good.len() - 4).collect(), false),
    ];
    let authenticator = issuer(&scripted(Some(signer.jwks())));
    for (name, token, taken) in rows {
        assert_eq!(try_token(&authenticator, &token, NOW_MS).await.is_ok(), taken, "{name}");
    }
    let identity = try_token(&authenticator, &good, NOW_MS).await.unwrap();
    assert_eq!(
        (identity.id.as_str(), identity.groups.as_slice()),
        ("agent-7", ["support".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn keys_are_fetched_once_anew_when_old_and_not_at_a_callers_will() {
    let signer = Signer::new(1, "k1");
    let source = scripted(Some(signer.jwks()));
    let authenticator = issuer(&source);
    let long = signer.token(json!({"exp": NOW_MS / 1000 + 1_000_000}));
    for _ in 0..3 {
        try_token(&authenticator, &long, NOW_MS).await.unwrap();
    }
    assert_eq!(source.asked.load(Ordering::SeqCst), 1, "kept");
    for _ in 0..3 {
        let invented = Signer::new(3, "invented").token(json!({}));
        assert_eq!(try_token(&authenticator, &invented, NOW_MS + 1).await, Err(IdentityError::Wrong));
    }
    assert_eq!(source.asked.load(Ordering::SeqCst), 1, "an invented key id fetches nothing so soon");
    let next = Signer::new(4, "k2");
    *source.text.lock().unwrap() = Some(next.jwks());
    try_token(&authenticator, &next.token(json!({})), NOW_MS + 31_000).await.unwrap();
    *source.text.lock().unwrap() = None;
    let later = next.token(json!({"exp": NOW_MS / 1000 + 1_000_000}));
    try_token(&authenticator, &later, NOW_MS + 3_600_000).await.unwrap();
    let too_late = try_token(&authenticator, &later, NOW_MS + 31_000 + 25 * 3_600_000).await;
    assert_eq!(too_late, Err(IdentityError::KeysUnavailable), "not for ever");
}
