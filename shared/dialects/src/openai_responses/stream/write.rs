//! Writes the events of a streamed answer: those of the upstream with what of them may go out, and our own. They are
//! numbered anew, for some are left out and some come in.

use std::sync::Arc;

use super::calls::{item_of, pieces_of};
use super::copies::said;
use super::ending::is_followed;
use super::{Phase, ResponseStream};
use crate::error::DialectError;
use crate::json::{Document, Value};
use crate::members;
use crate::refusal::Refusal;
use crate::splice::{Splices, literal};
use crate::stream::{Kept, Sheet, StreamEdits, Writes};
use crate::wire::WireEvent;

/// Random letters that hide the length of a text; meaningless once that is another.
const OBFUSCATION: &str = "obfuscation";

/// Members of an event with a piece of text that say nothing without it.
const SAYS_NOTHING: [&str; 6] = ["delta", "item_id", "logprobs", OBFUSCATION, "sequence_number", "type"];

impl Writes for ResponseStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let mut out = Vec::new();
        for (place, call) in kept.written_calls(edits)?.into_iter().enumerate() {
            self.note(kept, place.saturating_add(1), &call.document);
            if let Some(item) = item_of(call.document.root()) {
                self.begin_call(call.scope, item, false, &mut out)?;
            }
        }
        if let Some(sheet) = &kept.own {
            self.write_own(sheet, kept, edits, &mut out)?;
        }
        Ok(out)
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        if text.is_empty() || self.seen.windows.goes(window, text).is_err() {
            return None;
        }
        let open = self.texts.get(window)?;
        self.copies.goes(open.number, text);
        let last = self.seen.windows.last(window);
        let delta =
            last.and_then(|(_, sheet, id)| Some(Sheet::frame(sheet.root().member("delta")?, id, text)));
        let probabilities = if open.event == "response.output_text" { ",\"logprobs\":[]" } else { "" };
        let rest =
            format!("{}\"delta\":{}{probabilities}", open.around, delta.unwrap_or_else(|| literal(text)));
        let kind = format!("{}.delta", open.event);
        Some(self.own(&kind, &rest))
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut out = Vec::new();
        self.phase = Phase::Done;
        self.end_by(refusal, &mut out);
        out
    }
}

impl ResponseStream {
    /// An event of the upstream.
    fn write_own(
        &mut self,
        sheet: &Arc<Sheet>,
        kept: &Kept,
        edits: &StreamEdits,
        out: &mut Vec<WireEvent>,
    ) -> Result<(), DialectError> {
        let mut splices = kept.texts(0, sheet, edits)?;
        let said = self.seen.windows.put(sheet, kept, edits, &mut splices)? || kept.pieces.is_empty();
        for (piece, goes) in kept.pieces.iter().zip(&edits.deltas) {
            if let Some(text) = self.texts.get(piece.window) {
                self.copies.goes(text.number, goes);
            }
        }
        for (id, number) in &kept.copies {
            let value = sheet.document.value(*id);
            let went = self.copies.went(*number);
            if let Some(value) = value.filter(|value| *self::said(*value) != *went) {
                splices.text(value, went);
            }
        }
        if !said && kept.name.ends_with(".delta") && kept.spots.is_empty() && says_nothing(sheet.root()) {
            return Ok(());
        }
        let changed = !splices.is_empty();
        let even = kept.pieces.iter().all(|piece| self.seen.windows.are_even(piece.window));
        // Texts alone have changed, so that every value still has its id.
        let changed_document = if changed {
            Some(Document::read(splices.apply(sheet.document.source()).into_bytes())?)
        } else {
            None
        };
        let document = changed_document.as_ref().unwrap_or(&sheet.document);
        self.note(kept, 0, document);
        if kept.name == "response.output_item.done" {
            self.ended_call(document.root(), out)?;
        }
        let mut splices = Splices::default();
        if changed || !even {
            let repeats = sheet.walked.repeats.iter().filter_map(|id| document.value(*id));
            repeats.for_each(|value| splices.value(value, "[]".to_owned()));
            splices.remove_members(document.root(), &[OBFUSCATION]);
        }
        self.number(document.root(), &mut splices);
        let mut written = splices.apply(document.source());
        if is_followed(&kept.name) {
            let document = Document::read(written.into_bytes())?;
            self.follow(&kept.name, document.root())?;
            written = document.into_source();
        }
        out.push(kept.written(written));
        Ok(())
    }

    /// Notes what goes out of values that later events may repeat.
    fn note(&mut self, kept: &Kept, number: usize, document: &Document) {
        for (_, id, copy) in kept.originals.iter().filter(|(sheet, ..)| *sheet == number) {
            if let Some(value) = document.value(*id) {
                self.copies.goes(*copy, &said(value));
            }
        }
    }

    /// The events of a call that stood back until now, before the one that says that its item has ended.
    fn ended_call(&mut self, root: Value<'_>, out: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let index = members::place(root, "output_index")?;
        match root.member("item") {
            Some(item) if self.steps.contains_key(&index) && !self.outgoing.knows(index) => {
                self.begin_call(index, item, true, out)
            }
            _ => Ok(()),
        }
    }

    /// The events of a call until its arguments have been said: it begins without them, then they come in one piece.
    fn begin_call(
        &mut self,
        index: usize,
        item: Value<'_>,
        whole: bool,
        out: &mut Vec<WireEvent>,
    ) -> Result<(), DialectError> {
        let pieces = pieces_of(item).and_then(|(event, name)| Some((event, name, item.member_text(name)?)));
        let document = Document::read(item.raw().to_owned().into_bytes())?;
        let mut splices = Splices::default();
        if let Some(status) = members::present(document.root(), "status") {
            splices.value(status, literal("in_progress"));
        }
        if let Some((_, name, _)) = &pieces {
            splices.member(document.root(), name, literal(""));
        }
        let begun = Document::read(splices.apply(document.source()).into_bytes())?;
        let event = self.own(
            "response.output_item.added",
            &format!("\"output_index\":{index},\"item\":{}", begun.source()),
        );
        out.push(event);
        self.outgoing.item(index, item, &mut self.copies)?;
        for step in self.steps.remove(&index).unwrap_or_default() {
            let mut splices = Splices::default();
            self.number(step.root(), &mut splices);
            let kind = step.root().member_text("type").unwrap_or_default();
            out.push(WireEvent::new(&kind, splices.apply(step.document.source())));
        }
        if let Some((event, name, arguments)) = pieces {
            let id = item.member("id").map_or("\"\"", Value::raw);
            let around = format!("\"item_id\":{id},\"output_index\":{index},");
            if !arguments.is_empty() {
                let rest = format!("{around}\"delta\":{}", literal(&arguments));
                out.push(self.own(&format!("{event}.delta"), &rest));
            }
            if whole {
                let rest = format!("{around}\"{name}\":{}", literal(&arguments));
                out.push(self.own(&format!("{event}.done"), &rest));
            }
        }
        Ok(())
    }

    /// An event of our own, with its number.
    pub(super) fn own(&mut self, kind: &str, rest: &str) -> WireEvent {
        let number = self.outgoing.number(None);
        WireEvent::new(kind, format!("{{\"type\":{},\"sequence_number\":{number},{rest}}}", literal(kind)))
    }

    /// Numbers an event of the upstream, where it has a number.
    fn number(&mut self, root: Value<'_>, splices: &mut Splices) {
        if let Some(value) = members::present(root, "sequence_number") {
            let number = self.outgoing.number(value.raw().parse().ok()).to_string();
            if value.raw() != number {
                splices.value(value, number);
            }
        }
    }
}

/// Whether an event has nothing but its piece of text and what says where that stands.
fn says_nothing(root: Value<'_>) -> bool {
    root.members().all(|(name, _)| {
        let name = name.text().unwrap_or_default();
        SAYS_NOTHING.contains(&name.as_ref()) || name.ends_with("_index")
    })
}
