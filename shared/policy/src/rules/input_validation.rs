//! `input_validation`: what goes to the model. How a document gives such a rule.

use crate::canonical;
use crate::checked::Constrain;
use crate::decision::Cover;
use crate::probe::Probe;
use crate::text::{ContentType, Role};

/// The fields of an `input_validation` rule; at least one thing to check is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct InputValidation {
    /// Patterns, detectors, `max_length` and `allowed_characters`.
    #[serde(serialize_with = "canonical::probes")]
    pub(crate) probes: Vec<Probe>,
    /// Whose texts; `None` for everybody's.
    pub(crate) roles: Option<Vec<Role>>,
    /// The types that may be there; `None` where the rule does not say.
    pub(crate) content_types: Option<Vec<ContentType>>,
    /// The most messages in a request.
    pub(crate) max_messages: Option<usize>,
    /// What a `REDACT` rule, or `constrain: {redact: true}`, puts in place of a finding.
    #[serde(serialize_with = "canonical::cover")]
    pub(crate) cover: Cover,
    /// What a `CONSTRAIN` rule changes.
    pub(crate) constrain: Option<Constrain>,
}
