//! Writes the chunks of a streamed answer: those of the upstream with what of them may go out, and our own.

use std::sync::Arc;

use super::super::GeminiGenerate;
use super::super::facts::present;
use super::calls::part_of;
use super::{GenerateStream, candidates, ends};
use crate::dialect::Dialect;
use crate::error::DialectError;
use crate::json::{Kind, Value};
use crate::refusal::{Refusal, RefusalKind};
use crate::splice::{Splices, literal};
use crate::stream::{Kept, Sheet, StreamEdits, Writes, is_word, unended};
use crate::wire::{EventKind, WireEvent};

/// The members that every chunk repeats, and that our own chunks have, too.
const ENVELOPE: [&str; 3] = ["createTime", "modelVersion", "responseId"];

/// Why an answer ends that is refused in the middle.
const REFUSED: &str = "PROHIBITED_CONTENT";

impl Writes for GenerateStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let mut out = Vec::new();
        let envelope = kept.own.as_ref().map(|sheet| envelope(sheet.root())).unwrap_or_default();
        for call in kept.written_calls(edits)? {
            self.written.changed |= call.changed;
            let part = part_of(call.document.root()).map(Value::raw).unwrap_or_default();
            out.push(chunk(&envelope, call.scope, part));
        }
        if let Some(sheet) = &kept.own {
            out.extend(self.write_chunk(sheet, kept, edits)?);
        }
        self.written.over |= kept.plain.as_ref().is_some_and(|event| event.kind == EventKind::End);
        Ok(out)
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        let (index, sheet, _) = self.seen.windows.more(window, text)?;
        let thought = if self.thoughts.contains(&window) { ",\"thought\":true" } else { "" };
        Some(chunk(&envelope(sheet.root()), index, &format!("{{\"text\":{}{thought}}}", literal(text))))
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut out = Vec::new();
        if std::mem::replace(&mut self.written.over, true) {
            return out;
        }
        if self.written.failed {
            // The caller has been told of a failure already.
        } else if refusal.kind == RefusalKind::Policy {
            self.refused_candidates(refusal, &mut out);
        } else {
            let body = GeminiGenerate.refuse(refusal).body;
            out.push(WireEvent::new("", String::from_utf8_lossy(&body)));
        }
        out.push(WireEvent { kind: EventKind::End, ..WireEvent::default() });
        out
    }
}

impl GenerateStream {
    /// A chunk of the upstream.
    fn write_chunk(
        &mut self,
        sheet: &Arc<Sheet>,
        kept: &Kept,
        edits: &StreamEdits,
    ) -> Result<Option<WireEvent>, DialectError> {
        let mut splices = kept.texts(0, sheet, edits)?;
        self.written.changed |= !splices.is_empty();
        let said = self.seen.windows.put(sheet, kept, edits, &mut splices)?;
        if kept.kind == EventKind::Failure {
            self.written.failed = true;
            return Ok(Some(WireEvent::new("", splices.apply(sheet.document.source()))));
        }
        let candidates = candidates(sheet.root())?;
        for (index, candidate) in &candidates {
            if ends(*candidate) {
                self.written.ends.insert(*index);
            }
            if !kept.gone.is_empty() {
                without(&kept.gone, *candidate, &mut splices);
            }
        }
        if !self.is_even() {
            sheet.drop_repeats(&mut splices);
        }
        let withheld = !kept.gone.is_empty() || !kept.pieces.is_empty();
        let alone = kept.spots.iter().all(|(number, _)| *number > 0);
        if withheld && !said && alone && says_nothing(sheet, kept) {
            return Ok(None);
        }
        Ok(Some(WireEvent::new("", splices.apply(sheet.document.source()))))
    }

    /// Whether all has gone out as it came, so that what repeats it may, too.
    fn is_even(&self) -> bool {
        let even =
            |(index, one): (&usize, &super::Candidate)| !one.called && self.seen.windows.are_even(*index);
        !self.written.changed && self.candidates.iter().all(even)
    }

    /// An end for each candidate that has none.
    fn refused_candidates(&self, refusal: &Refusal, out: &mut Vec<WireEvent>) {
        let envelope = self.last.as_ref().map(|sheet| envelope(sheet.root())).unwrap_or_default();
        let message = literal(&refusal.message);
        for index in unended(&self.candidates, &self.written.ends) {
            let candidate =
                format!("{{\"index\":{index},\"finishReason\":\"{REFUSED}\",\"finishMessage\":{message}}}");
            out.push(WireEvent::new("", format!("{{{envelope}\"candidates\":[{candidate}]}}")));
        }
    }
}

/// The members that every chunk repeats, where they are words, as they stand in an object, with a comma after each.
fn envelope(root: Value<'_>) -> String {
    let members = ENVELOPE.iter().filter_map(|name| {
        let value = present(root, name).filter(|value| is_word(*value))?;
        Some(format!("\"{name}\":{},", value.raw()))
    });
    members.collect()
}

/// A chunk with one part.
fn chunk(envelope: &str, index: usize, part: &str) -> WireEvent {
    let content = format!("{{\"role\":\"model\",\"parts\":[{part}]}}");
    WireEvent::new("", format!("{{{envelope}\"candidates\":[{{\"index\":{index},\"content\":{content}}}]}}"))
}

/// The parts of a candidate.
fn parts(candidate: Value<'_>) -> Option<Value<'_>> {
    present(present(candidate, "content")?, "parts")
}

/// Takes the pieces of calls out of a candidate. Where nothing else is there, an empty text stands in their place: the
/// vendor's client forgets an answer of which one chunk has no parts.
fn without(gone: &[usize], candidate: Value<'_>, splices: &mut Splices) {
    let Some(list) = parts(candidate) else { return };
    let pieces: Vec<bool> = list.elements().map(|part| gone.binary_search(&part.id()).is_ok()).collect();
    if pieces.contains(&true) && !pieces.contains(&false) {
        return splices.value(list, "[{\"text\":\"\"}]".to_owned());
    }
    splices.remove_elements(list, |index| pieces.get(index) == Some(&true));
}

/// Whether a chunk has nothing to say but the text of its windows and pieces of calls.
fn says_nothing(sheet: &Sheet, kept: &Kept) -> bool {
    sheet.root().members().all(|(name, value)| match name.text().unwrap_or_default().as_ref() {
        "candidates" => value.elements().all(|candidate| candidate_says_nothing(candidate, kept)),
        name => value.kind() == Kind::Null || ENVELOPE.contains(&name),
    })
}

fn candidate_says_nothing(candidate: Value<'_>, kept: &Kept) -> bool {
    let listed = parts(candidate).into_iter().flat_map(Value::elements);
    let content = present(candidate, "content");
    let beside = content
        .into_iter()
        .flat_map(Value::members)
        .all(|(name, _)| name.text().is_some_and(|name| matches!(name.as_ref(), "parts" | "role")));
    let own = candidate.members().all(|(name, value)| {
        value.kind() == Kind::Null
            || name.text().is_some_and(|name| matches!(name.as_ref(), "content" | "index"))
    });
    own && beside && listed.into_iter().all(|part| part_says_nothing(part, kept))
}

fn part_says_nothing(part: Value<'_>, kept: &Kept) -> bool {
    let piece = |value: Value<'_>| kept.pieces.binary_search_by_key(&value.id(), |piece| piece.id).is_ok();
    kept.gone.binary_search(&part.id()).is_ok()
        || part.members().all(|(name, value)| match name.text().unwrap_or_default().as_ref() {
            "text" => piece(value) || value.raw() == "\"\"",
            "thought" => true,
            _ => value.kind() == Kind::Null,
        })
}
