//! Views of a text: as it is, and where it differs, normalised. A finding in a view is placed on the original.

use policy::Span;

use crate::views::Offsets;

/// How a view was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// Decoded from base64, hex, percent-encoding or another escape, at this layer (1 to 3).
    Decoded(u8),
    /// Compatibility forms and look-alike letters folded, invisible characters removed.
    Folded,
    /// The text as it is.
    Original,
}

/// One view of a text: all of it, with what was changed in its place.
#[derive(Debug)]
pub struct View<'a> {
    /// The text of the view.
    pub text: &'a str,
    /// How it was made.
    pub kind: ViewKind,
    origin: Option<Origin<'a>>,
}

#[derive(Debug)]
struct Origin<'a> {
    offsets: &'a Offsets,
    source: &'a View<'a>,
}

impl<'a> View<'a> {
    /// A text as it is.
    #[must_use]
    pub const fn original_of(text: &'a str) -> Self {
        Self { text, kind: ViewKind::Original, origin: None }
    }

    /// A view made from another.
    pub(crate) const fn made_from(
        source: &'a View<'a>,
        text: &'a str,
        kind: ViewKind,
        offsets: &'a Offsets,
    ) -> Self {
        Self { text, kind, origin: Some(Origin { offsets, source }) }
    }

    /// Where a span of this view stands in the original. What stands for several characters there, or for a
    /// part of an encoded group, is widened to the whole of them.
    #[must_use]
    pub fn original(&self, span: Span) -> Span {
        match &self.origin {
            Some(origin) => origin.source.original(origin.offsets.source(span)),
            None => span,
        }
    }

    /// The parts of this view's text that were changed in its making, in order; none in the original.
    #[must_use]
    pub fn changed(&self) -> Vec<Span> {
        let offsets = self.origin.as_ref().map(|origin| origin.offsets);
        offsets.map(|offsets| offsets.changed().collect()).unwrap_or_default()
    }

    /// Whether a span says anything that the view it was made from does not: it holds or touches a change.
    /// Always so in the original. The scanner drops all other hits.
    #[must_use]
    pub fn is_news(&self, span: Span) -> bool {
        self.origin.as_ref().is_none_or(|origin| origin.offsets.is_changed(span))
    }
}
