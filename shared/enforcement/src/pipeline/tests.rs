//! The pipeline with everything around it scripted: what goes upstream, what comes back, what is recorded.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use decision_log::{Chain, SealedRecord, Sink, SinkError};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use limits::MemoryStore;
use policy::Policy;
use secrets::{CacheSettings, MemorySecretStore, Secret, SecretCache, SecretVersion};
use serde_json::{Value, json};

use super::{Pipeline, PipelineSettings};
use crate::{
    AuthSettings, Authenticator, Body, BreakerSettings, Caller, Clock, Ids, Sending, Transport,
    TransportError, Upstream, Upstreams,
};

/// Time that stands still until it is told.
#[derive(Default)]
struct Still(AtomicU64);

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000 + self.0.load(Ordering::SeqCst)
    }
    fn monotonic_micros(&self) -> u64 {
        self.0.load(Ordering::SeqCst) * 1000
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn decision_id(&self) -> String {
        format!("{:032x}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Keeps records, or refuses them.
#[derive(Default)]
struct Kept {
    lines: Mutex<Vec<Value>>,
    broken: AtomicBool,
}

impl Sink for Kept {
    fn write(&self, sealed: &SealedRecord) -> Result<(), SinkError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(SinkError { reason: "the disk is full".into() });
        }
        self.lines.lock().unwrap().push(serde_json::from_str(sealed.line()).unwrap());
        Ok(())
    }
}

/// An upstream that gives what is on its list and keeps what it was sent.
#[derive(Default)]
struct Scripted {
    answers: Mutex<Vec<Result<(u16, String), TransportError>>>,
    sent: Mutex<Vec<(String, http::HeaderMap, Bytes)>>,
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        let (head, body) = request.into_parts();
        self.sent.lock().unwrap().push((head.uri.to_string(), head.headers, body));
        let answer = self.answers.lock().unwrap().remove(0);
        Box::pin(async move {
            let (status, body) = answer?;
            let body = Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync();
            let answer =
                Response::builder().status(status).header("x-request-id", "up-1").header("set-cookie", "c=1");
            Ok(answer.header("content-type", "application/json").body(body).unwrap())
        })
    }
}

struct Scene {
    pipeline: Arc<Pipeline>,
    upstream: Arc<Scripted>,
    sink: Arc<Kept>,
    clock: Arc<Still>,
}

struct Told {
    status: u16,
    headers: http::HeaderMap,
    body: String,
}

const RULES: &str = r#"
apiVersion: v1
kind: AIPolicy
metadata: {name: scene}
spec:
  rules:
    - {name: no-sql, type: input_validation, pattern: '(?i)drop\s+table', action: BLOCK}
    - {name: hide-mail, type: input_validation, detectors: [email], action: REDACT, transform: token}
    - {name: ssn-out, type: output_filter, detectors: [us_ssn], action: REDACT, replacement: '[{detector} {n}]'}
    - {name: no-deletes, type: action_control, tools: ['delete_*'], action: BLOCK}
    - {name: few, type: budget, limit: 1000 tokens per hour, action: CONSTRAIN}
    - {name: short, type: model_access, models: ['small*'], action: CONSTRAIN, constrain: {max_tokens: 50}}
"#;

fn scene(answers: Vec<Result<(u16, String), TransportError>>) -> Scene {
    let upstream = Arc::new(Scripted { answers: Mutex::new(answers), ..Default::default() });
    let (sink, clock) = (Arc::new(Kept::default()), Arc::new(Still::default()));
    let store = MemorySecretStore::new();
    let value = Secret::new("sk-upstream".to_owned());
    store.put("openai", SecretVersion { value, version: "1".into(), expires_at_ms: None });
    let row = |name: &str, credential: Option<&str>| Upstream {
        name: name.into(),
        base_url: "http://upstream.test".parse().unwrap(),
        transport: upstream.clone(),
        credential: credential.map(str::to_owned),
        breaker: BreakerSettings { failures: 2, pause_ms: 1000 },
    };
    let settings = PipelineSettings {
        provider: "local".into(),
        region: String::new(),
        authenticator: Authenticator::new(AuthSettings { anonymous: true, ..Default::default() }),
        upstreams: Upstreams::new(
            vec![row("openai", Some("openai")), row("anthropic", Some("absent"))],
            SecretCache::new(Arc::new(store), CacheSettings::default()),
        ),
        limits: Arc::new(MemoryStore::new(1000)),
        sink: sink.clone(),
        chain: Chain::new("scene"),
        clock: clock.clone(),
        ids: Arc::new(Counted::default()),
        body_cap: 1024,
        answer_cap: 4096,
    };
    let policy = Policy::load(RULES, &detectors::detector_ids()).unwrap().policy;
    Scene { pipeline: Arc::new(Pipeline::new(policy, settings)), upstream, sink, clock }
}

fn answer(text: &str) -> Result<(u16, String), TransportError> {
    let message = json!({"role": "assistant", "content": text});
    let body = json!({"id": "c1", "model": "small", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}});
    Ok((200, body.to_string()))
}

fn ask(text: &str) -> String {
    json!({"model": "small", "max_tokens": 40, "messages": [{"role": "user", "content": text}]}).to_string()
}

impl Scene {
    async fn post(&self, path: &str, body: impl Into<String>) -> Told {
        let request =
            Request::post(path).header("authorization", "Bearer sk-caller").header("x-note", "kept");
        self.send(request.body(Body::Whole(Bytes::from(body.into()))).unwrap()).await
    }

    async fn chat(&self, text: &str) -> Told {
        self.post("/v1/chat/completions", ask(text)).await
    }

    async fn send(&self, request: Request<Body>) -> Told {
        let (head, body) = self.pipeline.handle(request, Caller::default()).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Told {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    fn records(&self) -> Vec<Value> {
        self.sink.lines.lock().unwrap().clone()
    }

    fn sent(&self) -> Vec<(String, http::HeaderMap, String)> {
        let sent = self.upstream.sent.lock().unwrap();
        sent.iter()
            .map(|(uri, head, body)| (uri.clone(), head.clone(), String::from_utf8_lossy(body).into()))
            .collect()
    }
}

#[tokio::test]
async fn a_call_that_nothing_applies_to_goes_through_as_it_is_and_leaves_two_records() {
    let scene = scene(vec![answer("Hello.")]);
    let body =
        r#"{"messages":[{"content":"Hi","role":"user"}],  "model":"big", "max_tokens": 40, "unknown":1e0}"#;
    let told = scene.post("/v1/chat/completions", body).await;
    assert_eq!((told.status, told.body), (200, answer("Hello.").unwrap().1));
    let (uri, headers, sent) = scene.sent().remove(0);
    assert_eq!((uri.as_str(), sent.as_str()), ("http://upstream.test/v1/chat/completions", body));
    assert_eq!(headers["authorization"], "Bearer sk-upstream");
    assert_eq!(headers["x-note"], "kept");
    assert!(!told.headers.contains_key("set-cookie"));
    let records = scene.records();
    let gates: Vec<_> =
        records.iter().map(|record| (record["gate"].clone(), record["final"].clone())).collect();
    assert_eq!(gates, [(json!("request"), json!(false)), (json!("answer"), json!(true))]);
    assert_eq!(records[1]["decision"], "allow");
    assert_eq!(records[1]["usage"], json!({"input_tokens": 7, "output_tokens": 3}));
    assert_eq!(records[1]["upstream"]["request_id"], "up-1");
    assert_eq!(records[0]["decision_id"], records[1]["decision_id"]);
    assert_eq!(told.headers["x-sallyport-decision"].to_str().unwrap(), records[0]["decision_id"]);
}

#[tokio::test]
async fn a_block_goes_nowhere_and_has_one_record_that_does_not_hold_the_prompt() {
    let scene = scene(vec![]);
    let told = scene.chat("please DROP  TABLE users").await;
    assert_eq!(told.status, 403);
    assert_eq!(told.headers["x-should-retry"], "false");
    assert!(scene.sent().is_empty());
    let records = scene.records();
    assert_eq!(records.len(), 1);
    assert_eq!((&records[0]["decision"], &records[0]["outcome"]), (&json!("block"), &json!("refused")));
    assert_eq!(records[0]["reasons"], json!(["no-sql"]));
    assert!(
        !records[0].to_string().to_lowercase().contains("users")
            && !told.body.to_lowercase().contains("drop")
    );
}

#[tokio::test]
async fn what_an_answer_may_not_say_is_covered_and_placeholders_are_put_back() {
    let scene = scene(vec![answer("I wrote to <EMAIL_1>; the number is 536-22-1234.")]);
    let told = scene.chat("Write to ann@corp.example").await;
    let sent = scene.sent().remove(0).2;
    assert!(sent.contains("<EMAIL_1>") && !sent.contains("ann@"), "{sent}");
    assert!(sent.contains(r#""max_tokens":40"#), "the caller's own is lower: {sent}");
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(
        body["choices"][0]["message"]["content"],
        "I wrote to ann@corp.example; the number is [us_ssn 1]."
    );
    let record = scene.records().pop().unwrap();
    assert_eq!(record["decision"], "constrain");
    assert_eq!(record["reasons"], json!(["hide-mail", "short", "ssn-out"]));
}

#[tokio::test]
async fn a_tool_call_that_is_not_allowed_does_not_reach_the_caller() {
    let call =
        json!([{"id": "t", "type": "function", "function": {"name": "delete_user", "arguments": "{}"}}]);
    let message = json!({"role": "assistant", "content": null, "tool_calls": call});
    let body = json!({"id": "c", "model": "small", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]});
    let scene = scene(vec![Ok((200, body.to_string()))]);
    let told = scene.chat("go").await;
    assert_eq!(told.status, 403);
    let record = scene.records().pop().unwrap();
    assert_eq!(
        (&record["gate"], &record["final"], &record["decision"]),
        (&json!("answer"), &json!(true), &json!("block"))
    );
}

#[tokio::test]
async fn nothing_goes_anywhere_that_cannot_be_recorded() {
    let scene = scene(vec![answer("Hello.")]);
    scene.sink.broken.store(true, Ordering::SeqCst);
    let told = scene.chat("Hi").await;
    assert_eq!((told.status, scene.sent().len()), (503, 0));
    assert_eq!(scene.chat("drop table x").await.status, 503, "nor a refusal");
}

#[tokio::test]
async fn tokens_are_charged_by_what_was_used_and_a_call_over_the_budget_waits() {
    let answers = (0..200).map(|_| answer("Hello.")).collect();
    let scene = scene(answers);
    let mut granted = 0;
    let told = loop {
        let told = scene.chat("Hi").await;
        if told.status != 200 {
            break told;
        }
        granted += 1;
    };
    assert!(
        granted > 1000 / 45,
        "settled to 10 tokens each, so that more fit than estimates would: {granted}"
    );
    assert_eq!(told.status, 429);
    assert!(told.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(scene.records().pop().unwrap()["outcome"], "throttled");
}

#[tokio::test]
async fn an_upstream_that_fails_is_tried_once_more_where_that_is_safe_and_then_left_alone() {
    use TransportError::{Broken, Slow, Unreachable};
    let scene = scene(vec![Err(Unreachable), answer("Hello."), Err(Broken), Err(Slow), answer("Hello.")]);
    assert_eq!(scene.chat("Hi").await.status, 200);
    let record = scene.records().pop().unwrap();
    assert_eq!((&record["upstream"]["retries"], &record["outcome"]), (&json!(1), &json!("ok")));
    assert_eq!((scene.chat("Hi").await.status, scene.chat("Hi").await.status), (502, 504));
    assert_eq!(scene.sent().len(), 4, "what may have been taken is not sent twice");
    assert_eq!(scene.chat("Hi").await.status, 503);
    assert_eq!(scene.records().pop().unwrap()["outcome"], "circuit_open");
    scene.clock.0.fetch_add(1000, Ordering::SeqCst);
    assert_eq!(scene.chat("Hi").await.status, 200);
}

#[tokio::test]
async fn an_answer_that_cannot_be_checked_is_not_let_out() {
    let huge = format!("\"{}\"", "x".repeat(5000));
    for (name, body) in
        [("not JSON", "<html>"), ("cut", r#"{"choices":["#), ("twice", r#"{"a":1,"a":2}"#), ("huge", &huge)]
    {
        let scene = scene(vec![Ok((200, body.to_owned()))]);
        let told = scene.chat("Hi").await;
        assert_eq!(told.status, 502, "{name}");
        assert_eq!(scene.records().pop().unwrap()["outcome"], "answer_unreadable", "{name}");
        assert!(!told.body.contains("html"), "{name}");
    }
}

#[tokio::test]
async fn an_upstreams_own_error_reaches_the_caller_covered() {
    let error = json!({"error": {"message": "no such user 536-22-1234", "type": "invalid_request_error"}});
    let scene = scene(vec![Ok((400, error.to_string()))]);
    let told = scene.chat("Hi").await;
    assert_eq!(told.status, 400);
    assert!(told.body.contains("no such user [us_ssn 1]"), "{}", told.body);
    assert_eq!(scene.records().pop().unwrap()["outcome"], "upstream_error");
}

#[tokio::test]
async fn bad_input_is_told_in_the_dialect_and_recorded() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let rows: &[(&str, &str, u16, &str)] = &[
        ("/v1/chat/completions", "", 400, "malformed"),
        ("/v1/chat/completions", "{", 400, "malformed"),
        ("/v1/chat/completions", "[]", 400, "malformed"),
        ("/v1/chat/completions", r#"{"model":1,"messages":[]}"#, 400, "malformed"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[],"stream":true}"#, 400, "malformed"),
        ("/v1/chat/completions", &deep, 400, "malformed"),
        ("/v1/messages", "nothing", 400, "malformed"),
        ("/v1/decisions", "{}", 400, "malformed"),
        ("/v1/decisions", r#"{"action":{"kind":"fly"}}"#, 400, "malformed"),
        ("/v1/unknown", "{}", 404, "not_found"),
        ("/", "{}", 404, "not_found"),
    ];
    for (path, body, status, outcome) in rows {
        let scene = scene(vec![]);
        let told = scene.post(path, *body).await;
        assert_eq!(told.status, *status, "{path} {body}");
        assert!(serde_json::from_str::<Value>(&told.body).unwrap()["error"].is_object(), "{}", told.body);
        let records = scene.records();
        assert_eq!((records.len(), &records[0]["outcome"]), (1, &json!(outcome)), "{path} {body}");
    }
    for (body, status, outcome) in [(Body::TooLarge, 413, "too_large"), (Body::Broken, 400, "caller_left")] {
        let scene = scene(vec![]);
        let told = scene.send(Request::post("/v1/messages").body(body).unwrap()).await;
        assert_eq!((told.status, &scene.records()[0]["outcome"]), (status, &json!(outcome)));
    }
}

#[tokio::test]
async fn without_its_credential_an_upstream_is_not_called() {
    let scene = scene(vec![]);
    let body = json!({"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]});
    assert_eq!(scene.post("/v1/messages", body.to_string()).await.status, 503);
    assert!(scene.sent().is_empty());
}

#[tokio::test]
async fn actions_and_texts_are_judged_without_a_call() {
    let rows = [
        (json!({"action": {"kind": "tool", "name": "delete_user"}}), "block"),
        (json!({"action": {"kind": "tool", "name": "read_user", "arguments": {"id": 7}}}), "allow"),
        (
            json!({"action": {"kind": "tool", "name": "mail", "arguments": {"body": "it is 536-22-1234"}}}),
            "constrain",
        ),
        (json!({"action": {"kind": "http", "url": "https://api.example/"}}), "allow"),
        (json!({"texts": [{"text": "drop table x"}]}), "block"),
        (json!({"texts": [{"text": "it is 536-22-1234"}]}), "allow"),
        (json!({"texts": [{"text": "it is 536-22-1234"}], "gate": "answer"}), "constrain"),
    ];
    for (question, decision) in rows {
        let scene = scene(vec![]);
        let told = scene.post("/v1/decisions", question.to_string()).await;
        let body: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!((told.status, &body["decision"]), (200, &json!(decision)), "{question}: {body}");
        assert_eq!(scene.records()[0]["decision"], decision);
        assert!(!scene.records()[0].to_string().contains("536-22"));
    }
}
