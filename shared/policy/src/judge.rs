//! The judging half of the rule types: whether one rule applies to one case, and what it has to say. Each type
//! is one file in `judge/`, and one arm of [`judge`]; what comes of all rules together is the business of
//! `evaluate.rs`.

mod action_control;
mod arguments;
mod budget;
mod input_validation;
mod limit;
mod model_access;
mod output_filter;
mod texts;

use crate::checked::RuleKind;
use crate::compiled::{Compiled, CompiledRule};
use crate::decision::{AppliedAction, FindingCount, UncheckedReason};
use crate::finding::Finding;
use crate::limit::Charge;
use crate::policy::{Case, Gate};

pub(crate) use texts::counts;

/// What one rule is judged by.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) compiled: &'a Compiled,
    /// The rule and its index.
    pub(crate) rule: &'a CompiledRule,
    pub(crate) index: usize,
    /// The findings of the rule's probes, sorted.
    pub(crate) findings: &'a [Finding],
}

/// What one rule has to say of a case.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Whether it applies.
    pub(crate) applies: bool,
    /// The findings that make it apply.
    pub(crate) findings: Vec<Finding>,
    /// The options that were not kept.
    pub(crate) options: Vec<FindingCount>,
    /// The actions that it applies to.
    pub(crate) actions: Vec<AppliedAction>,
    /// What could not be checked.
    pub(crate) unchecked: Vec<UncheckedReason>,
    /// What it charges.
    pub(crate) charges: Vec<Charge>,
}

/// Whether a rule of this type has anything to look at in a case.
pub(crate) fn concerns(kind: &RuleKind, case: &Case<'_>) -> bool {
    let at_request = case.gate == Gate::Request;
    match kind {
        RuleKind::ActionControl(_) => !case.actions.is_empty(),
        RuleKind::Budget(budget) => at_request && budget::concerns(budget, case.call),
        RuleKind::InputValidation(_) => at_request,
        RuleKind::Logging(_) => false,
        RuleKind::ModelAccess(_) => at_request && !case.call.model.is_empty(),
        RuleKind::OutputFilter(_) => !at_request,
    }
}

/// Judges a case by one rule whose condition holds.
pub(crate) fn judge(facts: &Facts<'_>) -> Outcome {
    match &facts.rule.rule.kind {
        RuleKind::ActionControl(rule) => action_control::judge(rule, facts),
        RuleKind::Budget(rule) => budget::judge(rule, facts),
        RuleKind::InputValidation(rule) => input_validation::judge(rule, facts),
        RuleKind::Logging(_) => Outcome::default(),
        RuleKind::ModelAccess(rule) => model_access::judge(rule, facts),
        RuleKind::OutputFilter(_) => output_filter::judge(facts),
    }
}
