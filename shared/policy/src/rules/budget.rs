//! `budget`: what may be spent. How a document gives such a rule.

use crate::checked::RuleLimit;

/// The fields of a `budget` rule.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Budget {
    /// In tokens or calls.
    pub(crate) limit: RuleLimit,
}
