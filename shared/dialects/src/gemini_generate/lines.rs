//! Server-sent events as Google's clients read them: every line that is not `data:` is JSON to them, so that neither a
//! comment nor an event's name may be sent.

use crate::error::DialectError;
use crate::wire::sse::ServerSent;
use crate::wire::{Wire, WireEvent};

/// Server-sent events without comments.
#[derive(Debug, Default)]
pub(super) struct Lines {
    events: ServerSent,
}

impl Wire for Lines {
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        self.events.feed(bytes, events)
    }

    fn finish(&mut self, events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        self.events.finish(events)
    }

    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        self.events.write(event, out);
    }

    /// A blank line ends nothing where nothing has begun.
    fn keep_alive(&self) -> &'static [u8] {
        b"\n"
    }
}
