//! The function that enforces behind AWS's own Runtime Interface Emulator: what happens to a call that Lambda would end,
//! and to an event that is larger than Lambda takes.

use conformance::lambda::interface::{self, Interface, apart};
use conformance::python::tell;
use conformance::served::Settings;
use conformance::upstream::{Script, Upstream};
use serde_json::json;

use super::fetch::OPEN;

/// How long a call may take, in seconds. A process has to start in it.
const SECONDS: u64 = 4;
/// What nobody may see of a call.
const CANARY: &str = "canary-quokka";

fn is_there(test: &str) -> bool {
    let found = interface::program();
    if let Err(reason) = &found {
        tell(&format!("skipped: {test}, {reason}"));
    }
    found.is_ok()
}

/// A call that is decided on and goes nowhere.
fn decides(emulator: &Interface) -> bool {
    let body = json!({"texts": [{"role": "user", "text": CANARY}]}).to_string();
    let answer = emulator.call("/v1/decisions", &body);
    let Some((prelude, body)) = apart(&answer) else { return false };
    prelude["statusCode"] == 200 && body.contains("\"decision\":\"allow\"")
}

#[test]
fn an_event_that_is_too_large_is_no_call_and_the_next_one_is_answered() {
    if !is_there("an event that is too large") {
        return;
    }
    let emulator = Interface::start(&Settings::of_policy(OPEN), 60);
    assert!(decides(&emulator), "{}", emulator.written());
    let large = json!({"texts": [{"role": "user", "text": CANARY.repeat(600_000)}]}).to_string();
    let answer = emulator.call("/v1/decisions", &large);
    let told = answer.json();
    assert!(told["errorType"].is_string(), "{told}");
    assert!(!told.to_string().contains("quokka"), "{told}");
    assert!(decides(&emulator), "{}", emulator.written());
    let written = emulator.written();
    assert!(!written.contains("quokka"), "{written}");
    assert_eq!(written.matches("\"record\":").count(), 2, "what is no call has no record: {written}");
}

#[test]
fn a_call_that_lambda_would_end_ends_before_that_with_its_record_and_the_next_one_is_answered() {
    if !is_there("a call that takes too long") {
        return;
    }
    let upstream = Upstream::start(Script::Silence);
    let settings = Settings::of_policy(OPEN).upstream("openai", &upstream.url());
    let emulator = Interface::start(&settings, SECONDS);
    let body = json!({"model": "m", "messages": [{"role": "user", "content": CANARY}]}).to_string();
    let answer = emulator.call("/v1/chat/completions", &body);
    let Some((prelude, told)) = apart(&answer) else { panic!("no answer: {}", answer.text()) };
    assert_eq!(prelude["statusCode"], 504, "{told}");
    assert!(told.contains("the upstream is too slow"), "{told}");
    assert_eq!(upstream.arrived().len(), 1, "it was under way: {}", emulator.written());
    let written = emulator.written();
    let records: Vec<_> = written.lines().filter(|line| line.contains("\"record\":")).collect();
    assert_eq!(records.len(), 2, "one for each gate: {written}");
    assert!(records.iter().any(|line| line.contains("\"outcome\":\"upstream_slow\"")), "{written}");
    assert!(!written.contains("quokka"), "{written}");
    assert!(decides(&emulator), "the same process answers: {}", emulator.written());
}
