//! What a dialect is. See the crate's head for how to add one.

use crate::address::Address;
use crate::answer::{Answer, Usage};
use crate::error::DialectError;
use crate::fields::Field;
use crate::refusal::{Refusal, Reply};
use crate::request::Request;
use crate::stream::AnswerStream;
use crate::wire::sse::{EVENT_STREAM, ServerSent};
use crate::wire::{Wire, WireEvent};

/// The wire format of one model API endpoint.
pub trait Dialect: Sync {
    /// The word for it in policies, records and test data.
    fn id(&self) -> &'static str;

    /// Every member that may hold text, and what is done with it.
    fn fields(&self) -> &'static [Field];

    /// Reads the body of a request that came to this address.
    ///
    /// # Errors
    /// When it is not JSON that every reader takes alike, or when a member has the wrong type that decisions
    /// depend on.
    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError>;

    /// Reads the body of an answer that is not streamed; the upstream's errors are answers, too.
    ///
    /// # Errors
    /// When it is not JSON that every reader takes alike.
    fn read_answer(&self, address: &Address, body: Vec<u8>) -> Result<Answer, DialectError>;

    /// Reads an answer that is streamed, of this type of content: in lower case, without parameters. Nothing where
    /// that is no stream of the dialect.
    fn stream(&self, address: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        let _ = (address, content_type);
        None
    }

    /// A refusal as clients of the dialect understand it.
    fn refuse(&self, refusal: &Refusal) -> Reply;

    /// A request as a client makes it, in which a user says a text to a model: for samples and tests. Where the API
    /// has no streams, none is asked for.
    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest;

    /// An answer of a model, not streamed.
    fn compose(&self, address: &Address, said: &Said) -> Vec<u8>;

    /// The same answer, streamed, in events that say `piece` bytes of text each, cut at characters. Nothing where the
    /// API has no streams.
    fn compose_stream(&self, address: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        let _ = (address, said, piece);
        None
    }
}

/// A request, composed: it is sent by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposedRequest {
    /// The path, with its query.
    pub path: String,
    /// The body, in JSON.
    pub body: String,
}

/// A streamed answer, composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streamed {
    /// The type of its content.
    pub content_type: &'static str,
    /// The bytes of one event each.
    pub pieces: Vec<Vec<u8>>,
}

impl Streamed {
    /// Events on a wire.
    pub(crate) fn over(wire: &mut impl Wire, content_type: &'static str, events: &[WireEvent]) -> Self {
        let bytes = |event| {
            let mut bytes = Vec::new();
            wire.write(event, &mut bytes);
            bytes
        };
        Self { content_type, pieces: events.iter().map(bytes).collect() }
    }

    /// Server-sent events.
    pub(crate) fn sse(events: &[WireEvent]) -> Self {
        Self::over(&mut ServerSent::default(), EVENT_STREAM, events)
    }
}

/// What a model says, for [`Dialect::compose`].
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The answer's id; unique for each.
    pub id: String,
    /// The model's name.
    pub model: String,
    /// When, in seconds since 1970 in UTC.
    pub created: u64,
    /// What.
    pub says: Says,
    /// The tokens that it took.
    pub usage: Usage,
}

/// The one thing that a composed answer says.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// Text.
    Text(String),
    /// That a tool be called.
    ToolCall {
        /// The tool's name.
        name: String,
        /// Its arguments: an object.
        arguments: serde_json::Value,
    },
}

/// A text in pieces of so many bytes, cut at characters; a character that is longer stands alone.
pub(crate) fn cut(text: &str, piece: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.floor_char_boundary(piece).max(first.len_utf8());
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}
