//! What is recorded, and how recorded text is covered.

use super::*;
use crate::policy::Capture;

fn words(capture: &Capture) -> String {
    let switches = [
        ("record", capture.record),
        ("request_id", capture.request_id),
        ("agent_identity", capture.agent_identity),
        ("model_used", capture.model_used),
        ("input_tokens", capture.input_tokens),
        ("output_tokens", capture.output_tokens),
        ("policy_decisions", capture.policy_decisions),
        ("latency", capture.latency),
        ("input", capture.input),
        ("output", capture.output),
        ("input_hash", capture.input_hash),
        ("output_hash", capture.output_hash),
    ];
    switches.into_iter().filter(|(_, on)| *on).map(|(word, _)| word).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_the_logging_rules_want() {
    let default =
        "record request_id agent_identity model_used input_tokens output_tokens policy_decisions latency";
    let all = "name: all, type: logging, trigger: on_every_request, capture: [request_id, latency]";
    let text = "name: text, type: logging, trigger: on_violation, capture: [input, output_hash]";
    let never = "name: never, type: logging, trigger: never";
    let plain = "name: plain, type: logging, trigger: on_every_request";
    let other = "name: other, type: logging, trigger: on_every_request, capture: [input], when: \"request.model == 'x'\"";
    let broken = "name: broken, type: logging, trigger: on_every_request, capture: [input], when: \"identity.claims.a == 1\"";
    let none = "name: none, type: logging, trigger: on_every_request, capture: [latency], sample: 0";
    let rows: [(&[&str], Decision, &str); 13] = [
        (&[INJECTION], Decision::Allow, default),
        (&[plain], Decision::Allow, default),
        (&[all], Decision::Allow, "record request_id latency"),
        (&[all, text], Decision::Log, "record request_id latency"),
        (&[all, text], Decision::Block, "record request_id latency input output_hash"),
        (&[text], Decision::Constrain, "record input output_hash"),
        (&[text], Decision::Allow, ""),
        (&[never], Decision::Block, ""),
        (&[never, all], Decision::Allow, "record request_id latency"),
        (&[other], Decision::Allow, default),
        (&[broken], Decision::Allow, default),
        (&[none], Decision::Allow, ""),
        (&[none], Decision::Block, "record latency"),
    ];
    for (rules, decision, expected) in rows {
        let capture = policy(rules).capture(&Given::request().call, decision, "d-1");
        assert_eq!(words(&capture), expected, "{rules:?} {decision:?}");
    }
}

#[test]
fn a_sample_is_the_share_that_was_asked_for_and_can_be_repeated() {
    let policy = policy(&["name: s, type: logging, trigger: on_every_request, sample: 0.25"]);
    let call = Given::request().call;
    let recorded = |id: u32| policy.capture(&call, Decision::Allow, &format!("d-{id}")).record;
    let count = (0..4_000).filter(|id| recorded(*id)).count();
    assert!((900..1_100).contains(&count), "{count}");
    assert!((0..100).all(|id| recorded(id) == recorded(id)));
}

#[test]
fn recorded_text_is_covered_by_the_rules_of_both_gates() {
    let input =
        "name: in, type: input_validation, detectors: [email], roles: [user], action: REDACT, mode: monitor";
    let output = "name: out, type: output_filter, detectors: [us_ssn], action: REDACT";
    let blocks = "name: b, type: input_validation, detectors: [credit_card]";
    let logging = "name: log, type: logging, trigger: on_every_request, capture: [input]";
    let policy = policy(&[input, output, blocks, logging]);
    let id = |label: &str| ProbeId(policy.probes().iter().position(|probe| probe.label == label).unwrap());
    assert_eq!(policy.probe_ids(Gate::Request), [id("email"), id("credit_card")]);
    assert_eq!(policy.probe_ids(Gate::Answer), [id("us_ssn")]);
    assert_eq!(policy.redaction_probe_ids(Gate::Request), [id("us_ssn")]);
    assert!(policy.redaction_probe_ids(Gate::Answer).is_empty());
    let finding = |label, part, start| Finding {
        part,
        probe: id(label),
        span: Span::new(start, start + 4),
        confidence: Confidence::CERTAIN,
    };
    let findings = [finding("us_ssn", 0, 2), finding("email", 0, 9), finding("credit_card", 1, 0)];
    let redactions = policy.redact_for_record(Gate::Request, &Given::request().parts, &findings);
    let labels: Vec<_> = redactions.iter().map(|redaction| redaction.label.as_str()).collect();
    assert_eq!(labels, ["us_ssn", "email"]);
}

#[test]
fn a_probe_is_enforced_where_more_than_a_record_may_come_of_it() {
    let rows = [
        ("action: REDACT", true),
        ("action: BLOCK, failure_mode: open", true),
        ("action: CONSTRAIN, constrain: {redact: true}, when: \"request.model == 'm'\"", true),
        ("action: LOG", true),
        ("action: LOG, failure_mode: open", false),
        ("action: BLOCK, mode: monitor", false),
        ("action: LOG, mode: monitor", false),
    ];
    for (members, enforced) in rows {
        let rules = [("out", "output_filter"), ("in", "input_validation")]
            .map(|(name, kind)| format!("name: {name}, type: {kind}, pattern: {name}, {members}"));
        let policy = policy(&[&rules[0], &rules[1]]);
        for gate in [Gate::Answer, Gate::Request] {
            let own = policy.probe_ids(gate);
            assert_eq!(own.len(), 1);
            let expected = if enforced { own } else { &[] };
            assert_eq!(policy.enforced_probe_ids(gate), expected, "{members} at {gate:?}");
        }
    }
    let both = [
        "name: a, type: output_filter, pattern: a, action: REDACT",
        "name: b, type: output_filter, pattern: a, mode: monitor",
    ];
    let policy = policy(&both);
    assert_eq!(policy.enforced_probe_ids(Gate::Answer).len(), 1, "one rule that may act is enough");
}

#[test]
fn the_same_probe_of_two_rules_is_looked_for_once_and_heard_by_both() {
    let input = "name: in, type: input_validation, detectors: [email], pattern: abc";
    let output = "name: out, type: output_filter, detectors: [email, us_ssn], pattern: abc";
    let policy = policy(&[input, output]);
    assert_eq!(policy.probes().len(), 3);
    assert_eq!(told(&Given::request().hit("email", 1, 0, 2).judge(&policy)), "block in");
    assert_eq!(told(&Given::answer().hit("email", 1, 0, 2).judge(&policy)), "constrain out");
}
