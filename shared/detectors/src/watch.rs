//! Looking through text as it comes, for what no regular expression can say. A text that is there as a whole is one
//! that comes in a single piece, so both give the same hits by construction: a watch takes its steps at places that
//! depend on the text alone, never on where it was cut.

use crate::detector::Hit;
use crate::known::Known;

/// Looks through one text, from its beginning on. It takes time linear in the text however it is cut, and keeps no
/// text: what it needs again stands behind [`Watch::open`]. Where the first that it is given is not the beginning of
/// the text, it looks from there on.
pub trait Watch: Send {
    /// Looks from where it left off to the end of what has come, and adds what that decides. Spans are counted from
    /// the beginning of the text; hits come in the order in which they are decided. All of the text from 64 bytes
    /// before [`Watch::open`] on must be at hand.
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>);

    /// The earliest place at which a hit could begin that is still to come. It never goes back, and is the end of
    /// what has come where nothing is pending.
    fn open(&self) -> usize;

    /// Begins at a place that is not the beginning of the text, with what stands before it at hand. Nothing is pending
    /// there.
    fn begin_at(&mut self, text: Known<'_>, place: usize);

    /// Whether a watch that [began](Watch::begin_at) at the end of what has come would go on like this one.
    fn rests(&self) -> bool;
}

/// Looks through a text that is there as a whole.
pub(crate) fn look_through(watch: &mut dyn Watch, text: &str, found: &mut Vec<Hit>) {
    watch.advance(Known::whole(text), found);
}

#[cfg(test)]
mod tests;
