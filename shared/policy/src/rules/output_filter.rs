//! `output_filter`: what the model answers. How a document gives such a rule.

use crate::canonical;
use crate::checked::Constrain;
use crate::decision::Cover;
use crate::probe::Probe;

/// The fields of an `output_filter` rule; at least one probe is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct OutputFilter {
    /// Patterns, detectors, `max_length`, `format` and `allowed_urls`.
    #[serde(serialize_with = "canonical::probes")]
    pub(crate) probes: Vec<Probe>,
    /// The JSON Schema of the `NotJson` probe, as written.
    pub(crate) form: Option<serde_json::Value>,
    /// What a `REDACT` rule, or `constrain: {redact: true}`, puts in place of a finding.
    #[serde(serialize_with = "canonical::cover")]
    pub(crate) cover: Cover,
    /// What a `CONSTRAIN` rule changes: nothing but `redact` can be set here.
    pub(crate) constrain: Option<Constrain>,
}
