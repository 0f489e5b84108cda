//! Tool calls: kept until they are complete, then read as a whole answer has them.

use std::sync::LazyLock;

use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::Value;
use crate::paths::Paths;
use crate::splice::{Splices, literal};
use crate::stream::{MAX_CALL, Sheet, StreamEvent};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

/// Whether a block is kept until it is complete: a tool call, and whatever else has arguments.
pub(super) fn is_call(block: Value<'_>) -> bool {
    block.member_text("type").is_some_and(|kind| kind.ends_with("tool_use"))
        || block.member("input").is_some()
}

/// Checks the bytes of one call.
pub(super) fn within_cap(bytes: usize) -> Result<(), DialectError> {
    if bytes > MAX_CALL {
        Err(DialectError::TooLong { what: "a tool call", limit: MAX_CALL })
    } else {
        Ok(())
    }
}

/// Adds a call that is complete. Its arguments stand in a string there, as they do on the wire: what is not JSON
/// can be looked through like that, too.
pub(super) fn complete(
    index: usize,
    start: &str,
    json: &str,
    event: &mut StreamEvent,
) -> Result<(), DialectError> {
    let answer = format!("{{\"content\":[{start}]}}");
    let sheet = Sheet::read(answer, &ANSWER, Way::Answer)?;
    let Some(block) = block_of(sheet.root()) else { return Ok(()) };
    let whole = block.member("input").filter(|input| input.members().next().is_some());
    let input = match (json, whole) {
        ("", Some(input)) => input.raw(),
        ("", None) => "{}",
        (json, _) => json,
    };
    let mut splices = Splices::default();
    splices.member(block, "input", literal(input));
    let sheet = Sheet::read(splices.apply(sheet.document.source()), &ANSWER, Way::Answer)?;
    event.add_parts(1, &sheet, |_, field| {
        Some(format!("content[{index}]{}", field.strip_prefix("content[0]").unwrap_or(field)))
    });
    event.actions.extend(block_of(sheet.root()).and_then(|block| super::super::call(block, index)));
    event.kept.calls.push((index, sheet));
    Ok(())
}

/// The one block of an answer.
pub(super) fn block_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("content")?.elements().next()
}
