//! Limits: what is charged, and what the answers of the store come to.

use super::*;
use crate::limit::{Charge, ChargeAnswer};

const CALLS: &str = "name: calls, type: budget, limit: 10 per minute, action: CONSTRAIN";
const TOKENS: &str = "name: tokens, type: budget, limit: 1000 tokens per day, per: global, action: BLOCK";
const CRM: &str =
    "name: crm, type: action_control, tools: [crm_*], limit: 5 per hour, per: tool, action: CONSTRAIN";

fn keys(judgement: &Judgement) -> Vec<String> {
    judgement.charges.iter().map(|charge| format!("{} {}", charge.key, charge.amount)).collect()
}

fn answered(policy: &Policy, given: &Given, answers: &[ChargeAnswer]) -> Judgement {
    let mut judgement = given.judge(policy);
    assert_eq!(judgement.charges.len(), answers.len());
    let answers: Vec<(Charge, ChargeAnswer)> =
        judgement.charges.iter().cloned().zip(answers.iter().copied()).collect();
    policy.apply_charges(&mut judgement, &answers);
    judgement
}

fn refused(retry_after: u64) -> ChargeAnswer {
    ChargeAnswer::Refused { retry_after, remaining: 0 }
}

const GRANTED: ChargeAnswer = ChargeAnswer::Granted { remaining: 3 };

#[test]
fn what_is_charged() {
    let per = |scope: &str| format!("name: b, type: budget, limit: 10 per minute, per: {scope}");
    let crm_calls =
        Given::answer().action(tool_call("crm_get", json!({}))).action(tool_call("crm_set", json!({})));
    let offered = Given::request().action(action(ActionKind::ToolOffer, "crm_get", "", Value::Null));
    let decision = Given::request().call(|call| {
        call.dialect = "decisions".to_owned();
        call.model.clear();
        call.estimated_tokens = 0;
    });
    let monitor = format!("{CALLS}, mode: monitor");
    let long = Given::request().call(|call| call.model = "m".repeat(5_000));
    let rows: [(&str, Given, &[&str]); 11] = [
        (CALLS, Given::request(), &["calls/identity/agent-7 1"]),
        (CALLS, Given::answer(), &[]),
        (CALLS, decision.clone(), &["calls/identity/agent-7 1"]),
        (TOKENS, Given::request(), &["tokens/global/all 120"]),
        (TOKENS, Given::request().call(|call| call.estimated_tokens = 0), &["tokens/global/all 1"]),
        (TOKENS, decision, &[]),
        (&per("model"), Given::request(), &["b/model/echo-1 1"]),
        (&per("ip"), Given::request(), &["b/ip/10.0.0.1 1"]),
        (CRM, crm_calls, &["crm/tool/crm_get 1", "crm/tool/crm_set 1"]),
        (CRM, offered, &[]),
        (&monitor, Given::request(), &[]),
    ];
    for (rule, given, expected) in rows {
        assert_eq!(keys(&given.judge(&policy(&[rule]))), expected, "{rule}");
    }
    let key = &keys(&long.judge(&policy(&[&per("model")])))[0];
    assert!(key.starts_with("b/model/sha256:") && key.len() < 100, "{key}");
}

#[test]
fn a_refused_charge_holds_back_or_blocks_as_its_rule_says() {
    let log = "name: log, type: budget, limit: 10 per minute, action: LOG";
    let redact = "name: r, type: input_validation, detectors: [email], action: REDACT";
    let hit = Given::request().hit("email", 1, 0, 3);
    type Row<'a> = (&'a [&'a str], &'a [ChargeAnswer], &'a str, Option<(&'a str, u64)>);
    let rows: [Row<'_>; 7] = [
        (&[redact, CALLS], &[GRANTED], "constrain r", None),
        (&[redact, CALLS], &[refused(7)], "constrain r calls", Some(("calls", 7))),
        (&[redact, CALLS], &[refused(0)], "constrain r calls", Some(("calls", 1))),
        (&[TOKENS], &[refused(7)], "block tokens", None),
        (&[CALLS, TOKENS], &[refused(9), refused(7)], "block tokens", None),
        (&[CALLS, TOKENS], &[refused(9), GRANTED], "constrain calls", Some(("calls", 9))),
        (&[log], &[refused(7)], "log log", None),
    ];
    for (rules, answers, expected, throttle) in rows {
        let judgement = answered(&policy(rules), &hit, answers);
        assert_eq!(told(&judgement), expected, "{rules:?}");
        let held = judgement.throttle.as_ref().map(|throttle| (throttle.rule.as_str(), throttle.retry_after));
        assert_eq!(held, throttle, "{rules:?}");
        let goes_on = throttle.is_none() && judgement.decision != Decision::Block;
        assert!(goes_on || judgement.redactions.is_empty(), "{rules:?}");
    }
}

#[test]
fn of_several_limits_the_longest_wait_is_told() {
    let crm_calls =
        Given::answer().action(tool_call("crm_get", json!({}))).action(tool_call("crm_set", json!({})));
    let judgement = answered(&policy(&[CRM]), &crm_calls, &[refused(3), refused(40)]);
    assert_eq!(judgement.throttle.as_ref().map(|throttle| throttle.retry_after), Some(40));
    assert_eq!(judgement.message.as_deref(), Some("held back by the limit of policy rule `crm`"));
    let found = &judgement.applied[0].findings;
    assert_eq!((found.len(), found[0].detector.as_str(), found[0].count), (1, "limit", 2));
}

#[test]
fn without_the_store_the_failure_mode_decides() {
    let open = format!("{CALLS}, failure_mode: open");
    let rows = [(CALLS, "block calls", false), (&open, "allow", true)];
    for (rule, expected, fail_open) in rows {
        let judgement = answered(&policy(&[rule]), &Given::request(), &[ChargeAnswer::Unavailable]);
        assert_eq!(told(&judgement), expected, "{rule}");
        assert_eq!(judgement.unchecked[0].reason, UncheckedReason::LimitStore);
        assert_eq!(judgement.unchecked[0].fail_open, fail_open);
        assert_eq!(judgement.severity, Severity::Error);
    }
}

#[test]
fn a_default_refusal_makes_no_charges_and_stays_one() {
    let policy = policy_with("  default_action: BLOCK\n", &[CALLS]);
    let mut judgement = Given::request().judge(&policy);
    assert!(judgement.charges.is_empty());
    policy.apply_charges(&mut judgement, &[]);
    assert_eq!(told(&judgement), "block default_action");
}
