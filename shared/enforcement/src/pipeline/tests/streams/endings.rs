//! How streamed answers end that do not come to their end.

use super::super::scene::Speaker;
use super::*;
use crate::TransportError;

/// A text that goes out before anything is wrong.
const FINE: &str = "The ferry leaves at nine. ";

#[tokio::test]
async fn a_block_before_any_text_is_a_refusal_like_any_other() {
    for dialect in in_events() {
        let (speaker, reply) = pieces();
        let scene = scene(vec![reply]);
        streamed(dialect, &text("launch code 12345 is it"), 2)
            .into_iter()
            .for_each(|event| speaker.send(event));
        let told = scene.stream(dialect).await;
        assert_eq!(told.status, 403);
        assert_eq!(
            (&told.headers["content-type"], &told.headers["x-should-retry"]),
            (&"application/json".parse().unwrap(), &"false".parse().unwrap())
        );
        let body: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(body["error"]["rule"], "no-codes");
        let record = scene.final_record();
        assert_eq!(
            (&record["decision"], &record["outcome"], &record["http_status"]),
            (&json!("block"), &json!("refused"), &json!(403))
        );
        assert!(speaker.fate.dropped.load(Ordering::SeqCst), "the upstream is not read to its end");
    }
}

#[tokio::test]
async fn a_block_in_the_middle_ends_the_answer_as_the_dialect_does() {
    for dialect in in_events() {
        let said = text(&format!("{FINE}The launch code 12345 is it. And {FINE}"));
        let scene = scene(vec![all(&streamed(dialect, &said, 3))]);
        let told = scene.stream(dialect).await;
        assert_eq!(told.status, 200);
        assert_eq!(spoken(&told.body), format!("{FINE}The "), "nothing held goes out");
        let end = ["\"finish_reason\":\"content_filter\"", "\"stop_reason\":\"refusal\""];
        assert!(end.iter().any(|end| told.body.contains(end)), "{}", told.body);
        ends_once(&told.body);
        let record = scene.final_record();
        assert_eq!((&record["decision"], &record["reasons"]), (&json!("block"), &json!(["no-codes"])));
        assert_eq!((&record["outcome"], &record["http_status"]), (&json!("refused"), &json!(200)));
    }
}

#[tokio::test]
async fn an_upstream_that_breaks_off_is_told_and_recorded() {
    use TransportError::{Broken, Slow};
    type Break = (&'static str, fn(&Speaker), u16, &'static str);
    let rows: [Break; 5] = [
        ("broken", |speaker| speaker.fail(Broken), 502, "upstream_error"),
        ("slow", |speaker| speaker.fail(Slow), 504, "upstream_slow"),
        ("cut short", |_| {}, 502, "upstream_error"),
        ("garbage", |speaker| speaker.send("data: {nonsense\n\n"), 502, "answer_unreadable"),
        (
            "too long",
            |speaker| (0..9).for_each(|_| speaker.send(": x".repeat(800))),
            502,
            "answer_unreadable",
        ),
    ];
    for dialect in in_events() {
        for (name, breaks, status, outcome) in rows {
            for whole_text in [FINE.repeat(2), String::new()] {
                let (speaker, reply) = pieces();
                let scene = scene(vec![reply]);
                let events = streamed(dialect, &text(&whole_text), FINE.len());
                let end = if whole_text.is_empty() { 1 } else { events.len() - 4 };
                events.into_iter().take(end).for_each(|event| speaker.send(event));
                breaks(&speaker);
                drop(speaker);
                let told = scene.stream(dialect).await;
                let given = if whole_text.is_empty() { status } else { 200 };
                assert_eq!(told.status, given, "{name}: {}", told.body);
                assert!(told.body.contains("\"error\""), "{name}: {}", told.body);
                assert!(!told.body.contains("nonsense"));
                if given == 200 {
                    assert!(
                        whole_text.starts_with(&spoken(&told.body)) && told.body.contains("ferry"),
                        "{name}"
                    );
                    ends_once(&told.body);
                }
                let record = scene.final_record();
                assert_eq!(
                    (&record["outcome"], &record["http_status"]),
                    (&json!(outcome), &json!(given)),
                    "{name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_had_ended_is_complete_whatever_comes_of_the_connection() {
    let (speaker, reply) = pieces();
    let scene = scene(vec![reply]);
    speaker.send(chunk(FINE));
    speaker.send(OPENAI_END);
    speaker.fail(TransportError::Slow);
    let told = scene.stream(openai()).await;
    assert!(told.body.ends_with("data: [DONE]\n\n") && !told.body.contains("error"), "{}", told.body);
    assert_eq!(scene.final_record()["outcome"], "ok");
}

/// An error of the upstream's own, in the middle of an answer.
fn error(dialect: &dyn Dialect) -> &'static str {
    if dialect.id() == "openai_chat" {
        "data: {\"error\":{\"message\":\"overloaded, about 536-22-9876\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n"
    } else {
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"overloaded, about 536-22-9876\"}}\n\n"
    }
}

#[tokio::test]
async fn an_error_of_the_upstreams_own_is_recorded_before_it_goes_out_and_told_to_the_breaker() {
    for dialect in in_events() {
        let (mut speakers, mut replies) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let (speaker, reply) = pieces();
            let events = streamed(dialect, &text(&FINE.repeat(3)), FINE.len());
            events.into_iter().take(4).for_each(|event| speaker.send(event));
            speakers.push(speaker);
            replies.push(reply);
        }
        let scene = scene(replies);
        for (number, speaker) in speakers.into_iter().enumerate() {
            let mut body = scene.open(dialect).await;
            speaker.send(error(dialect));
            drop(speaker);
            let mut told = String::new();
            while !told.contains("overloaded") {
                told.push_str(&next(&mut body).await.unwrap());
            }
            let records = scene.records();
            assert_eq!(records.len(), 2 * (number + 1), "the record comes first");
            assert_eq!(
                (&records[records.len() - 1]["outcome"], &records[records.len() - 1]["http_status"]),
                (&json!("upstream_error"), &json!(200))
            );
            let rest = body.collect().await.unwrap().to_bytes();
            told.push_str(std::str::from_utf8(&rest).unwrap());
            assert!(told.contains("about [us_ssn 1]") && !told.contains("9876"), "{told}");
            ends_once(&told);
            assert_eq!(scene.records().len(), 2 * (number + 1), "nothing more is recorded");
        }
        let told = scene.stream(dialect).await;
        assert_eq!((told.status, scene.sent().len()), (503, 2), "it is left alone: {}", told.body);
    }
}

#[tokio::test]
async fn what_is_held_when_the_upstream_tells_of_an_error_is_judged_as_the_end_of_its_text() {
    let rows = [
        ("It is 536-22-1234", "It is [us_ssn 1]", "upstream_error"),
        ("It is 536-22-", "It is 536-22-", "upstream_error"),
        ("The launch code 7", "The ", "refused"),
    ];
    for dialect in in_events() {
        for (held, goes, outcome) in rows {
            let events = streamed(dialect, &text(&format!("{FINE}{held}")), FINE.len());
            let says = |event: &Vec<u8>| String::from_utf8_lossy(event).contains(held);
            let end = events.iter().position(says).unwrap() + 1;
            let mut body = events[..end].to_vec();
            body.push(error(dialect).into());
            let scene = scene(vec![all(&body)]);
            let told = scene.stream(dialect).await;
            assert_eq!(spoken(&told.body), format!("{FINE}{goes}"), "{}", told.body);
            assert_eq!(told.body.contains("overloaded"), outcome == "upstream_error", "{}", told.body);
            assert_eq!(scene.final_record()["outcome"], outcome);
        }
    }
}

#[tokio::test]
async fn what_ends_an_answer_waits_for_the_record_also_where_it_has_something_to_say() {
    let (speaker, reply) = pieces();
    let scene = scene(vec![reply]);
    let delta = json!({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}]});
    speaker.send(chunk(FINE));
    speaker.send(format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta}]})));
    speaker.send(chunk("536-22-1234"));
    let mut body = scene.open(openai()).await;
    let mut told = String::new();
    speaker.send("data: [DONE]\n\n");
    while !told.contains("us_ssn") {
        told.push_str(&next(&mut body).await.unwrap());
    }
    assert!(!told.contains("get_time") && !told.contains("[DONE]"), "{told}");
    drop(speaker);
    let last = next(&mut body).await.unwrap();
    assert!(last.contains("get_time") && last.ends_with("data: [DONE]\n\n"), "{last}");
    assert_eq!(scene.final_record()["outcome"], "ok");
}

#[tokio::test]
async fn nothing_comes_after_the_end() {
    let scene = scene(vec![all(&[format!("{}{OPENAI_END}", chunk(FINE)).into(), chunk("more").into()])]);
    let told = scene.stream(openai()).await;
    ends_once(&told.body);
    assert_eq!(spoken(&told.body), FINE);
    assert_eq!(scene.final_record()["outcome"], "answer_unreadable");
}

#[tokio::test]
async fn when_the_caller_leaves_the_upstream_is_left_and_the_record_written() {
    for dialect in in_events() {
        let (speaker, reply) = pieces();
        let scene = scene(vec![reply]);
        let events = streamed(dialect, &text(&FINE.repeat(9)), FINE.len());
        events.into_iter().take(7).for_each(|event| speaker.send(event));
        let mut body = scene.open(dialect).await;
        next(&mut body).await.unwrap();
        assert_eq!(scene.records().len(), 1);
        drop(body);
        assert!(speaker.fate.dropped.load(Ordering::SeqCst));
        let record = scene.final_record();
        assert_eq!((&record["outcome"], &record["decision"]), (&json!("caller_left"), &json!("constrain")));
        assert_eq!(record["http_status"], 200);
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_caller_leaves_before_the_head_the_record_is_written_too() {
    let (speaker, reply) = pieces();
    let scene = scene(vec![reply]);
    let waiting = tokio::time::timeout(std::time::Duration::from_secs(60), scene.stream(openai()));
    assert!(waiting.await.is_err());
    assert!(speaker.fate.dropped.load(Ordering::SeqCst));
    let record = scene.final_record();
    assert_eq!((&record["outcome"], &record["http_status"]), (&json!("caller_left"), &Value::Null));
}

#[tokio::test]
async fn an_answer_whose_end_cannot_be_recorded_does_not_end_well() {
    for dialect in in_events() {
        for ending in [FINE, "launch code 12345 is it"] {
            let (speaker, reply) = pieces();
            let scene = scene(vec![reply]);
            let said = text(&format!("{FINE}{ending}"));
            streamed(dialect, &said, FINE.len()).into_iter().for_each(|event| speaker.send(event));
            drop(speaker);
            let mut body = scene.open(dialect).await;
            let first = next(&mut body).await.unwrap();
            scene.sink.broken.store(true, Ordering::SeqCst);
            let rest = body.collect().await.unwrap().to_bytes();
            let told = first + std::str::from_utf8(&rest).unwrap();
            assert!(told.contains("cannot be recorded"), "{told}");
            let good = ["\"finish_reason\":\"stop\"", "message_stop", "end_turn", "12345"];
            assert!(good.iter().all(|good| !told.contains(good)), "{told}");
            ends_once(&told);
            assert_eq!(scene.records().len(), 1);
        }
    }
}

/// The end of the answer, or an error, stands at the end and nowhere else.
fn ends_once(body: &str) {
    let last = body.trim_end().rsplit("\n\n").next().unwrap();
    let ends = |event: &str| {
        event.contains("[DONE]") || event.contains("\"message_stop\"") || event.contains("event: error")
    };
    assert!(ends(last), "{body}");
    assert_eq!(body.split("\n\n").filter(|event| ends(event)).count(), 1, "{body}");
}
