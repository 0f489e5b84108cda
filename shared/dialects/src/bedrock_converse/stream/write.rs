//! Writes the events of a streamed answer: those of the upstream with what of them may go out, and our own.

use std::sync::Arc;

use serde_json::json;

use super::calls::{AROUND, block_of};
use super::{ConverseStream, INDEX, Phase};
use crate::bedrock_converse::compose::{ending, event};
use crate::bedrock_converse::exception;
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members::place;
use crate::refusal::{Refusal, RefusalKind};
use crate::splice::{Splices, literal};
use crate::stream::{Kept, Sheet, StreamEdits, Writes};
use crate::wire::{EventKind, WireEvent};

/// Letters that hide the length of a text; meaningless once that is another.
const PADDING: &str = "p";

impl Writes for ConverseStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let mut out = Vec::new();
        for written in kept.written_calls(edits)? {
            out.extend(call(&written.document, written.scope));
        }
        if let Some(sheet) = &kept.own {
            out.extend(self.write_own(sheet, kept, edits)?);
        }
        Ok(out)
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        let (index, sheet, id) = self.seen.windows.more(window, text)?;
        let delta = Sheet::frame(sheet.root().member("delta")?, id, text);
        self.written_open.insert(index);
        let data = format!("{{\"contentBlockIndex\":{index},\"delta\":{delta}}}");
        Some(WireEvent::new("contentBlockDelta", data))
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut out = Vec::new();
        let written = std::mem::replace(&mut self.written, Phase::Ended);
        self.phase = Phase::Ended;
        match written {
            Phase::Ended | Phase::Stopped => {}
            Phase::Started if refusal.kind == RefusalKind::Policy => {
                for index in std::mem::take(&mut self.written_open) {
                    out.push(event("contentBlockStop", json!({"contentBlockIndex": index})));
                }
                out.extend(ending("guardrail_intervened", self.seen.usage.unwrap_or_default()));
            }
            Phase::New | Phase::Started => out.push(exception(refusal)),
        }
        out
    }
}

impl ConverseStream {
    /// An event of the upstream.
    fn write_own(
        &mut self,
        sheet: &Arc<Sheet>,
        kept: &Kept,
        edits: &StreamEdits,
    ) -> Result<Option<WireEvent>, DialectError> {
        let root = sheet.root();
        let mut splices = kept.texts(0, sheet, edits)?;
        let said = self.seen.windows.put(sheet, kept, edits, &mut splices)? || kept.pieces.is_empty();
        if !said && kept.spots.is_empty() && is_text_alone(root, kept) {
            return Ok(None);
        }
        if !splices.is_empty() {
            splices.remove_members(root, &[PADDING]);
        }
        self.note(kept, root)?;
        Ok(Some(kept.written(splices.apply(sheet.document.source()))))
    }

    /// Notes how far the answer has been written.
    fn note(&mut self, kept: &Kept, root: Value<'_>) -> Result<(), DialectError> {
        match kept.name.as_str() {
            _ if kept.kind == EventKind::Failure => self.written = Phase::Ended,
            "messageStart" => self.written = Phase::Started,
            "messageStop" => self.written = Phase::Stopped,
            "contentBlockStart" | "contentBlockDelta" => {
                self.written_open.insert(place(root, INDEX)?);
            }
            "contentBlockStop" => {
                self.written_open.remove(&place(root, INDEX)?);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The events of a whole call but for its stop: the block without its arguments, then these in one piece.
fn call(whole: &Document, index: usize) -> Vec<WireEvent> {
    let Some(call) = block_of(whole.root()).and_then(|block| block.member("toolUse")) else {
        return Vec::new();
    };
    let json = call.member_text("input").unwrap_or_default();
    let mut splices = Splices::default();
    splices.remove_members(call, &["input"]);
    let whole = splices.apply(whole.source());
    let start = whole.strip_prefix(AROUND.0).and_then(|rest| rest.strip_suffix(AROUND.1)).unwrap_or_default();
    let start = format!("{{\"contentBlockIndex\":{index},\"start\":{start}}}");
    let delta = format!("{{\"toolUse\":{{\"input\":{}}}}}", literal(&json));
    let delta = format!("{{\"contentBlockIndex\":{index},\"delta\":{delta}}}");
    vec![WireEvent::new("contentBlockStart", start), WireEvent::new("contentBlockDelta", delta)]
}

/// Whether an event is a delta that holds nothing but pieces of text.
fn is_text_alone(root: Value<'_>, kept: &Kept) -> bool {
    let known = |name: &str| matches!(name, "contentBlockIndex" | "delta" | PADDING);
    let only = root.members().all(|(name, _)| name.text().is_some_and(|name| known(&name)));
    only && root.member("delta").is_some_and(|delta| is_pieces(delta, kept))
}

fn is_pieces(value: Value<'_>, kept: &Kept) -> bool {
    match value.kind() {
        Kind::Array => value.elements().all(|element| is_pieces(element, kept)),
        Kind::Object => value.members().all(|(_, member)| is_pieces(member, kept)),
        Kind::Null => true,
        Kind::Text => kept.pieces.iter().any(|piece| piece.id == value.id()),
        Kind::Boolean | Kind::Name | Kind::Number => false,
    }
}
