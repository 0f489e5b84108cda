//! A vault and the platform's identities as they answer, through the SDK: what is read, what is refused, and that no
//! fault holds a value.

use std::collections::BTreeMap;
use std::sync::Mutex;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::OffsetDateTime;
use bytes::Bytes;
use enforcement::Sending;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_790_000_000;
const TOKEN: &str = "token-hunter2";

#[derive(Debug)]
struct Tokens;

#[async_trait::async_trait]
impl TokenCredential for Tokens {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        assert_eq!(scopes, ["https://vault.azure.net/.default"]);
        Ok(AccessToken::new(TOKEN, OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap()))
    }
}

struct At(u64);

impl Clock for At {
    fn unix_millis(&self) -> u64 {
        self.0 * 1000
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// Answers each path with what is written for it, to who shows the token.
struct Vault {
    answers: BTreeMap<&'static str, (u16, Value)>,
    asked: Mutex<Vec<String>>,
}

impl Transport for Vault {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        let path = request.uri().path().to_owned();
        let shown =
            request.headers().get("authorization").is_some_and(|value| value == "Bearer token-hunter2");
        let (status, body) = match self.answers.get(path.as_str()) {
            _ if !shown => (401, json!({})),
            Some((status, body)) => (*status, body.clone()),
            None => (404, json!({"error": {"code": "SecretNotFound", "message": "hunter2"}})),
        };
        self.asked.lock().unwrap().push(format!("{path} {status}"));
        let body = Full::new(Bytes::from(body.to_string()));
        let body = body.map_err(|never| -> enforcement::TransportError { match never {} }).boxed_unsync();
        let challenge = "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"";
        let answer = Response::builder().status(status).header("www-authenticate", challenge).body(body);
        Box::pin(std::future::ready(Ok(answer.unwrap())))
    }
}

fn version(id: &str, value: &str, more: Value) -> Value {
    let mut attributes = json!({"enabled": true, "created": NOW - 100});
    attributes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"value": value, "id": format!("https://kv1.vault.azure.net/secrets/llm/{id}"), "attributes": attributes})
}

fn vault(answers: &[(&'static str, u16, Value)]) -> (KeyVault, Arc<Vault>) {
    let answers = answers.iter().map(|(path, status, body)| (*path, (*status, body.clone())));
    let transport = Arc::new(Vault { answers: answers.collect(), asked: Mutex::default() });
    let http =
        SdkHttp { transport: Arc::clone(&transport) as Arc<dyn Transport>, most: MOST, endpoint: None };
    let options = SecretClientOptions { client_options: http.options(), ..SecretClientOptions::default() };
    let client = SecretClient::new("https://kv1.vault.azure.net", Arc::new(Tokens), Some(options)).unwrap();
    (KeyVault { client: Ok(Arc::new(client)), clock: Arc::new(At(NOW)) }, transport)
}

async fn read(
    answers: &[(&'static str, u16, Value)],
    name: &str,
    stage: Stage,
) -> Result<SecretVersion, SecretError> {
    vault(answers).0.read(name, stage).await
}

#[tokio::test(start_paused = true)]
async fn the_newest_version_is_current_and_has_its_name_and_its_end() {
    let answers = [("/secrets/llm/", 200, version("8f00", "sk-hunter2", json!({"exp": NOW + 50})))];
    let found = read(&answers, "llm", Stage::Current).await.unwrap();
    assert_eq!((found.value.expose(), found.version.as_str()), ("sk-hunter2", "8f00"));
    assert_eq!(found.expires_at_ms, Some((NOW + 50) * 1000));
    let answers = [("/secrets/llm/", 200, version("8f00", r#"{"key":"sk-hunter2"}"#, json!({})))];
    assert_eq!(read(&answers, "llm#key", Stage::Current).await.unwrap().value.expose(), "sk-hunter2");
}

#[tokio::test(start_paused = true)]
async fn the_previous_version_is_the_newest_before_it_that_is_enabled() {
    let row = |id: &str, age: u64, enabled: bool| {
        let attributes = json!({"created": NOW - age, "enabled": enabled});
        json!({"id": format!("https://kv1.vault.azure.net/secrets/llm/{id}"), "attributes": attributes})
    };
    let list = json!({"value": [row("old", 90, true), row("new", 10, true), row("off", 20, false), row("before", 50, true)]});
    let answers = [
        ("/secrets/llm/versions", 200, list.clone()),
        ("/secrets/llm/before", 200, version("before", "sk-before", json!({}))),
    ];
    let found = read(&answers, "llm", Stage::Previous).await.unwrap();
    assert_eq!((found.value.expose(), found.version.as_str()), ("sk-before", "before"));
    let alone = [("/secrets/llm/versions", 200, json!({"value": [row("new", 10, true)]}))];
    let missing = read(&alone, "llm", Stage::Previous).await.unwrap_err();
    assert!(matches!(missing, SecretError::Missing { stage: Stage::Previous, .. }), "{missing}");
}

#[tokio::test(start_paused = true)]
async fn what_must_not_be_used_is_told_without_a_word_of_it() {
    let refusal = |code: &str| json!({"error": {"code": "Forbidden", "message": "hunter2", "innererror": {"code": code}}});
    let good = |more: Value| version("8f00", "hunter2", more);
    let rows = [
        ("llm", 200, good(json!({"enabled": false})), "it is disabled", false),
        ("llm", 200, good(json!({"nbf": NOW + 1})), "it is not valid yet", false),
        ("llm#key", 200, good(json!({})), "it is not JSON", false),
        ("llm", 200, json!({"value": "hunter2"}), STRANGE, true),
        ("llm", 200, json!(["hunter2"]), STRANGE, true),
        ("llm", 403, refusal("SecretDisabled"), "it is disabled", false),
        ("llm", 403, refusal("ForbiddenByRbac"), "403 ForbiddenByRbac", false),
        ("llm", 404, refusal(""), "has no current version", false),
        ("llm", 429, json!({"error": {"code": "Throttled"}}), "429 Throttled", true),
        ("llm", 503, Value::Null, "503", true),
        ("../llm", 200, good(json!({})), "this is no name of a secret", false),
    ];
    for (name, status, body, says, transient) in rows {
        let error = read(&[("/secrets/llm/", status, body)], name, Stage::Current).await.unwrap_err();
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert_eq!(error.is_transient(), transient, "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_token_goes_out_before_the_vault_has_asked_for_one() {
    let answers = [("/secrets/llm/", 200, version("8f00", "sk", json!({})))];
    let (vault, transport) = vault(&answers);
    for _ in 0..2 {
        vault.read("llm", Stage::Current).await.unwrap();
    }
    assert_eq!(
        *transport.asked.lock().unwrap(),
        ["/secrets/llm/ 401", "/secrets/llm/ 200", "/secrets/llm/ 200"]
    );
}

#[test]
fn a_place_is_a_name_and_perhaps_a_member() {
    let long = "n".repeat(128);
    let rows = [
        ("openai-key", true),
        ("openai-key#key", true),
        ("openai-key#", false),
        ("#key", false),
        ("", false),
        ("openai/key", false),
        ("https://kv1.vault.azure.net/secrets/a", false),
        (long.as_str(), false),
    ];
    for (text, good) in rows {
        let place = SecretPlace::read(text);
        assert_eq!(place.is_some(), good, "{text}");
        assert!(place.is_none_or(|place| place.to_string() == text), "{text}");
    }
}
