//! Words that do the same in a sentence, in any language: `concepts/` lists them, and `concepts.bin` has them by the hashes
//! of their first letters. What is learnt of "ignore the rules" so holds for "toss out your directives", and in Spanish. A
//! concept has a weight of its own, and so have rows of two and three of them, whatever words without one stand between.

use super::words::Word;
use super::{APART, BITS, SPREAD};

/// How many values the hash of a row of concepts has.
pub(super) const ROW_BITS: u32 = 17;
const SLOTS: u32 = 17;
const NONE: [u8; 2] = [0; 2];

/// In each place ten bits of a word's hash, and six of its concept; none is empty that a later one was displaced by.
static TABLE: &[[u8; 2]; 1 << SLOTS] = {
    let table = include_bytes!("concepts.bin");
    match table.as_chunks().0.as_array() {
        Some(table) => table,
        None => panic!("concepts.bin has another length"),
    }
};

/// The concept of a word; none is 0.
#[inline(always)]
fn concept(hash: u32) -> u32 {
    let mut place = (hash >> (32 - SLOTS)) as usize;
    let tag = (hash >> (22 - SLOTS)) as u16 & 0x3ff;
    loop {
        let entry = u16::from_le_bytes(TABLE.get(place).copied().unwrap_or(NONE));
        if entry == 0 {
            return 0;
        }
        if entry >> 6 == tag {
            return u32::from(entry & 63);
        }
        place = (place + 1) % TABLE.len();
    }
}

/// The concepts before a word that its rows are made with.
#[derive(Clone, Copy, Default)]
pub(super) struct Concepts {
    last: u32,
    last_end: usize,
    before: u32,
}

impl Concepts {
    /// Takes a word, and shows where the weights are of the rows that end at it, each with how many words that have a concept
    /// stand before it there.
    #[inline(always)]
    pub(super) fn take(&mut self, word: &Word, mut show: impl FnMut(usize, u64)) {
        let own = word.hash.map_or(0, concept);
        if own == 0 {
            return;
        }
        if word.span.start - self.last_end > APART {
            (self.last, self.before) = (0, 0);
        }
        let Self { last, before, .. } = *self;
        (self.before, self.last, self.last_end) = (last, own, word.span.end);
        show(0, place(own));
        if last != 0 {
            show(1, place(1 << 18 | last << 6 | own));
        }
        if before != 0 {
            show(2, place(2 << 18 | before << 6 | own));
            show(2, place(3 << 18 | before << 12 | last << 6 | own));
        }
    }
}

fn place(row: u32) -> u64 {
    (1 << BITS) + (u64::from(row).wrapping_mul(SPREAD) >> (64 - ROW_BITS))
}
