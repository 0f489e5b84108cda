//! What the extension is asked, and what is made of each of its answers.

use serde_json::json;

use super::*;
use crate::scripted::{Answer as Scripting, Scripted};

const WAIT: &str = "not ready to serve traffic, please wait";

fn over(scripted: &Arc<Scripted>) -> Extension {
    let token = Secret::new("session-quokka".to_owned());
    let transport = Arc::clone(scripted) as Arc<dyn Transport>;
    Extension::new(Uri::from_static("http://localhost:2773"), transport, Some(&token))
}

fn secret(value: &str) -> Scripting {
    Ok((200, json!({"ARN": "a", "SecretString": value, "VersionId": "v-1", "CreatedDate": 1.5}).to_string()))
}

fn parameter(value: &str) -> Scripting {
    let parameter = json!({"Type": "SecureString", "Value": value, "Version": 3});
    Ok((200, json!({"Parameter": parameter, "ResultMetadata": {}}).to_string()))
}

#[tokio::test]
async fn it_is_asked_on_this_machine_with_the_token_of_the_functions_session() {
    let arn = "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf";
    let rows = [
        (
            "llm/openai#key",
            Stage::Current,
            secret(r#"{"key": "sk-1"}"#),
            "/secretsmanager/get?secretId=llm%2Fopenai&versionStage=AWSCURRENT",
        ),
        (
            arn,
            Stage::Previous,
            secret("sk-1"),
            "/secretsmanager/get?secretId=arn%3Aaws%3Asecretsmanager%3Aeu%2Dwest%2D1%3A1%3Asecret%3Allm%2DAbCdEf&versionStage=AWSPREVIOUS",
        ),
        (
            "ssm:/llm",
            Stage::Current,
            parameter("sk-1"),
            "/systemsmanager/parameters/get?name=%2Fllm&withDecryption=true",
        ),
    ];
    for (name, stage, answer, path) in rows {
        let scripted = Scripted::new([answer]);
        let found = over(&scripted).read(name, stage).await.unwrap();
        assert_eq!(found.value.expose(), "sk-1", "{name}");
        let [request] = &scripted.asked()[..] else { panic!("one request") };
        assert_eq!(request.uri().to_string(), format!("http://localhost:2773{path}"));
        assert_eq!(request.headers()["x-aws-parameters-secrets-token"], "session-quokka");
        assert!(!format!("{request:?}").contains("quokka"));
    }
}

#[tokio::test(start_paused = true)]
async fn until_it_is_ready_it_is_asked_again_for_a_bounded_time() {
    let wait = || Ok((400, WAIT.to_owned()));
    let scripted = Scripted::new([wait(), wait(), wait(), secret("sk-1")]);
    let found = over(&scripted).read("llm", Stage::Current).await.unwrap();
    assert_eq!((found.value.expose(), scripted.asked().len()), ("sk-1", 4));
    let scripted = Scripted::new(std::iter::repeat_with(wait).take(100));
    let fault = over(&scripted).read("llm", Stage::Current).await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("become ready"), "{fault}");
    assert_eq!(u32::try_from(scripted.asked().len()).unwrap(), TRIES);
    let silent = over(&Scripted::new([])).read("llm", Stage::Current).await.unwrap_err();
    assert!(silent.is_transient() && silent.to_string().contains("in time"), "{silent}");
}

#[tokio::test]
async fn a_refusal_says_whether_to_ask_again_and_nothing_of_its_text() {
    let rows = [
        (400, "quokka: ResourceNotFoundException: no quokka", "no current version", false),
        (400, r#"{"Code":"AccessDeniedException","Message":"quokka"}"#, "permit", false),
        (400, "ParameterNotFound", "no current version", false),
        (400, "quokka", "answered 400", true),
        (401, "quokka", "permit", false),
        (403, "quokka", "permit", false),
        (404, "quokka", "answered 404", true),
        (500, "quokka", "answered 500", true),
        (200, "quokka", "what it should be", true),
        (200, "{}", "what it should be", true),
        (200, r#"{"SecretBinary": "cXVva2th", "VersionId": "1"}"#, "binary", false),
        (200, r#"{"SecretString": "", "VersionId": "1"}"#, "one line", false),
    ];
    for (status, body, word, again) in rows {
        let scripted = Scripted::always(status, body);
        let fault = over(&scripted).read("llm", Stage::Current).await.unwrap_err();
        assert_eq!(fault.is_transient(), again, "{fault}");
        assert!(fault.to_string().contains(word) && !fault.to_string().contains("quokka"), "{fault}");
    }
}

#[tokio::test]
async fn without_a_session_it_is_not_asked() {
    let scripted = Scripted::always(200, "{}");
    let mut store = over(&scripted);
    store.token = None;
    let fault = store.read("llm", Stage::Current).await.unwrap_err();
    assert!(matches!(fault, SecretError::Denied { .. }) && scripted.asked().is_empty(), "{fault}");
}
