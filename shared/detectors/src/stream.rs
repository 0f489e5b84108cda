//! One text that comes in pieces, looked through as it comes.

use std::sync::Arc;

use crate::scan::{Scan, Scanner};

/// Looks through one text that comes in pieces. What it finds is what [`Scanner::scan`] finds in the whole text,
/// wherever the text is cut.
#[derive(Debug)]
pub struct TextStream {
    scanner: Arc<Scanner>,
    text: String,
    settled: usize,
}

impl TextStream {
    /// A text of which nothing has come yet.
    #[must_use]
    pub fn new(scanner: Arc<Scanner>) -> Self {
        Self { scanner, text: String::new(), settled: 0 }
    }

    /// Takes the next piece of the text of `part`, and adds what it decides. Places of findings are counted in bytes
    /// from the beginning of the text.
    pub fn push(&mut self, part: usize, piece: &str, found: &mut Scan) {
        let _ = (part, found);
        self.text.push_str(piece);
    }

    /// Says that the text has ended, and adds what that decides.
    pub fn finish(&mut self, part: usize, found: &mut Scan) {
        self.scanner.scan(part, &self.text, found);
        self.settled = self.text.len();
    }

    /// Everything that is found before this place, in bytes from the beginning, has been added: a finding that is
    /// still to come begins here or later.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.settled
    }
}
