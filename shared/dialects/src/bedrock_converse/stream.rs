//! The streamed answers of Converse: named events, from `messageStart` to `messageStop`, with `metadata` after it. What
//! is written again stands in [`mod@write`], tool calls in [`mod@calls`].
//!
//! A block of text begins with its first piece; other blocks say that they begin.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use policy::Part;

use self::calls::{complete, is_call, within_cap};
use super::facts;
use super::fields::FIELDS;
use crate::answer::Usage;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::refusal::Refusal;
use crate::stream::{Delta, Events, Kept, Piece, Sheet, StreamEdits, StreamEvent, Window, Windows, locate};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Stream));

/// Members of a delta that come whole.
const WHOLE: [&str; 2] = ["citation", "image"];

/// Reads and writes one streamed answer.
#[derive(Debug, Default)]
pub(crate) struct ConverseStream {
    phase: Phase,
    /// Whether the upstream told of an error.
    failed: bool,
    windows: Windows,
    blocks: BTreeMap<usize, Block>,
    usage: Option<Usage>,
    /// How far the answer has been written, and the blocks that are open there.
    written: Phase,
    written_open: BTreeSet<usize>,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// After an exception.
    Ended,
    #[default]
    New,
    /// After `messageStart`.
    Started,
    /// After `messageStop`: only what the call took is left to say.
    Stopped,
}

/// One block of the answer.
#[derive(Debug)]
enum Block {
    /// A tool call: the block as it began, and the JSON of its arguments so far.
    Call {
        start: String,
        json: String,
    },
    Closed,
    /// Anything else, with the number of its citations so far, and whether it was signed.
    Open {
        citations: usize,
        signed: bool,
    },
}

impl Events for ConverseStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended {
            return Err(DialectError::AfterEnd);
        }
        let failure = event.kind == EventKind::Failure;
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        if sheet.root().kind() != Kind::Object {
            return Err(members::wrong(&event.name, "an object"));
        }
        let read = if failure { Some(self.fail(&sheet)) } else { self.read(&event.name, &sheet)? };
        if let Some(mut read) = read {
            read.kept.name = event.name;
            read.kept.kind = event.kind;
            read.kept.own = Some(sheet);
            events.push(read);
        }
        Ok(())
    }

    /// What the call took may be missing; some servers do not say it.
    fn end(&mut self, _: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        match self.phase {
            Phase::Ended | Phase::Stopped => Ok(()),
            Phase::New | Phase::Started => Err(DialectError::CutShort),
        }
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
        self.written_event(kept, edits, out)
    }

    fn say(&mut self, window: usize, text: &str, out: &mut Vec<WireEvent>) {
        out.extend(self.said(window, text));
    }

    fn refuse(&mut self, refusal: &Refusal, out: &mut Vec<WireEvent>) {
        self.refused(refusal, out);
    }

    fn failed(&self) -> bool {
        self.failed
    }

    fn usage(&self) -> Option<Usage> {
        self.usage
    }
}

impl ConverseStream {
    /// Reads an event of this name; nothing where all of it is kept.
    fn read(&mut self, name: &str, sheet: &Arc<Sheet>) -> Result<Option<StreamEvent>, DialectError> {
        let mut event = StreamEvent::default();
        let begins = name == "messageStart";
        let says = begins || name.starts_with("contentBlock") || name == "messageStop";
        if says && self.phase == Phase::Stopped {
            return Err(DialectError::AfterEnd);
        }
        if says && begins != (self.phase == Phase::New) {
            return Err(DialectError::Stray { field: "output.message".to_owned() });
        }
        match name {
            "messageStart" => {
                self.phase = Phase::Started;
                event.add_parts(0, sheet, |_, field| Some(format!("output.message.{field}")));
            }
            "contentBlockStart" => return self.block_start(sheet, event),
            "contentBlockDelta" => return self.block_delta(sheet, event),
            "contentBlockStop" => self.block_stop(sheet, &mut event)?,
            "messageStop" => self.stop(sheet, &mut event)?,
            _ => {
                self.usage = members::present(sheet.root(), "usage").and_then(facts::usage).or(self.usage);
                // What goes out with the end waits until that is recorded.
                event.ends = self.phase == Phase::Stopped;
                event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
            }
        }
        Ok(Some(event))
    }

    fn stop(&mut self, sheet: &Sheet, event: &mut StreamEvent) -> Result<(), DialectError> {
        let call = self.blocks.iter().find(|(_, block)| matches!(block, Block::Call { .. }));
        if let Some((index, _)) = call {
            return Err(stray(*index));
        }
        self.phase = Phase::Stopped;
        event.ends = true;
        event.closes = self.windows.close(None);
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
        Ok(())
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

    fn block_start(
        &mut self,
        sheet: &Arc<Sheet>,
        mut event: StreamEvent,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let (index, start) = (place(sheet.root())?, object(sheet.root(), "start")?);
        if self.blocks.contains_key(&index) {
            return Err(stray(index));
        }
        self.windows.count()?;
        if is_call(start) {
            let start = start.raw().to_owned();
            within_cap(start.len())?;
            self.blocks.insert(index, Block::Call { start, json: String::new() });
            return Ok(None);
        }
        self.blocks.insert(index, Block::Open { citations: 0, signed: false });
        event.add_parts(0, sheet, |_, field| Some(of_block(field, index, 0)));
        Ok(Some(event))
    }

    fn block_delta(
        &mut self,
        sheet: &Arc<Sheet>,
        mut event: StreamEvent,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let (index, delta) = (place(sheet.root())?, object(sheet.root(), "delta")?);
        let call = members::present(delta, "toolUse");
        if !self.blocks.contains_key(&index) {
            self.windows.count()?;
            self.blocks.insert(index, Block::Open { citations: 0, signed: false });
        }
        let citation = match (self.blocks.get_mut(&index), call) {
            (Some(Block::Call { start, json }), Some(call)) => {
                json.push_str(&call.member_text("input").ok_or_else(|| stray(index))?);
                return within_cap(start.len().saturating_add(json.len())).map(|()| None);
            }
            (Some(Block::Open { signed: true, .. }), None) if says_sealed(sheet) => return Err(stray(index)),
            (Some(Block::Open { citations, .. }), None) => {
                let this = *citations;
                *citations += usize::from(members::present(delta, "citation").is_some());
                this
            }
            (Some(Block::Call { .. } | Block::Closed | Block::Open { .. }) | None, _) => {
                return Err(stray(index));
            }
        };
        let taken = self.pieces(sheet, index, delta, &mut event)?;
        self.sign(index, delta, &mut event);
        event.add_parts(0, sheet, |part, field| {
            (!taken.contains(&part)).then(|| of_block(field, index, citation))
        });
        Ok(Some(event))
    }

    /// Ends what a signature covers where one comes, so that the text goes out before it or neither does.
    fn sign(&mut self, index: usize, delta: Value<'_>, event: &mut StreamEvent) {
        let signature = delta.member("reasoningContent").and_then(|content| content.member_text("signature"));
        let signature = signature.filter(|signature| !signature.is_empty());
        if let (Some(Block::Open { signed, .. }), Some(_)) = (self.blocks.get_mut(&index), signature) {
            *signed = true;
            event.closes.extend(self.windows.close_sealed(index));
        }
    }

    fn block_stop(&mut self, sheet: &Arc<Sheet>, event: &mut StreamEvent) -> Result<(), DialectError> {
        let index = place(sheet.root())?;
        event.closes = self.windows.close(Some(index));
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
        if !self.blocks.contains_key(&index) {
            self.windows.count()?;
        }
        match self.blocks.insert(index, Block::Closed) {
            Some(Block::Call { start, json }) => complete(index, &start, &json, event),
            // A block of text without text does not begin.
            Some(Block::Open { .. }) | None => Ok(()),
            Some(Block::Closed) => Err(stray(index)),
        }
    }

    /// Takes texts to the windows of a block: those in the members that go on in later events. Says which parts they
    /// are.
    fn pieces(
        &mut self,
        sheet: &Arc<Sheet>,
        index: usize,
        delta: Value<'_>,
        event: &mut StreamEvent,
    ) -> Result<BTreeSet<usize>, DialectError> {
        let standing = sheet.standing();
        let mut taken = BTreeSet::new();
        for (member, value) in delta.members() {
            let member = member.text().unwrap_or_default();
            if WHOLE.contains(&member.as_ref()) {
                continue;
            }
            locate(value, &standing, &mut vec![member], &mut |way, id, part| {
                // JSON comes whole, also where the text beside it does not.
                let whole = way.iter().any(|step| step == "json");
                if sheet.is_value(part) && !whole {
                    taken.insert(part);
                    self.piece(sheet, index, way, (id, part), event)?;
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
        index: usize,
        way: &[Cow<'_, str>],
        (id, part): (usize, usize),
        event: &mut StreamEvent,
    ) -> Result<(), DialectError> {
        let Some(found) = sheet.walked.parts.get(part).filter(|part| !part.text.is_empty()) else {
            return Ok(());
        };
        let field = of_block(&found.part.field, index, 0);
        let (sealed, part) = (sheet.is_sealed(part), Part { field, ..found.part.clone() });
        let window = self.windows.at(index, way, || Window { part, sealed })?;
        event.deltas.push(Delta { window, text: found.text.clone() });
        event.kept.pieces.push(Piece { window, id });
        Ok(())
    }
}

fn stray(index: usize) -> DialectError {
    DialectError::Stray { field: format!("output.message.content[{index}]") }
}

fn object<'a>(root: Value<'a>, name: &str) -> Result<Value<'a>, DialectError> {
    let object = root.member(name).filter(|value| value.kind() == Kind::Object);
    object.ok_or_else(|| members::wrong(name, "an object"))
}

/// The place of an event's block in the answer.
fn place(root: Value<'_>) -> Result<usize, DialectError> {
    members::index(root, "contentBlockIndex")?
        .ok_or_else(|| members::wrong("contentBlockIndex", "a whole number"))
}

/// Whether an event has text that a signature covers.
fn says_sealed(sheet: &Sheet) -> bool {
    let mut parts = sheet.walked.parts.iter().enumerate();
    parts.any(|(index, part)| !part.text.is_empty() && sheet.is_sealed(index))
}

/// A field of a block's event as the field of a whole answer.
fn of_block(field: &str, index: usize, citation: usize) -> String {
    let rows = [
        ("delta.citation", format!(".citationsContent.citations[{citation}]")),
        ("delta.reasoningContent.text", ".reasoningContent.reasoningText.text".to_owned()),
        ("delta.toolResult", ".toolResult.content".to_owned()),
        ("delta", String::new()),
        ("start", String::new()),
    ];
    let found = rows.iter().find_map(|(beginning, stands)| Some((stands, field.strip_prefix(beginning)?)));
    match found {
        Some((stands, rest)) => format!("output.message.content[{index}]{stands}{rest}"),
        None => field.to_owned(),
    }
}
