//! Tool calls: kept until they are complete, then read as a whole answer has them.

use std::sync::LazyLock;

use super::super::facts;
use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Document, Value};
use crate::members;
use crate::paths::Paths;
use crate::splice::{Splices, literal};
use crate::stream::{Call, Sheet, StreamEvent};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

/// What stands around the one block of an answer.
pub(super) const AROUND: (&str, &str) = ("{\"output\":{\"message\":{\"content\":[", "]}}}");

/// Whether what a block begins with is a tool call.
pub(super) fn is_call(start: Value<'_>) -> bool {
    members::present(start, "toolUse").is_some()
}

/// Adds a call that is complete, with its field. Its arguments stand in a string there, as they do on the wire: what is not JSON can be
/// looked through like that, too.
pub(super) fn complete(
    index: usize,
    field: &str,
    call: &Call,
    event: &mut StreamEvent,
) -> Result<(), DialectError> {
    let begun = Document::read([AROUND.0, &call.start, AROUND.1].concat().into_bytes())?;
    let mut splices = Splices::default();
    if let Some(object) = block_of(begun.root()).and_then(|block| block.member("toolUse")) {
        let input = if call.json.is_empty() { "{}" } else { &call.json };
        splices.member(object, "input", literal(input));
    }
    let sheet = Sheet::read(splices.apply(begun.source()), &ANSWER, Way::Answer)?;
    let action = block_of(sheet.root()).and_then(|block| facts::call(block, field.to_owned()));
    event.add_call(index, sheet, ("output.message.content[0]", field), action);
    Ok(())
}

/// The one block of an answer.
pub(super) fn block_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("output")?.member("message")?.member("content")?.elements().next()
}
