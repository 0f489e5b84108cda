//! What Secrets Manager is asked, and what is made of each of its answers.

use std::sync::Arc;

use enforcement::TransportError;
use serde_json::json;

use super::*;
use crate::scripted::{Scripted, role};

const ENDPOINT: &str = "https://secretsmanager.eu-west-1.amazonaws.com";
const FOUND: &str = r#"{"SecretString": "v", "VersionId": "1"}"#;

fn over(scripted: &Arc<Scripted>) -> SecretsManager {
    SecretsManager::new(scripted.access(Some(&role()), "eu-west-1", ENDPOINT))
}

async fn ask(status: u16, body: &str, name: &str) -> Result<(String, String), SecretError> {
    let found = over(&Scripted::always(status, body)).read(name, Stage::Current).await?;
    Ok((found.value.expose().to_owned(), found.version))
}

#[tokio::test]
async fn it_is_asked_for_one_secret_with_the_roles_signature() {
    let scripted = Scripted::always(200, FOUND);
    over(&scripted).read("llm/openai#key", Stage::Previous).await.unwrap_err();
    let asked = scripted.asked();
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
    let (scripted, role) = (Scripted::always(200, FOUND), role());
    for (role, region) in [(None, "eu-west-1"), (Some(&role), "")] {
        let store = SecretsManager::new(scripted.access(role, region, ENDPOINT));
        let fault = store.read("llm", Stage::Current).await.unwrap_err();
        assert!(matches!(fault, SecretError::Denied { .. }), "{fault}");
    }
    assert!(scripted.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_may_go_well_the_next_time_is_tried_three_times() {
    let found = || Ok((200, FOUND.to_owned()));
    for error in [TransportError::Broken, TransportError::Slow, TransportError::Unreachable] {
        let scripted = Scripted::new([Err(error), Err(error), found()]);
        assert_eq!(over(&scripted).read("llm", Stage::Current).await.unwrap().value.expose(), "v");
        let scripted = Scripted::new([Err(error), Err(error), Err(error), found()]);
        let fault = over(&scripted).read("llm", Stage::Current).await.unwrap_err();
        assert!(fault.is_transient() && fault.to_string().contains(&error.to_string()), "{fault}");
    }
    let rows = [("AccessDeniedException", 1), ("ResourceNotFoundException", 1), ("ThrottlingException", 3)];
    for (kind, times) in rows {
        let scripted = Scripted::always(400, &json!({"__type": kind}).to_string());
        over(&scripted).read("llm", Stage::Current).await.unwrap_err();
        assert_eq!(scripted.asked().len(), times, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_ends_by_itself() {
    let begun = tokio::time::Instant::now();
    let fault = over(&Scripted::new([])).read("llm", Stage::Current).await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("in time"), "{fault}");
    assert_eq!(begun.elapsed().as_secs(), PATIENCE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_large_is_not_read_to_its_end_nor_asked_for_again() {
    let text = |length: usize| json!({"SecretString": "v".repeat(length), "VersionId": "1"}).to_string();
    let scripted =
        Scripted::new([Ok((200, text(64 * 1024))), Ok((200, text(MOST))), Ok((200, FOUND.to_owned()))]);
    let store = over(&scripted);
    assert_eq!(store.read("llm", Stage::Current).await.unwrap().value.expose().len(), 64 * 1024);
    let fault = store.read("llm", Stage::Current).await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("too large"), "{fault}");
    assert_eq!(scripted.asked().len(), 2);
}
