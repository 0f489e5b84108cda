//! What a path says of a call: where it goes, with whose model, under which credential, and what may come back.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::scene::{RULES, Reply, Scene, scene_of};
use crate::Body;

fn scene(answers: &[(u16, Value)]) -> Scene {
    let whole = |(status, body): &(u16, Value)| Reply::Whole(*status, body.to_string());
    scene_of(RULES, None, answers.iter().map(whole).collect())
}

fn messages(text: &str) -> Value {
    json!([{"role": "user", "content": text}])
}

/// A path, the header that carries the credential to the upstream, and its value.
#[tokio::test]
async fn each_vendor_gets_its_own_credential_and_none_of_the_callers() {
    let answer = json!({"choices": [], "content": []});
    let rows = [
        ("/v1/chat/completions?key=mine", "authorization", "Bearer sk-upstream", "/v1/chat/completions"),
        (
            "/openai/deployments/d/chat/completions?api-version=1&access_token=mine",
            "api-key",
            "sk-upstream",
            "/openai/deployments/d/chat/completions?api-version=1",
        ),
        ("/anthropic/v1/messages", "x-api-key", "sk-upstream", "/anthropic/v1/messages"),
        (
            "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict",
            "authorization",
            "Bearer sk-upstream",
            "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict",
        ),
    ];
    for (path, header, value, sent_to) in rows {
        let scene = scene(&[(200, answer.clone())]);
        let mut body = json!({"max_tokens": 9, "messages": messages("Hi")});
        if path.starts_with("/v1/chat") || path.starts_with("/anthropic") {
            body["model"] = "m".into();
        }
        assert_eq!(scene.post(path, body.to_string()).await.status, 200, "{path}");
        let (uri, headers, _) = scene.sent().remove(0);
        assert_eq!(uri, format!("http://upstream.test{sent_to}"));
        assert_eq!(headers[header], value, "{path}");
        assert!(headers.values().all(|value| value != "Bearer sk-caller"), "{path}");
    }
}

#[tokio::test]
async fn the_model_of_the_path_is_what_the_policy_judges_and_sets() {
    let rules = r"
apiVersion: v1
kind: AIPolicy
metadata: {name: models}
spec:
  rules:
    - {name: no-secret-models, type: model_access, models: ['secret*'], action: BLOCK}
    - {name: cheaper, type: model_access, models: ['large*'], action: CONSTRAIN, constrain: {model: small-1}}
";
    let path = |model: &str| format!("/openai/deployments/{model}/chat/completions?api-version=1");
    let body = json!({"model": "small-1", "messages": messages("Hi")}).to_string();
    let scene = scene_of(rules, None, vec![Reply::Whole(200, json!({"choices": []}).to_string())]);
    assert_eq!(scene.post(&path("secret-1"), body.as_str()).await.status, 400, "as Azure blocks");
    assert_eq!(scene.records()[0]["model"], "secret-1");
    assert_eq!(scene.post(&path("large-1"), body.as_str()).await.status, 200);
    let (uri, _, sent) = scene.sent().remove(0);
    assert_eq!((uri, sent), (format!("http://upstream.test{}", path("small-1")), body));
}

#[tokio::test]
async fn tokens_are_counted_of_what_the_model_would_get() {
    let scene = scene(&[(200, json!({"input_tokens": 3}))]);
    let path = "/v1/messages/count_tokens";
    let body = |text| json!({"model": "small", "messages": messages(text)}).to_string();
    assert_eq!(scene.post(path, body("drop table x")).await.status, 403);
    let told = scene.post(path, body("Write to ann@corp.example")).await;
    assert_eq!((told.status, told.body.as_str()), (200, r#"{"input_tokens":3}"#));
    let (uri, _, sent) = scene.sent().remove(0);
    assert_eq!(uri, "http://upstream.test/v1/messages/count_tokens");
    assert_eq!(sent, body("Write to <EMAIL_1>"), "without the bound that an answer would get");
}

#[tokio::test]
async fn lists_of_models_are_passed_on_and_looked_through() {
    let list = json!({"object": "list", "data": [{"id": "m", "owned_by": "536-22-1234"}]});
    let scene = scene(&[(200, list)]);
    let get =
        |body: &str| Request::get("/v1/models").body(Body::Whole(Bytes::from(body.to_owned()))).unwrap();
    let told = scene.send(get("")).await;
    assert_eq!(told.status, 200);
    assert!(told.body.contains("[us_ssn 1]") && !told.body.contains("536"), "{}", told.body);
    assert_eq!((scene.methods(), scene.sent().remove(0).2), (vec![http::Method::GET], String::new()));
    assert_eq!(scene.records().len(), 2);
    assert_eq!(scene.send(get("a body")).await.status, 400);
}

/// Whatever says nothing that the dialect knows might hold calls that it does not know either.
#[tokio::test]
async fn an_answer_in_another_format_than_asked_goes_nowhere() {
    let openai = json!({"choices": [{"message": {"content": "Hello."}}]});
    let anthropic =
        json!({"type": "message", "content": [{"type": "tool_use", "name": "delete_user", "input": {}}]});
    let rows = [
        ("/v1/chat/completions", anthropic.clone()),
        ("/v1/chat/completions", json!({})),
        ("/v1/chat/completions", json!([openai.clone()])),
        ("/v1/chat/completions", json!("Hello.")),
        ("/v1/messages", openai),
    ];
    for (path, answer) in rows {
        let scene = scene(&[(200, answer)]);
        let body = json!({"model": "m", "max_tokens": 9, "messages": messages("Hi")});
        let told = scene.post(path, body.to_string()).await;
        assert_eq!(told.status, 502, "{path}: {}", told.body);
        let record = scene.records().pop().unwrap();
        assert_eq!((&record["outcome"], &record["final"]), (&json!("answer_unreadable"), &json!(true)));
    }
}
