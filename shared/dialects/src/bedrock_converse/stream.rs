//! The streamed answers of Converse: named events, from `messageStart` to `messageStop`, with `metadata` after it. What
//! is written again stands in [`mod@write`], tool calls in [`mod@calls`].
//!
//! A block of text begins with its first piece; other blocks say that they begin.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use self::calls::{complete, is_call};
use super::facts;
use super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::Kind;
use crate::members::{self, object, place};
use crate::paths::Paths;
use crate::stream::{Blocks, Events, Incoming, Seen, Sheet, StreamEvent};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Stream));

/// Members of a delta that come whole.
const WHOLE: [&str; 2] = ["citation", "image"];

/// The member of an event that says which block it is about.
const INDEX: &str = "contentBlockIndex";

/// Reads and writes one streamed answer.
#[derive(Debug)]
pub(crate) struct ConverseStream {
    phase: Phase,
    seen: Seen,
    blocks: Blocks,
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

impl Default for ConverseStream {
    fn default() -> Self {
        Self {
            phase: Phase::New,
            seen: Seen::default(),
            blocks: Blocks::of("output.message.content"),
            written: Phase::New,
            written_open: BTreeSet::new(),
        }
    }
}

impl Events for ConverseStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Ended {
            return Err(DialectError::AfterEnd);
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        if sheet.root().kind() != Kind::Object {
            return Err(members::wrong(&event.name, "an object"));
        }
        let mut incoming = Incoming::new(&sheet);
        if event.kind == EventKind::Failure {
            self.phase = Phase::Ended;
            self.seen.fail(&mut incoming);
        } else if !self.read(&event.name, &mut incoming)? {
            return Ok(());
        }
        events.push(incoming.read(event.name, event.kind));
        Ok(())
    }

    /// What the call took may be missing; some servers do not say it.
    fn end(&mut self, _: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        match self.phase {
            Phase::Ended | Phase::Stopped => Ok(()),
            Phase::New | Phase::Started => Err(DialectError::CutShort),
        }
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl ConverseStream {
    /// Reads an event of this name; says whether anything of it goes out by itself.
    fn read(&mut self, name: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
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
                incoming.rest(|field| format!("output.message.{field}"));
            }
            "contentBlockStart" => return self.block_start(incoming),
            "contentBlockDelta" => return self.block_delta(incoming),
            "contentBlockStop" => self.block_stop(incoming)?,
            "messageStop" => {
                self.blocks.no_call_is_left()?;
                self.phase = Phase::Stopped;
                self.seen.end(incoming);
            }
            _ => {
                let usage = members::present(incoming.root(), "usage").and_then(facts::usage);
                self.seen.usage = usage.or(self.seen.usage);
                // What goes out with the end waits until that is recorded.
                incoming.event.ends = self.phase == Phase::Stopped;
                incoming.rest(str::to_owned);
            }
        }
        Ok(true)
    }

    fn block_start(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let (index, start) = (place(incoming.root(), INDEX)?, object(incoming.root(), "start")?);
        if self.blocks.knows(index) {
            return Err(self.blocks.stray(index));
        }
        self.seen.windows.count()?;
        if is_call(start) {
            return self.blocks.open_call(index, start).map(|()| false);
        }
        self.blocks.open(index);
        let block = self.blocks.field(index);
        incoming.rest(|field| of_block(field, &block, 0));
        Ok(true)
    }

    fn block_delta(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let (index, delta) = (place(incoming.root(), INDEX)?, object(incoming.root(), "delta")?);
        if !self.blocks.knows(index) {
            self.seen.windows.count()?;
            self.blocks.open(index);
        }
        let call = members::present(delta, "toolUse");
        let arguments = call.map(|call| call.member_text("input").ok_or_else(|| self.blocks.stray(index)));
        let cites = members::present(delta, "citation").is_some();
        let before = self.blocks.go_on(index, arguments.transpose()?.as_deref(), cites, incoming)?;
        let Some(citation) = before else { return Ok(false) };
        let block = self.blocks.field(index);
        for (name, value) in delta.members() {
            let name = name.text().unwrap_or_default();
            if !WHOLE.contains(&name.as_ref()) {
                incoming.pieces(&mut self.seen.windows, index, (name, value), |way, part| {
                    // JSON comes whole, also where the text beside it does not.
                    let whole = way.iter().any(|step| step == "json");
                    Ok((!whole).then(|| of_block(&part.part.field, &block, 0)))
                })?;
            }
        }
        incoming.rest(|field| of_block(field, &block, citation));
        let reasoning = delta.member("reasoningContent");
        let signature = reasoning.and_then(|reasoning| reasoning.member_text("signature"));
        self.blocks.sign(index, signature, &mut self.seen.windows, incoming);
        Ok(true)
    }

    fn block_stop(&mut self, incoming: &mut Incoming<'_>) -> Result<(), DialectError> {
        let index = place(incoming.root(), INDEX)?;
        incoming.event.closes = self.seen.windows.close(Some(index));
        incoming.rest(str::to_owned);
        if !self.blocks.knows(index) {
            // A block of text without text does not begin.
            self.seen.windows.count()?;
        }
        match self.blocks.close(index)? {
            Some(call) => complete(index, &self.blocks.field(index), &call, &mut incoming.event),
            None => Ok(()),
        }
    }
}

/// A field of a block's event as the field of a whole answer, where the block has a field of its own.
fn of_block(field: &str, block: &str, citation: usize) -> String {
    let rows = [
        ("delta.citation", format!(".citationsContent.citations[{citation}]")),
        ("delta.reasoningContent.text", ".reasoningContent.reasoningText.text".to_owned()),
        ("delta.toolResult", ".toolResult.content".to_owned()),
        ("delta", String::new()),
        ("start", String::new()),
    ];
    let found = rows.iter().find_map(|(beginning, stands)| Some((stands, field.strip_prefix(beginning)?)));
    match found {
        Some((stands, rest)) => format!("{block}{stands}{rest}"),
        None => field.to_owned(),
    }
}
