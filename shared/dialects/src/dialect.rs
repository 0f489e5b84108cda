//! What a dialect is. See the crate's head for how to add one.

use crate::answer::{Answer, Usage};
use crate::error::DialectError;
use crate::fields::Field;
use crate::refusal::{Refusal, Reply};
use crate::request::Request;
use crate::stream::AnswerStream;

/// The wire format of one model API endpoint.
pub trait Dialect: Sync {
    /// The word for it in policies, records and test data.
    fn id(&self) -> &'static str;

    /// Whose API it is: which upstream serves it.
    fn vendor(&self) -> &'static str;

    /// Whether a request with this method to this path is in the dialect. What follows a `?` does not count.
    fn serves(&self, method: &str, path: &str) -> bool;

    /// Every member that may hold text, and what is done with it.
    fn fields(&self) -> &'static [Field];

    /// The headers that carry an API key to the upstream, names in lower case.
    fn credential(&self, secret: &str) -> Vec<(&'static str, String)>;

    /// Reads the body of a request.
    ///
    /// # Errors
    /// When it is not JSON that every reader takes alike, or when a member has the wrong type that decisions
    /// depend on.
    fn read_request(&self, body: Vec<u8>) -> Result<Request, DialectError>;

    /// Reads the body of an answer that is not streamed; the upstream's errors are answers, too.
    ///
    /// # Errors
    /// When it is not JSON that every reader takes alike.
    fn read_answer(&self, body: Vec<u8>) -> Result<Answer, DialectError>;

    /// Reads an answer that is streamed; nothing where the API has no streams.
    fn stream(&self) -> Option<Box<dyn AnswerStream>> {
        None
    }

    /// A refusal as clients of the dialect understand it.
    fn refuse(&self, refusal: &Refusal) -> Reply;

    /// An answer of a model, not streamed.
    fn compose(&self, said: &Said) -> Vec<u8>;

    /// The same answer, streamed, in events that say `piece` bytes of text each, cut at characters. Empty where the
    /// API has no streams.
    fn compose_stream(&self, said: &Said, piece: usize) -> Vec<Vec<u8>> {
        let _ = (said, piece);
        Vec::new()
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

/// Whether a request is a POST to a path, with or without `/v1` in front.
pub(crate) fn is_post(method: &str, path: &str, wanted: &str) -> bool {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    method == "POST" && path.strip_prefix("/v1").unwrap_or(path) == wanted
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
