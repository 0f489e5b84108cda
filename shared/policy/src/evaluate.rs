//! From what each rule says to one judgement. The strictest action decides; the order of the rules decides
//! nothing but the order of lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::checked::{DefaultAction, FailureMode, RuleKind};
use crate::compiled::{Compiled, CompiledRule};
use crate::condition::Conditions;
use crate::decision::{
    AppliedRule, Constraints, Decision, FindingCount, Judgement, Redaction, RuleAction, Severity, Throttle,
    Unchecked, UncheckedReason,
};
use crate::finding::Finding;
use crate::judge::{self, Facts, Outcome};
use crate::limit::{Charge, ChargeAnswer};
use crate::policy::{Case, Gate};
use crate::redaction::Redactions;
use crate::text::Part;

/// The reason where no `model_access` rule spoke and the default is BLOCK. No rule can have this name.
const DEFAULT_ACTION: &str = "default_action";
/// The reason of a policy that did not compile. No rule can have this name.
const INVALID_POLICY: &str = "invalid_policy";

/// What a policy answers that did not compile.
pub(crate) fn refused() -> Judgement {
    Judgement {
        decision: Decision::Block,
        reasons: vec![INVALID_POLICY.to_owned()],
        severity: Severity::Error,
        message: Some("the policy is not valid, so every call is refused".to_owned()),
        ..nothing()
    }
}

/// Judges one case by every rule.
pub(crate) fn judge(compiled: &Compiled, case: &Case<'_>) -> Judgement {
    let conditions = Conditions::new(case.call);
    let findings = by_rule(compiled, case.findings);
    let mut verdict = Verdict { judgement: nothing(), redactions: Redactions::default(), spoken: false };
    for (index, rule) in compiled.rules.iter().enumerate() {
        if !judge::concerns(&rule.rule.kind, case) {
            continue;
        }
        let findings = findings.get(&index).map_or(&[][..], Vec::as_slice);
        let facts = Facts { case, compiled, rule, index, findings };
        let outcome = match conditions.hold(rule.rule.when.as_ref()) {
            Ok(false) => continue,
            Ok(true) => judge::judge(&facts),
            Err(_) => Outcome { unchecked: vec![UncheckedReason::ConditionFailed], ..Outcome::default() },
        };
        verdict.hear(&facts, outcome);
    }
    verdict.finish(compiled, case)
}

/// Brings the answers of the limits' store in, and settles again what the judgement comes to.
pub(crate) fn apply_charges(
    compiled: &Compiled,
    judgement: &mut Judgement,
    answers: &[(Charge, ChargeAnswer)],
) {
    let mut longest: Option<Throttle> = None;
    for (charge, answer) in answers {
        let Some(rule) = compiled.rules.get(charge.rule).filter(|rule| rule.is_enforced()) else { continue };
        match answer {
            ChargeAnswer::Granted { .. } => {}
            ChargeAnswer::Refused { retry_after, .. } => {
                note_refused(compiled, judgement, charge, rule);
                note_throttle(&mut longest, rule, *retry_after);
            }
            ChargeAnswer::Unavailable => {
                note_unchecked(compiled, judgement, rule, UncheckedReason::LimitStore)
            }
        }
    }
    judgement.throttle = longest;
    settle(compiled, judgement);
}

/// What to cover in recorded text.
pub(crate) fn redact_for_record(compiled: &Compiled, parts: &[Part], findings: &[Finding]) -> Vec<Redaction> {
    let mut redactions = Redactions::default();
    for (index, findings) in by_rule(compiled, findings) {
        if let Some(cover) = compiled.rules.get(index).and_then(CompiledRule::cover) {
            redactions.add(index, cover, &findings);
        }
    }
    redactions.finish(compiled, parts)
}

fn nothing() -> Judgement {
    Judgement {
        decision: Decision::Allow,
        reasons: Vec::new(),
        applied: Vec::new(),
        monitored: Vec::new(),
        unchecked: Vec::new(),
        redactions: Vec::new(),
        constraints: Constraints::default(),
        charges: Vec::new(),
        throttle: None,
        severity: Severity::Info,
        message: None,
    }
}

/// For each rule its findings, sorted, each once.
fn by_rule(compiled: &Compiled, findings: &[Finding]) -> BTreeMap<usize, Vec<Finding>> {
    let mut by_rule: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        for rule in compiled.users_of(finding) {
            by_rule.entry(*rule).or_default().push(*finding);
        }
    }
    for findings in by_rule.values_mut() {
        findings.sort_unstable_by_key(|finding| (finding.part, finding.span, finding.probe));
        findings.dedup_by_key(|finding| (finding.part, finding.span, finding.probe));
    }
    by_rule
}

/// A judgement in the making.
struct Verdict<'a> {
    judgement: Judgement,
    redactions: Redactions<'a>,
    /// Whether a `model_access` rule spoke about the call.
    spoken: bool,
}

impl<'a> Verdict<'a> {
    fn hear(&mut self, facts: &Facts<'a>, outcome: Outcome) {
        if !facts.rule.is_enforced() {
            self.judgement.monitored.extend(would_have_done(facts, &outcome));
            return;
        }
        let rule = &facts.rule.rule;
        let fail_open = rule.failure_mode == FailureMode::Open;
        let unchecked = outcome.unchecked.iter();
        self.judgement.unchecked.extend(unchecked.map(|&reason| Unchecked {
            rule: rule.name.clone(),
            reason,
            fail_open,
        }));
        if outcome.applies {
            self.apply(facts, &outcome);
        }
        self.judgement.charges.extend(outcome.charges);
    }

    fn apply(&mut self, facts: &Facts<'a>, outcome: &Outcome) {
        self.spoken |= matches!(facts.rule.rule.kind, RuleKind::ModelAccess(_));
        self.judgement.applied.push(applied(facts, outcome, facts.rule.rule.action));
        if let Some(cover) = facts.rule.cover() {
            self.redactions.add(facts.index, cover, &outcome.findings);
        }
        if facts.case.gate == Gate::Request {
            constrain(&mut self.judgement.constraints, facts.rule);
        }
    }

    fn finish(self, compiled: &Compiled, case: &Case<'_>) -> Judgement {
        let mut judgement = self.judgement;
        judgement.redactions = self.redactions.finish(compiled, case.parts);
        let access = case.gate == Gate::Request && !case.call.model.is_empty();
        if access && !self.spoken && compiled.default_action == DefaultAction::Block {
            judgement.reasons.push(DEFAULT_ACTION.to_owned());
        }
        settle(compiled, &mut judgement);
        judgement
    }
}

/// What a rule in `monitor` mode would have done. One that could not be checked would have refused, unless it
/// is open. Its charges are not made, so its limits are not among this.
fn would_have_done(facts: &Facts<'_>, outcome: &Outcome) -> Option<AppliedRule> {
    let refuses = !outcome.unchecked.is_empty() && facts.rule.rule.failure_mode == FailureMode::Closed;
    let action = if refuses { RuleAction::Block } else { facts.rule.rule.action };
    (refuses || outcome.applies).then(|| applied(facts, outcome, action))
}

fn applied(facts: &Facts<'_>, outcome: &Outcome, action: RuleAction) -> AppliedRule {
    let mut findings = judge::counts(facts.compiled, facts.case.parts, &outcome.findings);
    findings.extend(outcome.options.iter().cloned());
    let rule = &facts.rule.rule;
    AppliedRule {
        rule: rule.name.clone(),
        kind: rule.kind.word(),
        action,
        findings,
        actions: outcome.actions.clone(),
    }
}

/// Adds what a rule changes: of numbers the lowest, of tools those that every rule lets stay, of models that of
/// the first rule, of system texts all.
fn constrain(constraints: &mut Constraints, rule: &CompiledRule) {
    let Some(of_rule) = rule.constrain() else { return };
    constraints.max_tokens = [constraints.max_tokens, of_rule.max_tokens].into_iter().flatten().min();
    constraints.temperature =
        [constraints.temperature, of_rule.temperature].into_iter().flatten().reduce(f64::min);
    constraints.tools = match (constraints.tools.take(), &of_rule.tools) {
        (Some(tools), Some(allowed)) => {
            Some(tools.into_iter().filter(|tool| allowed.contains(tool)).collect())
        }
        (tools, allowed) => tools.or_else(|| allowed.clone()),
    };
    if constraints.model.is_none() {
        constraints.model.clone_from(&of_rule.model);
    }
    constraints.system_prompts.extend(of_rule.system_prompt.clone());
}

fn note_refused(compiled: &Compiled, judgement: &mut Judgement, charge: &Charge, rule: &CompiledRule) {
    let position = position(compiled, &judgement.applied, &rule.rule.name, |applied| &applied.rule);
    let index = position.unwrap_or_else(|place| {
        let entry = AppliedRule {
            rule: rule.rule.name.clone(),
            kind: rule.rule.kind.word(),
            action: rule.rule.action,
            findings: Vec::new(),
            actions: Vec::new(),
        };
        judgement.applied.insert(place, entry);
        place
    });
    let Some(applied) = judgement.applied.get_mut(index) else { return };
    let scope = charge.key.split('/').nth(1).unwrap_or_default();
    match applied.findings.iter_mut().find(|finding| finding.detector == "limit") {
        Some(finding) => finding.count += 1,
        None => applied.findings.push(FindingCount {
            detector: "limit".to_owned(),
            field: scope.to_owned(),
            count: 1,
            spans: Vec::new(),
        }),
    }
}

/// Of several limits, the caller waits for the last; of two as long, for the first.
fn note_throttle(longest: &mut Option<Throttle>, rule: &CompiledRule, retry_after: u64) {
    let holds_back = rule.rule.action == RuleAction::Constrain;
    if holds_back && longest.as_ref().is_none_or(|longest| longest.retry_after < retry_after.max(1)) {
        *longest = Some(Throttle { rule: rule.rule.name.clone(), retry_after: retry_after.max(1) });
    }
}

fn note_unchecked(
    compiled: &Compiled,
    judgement: &mut Judgement,
    rule: &CompiledRule,
    reason: UncheckedReason,
) {
    let known = |unchecked: &Unchecked| unchecked.rule == rule.rule.name && unchecked.reason == reason;
    if judgement.unchecked.iter().any(known) {
        return;
    }
    let place = match position(compiled, &judgement.unchecked, &rule.rule.name, |unchecked| &unchecked.rule) {
        Ok(found) => found + 1,
        Err(place) => place,
    };
    let fail_open = rule.rule.failure_mode == FailureMode::Open;
    judgement.unchecked.insert(place, Unchecked { rule: rule.rule.name.clone(), reason, fail_open });
}

/// Where a rule's entry stands in a list in the order of the document, or would stand.
fn position<T>(compiled: &Compiled, list: &[T], rule: &str, name: fn(&T) -> &String) -> Result<usize, usize> {
    let wanted = compiled.index_of(rule);
    list.binary_search_by_key(&wanted, |entry| compiled.index_of(name(entry)))
}

/// What all that was heard comes to: the decision and everything that follows from it. Can be asked again when
/// more has been heard.
fn settle(compiled: &Compiled, judgement: &mut Judgement) {
    let by_default = judgement.reasons.iter().any(|reason| reason == DEFAULT_ACTION);
    let applied = judgement.applied.iter().map(|entry| (&entry.rule, decision(entry.action)));
    let closed = judgement.unchecked.iter().filter(|entry| !entry.fail_open);
    let heard: Vec<_> = applied.chain(closed.map(|entry| (&entry.rule, Decision::Block))).collect();
    let strictest = heard.iter().map(|(_, decision)| *decision).max().unwrap_or(Decision::Allow);
    let decided = if by_default { Decision::Block } else { strictest };
    let deciding = heard.iter().filter(|(_, decision)| *decision == decided);
    let indexes: BTreeSet<_> = deciding.filter_map(|(rule, _)| compiled.index_of(rule)).collect();
    let rules: Vec<_> = indexes.iter().filter_map(|index| compiled.rules.get(*index)).collect();
    let mut reasons: Vec<_> = rules.iter().map(|rule| rule.rule.name.clone()).collect();
    reasons.extend(by_default.then(|| DEFAULT_ACTION.to_owned()));
    judgement.severity = severity(compiled, judgement, by_default);
    judgement.decision = decided;
    judgement.reasons = reasons;
    stop(judgement);
    judgement.message = message(compiled, judgement);
}

/// A call that does not go on is not changed.
fn stop(judgement: &mut Judgement) {
    if judgement.decision == Decision::Block {
        judgement.throttle = None;
        judgement.charges.clear();
    }
    if judgement.decision == Decision::Block || judgement.throttle.is_some() {
        judgement.redactions.clear();
        judgement.constraints = Constraints::default();
    }
}

fn decision(action: RuleAction) -> Decision {
    match action {
        RuleAction::Allow => Decision::Allow,
        RuleAction::Block => Decision::Block,
        RuleAction::Constrain | RuleAction::Redact => Decision::Constrain,
        RuleAction::Log => Decision::Log,
    }
}

fn severity(compiled: &Compiled, judgement: &Judgement, by_default: bool) -> Severity {
    let level = |rule: &String| {
        let index = compiled.index_of(rule)?;
        compiled.rules.get(index)?.rule.log_level
    };
    let applied =
        judgement.applied.iter().map(|entry| level(&entry.rule).unwrap_or(severity_of(entry.action)));
    let unchecked = judgement.unchecked.iter().map(|entry| level(&entry.rule).max(Some(Severity::Error)));
    let default = by_default.then_some(Severity::Warning);
    applied.chain(unchecked.flatten()).chain(default).max().unwrap_or(Severity::Info)
}

fn severity_of(action: RuleAction) -> Severity {
    match action {
        RuleAction::Allow => Severity::Info,
        RuleAction::Block => Severity::Warning,
        RuleAction::Constrain | RuleAction::Log | RuleAction::Redact => Severity::Notice,
    }
}

/// What the caller is told of a call that does not go on: the message of the rule that holds it back, or of
/// the first that refuses it.
fn message(compiled: &Compiled, judgement: &Judgement) -> Option<String> {
    let (name, refused) = match (&judgement.throttle, judgement.decision) {
        (Some(throttle), _) => (&throttle.rule, false),
        (None, Decision::Block) => (judgement.reasons.first()?, true),
        (None, Decision::Allow | Decision::Constrain | Decision::Log) => return None,
    };
    let blocks = |applied: &AppliedRule| applied.rule == *name && applied.action == RuleAction::Block;
    if refused && name != DEFAULT_ACTION && !judgement.applied.iter().any(blocks) {
        // The rule's own message is about what it looks for, and nothing was found.
        return Some(told_unchecked(judgement, name));
    }
    let rule = compiled.index_of(name).and_then(|index| compiled.rules.get(index));
    let own = rule.and_then(|rule| rule.rule.message.clone());
    Some(own.unwrap_or_else(|| told(name, refused)))
}

fn told(name: &str, refused: bool) -> String {
    if !refused {
        format!("held back by the limit of policy rule `{name}`")
    } else if name == DEFAULT_ACTION {
        "blocked by policy: no rule allows this model for this caller".to_owned()
    } else {
        format!("blocked by policy rule `{name}`")
    }
}

fn told_unchecked(judgement: &Judgement, name: &str) -> String {
    let reason = judgement.unchecked.iter().find(|unchecked| unchecked.rule == name).map(|one| one.reason);
    let why = match reason {
        Some(UncheckedReason::ConditionFailed) => "its condition failed",
        Some(UncheckedReason::ContentType) => {
            "the call holds a picture, sound, a file or a reference to text that the vendor keeps, and the policy \
             does not admit it (`content_types`)"
        }
        Some(UncheckedReason::LimitStore) => "its limit cannot be counted at this time",
        Some(UncheckedReason::Pattern) => "one of its patterns cannot be run",
        Some(UncheckedReason::TooLarge) => "the text is too large",
        None => "no reason is known",
    };
    format!("blocked because policy rule `{name}` could not be checked: {why}")
}

#[cfg(test)]
mod tests;
