//! Streamed answers that are JSON objects with pieces of text in them: those of the families with forms of their own,
//! and of models that nobody knows. Each place where a text stands is a window for the whole answer, for nothing says
//! where a text ends before the answer does.

use std::sync::{Arc, LazyLock};

use policy::ContentType;

use super::facts::{self, METRICS};
use super::families::Form;
use super::fields::{ENVELOPE, FIELDS};
use super::stream::shape_of_event;
use crate::bedrock_converse::exception;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::refusal::Refusal;
use crate::rewrite;
use crate::stream::{Events, Incoming, Kept, Seen, Sheet, StreamEdits, StreamEvent, Writes};
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
    seen: Seen,
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
        let mut incoming = Incoming::new(&sheet);
        if event.kind == EventKind::Failure {
            self.phase = Phase::Ended;
            self.seen.fail(&mut incoming);
        } else if !self.read(&mut incoming)? {
            return Ok(());
        }
        let name = match event.kind {
            EventKind::Failure => event.name,
            EventKind::Data | EventKind::End if incoming.event.ends => LAST.to_owned(),
            EventKind::Data | EventKind::End => String::new(),
        };
        events.push(incoming.read(name, event.kind));
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
        events.push(StreamEvent {
            closes: self.seen.windows.close(None),
            ends: true,
            ..StreamEvent::default()
        });
        Ok(())
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl Writes for PlainStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let Some(sheet) = &kept.own else {
            self.end_written = true;
            return Ok(Vec::new());
        };
        let mut splices = kept.texts(0, sheet, edits)?;
        self.seen.windows.put(sheet, kept, edits, &mut splices)?;
        if !(splices.is_empty() && self.seen.windows.are_even(0)) {
            sheet.drop_repeats(&mut splices);
        }
        self.end_written |= kept.kind == EventKind::Failure || kept.name == LAST;
        let name = if kept.kind == EventKind::Failure { kept.name.as_str() } else { "" };
        let written = WireEvent::new(name, splices.apply(sheet.document.source()));
        Ok(vec![WireEvent { kind: kept.kind, ..written }])
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        let (_, sheet, id) = self.seen.windows.more(window, text)?;
        again(&sheet, id, text).map(|data| WireEvent::new("", data))
    }

    /// Nothing in these forms says that an answer is not to go on, but an exception.
    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        self.phase = Phase::Ended;
        let ended = std::mem::replace(&mut self.end_written, true);
        if ended { Vec::new() } else { vec![exception(refusal)] }
    }
}

impl PlainStream {
    pub(super) fn new(form: Form) -> Self {
        Self { form, phase: Phase::New, seen: Seen::default(), end_written: false }
    }

    /// Reads an event; says whether anything of it goes out.
    fn read(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        if shape_of_event(root).is_some() {
            // Another dialect's, in which a client would look for calls.
            return Err(DialectError::Stray { field: "chunk".to_owned() });
        }
        if self.phase == Phase::New {
            self.phase = Phase::Open;
        }
        if members::present(root, PIECES_OF_CALLS).is_some() {
            return Ok(false);
        }
        for (name, value) in root.members() {
            let name = name.text().unwrap_or_default();
            if !WHOLE.contains(&name.as_ref()) {
                incoming.pieces(&mut self.seen.windows, 0, (name, value), |way, part| {
                    let field = &part.part.field;
                    // Titan's events have no list around the text.
                    let titan = || field.replacen("outputText", "results[0].outputText", 1);
                    Ok(Some(if way.len() == 1 { titan() } else { field.clone() }))
                })?;
            }
        }
        incoming.rest(str::to_owned);
        incoming.event.actions = facts::calls(root);
        self.seen.count(facts::usage(root));
        if says_why(root) {
            self.phase = Phase::Reasoned;
        }
        if members::present(root, METRICS).is_some() {
            self.phase = Phase::Ended;
            incoming.event.ends = true;
            incoming.event.closes = self.seen.windows.close(None);
        }
        Ok(true)
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
    sheet.drop_repeats(&mut splices);
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
