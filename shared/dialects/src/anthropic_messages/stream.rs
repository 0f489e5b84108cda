//! The streamed answers of Anthropic Messages: named events, from `message_start` to `message_stop`. What is written
//! again stands in [`mod@write`], tool calls in [`mod@calls`].

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use self::calls::{complete, is_call};
use super::fields::FIELDS;
use crate::answer::Usage;
use crate::error::DialectError;
use crate::fields::{Way, is_identifier};
use crate::json::{Kind, Value};
use crate::members::{self, object, place};
use crate::paths::Paths;
use crate::stream::{Blocks, Events, Incoming, Seen, Sheet, StreamEvent};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Stream));

/// Members of a delta that come whole.
const WHOLE: [&str; 4] = ["citation", "encrypted_content", "signature", "type"];

/// Reads and writes one streamed answer.
#[derive(Debug)]
pub(crate) struct MessageStream {
    phase: Phase,
    seen: Seen,
    blocks: Blocks,
    /// The blocks that were given a summary.
    summed_up: BTreeSet<usize>,
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

impl Default for MessageStream {
    fn default() -> Self {
        Self {
            phase: Phase::New,
            seen: Seen::default(),
            blocks: Blocks::of("content"),
            summed_up: BTreeSet::new(),
            written: Phase::New,
            written_open: BTreeSet::new(),
        }
    }
}

impl Events for MessageStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended {
            return Err(DialectError::AfterEnd);
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let failure = event.kind == EventKind::Failure;
        let kind = if failure { "error".to_owned() } else { kind(&event.name, sheet.root())? };
        let mut incoming = Incoming::new(&sheet);
        if self.read(&kind, &mut incoming)? {
            events.push(incoming.read(if failure { event.name } else { kind }, event.kind));
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended { Ok(()) } else { Err(DialectError::CutShort) }
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl MessageStream {
    /// Reads an event of this kind; says whether anything of it goes out by itself.
    fn read(&mut self, kind: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        if (self.phase == Phase::New) != (kind == "message_start") && !matches!(kind, "error" | "ping") {
            return Err(DialectError::Stray { field: "message".to_owned() });
        }
        match kind {
            "message_start" => self.start(incoming)?,
            "content_block_start" => return self.block_start(incoming),
            "content_block_delta" => return self.block_delta(incoming),
            "content_block_stop" => self.block_stop(incoming)?,
            "error" => {
                self.phase = Phase::Ended;
                self.seen.fail(incoming);
            }
            "message_stop" => {
                self.blocks.no_call_is_left()?;
                self.phase = Phase::Ended;
                self.seen.end(incoming);
            }
            _ => {
                self.count(members::present(incoming.root(), "usage"));
                incoming.rest(|field| outside(field, "delta."));
            }
        }
        Ok(true)
    }

    fn start(&mut self, incoming: &mut Incoming<'_>) -> Result<(), DialectError> {
        self.phase = Phase::Started;
        let message = object(incoming.root(), "message")?;
        self.count(members::present(message, "usage"));
        incoming.rest(|field| outside(field, "message."));
        let blocks = message.member("content").into_iter().flat_map(Value::elements).enumerate();
        incoming.event.actions = blocks.filter_map(|(index, block)| super::call(block, index)).collect();
        Ok(())
    }

    fn block_start(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let (index, block) = (place(incoming.root(), "index")?, object(incoming.root(), "content_block")?);
        if self.blocks.knows(index) {
            return Err(self.blocks.stray(index));
        }
        self.seen.windows.count()?;
        if is_call(block) {
            return self.blocks.open_call(index, block).map(|()| false);
        }
        self.blocks.open(index);
        let of_answer = |field: &str| of_block(field, "content_block", &self.blocks.field(index));
        let kind = block.member_text("type").unwrap_or_default();
        for (name, value) in block.members() {
            let name = name.text().unwrap_or_default();
            let goes_on = matches!(name.as_ref(), "text" | "thinking") || name == kind;
            if goes_on && value.kind() == Kind::Text {
                incoming.pieces(&mut self.seen.windows, index, (name, value), |_, part| {
                    Ok(Some(of_answer(&part.part.field)))
                })?;
            }
        }
        incoming.rest(of_answer);
        self.blocks.sign(index, block.member_text("signature"), &mut self.seen.windows, incoming);
        Ok(true)
    }

    fn block_delta(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let (index, delta) = (place(incoming.root(), "index")?, object(incoming.root(), "delta")?);
        let arguments = delta.member("partial_json").map(|piece| piece.text().unwrap_or_default());
        let cites = delta.member("citation").is_some();
        let Some(citation) = self.blocks.go_on(index, arguments.as_deref(), cites, incoming)? else {
            return Ok(false);
        };
        // A summary comes in one piece, with what encrypts it; a second one would be half of a text.
        let summary = delta.member_text("type").is_some_and(|kind| kind == "compaction_delta");
        if summary && !self.summed_up.insert(index) {
            return Err(self.blocks.stray(index));
        }
        let block = self.blocks.field(index);
        for (name, value) in delta.members() {
            let name = name.text().unwrap_or_default();
            if !(WHOLE.contains(&name.as_ref()) || summary && name == "content") {
                incoming.pieces(&mut self.seen.windows, index, (name, value), |_, part| {
                    Ok(Some(of_block(&part.part.field, "delta", &block)))
                })?;
            }
        }
        incoming.rest(|field| match field.strip_prefix("delta.citation") {
            Some(rest) => format!("{block}.citations[{citation}]{rest}"),
            None => of_block(field, "delta", &block),
        });
        self.blocks.sign(index, delta.member_text("signature"), &mut self.seen.windows, incoming);
        Ok(true)
    }

    fn block_stop(&mut self, incoming: &mut Incoming<'_>) -> Result<(), DialectError> {
        let index = place(incoming.root(), "index")?;
        if !self.blocks.knows(index) {
            return Err(self.blocks.stray(index));
        }
        incoming.event.closes = self.seen.windows.close(Some(index));
        incoming.rest(str::to_owned);
        match self.blocks.close(index)? {
            Some(call) => complete(index, &call, &mut incoming.event),
            None => Ok(()),
        }
    }

    /// Takes the counts of a `usage`. What goes in stands at the start, and again at the end from some servers;
    /// what comes out is the sum so far.
    fn count(&mut self, usage: Option<Value<'_>>) {
        let Some(usage) = usage else { return };
        let known = self.seen.usage.unwrap_or_default();
        let output = members::whole(usage, "output_tokens").ok().flatten();
        let input = super::usage(usage).map(|usage| usage.input_tokens);
        if input.is_some() || output.is_some() {
            self.seen.usage = Some(Usage {
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

/// A field of an event as the field of a whole answer, when the event's member stands for its top.
fn outside(field: &str, member: &str) -> String {
    field.strip_prefix(member).unwrap_or(field).to_owned()
}

/// The same when the event's member stands for a block, which has a field of its own.
fn of_block(field: &str, member: &str, block: &str) -> String {
    match field.strip_prefix(member) {
        Some(rest) => format!("{block}{rest}"),
        None => field.to_owned(),
    }
}
