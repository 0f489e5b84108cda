//! Which counter a limit charges.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::checked::RuleLimit;
use crate::limit::{Charge, LimitScope};

use super::Facts;

/// Stores bound the length of their keys, and callers choose models and tools. A longer value stands in a key
/// as its SHA-256.
const MAX_VALUE_BYTES: usize = 200;

/// The charge of one call or one action. `tool` is the action's tool; a limit per tool that is charged for
/// something else has one counter for all of it.
pub(super) fn charge(limit: &RuleLimit, facts: &Facts<'_>, amount: u64, tool: Option<&str>) -> Charge {
    let call = facts.case.call;
    let (scope, value) = match limit.per {
        LimitScope::Global => ("global", "all"),
        LimitScope::Identity => ("identity", call.identity.id.as_str()),
        LimitScope::Ip => ("ip", call.ip.as_str()),
        LimitScope::Model => ("model", call.model.as_str()),
        LimitScope::Tool => ("tool", tool.unwrap_or("all")),
    };
    let key = format!("{}/{scope}/{}", facts.rule.rule.name, bounded(value));
    Charge { rule: facts.index, key: key.into(), limit: limit.limit, amount }
}

fn bounded(value: &str) -> String {
    if value.len() <= MAX_VALUE_BYTES {
        return value.to_owned();
    }
    Sha256::digest(value.as_bytes()).iter().fold(String::from("sha256:"), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
