//! What a policy answers: the decision with its reasons, and what has to be changed for it.

use std::sync::Arc;

use serde::Serialize;

use crate::call::ActionKind;
use crate::limit::Charge;
use crate::text::Span;

/// The outcome for one call. Later is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Nothing applied.
    Allow,
    /// Only rules that log applied.
    Log,
    /// The call goes on, changed; or a limit holds it back.
    Constrain,
    /// The call is refused.
    Block,
}

/// What a rule does when it applies, as documents write it (there in upper case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleAction {
    /// Lets the call go on; with `default_action: BLOCK`, what makes an allow list.
    Allow,
    /// Records that it applied.
    Log,
    /// Changes the call, or holds it back.
    Constrain,
    /// Covers what was found.
    Redact,
    /// Refuses the call.
    Block,
}

/// Severity of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// For the curious.
    Debug,
    /// Nothing applied, or a rule that lets by.
    Info,
    /// A rule that logs or changes.
    Notice,
    /// A rule that refuses.
    Warning,
    /// A check could not be made.
    Error,
    /// Whatever a policy calls so.
    Critical,
}

/// Why a rule's check could not be made. The words stand in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UncheckedReason {
    /// The rule's `when` failed at run time.
    ConditionFailed,
    /// The request or the answer holds an image, sound or a file, and no rule admits that type.
    ContentType,
    /// The store of the limits could not be reached.
    LimitStore,
    /// A pattern could not be run.
    Pattern,
    /// The text is longer than what a check may take.
    TooLarge,
}

/// Findings of one label in one part, for the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingCount {
    /// The detector's id, the pattern's name, or the option that was not kept.
    pub detector: String,
    /// The field that it was found in.
    pub field: String,
    /// How often.
    pub count: usize,
    /// Where, as byte offsets `[start, end]`; the first [`FindingCount::MAX_SPANS`] only.
    pub spans: Vec<[usize; 2]>,
}

impl FindingCount {
    /// How many spans a record holds for one label in one field.
    pub const MAX_SPANS: usize = 16;
}

/// A rule that applied, or would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppliedRule {
    /// The rule's name.
    pub rule: String,
    /// The rule's type, as documents write it.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it does.
    pub action: RuleAction,
    /// What it found in texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingCount>,
    /// The actions that it applied to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<AppliedAction>,
}

/// An action that a rule applied to, for the record. Arguments and URLs are left out: they are prompt text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppliedAction {
    /// What it is.
    pub kind: ActionKind,
    /// The tool's or the server's name, cut at 64 characters.
    pub name: String,
    /// Where it stands.
    pub field: String,
    /// What was not kept: `target`, `tool`, `method`, `arguments`, `sql`, `limit`.
    pub because: &'static str,
}

/// A check that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The rule's name.
    pub rule: String,
    /// Why.
    pub reason: UncheckedReason,
    /// Whether the rule let it by (`failure_mode: open`). The record then says `fail_open`.
    pub fail_open: bool,
}

/// A span to be covered, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// Index of the part.
    pub part: usize,
    /// Where, in the original text.
    pub span: Span,
    /// The label of the probe that found it.
    pub label: String,
    /// What to put there.
    pub cover: Cover,
}

/// What is put in place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cover {
    /// The same length, all but the last 4 letters and digits covered by `*`; separators stay.
    Mask,
    /// This text; `{detector}` is the label, `{n}` the running number of the label within the call.
    Replace(Arc<str>),
    /// A placeholder such as `<EMAIL_1>` to the model, put back in the answer of the same call.
    Token,
}

/// Changes to a model call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// The most tokens to answer; the lower of this and the caller's wins.
    pub max_tokens: Option<u64>,
    /// The highest temperature; the lower of this and the caller's wins.
    pub temperature: Option<f64>,
    /// The only tools that may stay; an empty list removes all.
    pub tools: Option<Vec<String>>,
    /// The model to use instead.
    pub model: Option<String>,
    /// Texts to put in front of the conversation, as system text, in the order of the rules.
    pub system_prompts: Vec<String>,
}

impl Constraints {
    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A limit that held a call back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// The rule's name.
    pub rule: String,
    /// Seconds until it would be granted, at least 1.
    pub retry_after: u64,
}

/// What a policy answers for one gate of one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The decision.
    pub decision: Decision,
    /// The names of the rules that determined it, in the order of the document; `default_action` where no
    /// `model_access` rule spoke and the default is BLOCK.
    pub reasons: Vec<String>,
    /// Every rule that applied, in the order of the document.
    pub applied: Vec<AppliedRule>,
    /// What rules in `monitor` mode would have done.
    pub monitored: Vec<AppliedRule>,
    /// The checks that could not be made.
    pub unchecked: Vec<Unchecked>,
    /// What to cover: for each part in the order of the text, not overlapping. Empty for a block.
    pub redactions: Vec<Redaction>,
    /// What to change. Empty for a block.
    pub constraints: Constraints,
    /// The charges to put to the limits' store. Empty for a block.
    pub charges: Vec<Charge>,
    /// The limit that holds the call back, after [`crate::Policy::apply_charges`].
    pub throttle: Option<Throttle>,
    /// The severity of the record.
    pub severity: Severity,
    /// What the caller is told when the call is refused or held back: the rule's `message`, or one that names
    /// the rule.
    pub message: Option<String>,
}
