//! `model_access`: who may call which model.

use crate::call::{Call, Identity};
use crate::rules::model_access::ModelAccess;

use super::{Facts, Outcome};

pub(super) fn judge(rule: &ModelAccess, facts: &Facts<'_>) -> Outcome {
    Outcome { applies: fits(rule, facts.case.call), ..Outcome::default() }
}

fn fits(rule: &ModelAccess, call: &Call) -> bool {
    let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|word| word == value);
    (rule.models.is_empty() || rule.models.iter().any(|model| model.covers(&call.model)))
        && (rule.identities.is_empty() || rule.identities.iter().any(|word| is_meant(word, &call.identity)))
        && any(&rule.regions, &call.region)
        && any(&rule.dialects, &call.dialect)
}

fn is_meant(word: &str, identity: &Identity) -> bool {
    identity.id == word || identity.groups.iter().any(|group| group == word)
}
