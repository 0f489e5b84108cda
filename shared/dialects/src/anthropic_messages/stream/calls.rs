//! Tool calls: kept until they are complete, then read as a whole answer has them.

use std::sync::LazyLock;

use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Document, Value};
use crate::paths::Paths;
use crate::splice::{Splices, literal};
use crate::stream::{Call, Sheet, StreamEvent};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

/// Whether a block is kept until it is complete: a tool call, and whatever else has arguments.
pub(super) fn is_call(block: Value<'_>) -> bool {
    block.member_text("type").is_some_and(|kind| kind.ends_with("tool_use"))
        || block.member("input").is_some()
}

/// Adds a call that is complete. Its arguments stand in a string there, as they do on the wire: what is not JSON
/// can be looked through like that, too.
pub(super) fn complete(index: usize, call: &Call, event: &mut StreamEvent) -> Result<(), DialectError> {
    let begun = Document::read(format!("{{\"content\":[{}]}}", call.start).into_bytes())?;
    let Some(block) = block_of(begun.root()) else { return Ok(()) };
    let whole = block.member("input").filter(|input| input.members().next().is_some());
    let input = match (call.json.as_str(), whole) {
        ("", Some(input)) => input.raw(),
        ("", None) => "{}",
        (json, _) => json,
    };
    let mut splices = Splices::default();
    splices.member(block, "input", literal(input));
    let sheet = Sheet::read(splices.apply(begun.source()), &ANSWER, Way::Answer)?;
    let action = block_of(sheet.root()).and_then(|block| super::super::call(block, index));
    event.add_call(index, sheet, ("content[0]", &format!("content[{index}]")), action);
    Ok(())
}

/// The one block of an answer.
pub(super) fn block_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("content")?.elements().next()
}
