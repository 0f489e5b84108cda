//! The streamed answers of OpenAI Responses: named events, from `response.created` to `response.completed`. The same
//! text comes up to five times, which [`mod@copies`] is about; where it stands is said in [`mod@places`]. What is
//! written again stands in [`mod@write`], how an answer is ended in [`mod@ending`], calls in [`mod@calls`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use policy::{ContentType, Part, Role};

use self::calls::Call;
use self::copies::{Copies, Digest, Place};
use self::ending::Outgoing;
use self::places::Spot;
use super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::{Way, is_identifier};
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::stream::{Events, Incoming, Kept, Seen, Sheet, StreamEvent};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod copies;
mod ending;
mod places;
mod read;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(&FIELDS, Way::Stream));

/// What some servers end with.
const DONE: &str = "[DONE]";

/// Reads and writes one streamed answer.
#[derive(Debug, Default)]
pub(super) struct ResponseStream {
    phase: Phase,
    seen: Seen,
    /// What else is known of each window.
    texts: Vec<OpenText>,
    /// The windows by where they stand.
    at: BTreeMap<Place, usize>,
    copies: Copies,
    /// Calls that are not complete, by item.
    calls: BTreeMap<usize, Call>,
    /// Of calls that are, the events that go out with them.
    steps: BTreeMap<usize, Vec<Arc<Sheet>>>,
    /// The calls that were handed over, and the fields of images and the like that were.
    judged: BTreeSet<(usize, Digest)>,
    listed: BTreeSet<String>,
    outgoing: Outgoing,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// After the last word that some servers have.
    Done,
    /// After the event that ends it.
    Ended,
    #[default]
    Open,
}

/// What is known of a window beside what all dialects know.
#[derive(Debug)]
struct OpenText {
    spot: Spot,
    /// The number of its copies, and the digest of what came.
    number: usize,
    digest: Digest,
    /// The name of the events with pieces of it, and what stands in them around the text, with a comma after each.
    event: String,
    around: String,
    closed: bool,
}

impl Events for ResponseStream {
    fn anew(&self) -> Self {
        Self { outgoing: self.outgoing.anew(), ..Self::default() }
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let done = event.data.trim() == DONE;
        match self.phase {
            Phase::Open if done => return Err(DialectError::CutShort),
            Phase::Ended if done => {
                self.phase = Phase::Done;
                let kept = Kept { plain: Some(WireEvent::new("", DONE)), ..Kept::default() };
                events.push(StreamEvent { kept, ends: true, ..StreamEvent::default() });
                return Ok(());
            }
            Phase::Open => {}
            Phase::Done | Phase::Ended => return Err(DialectError::AfterEnd),
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let kind = kind(&event.name, sheet.root())?;
        let mut incoming = Incoming::new(&sheet);
        if self.read(&kind, &mut incoming)? {
            events.push(incoming.read(kind, EventKind::Data));
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if self.phase == Phase::Open { Err(DialectError::CutShort) } else { Ok(()) }
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// The kind of an event, as its data says it. Clients go by the name beside it for errors, and by a member `error`.
fn kind(name: &str, root: Value<'_>) -> Result<String, DialectError> {
    let wrong = || members::wrong("type", "the kind of an event");
    if root.kind() != Kind::Object {
        return Err(wrong());
    }
    let fault = name == "error" || members::present(root, "error").is_some();
    let kind = match root.member("type") {
        _ if fault => "error".to_owned(),
        Some(kind) => kind.text().unwrap_or_default().into_owned(),
        None => name.to_owned(),
    };
    let plain = !kind.is_empty() && is_identifier(&kind);
    if plain { Ok(kind) } else { Err(wrong()) }
}

/// A part of the model's that is a text.
fn text_part(field: String) -> Part {
    Part { role: Role::Assistant, content: ContentType::Text, field }
}

#[cfg(test)]
mod tests;
