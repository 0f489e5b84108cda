//! `budget`: what may be spent. Whether it is spent, the limits' store says.

use crate::call::Call;
use crate::limit::LimitUnit;
use crate::rules::budget::Budget;

use super::{Facts, Outcome, limit};

/// An action put to the decision endpoint costs no tokens.
pub(super) fn concerns(rule: &Budget, call: &Call) -> bool {
    match rule.limit.limit.unit {
        LimitUnit::Requests => true,
        LimitUnit::Tokens => call.dialect != "decisions" || call.estimated_tokens > 0,
    }
}

pub(super) fn judge(rule: &Budget, facts: &Facts<'_>) -> Outcome {
    let amount = match rule.limit.limit.unit {
        LimitUnit::Requests => 1,
        LimitUnit::Tokens => facts.case.call.estimated_tokens.max(1),
    };
    Outcome { charges: vec![limit::charge(&rule.limit, facts, amount, None)], ..Outcome::default() }
}
