//! `action_control`: what the agent is about to do. How a document gives such a rule.

use crate::canonical;
use crate::checked::{ArgumentRequirement, Constrain, NamePattern, RuleLimit, SqlRequirement};
use crate::endpoint::Endpoint;

/// The fields of an `action_control` rule. At least one of the selectors, requirements or the limit is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct ActionControl {
    /// `target_endpoint` and `target_endpoints`; empty where every target is meant.
    #[serde(serialize_with = "canonical::endpoints")]
    pub(crate) targets: Vec<Endpoint>,
    /// Empty where every tool is meant.
    pub(crate) tools: Vec<NamePattern>,
    /// In upper case; empty where every method is meant.
    pub(crate) methods: Vec<String>,
    /// What must hold for arguments.
    pub(crate) arguments: Vec<ArgumentRequirement>,
    /// What SQL in the arguments may do.
    pub(crate) sql: Option<SqlRequirement>,
    /// How often a matching action may happen.
    pub(crate) limit: Option<RuleLimit>,
    /// What matches is allowed, and anything else of its kind applies the rule.
    pub(crate) allow_only: bool,
    /// What a `CONSTRAIN` rule without a limit changes.
    pub(crate) constrain: Option<Constrain>,
}
