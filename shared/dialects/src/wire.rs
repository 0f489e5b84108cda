//! What stands around the events of a streamed answer: server-sent events, binary frames, a JSON list. A [`Wire`]
//! makes events of bytes and bytes of events; what the events say is the dialect's.
//!
//! To add one, implement [`Wire`] in a file of its own under `wire/`, and take it in the dialect's
//! [`crate::Dialect::stream`].

use crate::error::DialectError;

pub(crate) mod chunks;
pub(crate) mod frames;
pub(crate) mod list;
pub(crate) mod sse;

/// The most bytes of one event, and of one line.
pub(crate) const MAX_EVENT: usize = 8 << 20;

/// One event, whatever stands around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WireEvent {
    /// The event's name; empty where it has none.
    pub(crate) name: String,
    /// What it says: JSON, but for the words that some dialects end with.
    pub(crate) data: String,
    pub(crate) kind: EventKind,
}

/// What kind of event it is, where the wire tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// It says something.
    #[default]
    Data,
    /// Nothing follows. Only written: what ends a list.
    End,
    /// A failure, where the wire has a form of its own for one.
    Failure,
}

/// Reads and writes the bytes around events.
pub(crate) trait Wire: Send {
    /// Takes the next bytes, cut anywhere, and adds the events that they complete.
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError>;

    /// Says that there are no more bytes.
    fn finish(&mut self, events: &mut Vec<WireEvent>) -> Result<(), DialectError>;

    /// Adds the bytes of an event.
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>);

    /// Bytes that keep a connection open and that readers skip; none where there are none.
    fn keep_alive(&self) -> &'static [u8];
}

impl WireEvent {
    /// An event that says something.
    pub(crate) fn new(name: &str, data: impl Into<String>) -> Self {
        Self { name: name.to_owned(), data: data.into(), kind: EventKind::Data }
    }
}
