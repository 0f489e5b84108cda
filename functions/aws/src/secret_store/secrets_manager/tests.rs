//! What Secrets Manager is asked, and what is made of each of its answers.

use std::sync::Mutex;

use bytes::Bytes;
use enforcement::{Sending, TransportError};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};

use serde_json::json;

use super::*;

struct Still;

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// Gives one answer, again and again, and keeps what it was asked.
#[derive(Default)]
struct Scripted {
    status: u16,
    body: String,
    /// How often it fails before it answers.
    failing: Mutex<Vec<TransportError>>,
    asked: Mutex<Vec<Request<Bytes>>>,
}

/// Never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request<Bytes>) -> Sending<'_> {
        Box::pin(std::future::pending())
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        self.asked.lock().unwrap().push(request);
        if let Some(error) = self.failing.lock().unwrap().pop() {
            return Box::pin(std::future::ready(Err(error)));
        }
        let body = Full::new(Bytes::from(self.body.clone()));
        let body = body.map_err(|never| -> TransportError { match never {} }).boxed_unsync();
        let answer = Response::builder().status(self.status).body(body).unwrap();
        Box::pin(std::future::ready(Ok(answer)))
    }
}

fn role() -> RoleCredentials {
    RoleCredentials {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: Secret::new("hush".to_owned()),
        session_token: Some(Secret::new("token".to_owned())),
    }
}

fn store(status: u16, body: &str) -> (SecretsManager, Arc<Scripted>) {
    let scripted = Arc::new(Scripted { status, body: body.to_owned(), ..Scripted::default() });
    (over(scripted.clone(), Some(&role()), "eu-west-1"), scripted)
}

fn over(transport: Arc<dyn Transport>, role: Option<&RoleCredentials>, region: &str) -> SecretsManager {
    SecretsManager::new(ServiceAccess {
        endpoint: &Uri::from_static("https://secretsmanager.eu-west-1.amazonaws.com"),
        region,
        role,
        transport,
        clock: Arc::new(Still),
    })
}

async fn ask(status: u16, body: &str, name: &str) -> Result<(String, String), SecretError> {
    let found = store(status, body).0.read(name, Stage::Current).await?;
    Ok((found.value.expose().to_owned(), found.version))
}

#[tokio::test]
async fn it_is_asked_for_one_secret_with_the_roles_signature() {
    let (store, scripted) = store(200, r#"{"SecretString": "v", "VersionId": "1"}"#);
    store.read("llm/openai#key", Stage::Previous).await.unwrap_err();
    let asked = scripted.asked.lock().unwrap();
    let [request] = &asked[..] else { panic!("one request") };
    assert_eq!(request.method(), "POST");
    assert_eq!(request.body(), &r#"{"SecretId":"llm/openai","VersionStage":"AWSPREVIOUS"}"#);
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    assert_eq!(header("x-amz-target"), "secretsmanager.GetSecretValue");
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert!(header("authorization").contains("/eu-west-1/secretsmanager/aws4_request"), "{request:?}");
    assert_eq!(header("x-amz-security-token"), "token");
}

#[tokio::test]
async fn a_value_is_the_secret_or_a_member_of_it() {
    let rows = [
        (r#"{"SecretString": "sk-1", "VersionId": "7"}"#, "llm", Ok("sk-1")),
        (r#"{"SecretString": "{\"key\": \"sk-2\"}", "VersionId": "7"}"#, "llm#key", Ok("sk-2")),
        (r#"{"SecretString": "{\"key\": \"sk-2\"}", "VersionId": "7"}"#, "llm#other", Err("no member")),
        (r#"{"SecretString": "{\"key\": 7}", "VersionId": "7"}"#, "llm#key", Err("no text")),
        (r#"{"SecretString": "quokka", "VersionId": "7"}"#, "llm#key", Err("not JSON")),
        (r#"{"SecretString": "", "VersionId": "7"}"#, "llm", Err("one line")),
        (r#"{"SecretString": "quokka\nquokka", "VersionId": "7"}"#, "llm", Err("one line")),
        (r#"{"SecretBinary": "cXVva2th", "VersionId": "7"}"#, "llm", Err("binary")),
    ];
    for (body, name, expected) in rows {
        match (ask(200, body, name).await, expected) {
            (Ok(found), Ok(value)) => assert_eq!(found, (value.to_owned(), "7".to_owned())),
            (Err(SecretError::Invalid { reason, .. }), Err(word)) => {
                assert!(reason.contains(word) && !reason.contains("quokka"), "{reason}");
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_whether_to_ask_again_and_nothing_of_its_text() {
    let rows = [
        (400, "ResourceNotFoundException", "missing", false),
        (400, "com.amazonaws.secretsmanager#AccessDeniedException", "permit", false),
        (400, "ExpiredTokenException", "permit", false),
        (400, "InvalidRequestException", "cannot be used", false),
        (400, "ThrottlingException", "reached", true),
        (500, "InternalServiceError", "reached", true),
        (503, "", "reached", true),
    ];
    for (status, kind, word, again) in rows {
        let body = json!({"__type": kind, "message": "quokka"}).to_string();
        let fault = ask(status, &body, "llm").await.unwrap_err();
        assert_eq!(fault.is_transient(), again, "{fault}");
        let told = fault.to_string().replace("has no current version", "missing");
        assert!(told.contains(word) && !told.contains("quokka"), "{fault}");
    }
    for body in ["", "[]", "{}", "<html>", &format!("\"{}\"", "x".repeat(MOST))] {
        assert!(ask(200, body, "llm").await.unwrap_err().is_transient());
    }
}

#[tokio::test]
async fn without_a_role_or_a_region_nothing_is_asked() {
    let (_, scripted) = store(200, "{}");
    let rows = [over(scripted.clone(), None, "eu-west-1"), over(scripted.clone(), Some(&role()), "")];
    for store in rows {
        let fault = store.read("llm", Stage::Current).await.unwrap_err();
        assert!(matches!(fault, SecretError::Denied { .. }), "{fault}");
    }
    assert!(scripted.asked.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_may_go_well_the_next_time_is_tried_three_times() {
    for error in [TransportError::Broken, TransportError::Slow, TransportError::Unreachable] {
        let (store, scripted) = store(200, r#"{"SecretString": "v", "VersionId": "1"}"#);
        *scripted.failing.lock().unwrap() = vec![error; 2];
        assert_eq!(store.read("llm", Stage::Current).await.unwrap().value.expose(), "v");
        *scripted.failing.lock().unwrap() = vec![error; 3];
        let fault = store.read("llm", Stage::Current).await.unwrap_err();
        assert!(fault.is_transient() && fault.to_string().contains(&error.to_string()), "{fault}");
        assert_eq!(scripted.asked.lock().unwrap().len(), 6);
    }
    let rows = [("AccessDeniedException", 1), ("ResourceNotFoundException", 1), ("ThrottlingException", 3)];
    for (kind, times) in rows {
        let (store, scripted) = store(400, &json!({"__type": kind}).to_string());
        store.read("llm", Stage::Current).await.unwrap_err();
        assert_eq!(scripted.asked.lock().unwrap().len(), times, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_ends_by_itself() {
    let begun = tokio::time::Instant::now();
    let store = over(Arc::new(Silent), Some(&role()), "eu-west-1");
    let fault = store.read("llm", Stage::Current).await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("in time"), "{fault}");
    assert_eq!(begun.elapsed().as_secs(), PATIENCE.as_secs());
}
