//! What an upstream is shown, and what becomes of a call whose credential it refuses.

use futures_util::FutureExt as _;
use serde_json::json;
use std::pin::pin;

use super::scene::{RULES, Reply, Scene, answer, pieces, scene, scene_of, version};
use crate::{Body, Caller, TransportError};

/// What an upstream says of a credential that it does not take.
fn refusal(status: u16) -> Result<(u16, String), TransportError> {
    Ok((status, json!({"error": {"message": "no such key", "type": "invalid_request_error"}}).to_string()))
}

impl Scene {
    /// The credentials that the upstream was shown, one for each request.
    fn shown(&self) -> Vec<String> {
        let sent = self.sent();
        let shown = sent.iter().map(|(_, headers, _)| headers["authorization"].to_str().unwrap().to_owned());
        shown.collect()
    }
}

const OLD: &str = "Bearer sk-upstream";
const NEW: &str = "Bearer sk-renewed";

/// A scene that has made a call with the old key, whereupon the store got a new one.
async fn renewed(answers: Vec<Reply>) -> Scene {
    let answers = std::iter::once(answer("Hello.").into()).chain(answers).collect();
    let scene = scene_of(RULES, None, answers);
    assert_eq!(scene.chat("Hi").await.status, 200);
    scene.store.memory.put("openai", version("2", "sk-renewed"));
    scene
}

#[tokio::test]
async fn a_credential_that_was_renewed_meanwhile_is_shown_and_the_call_comes_through() {
    for status in [401, 403] {
        let scene = renewed(vec![refusal(status).into(), answer("Hello.").into()]).await;
        let told = scene.chat("Hi").await;
        assert_eq!((told.status, told.body), (200, answer("Hello.").unwrap().1));
        assert_eq!(scene.shown(), [OLD, OLD, NEW]);
        let sent = scene.sent();
        assert_eq!(sent[1].2, sent[2].2, "the same body");
        let records = scene.records().split_off(2);
        assert_eq!(records.len(), 2, "one for each gate");
        let upstream = &records[1]["upstream"];
        assert_eq!(
            (&upstream["retries"], &upstream["reason"], &upstream["status"]),
            (&json!(1), &json!("credential"), &json!(200))
        );
        assert_eq!(records[1]["outcome"], "ok");
    }
}

#[tokio::test]
async fn a_stream_that_was_refused_is_asked_for_again_before_anything_went_out() {
    let (speaker, body) = pieces();
    speaker.send(concat!(
        r#"data: {"id":"c","object":"chat.completion.chunk","model":"small","choices":[{"index":0,"delta":{"content":"Hello."},"finish_reason":"stop"}]}"#,
        "\n\ndata: [DONE]\n\n"
    ));
    drop(speaker);
    let scene = renewed(vec![refusal(401).into(), body]).await;
    let ask = json!({"model": "small", "max_tokens": 40, "stream": true, "messages": [{"role": "user", "content": "Hi"}]});
    let told = scene.post("/v1/chat/completions", ask.to_string()).await;
    assert_eq!(told.status, 200);
    assert!(told.body.contains("Hello.") && told.body.ends_with("[DONE]\n\n"), "{}", told.body);
    assert_eq!(scene.shown(), [OLD, OLD, NEW]);
    assert_eq!(scene.records().len(), 4);
}

#[tokio::test]
async fn without_a_newer_credential_the_refusal_stands_and_the_store_is_not_asked_for_each() {
    let scene = scene(vec![answer("Hello."), refusal(403), refusal(403), refusal(403)]);
    assert_eq!(scene.chat("Hi").await.status, 200);
    for _ in 0..2 {
        let told = scene.chat("Hi").await;
        assert_eq!((told.status, told.body.contains("no such key")), (403, true), "{}", told.body);
    }
    assert_eq!((scene.sent().len(), scene.store.memory.reads()), (3, 2));
    let record = scene.records().pop().unwrap();
    assert_eq!((&record["upstream"]["retries"], &record["outcome"]), (&json!(0), &json!("upstream_error")));
    scene.clock.0.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(scene.chat("Hi").await.status, 403);
    assert_eq!(scene.store.memory.reads(), 3, "a second later it is asked again");
}

#[tokio::test]
async fn a_store_that_is_away_leaves_the_refusal_as_it_is() {
    let scene = renewed(vec![refusal(401).into()]).await;
    let away = secrets::SecretError::Unreachable { name: "openai".to_owned(), reason: "away".to_owned() };
    scene.store.memory.fail_with(Some(away));
    assert_eq!(scene.chat("Hi").await.status, 401);
    assert_eq!(scene.shown(), [OLD, OLD]);
}

#[tokio::test]
async fn a_newer_credential_that_is_refused_as_well_is_not_tried_again() {
    let scene = renewed(vec![refusal(401).into(), refusal(401).into()]).await;
    assert_eq!(scene.chat("Hi").await.status, 401);
    assert_eq!(scene.shown(), [OLD, OLD, NEW]);
}

#[tokio::test]
async fn a_call_is_sent_again_once_for_each_reason() {
    use TransportError::Unreachable;
    let scene = renewed(vec![Err(Unreachable).into(), refusal(401).into(), answer("Hello.").into()]).await;
    assert_eq!(scene.chat("Hi").await.status, 200);
    assert_eq!(scene.shown(), [OLD, OLD, OLD, NEW]);
    let record = scene.records().pop().unwrap();
    assert_eq!(
        (&record["upstream"]["retries"], &record["upstream"]["reason"]),
        (&json!(2), &json!("credential"))
    );

    let lost = vec![Err(Unreachable).into(), refusal(401).into(), Err(Unreachable).into()];
    let scene = renewed(lost).await;
    assert_eq!(scene.chat("Hi").await.status, 502, "it was unreachable before");
    assert_eq!(scene.records().pop().unwrap()["upstream"]["status"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_call_without_a_credential_is_not_sent_again() {
    let scene = scene_of(RULES, None, vec![refusal(401).into()]);
    let body = json!({"model": "small", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]});
    assert_eq!(scene.post("/v1/messages", body.to_string()).await.status, 401);
    assert_eq!((scene.sent().len(), scene.store.memory.reads()), (1, 0));
}

#[tokio::test]
async fn the_store_has_the_question_before_the_call_is_judged() {
    let scene = scene(vec![answer("Hello.")]);
    let slow = scene.store.slow.lock().await;
    let mut call = pin!(scene.chat("Hi"));
    assert!(call.as_mut().now_or_never().is_none());
    assert_eq!(*scene.store.asked.lock().unwrap(), [0], "asked while nothing was recorded");
    assert_eq!((scene.records().len(), scene.sent().len()), (1, 0), "judged while it was waited for");
    drop(slow);
    assert_eq!(call.await.status, 200);
    assert_eq!((scene.store.asked.lock().unwrap().len(), scene.shown()), (1, vec![OLD.to_owned()]));
}

#[tokio::test]
async fn a_call_that_is_refused_does_not_wait_for_the_store() {
    let scene = scene(vec![answer("Hello.")]);
    let slow = scene.store.slow.lock().await;
    assert_eq!(scene.chat("please drop table users").await.status, 403);
    assert_eq!(scene.store.memory.reads(), 0, "it never answered");
    drop(slow);
    assert_eq!(scene.chat("Hi").await.status, 200, "the next one asks anew");
}

#[tokio::test]
async fn a_trace_goes_to_upstreams_of_the_same_provider_alone() {
    let converse = json!({"messages": [{"role": "user", "content": [{"text": "Hi"}]}], "inferenceConfig": {"maxTokens": 40}});
    let chat = json!({"model": "small", "max_tokens": 40, "messages": [{"role": "user", "content": "Hi"}]});
    for (path, body, traced) in
        [("/model/small/converse", converse, Some("Root=1")), ("/v1/chat/completions", chat, None)]
    {
        let scene = scene(vec![refusal(400)]);
        let request = http::Request::post(path).body(Body::Whole(body.to_string().into())).unwrap();
        let trace = Some(http::HeaderValue::from_static("Root=1"));
        let _ = scene.pipeline.handle(request, Caller { trace, ..Caller::default() }).await;
        let sent = scene.sent().remove(0).1;
        assert_eq!(sent.get("x-trace").map(|trace| trace.to_str().unwrap()), traced, "{path}");
    }
}
