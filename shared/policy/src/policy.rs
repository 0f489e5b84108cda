//! The compiled policy: what the pipeline holds, asks and reports.

use crate::call::{Action, Call};
use crate::capture;
use crate::checked::{Document, Mode, Rule, RuleKind};
use crate::compiled::Compiled;
use crate::decision::{Decision, Judgement, Redaction, RuleAction};
use crate::evaluate;
use crate::faults::{Faults, Warning};
use crate::finding::Finding;
use crate::limit::{Charge, ChargeAnswer};
use crate::probe::{Probe, ProbeId};
use crate::text::Part;

/// Which of the two gates a case stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// What comes back from the model.
    Answer,
    /// What goes to the model, or an action put to the decision endpoint.
    Request,
}

/// Everything that a judgement depends on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Which gate.
    pub gate: Gate,
    /// The facts of the call.
    pub call: &'a Call,
    /// The parts of the request, or of the answer.
    pub parts: &'a [Part],
    /// What was found in them.
    pub findings: &'a [Finding],
    /// Probes that could not be run.
    pub failed_probes: &'a [ProbeId],
    /// What the agent is about to do: tools offered and servers named in a request, tool calls in an answer,
    /// or the action put to the decision endpoint.
    pub actions: &'a [Action],
}

/// What the `logging` rules want recorded of one decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one switch for each word of `capture`")]
pub struct Capture {
    /// Whether there is to be a record at all.
    pub record: bool,
    /// The upstream's and the provider's request ids.
    pub request_id: bool,
    /// Who calls.
    pub agent_identity: bool,
    /// The model.
    pub model_used: bool,
    /// Tokens in.
    pub input_tokens: bool,
    /// Tokens out.
    pub output_tokens: bool,
    /// The rules that applied.
    pub policy_decisions: bool,
    /// How long the checks and the upstream took.
    pub latency: bool,
    /// The request's text, after all redaction rules.
    pub input: bool,
    /// The answer's text, after all redaction rules.
    pub output: bool,
    /// SHA-256 of the request's body.
    pub input_hash: bool,
    /// SHA-256 of the answer's body.
    pub output_hash: bool,
}

/// One rule, for people and tools that want to know what a policy holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RuleSummary {
    /// Its name.
    pub name: String,
    /// Its type, as documents write it.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it does when it applies.
    pub action: RuleAction,
    /// Whether it only records what it would have done.
    pub monitor: bool,
    /// For how long a `logging` rule wants records kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

/// A policy, compiled.
#[derive(Debug)]
pub struct Policy {
    name: String,
    revision: String,
    rules: Vec<RuleSummary>,
    /// `None` for the policy that refuses everything.
    compiled: Option<Compiled>,
}

/// A policy and what its author should know of it.
#[derive(Debug)]
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    /// What is allowed but not wise.
    pub warnings: Vec<Warning>,
}

impl Policy {
    /// Reads, checks and compiles a document. `detectors` are the ids that rules may name.
    ///
    /// # Errors
    /// All faults of the document at once, in the order of their places.
    pub fn load(source: &str, detectors: &[&str]) -> Result<Loaded, Faults> {
        let (document, warnings) = Document::read(source, detectors)?;
        Ok(Loaded { policy: Self::compile(document), warnings })
    }

    /// The policy that stands in for one that did not compile: it blocks every call, under the name
    /// `invalid`, with the reason `invalid_policy`.
    #[must_use]
    pub fn refusing() -> Self {
        Self { name: "invalid".to_owned(), revision: String::new(), rules: Vec::new(), compiled: None }
    }

    pub(crate) fn compile(document: Document) -> Self {
        Self {
            name: document.name.clone(),
            revision: document.revision.clone(),
            rules: document.rules.iter().map(summary).collect(),
            compiled: Some(Compiled::new(document)),
        }
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the compiled document, in hex: what the document means, not how it is laid out. Empty for
    /// the policy that refuses everything.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// Every rule, in the order of the document.
    #[must_use]
    pub fn rules(&self) -> &[RuleSummary] {
        &self.rules
    }

    /// Every probe of every rule. A probe's id is its index.
    #[must_use]
    pub fn probes(&self) -> &[Probe] {
        self.compiled.as_ref().map_or(&[], |compiled| &compiled.probes)
    }

    /// The probes to look for at a gate, sorted.
    #[must_use]
    pub fn probe_ids(&self, gate: Gate) -> &[ProbeId] {
        self.compiled.as_ref().map_or(&[], |compiled| compiled.probe_ids(gate))
    }

    /// Those of the probes of a gate on which it may depend what goes on and whether: not those of rules that only
    /// record, such as rules in `monitor` mode. Conditions are taken to hold. Sorted.
    #[must_use]
    pub fn enforced_probe_ids(&self, gate: Gate) -> &[ProbeId] {
        self.compiled.as_ref().map_or(&[], |compiled| compiled.enforced_probe_ids(gate))
    }

    /// The probes of the rules of the other gate that cover what they find: what has to be covered, too, in
    /// text that is recorded. Sorted; empty where no `logging` rule records this gate's text.
    #[must_use]
    pub fn redaction_probe_ids(&self, gate: Gate) -> &[ProbeId] {
        self.compiled.as_ref().map_or(&[], |compiled| compiled.redaction_probe_ids(gate))
    }

    /// What to cover in text that is recorded: the findings of every rule of both gates that covers, also of
    /// rules in `monitor` mode, of rules whose condition does not hold, and for every role; so it does not
    /// depend on the gate. In the order of the parts and of their texts, not overlapping.
    #[must_use]
    pub fn redact_for_record(&self, _gate: Gate, parts: &[Part], findings: &[Finding]) -> Vec<Redaction> {
        self.compiled
            .as_ref()
            .map_or_else(Vec::new, |compiled| evaluate::redact_for_record(compiled, parts, findings))
    }

    /// Judges one case.
    #[must_use]
    pub fn judge(&self, case: &Case<'_>) -> Judgement {
        self.compiled.as_ref().map_or_else(evaluate::refused, |compiled| evaluate::judge(compiled, case))
    }

    /// Brings what the limits' store said into a judgement: a refused charge holds the call back or blocks it,
    /// as its rule says; one without an answer counts as a check that could not be made. Rules in `monitor`
    /// mode make no charges.
    pub fn apply_charges(&self, judgement: &mut Judgement, answers: &[(Charge, ChargeAnswer)]) {
        if let Some(compiled) = &self.compiled {
            evaluate::apply_charges(compiled, judgement, answers);
        }
    }

    /// What to record of a decision. `sample` chooses by `decision_id`, so the choice can be repeated.
    #[must_use]
    pub fn capture(&self, call: &Call, decision: Decision, decision_id: &str) -> Capture {
        self.compiled
            .as_ref()
            .map_or(capture::DEFAULT, |compiled| capture::capture(compiled, call, decision, decision_id))
    }
}

fn summary(rule: &Rule) -> RuleSummary {
    let retention_days = match &rule.kind {
        RuleKind::Logging(logging) => logging.retention_days,
        RuleKind::ActionControl(_)
        | RuleKind::Budget(_)
        | RuleKind::InputValidation(_)
        | RuleKind::ModelAccess(_)
        | RuleKind::OutputFilter(_) => None,
    };
    RuleSummary {
        name: rule.name.clone(),
        kind: rule.kind.word(),
        action: rule.action,
        monitor: rule.mode == Mode::Monitor,
        retention_days,
    }
}
