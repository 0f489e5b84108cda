//! Tokens as callers show them, with a signature and with Google's word in its place.

use conformance::gcp::id_tokens::{ACCOUNT, IdTokens, unsigned};
use enforcement::{
    ApiKey, AuthSettings, Authenticator, Clock as _, HttpSettings, HttpTransport, IdentityError,
};
use host::clock::SystemClock;
use http::HeaderMap;
use serde_json::json;

use super::*;

const AUDIENCE: &str = "https://gate.example";
/// SHA-256 of `key-of-ada`.
const KEY: &str = "key-of-ada";

/// Headers that a caller shows.
type Shown<'a> = &'a [(&'static str, &'a str)];

struct Scene {
    tokens: IdTokens,
    transport: Arc<dyn Transport>,
}

impl Scene {
    fn new() -> Self {
        Self { tokens: IdTokens::start(), transport: Arc::new(HttpTransport::plain(HttpSettings::default())) }
    }

    fn authenticator(&self, platform_checks: bool, keys: Vec<ApiKey>) -> Authenticator {
        let keys_url = self.tokens.keys_url().parse().unwrap();
        let google = GoogleTokens { audience: AUDIENCE.to_owned(), keys: keys_url, platform_checks };
        let settings = AuthSettings { keys, ..AuthSettings::default() };
        Authenticator::new(settings).behind(Some(google.front(&self.transport)))
    }

    fn signed(&self, changes: &Value) -> String {
        self.tokens.token(&claims(changes))
    }
}

fn claims(changes: &Value) -> Value {
    let mut claims = IdTokens::claims(AUDIENCE);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// As the platform hands it on once it has checked it.
fn checked(changes: &Value) -> String {
    let header = json!({"alg": "RS256", "kid": "key-of-the-test", "typ": "JWT"});
    format!("{}.{CHECKED}", unsigned(&header, &claims(changes)))
}

async fn who(by: &Authenticator, headers: Shown<'_>) -> Result<String, IdentityError> {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(*name, value.parse().unwrap());
    }
    by.authenticate(&all, SystemClock::new().unix_millis()).await.map(|identity| identity.id)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn a_token_is_checked_wherever_it_is_shown() {
    let scene = Scene::new();
    let by = scene.authenticator(false, Vec::new());
    let now = SystemClock::new().unix_millis() / 1000;
    let number = "113774264463038321964".to_owned();
    let rows = [
        ("a good one", json!({}), Ok(ACCOUNT.to_owned())),
        ("Google's other name", json!({"iss": "accounts.google.com"}), Ok(ACCOUNT.to_owned())),
        ("an address that is not proved", json!({"email_verified": false}), Ok(number.clone())),
        ("no address", json!({"email": null}), Ok(number)),
        ("nobody's", json!({"email": null, "sub": ""}), Err(IdentityError::Wrong)),
        ("for somebody else", json!({"aud": "https://other.example"}), Err(IdentityError::Wrong)),
        ("too old", json!({"exp": now - 120}), Err(IdentityError::Wrong)),
        ("somebody else's", json!({"iss": "https://evil.example"}), Err(IdentityError::Wrong)),
    ];
    for (name, changes, expected) in rows {
        let token = bearer(&scene.signed(&changes));
        for header in ["x-serverless-authorization", "authorization"] {
            assert_eq!(who(&by, &[(header, &token)]).await, expected, "{name} in {header}");
        }
        let beside = [("x-serverless-authorization", token.as_str()), ("authorization", "Bearer unused")];
        assert_eq!(who(&by, &beside).await, expected, "{name} beside an SDK's own");
    }
    assert_eq!(scene.tokens.asked().len(), 1, "the keys are kept");
    assert_eq!(who(&by, &[]).await, Err(IdentityError::Missing));
}

#[tokio::test]
async fn a_signature_is_only_missed_where_the_platform_has_looked() {
    let scene = Scene::new();
    let (platform, own) = (scene.authenticator(true, Vec::new()), scene.authenticator(false, Vec::new()));
    let now = SystemClock::new().unix_millis() / 1000;
    let (good, other) =
        (bearer(&checked(&json!({}))), bearer(&checked(&json!({"email": "eve@example.com"}))));
    let signed = bearer(&scene.signed(&json!({})));
    let rows: [(&str, Shown<'_>, Result<&str, IdentityError>); 8] = [
        ("in the platform's header", &[("x-serverless-authorization", &good)], Ok(ACCOUNT)),
        ("in the usual header", &[("authorization", &good)], Ok(ACCOUNT)),
        ("with its signature", &[("authorization", &signed)], Ok(ACCOUNT)),
        (
            "in the header that the platform did not look at",
            &[("x-serverless-authorization", &good), ("authorization", &other)],
            Ok(ACCOUNT),
        ),
        (
            "in a key's header",
            &[("x-api-key", other.trim_start_matches("Bearer "))],
            Err(IdentityError::Wrong),
        ),
        (
            "twice",
            &[("x-serverless-authorization", &good), ("x-serverless-authorization", &other)],
            Err(IdentityError::Ambiguous),
        ),
        ("with another scheme", &[("x-serverless-authorization", "Basic x")], Err(IdentityError::Wrong)),
        ("with nothing", &[("x-serverless-authorization", "")], Err(IdentityError::Wrong)),
    ];
    for (name, headers, expected) in rows {
        assert_eq!(who(&platform, headers).await.as_deref().map_err(|fault| *fault), expected, "{name}");
    }
    for header in ["x-serverless-authorization", "authorization"] {
        assert_eq!(
            who(&own, &[(header, &good)]).await,
            Err(IdentityError::Wrong),
            "{header}: nobody has looked"
        );
        let changes = [
            json!({"aud": "https://other.example"}),
            json!({"aud": ["https://other.example"]}),
            json!({"aud": null}),
            json!({"exp": now - 120}),
            json!({"exp": null}),
            json!({"iss": "https://evil.example"}),
        ];
        for changed in changes {
            let token = bearer(&checked(&changed));
            assert_eq!(
                who(&platform, &[(header, &token)]).await,
                Err(IdentityError::Wrong),
                "{header} {changed}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_of_ours_beside_the_platforms_token_says_who_calls() {
    let scene = Scene::new();
    let sha256 = host_sha256();
    let ada = ApiKey { id: "ada".to_owned(), sha256, groups: Vec::new() };
    let by = scene.authenticator(true, vec![ada]);
    let (good, stale) = (bearer(&checked(&json!({}))), bearer(&checked(&json!({"aud": "x"}))));
    let rows: [(Shown<'_>, Result<&str, IdentityError>); 5] = [
        (&[("x-serverless-authorization", &good), ("x-api-key", KEY)], Ok("ada")),
        (&[("x-serverless-authorization", &good), ("x-api-key", "unused")], Ok(ACCOUNT)),
        (&[("x-serverless-authorization", &good)], Ok(ACCOUNT)),
        (&[("x-serverless-authorization", &stale), ("x-api-key", KEY)], Err(IdentityError::Wrong)),
        (&[("authorization", "Bearer key-of-ada")], Ok("ada")),
    ];
    for (headers, expected) in rows {
        assert_eq!(who(&by, headers).await.as_deref().map_err(|fault| *fault), expected, "{headers:?}");
    }
}

/// SHA-256 of the key.
fn host_sha256() -> [u8; 32] {
    let text = format!("keys:\n  - {{id: ada, sha256: {}}}\n", KEY_SHA256);
    enforcement::KeyFile::parse(&text, std::path::Path::new("")).unwrap().keys[0].sha256
}

const KEY_SHA256: &str = "5532e44183f47ed1fc146851b96d585c24da5bd5fe31a885cebc357261ed8f7f";
