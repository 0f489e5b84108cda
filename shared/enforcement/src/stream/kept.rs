//! The text of a streamed answer that is kept because the policy asks for it in records: no more of it than shows in
//! one.

use decision_log::CapturedText;
use detectors::PATTERN_REACH;
use dialects::TextPart;
use policy::Part;

/// How much is kept, in bytes of all texts together. A record shows less, also where much of it is masked.
const MAX_KEPT: usize = 4 * CapturedText::MAX_BYTES;

/// The texts of an answer, as they came.
#[derive(Default)]
pub(super) struct KeptTexts {
    texts: Vec<TextPart>,
    /// The text of each window.
    windows: Vec<Option<usize>>,
    bytes: usize,
    /// Texts of which not all was kept.
    cut: Vec<usize>,
}

impl KeptTexts {
    /// Keeps the next piece of a window's text.
    pub(super) fn piece(&mut self, window: usize, part: &Part, piece: &str) {
        if self.windows.len() <= window {
            self.windows.resize(window + 1, None);
        }
        let known = self.windows.get(window).copied().flatten();
        let index = known.unwrap_or_else(|| self.begin(part));
        if let Some(entry) = self.windows.get_mut(window) {
            *entry = Some(index);
        }
        self.add(index, piece);
    }

    /// Keeps a text that came as a whole.
    pub(super) fn whole(&mut self, text: &TextPart) {
        let index = self.begin(&text.part);
        self.add(index, &text.text);
    }

    /// The texts, to be looked through.
    pub(super) fn texts(&self) -> &[TextPart] {
        &self.texts
    }

    /// The texts as far as everything in them can have been found: not up to where one was cut.
    pub(super) fn into_texts(mut self) -> Vec<TextPart> {
        for index in self.cut {
            if let Some(text) = self.texts.get_mut(index) {
                let end = text.text.len().saturating_sub(PATTERN_REACH);
                text.text.truncate(text.text.floor_char_boundary(end));
            }
        }
        self.texts
    }

    fn begin(&mut self, part: &Part) -> usize {
        if self.bytes < MAX_KEPT {
            self.texts.push(TextPart { part: part.clone(), text: String::new() });
            return self.texts.len() - 1;
        }
        // Nothing of it will be kept, so it needs no place.
        usize::MAX
    }

    fn add(&mut self, index: usize, piece: &str) {
        let Some(text) = self.texts.get_mut(index) else { return };
        let fits = piece.get(..piece.floor_char_boundary(MAX_KEPT - self.bytes)).unwrap_or_default();
        text.text.push_str(fits);
        self.bytes += fits.len();
        if fits.len() < piece.len() && !self.cut.contains(&index) {
            self.bytes = MAX_KEPT;
            self.cut.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use policy::{ContentType, Role};

    use super::*;

    fn part(field: &str) -> Part {
        Part { role: Role::Assistant, content: ContentType::Text, field: field.to_owned() }
    }

    #[test]
    fn texts_are_put_together_in_the_order_in_which_they_began() {
        let mut kept = KeptTexts::default();
        kept.piece(1, &part("b"), "one ");
        kept.whole(&TextPart { part: part("c"), text: "whole".to_owned() });
        kept.piece(0, &part("a"), "two");
        kept.piece(1, &part("b"), "three");
        let texts: Vec<_> = kept.into_texts().into_iter().map(|text| (text.part.field, text.text)).collect();
        let rows = [("b", "one three"), ("c", "whole"), ("a", "two")];
        assert_eq!(texts, rows.map(|(field, text)| (field.to_owned(), text.to_owned())));
    }

    #[test]
    fn no_more_is_kept_than_a_record_shows_and_of_a_cut_text_nothing_that_could_be_half_a_finding() {
        let mut kept = KeptTexts::default();
        kept.piece(0, &part("a"), "short");
        (0..100).for_each(|_| kept.piece(1, &part("b"), &"é".repeat(1000)));
        kept.piece(0, &part("a"), " more");
        kept.whole(&TextPart { part: part("c"), text: "late".to_owned() });
        let bytes: usize = kept.texts().iter().map(|text| text.text.len()).sum();
        assert!(bytes <= MAX_KEPT && bytes > MAX_KEPT - 4);
        let texts = kept.into_texts();
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[0].text, "", "all of it may be the beginning of something");
        assert!(texts[1].text.len() <= MAX_KEPT - PATTERN_REACH);
        assert!(texts[1].text.len() > CapturedText::MAX_BYTES);
    }
}
