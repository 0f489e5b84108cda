//! What a detector is. A detector is one file that implements [`Detector`] and one row in
//! [`crate::DETECTORS`]; its cases stand in `tests/testdata/detectors/<id>.toml`.

use policy::{Confidence, Span};

use crate::view::View;

pub(crate) const CONTEXT_BEFORE: usize = 512;

/// Finds one kind of thing in text.
pub trait Detector: Sync {
    /// The word for it in policies, records and test data.
    fn id(&self) -> &'static str;

    /// What it finds and how it tells, in one line for people.
    fn about(&self) -> &'static str;

    /// The regular expressions that it looks with. The scanner runs them together with every other
    /// detector's and every pattern of the policy, only where they can match.
    fn shapes(&self) -> &'static [Shape] {
        &[]
    }

    /// For what no regular expression can say: looks through a view by itself. Must take time linear in the
    /// text and return at once where there is nothing to find.
    fn find(&self, view: &View<'_>, found: &mut Vec<Hit>) {
        let _ = (view, found);
    }

    #[expect(missing_docs)]
    #[expect(private_interfaces)]
    fn watch(&self, kind: crate::ViewKind) -> Option<Box<dyn crate::watch::Watch>> {
        let _ = kind;
        None
    }
    #[expect(missing_docs)]
    fn influence(&self) -> usize {
        0
    }
    #[expect(missing_docs)]
    fn looks_after(&self) -> usize {
        64
    }

    /// Called with all hits in one view, sorted by place; may raise, lower or drop them, since together they
    /// can say more than each alone.
    fn combine(&self, found: &mut Vec<Hit>) {
        let _ = found;
    }
}

/// One regular expression of a detector.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The technique or the vendor, for `explain`; unique within the detector.
    pub name: &'static str,
    /// Rust `regex` syntax, Unicode on. Group 1, where there is one, is what the finding covers; otherwise
    /// the whole match. Every match must be of bounded length (no bare `*` or `+`), and should contain a
    /// literal of 3 or more characters or a digit, so that the scanner can skip what cannot match.
    pub regex: &'static str,
    /// The confidence of a plain match, in hundredths.
    pub confidence: u8,
    /// Looks at a match and what stands around it: `None` drops it, otherwise the confidence in hundredths.
    pub accept: Option<fn(&Candidate<'_>) -> Option<u8>>,
}

/// A match of a shape, before it is accepted.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The text of the view.
    pub text: &'a str,
    /// What the finding would cover.
    pub span: Span,
    /// The confidence of the shape.
    pub confidence: u8,
}

impl<'a> Candidate<'a> {
    #[expect(missing_docs)]
    pub fn new(text: &'a str, span: Span, confidence: u8, _after: usize) -> Self {
        Self { text, span, confidence }
    }
    /// The matched text.
    #[must_use]
    pub fn matched(&self) -> &'a str {
        self.text.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// At most `bytes` of text before the match, cut at a character.
    #[must_use]
    pub fn before(&self, bytes: usize) -> &'a str {
        let mut start = self.span.start.saturating_sub(bytes);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        self.text.get(start..self.span.start).unwrap_or_default()
    }

    /// At most `bytes` of text after the match, cut at a character.
    #[must_use]
    pub fn after(&self, bytes: usize) -> &'a str {
        let mut end = self.span.end.saturating_add(bytes).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.get(self.span.end..end).unwrap_or_default()
    }
}

/// What a detector found in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where, in the text of the view.
    pub span: Span,
    /// How surely.
    pub confidence: Confidence,
    /// The name of the shape, or a word of the detector's own.
    pub shape: &'static str,
}
