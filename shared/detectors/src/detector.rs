//! What a detector is. A detector is one file that implements [`Detector`] and one row in
//! [`crate::DETECTORS`]; its cases stand in `tests/testdata/detectors/<id>.toml`.

use std::cell::Cell;

use policy::{Confidence, Span};

use crate::view::ViewKind;
use crate::watch::Watch;
use crate::work;

/// Finds one kind of thing in text.
pub trait Detector: Sync {
    /// The word for it in policies, records and test data.
    fn id(&self) -> &'static str;

    /// What it finds and how it tells, in one line for people.
    fn about(&self) -> &'static str;

    /// The confidence that a rule asks for whose author would rather stop too much than too little. From here on a sample
    /// in a vendor's form, a number without a word for it, and a hint of an attack count, too. A rule that asks for
    /// none asks for [`Confidence::DEFAULT_MINIMUM`].
    fn strict(&self) -> Confidence {
        Confidence::percent(30)
    }

    /// The regular expressions that it looks with. The scanner runs them together with every other
    /// detector's and every pattern of the policy, only where they can match.
    fn shapes(&self) -> &'static [Shape] {
        &[]
    }

    /// How many bytes after a match its shapes' `accept` looks at: [`Candidate::after`] shows no more. Where text
    /// comes in pieces, a match is decided once so much has come after it.
    fn looks_after(&self) -> usize {
        CONTEXT_AFTER
    }

    /// What a match that was accepted counts, by what stands around it, whichever shape found it.
    fn weigh(&self, candidate: &Candidate<'_>, confidence: u8) -> u8 {
        let _ = candidate;
        confidence
    }

    /// For what no regular expression can say: looks through a view of this kind by itself, as its text comes.
    /// `None` where there is nothing to look for.
    fn watch(&self, kind: ViewKind) -> Option<Box<dyn Watch>> {
        let _ = kind;
        None
    }

    /// What its own reading of a text comes to, where it has one: for people who ask why a hit counts as much as it does.
    fn read(&self, text: &str) -> Option<Reading> {
        let _ = text;
        None
    }

    /// Called with the hits in one view, sorted by place; may raise or lower them, since together they can say more
    /// than each alone. One that is lowered to nothing is told to nobody. Where text comes in pieces, it is called with
    /// a part of them; see [`Detector::influence`].
    fn combine(&self, found: &mut [Hit]) {
        let _ = found;
    }

    /// How far [`Detector::combine`] looks: hits that begin more bytes apart say nothing about each other. What
    /// it makes of a hit is the same with all hits of a view and with those that begin no further off than this.
    fn influence(&self) -> usize {
        0
    }
}

/// The most that [`Candidate::before`] shows, in bytes.
pub const CONTEXT_BEFORE: usize = 512;
/// The most that [`Candidate::after`] shows, in bytes.
pub const CONTEXT_AFTER: usize = 64;

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

impl Shape {
    /// The hit that a match is for the detector that the shape belongs to, if it is accepted.
    pub(crate) fn hit(&self, candidate: &Candidate<'_>, detector: &dyn Detector) -> Option<Hit> {
        let confidence = self.accept.map_or(Some(self.confidence), |accept| accept(candidate))?;
        let confidence = detector.weigh(candidate, confidence);
        Some(Hit { span: candidate.span, confidence: Confidence::percent(confidence), shape: self.name })
    }
}

/// A match of a shape, before it is accepted, and the little around it that may decide about it.
#[derive(Debug)]
pub struct Candidate<'a> {
    text: &'a str,
    span: Span,
    looks_after: usize,
    /// Whether more was asked for than stands after the match.
    fell_short: Cell<bool>,
    /// The confidence of the shape.
    pub confidence: u8,
}

impl<'a> Candidate<'a> {
    /// The match at `span` of a text. Of the text, no more need be there than [`CONTEXT_BEFORE`] bytes before the
    /// match and `looks_after` after it, at most [`CONTEXT_AFTER`].
    #[must_use]
    pub fn new(text: &'a str, span: Span, confidence: u8, looks_after: usize) -> Self {
        let looks_after = looks_after.min(CONTEXT_AFTER);
        Self { text, span, looks_after, fell_short: Cell::new(false), confidence }
    }

    /// Whether more was asked for than stands after the match: where text is still to come, it may have a say.
    pub(crate) fn fell_short(&self) -> bool {
        self.fell_short.get()
    }

    /// The matched text.
    #[must_use]
    pub fn matched(&self) -> &'a str {
        work::done(self.span.len());
        self.text.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// At most `bytes` of text before the match, cut at a character; never more than [`CONTEXT_BEFORE`].
    #[must_use]
    pub fn before(&self, bytes: usize) -> &'a str {
        let start = self.span.start.saturating_sub(bytes.min(CONTEXT_BEFORE));
        work::done(self.span.start - start);
        self.text.get(self.text.ceil_char_boundary(start)..self.span.start).unwrap_or_default()
    }

    /// The match with what stands before and after it, as much as [`Candidate::before`] and [`Candidate::after`] show; and
    /// where it is in that.
    #[must_use]
    pub fn around(&self, before: usize, after: usize) -> (&'a str, Span) {
        let before = self.before(before).len();
        let end = self.span.end + self.after(after).len();
        let text = self.text.get(self.span.start - before..end).unwrap_or_default();
        (text, Span::new(before, before + self.span.len()))
    }

    /// The character after the match.
    #[must_use]
    pub fn next(&self) -> Option<char> {
        let next = self.text.get(self.span.end..).and_then(|rest| rest.chars().next());
        self.fell_short.set(self.fell_short() || next.is_none());
        next
    }

    /// At most `bytes` of text after the match, cut at a character; never more than the detector
    /// [looks at](Detector::looks_after). Where text comes in pieces, the match waits for so much: ask for little, and
    /// only when the rest does not decide.
    #[must_use]
    pub fn after(&self, bytes: usize) -> &'a str {
        let end = self.span.end.saturating_add(bytes.min(self.looks_after));
        work::done(end - self.span.end);
        self.fell_short.set(self.fell_short() || end > self.text.len());
        self.text.get(self.span.end..self.text.floor_char_boundary(end)).unwrap_or_default()
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

/// How much a text as a whole reads like what a detector looks for. It quotes the text, and is for whoever has that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// In hundredths of what is wanted of a sure case; below 0 where more speaks against it.
    pub score: i32,
    /// The words that speak for it most, the weightiest first, and what they have in the score.
    pub weighty: Vec<(String, i32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_shows_no_more_around_it_than_it_may() {
        let text = format!("{}€match€{}", "a".repeat(600), "b".repeat(100));
        let start = text.find("match").unwrap();
        let candidate = |looks_after| Candidate::new(&text, Span::new(start, start + 5), 50, looks_after);
        assert_eq!(candidate(64).matched(), "match");
        assert_eq!((candidate(64).before(4), candidate(64).after(4)), ("a€", "€b"));
        assert_eq!((candidate(64).before(2), candidate(64).after(2)), ("", ""));
        assert_eq!(
            (candidate(64).around(4, 5), candidate(0).around(0, 4)),
            (("a€match€bb", Span::new(4, 9)), ("match", Span::new(0, 5)))
        );
        assert_eq!((candidate(64).before(9999).len(), candidate(9999).after(9999).len()), (512, 64));
        assert_eq!((candidate(5).after(64), candidate(0).after(1)), ("€bb", ""));
    }
}
