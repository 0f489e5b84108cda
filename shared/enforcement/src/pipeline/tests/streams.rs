//! Streamed answers: the same gate as for whole ones, piece by piece.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use dialects::{Address, Dialect, Said, Says, Usage};
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::scene::{Reply, Scene, Told, pieces, scene_of};
use crate::{AnswerBody, Body, Caller};

mod endings;

const RULES: &str = r#"
apiVersion: v1
kind: AIPolicy
metadata: {name: streams}
spec:
  rules:
    - {name: hide-mail, type: input_validation, detectors: [email], action: REDACT, transform: token}
    - {name: ssn-out, type: output_filter, detectors: [us_ssn], action: REDACT, replacement: '[{detector} {n}]'}
    - {name: digits, type: output_filter, pattern: '\b22-\d+\b', action: REDACT, replacement: '#'}
    - {name: chain, type: output_filter, patterns: {one: 'abc', two: 'bcd{1,9}e'}, action: REDACT, replacement: '@'}
    - {name: no-codes, type: output_filter, pattern: 'launch code \d+', action: BLOCK}
    - {name: no-deletes, type: action_control, tools: ['delete_*'], action: BLOCK}
    - {name: rare, type: action_control, tools: ['rare'], limit: 1 per hour, action: CONSTRAIN}
    - {name: few, type: budget, limit: 100000 tokens per hour, action: CONSTRAIN}
"#;

fn scene(answers: Vec<Reply>) -> Scene {
    scene_of(RULES, None, answers)
}

fn request(dialect: &dyn Dialect, stream: bool) -> Request<Body> {
    let asked = dialect.compose_request("m", "Write to ann@corp.example", stream);
    let mut body: Value = serde_json::from_str(&asked.body).unwrap();
    body["max_tokens"] = 100.into();
    Request::post(asked.path).body(Body::Whole(Bytes::from(body.to_string()))).unwrap()
}

fn said(says: Says) -> Said {
    let usage = Usage { input_tokens: 7, output_tokens: 3 };
    Said { id: "c1".into(), model: "m".into(), created: 1, says, usage }
}

fn text(text: &str) -> Said {
    said(Says::Text(text.to_owned()))
}

fn call(name: &str) -> Said {
    said(Says::ToolCall { name: name.to_owned(), arguments: json!({"id": "ann <EMAIL_1>"}) })
}

/// The dialects that these tests go through. What holds in every dialect is tried with all of them elsewhere, in the
/// suite `streams`.
fn in_events() -> [&'static dyn Dialect; 2] {
    [anthropic(), openai()]
}

/// An answer in events that say so many bytes of text each.
fn streamed(dialect: &dyn Dialect, said: &Said, piece: usize) -> Vec<Vec<u8>> {
    dialect.compose_stream(&Address::PLAIN, said, piece).unwrap().pieces
}

fn openai() -> &'static dyn Dialect {
    dialects::by_id("openai_chat").unwrap()
}

fn anthropic() -> &'static dyn Dialect {
    dialects::by_id("anthropic_messages").unwrap()
}

/// A streamed answer that has all come, in these pieces.
fn all(pieces_of_body: &[Vec<u8>]) -> Reply {
    let (speaker, reply) = pieces();
    pieces_of_body.iter().for_each(|piece| speaker.send(piece.clone()));
    reply
}

/// An event of OpenAI's that says a piece of text.
fn chunk(text: &str) -> String {
    let delta = json!({"index": 0, "delta": {"content": text}, "finish_reason": null});
    let chunk = json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]});
    format!("data: {chunk}\n\n")
}

const OPENAI_END: &str = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\
    \"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// The data of every event that came.
fn events(body: &str) -> Vec<Value> {
    let data = body.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// The text that an answer says, whole or streamed.
fn spoken(body: &str) -> String {
    let whole = serde_json::from_str(body).map(|whole| vec![whole]);
    let places = [
        "/choices/0/delta/content",
        "/choices/0/message/content",
        "/delta/text",
        "/delta/thinking",
        "/content/0/text",
    ];
    let events = whole.unwrap_or_else(|_| events(body));
    let texts = events.iter().flat_map(|event| places.iter().filter_map(|place| event.pointer(place)));
    texts.filter_map(Value::as_str).collect()
}

/// What does not depend on the time or on the way that the answer took.
fn judged(record: &Value) -> Value {
    let members =
        ["decision", "gate", "final", "reasons", "rules", "severity", "outcome", "usage", "http_status"];
    members.iter().map(|member| record[*member].clone()).collect()
}

impl Scene {
    async fn stream(&self, dialect: &dyn Dialect) -> Told {
        self.send(request(dialect, true)).await
    }

    /// The last record, and that it is the only final one.
    fn final_record(&self) -> Value {
        let records = self.records();
        let finals = records.iter().filter(|record| record["final"] == true).count();
        assert_eq!(finals, 1, "{records:?}");
        records.last().unwrap().clone()
    }

    /// A streamed call of which the head has come.
    async fn open(&self, dialect: &dyn Dialect) -> AnswerBody {
        self.pipeline.handle(request(dialect, true), Caller::default()).await.into_body()
    }
}

/// The next piece that goes to the caller.
async fn next(body: &mut AnswerBody) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

const SECRETIVE: &str = "Dear <EMAIL_1>, née 536-22-1234, <EMAIL_2> or 22-7, abcdddde yours.";
const COVERED: &str = "Dear ann@corp.example, née [us_ssn 1], <EMAIL_2> or #, @ yours.";

#[tokio::test]
async fn however_it_is_cut_a_stream_says_and_records_what_a_whole_answer_would() {
    for dialect in in_events() {
        let said = text(SECRETIVE);
        let whole = String::from_utf8(dialect.compose(&Address::PLAIN, &said)).unwrap();
        let mut answers = vec![Reply::Whole(200, whole)];
        answers.extend((1..70).map(|piece| all(&streamed(dialect, &said, piece))));
        let body = streamed(dialect, &said, 5).concat();
        answers
            .extend((1..body.len()).step_by(43).map(|at| all(&[body[..at].to_vec(), body[at..].to_vec()])));
        let streams = answers.len() - 1;
        let scene = scene(answers);
        let whole = scene.send(request(dialect, false)).await;
        assert_eq!(spoken(&whole.body), COVERED);
        let record = scene.final_record();
        assert_eq!(record["reasons"], json!(["hide-mail", "ssn-out", "digits", "chain"]));
        for number in 0..streams {
            let told = scene.stream(dialect).await;
            assert_eq!((told.status, spoken(&told.body).as_str()), (200, COVERED), "{number}: {}", told.body);
            assert_eq!(judged(scene.records().last().unwrap()), judged(&record));
        }
    }
}

#[tokio::test]
async fn what_may_go_out_goes_out_before_the_next_piece_comes() {
    for dialect in in_events() {
        let (speaker, reply) = pieces();
        let scene = scene(vec![reply]);
        let sentence = "The ferry leaves at nine. ";
        let events = streamed(dialect, &text(&sentence.repeat(5)), sentence.len());
        let mut events = events.into_iter();
        // What comes before the first text waits for it.
        for event in events.by_ref() {
            let says = String::from_utf8_lossy(&event).contains("ferry");
            speaker.send(event);
            if says {
                break;
            }
        }
        let mut body = scene.open(dialect).await;
        let mut came = next(&mut body).await.unwrap();
        assert!(came.contains("The ferry leaves"), "{came}");
        for event in events {
            let says = String::from_utf8_lossy(&event).contains("ferry");
            speaker.send(event);
            if says {
                came = next(&mut body).await.unwrap();
                assert!(came.contains("ferry leaves"), "{came}");
            }
        }
        assert_eq!(scene.records().len(), 1, "the answer has not ended");
        drop(speaker);
        let last = next(&mut body).await.unwrap();
        assert!(last.contains("[DONE]") || last.contains("message_stop"), "{last}");
        assert_eq!(next(&mut body).await, None);
        scene.final_record();
    }
}

#[tokio::test]
async fn where_nothing_is_looked_for_every_byte_goes_out_as_it_came() {
    let plain = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: plain}\nspec: {rules: []}\n";
    let watching = RULES.replace("spec:\n", "spec:\n  mode: monitor\n");
    for (rules, reasons) in [(plain, 0), (watching.as_str(), 5)] {
        for dialect in in_events() {
            let body = streamed(dialect, &text(&format!("{SECRETIVE} launch code 7 and")), 9).concat();
            let scene = scene_of(rules, None, vec![all(std::slice::from_ref(&body))]);
            let told = scene.stream(dialect).await;
            assert_eq!(told.status, 200);
            assert_eq!(told.body, String::from_utf8(body).unwrap());
            let record = scene.final_record();
            assert_eq!(record["decision"], "allow");
            assert_eq!(record["monitored"].as_array().map_or(0, Vec::len), reasons, "{record}");
        }
    }
}

#[tokio::test]
async fn no_text_is_held_for_rules_of_which_only_a_record_comes() {
    let watching = RULES.replace("spec:\n", "spec:\n  mode: monitor\n");
    let (covered, one_enforced) =
        ("name: ssn-out, type: output_filter,", "name: ssn-out, mode: enforce, type: output_filter,");
    let logging = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: l}\nspec:\n  rules:\n    \
        - {name: seen, type: output_filter, detectors: [us_ssn], pattern: 'launch code \\d+', action: LOG, failure_mode: open}\n";
    let rows = [
        (watching.clone(), "launch code 536-22-1234", "monitored"),
        (logging.to_owned(), "launch code 536-22-1234", "rules"),
        (watching.replace(covered, one_enforced), "launch code ", "monitored"),
    ];
    for (rules, at_once, list) in rows {
        let (speaker, reply) = pieces();
        let scene = scene_of(&rules, None, vec![reply]);
        speaker.send(chunk("launch code 536-22-1234"));
        let mut body = scene.open(openai()).await;
        assert_eq!(spoken(&next(&mut body).await.unwrap()), at_once, "{rules}");
        speaker.send(OPENAI_END);
        drop(speaker);
        let rest = body.collect().await.unwrap().to_bytes();
        let rest = if at_once.ends_with('4') { "" } else { "[us_ssn 1]" }
            == spoken(std::str::from_utf8(&rest).unwrap());
        assert!(rest, "{rules}");
        let record = scene.final_record();
        let told = record[list].as_array().unwrap();
        assert_eq!(record["outcome"], "ok");
        assert!(
            told.iter().any(|rule| ["no-codes", "seen"].contains(&rule["rule"].as_str().unwrap())),
            "{record}"
        );
    }
}

#[tokio::test]
async fn the_head_is_the_upstreams_with_what_a_stream_needs() {
    let scene = scene(vec![all(&streamed(openai(), &text("Hello."), 3))]);
    let told = scene.stream(openai()).await;
    let header = |name: &str| told.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream; charset=utf-8"));
    assert_eq!(header("cache-control").as_deref(), Some("no-cache"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(header("x-request-id").as_deref(), Some("up-1"));
    assert_eq!((header("set-cookie"), header("content-length")), (None, None));
    assert_eq!(
        header("x-sallyport-decision"),
        scene.final_record()["decision_id"].as_str().map(str::to_owned)
    );
}

#[tokio::test]
async fn an_answer_that_is_not_streamed_after_all_is_judged_as_a_whole() {
    let whole = String::from_utf8(openai().compose(&Address::PLAIN, &text("It is 536-22-1234."))).unwrap();
    let error = json!({"error": {"message": "about 536-22-1234"}}).to_string();
    for (status, body) in [(200, whole), (429, error)] {
        let scene = scene(vec![Reply::Whole(status, body)]);
        let told = scene.stream(openai()).await;
        assert_eq!(told.status, status);
        assert!(told.body.contains("[us_ssn 1]") && !told.body.contains("536-22"), "{}", told.body);
        scene.final_record();
    }
}

#[tokio::test]
async fn a_tool_call_goes_out_whole_or_not_at_all() {
    for dialect in in_events() {
        let rows = [("write", 200, "allow"), ("delete_user", 403, "block"), ("rare", 200, "allow")];
        let replies = rows.iter().map(|(name, ..)| all(&streamed(dialect, &call(name), 2)));
        let scene = scene(replies.collect());
        for (name, status, _) in rows {
            let told = scene.stream(dialect).await;
            assert_eq!(told.status, status, "{name}: {}", told.body);
            assert_eq!(told.body.contains("ann ann@corp.example"), status == 200, "{}", told.body);
        }
        let finals: Vec<_> = scene.records().into_iter().filter(|record| record["final"] == true).collect();
        assert_eq!(finals.len(), 3);
        assert_eq!(finals[1]["reasons"], json!(["no-deletes"]));
        assert_eq!(
            finals[1]["rules"].as_array().unwrap().last().unwrap()["actions"][0]["name"],
            "delete_user"
        );
    }
}

#[tokio::test]
async fn a_limit_on_calls_holds_within_a_stream() {
    let replies = (0..2).map(|_| all(&streamed(openai(), &call("rare"), 2)));
    let scene = scene(replies.collect());
    assert_eq!(scene.stream(openai()).await.status, 200);
    let told = scene.stream(openai()).await;
    assert_eq!(told.status, 429, "{}", told.body);
    assert!(told.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(scene.records().pop().unwrap()["outcome"], "throttled");
}

fn thinking(text: &str) -> Vec<u8> {
    let event = |kind: &str, mut data: Value| {
        data["type"] = kind.into();
        format!("event: {kind}\ndata: {data}\n\n")
    };
    let delta = |delta: Value| event("content_block_delta", json!({"index": 0, "delta": delta}));
    let block = json!({"type": "thinking", "thinking": "", "signature": ""});
    let message = json!({"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 7, "output_tokens": 1}});
    let (first, second) = text.split_at(text.len() / 2);
    let events = [
        event("message_start", json!({"message": message})),
        event("content_block_start", json!({"index": 0, "content_block": block})),
        delta(json!({"type": "thinking_delta", "thinking": first})),
        delta(json!({"type": "thinking_delta", "thinking": second})),
        delta(json!({"type": "signature_delta", "signature": "c2lnbmVk"})),
        event("content_block_stop", json!({"index": 0})),
        event(
            "message_delta",
            json!({"delta": {"stop_reason": "end_turn", "stop_sequence": null}, "usage": {"output_tokens": 9}}),
        ),
        event("message_stop", json!({})),
    ];
    events.concat().into_bytes()
}

#[tokio::test]
async fn signed_thinking_goes_out_as_it_came_or_not_at_all() {
    let rows = [("I write to <EMAIL_1> now.", 200), ("It is 536-22-1234, I think.", 403)];
    for (thought, status) in rows {
        let scene = scene(vec![all(&[thinking(thought)])]);
        let told = scene.stream(anthropic()).await;
        assert_eq!(told.status, status, "{}", told.body);
        assert_eq!(spoken(&told.body) == thought, status == 200, "{}", told.body);
        let record = scene.final_record();
        assert_eq!(record["decision"], if status == 200 { "constrain" } else { "block" });
        assert!(!told.body.contains("536-22"));
    }
    let block = json!([{"type": "thinking", "thinking": "I write to <EMAIL_1>.", "signature": "c2ln"},
        {"type": "text", "text": "Dear <EMAIL_1>"}]);
    let body = json!({"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": block,
        "stop_reason": "end_turn", "usage": {"input_tokens": 7, "output_tokens": 1}});
    let scene = scene(vec![Reply::Whole(200, body.to_string())]);
    let told = scene.send(request(anthropic(), false)).await;
    assert_eq!(told.status, 200, "whole answers alike: {}", told.body);
    assert!(
        told.body.contains("to <EMAIL_1>.") && told.body.contains("Dear ann@corp.example"),
        "{}",
        told.body
    );
}

#[tokio::test]
async fn what_a_policy_asks_for_of_the_answer_is_recorded_covered() {
    let rules = format!(
        "{RULES}    - {{name: all, type: logging, trigger: on_every_request, capture: [output, output_hash, latency]}}\n"
    );
    let scene = scene_of(&rules, None, vec![all(&streamed(openai(), &text(SECRETIVE), 4))]);
    let told = scene.stream(openai()).await;
    let record = scene.final_record();
    assert_eq!(record["output"], "Dear <EMAIL_1>, née [MASKED], <EMAIL_2> or [MASKED], [MASKED] yours.");
    assert_eq!(record["output_sha256"], decision_log::sha256_hex(told.body.as_bytes()));
    assert!(record["latency_us"].is_object());
    let long = format!("{} 536-22-1234", "word ".repeat(100));
    let scene = scene_of(&rules, None, vec![all(&streamed(openai(), &text(&long), 100))]);
    scene.stream(openai()).await;
    let output = scene.final_record()["output"].as_str().unwrap().to_owned();
    assert!(output.ends_with("word  [MASKED]"), "{output}");
}

#[tokio::test]
async fn the_upstream_is_read_only_as_fast_as_the_caller_takes() {
    let (speaker, reply) = pieces();
    let scene = scene(vec![reply]);
    (0..20).for_each(|_| speaker.send(chunk("The ferry leaves at nine. ")));
    speaker.send(OPENAI_END);
    let taken = || speaker.fate.taken.load(Ordering::SeqCst);
    let mut body = scene.open(openai()).await;
    assert_eq!(taken(), 1, "the first text lets the head out");
    for number in 1..=10 {
        next(&mut body).await.unwrap();
        assert!(taken() <= number, "{number} pieces out, {} in", taken());
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_kept_open() {
    let (speaker, reply) = pieces();
    let scene = scene(vec![reply]);
    speaker.send(chunk("The ferry leaves at nine. "));
    let mut body = scene.open(openai()).await;
    assert!(next(&mut body).await.unwrap().starts_with("data: "));
    assert_eq!(next(&mut body).await.unwrap(), ": keep-alive\n\n");
    speaker.send(chunk("536-"));
    assert_eq!(next(&mut body).await.unwrap(), ": keep-alive\n\n", "what is held says nothing");
    speaker.send(chunk("22-1234 "));
    speaker.send(OPENAI_END);
    drop(speaker);
    let rest = body.collect().await.unwrap().to_bytes();
    assert_eq!(spoken(std::str::from_utf8(&rest).unwrap()), "[us_ssn 1] ");
}

#[tokio::test]
async fn tokens_are_settled_by_what_was_said_where_the_upstream_does_not_tell() {
    // A budget that holds ten calls of 12 tokens, but only one of what each may use.
    let rules = RULES.replace("100000 tokens", "130 tokens");
    let streams = |end: &str| {
        let body = format!("{}{end}", chunk("The ferry leaves at nine. "));
        (0..12).map(|_| all(&[body.clone().into_bytes()])).collect::<Vec<_>>()
    };
    let scene = scene_of(&rules, None, streams(OPENAI_END));
    let mut granted = 0;
    while scene.stream(openai()).await.status == 200 {
        granted += 1;
    }
    assert_eq!(granted, 3, "24 bytes asked and 26 said are 12 tokens; the next may use 106");
    assert!(scene.last_answer()["usage"].is_null());
}

impl Scene {
    fn last_answer(&self) -> Value {
        self.records().into_iter().rfind(|record| record["gate"] == "answer").unwrap()
    }
}

#[tokio::test]
async fn how_much_was_held_back_at_most_is_recorded() {
    for dialect in in_events() {
        for (said, least) in [("The number is 536-22-1234 and so on it goes, on and on.", 7), ("Hi.", 0)] {
            let scene = scene(vec![all(&streamed(dialect, &text(said), 4))]);
            assert_eq!(scene.stream(dialect).await.status, 200);
            let held = scene.final_record()["held_bytes"].as_u64().unwrap();
            let most = u64::try_from(said.len()).unwrap();
            assert!((least..=most).contains(&held), "{}: {held} of {said}", dialect.id());
            assert!(held < most || least == 0, "{}: {held} of {said}", dialect.id());
        }
        let whole = String::from_utf8(dialect.compose(&Address::PLAIN, &text("Hi."))).unwrap();
        let scene = scene(vec![Reply::Whole(200, whole)]);
        scene.send(request(dialect, false)).await;
        assert_eq!(scene.final_record()["held_bytes"], Value::Null);
    }
}
