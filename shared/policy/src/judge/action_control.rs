//! `action_control`: what the agent is about to do.
//!
//! A rule selects actions by target, tool and method. Without `allow_only` it speaks of those that fit all of
//! its selectors; with it, of those that a selector is about and that do not fit. What arguments have to be
//! is asked of actions that fit, in both.

use crate::call::{Action, ActionKind};
use crate::decision::{AppliedAction, UncheckedReason};
use crate::limit::Charge;
use crate::rules::action_control::ActionControl;

use super::arguments::{self, Kept};
use super::{Facts, Outcome, limit};

/// How many characters of a name go into a record.
const MAX_NAME: usize = 64;

pub(super) fn judge(rule: &ActionControl, facts: &Facts<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    for action in facts.case.actions {
        let view = look(rule, facts, action);
        outcome.actions.extend(view.because.map(|because| applied(action, because)));
        outcome.charges.extend(view.charge);
        if view.pattern_failed && outcome.unchecked.is_empty() {
            outcome.unchecked.push(UncheckedReason::Pattern);
        }
    }
    outcome.applies = !outcome.actions.is_empty();
    outcome
}

/// What a rule has to say of one action.
#[derive(Default)]
struct View {
    /// What was not kept, where the rule applies.
    because: Option<&'static str>,
    charge: Option<Charge>,
    pattern_failed: bool,
}

fn look(rule: &ActionControl, facts: &Facts<'_>, action: &Action) -> View {
    if rule.allow_only {
        match strayed(rule, action) {
            Some(because) => return View { because: Some(because), ..View::default() },
            None if !is_spoken_of(rule, action) => return View::default(),
            None => {}
        }
    } else if !fits(rule, action) {
        return View::default();
    }
    look_closer(rule, facts, action)
}

/// At an action that fits the selectors.
fn look_closer(rule: &ActionControl, facts: &Facts<'_>, action: &Action) -> View {
    let mut view = View::default();
    match arguments::kept(rule, facts.rule, action) {
        Kept::No(because) => view.because = Some(because),
        Kept::Unknown => view.pattern_failed = true,
        Kept::Yes => {}
    }
    if let Some(of_rule) = rule.limit.as_ref().filter(|_| is_done(action)) {
        let tool = is_tool(action).then_some(action.name.as_str());
        view.charge = Some(limit::charge(of_rule, facts, 1, tool));
    }
    if is_plain(rule) {
        view.because = Some(first_selector(rule));
    }
    view
}

/// Whether the rule asks nothing more of an action than to fit: then it applies to each that does.
fn is_plain(rule: &ActionControl) -> bool {
    !rule.allow_only && rule.arguments.is_empty() && rule.sql.is_none() && rule.limit.is_none()
}

fn first_selector(rule: &ActionControl) -> &'static str {
    if !rule.targets.is_empty() {
        "target"
    } else if rule.tools.is_empty() {
        "method"
    } else {
        "tool"
    }
}

/// Whether an action fits every selector that the rule has.
fn fits(rule: &ActionControl, action: &Action) -> bool {
    (rule.targets.is_empty() || goes_to_any(rule, action))
        && (rule.tools.is_empty() || is_listed_tool(rule, action))
        && (rule.methods.is_empty() || rule.methods.contains(&action.method))
}

fn goes_to_any(rule: &ActionControl, action: &Action) -> bool {
    action.urls.iter().any(|url| rule.targets.iter().any(|target| target.covers(url)))
}

fn is_listed_tool(rule: &ActionControl, action: &Action) -> bool {
    is_tool(action) && rule.tools.iter().any(|tool| tool.covers(&action.name))
}

/// For `allow_only`: the selector that is about an action and that the action does not fit. Of several URLs,
/// every one must be covered; an action that goes somewhere, and does not say where, fits no target.
fn strayed(rule: &ActionControl, action: &Action) -> Option<&'static str> {
    let only_to_targets = || {
        let covered = |url| rule.targets.iter().any(|target| target.covers(url));
        !action.urls.is_empty() && action.urls.iter().all(covered)
    };
    if targets_are_about(rule, action) && !only_to_targets() {
        Some("target")
    } else if tools_are_about(rule, action) && !is_listed_tool(rule, action) {
        Some("tool")
    } else if methods_are_about(rule, action) && !rule.methods.contains(&action.method) {
        Some("method")
    } else {
        None
    }
}

fn is_spoken_of(rule: &ActionControl, action: &Action) -> bool {
    let selects_nothing = rule.targets.is_empty() && rule.tools.is_empty() && rule.methods.is_empty();
    selects_nothing
        || targets_are_about(rule, action)
        || tools_are_about(rule, action)
        || methods_are_about(rule, action)
}

fn targets_are_about(rule: &ActionControl, action: &Action) -> bool {
    !rule.targets.is_empty() && (goes_somewhere(action) || !action.urls.is_empty())
}

fn tools_are_about(rule: &ActionControl, action: &Action) -> bool {
    !rule.tools.is_empty() && is_tool(action)
}

fn methods_are_about(rule: &ActionControl, action: &Action) -> bool {
    !rule.methods.is_empty() && (action.kind == ActionKind::Http || !action.method.is_empty())
}

fn goes_somewhere(action: &Action) -> bool {
    match action.kind {
        ActionKind::Http | ActionKind::McpServer => true,
        ActionKind::ToolCall | ActionKind::ToolOffer => false,
    }
}

fn is_tool(action: &Action) -> bool {
    match action.kind {
        ActionKind::ToolCall | ActionKind::ToolOffer => true,
        ActionKind::Http | ActionKind::McpServer => false,
    }
}

/// An offer is not yet done, so it counts against no limit.
fn is_done(action: &Action) -> bool {
    match action.kind {
        ActionKind::Http | ActionKind::McpServer | ActionKind::ToolCall => true,
        ActionKind::ToolOffer => false,
    }
}

fn applied(action: &Action, because: &'static str) -> AppliedAction {
    AppliedAction {
        kind: action.kind,
        name: action.name.chars().take(MAX_NAME).collect(),
        field: action.field.clone(),
        because,
    }
}
