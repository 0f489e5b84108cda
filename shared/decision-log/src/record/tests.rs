//! What a record writes, what it leaves out, and what it must never say.

use std::collections::BTreeMap;

use policy::{
    ActionKind, AppliedAction, Charge, ChargeAnswer, Constraints, FindingCount, Identity, IdentityKind,
    Limit, LimitUnit, Period, RuleAction, UncheckedReason,
};
use serde_json::{Value, json};

use super::*;
use crate::chain::Chain;

/// A small record, for the tests of the chain.
pub(crate) fn record(number: u64) -> Record {
    let entry = PolicyEntry { name: "support-agents".to_owned(), revision: "ab".repeat(32) };
    let time = Timestamp::from_unix_ms(1_700_000_000_000 + number);
    let mut record = Record::new(format!("call-{number}"), time, Gate::Request, entry, &call());
    record.is_final = number.is_multiple_of(2);
    record
}

fn call() -> Call {
    Call {
        dialect: "openai_chat".to_owned(),
        model: "gpt-x".to_owned(),
        provider: "local".to_owned(),
        region: String::new(),
        stream: false,
        tools: Vec::new(),
        messages: 1,
        identity: Identity {
            id: "agent-7".to_owned(),
            kind: IdentityKind::ApiKey,
            groups: vec!["secret-group".to_owned()],
            claims: BTreeMap::new(),
        },
        ip: "10.0.0.9".to_owned(),
        estimated_tokens: 10,
    }
}

fn judgement(decision: Decision) -> Judgement {
    Judgement {
        decision,
        reasons: vec!["no-injection".to_owned()],
        applied: vec![applied("no-injection", 1)],
        monitored: Vec::new(),
        unchecked: Vec::new(),
        redactions: Vec::new(),
        constraints: Constraints::default(),
        charges: Vec::new(),
        throttle: None,
        severity: Severity::Warning,
        message: Some("told to the caller".to_owned()),
    }
}

fn applied(rule: &str, findings: usize) -> AppliedRule {
    let finding = FindingCount {
        detector: "prompt_injection".to_owned(),
        field: "messages[0].content".to_owned(),
        count: 1,
        spans: vec![[3, 9]],
    };
    AppliedRule {
        rule: rule.to_owned(),
        kind: "input_validation",
        action: RuleAction::Block,
        findings: vec![finding; findings],
        actions: Vec::new(),
    }
}

fn charge(key: &str) -> Charge {
    let limit = Limit { count: 5, unit: LimitUnit::Requests, periods: 1, period: Period::Minute, burst: 5 };
    Charge { rule: 0, key: key.into(), limit, amount: 1 }
}

fn full() -> Record {
    let mut record = record(0);
    record.judge(&judgement(Decision::Block));
    record.monitored = vec![applied("shadow", 1)];
    record.region = "eu-north-1".to_owned();
    record.instance = Some("i-1".to_owned());
    record.request_id = Some("r-1".to_owned());
    record.outcome = Some(Outcome::Refused);
    record.http_status = Some(403);
    record.unchecked_content = vec![ContentType::Image];
    record.limits = ["calls/identity/agent-7", "calls/ip/10.0.0.9", "spend/model/gpt-x", "all/global", "odd"]
        .map(|key| LimitUse::new(&charge(key), &ChargeAnswer::Granted { remaining: 4 }))
        .to_vec();
    record.usage = Usage { input_tokens: Some(3), output_tokens: Some(4) };
    record.latency_us = Some(Latency { checks: 120, upstream: Some(9_000) });
    record.held_bytes = Some(11);
    record.upstream = Some(UpstreamUse {
        name: "openai".to_owned(),
        request_id: Some("u-1".to_owned()),
        status: Some(200),
        retries: 0,
        reason: None,
    });
    record.input = Some(CapturedText::new([("question", &[][..])]));
    record.output = Some(CapturedText::new([("reply", &[][..])]));
    record.input_sha256 = Some(crate::sha256_hex(b"in"));
    record.output_sha256 = Some(crate::sha256_hex(b"out"));
    record
}

fn nothing() -> Capture {
    Capture {
        record: true,
        request_id: false,
        agent_identity: false,
        model_used: false,
        input_tokens: false,
        output_tokens: false,
        policy_decisions: false,
        latency: false,
        input: false,
        output: false,
        input_hash: false,
        output_hash: false,
    }
}

fn written(record: &Record) -> Value {
    serde_json::to_value(record).unwrap()
}

#[test]
fn a_line_is_the_record_in_canonical_form() {
    let line = Chain::new("one").seal(&record(1)).unwrap().line().to_owned();
    let expected = concat!(
        r#"{"chain":{"hash":"HASH","id":"one","#,
        r#""previous":"0000000000000000000000000000000000000000000000000000000000000000","sequence":1},"#,
        r#""decision":"allow","decision_id":"call-1","dialect":"openai_chat","final":false,"gate":"request","#,
        r#""identity":{"id":"agent-7","kind":"api_key"},"model":"gpt-x","#,
        r#""policy":{"name":"support-agents","revision":"REVISION"},"provider":"local","reasons":[],"#,
        r#""schema":"sallyport.decision/v1","severity":"INFO","stream":false,"time":"2023-11-14T22:13:20.001Z"}"#,
    );
    let hash = serde_json::from_str::<Value>(&line).unwrap()["chain"]["hash"].as_str().unwrap().to_owned();
    assert_eq!(line.replace(&hash, "HASH").replace(&"ab".repeat(32), "REVISION"), expected);
    assert_eq!(crate::sha256_hex(line.replace(&format!("\"hash\":\"{hash}\","), "").as_bytes()), hash);
}

#[test]
fn each_word_of_capture_drops_what_it_names() {
    let mut bare = full();
    bare.capture(&nothing());
    let text = written(&bare).to_string();
    for told in ["agent-7", "10.0.0.9", "gpt-x", "r-1", "u-1", "question", "reply", "shadow", "messages[0]"] {
        assert!(!text.contains(told), "{told} in {text}");
    }
    type Row = (fn(&mut Capture), &'static [&'static str]);
    let rows: [Row; 11] = [
        (|capture| capture.request_id = true, &["/request_id", "/upstream/request_id"]),
        (|capture| capture.agent_identity = true, &["/identity", "/limits/0/key", "/limits/1/key"]),
        (|capture| capture.model_used = true, &["/model", "/limits/2/key"]),
        (|capture| capture.input_tokens = true, &["/usage/input_tokens"]),
        (|capture| capture.output_tokens = true, &["/usage/output_tokens"]),
        (|capture| capture.policy_decisions = true, &["/rules", "/monitored"]),
        (|capture| capture.latency = true, &["/latency_us", "/held_bytes"]),
        (|capture| capture.input = true, &["/input"]),
        (|capture| capture.output = true, &["/output"]),
        (|capture| capture.input_hash = true, &["/input_sha256"]),
        (|capture| capture.output_hash = true, &["/output_sha256"]),
    ];
    let every: Vec<&str> = rows.iter().flat_map(|(_, members)| members.iter().copied()).collect();
    for (ask, members) in rows {
        let mut capture = nothing();
        ask(&mut capture);
        let mut record = full();
        record.capture(&capture);
        let value = written(&record);
        for member in &every {
            assert_eq!(value.pointer(member).is_some(), members.contains(member), "{member} of {members:?}");
        }
        for always in
            ["/decision", "/reasons", "/policy", "/outcome", "/limits/3/scope", "/unchecked_content"]
        {
            assert!(value.pointer(always).is_some(), "{always}");
        }
    }
}

#[test]
fn a_check_that_was_let_by_is_never_an_allow() {
    let unchecked =
        |fail_open| Unchecked { rule: "calls".to_owned(), reason: UncheckedReason::LimitStore, fail_open };
    let rows = [
        (Decision::Allow, None, "allow", None),
        (Decision::Allow, Some(true), "log", Some(true)),
        (Decision::Constrain, Some(true), "constrain", Some(true)),
        (Decision::Block, Some(false), "block", None),
    ];
    for (decision, fail_open, word, mark) in rows {
        let mut judged = judgement(decision);
        judged.unchecked = fail_open.map(unchecked).into_iter().collect();
        let mut record = record(0);
        record.judge(&judged);
        let value = written(&record);
        assert_eq!(value["decision"], word);
        assert_eq!(value.get("fail_open").and_then(Value::as_bool), mark);
    }
}

#[test]
fn no_call_makes_a_record_without_bounds() {
    let long = "x".repeat(1_000_000);
    let mut judged = judgement(Decision::Block);
    let mut rule = applied("no-injection", 100_000);
    rule.findings[0].field.clone_from(&long);
    let action = AppliedAction {
        kind: ActionKind::ToolCall,
        name: long.clone(),
        field: long.clone(),
        because: "tool",
    };
    judged.monitored = vec![AppliedRule { actions: vec![action; 3], ..applied("shadow", 10) }];
    judged.applied = vec![rule];
    let mut record = full();
    record.judge(&judged);
    assert_eq!(record.left_out, 100_000 + 13 - Record::MAX_LISTED);
    for outside in [&mut record.model, &mut record.request_id] {
        *outside = Some(long.clone());
    }
    record.identity = Some(IdentityEntry { id: long.clone(), kind: IdentityKind::Jwt });
    record.limits = vec![LimitUse::new(
        &charge(&format!("calls/identity/{long}")),
        &ChargeAnswer::Refused { retry_after: 1, remaining: 0 },
    )];
    record.input = Some(CapturedText::new([(&*long, &[][..])]));
    let line = Chain::new("one").seal(&record).unwrap().line().to_owned();
    assert!(line.len() < 100_000, "{}", line.len());
}

#[test]
fn limits_are_told_by_rule_scope_and_key() {
    let (granted, refused) =
        (ChargeAnswer::Granted { remaining: 4 }, ChargeAnswer::Refused { retry_after: 9, remaining: 0 });
    let rows = [
        (
            "calls/identity/a/b",
            granted,
            json!({"rule": "calls", "scope": "identity", "key": "a/b", "granted": true, "remaining": 4}),
        ),
        (
            "calls/global",
            refused,
            json!({"rule": "calls", "scope": "global", "granted": false, "remaining": 0}),
        ),
        ("calls/ip/", granted, json!({"rule": "calls", "scope": "ip", "granted": true, "remaining": 4})),
        ("calls/odd/agent-7", ChargeAnswer::Unavailable, json!({"rule": "calls", "granted": false})),
    ];
    for (key, answer, expected) in rows {
        assert_eq!(serde_json::to_value(LimitUse::new(&charge(key), &answer)).unwrap(), expected, "{key}");
    }
}

#[test]
fn the_same_call_gives_the_same_line() {
    let lines: Vec<_> = (0..2).map(|_| Chain::new("one").seal(&full()).unwrap().line().to_owned()).collect();
    assert_eq!(lines[0], lines[1]);
    assert!(!lines[0].contains("secret-group") && !lines[0].contains("told to the caller"));
}
