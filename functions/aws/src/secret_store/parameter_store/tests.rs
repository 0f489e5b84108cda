//! What Systems Manager is asked, and what is made of each of its answers.

use enforcement::TransportError;

use super::*;
use crate::scripted::{Answer as Scripting, Scripted, role};

const ENDPOINT: &str = "https://ssm.eu-west-1.amazonaws.com";
const ARN: &str = "arn:aws:ssm:eu-west-1:111122223333:parameter/llm/openai";

fn over(scripted: &Arc<Scripted>) -> ParameterStore {
    ParameterStore::new(scripted.access(Some(&role()), "eu-west-1", ENDPOINT))
}

fn held(kind: &str, value: &str, version: u64) -> Scripting {
    let parameter =
        json!({"Name": "/llm", "Type": kind, "Value": value, "Version": version, "DataType": "text"});
    Ok((200, json!({"Parameter": parameter}).to_string()))
}

fn refusal(status: u16, kind: &str) -> Scripting {
    Ok((status, json!({"__type": kind, "message": "quokka"}).to_string()))
}

async fn ask(answer: Scripting, name: &str) -> Result<(String, String), SecretError> {
    let found = over(&Scripted::new([answer])).read(name, Stage::Current).await?;
    Ok((found.value.expose().to_owned(), found.version))
}

#[tokio::test]
async fn it_is_asked_for_one_parameter_with_the_roles_signature() {
    for (name, id) in [("ssm:/llm/openai#key", "/llm/openai"), (ARN, ARN)] {
        let scripted = Scripted::new([held("SecureString", r#"{"key": "sk-1"}"#, 3)]);
        assert_eq!(over(&scripted).read(name, Stage::Current).await.unwrap().version, "3");
        let [request] = &scripted.asked()[..] else { panic!("one request") };
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!((request.method().as_str(), body), ("POST", json!({"Name": id, "WithDecryption": true})));
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(header("x-amz-target"), "AmazonSSM.GetParameter");
        assert_eq!(header("content-type"), "application/x-amz-json-1.1");
        assert!(header("authorization").contains("/eu-west-1/ssm/aws4_request"), "{request:?}");
        assert_eq!(header("x-amz-security-token"), "token");
    }
}

#[tokio::test]
async fn a_value_is_an_encrypted_parameter_or_a_member_of_it() {
    let rows = [
        ("SecureString", "sk-1", "ssm:/llm", Ok("sk-1")),
        ("SecureString", r#"{"key": "sk-2"}"#, "ssm:/llm#key", Ok("sk-2")),
        ("SecureString", r#"{"key": "quokka"}"#, "ssm:/llm#other", Err("no member")),
        ("SecureString", "quokka", "ssm:/llm#key", Err("not JSON")),
        ("SecureString", "", "ssm:/llm", Err("one line")),
        ("SecureString", "quokka\n", "ssm:/llm", Err("one line")),
        ("String", "quokka", "ssm:/llm", Err("SecureString")),
        ("StringList", "quokka,quokka", "ssm:/llm", Err("SecureString")),
        ("SecureString", "quokka", "llm", Err("no name of a parameter")),
    ];
    for (kind, value, name, expected) in rows {
        match (ask(held(kind, value, 7), name).await, expected) {
            (Ok(found), Ok(value)) => assert_eq!(found, (value.to_owned(), "7".to_owned())),
            (Err(SecretError::Invalid { reason, .. }), Err(word)) => {
                assert!(reason.contains(word) && !reason.contains("quokka"), "{reason}");
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test]
async fn the_previous_version_is_the_one_before_the_newest() {
    let scripted = Scripted::new([held("SecureString", "new", 3), held("SecureString", "old", 2)]);
    let found = over(&scripted).read("ssm:/llm", Stage::Previous).await.unwrap();
    assert_eq!((found.value.expose(), found.version.as_str()), ("old", "2"));
    let asked = scripted.asked();
    let names =
        asked.iter().map(|request| serde_json::from_slice::<serde_json::Value>(request.body()).unwrap());
    assert_eq!(names.map(|body| body["Name"].clone()).collect::<Vec<_>>(), ["/llm", "/llm:2"]);
    let without = [
        vec![held("SecureString", "first", 1)],
        vec![held("SecureString", "first", 0)],
        vec![held("SecureString", "new", 3), refusal(400, "ParameterVersionNotFound")],
    ];
    for answers in without {
        let fault = over(&Scripted::new(answers)).read("ssm:/llm", Stage::Previous).await.unwrap_err();
        assert!(matches!(fault, SecretError::Missing { stage: Stage::Previous, .. }), "{fault}");
    }
}

#[tokio::test]
async fn a_refusal_says_whether_to_ask_again_and_nothing_of_its_text() {
    let rows = [
        (refusal(400, "ParameterNotFound"), "no current version", false),
        (refusal(400, "com.amazonaws.ssm#AccessDeniedException"), "permit", false),
        (refusal(400, "InvalidKeyId"), "permit", false),
        (refusal(400, "ValidationException"), "cannot be used", false),
        (refusal(400, "ThrottlingException"), "reached", true),
        (refusal(500, "InternalServerError"), "reached", true),
        (Ok((503, String::new())), "reached", true),
        (Ok((200, "{\"Parameter\": {\"Value\": \"quokka\"}}".to_owned())), "what it should be", true),
        (Ok((200, "x".repeat(MOST + 1))), "too large", true),
        (Err(TransportError::Unreachable), "reached", true),
    ];
    for (answer, word, again) in rows {
        let fault = ask(answer, "ssm:/llm").await.unwrap_err();
        assert_eq!(fault.is_transient(), again, "{fault}");
        assert!(fault.to_string().contains(word) && !fault.to_string().contains("quokka"), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_ends_by_itself_and_is_not_made_without_a_role() {
    let fault = over(&Scripted::new([])).read("ssm:/llm", Stage::Current).await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("in time"), "{fault}");
    let scripted = Scripted::new([]);
    let store = ParameterStore::new(scripted.access(None, "eu-west-1", ENDPOINT));
    let fault = store.read("ssm:/llm", Stage::Current).await.unwrap_err();
    assert!(matches!(fault, SecretError::Denied { .. }) && scripted.asked().is_empty(), "{fault}");
}
