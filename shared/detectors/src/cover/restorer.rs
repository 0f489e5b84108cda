//! Putting back, in a text that comes in pieces, what was replaced by tokens.

use std::fmt;

use super::Covers;

/// Puts the values of placeholders back, wherever the text is cut. It stands behind what covers the text, as
/// [`Covers::restore`] comes after [`Covers::cover`]: what is put back is not looked at again.
#[derive(Default)]
pub struct Restorer {
    /// The beginning of a placeholder in use, where the text ends in one.
    begun: String,
}

impl Restorer {
    /// Nothing begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next piece with values put back. What it ends in is held back only while that is the beginning of a
    /// placeholder in use.
    pub fn push(&mut self, covers: &Covers, piece: &str) -> String {
        let mut text = std::mem::take(&mut self.begun);
        text.push_str(piece);
        if let Some(at) = text.rfind('<')
            && text.get(at..).is_some_and(|tail| covers.begins_placeholder(tail))
        {
            self.begun = text.split_off(at);
        }
        covers.restore(&text).unwrap_or(text)
    }

    /// What was held back when the text ends.
    #[must_use]
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.begun)
    }
}

impl fmt::Debug for Restorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Restorer")
    }
}

#[cfg(test)]
mod tests;
