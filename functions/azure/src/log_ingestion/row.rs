//! A record as a row of the table. Its columns are those that the stack declares for the stream.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, json};

/// The most bytes of a column: the service cuts what is longer.
const LONGEST: usize = 64 * 1024;

/// What is read of a record.
#[derive(Deserialize)]
struct Read<'a> {
    time: &'a str,
    decision_id: &'a str,
    provider: &'a str,
    decision: &'a str,
    #[serde(default)]
    reasons: Value,
    #[serde(default)]
    outcome: &'a str,
    #[serde(borrow, default)]
    identity: Who<'a>,
    #[serde(default)]
    dialect: &'a str,
    #[serde(borrow, default)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    policy: Policy<'a>,
    chain: Link<'a>,
}

#[derive(Default, Deserialize)]
struct Who<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Policy<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    revision: &'a str,
}

#[derive(Deserialize)]
struct Link<'a> {
    sequence: u64,
    hash: &'a str,
}

/// The row, as JSON; `None` for what is no record.
pub(super) fn of(record: &str) -> Option<String> {
    let read: Read<'_> = serde_json::from_str(record).ok()?;
    let columns = json!({
        "TimeGenerated": read.time,
        "DecisionId": read.decision_id,
        "Provider": read.provider,
        "Decision": read.decision,
        "Reasons": read.reasons,
        "Outcome": read.outcome,
        "Identity": read.identity.id,
        "Dialect": read.dialect,
        "Model": read.model,
        "Policy": read.policy.name,
        "Revision": read.policy.revision,
        "Sequence": read.chain.sequence,
        "Hash": read.chain.hash,
        // The text that the hash is over, byte for byte.
        "RecordText": record,
    });
    let columns = columns.to_string();
    Some(format!("{},\"Record\":{record}}}", columns.strip_suffix('}')?))
}

/// Whether the service would keep the whole of it.
pub(super) fn fits(record: &str) -> bool {
    record.len() <= LONGEST
}
