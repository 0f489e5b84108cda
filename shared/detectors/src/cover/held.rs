//! The text of a stream that has not gone out yet, and what of it may.

use std::fmt;

use policy::Redaction;

use super::Covers;

/// The text of a window that is held back. Places are counted in bytes from the beginning of the window's text, also
/// when that has gone out.
#[derive(Default)]
pub struct HeldText {
    /// What is held, behind `spent` bytes that have gone out already.
    text: String,
    spent: usize,
    /// Where in the window's text the held text begins.
    gone: usize,
}

impl HeldText {
    /// Nothing held.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// The place up to which the text has gone out.
    #[must_use]
    pub const fn gone(&self) -> usize {
        self.gone
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held().is_empty()
    }

    /// Gives what may go out, covered: nothing from `settled` on, and nothing from the first redaction on that
    /// reaches beyond `settled`, for it may still grow. The redactions are sorted by place and do not overlap; those
    /// of text that has gone out may be among them.
    pub fn release(&mut self, settled: usize, redactions: &[Redaction], covers: &mut Covers) -> String {
        let (end, redactions) = self.ready(settled, redactions);
        let ready = self.held().get(..end).unwrap_or_default();
        let released =
            if redactions.is_empty() { ready.to_owned() } else { covers.cover(ready, &redactions) };
        self.spent += end;
        self.gone += end;
        self.forget();
        released
    }

    fn held(&self) -> &str {
        self.text.get(self.spent..).unwrap_or_default()
    }

    /// How much of what is held may go out, and what is to be covered in it.
    fn ready(&self, settled: usize, redactions: &[Redaction]) -> (usize, Vec<Redaction>) {
        let held = self.held();
        let mut end = held.floor_char_boundary(settled.saturating_sub(self.gone));
        let mut ready = Vec::new();
        // Up to where what is ready covers; inside a character the next one may begin before that.
        let mut done = 0;
        for redaction in redactions.iter().filter(|redaction| redaction.span.end > self.gone) {
            let mut redaction = redaction.clone();
            redaction.span.start = redaction.span.start.saturating_sub(self.gone);
            redaction.span.end -= self.gone;
            let reached = held.ceil_char_boundary(redaction.span.end);
            if reached > end {
                end = end.min(held.floor_char_boundary(redaction.span.start).max(done));
                break;
            }
            done = reached;
            ready.push(redaction);
        }
        (end, ready)
    }

    /// Drops what has gone out once it is more than what is held, so that each byte is moved a bounded number of
    /// times.
    fn forget(&mut self) {
        if self.spent > self.text.len() / 2 {
            self.text.drain(..self.spent);
            self.spent = 0;
        }
    }
}

impl fmt::Debug for HeldText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldText({} bytes from {})", self.held().len(), self.gone)
    }
}

#[cfg(test)]
mod tests;
