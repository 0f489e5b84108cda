//! `logging`: what is recorded of a decision. How a document gives such a rule.

use serde::Serialize;

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
