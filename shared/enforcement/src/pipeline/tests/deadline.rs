//! Calls that the provider would break off: they end before, told in the dialect and recorded.

use std::sync::atomic::Ordering;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::scene::{RULES, Reply, Scene, Told, answer, pieces, scene_of};
use crate::{AnswerBody, Body, Caller, Clock as _};

fn said(text: &str) -> String {
    let choice = json!({"index": 0, "delta": {"content": text}});
    let chunk = json!({"id": "c", "object": "chat.completion.chunk", "model": "small", "choices": [choice]});
    format!("data: {chunk}\n\n")
}

impl Scene {
    /// A chat that may take so many milliseconds.
    async fn chat_for(&self, ms: u64, stream: bool) -> Told {
        Told::of(self.handle_for(ms, stream).await).await
    }

    async fn handle_for(&self, ms: u64, stream: bool) -> Response<AnswerBody> {
        let messages = json!([{"role": "user", "content": "Hi"}]);
        let body = json!({"model": "small", "max_tokens": 40, "stream": stream, "messages": messages});
        let request = Request::post("/v1/chat/completions").body(Body::Whole(body.to_string().into()));
        let ends_by_ms = Some(self.clock.unix_millis() + ms);
        self.pipeline.handle(request.unwrap(), Caller { ends_by_ms, ..Caller::default() }).await
    }

    fn last(&self) -> Value {
        self.records().pop().unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_is_silent_for_too_long_is_told_before_the_call_is_broken_off() {
    let (speaker, headed) = pieces();
    for (stream, reply) in [(false, Reply::Silence), (true, Reply::Silence), (true, headed)] {
        let scene = scene_of(RULES, None, vec![reply, answer("Hello.").into()]);
        let told = scene.chat_for(700, stream).await;
        assert_eq!(told.status, 504, "{}", told.body);
        assert!(serde_json::from_str::<Value>(&told.body).unwrap()["error"].is_object(), "{}", told.body);
        let last = scene.last();
        assert_eq!((scene.records().len(), &last["outcome"]), (2, &json!("upstream_slow")), "{last}");
        assert_eq!((&last["final"], &last["http_status"]), (&json!(true), &json!(504)));
        assert_eq!(scene.chat_for(700, false).await.status, 200, "the next one is not concerned");
    }
    assert!(speaker.fate.dropped.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_would_go_on_ends_in_an_error_of_the_dialect() {
    let (speaker, reply) = pieces();
    let scene = scene_of(RULES, None, vec![reply]);
    speaker.send(said("The ferry leaves at nine. "));
    let told = scene.chat_for(700, true).await;
    assert_eq!((told.status, told.body.contains("ferry")), (200, true), "{}", told.body);
    assert!(told.body.contains(r#"data: {"error""#), "{}", told.body);
    let last = scene.last();
    assert_eq!((scene.records().len(), &last["outcome"]), (2, &json!("upstream_slow")), "{last}");
    assert_eq!(last["final"], true);
    assert!(speaker.fate.dropped.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_never_pauses_ends_as_well() {
    let (speaker, reply) = pieces();
    let scene = scene_of(RULES, None, vec![reply]);
    speaker.send(said("The ferry leaves at nine. "));
    let mut body = scene.handle_for(700, true).await.into_body();
    assert!(body.frame().await.is_some());
    scene.clock.0.fetch_add(700, Ordering::SeqCst);
    speaker.send(said("And so does the bus. "));
    let rest = body.collect().await.unwrap().to_bytes();
    let rest = String::from_utf8_lossy(&rest);
    assert!(rest.contains(r#"data: {"error""#) && !rest.contains("bus"), "{rest}");
    assert_eq!(scene.last()["outcome"], "upstream_slow");
}

#[tokio::test(start_paused = true)]
async fn streams_that_had_no_time_left_say_nothing_against_the_upstream() {
    let mut replies: Vec<Reply> = Vec::new();
    let mut speakers = Vec::new();
    for _ in 0..5 {
        let (speaker, reply) = pieces();
        speaker.send(said("The ferry leaves at nine. "));
        speakers.push(speaker);
        replies.push(reply);
    }
    replies.push(answer("Hello.").into());
    let scene = scene_of(RULES, None, replies);
    for _ in 0..5 {
        assert_eq!(scene.chat_for(700, true).await.status, 200);
    }
    assert_eq!(scene.chat_for(700, false).await.status, 200, "its breaker is closed");
}

#[tokio::test(start_paused = true)]
async fn a_call_without_any_time_left_is_not_sent() {
    let scene = scene_of(RULES, None, vec![]);
    assert_eq!(scene.chat_for(0, false).await.status, 504);
    assert!(scene.sent().is_empty());
}
