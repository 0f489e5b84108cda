//! What a policy answers, by tables: rules as a document has them, a case, and the decision with its reasons.

mod actions;
mod limits;
mod order;
mod recording;

use serde_json::{Value, json};

use crate::call::{Action, ActionKind, Call, Identity};
use crate::decision::{Constraints, Decision, Judgement, RuleAction, Severity, UncheckedReason};
use crate::finding::{Confidence, Finding};
use crate::policy::{Case, Gate, Policy};
use crate::probe::ProbeId;
use crate::text::{ContentType, Part, Role, Span};

const DETECTORS: &[&str] = &["credit_card", "email", "prompt_injection", "us_ssn"];

/// A policy of these rules, one flow map each; `spec` is what else stands in `spec`.
fn policy_with(spec: &str, rules: &[&str]) -> Policy {
    let rules: Vec<_> = rules.iter().map(|rule| format!("    - {{{rule}}}\n")).collect();
    let rules = if rules.is_empty() { " []".to_owned() } else { format!("\n{}", rules.concat()) };
    let source =
        format!("apiVersion: v1\nkind: AIPolicy\nmetadata: {{name: t}}\nspec:\n{spec}  rules:{rules}\n");
    match Policy::load(&source, DETECTORS) {
        Ok(loaded) => loaded.policy,
        Err(faults) => panic!("{faults}\n{source}"),
    }
}

fn policy(rules: &[&str]) -> Policy {
    policy_with("", rules)
}

/// A case that owns what it is made of. Findings name their probe by its label.
#[derive(Clone, Debug)]
struct Given {
    gate: Gate,
    call: Call,
    parts: Vec<Part>,
    hits: Vec<(&'static str, usize, usize, usize)>,
    failed: Vec<&'static str>,
    actions: Vec<Action>,
}

impl Given {
    fn request() -> Self {
        let call = Call {
            dialect: "openai_chat".to_owned(),
            model: "echo-1".to_owned(),
            provider: "local".to_owned(),
            region: "eu-west-1".to_owned(),
            stream: false,
            tools: Vec::new(),
            messages: 2,
            identity: Identity {
                id: "agent-7".to_owned(),
                groups: vec!["support".to_owned()],
                ..Identity::anonymous()
            },
            ip: "10.0.0.1".to_owned(),
            estimated_tokens: 120,
        };
        let parts = vec![part(Role::System, 0), part(Role::User, 1), part(Role::Tool, 2)];
        Self { gate: Gate::Request, call, parts, hits: Vec::new(), failed: Vec::new(), actions: Vec::new() }
    }

    fn answer() -> Self {
        let mut given = Self::request();
        given.gate = Gate::Answer;
        given.parts = vec![part(Role::Assistant, 0), part(Role::Assistant, 1)];
        given
    }

    fn hit(mut self, label: &'static str, part: usize, start: usize, end: usize) -> Self {
        self.hits.push((label, part, start, end));
        self
    }

    fn failed(mut self, label: &'static str) -> Self {
        self.failed.push(label);
        self
    }

    fn content(mut self, part: usize, content: ContentType) -> Self {
        self.parts[part].content = content;
        self
    }

    fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    fn call(mut self, change: impl FnOnce(&mut Call)) -> Self {
        change(&mut self.call);
        self
    }

    fn judge(&self, policy: &Policy) -> Judgement {
        let ids = |label: &str| {
            let wanted: Vec<_> = (0..policy.probes().len())
                .filter(|id| policy.probes()[*id].label == label)
                .map(ProbeId)
                .collect();
            wanted
        };
        let hit = |(label, part, start, end): &(&str, usize, usize, usize)| {
            let finding = |probe| Finding {
                part: *part,
                probe,
                span: Span::new(*start, *end),
                confidence: Confidence::CERTAIN,
            };
            ids(label).into_iter().map(finding).collect::<Vec<_>>()
        };
        policy.judge(&Case {
            gate: self.gate,
            call: &self.call,
            parts: &self.parts,
            findings: &self.hits.iter().flat_map(hit).collect::<Vec<_>>(),
            failed_probes: &self.failed.iter().flat_map(|label| ids(label)).collect::<Vec<_>>(),
            actions: &self.actions,
        })
    }
}

fn part(role: Role, index: usize) -> Part {
    Part { role, content: ContentType::Text, field: format!("messages[{index}].content") }
}

fn action(kind: ActionKind, name: &str, url: &str, arguments: Value) -> Action {
    Action {
        kind,
        name: name.to_owned(),
        method: if kind == ActionKind::Http { "POST".to_owned() } else { String::new() },
        urls: url.split_whitespace().map(|url| url.parse().unwrap()).collect(),
        arguments,
        field: "action".to_owned(),
    }
}

fn tool_call(name: &str, arguments: Value) -> Action {
    action(ActionKind::ToolCall, name, "", arguments)
}

/// `block a b`: the decision and its reasons.
fn told(judgement: &Judgement) -> String {
    let word = match judgement.decision {
        Decision::Allow => "allow",
        Decision::Block => "block",
        Decision::Constrain => "constrain",
        Decision::Log => "log",
    };
    std::iter::once(word).chain(judgement.reasons.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

const SSN_OUT: &str = "name: ssn-out, type: output_filter, detectors: [us_ssn], action: REDACT";
const INJECTION: &str =
    "name: injection, type: input_validation, detectors: [prompt_injection], roles: [user, tool]";

#[test]
fn the_strictest_rule_that_applies_decides() {
    let allow = "name: a, type: input_validation, pattern: xx, action: ALLOW";
    let log = "name: l, type: input_validation, detectors: [email], action: LOG";
    let redact = "name: r, type: input_validation, detectors: [us_ssn], action: REDACT";
    let constrain = "name: c, type: input_validation, detectors: [us_ssn, email], action: CONSTRAIN, \
                     constrain: {max_tokens: 5}";
    let block = "name: b, type: input_validation, detectors: [credit_card], message: No cards";
    let policy = policy(&[allow, log, redact, constrain, block]);
    let all = Given::request();
    let rows = [
        (all.clone(), "allow"),
        (all.clone().hit("pattern", 1, 0, 2), "allow a"),
        (all.clone().hit("us_ssn", 1, 0, 2), "constrain r c"),
        (all.clone().hit("email", 1, 0, 2), "constrain c"),
        (all.clone().hit("credit_card", 1, 0, 2), "block b"),
        (all.clone().hit("credit_card", 1, 0, 2).hit("us_ssn", 1, 3, 4).hit("pattern", 1, 0, 2), "block b"),
        (all.hit("nothing", 1, 0, 2), "allow"),
    ];
    for (given, expected) in rows {
        assert_eq!(told(&given.judge(&policy)), expected);
    }
}

#[test]
fn texts_are_judged_where_their_rules_stand() {
    let rows = [
        (INJECTION, Given::request().hit("prompt_injection", 1, 0, 9), "block injection"),
        (INJECTION, Given::request().hit("prompt_injection", 2, 0, 9), "block injection"),
        (INJECTION, Given::request().hit("prompt_injection", 0, 0, 9), "allow"),
        (INJECTION, Given::request().hit("prompt_injection", 99, 0, 9), "block injection"),
        (INJECTION, Given::answer().hit("prompt_injection", 1, 0, 9), "allow"),
        (SSN_OUT, Given::answer().hit("us_ssn", 0, 0, 9), "constrain ssn-out"),
        (SSN_OUT, Given::request().hit("us_ssn", 1, 0, 9), "allow"),
    ];
    for (rule, given, expected) in rows {
        assert_eq!(told(&given.judge(&policy(&[rule]))), expected, "{rule}");
    }
}

#[test]
fn options_of_input_validation() {
    let messages = "name: few, type: input_validation, max_messages: 2";
    let types = "name: text-only, type: input_validation, content_types: [text]";
    let rows = [
        (messages, Given::request(), "allow"),
        (messages, Given::request().call(|call| call.messages = 3), "block few"),
        (types, Given::request(), "allow"),
        (types, Given::request().content(1, ContentType::Image), "block text-only"),
    ];
    for (rule, given, expected) in rows {
        let judgement = given.judge(&policy(&[rule]));
        assert_eq!(told(&judgement), expected, "{rule}");
        assert!(judgement.unchecked.is_empty(), "{rule}");
    }
    let applied = Given::request().call(|call| call.messages = 3).judge(&policy(&[messages])).applied;
    assert_eq!(applied[0].findings[0].detector, "max_messages");
    assert_eq!(applied[0].findings[0].count, 3);
}

#[test]
fn what_cannot_be_checked_is_refused_unless_the_rule_is_open() {
    let open = "name: open, type: input_validation, detectors: [email], failure_mode: open";
    let admits = "name: admits, type: input_validation, content_types: [text, image], action: LOG";
    let when = "name: w, type: input_validation, detectors: [email], when: \"identity.claims.team == 'a'\"";
    let image = Given::request().content(1, ContentType::Image);
    let in_system = Given::request().content(0, ContentType::Image);
    let answered = Given::answer().content(0, ContentType::Image);
    let rows: [(&[&str], Given, &str, Option<UncheckedReason>); 11] = [
        (&[INJECTION], image.clone(), "block injection", Some(UncheckedReason::ContentType)),
        (&[INJECTION, admits], image.clone(), "allow", None),
        (&[INJECTION], in_system, "allow", None),
        (&[open], image, "allow", Some(UncheckedReason::ContentType)),
        (&[SSN_OUT], answered.clone(), "block ssn-out", Some(UncheckedReason::ContentType)),
        (&[SSN_OUT, admits], answered, "allow", None),
        (
            &[INJECTION],
            Given::request().failed("prompt_injection"),
            "block injection",
            Some(UncheckedReason::Pattern),
        ),
        (&[open], Given::request().failed("email"), "allow", Some(UncheckedReason::Pattern)),
        (&[INJECTION, open], Given::request().failed("email"), "allow", Some(UncheckedReason::Pattern)),
        (&[when], Given::request(), "block w", Some(UncheckedReason::ConditionFailed)),
        (&[when], Given::answer(), "allow", None),
    ];
    for (rules, given, expected, reason) in rows {
        let judgement = given.judge(&policy(rules));
        assert_eq!(told(&judgement), expected, "{rules:?}");
        assert_eq!(judgement.unchecked.first().map(|unchecked| unchecked.reason), reason, "{rules:?}");
        let fail_open = judgement.unchecked.iter().any(|unchecked| unchecked.fail_open);
        assert_eq!(fail_open, reason.is_some() && judgement.decision == Decision::Allow, "{rules:?}");
        assert_eq!(judgement.severity >= Severity::Error, reason.is_some(), "{rules:?}");
    }
}

#[test]
fn a_rule_is_skipped_where_its_condition_does_not_hold() {
    let rule =
        "name: w, type: input_validation, detectors: [email], when: \"request.model.startsWith('gpt')\"";
    let policy = policy(&[rule]);
    let hit = Given::request().hit("email", 1, 0, 3);
    assert_eq!(told(&hit.judge(&policy)), "allow");
    assert_eq!(told(&hit.call(|call| call.model = "gpt-5".to_owned()).judge(&policy)), "block w");
}

#[test]
fn who_may_call_which_model() {
    let echo = "name: echo, type: model_access, models: [\"echo-*\"], action: ALLOW";
    let support = "name: support, type: model_access, identities: [support], models: [other], action: ALLOW";
    let no_tests = "name: no-tests, type: model_access, regions: [eu-north-1], action: BLOCK";
    let by_dialect = "name: dialect, type: model_access, dialects: [openai_chat], action: LOG";
    let block = "  default_action: BLOCK\n";
    let request = Given::request();
    let model = |name: &str| Given::request().call(|call| call.model = name.to_owned());
    let rows: [(&str, &[&str], Given, &str); 11] = [
        ("", &[echo], request.clone(), "allow echo"),
        ("", &[echo], model("x"), "allow"),
        (block, &[echo], request.clone(), "allow echo"),
        (block, &[echo], model("x"), "block default_action"),
        (block, &[echo], model(""), "allow"),
        (block, &[echo], Given::answer(), "allow"),
        (block, &[echo, support], model("other"), "allow support"),
        (
            block,
            &[echo, support],
            model("other").call(|call| call.identity.groups.clear()),
            "block default_action",
        ),
        (
            block,
            &[no_tests, echo],
            request.clone().call(|call| call.region = "eu-north-1".to_owned()),
            "block no-tests",
        ),
        (block, &[by_dialect], request.clone(), "log dialect"),
        (block, &[INJECTION, echo], request.hit("prompt_injection", 1, 0, 3), "block injection"),
    ];
    for (spec, rules, given, expected) in rows {
        assert_eq!(told(&given.judge(&policy_with(spec, rules))), expected, "{spec} {rules:?}");
    }
}

#[test]
fn what_is_covered() {
    let first = "name: first, type: output_filter, detectors: [us_ssn], replacement: A";
    let second = "name: second, type: output_filter, detectors: [email, credit_card], replacement: B";
    let covers = policy(&[first, second]);
    let rows: [(Given, &[&str]); 8] = [
        (Given::answer().hit("us_ssn", 0, 0, 5), &["0:0-5 us_ssn"]),
        (Given::answer().hit("us_ssn", 0, 0, 5).hit("us_ssn", 0, 0, 5), &["0:0-5 us_ssn"]),
        (Given::answer().hit("us_ssn", 0, 4, 9).hit("email", 0, 0, 5), &["0:0-9 email"]),
        (Given::answer().hit("email", 0, 0, 5).hit("us_ssn", 0, 0, 5), &["0:0-5 us_ssn"]),
        (Given::answer().hit("us_ssn", 0, 0, 5).hit("email", 0, 0, 7), &["0:0-7 email"]),
        (Given::answer().hit("us_ssn", 0, 5, 9).hit("email", 0, 0, 5), &["0:0-5 email", "0:5-9 us_ssn"]),
        (Given::answer().hit("us_ssn", 1, 0, 5).hit("email", 0, 9, 12), &["0:9-12 email", "1:0-5 us_ssn"]),
        (Given::answer().hit("us_ssn", 0, 5, 5), &[]),
    ];
    for (given, expected) in rows {
        let redactions = given.judge(&covers).redactions;
        let shown: Vec<_> = redactions
            .iter()
            .map(|r| format!("{}:{}-{} {}", r.part, r.span.start, r.span.end, r.label))
            .collect();
        assert_eq!(shown, expected);
    }
    let blocks = policy(&[first, "name: b, type: output_filter, detectors: [email], action: BLOCK"]);
    let judgement = Given::answer().hit("us_ssn", 0, 0, 5).hit("email", 0, 7, 9).judge(&blocks);
    assert_eq!((told(&judgement).as_str(), judgement.redactions.len()), ("block b", 0));
}

#[test]
fn constraints_of_all_rules_are_made() {
    let first = "name: first, type: input_validation, detectors: [email], action: CONSTRAIN, \
                 constrain: {max_tokens: 500, tools: [a, b], model: small, system_prompt: One, redact: true}";
    let second = "name: second, type: model_access, models: [\"echo-*\"], action: CONSTRAIN, \
                  constrain: {max_tokens: 900, temperature: 0.5, tools: [b, c], model: tiny, system_prompt: Two}";
    let judgement = Given::request().hit("email", 1, 0, 4).judge(&policy(&[first, second]));
    let expected = Constraints {
        max_tokens: Some(500),
        temperature: Some(0.5),
        tools: Some(vec!["b".to_owned()]),
        model: Some("small".to_owned()),
        system_prompts: vec!["One".to_owned(), "Two".to_owned()],
    };
    assert_eq!(told(&judgement), "constrain first second");
    assert_eq!(judgement.constraints, expected);
    assert_eq!(judgement.redactions.len(), 1);
    let remove =
        "name: r, type: model_access, models: [\"*\"], action: CONSTRAIN, constrain: {tools: remove}";
    assert_eq!(Given::request().judge(&policy(&[remove])).constraints.tools, Some(Vec::new()));
}

#[test]
fn severity_and_message_follow_the_rules_that_applied() {
    let log = "name: l, type: input_validation, detectors: [email], action: LOG";
    let loud = "name: loud, type: input_validation, detectors: [email], action: LOG, log_level: critical";
    let plain = "name: plain, type: input_validation, detectors: [email]";
    let says =
        "name: says, type: input_validation, detectors: [email], message: No addresses, log_level: INFO";
    let rows: [(&[&str], Severity, Option<&str>); 6] = [
        (&[INJECTION], Severity::Info, None),
        (&[log], Severity::Notice, None),
        (&[loud, log], Severity::Critical, None),
        (&[plain], Severity::Warning, Some("blocked by policy rule `plain`")),
        (&[says], Severity::Info, Some("No addresses")),
        (&[plain, says], Severity::Warning, Some("blocked by policy rule `plain`")),
    ];
    for (rules, severity, message) in rows {
        let judgement = Given::request().hit("email", 1, 0, 4).judge(&policy(rules));
        assert_eq!(judgement.severity, severity, "{rules:?}");
        assert_eq!(judgement.message.as_deref(), message, "{rules:?}");
    }
}

#[test]
fn an_applied_rule_says_what_it_found_and_where_but_not_the_text() {
    let mut given = Given::answer().hit("us_ssn", 1, 9, 12);
    for start in 0..20 {
        given = given.hit("us_ssn", 0, start * 10, start * 10 + 5);
    }
    let applied = given.judge(&policy(&[SSN_OUT])).applied;
    let shown = serde_json::to_value(&applied[0].findings[1]).unwrap();
    assert_eq!(
        shown,
        json!({"detector": "us_ssn", "field": "messages[1].content", "count": 1, "spans": [[9, 12]]})
    );
    assert_eq!((applied[0].findings[0].count, applied[0].findings[0].spans.len()), (20, 16));
    assert_eq!((applied[0].kind, applied[0].action), ("output_filter", RuleAction::Redact));
}

#[test]
fn a_finding_less_sure_than_its_probe_asks_does_not_count() {
    let policy = policy(&["name: s, type: input_validation, detectors: [{id: email, min_confidence: 0.8}]"]);
    let given = Given::request();
    for (percent, decision) in [(79, Decision::Allow), (80, Decision::Block)] {
        let confidence = Confidence::percent(percent);
        let findings = [Finding { part: 1, probe: ProbeId(0), span: Span::new(0, 3), confidence }];
        let case = Case {
            gate: Gate::Request,
            call: &given.call,
            parts: &given.parts,
            findings: &findings,
            failed_probes: &[],
            actions: &[],
        };
        assert_eq!(policy.judge(&case).decision, decision, "{percent}");
    }
}

#[test]
fn a_policy_that_did_not_compile_refuses_everything() {
    let refusing = Policy::refusing();
    for given in [Given::request(), Given::answer()] {
        let mut judgement = given.judge(&refusing);
        refusing.apply_charges(&mut judgement, &[]);
        assert_eq!(told(&judgement), "block invalid_policy");
        assert_eq!(judgement.severity, Severity::Error);
    }
    assert_eq!((refusing.name(), refusing.rules().len(), refusing.probes().len()), ("invalid", 0, 0));
}

#[test]
fn a_policy_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Policy>();
}
