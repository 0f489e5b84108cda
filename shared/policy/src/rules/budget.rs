//! `budget`: what may be spent. How a document gives such a rule.

use crate::checked::{RuleKind, RuleLimit};
use crate::fields::leaves::{Count, LARGEST};
use crate::fields::limit;
use crate::limit::{Limit, LimitScope};
use crate::read::{Entries, Record, Scope, record};
use crate::rules::Head;

/// The fields of a `budget` rule.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Budget {
    /// In tokens or calls.
    pub(crate) limit: RuleLimit,
}

record! {
    /// The fields as documents write them.
    pub(crate) struct Fields {
        /// How much may be spent, such as `200000 tokens per day`.
        limit: Limit => required,
        /// How much may be spent at once; the count of the limit unless given.
        burst: Count<LARGEST>,
        /// Whose counter is charged; `identity` unless given.
        per: LimitScope,
    }
}

/// Reads a rule of this type.
pub(crate) fn read(entries: &Entries<'_>, _: &Head, scope: &mut Scope<'_>) -> Option<RuleKind> {
    let fields = Fields::read_fields(entries, scope);
    if let (Some(LimitScope::Tool), Some(place)) = (fields.per.given(), fields.per.place()) {
        scope.fault(place, "`per: tool` counts tool calls, and a `budget` counts model calls");
    }
    let limit = limit::read(fields.limit, fields.burst, fields.per, scope)?;
    Some(RuleKind::Budget(Budget { limit }))
}
