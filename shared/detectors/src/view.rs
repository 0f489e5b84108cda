//! Views of a text: as it is, and where it differs, normalised. A finding in a view is placed on the original.

use policy::Span;

/// How a view was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// Decoded from base64, hex or percent-encoding, at this layer (1 to 3).
    Decoded(u8),
    /// Compatibility forms and look-alike letters folded, invisible characters removed.
    Folded,
    /// The text as it is.
    Original,
}

/// One view of a text.
#[derive(Debug)]
pub struct View<'a> {
    /// The text of the view.
    pub text: &'a str,
    /// How it was made.
    pub kind: ViewKind,
}

impl View<'_> {
    /// Where a span of this view stands in the original.
    #[must_use]
    pub fn original(&self, span: Span) -> Span {
        span
    }
}
