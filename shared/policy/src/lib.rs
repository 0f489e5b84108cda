//! The AIPolicy language, from text to judgement: document -> checked -> compiled -> evaluated.
//!
//! Pure: it knows no HTTP, no model API, no cloud, no clock and no randomness. The same policy and the same
//! input give the same judgement, byte for byte.

mod call;
mod canonical;
mod capture;
mod checked;
mod compiled;
mod condition;
mod decision;
mod document;
mod endpoint;
mod evaluate;
mod faults;
mod fields;
mod finding;
mod judge;
mod limit;
mod policy;
mod probe;
mod read;
mod redaction;
mod rules;
mod sql;
mod text;
mod yaml;

pub use call::{Action, ActionKind, Call, Identity, IdentityKind};
pub use decision::{
    AppliedAction, AppliedRule, Constraints, Cover, Decision, FindingCount, Judgement, Redaction, RuleAction,
    Severity, Throttle, Unchecked, UncheckedReason,
};
pub use endpoint::Endpoint;
pub use faults::{Fault, Faults, Place, Warning};
pub use finding::{Confidence, Finding};
pub use limit::{Charge, ChargeAnswer, Limit, LimitScope, LimitUnit, Period};
pub use policy::{Capture, Case, Gate, Loaded, Policy, RuleSummary};
pub use probe::{JsonForm, Pattern, Probe, ProbeId, ProbeKind};
pub use text::{ContentType, Part, Role, Span};

/// The JSON Schema (draft 2020-12) of a policy document, made from the same types that read one.
#[must_use]
pub fn schema(detectors: &[&str]) -> serde_json::Value {
    document::schema(detectors)
}

/// Another file that an operator writes in YAML or JSON, such as the list of callers, as a JSON value. It is
/// read with the same care as a policy: bounded, without duplicate keys, tags or merge keys.
///
/// # Errors
/// Every fault of the text with its place.
pub fn yaml_value(source: &str) -> Result<serde_json::Value, Faults> {
    let mut faults = Vec::new();
    match yaml::read(source, &mut faults) {
        Some(node) if faults.is_empty() => Ok(node.to_json()),
        Some(_) | None => Err(Faults(faults)),
    }
}
