//! Streamed answers that are JSON objects with pieces of text in them: those of the families with forms of their own,
//! and of models that nobody knows. Each place where a text stands is a window for the whole answer, for nothing says
//! where a text ends before the answer does.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use policy::{ContentType, Part};

use super::facts::{self, METRICS};
use super::families::Form;
use super::fields::{ENVELOPE, FIELDS};
use super::stream::shape_of_event;
use crate::answer::Usage;
use crate::bedrock_converse::exception;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::refusal::Refusal;
use crate::rewrite;
use crate::stream::{
    Delta, Events, Kept, Piece, Sheet, StreamEdits, StreamEvent, Window, Windows, locate, within,
};
use crate::wire::{EventKind, WireEvent};

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Stream));
static UNKNOWN: LazyLock<Paths> = LazyLock::new(|| Paths::new(ENVELOPE, Way::Stream));

/// Members that come whole.
const WHOLE: [&str; 2] = ["amazon-bedrock-trace", "tool_calls"];

/// Pieces of a tool call. They do not go on: the call comes whole after them, and is judged there.
const PIECES_OF_CALLS: &str = "tool_call_delta";

/// Members that say why an answer ends, once they say anything.
const REASONS: [&str; 3] = ["completionReason", "finish_reason", "stop_reason"];

/// The marks of events that end an answer, in the names that they are kept by.
const LAST: &str = "last";

/// Reads and writes one streamed answer.
#[derive(Debug)]
pub(super) struct PlainStream {
    form: Form,
    phase: Phase,
    failed: bool,
    windows: Windows,
    usage: Option<Usage>,
    /// Whether the end has been written.
    end_written: bool,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Ended,
    New,
    /// Some of it has come, and nothing has said that it ends.
    Open,
    /// It has said why it ends. What it took may follow.
    Reasoned,
}

impl Events for PlainStream {
    fn anew(&self) -> Self {
        Self::new(self.form)
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended {
            return Err(DialectError::AfterEnd);
        }
        let paths = if self.form == Form::Unknown { &UNKNOWN } else { &STREAM };
        let sheet = Arc::new(Sheet::read(event.data, paths, Way::Stream)?);
        if sheet.root().kind() != Kind::Object {
            return Err(members::wrong("chunk", "an object"));
        }
        let read =
            if event.kind == EventKind::Failure { Some(self.fail(&sheet)) } else { self.read(&sheet)? };
        if let Some(mut read) = read {
            read.kept.name = match event.kind {
                EventKind::Failure => event.name,
                EventKind::Data | EventKind::End if read.ends => LAST.to_owned(),
                EventKind::Data | EventKind::End => String::new(),
            };
            read.kept.kind = event.kind;
            read.kept.own = Some(sheet);
            events.push(read);
        }
        Ok(())
    }

    /// Models that nobody knows may end without a word.
    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let before = std::mem::replace(&mut self.phase, Phase::Ended);
        let cut = match before {
            Phase::Ended => return Ok(()),
            Phase::New => true,
            Phase::Open => self.form != Form::Unknown,
            Phase::Reasoned => false,
        };
        if cut {
            return Err(DialectError::CutShort);
        }
        events.push(StreamEvent { closes: self.windows.close(None), ends: true, ..StreamEvent::default() });
        Ok(())
    }

    fn windows(&self) -> &Windows {
        &self.windows
    }

    fn write(
        &mut self,
        kept: &Kept,
        edits: &StreamEdits,
        out: &mut Vec<WireEvent>,
    ) -> Result<(), DialectError> {
        let Some(sheet) = &kept.own else {
            self.end_written = true;
            return Ok(());
        };
        let mut splices = kept.texts(0, sheet, edits)?;
        for (piece, goes) in kept.pieces.iter().zip(&edits.deltas) {
            let came = sheet.text(piece.id);
            self.windows.pass(piece.window, (sheet, piece.id, &came), goes)?;
            if let Some(value) = sheet.document.value(piece.id).filter(|_| came != *goes) {
                splices.text(value, goes);
            }
        }
        if !(splices.is_empty() && self.windows.are_even(0)) {
            let repeats = sheet.walked.repeats.iter().filter_map(|id| sheet.document.value(*id));
            repeats.for_each(|value| splices.value(value, "null".to_owned()));
        }
        self.end_written |= kept.kind == EventKind::Failure || kept.name == LAST;
        let name = if kept.kind == EventKind::Failure { kept.name.as_str() } else { "" };
        let written = WireEvent::new(name, splices.apply(sheet.document.source()));
        out.push(WireEvent { kind: kept.kind, ..written });
        Ok(())
    }

    fn say(&mut self, window: usize, text: &str, out: &mut Vec<WireEvent>) {
        let Some((_, sheet, id)) = self.windows.last(window) else { return };
        if !text.is_empty() && self.windows.goes(window, text).is_ok() {
            out.extend(again(&sheet, id, text).map(|data| WireEvent::new("", data)));
        }
    }

    /// Nothing in these forms says that an answer is not to go on, but an exception.
    fn refuse(&mut self, refusal: &Refusal, out: &mut Vec<WireEvent>) {
        self.phase = Phase::Ended;
        if !std::mem::replace(&mut self.end_written, true) {
            out.push(exception(refusal));
        }
    }

    fn failed(&self) -> bool {
        self.failed
    }

    fn usage(&self) -> Option<Usage> {
        self.usage
    }
}

impl PlainStream {
    pub(super) fn new(form: Form) -> Self {
        Self {
            form,
            phase: Phase::New,
            failed: false,
            windows: Windows::default(),
            usage: None,
            end_written: false,
        }
    }

    /// Reads an event; nothing where all of it is left out.
    fn read(&mut self, sheet: &Arc<Sheet>) -> Result<Option<StreamEvent>, DialectError> {
        let root = sheet.root();
        if shape_of_event(root).is_some() {
            // Another dialect's, in which a client would look for calls.
            return Err(DialectError::Stray { field: "chunk".to_owned() });
        }
        if self.phase == Phase::New {
            self.phase = Phase::Open;
        }
        if members::present(root, PIECES_OF_CALLS).is_some() {
            return Ok(None);
        }
        let mut event = StreamEvent::default();
        let taken = self.pieces(sheet, &mut event)?;
        event.add_parts(0, sheet, |part, field| (!taken.contains(&part)).then(|| field.to_owned()));
        event.actions = facts::calls(root);
        self.count(root);
        if says_why(root) {
            self.phase = Phase::Reasoned;
        }
        if members::present(root, METRICS).is_some() {
            self.phase = Phase::Ended;
            event.ends = true;
            event.closes = self.windows.close(None);
        }
        Ok(Some(event))
    }

    /// Ends the answer with an exception.
    fn fail(&mut self, sheet: &Sheet) -> StreamEvent {
        self.phase = Phase::Ended;
        self.failed = true;
        let closes = self.windows.close(None);
        let mut event = StreamEvent { ends: true, closes, ..StreamEvent::default() };
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
        event
    }

    /// Takes texts to their windows. Says which parts they are.
    fn pieces(
        &mut self,
        sheet: &Arc<Sheet>,
        event: &mut StreamEvent,
    ) -> Result<BTreeSet<usize>, DialectError> {
        let standing = sheet.standing();
        let mut taken = BTreeSet::new();
        for (member, value) in sheet.root().members() {
            let name = member.text().unwrap_or_default();
            let whole = WHOLE.contains(&name.as_ref());
            if whole || within(&standing, value.ids()).is_empty() {
                continue;
            }
            locate(value, &standing, &mut vec![name], &mut |way, id, part| {
                if sheet.is_value(part) {
                    taken.insert(part);
                    self.piece(sheet, way, (id, part), event)?;
                }
                Ok(())
            })?;
        }
        Ok(taken)
    }

    /// A piece of text. One without text opens no window.
    fn piece(
        &mut self,
        sheet: &Sheet,
        way: &[Cow<'_, str>],
        (id, part): (usize, usize),
        event: &mut StreamEvent,
    ) -> Result<(), DialectError> {
        let Some(found) = sheet.walked.parts.get(part).filter(|part| !part.text.is_empty()) else {
            return Ok(());
        };
        // Titan's events have no list around the text.
        let field = found.part.field.replacen("outputText", "results[0].outputText", 1);
        let field = if way.len() == 1 { field } else { found.part.field.clone() };
        let part = Part { field, ..found.part.clone() };
        let window = self.windows.at(0, way, || Window { part, sealed: false })?;
        event.deltas.push(Delta { window, text: found.text.clone() });
        event.kept.pieces.push(Piece { window, id });
        Ok(())
    }

    /// Takes the counts so far; what an event does not say stays.
    fn count(&mut self, root: Value<'_>) {
        let known = self.usage.unwrap_or_default();
        if let Some(usage) = facts::usage(root) {
            self.usage = Some(Usage {
                input_tokens: usage.input_tokens.max(known.input_tokens),
                output_tokens: usage.output_tokens.max(known.output_tokens),
            });
        }
    }
}

/// An event that has come, with more text in one place and without all others: what stands beside a text tells readers
/// what it is, as its place in a list does.
fn again(sheet: &Sheet, id: usize, text: &str) -> Option<String> {
    let target = sheet.standing().into_iter().find(|(stands, _)| *stands == id).map(|(_, part)| part);
    let texts =
        sheet.walked.parts.iter().enumerate().filter(|(_, part)| part.part.content == ContentType::Text);
    let edits =
        texts.map(|(part, _)| (part, if Some(part) == target { text.to_owned() } else { String::new() }));
    let mut splices = rewrite::texts(&sheet.document, &sheet.walked, &edits.collect::<Vec<_>>()).ok()?;
    splices.remove_members(sheet.root(), &WHOLE);
    let repeats = sheet.walked.repeats.iter().filter_map(|id| sheet.document.value(*id));
    repeats.for_each(|value| splices.value(value, "null".to_owned()));
    Some(splices.apply(sheet.document.source()))
}

/// Whether an event says why the answer ends, at its top or in one of its lists.
fn says_why(root: Value<'_>) -> bool {
    let lists = ["choices", "generations", "outputs", "results"].iter().filter_map(|name| root.member(name));
    let elements = lists.flat_map(Value::elements);
    let finished = root.member("is_finished").is_some_and(|value| value.raw() == "true");
    let says = |value: Value<'_>| REASONS.iter().any(|name| members::present(value, name).is_some());
    finished || std::iter::once(root).chain(elements).any(says)
}
