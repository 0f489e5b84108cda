//! Calls that are still to be made: kept until they are complete, then read as a whole answer has them.

use std::sync::{Arc, LazyLock};

use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Document, Value};
use crate::paths::Paths;
use crate::splice::{Splices, literal};
use crate::stream::{Sheet, within_cap};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(&FIELDS, Way::Answer));

/// The calls whose arguments come in pieces: the item's type, the events' name, and the member of the item and of the
/// event that ends them.
const IN_PIECES: [(&str, &str, &str); 3] = [
    ("custom_tool_call", "response.custom_tool_call_input", "input"),
    ("function_call", "response.function_call_arguments", "arguments"),
    ("mcp_call", "response.mcp_call_arguments", "arguments"),
];

/// A call that is not complete.
#[derive(Debug)]
pub(super) struct Call {
    /// The item as it began.
    item: String,
    /// Its arguments so far.
    arguments: String,
    /// Events that say how far it has come, without text.
    pub(super) steps: Vec<Arc<Sheet>>,
    bytes: usize,
}

impl Call {
    pub(super) fn begin(item: Value<'_>) -> Result<Self, DialectError> {
        let item = item.raw().to_owned();
        let mut call = Self { item, arguments: String::new(), steps: Vec::new(), bytes: 0 };
        call.count(call.item.len())?;
        Ok(call)
    }

    /// Takes a piece of the arguments.
    pub(super) fn add(&mut self, piece: &str) -> Result<(), DialectError> {
        self.count(piece.len())?;
        self.arguments.push_str(piece);
        Ok(())
    }

    /// Takes an event that goes out with the call.
    pub(super) fn step(&mut self, sheet: &Arc<Sheet>) -> Result<(), DialectError> {
        self.count(sheet.document.source().len())?;
        self.steps.push(Arc::clone(sheet));
        Ok(())
    }

    /// The call as the one item of an answer. What says that the arguments are complete, says them again; some
    /// clients take those.
    pub(super) fn complete(&self, member: &str, arguments: Option<&str>) -> Result<Sheet, DialectError> {
        let document = Document::read(self.item.clone().into_bytes())?;
        let mut splices = Splices::default();
        splices.member(document.root(), member, literal(arguments.unwrap_or(&self.arguments)));
        let item = splices.apply(document.source());
        Sheet::read(format!("{{\"output\":[{item}]}}"), &ANSWER, Way::Answer)
    }

    fn count(&mut self, bytes: usize) -> Result<(), DialectError> {
        self.bytes = self.bytes.saturating_add(bytes);
        within_cap(self.bytes)
    }
}

/// The member that holds a call's arguments, by the name of the events with pieces of it.
pub(super) fn member_of(base: &str) -> Option<&'static str> {
    IN_PIECES.iter().find(|(_, event, _)| *event == base).map(|(_, _, member)| *member)
}

/// The events' name and the member, by the item's type.
pub(super) fn pieces_of(item: Value<'_>) -> Option<(&'static str, &'static str)> {
    let kind = item.member_text("type")?;
    IN_PIECES.iter().find(|(known, ..)| *known == kind).map(|(_, event, member)| (*event, *member))
}

/// The one item of an answer.
pub(super) fn item_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("output")?.elements().next()
}
