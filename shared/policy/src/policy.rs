//! The compiled policy: what the pipeline holds, asks and reports.

use crate::call::{Action, Call};
use crate::decision::{Decision, Judgement, Severity};
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

/// A policy, compiled.
#[derive(Debug)]
pub struct Policy {}

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
        let _ = (source, detectors);
        Ok(Loaded { policy: Self {}, warnings: Vec::new() })
    }

    /// The policy that stands in for one that did not compile: it blocks every call, under the name
    /// `invalid`, with the reason `invalid_policy`.
    #[must_use]
    pub fn refusing() -> Self {
        Self {}
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        ""
    }

    /// SHA-256 of the compiled document, in hex: what the document means, not how it is laid out.
    #[must_use]
    pub fn revision(&self) -> &str {
        ""
    }

    /// Every probe of every rule. A probe's id is its index.
    #[must_use]
    pub fn probes(&self) -> &[Probe] {
        &[]
    }

    /// The probes to look for at a gate.
    #[must_use]
    pub fn probe_ids(&self, gate: Gate) -> &[ProbeId] {
        let _ = gate;
        &[]
    }

    /// The probes of `REDACT` rules of the other gate: what has to be covered, too, in text that is recorded.
    #[must_use]
    pub fn redaction_probe_ids(&self, gate: Gate) -> &[ProbeId] {
        let _ = gate;
        &[]
    }

    /// Judges one case.
    #[must_use]
    pub fn judge(&self, case: &Case<'_>) -> Judgement {
        let _ = case;
        Judgement {
            decision: Decision::Allow,
            reasons: Vec::new(),
            applied: Vec::new(),
            monitored: Vec::new(),
            unchecked: Vec::new(),
            redactions: Vec::new(),
            constraints: crate::Constraints::default(),
            charges: Vec::new(),
            throttle: None,
            severity: Severity::Info,
            message: None,
        }
    }

    /// Brings what the limits' store said into a judgement: a refused charge holds the call back or blocks it,
    /// as its rule says; one without an answer counts as a check that could not be made.
    pub fn apply_charges(&self, judgement: &mut Judgement, answers: &[(Charge, ChargeAnswer)]) {
        let _ = (judgement, answers);
    }

    /// What to record of a decision. `sample` chooses by `decision_id`, so the choice can be repeated.
    #[must_use]
    pub fn capture(&self, call: &Call, decision: Decision, decision_id: &str) -> Capture {
        let _ = (call, decision, decision_id);
        Capture {
            record: true,
            request_id: true,
            agent_identity: true,
            model_used: true,
            input_tokens: true,
            output_tokens: true,
            policy_decisions: true,
            latency: true,
            input: false,
            output: false,
            input_hash: false,
            output_hash: false,
        }
    }
}
