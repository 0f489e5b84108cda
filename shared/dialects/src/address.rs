//! What the path of a request says of it, beside the dialect: the model, whether the answer is streamed, and whether
//! there is to be an answer at all. Which path says what stands in [`crate::routes`].

use crate::error::DialectError;
use crate::json::Value;
use crate::members;

/// What the path of a request says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The model, where the path names it; without escapes.
    pub model: Option<String>,
    /// Whether the answer is streamed.
    pub streams: Streams,
    /// What is asked for.
    pub purpose: Purpose,
}

/// Whether an answer is streamed, as the path says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Streams {
    /// The body says it.
    #[default]
    Asked,
    /// Always, as one JSON list.
    List,
    /// Never.
    Never,
    /// Always, in events.
    Always,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// An answer.
    #[default]
    Answer,
    /// The number of its tokens.
    Count,
    /// Something that the vendor keeps, such as its list of models. The request has no body.
    Look,
}

impl Address {
    /// An address that says nothing: the body says all.
    pub const PLAIN: Self = Self { model: None, streams: Streams::Asked, purpose: Purpose::Answer };

    /// The model: the path's, or the one that the body names.
    pub(crate) fn model_or(&self, root: Value<'_>) -> Result<String, DialectError> {
        match &self.model {
            Some(model) => Ok(model.clone()),
            None => members::text(root, "model", "model"),
        }
    }

    /// Whether the answer is streamed: as the path says it, or the body's member `stream`.
    pub(crate) fn streams(&self, root: Value<'_>) -> Result<bool, DialectError> {
        let asked = members::flag(root, "stream")?;
        Ok(match self.streams {
            Streams::Always | Streams::List => true,
            Streams::Asked => asked,
            Streams::Never => false,
        })
    }

    /// How many answers are given, of those that are asked for.
    pub(crate) fn answers(&self, asked: u64) -> u64 {
        match self.purpose {
            Purpose::Answer => asked,
            Purpose::Count | Purpose::Look => 0,
        }
    }
}
