//! The answer as a stream: the upstream's bytes, cut anywhere, become events; events are written again with the
//! texts that may go out.
//!
//! A text that comes in pieces is a *window*: one for each choice, block and member. The reader says which piece
//! goes on in which window and when a window ends; whoever drives it says how much of a window's text may go out
//! by now. A tool call is kept here until it is complete, and goes out whole.
//!
//! To stream another dialect, implement `Events` in its `stream.rs` and `Writes` in its `stream/write.rs`, and give it
//! to `framed` with the wire that it comes over in [`crate::Dialect::stream`]. What dialects share of it is in
//! [`mod@incoming`], where an event is read, in [`mod@kept`] and [`mod@windows`], by which it is written again, and in
//! [`mod@blocks`].

use std::collections::{BTreeMap, BTreeSet};

use policy::{Action, Part};

use crate::answer::Usage;
use crate::error::DialectError;
use crate::refusal::Refusal;
use crate::walk::TextPart;
use crate::wire::{Wire, WireEvent};

mod blocks;
mod incoming;
mod kept;
mod windows;

pub(crate) use blocks::{Blocks, Call};
pub(crate) use incoming::{Incoming, Seen};
pub(crate) use kept::{Kept, Piece, Sheet, Standing, is_word, within};
pub(crate) use windows::Windows;

/// The most windows, choices and calls of one answer, so that keeping them apart has a bound.
pub(crate) const MAX_OPENED: usize = 1024;

/// The most bytes of one call.
const MAX_CALL: usize = 4 << 20;

/// Checks the bytes of one call.
pub(crate) fn within_cap(bytes: usize) -> Result<(), DialectError> {
    if bytes > MAX_CALL {
        Err(DialectError::TooLong { what: "a tool call", limit: MAX_CALL })
    } else {
        Ok(())
    }
}

/// Reads one streamed answer and writes it again. After an error only [`AnswerStream::refuse`] may be called.
pub trait AnswerStream: Send {
    /// Takes the next bytes of the upstream's body, cut anywhere, and adds the events that they complete.
    ///
    /// # Errors
    /// When they are not in the dialect, or an event, a call or the number of windows goes over its cap.
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<StreamEvent>) -> Result<(), DialectError>;

    /// Says that the upstream's body has ended.
    ///
    /// # Errors
    /// When the answer had not.
    fn finish(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError>;

    /// Every window so far, in the order in which they began; a window is named by its index.
    fn windows(&self) -> &[Window];

    /// The bytes of an event for the caller, with what of it may go out; nothing where nothing is left to say.
    ///
    /// # Errors
    /// When an edit names no text, or one that is signed.
    fn write(&mut self, event: StreamEvent, edits: &StreamEdits) -> Result<Vec<u8>, DialectError>;

    /// The bytes of an event of its own that says more text of a window that has not ended.
    fn say(&mut self, window: usize, text: &str) -> Vec<u8>;

    /// The bytes that end the answer after a refusal or a failure, as clients of the dialect understand it,
    /// whatever was open. What was kept is dropped.
    fn refuse(&mut self, refusal: &Refusal) -> Vec<u8>;

    /// The bytes that tell of a failure, wherever the answer stands, and also where its end has been made already and
    /// did not go out.
    fn fail(&mut self, refusal: &Refusal) -> Vec<u8>;

    /// Bytes that keep a connection open and that clients skip.
    fn keep_alive(&self) -> &'static [u8];

    /// Whether the upstream told of an error of its own, which ends the answer.
    fn failed(&self) -> bool;

    /// The tokens so far, as the upstream counts.
    fn usage(&self) -> Option<Usage>;
}

/// A text that comes in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Who speaks and where; the field is that of the same answer when it is not streamed.
    pub part: Part,
    /// Whether a signature covers the text, so that it must go out as it came or not at all.
    pub sealed: bool,
}

/// One event of the upstream.
#[derive(Debug, Default)]
pub struct StreamEvent {
    /// Pieces of text, in the order of the event.
    pub deltas: Vec<Delta>,
    /// Windows that end before this event, or with its delta where it has one of theirs. What is held of them has
    /// to go out before it.
    pub closes: Vec<usize>,
    /// Texts that stand whole in this event, the arguments of a call that it completes among them.
    pub parts: Vec<TextPart>,
    /// The calls that it completes.
    pub actions: Vec<Action>,
    /// Whether the answer ends with it, as it should or by an error of the upstream's own.
    pub ends: bool,
    /// Whether its texts repeat the request, so that nothing has been answered with it.
    pub repeats: bool,
    /// What the dialect needs to write it again.
    pub(crate) kept: Kept,
}

/// A piece of a window's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The window, by its index.
    pub window: usize,
    /// The text, without JSON's escapes.
    pub text: String,
}

/// What of an event may go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamEdits {
    /// For each of the event's deltas, no fewer, the text that goes out in its place: what was held of the window before, too,
    /// and without what is held now.
    pub deltas: Vec<String>,
    /// New texts for parts, by index.
    pub texts: Vec<(usize, String)>,
}

/// What a dialect makes of the events of one streamed answer. After an error only [`Writes::refuse`] may be called.
pub(crate) trait Events: Writes + Send {
    /// The same for an answer of which nothing has come.
    fn anew(&self) -> Self
    where
        Self: Sized;

    /// Takes an event and adds what it says.
    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError>;

    /// The upstream's body has ended.
    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError>;

    /// What is known of the answer so far.
    fn seen(&self) -> &Seen;
}

/// How a dialect writes what it has read.
pub(crate) trait Writes {
    /// The events for the caller that are left of one of the upstream.
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError>;

    /// An event of [`Kept::plain`] as it goes out; nothing where it has no place on the wire.
    fn as_it_is(&self, event: WireEvent) -> Option<WireEvent> {
        Some(event)
    }

    /// An event that says more text of a window that has not ended.
    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent>;

    /// The events that end the answer after a refusal or a failure.
    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent>;
}

/// The choices whose end has not been written; the first where none has begun.
pub(crate) fn unended<T>(begun: &BTreeMap<usize, T>, written: &BTreeSet<usize>) -> Vec<usize> {
    let first = begun.is_empty().then_some(0);
    begun.keys().copied().chain(first).filter(|index| !written.contains(index)).collect()
}

/// Events on a wire, where the content is theirs.
pub(crate) fn framed(
    is_theirs: bool,
    wire: impl Wire + 'static,
    events: impl Events + 'static,
) -> Option<Box<dyn AnswerStream>> {
    is_theirs.then(|| -> Box<dyn AnswerStream> { Box::new(Framed { wire, events }) })
}

/// The events of a dialect on a wire.
struct Framed<W, E> {
    wire: W,
    events: E,
}

impl<W: Wire, E: Events> Framed<W, E> {
    fn take(&mut self, came: Vec<WireEvent>, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        came.into_iter().try_for_each(|event| self.events.event(event, events))
    }

    fn bytes(&mut self, events: &[WireEvent]) -> Vec<u8> {
        let mut out = Vec::new();
        events.iter().for_each(|event| self.wire.write(event, &mut out));
        out
    }
}

impl<W: Wire, E: Events> AnswerStream for Framed<W, E> {
    /// Events that are complete count, also where the bytes after them are not in order.
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let mut came = Vec::new();
        let fed = self.wire.feed(bytes, &mut came);
        self.take(came, events)?;
        fed
    }

    fn finish(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let mut came = Vec::new();
        self.wire.finish(&mut came)?;
        self.take(came, events)?;
        self.events.end(events)
    }

    fn windows(&self) -> &[Window] {
        self.events.seen().windows.list()
    }

    fn write(&mut self, event: StreamEvent, edits: &StreamEdits) -> Result<Vec<u8>, DialectError> {
        event.kept.check(edits)?;
        let mut out = self.events.write(&event.kept, edits)?;
        out.extend(event.kept.plain.and_then(|plain| self.events.as_it_is(plain)));
        Ok(self.bytes(&out))
    }

    fn say(&mut self, window: usize, text: &str) -> Vec<u8> {
        let said = self.events.say(window, text);
        self.bytes(said.as_slice())
    }

    fn refuse(&mut self, refusal: &Refusal) -> Vec<u8> {
        let out = self.events.refuse(refusal);
        self.bytes(&out)
    }

    fn fail(&mut self, refusal: &Refusal) -> Vec<u8> {
        let out = self.events.anew().refuse(refusal);
        self.bytes(&out)
    }

    fn keep_alive(&self) -> &'static [u8] {
        self.wire.keep_alive()
    }

    fn failed(&self) -> bool {
        self.events.seen().failed
    }

    fn usage(&self) -> Option<Usage> {
        self.events.seen().usage
    }
}
