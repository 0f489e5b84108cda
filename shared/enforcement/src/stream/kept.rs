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
