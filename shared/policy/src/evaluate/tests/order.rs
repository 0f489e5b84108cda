//! Laws: what must hold for every policy and every case.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

/// Rules of every kind and action, which together meet, overlap and contradict each other.
const RULES: &[&str] = &[
    "name: allow-email, type: input_validation, detectors: [email], action: ALLOW",
    "name: log-email, type: input_validation, detectors: [email], action: LOG",
    "name: redact-email, type: input_validation, detectors: [email, us_ssn], action: REDACT",
    "name: mask-card, type: input_validation, detectors: [credit_card], action: REDACT, transform: mask",
    "name: block-ssn, type: input_validation, detectors: [us_ssn], roles: [user]",
    "name: cap, type: input_validation, detectors: [credit_card], action: CONSTRAIN, constrain: {max_tokens: 9}",
    "name: open, type: input_validation, detectors: [email], failure_mode: open",
    "name: on-condition, type: input_validation, detectors: [email], when: \"identity.claims.team == 'a'\"",
    "name: models, type: model_access, models: [\"echo-*\"], action: ALLOW",
    "name: no-models, type: model_access, models: [\"gpt-*\"], action: BLOCK",
    "name: pay, type: action_control, tools: [pay], arguments: {/amount: {max: 10}}, action: BLOCK",
    "name: tools, type: action_control, tools: [pay, get_*], allow_only: true, action: LOG",
    "name: calls, type: budget, limit: 10 per minute, action: CONSTRAIN",
];

fn given() -> impl Strategy<Value = Given> {
    let hit = (select(vec!["email", "us_ssn", "credit_card"]), 0..3_usize, 0..30_usize, 0..10_usize);
    let tool = (select(vec!["pay", "get_x", "drop"]), 0..20);
    let types = [ContentType::Text, ContentType::Text, ContentType::Text, ContentType::Image];
    (
        proptest::collection::vec(hit, 0..6),
        proptest::collection::vec(tool, 0..3),
        select(vec!["echo-1", "gpt-5", ""]),
        select(types.to_vec()),
        subsequence(vec!["email"], 0..=1),
    )
        .prop_map(|(hits, tools, model, content, failed)| Given {
            hits: hits
                .into_iter()
                .map(|(label, part, start, len)| (label, part, start, start + len))
                .collect(),
            actions: tools.into_iter().map(|(name, n)| tool_call(name, json!({"amount": n}))).collect(),
            failed,
            ..Given::request().call(|call| call.model = model.to_owned()).content(2, content)
        })
}

fn rules() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(RULES.to_vec(), 1..RULES.len()).prop_shuffle()
}

fn spans(judgement: &Judgement) -> Vec<(usize, Span)> {
    judgement.redactions.iter().map(|redaction| (redaction.part, redaction.span)).collect()
}

fn sorted(mut reasons: Vec<String>) -> Vec<String> {
    reasons.sort();
    reasons
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rules_does_not_change_the_decision(rules in rules(), given in given()) {
        let mut turned = rules.clone();
        turned.reverse();
        let (one, other) = (given.judge(&policy(&rules)), given.judge(&policy(&turned)));
        prop_assert_eq!(one.decision, other.decision);
        prop_assert_eq!(one.severity, other.severity);
        prop_assert_eq!(spans(&one), spans(&other));
        prop_assert_eq!(one.constraints, other.constraints);
        prop_assert_eq!(sorted(one.reasons), sorted(other.reasons));
    }

    #[test]
    fn the_same_case_gives_the_same_judgement_in_whatever_order_it_was_found(rules in rules(), given in given()) {
        let policy = policy(&rules);
        let mut turned = given.clone();
        turned.hits.reverse();
        prop_assert_eq!(given.judge(&policy), turned.judge(&policy));
    }

    #[test]
    fn redactions_do_not_overlap_and_cover_what_was_found(rules in rules(), given in given()) {
        let judgement = given.judge(&policy(&rules));
        for pair in judgement.redactions.windows(2) {
            prop_assert!((pair[0].part, pair[0].span.end) <= (pair[1].part, pair[1].span.start));
        }
        if judgement.decision == Decision::Block {
            prop_assert!(judgement.redactions.is_empty() && judgement.charges.is_empty());
            prop_assert!(judgement.constraints.is_empty() && judgement.message.is_some());
        } else if rules.iter().any(|rule| rule.contains("redact-email")) {
            for (_, part, start, end) in given.hits.iter().filter(|hit| hit.0 == "email" && hit.2 < hit.3) {
                let covers = |r: &&crate::Redaction| r.part == *part && r.span.start <= *start && r.span.end >= *end;
                let is_text = given.parts[*part].content == ContentType::Text;
                prop_assert_eq!(judgement.redactions.iter().filter(covers).count(), usize::from(is_text));
            }
        }
    }

    #[test]
    fn one_more_rule_never_loosens_a_decision(rules in rules(), more in select(RULES.to_vec()), given in given()) {
        let mut with = rules.clone();
        if !with.contains(&more) {
            with.push(more);
        }
        prop_assert!(given.judge(&policy(&with)).decision >= given.judge(&policy(&rules)).decision);
    }

    #[test]
    fn a_rule_in_monitor_mode_changes_nothing(rules in rules(), more in select(RULES.to_vec()), given in given()) {
        let without: Vec<_> = rules.iter().copied().filter(|rule| *rule != more).collect();
        let shadow = format!("{more}, mode: monitor");
        let with: Vec<_> = without.iter().copied().chain([shadow.as_str()]).collect();
        let (without, with) = (given.judge(&policy_with("", &without)), given.judge(&policy(&with)));
        prop_assert_eq!(Judgement { monitored: Vec::new(), ..with }, without);
    }

    #[test]
    fn a_policy_in_monitor_mode_lets_everything_by_and_says_what_it_would_have_done(rules in rules(), given in given()) {
        let enforced = given.judge(&policy(&rules));
        let monitored = given.judge(&policy_with("  mode: monitor\n", &rules));
        prop_assert_eq!(monitored.decision, Decision::Allow);
        let names = |applied: &[crate::AppliedRule]| -> Vec<String> {
            applied.iter().map(|applied| applied.rule.clone()).collect()
        };
        for name in names(&enforced.applied) {
            prop_assert!(names(&monitored.monitored).contains(&name));
        }
    }
}
