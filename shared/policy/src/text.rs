//! Pieces of text and where they stand: what a dialect finds in a body and a detector looks through.
//!
//! Nothing here holds the text itself: a [`Part`] says who speaks and where, a [`Span`] says which bytes.

use serde::Serialize;

/// Who speaks in a part. Tool descriptions count as [`Role::System`]: the operator of the agent wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The model: earlier answers in a request, and all of an answer.
    Assistant,
    /// Instructions: system and developer messages, tool descriptions.
    System,
    /// What a tool gave back.
    Tool,
    /// The person, and every text that no dialect knows.
    User,
}

/// What a part is made of. Only [`ContentType::Text`] can be looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentType {
    /// Sound, given or answered.
    Audio,
    /// A document or any other attachment, also one that is only named by an id or a URL.
    File,
    /// A picture, also one that is only named by a URL.
    Image,
    /// Text that the vendor keeps and that a call only refers to: an earlier answer, a conversation, a prompt by its
    /// id, a cached text, encrypted reasoning, an answer that is fetched later.
    Stored,
    /// Text.
    Text,
}

/// One part of a request or an answer, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Who speaks.
    pub role: Role,
    /// What it is made of.
    pub content: ContentType,
    /// Where it stands in the body, such as `messages[2].content[0].text`. Goes into the record.
    pub field: String,
}

/// A run of bytes in one text, `start` included, `end` not. Both lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The number of bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether there is no byte in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
