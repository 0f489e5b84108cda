//! `model_access`: who may call which model. How a document gives such a rule.

use crate::checked::{Constrain, NamePattern, RuleKind};
use crate::fields::constrain::{self, ConstrainFields};
use crate::fields::leaves::OneOrMany;
use crate::read::{Entries, Record, Scope, record};
use crate::rules::{Head, refuse_redact};

/// The fields of a `model_access` rule; at least one list is not empty. An empty list means any.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct ModelAccess {
    /// Model ids.
    pub(crate) models: Vec<NamePattern>,
    /// Ids or groups of identities.
    pub(crate) identities: Vec<String>,
    /// Where the model is called.
    pub(crate) regions: Vec<String>,
    /// Ids of dialects.
    pub(crate) dialects: Vec<String>,
    /// What a `CONSTRAIN` rule changes.
    pub(crate) constrain: Option<Constrain>,
}

record! {
    /// The fields as documents write them.
    pub(crate) struct Fields {
        /// Ids of models; `*` at the end stands for any ending.
        models: OneOrMany<NamePattern>,
        /// Ids or groups of identities.
        identities: OneOrMany<String>,
        /// Where the model is called: the locations that calls name, or else the provider's regions.
        regions: OneOrMany<String>,
        /// Ids of dialects.
        dialects: OneOrMany<String>,
        /// What a `CONSTRAIN` rule changes in the call.
        constrain: ConstrainFields,
    }
}

/// Reads a rule of this type.
pub(crate) fn read(entries: &Entries<'_>, head: &Head, scope: &mut Scope<'_>) -> Option<RuleKind> {
    let fields = Fields::read_fields(entries, scope);
    head.refuse_idle(&fields, scope);
    head.need_constrain(&fields.constrain, scope);
    refuse_redact(&fields.constrain, scope);
    Some(RuleKind::ModelAccess(ModelAccess {
        models: fields.models.take().map(|models| models.0).unwrap_or_default(),
        identities: fields.identities.take().map(|identities| identities.0).unwrap_or_default(),
        regions: fields.regions.take().map(|regions| regions.0).unwrap_or_default(),
        dialects: fields.dialects.take().map(|dialects| dialects.0).unwrap_or_default(),
        constrain: constrain::read(fields.constrain, head.action, scope),
    }))
}
