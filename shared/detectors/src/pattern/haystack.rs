//! A text that is looked through, and what is known of it.

use policy::Span;

use crate::byte_class::ByteClass;
use crate::word_starts::WordStarts;

/// How many bytes around a window an assertion can look at.
const NEIGHBOUR: usize = 4;

/// A text and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Haystack<'t> {
    pub(crate) text: &'t str,
    pub(crate) ascii: bool,
    /// Where its words begin.
    pub(crate) words: &'t WordStarts,
    /// The bytes that may stand in it.
    pub(super) bytes: ByteClass,
}

impl<'t> Haystack<'t> {
    pub(crate) fn new(text: &'t str, words: &'t WordStarts) -> Self {
        Self { text, ascii: text.is_ascii(), words, bytes: ByteClass::ALL }
    }

    /// The same, with the bytes that do stand in it: worth a look where expressions are to be tried in it.
    pub(crate) fn with_bytes(self) -> Self {
        Self { bytes: ByteClass::of_text(self.text.as_bytes()), ..self }
    }

    /// Whether a part of it is ASCII, and so are its neighbours.
    pub(super) fn is_ascii_around(&self, span: Span) -> bool {
        let end = span.end.saturating_add(NEIGHBOUR).min(self.text.len());
        let around = self.text.as_bytes().get(span.start.saturating_sub(NEIGHBOUR)..end);
        self.ascii || around.is_some_and(<[u8]>::is_ascii)
    }
}
