//! The function that enforces behind `cargo lambda watch`: events and an answer's pieces as somebody else makes them.

use conformance::cases::Cases;
use conformance::emulators::of_lambda;
use conformance::http::Request;
use conformance::lambda::watch;
use conformance::providers::{Provider, Streams};
use conformance::python::tell;
use conformance::served::Settings;
use conformance::upstream::{Gate, Script, Step, Stream, Upstream};
use serde_json::{Value, json};

const THROUGH_WATCH: Provider =
    Provider { id: "aws", serve: watch::serve, knows_who_left: false, streams: Streams::PASSED_ON };

/// Whether it can be had; a line tells where not.
fn is_there(test: &str) -> bool {
    let made = of_lambda();
    if let Err(reason) = &made {
        tell(&format!("skipped: {test}, {reason}"));
    }
    made.is_ok()
}

#[test]
fn cases_of_calls() {
    if !is_there("cases of calls through `cargo lambda watch`") {
        return;
    }
    for name in ["gates", "bad_input", "callers", "decisions", "limits"] {
        Cases::read(name).run(&THROUGH_WATCH);
    }
}

/// What a model says, in an event of a stream.
fn event(delta: &Value) -> Vec<u8> {
    let chunk = json!({"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [delta]});
    format!("data: {chunk}\n\n").into_bytes()
}

/// A piece is let go only when the one before it has arrived.
#[test]
fn a_stream_arrives_piece_by_piece() {
    if !is_there("a stream through `cargo lambda watch`") {
        return;
    }
    let words = ["The first words. ", "The next ones. ", "The number is 536-22-1234. ", "And the last."];
    let gates: Vec<_> = words.iter().map(|_| Gate::default()).collect();
    let mut steps = Vec::new();
    for (word, gate) in words.iter().zip(&gates) {
        steps.push(Step::Wait(gate.clone()));
        steps.push(Step::Write(event(&json!({"index": 0, "delta": {"content": word}}))));
    }
    steps.push(Step::Write(event(&json!({"index": 0, "delta": {}, "finish_reason": "stop"}))));
    steps.push(Step::Write(b"data: [DONE]\n\n".to_vec()));
    let upstream = Upstream::start(Script::Stream(Stream::of_events(steps)));
    let policy = conformance::files::read("tests/testdata/streams/policy.yaml");
    let served = watch::serve(&Settings::of_policy(policy).upstream("openai", &upstream.url()));
    let body =
        json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}).to_string();
    let request = Request::post("/v1/chat/completions", body);
    gates[0].open();
    let mut coming = request.open(served.address());
    assert_eq!(coming.so_far().status, 200);
    // What comes last of a piece may be held until the next one tells that nothing begins in it.
    for (gate, (arrives, not_yet)) in
        gates[1..].iter().zip([("The first", "ones"), ("The next", "number"), ("[REDACTED]", "last.")])
    {
        gate.open();
        let so_far = coming.read_until(arrives);
        if !gates.last().is_some_and(Gate::is_open) {
            assert!(!so_far.contains(not_yet), "{so_far}");
        }
    }
    let answer = coming.rest();
    assert!(answer.text().contains("[DONE]") && !answer.text().contains("1234"), "{}", answer.text());
    assert!(!answer.text().contains("Lambda-Runtime"), "{}", answer.text());
    let last = served.wait_for_record(|record| record["final"] == true);
    assert_eq!((&last["decision"], &last["provider"]), (&json!("constrain"), &json!("aws")));
}
