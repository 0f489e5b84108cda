//! The pipeline with everything around it scripted: what goes upstream, what comes back, what is recorded.

use std::sync::atomic::Ordering;

use http::Request;
use serde_json::{Value, json};

use self::scene::{RULES, Reply, Scene, answer, pieces, scene, scene_of};
use crate::{Body, TransportError};

mod credentials;
mod deadline;
mod endpoints;
mod scene;
mod streams;

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
    let huge = format!("\"{}\"", "x".repeat(20_000));
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

impl Scene {
    /// A caller who loses patience.
    async fn chat_and_leave(&self, stream: bool) {
        let messages = json!([{"role": "user", "content": "Hi"}]);
        let body = json!({"model": "small", "max_tokens": 40, "stream": stream, "messages": messages});
        let call = self.post("/v1/chat/completions", body.to_string());
        assert!(tokio::time::timeout(std::time::Duration::from_millis(5), call).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_while_the_upstream_is_silent_is_recorded_once_and_charged_for_what_it_asked() {
    for stream in [false, true] {
        for in_the_body in [false, true] {
            let (mut speakers, mut replies) = (Vec::new(), Vec::new());
            for _ in 0..100 {
                let (speaker, body) = pieces();
                replies.push(if in_the_body { body } else { Reply::Silence });
                speakers.push(speaker);
            }
            replies.push(answer("Hello.").into());
            let scene = scene_of(RULES, None, replies);
            for number in 1..=100 {
                scene.chat_and_leave(stream).await;
                let records = scene.records();
                assert_eq!(records.len(), 2 * number);
                let (first, last) = (&records[2 * number - 2], &records[2 * number - 1]);
                assert_eq!(first["decision_id"], last["decision_id"]);
                assert_eq!((&first["final"], &last["final"]), (&json!(false), &json!(true)));
                assert_eq!(
                    (&last["gate"], &last["outcome"], &last["decision"], &last["http_status"]),
                    (&json!("answer"), &json!("caller_left"), &json!("constrain"), &Value::Null)
                );
                assert_eq!(last["upstream"]["name"], "openai");
            }
            assert_eq!(scene.chat("Hi").await.status, 200, "what was charged beforehand was corrected");
        }
    }
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
