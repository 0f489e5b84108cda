//! Tool calls: kept until they are complete, then read as a whole answer has them.

use std::sync::LazyLock;

use super::super::facts;
use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::Value;
use crate::members;
use crate::paths::Paths;
use crate::splice::{Splices, literal};
use crate::stream::{MAX_CALL, Sheet, StreamEvent};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

/// What stands around the one block of an answer.
pub(super) const AROUND: (&str, &str) = ("{\"output\":{\"message\":{\"content\":[", "]}}}");

/// Whether what a block begins with is a tool call.
pub(super) fn is_call(start: Value<'_>) -> bool {
    members::present(start, "toolUse").is_some()
}

/// Checks the bytes of one call.
pub(super) fn within_cap(bytes: usize) -> Result<(), DialectError> {
    if bytes > MAX_CALL {
        Err(DialectError::TooLong { what: "a tool call", limit: MAX_CALL })
    } else {
        Ok(())
    }
}

/// Adds a call that is complete. Its arguments stand in a string there, as they do on the wire: what is not JSON can be
/// looked through like that, too.
pub(super) fn complete(
    index: usize,
    start: &str,
    json: &str,
    event: &mut StreamEvent,
) -> Result<(), DialectError> {
    let begun = Sheet::read([AROUND.0, start, AROUND.1].concat(), &ANSWER, Way::Answer)?;
    let call = block_of(begun.root()).and_then(|block| block.member("toolUse"));
    let mut splices = Splices::default();
    if let Some(call) = call {
        let input = if json.is_empty() { "{}" } else { json };
        splices.member(call, "input", literal(input));
    }
    let sheet = Sheet::read(splices.apply(begun.document.source()), &ANSWER, Way::Answer)?;
    let place = format!("output.message.content[{index}]");
    event.add_parts(1, &sheet, |_, field| {
        let rest = field.strip_prefix("output.message.content[0]").unwrap_or(field);
        Some(format!("{place}{rest}"))
    });
    event.actions.extend(block_of(sheet.root()).and_then(|block| facts::call(block, place)));
    event.kept.calls.push((index, sheet));
    Ok(())
}

/// The one block of an answer.
pub(super) fn block_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("output")?.member("message")?.member("content")?.elements().next()
}
