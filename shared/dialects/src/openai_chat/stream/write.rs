//! Writes the chunks of a streamed answer: those of the upstream with what of them may go out, and our own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::calls::message_of;
use super::{CALLS, ChatStream, DONE, Phase, choices, ends};
use crate::dialect::Dialect;
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::openai_chat::OpenaiChat;
use crate::refusal::{Refusal, RefusalKind};
use crate::splice::Splices;
use crate::stream::{Kept, Sheet, StreamEdits, Writes, is_word, unended};
use crate::wire::WireEvent;

/// The members that every chunk repeats, and that our own chunks have, too.
const ENVELOPE: [&str; 6] = ["created", "id", "model", "object", "service_tier", "system_fingerprint"];

/// Random letters that hide the length of a text; meaningless once that is another.
const OBFUSCATION: &str = "obfuscation";

impl Writes for ChatStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let mut out = Vec::new();
        let last = kept.own.as_ref().or(self.last.as_ref()).filter(|_| !kept.calls.is_empty());
        let envelope = last.map(|sheet| envelope(sheet.root())).unwrap_or_default();
        for call in kept.written_calls(edits)? {
            out.extend(chunks_of_calls(&call.document, call.scope, &envelope));
        }
        if let Some(sheet) = &kept.own {
            out.extend(self.write_chunk(sheet, kept, edits)?);
        }
        self.done_written |= kept.plain.as_ref().is_some_and(|event| event.data == DONE);
        Ok(out)
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        let (index, sheet, id) = self.seen.windows.more(window, text)?;
        let root = sheet.root();
        let choices = choices(root).unwrap_or_default();
        let delta = choices.iter().filter_map(|(_, choice)| choice.member("delta"));
        let delta = delta.into_iter().find(|delta| delta.ids().contains(&id));
        let delta = delta.map(|delta| Sheet::frame(delta, id, text)).unwrap_or_default();
        Some(chunk(&envelope(root), index, &delta, None))
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut out = Vec::new();
        if std::mem::replace(&mut self.done_written, true) {
            return out;
        }
        self.phase = Phase::Done;
        if refusal.kind == RefusalKind::Policy {
            let envelope = match &self.last {
                Some(sheet) => envelope(sheet.root()),
                None => envelope_of(&refusal.decision_id),
            };
            for index in unended(&self.choices, &self.written) {
                out.push(chunk(&envelope, index, "{}", Some("content_filter")));
            }
        } else {
            let body = OpenaiChat.refuse(refusal).body;
            out.push(WireEvent::new("", String::from_utf8_lossy(&body)));
        }
        out.push(WireEvent::new("", DONE));
        out
    }
}

impl ChatStream {
    /// A chunk of the upstream.
    fn write_chunk(
        &mut self,
        sheet: &Arc<Sheet>,
        kept: &Kept,
        edits: &StreamEdits,
    ) -> Result<Option<WireEvent>, DialectError> {
        let mut splices = kept.texts(0, sheet, edits)?;
        let said = self.seen.windows.put(sheet, kept, edits, &mut splices)?;
        let choices = choices(sheet.root())?;
        let mut taken = false;
        for (index, choice) in &choices {
            taken |= without_calls(*choice, &mut splices);
            if ends(*choice) {
                self.written.insert(*index);
            }
        }
        let even = |(index, _): &(usize, Value<'_>)| self.is_even(*index);
        if !(splices.is_empty() && choices.iter().all(even)) {
            sheet.drop_repeats(&mut splices);
        }
        let withheld = taken || !said && !kept.pieces.is_empty();
        if withheld && !said && kept.spots.iter().all(|(number, _)| *number > 0) && says_nothing(sheet, kept)
        {
            return Ok(None);
        }
        if !splices.is_empty() {
            splices.remove_members(sheet.root(), &[OBFUSCATION]);
        }
        Ok(Some(kept.written(splices.apply(sheet.document.source()))))
    }

    /// Whether a choice has gone out as it came, so that what repeats it may, too.
    fn is_even(&self, index: usize) -> bool {
        self.seen.windows.are_even(index) && self.choices.get(&index).is_none_or(|choice| !choice.calls.any)
    }
}

/// The members that every chunk repeats, where they are words, as they stand in an object, with a comma after each.
fn envelope(root: Value<'_>) -> String {
    let members = root.members().filter_map(|(name, value)| {
        let name = name.text().filter(|name| ENVELOPE.contains(&name.as_ref()) && is_word(value))?;
        Some(format!("\"{name}\":{},", value.raw()))
    });
    members.collect()
}

/// The same where there was no chunk yet.
fn envelope_of(id: &str) -> String {
    let id = json!(format!("chatcmpl-{id}"));
    format!("\"id\":{id},\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"\",")
}

fn chunk(envelope: &str, index: usize, delta: &str, finish_reason: Option<&str>) -> WireEvent {
    let reason = finish_reason.map_or("null".to_owned(), |reason| format!("\"{reason}\""));
    let choice =
        format!("{{\"index\":{index},\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{reason}}}");
    WireEvent::new("", format!("{{{envelope}\"choices\":[{choice}]}}"))
}

/// One chunk for each call.
fn chunks_of_calls(whole: &Document, choice: usize, envelope: &str) -> Vec<WireEvent> {
    let message = message_of(whole.root());
    let calls =
        message.and_then(|message| message.member("tool_calls")).into_iter().flat_map(Value::elements);
    let mut out = Vec::new();
    for (index, call) in calls.enumerate() {
        let rest = call.raw().strip_prefix('{').unwrap_or_default();
        let comma = if call.members().next().is_some() { "," } else { "" };
        let delta = format!("{{\"tool_calls\":[{{\"index\":{index}{comma}{rest}]}}");
        out.push(chunk(envelope, choice, &delta, None));
    }
    if let Some(call) = message.and_then(|message| message.member("function_call")) {
        out.push(chunk(envelope, choice, &format!("{{\"function_call\":{}}}", call.raw()), None));
    }
    out
}

/// Takes the pieces of calls out of a choice; says whether there were any.
fn without_calls(choice: Value<'_>, splices: &mut Splices) -> bool {
    let Some(delta) = choice.member("delta") else {
        return false;
    };
    let any = CALLS.iter().any(|name| members::present(delta, name).is_some());
    if any {
        splices.remove_members(delta, &CALLS);
    }
    any
}

/// Whether a chunk has nothing to say but the text of its windows and pieces of calls.
fn says_nothing(sheet: &Sheet, kept: &Kept) -> bool {
    let pieces: BTreeSet<usize> = kept.pieces.iter().map(|piece| piece.id).collect();
    sheet.root().members().all(|(name, value)| match name.text().unwrap_or_default().as_ref() {
        "choices" => value.elements().all(|choice| choice_says_nothing(choice, &pieces)),
        OBFUSCATION => true,
        name => ENVELOPE.contains(&name) || value.kind() == Kind::Null,
    })
}

fn choice_says_nothing(choice: Value<'_>, pieces: &BTreeSet<usize>) -> bool {
    choice.members().all(|(name, value)| match name.text().unwrap_or_default().as_ref() {
        "delta" => value.members().all(|(name, value)| {
            name.text().is_some_and(|name| CALLS.contains(&name.as_ref())) || is_nothing(value, pieces)
        }),
        "finish_reason" => !ends(choice),
        "index" | "logprobs" => true,
        _ => value.kind() == Kind::Null,
    })
}

/// Whether nothing is left of a value once its pieces are gone.
fn is_nothing(value: Value<'_>, pieces: &BTreeSet<usize>) -> bool {
    match value.kind() {
        Kind::Array => value.elements().all(|child| is_nothing(child, pieces)),
        Kind::Object => value.members().all(|(name, child)| {
            let name = name.text().unwrap_or_default();
            matches!(name.as_ref(), "id" | "index" | "type") || is_nothing(child, pieces)
        }),
        Kind::Text => pieces.contains(&value.id()) || value.raw() == "\"\"",
        Kind::Null => true,
        Kind::Boolean | Kind::Name | Kind::Number => false,
    }
}
