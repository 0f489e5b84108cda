//! Text that a policy's `capture` wants in the log: masked where something was found in it, and capped.
//!
//! What was found is passed in as spans; nothing is looked for here. Redactions that went to the model or to
//! the caller are made before: the spans are for what no redaction covered, such as what a rule blocks for.

use std::borrow::Cow;
use std::fmt;

use policy::Span;
use serde::Serialize;

/// What stands in a record in place of a finding.
const MASK: &str = "[MASKED]";

/// Captured text, masked and at most [`CapturedText::MAX_BYTES`] long.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CapturedText(String);

impl CapturedText {
    /// The most that a record holds of an input or an output, in bytes of UTF-8, the mark of a cut included.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Joins the texts of a call by line breaks, each with the spans to be masked in it. Spans may come in
    /// any order and overlap; one that does not lie on characters covers those that it touches.
    #[must_use]
    pub fn new<'a>(texts: impl IntoIterator<Item = (&'a str, &'a [Span])>) -> Self {
        let mut joined = String::new();
        for (index, (text, spans)) in texts.into_iter().enumerate() {
            if joined.len() > Self::MAX_BYTES {
                break;
            }
            if index > 0 {
                joined.push('\n');
            }
            // What lies past the cut is never copied; a span that the cut divides is masked all the same.
            push_masked(&mut joined, text, spans);
        }
        Self(cut(&joined, Self::MAX_BYTES).into_owned())
    }

    /// The text as the record has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says how long it is: a record in the program's own trace must not put prompts there.
impl fmt::Debug for CapturedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CapturedText({} bytes)", self.0.len())
    }
}

/// The text, or as much of its start as fits `max` bytes together with the mark that something is missing.
/// Cuts at a character.
pub(crate) fn cut(text: &str, max: usize) -> Cow<'_, str> {
    const MARK: &str = "…[cut]";
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    let start = text.get(..floor(text, max.saturating_sub(MARK.len()))).unwrap_or_default();
    Cow::Owned(format!("{start}{MARK}"))
}

fn push_masked(joined: &mut String, text: &str, spans: &[Span]) {
    let within = |span: &Span| !span.is_empty() && span.start < text.len();
    let mut sorted: Vec<Span> = spans.iter().copied().filter(within).collect();
    sorted.sort_unstable();
    let mut copied = 0;
    for span in sorted {
        if joined.len() > CapturedText::MAX_BYTES {
            return;
        }
        let (start, end) = (floor(text, span.start), ceiling(text, span.end));
        if start >= copied {
            push_some(joined, text.get(copied..start).unwrap_or_default());
            joined.push_str(MASK);
        }
        copied = copied.max(end);
    }
    push_some(joined, text.get(copied..).unwrap_or_default());
}

/// Copies no more than shows that there is too much.
fn push_some(joined: &mut String, text: &str) {
    let room = (CapturedText::MAX_BYTES + 1).saturating_sub(joined.len());
    joined.push_str(text.get(..ceiling(text, room)).unwrap_or_default());
}

/// The character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The character boundary at or after a byte.
fn ceiling(text: &str, byte: usize) -> usize {
    (byte.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(pairs: &[(usize, usize)]) -> Vec<Span> {
        pairs.iter().map(|&(start, end)| Span::new(start, end)).collect()
    }

    #[test]
    fn what_was_found_is_masked() {
        type Row = (&'static str, &'static [(usize, usize)], &'static str);
        let rows: [Row; 10] = [
            ("nothing here", &[], "nothing here"),
            ("my pin is 1234.", &[(10, 14)], "my pin is [MASKED]."),
            ("1234", &[(0, 4)], "[MASKED]"),
            ("a 12 b 34", &[(7, 9), (2, 4)], "a [MASKED] b [MASKED]"),
            ("a 1234 b", &[(2, 5), (3, 6)], "a [MASKED] b"),
            ("a 1234 b", &[(2, 6), (3, 4)], "a [MASKED] b"),
            ("é1é", &[(1, 4)], "[MASKED]"),
            ("short", &[(3, 900), (700, 900)], "sho[MASKED]"),
            ("empty", &[(2, 2), (4, 3)], "empty"),
            ("behind", &[(6, 9)], "behind"),
        ];
        for (text, pairs, expected) in rows {
            assert_eq!(CapturedText::new([(text, &*spans(pairs))]).as_str(), expected, "{text} {pairs:?}");
        }
    }

    #[test]
    fn texts_are_joined_by_lines() {
        let texts = CapturedText::new([("one", &*spans(&[])), ("two", &*spans(&[(0, 3)]))]);
        assert_eq!(texts.as_str(), "one\n[MASKED]");
        assert_eq!(CapturedText::new([]).as_str(), "");
    }

    #[test]
    fn long_text_is_cut_at_a_character_and_marked() {
        let full = "x".repeat(CapturedText::MAX_BYTES);
        assert_eq!(CapturedText::new([(&*full, &[][..])]).as_str(), full);
        for long in ["x".repeat(CapturedText::MAX_BYTES + 1), "é".repeat(100_000), "\u{1f600}".repeat(9_999)]
        {
            let captured = CapturedText::new([(&*long, &[][..])]);
            assert!(captured.as_str().len() <= CapturedText::MAX_BYTES);
            assert!(captured.as_str().len() > CapturedText::MAX_BYTES - 16);
            let kept = captured.as_str().strip_suffix("…[cut]").unwrap();
            assert!(long.starts_with(kept));
        }
    }

    #[test]
    fn a_finding_that_the_cut_divides_is_masked() {
        let text = format!("{}secret", "x".repeat(CapturedText::MAX_BYTES - 3));
        let captured = CapturedText::new([(&*text, &*spans(&[(text.len() - 6, text.len())]))]);
        assert!(!captured.as_str().contains('s'));
    }

    #[test]
    fn debug_says_only_how_long_it_is() {
        assert_eq!(format!("{:?}", CapturedText::new([("prompt", &[][..])])), "CapturedText(6 bytes)");
    }

    proptest! {
        #[test]
        fn no_masked_character_is_ever_written(
            text in "[aéx]{0,60}",
            pairs in prop::collection::vec((0_usize..130, 0_usize..130), 0..6),
        ) {
            let mut covered: Vec<char> = Vec::new();
            for (at, character) in text.char_indices() {
                let touched = pairs.iter().any(|&(start, end)| {
                    start < end && start < at + character.len_utf8() && at < end
                });
                if !touched {
                    covered.push(character);
                }
            }
            let captured = CapturedText::new([(&*text, &*spans(&pairs))]);
            let left: String = captured.as_str().replace(MASK, "");
            prop_assert_eq!(left, covered.into_iter().collect::<String>());
        }
    }
}
