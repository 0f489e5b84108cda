//! The streamed answers of Anthropic Messages: named events, from `message_start` to `message_stop`. What is written
//! again stands in [`mod@write`], tool calls in [`mod@calls`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use policy::Part;

use self::calls::{complete, is_call, within_cap};
use super::fields::FIELDS;
use crate::answer::Usage;
use crate::error::DialectError;
use crate::fields::{Way, is_identifier};
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
const WHOLE: [&str; 4] = ["citation", "encrypted_content", "signature", "type"];

/// Reads and writes one streamed answer.
#[derive(Debug, Default)]
pub(crate) struct MessageStream {
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
    /// After `message_stop` or an error.
    Ended,
    #[default]
    New,
    /// After `message_start`.
    Started,
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
    /// Anything else, with the number of its citations so far, whether it was signed, and whether it was given a
    /// summary.
    Open {
        citations: usize,
        signed: bool,
        summed_up: bool,
    },
}

impl Events for MessageStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended {
            return Err(DialectError::AfterEnd);
        }
        let wire = event.kind;
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let kind =
            if wire == EventKind::Failure { "error".to_owned() } else { kind(&event.name, sheet.root())? };
        if let Some(mut read) = self.read(&kind, &sheet)? {
            read.kept.name = if wire == EventKind::Failure { event.name } else { kind };
            read.kept.kind = wire;
            read.kept.own = Some(sheet);
            events.push(read);
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended { Ok(()) } else { Err(DialectError::CutShort) }
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

impl MessageStream {
    /// Reads an event of this kind; nothing where all of it is kept.
    fn read(&mut self, kind: &str, sheet: &Arc<Sheet>) -> Result<Option<StreamEvent>, DialectError> {
        let mut event = StreamEvent::default();
        self.failed = kind == "error";
        if (self.phase == Phase::New) != (kind == "message_start") && !matches!(kind, "error" | "ping") {
            return Err(DialectError::Stray { field: "message".to_owned() });
        }
        match kind {
            "message_start" => self.start(sheet, &mut event)?,
            "content_block_start" => return self.block_start(sheet, event),
            "content_block_delta" => return self.block_delta(sheet, event),
            "content_block_stop" => self.block_stop(sheet, &mut event)?,
            "error" => self.end(sheet, &mut event),
            "message_stop" => self.stop(sheet, &mut event)?,
            _ => {
                self.count(members::present(sheet.root(), "usage"));
                event.add_parts(0, sheet, |_, field| Some(outside(field, "delta.")));
            }
        }
        Ok(Some(event))
    }

    fn start(&mut self, sheet: &Sheet, event: &mut StreamEvent) -> Result<(), DialectError> {
        self.phase = Phase::Started;
        let message = object(sheet.root(), "message")?;
        self.count(members::present(message, "usage"));
        event.add_parts(0, sheet, |_, field| Some(outside(field, "message.")));
        let blocks = message.member("content").into_iter().flat_map(Value::elements).enumerate();
        event.actions = blocks.filter_map(|(index, block)| super::call(block, index)).collect();
        Ok(())
    }

    fn stop(&mut self, sheet: &Sheet, event: &mut StreamEvent) -> Result<(), DialectError> {
        let call = self.blocks.iter().find(|(_, block)| matches!(block, Block::Call { .. }));
        if let Some((index, _)) = call {
            return Err(DialectError::Stray { field: format!("content[{index}]") });
        }
        self.end(sheet, event);
        Ok(())
    }

    /// Ends the answer with this event.
    fn end(&mut self, sheet: &Sheet, event: &mut StreamEvent) {
        self.phase = Phase::Ended;
        event.ends = true;
        event.closes = self.windows.close(None);
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
    }

    fn block_start(
        &mut self,
        sheet: &Arc<Sheet>,
        mut event: StreamEvent,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let (index, block) = (place(sheet.root())?, object(sheet.root(), "content_block")?);
        if self.blocks.contains_key(&index) {
            return Err(DialectError::Stray { field: format!("content[{index}]") });
        }
        self.windows.count()?;
        if is_call(block) {
            let start = block.raw().to_owned();
            within_cap(start.len())?;
            self.blocks.insert(index, Block::Call { start, json: String::new() });
            return Ok(None);
        }
        self.blocks.insert(index, Block::Open { citations: 0, signed: false, summed_up: false });
        let kind = block.member_text("type").unwrap_or_default();
        let goes_on = |name: &str| matches!(name, "text" | "thinking") || name == kind;
        let taken = self.pieces(sheet, index, block, "content_block", goes_on, &mut event)?;
        self.sign(index, block, &mut event);
        event.add_parts(0, sheet, |part, field| {
            (!taken.contains(&part)).then(|| of_block(field, "content_block", index))
        });
        Ok(Some(event))
    }

    fn block_delta(
        &mut self,
        sheet: &Arc<Sheet>,
        mut event: StreamEvent,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let (index, delta) = (place(sheet.root())?, object(sheet.root(), "delta")?);
        let stray = || DialectError::Stray { field: format!("content[{index}]") };
        let summary = delta.member_text("type").is_some_and(|kind| kind == "compaction_delta");
        let citation = match self.blocks.get_mut(&index) {
            Some(Block::Call { start, json }) => {
                let piece = delta.member("partial_json").ok_or_else(stray)?;
                json.push_str(&piece.text().unwrap_or_default());
                return within_cap(start.len().saturating_add(json.len())).map(|()| None);
            }
            Some(Block::Open { signed: true, .. }) if says_sealed(sheet) => return Err(stray()),
            Some(Block::Open { citations, summed_up, .. }) if delta.member("partial_json").is_none() => {
                // A summary comes in one piece, with what encrypts it; a second one would be half of a text.
                if summary && std::mem::replace(summed_up, true) {
                    return Err(stray());
                }
                let this = *citations;
                *citations += usize::from(delta.member("citation").is_some());
                this
            }
            Some(Block::Closed | Block::Open { .. }) | None => return Err(stray()),
        };
        let goes_on = |name: &str| !(WHOLE.contains(&name) || summary && name == "content");
        let taken = self.pieces(sheet, index, delta, "delta", goes_on, &mut event)?;
        self.sign(index, delta, &mut event);
        let citation = format!("content[{index}].citations[{citation}]");
        event.add_parts(0, sheet, |part, field| {
            let field = match field.strip_prefix("delta.citation") {
                Some(rest) => format!("{citation}{rest}"),
                None => of_block(field, "delta", index),
            };
            (!taken.contains(&part)).then_some(field)
        });
        Ok(Some(event))
    }

    /// Ends what a signature covers where one comes, so that the text goes out before it or neither does. The format
    /// has the signature as the last that is said of a block.
    fn sign(&mut self, index: usize, object: Value<'_>, event: &mut StreamEvent) {
        let signature = object.member_text("signature").filter(|signature| !signature.is_empty());
        if let (Some(Block::Open { signed, .. }), Some(_)) = (self.blocks.get_mut(&index), signature) {
            *signed = true;
            event.closes.extend(self.windows.close_sealed(index));
        }
    }

    fn block_stop(&mut self, sheet: &Arc<Sheet>, event: &mut StreamEvent) -> Result<(), DialectError> {
        let index = place(sheet.root())?;
        event.closes = self.windows.close(Some(index));
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
        match self.blocks.get_mut(&index).map(|block| std::mem::replace(block, Block::Closed)) {
            Some(Block::Call { start, json }) => complete(index, &start, &json, event),
            Some(Block::Open { .. }) => Ok(()),
            Some(Block::Closed) | None => Err(DialectError::Stray { field: format!("content[{index}]") }),
        }
    }

    /// Takes texts to the windows of a block: those in the members that go on in later events. Says which parts
    /// they are.
    fn pieces(
        &mut self,
        sheet: &Arc<Sheet>,
        index: usize,
        object: Value<'_>,
        name: &str,
        goes_on: impl Fn(&str) -> bool,
        event: &mut StreamEvent,
    ) -> Result<BTreeSet<usize>, DialectError> {
        let standing = sheet.standing();
        let mut taken = BTreeSet::new();
        for (member, value) in object.members() {
            let member = member.text().unwrap_or_default();
            let text = name != "content_block" || value.kind() == Kind::Text;
            if text && goes_on(&member) {
                locate(value, &standing, &mut vec![member], &mut |way, id, part| {
                    if sheet.is_value(part) {
                        taken.insert(part);
                        self.piece(sheet, (index, name), way, (id, part), event)?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(taken)
    }

    /// A piece of text. One without text opens no window.
    fn piece(
        &mut self,
        sheet: &Sheet,
        (index, name): (usize, &str),
        way: &[Cow<'_, str>],
        (id, part): (usize, usize),
        event: &mut StreamEvent,
    ) -> Result<(), DialectError> {
        let Some(found) = sheet.walked.parts.get(part).filter(|part| !part.text.is_empty()) else {
            return Ok(());
        };
        let field = of_block(&found.part.field, name, index);
        let (sealed, part) = (sheet.is_sealed(part), Part { field, ..found.part.clone() });
        let window = self.windows.at(index, way, || Window { part, sealed })?;
        event.deltas.push(Delta { window, text: found.text.clone() });
        event.kept.pieces.push(Piece { window, id });
        Ok(())
    }

    /// Takes the counts of a `usage`. What goes in stands at the start, and again at the end from some servers;
    /// what comes out is the sum so far.
    fn count(&mut self, usage: Option<Value<'_>>) {
        let Some(usage) = usage else { return };
        let known = self.usage.unwrap_or_default();
        let output = members::whole(usage, "output_tokens").ok().flatten();
        let input = super::usage(usage).map(|usage| usage.input_tokens);
        if input.is_some() || output.is_some() {
            self.usage = Some(Usage {
                input_tokens: input.filter(|input| *input > 0).unwrap_or(known.input_tokens),
                output_tokens: output.unwrap_or(known.output_tokens),
            });
        }
    }
}

/// The kind of an event, as its data says it. Clients go by the name beside it for errors, so that holds as well.
fn kind(name: &str, root: Value<'_>) -> Result<String, DialectError> {
    if root.kind() != Kind::Object {
        return Err(members::wrong("type", "the kind of an event"));
    }
    let kind = match root.member("type") {
        Some(kind) if name != "error" => kind.text().unwrap_or_default().into_owned(),
        Some(_) | None => name.to_owned(),
    };
    let plain = !kind.is_empty() && is_identifier(&kind);
    if plain { Ok(kind) } else { Err(members::wrong("type", "the kind of an event")) }
}

fn object<'a>(root: Value<'a>, name: &str) -> Result<Value<'a>, DialectError> {
    let object = root.member(name).filter(|value| value.kind() == Kind::Object);
    object.ok_or_else(|| members::wrong(name, "an object"))
}

/// The place of an event's block in the answer.
fn place(root: Value<'_>) -> Result<usize, DialectError> {
    members::index(root, "index")?.ok_or_else(|| members::wrong("index", "a whole number"))
}

/// Whether an event has text that a signature covers.
fn says_sealed(sheet: &Sheet) -> bool {
    let mut parts = sheet.walked.parts.iter().enumerate();
    parts.any(|(index, part)| !part.text.is_empty() && sheet.is_sealed(index))
}

/// A field of an event as the field of a whole answer, when the event's member stands for its top.
fn outside(field: &str, member: &str) -> String {
    field.strip_prefix(member).unwrap_or(field).to_owned()
}

/// The same when the event's member stands for a block.
fn of_block(field: &str, member: &str, index: usize) -> String {
    match field.strip_prefix(member) {
        Some(rest) => format!("content[{index}]{rest}"),
        None => field.to_owned(),
    }
}
