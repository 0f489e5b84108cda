//! `logging`: what is recorded of a decision. How a document gives such a rule.

use serde::Serialize;

use crate::checked::RuleKind;
use crate::fields::leaves::{Case, Count, Fraction, List, words};
use crate::read::{Entries, Record, Scope, record};
use crate::rules::Head;

/// The fields of a `logging` rule.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Logging {
    /// When to record.
    pub(crate) trigger: Trigger,
    /// What to record, sorted; `None` where the rule does not say.
    pub(crate) capture: Option<Vec<CaptureWord>>,
    /// How long the deployment keeps the records.
    pub(crate) retention_days: Option<u32>,
    /// The share of decisions to record, 0 to 1; violations are always recorded.
    pub(crate) sample: f64,
}

/// When a `logging` rule records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trigger {
    /// Not at all.
    Never,
    /// Every decision.
    OnEveryRequest,
    /// Decisions that changed or refused a call.
    OnViolation,
}

/// One word of `capture`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureWord {
    /// Who calls.
    AgentIdentity,
    /// The request's text.
    Input,
    /// SHA-256 of the request's body.
    InputHash,
    /// Tokens in.
    InputTokens,
    /// How long it took.
    Latency,
    /// The model.
    ModelUsed,
    /// The answer's text.
    Output,
    /// SHA-256 of the answer's body.
    OutputHash,
    /// Tokens out.
    OutputTokens,
    /// The rules that applied.
    PolicyDecisions,
    /// The upstream's and the provider's request ids.
    RequestId,
}

words!(
    Trigger,
    Case::Exact,
    [("on_every_request", Self::OnEveryRequest), ("on_violation", Self::OnViolation), ("never", Self::Never)]
);
words!(
    CaptureWord,
    Case::Exact,
    [
        ("request_id", Self::RequestId),
        ("agent_identity", Self::AgentIdentity),
        ("model_used", Self::ModelUsed),
        ("input_tokens", Self::InputTokens),
        ("output_tokens", Self::OutputTokens),
        ("policy_decisions", Self::PolicyDecisions),
        ("latency", Self::Latency),
        ("input", Self::Input),
        ("output", Self::Output),
        ("input_hash", Self::InputHash),
        ("output_hash", Self::OutputHash)
    ]
);

record! {
    /// The fields as documents write them.
    pub(crate) struct Fields {
        /// When to record; `on_every_request` unless given.
        trigger: Trigger,
        /// What to record; everything but texts and their hashes unless given.
        capture: List<CaptureWord>,
        /// How many days the deployment keeps the records.
        retention_days: Count<36500>,
        /// The share of decisions to record, 0 to 1. Violations are always recorded.
        sample: Fraction<1>,
    }
}

/// Reads a rule of this type.
pub(crate) fn read(entries: &Entries<'_>, head: &Head, scope: &mut Scope<'_>) -> Option<RuleKind> {
    let fields = Fields::read_fields(entries, scope);
    if matches!(fields.trigger.given(), Some(Trigger::Never)) {
        scope.warn(head.place, "`trigger: never` leaves no records");
    }
    let capture = fields.capture.take().map(|words| {
        let mut words = words.0;
        words.sort_unstable();
        words.dedup();
        words
    });
    Some(RuleKind::Logging(Logging {
        trigger: fields.trigger.take().unwrap_or(Trigger::OnEveryRequest),
        capture,
        retention_days: fields.retention_days.take().and_then(|days| u32::try_from(days.0).ok()),
        sample: fields.sample.take().map_or(1.0, |share| share.0),
    }))
}
