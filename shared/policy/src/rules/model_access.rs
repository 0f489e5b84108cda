//! `model_access`: who may call which model. How a document gives such a rule.

use crate::checked::{Constrain, NamePattern};

/// The fields of a `model_access` rule; at least one list is not empty. An empty list means any.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct ModelAccess {
    /// Model ids.
    pub(crate) models: Vec<NamePattern>,
    /// Ids or groups of identities.
    pub(crate) identities: Vec<String>,
    /// The provider's regions.
    pub(crate) regions: Vec<String>,
    /// Ids of dialects.
    pub(crate) dialects: Vec<String>,
    /// What a `CONSTRAIN` rule changes.
    pub(crate) constrain: Option<Constrain>,
}
