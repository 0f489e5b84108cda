//! Writes the events of a streamed answer: those of the upstream with what of them may go out, and our own.

use std::sync::Arc;

use serde_json::json;

use super::calls::block_of;
use super::{MessageStream, Phase};
use crate::anthropic_messages::AnthropicMessages;
use crate::anthropic_messages::compose::event;
use crate::dialect::Dialect;
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members::place;
use crate::refusal::{Refusal, RefusalKind};
use crate::splice::{Splices, literal};
use crate::stream::{Kept, Sheet, StreamEdits, Writes};
use crate::wire::{EventKind, WireEvent};

impl Writes for MessageStream {
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
        let root = sheet.root();
        let delta = match (root.member("delta"), root.member("content_block")) {
            (Some(delta), _) => Sheet::frame(delta, id, text),
            // The block began with the text. Its member and the deltas that go on with it have the same name.
            (None, Some(block)) => {
                let member = block.members().find(|(_, value)| value.id() == id);
                let name = member.and_then(|(name, _)| name.text()).unwrap_or_default();
                format!("{{\"type\":{},\"{name}\":{}}}", literal(&format!("{name}_delta")), literal(text))
            }
            (None, None) => return None,
        };
        let data = format!("{{\"type\":\"content_block_delta\",\"index\":{index},\"delta\":{delta}}}");
        Some(WireEvent::new("content_block_delta", data))
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut out = Vec::new();
        let written = std::mem::replace(&mut self.written, Phase::Ended);
        self.phase = Phase::Ended;
        match written {
            Phase::Ended => {}
            Phase::Started if refusal.kind == RefusalKind::Policy => self.ending(&mut out),
            Phase::New | Phase::Started => {
                let body = AnthropicMessages.refuse(refusal).body;
                let error = WireEvent::new("error", String::from_utf8_lossy(&body));
                out.push(WireEvent { kind: EventKind::Failure, ..error });
            }
        }
        out
    }
}

impl MessageStream {
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
        if !said && kept.name == "content_block_delta" && kept.spots.is_empty() && is_text_alone(root, kept) {
            return Ok(None);
        }
        match kept.name.as_str() {
            _ if kept.kind == EventKind::Failure => self.written = Phase::Ended,
            "message_start" => self.written = Phase::Started,
            "error" | "message_stop" => self.written = Phase::Ended,
            "content_block_start" => {
                self.written_open.insert(place(root, "index")?);
            }
            "content_block_stop" => {
                self.written_open.remove(&place(root, "index")?);
            }
            _ => {}
        }
        Ok(Some(kept.written(splices.apply(sheet.document.source()))))
    }

    /// The end of an answer that the model refuses to go on with.
    fn ending(&mut self, out: &mut Vec<WireEvent>) {
        for index in std::mem::take(&mut self.written_open) {
            out.push(event("content_block_stop", json!({"index": index})));
        }
        let delta = json!({"stop_reason": "refusal", "stop_sequence": null});
        let usage = json!({"output_tokens": self.seen.usage.unwrap_or_default().output_tokens});
        out.push(event("message_delta", json!({"delta": delta, "usage": usage})));
        out.push(event("message_stop", json!({})));
    }
}

/// The events of a whole call but for its stop: the block without its arguments, then these in one piece.
fn call(whole: &Document, index: usize) -> Vec<WireEvent> {
    let Some(block) = block_of(whole.root()) else {
        return Vec::new();
    };
    let json = block.member_text("input").unwrap_or_default();
    let mut splices = Splices::default();
    splices.member(block, "input", "{}".to_owned());
    let whole = splices.apply(whole.source());
    // Around the block stands the answer that it is the only block of.
    let start = whole.strip_prefix("{\"content\":[").and_then(|rest| rest.strip_suffix("]}"));
    let start = start.unwrap_or_default();
    let start = format!("{{\"type\":\"content_block_start\",\"index\":{index},\"content_block\":{start}}}");
    let delta = format!("{{\"type\":\"input_json_delta\",\"partial_json\":{}}}", literal(&json));
    let delta = format!("{{\"type\":\"content_block_delta\",\"index\":{index},\"delta\":{delta}}}");
    vec![WireEvent::new("content_block_start", start), WireEvent::new("content_block_delta", delta)]
}

/// Whether a delta holds nothing but its type and pieces of text.
fn is_text_alone(root: Value<'_>, kept: &Kept) -> bool {
    let piece = |value: Value<'_>| kept.pieces.iter().any(|piece| piece.id == value.id());
    let known = |name: &str| matches!(name, "delta" | "index" | "type");
    let delta = root.member("delta").into_iter().flat_map(Value::members);
    root.members().all(|(name, _)| name.text().is_some_and(|name| known(&name)))
        && delta.into_iter().all(|(name, value)| {
            name.text().is_some_and(|name| name == "type") || value.kind() == Kind::Null || piece(value)
        })
}
