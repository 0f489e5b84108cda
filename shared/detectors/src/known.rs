//! The part of a text that is at hand, while the text may still go on. Places are counted in bytes from the
//! beginning of the text, of which the first part may be gone already.

use policy::Span;

/// What is at hand of a text: from some place on to the end of what has come.
#[derive(Clone, Copy, Debug)]
pub struct Known<'t> {
    /// The text at hand.
    pub text: &'t str,
    /// Where it begins.
    pub start: usize,
    /// Whether nothing follows.
    pub ended: bool,
}

impl<'t> Known<'t> {
    /// A text that is there as a whole.
    #[must_use]
    pub const fn whole(text: &'t str) -> Self {
        Self { text, start: 0, ended: true }
    }

    /// Where what is at hand ends.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// A part of it, where all of it is at hand and its ends are at characters.
    #[must_use]
    pub fn get(&self, span: Span) -> Option<&'t str> {
        self.text.get(span.start.checked_sub(self.start)?..span.end.checked_sub(self.start)?)
    }

    /// What is at hand from a place on, at which a character begins; all of it, where the place is gone.
    #[must_use]
    pub fn from(&self, place: usize) -> &'t str {
        let rest = self.text.get(place.saturating_sub(self.start)..);
        debug_assert!(rest.is_some() || place >= self.end(), "{place} lies within a character");
        rest.unwrap_or_default()
    }

    /// What was at hand when no more had come than up to a place.
    #[must_use]
    pub fn until(&self, place: usize) -> Self {
        let text = self.text.get(..place.saturating_sub(self.start)).unwrap_or(self.text);
        Self { text, ended: self.ended && place >= self.end(), ..*self }
    }
}
