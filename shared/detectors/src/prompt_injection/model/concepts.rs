//! Words that do the same in a sentence, in any language: `concepts/` lists them, and `concepts.bin` has them by the hashes
//! of their first letters. What is learnt of "ignore the rules" so holds for "toss out your directives", and in Spanish. A
//! concept has a weight of its own, and so have rows of two and three of them, whatever words without one stand between.

use std::hint::select_unpredictable;

use policy::Span;

use super::{APART, BITS, Gram, SPREAD};

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

/// So many entries are looked at together.
const LANES: usize = 4;
/// A one in each of them, the highest bit of each, and all bits of the hash.
const ONES: u64 = 0x0001_0001_0001_0001;
const HIGHEST: u64 = ONES << 15;
const TAGS: u64 = ONES * 0xffc0;

/// The concept of a word; none is 0. Which words have one nobody foresees, so that all are looked up in one way, and only one in
/// fifty in another.
#[inline(always)]
fn concept(hash: u32) -> u32 {
    let place = (hash >> (32 - SLOTS)) as usize;
    let tag = hash >> (22 - SLOTS) & 0x3ff;
    let Some(entries) = TABLE.get(place..).and_then(|rest| rest.first_chunk::<LANES>()) else {
        return concept_from(place, tag);
    };
    let entries = u64::from_le_bytes(*entries.as_flattened().first_chunk().unwrap_or(&[0; 8]));
    let others = (entries ^ (u64::from(tag) << 6).wrapping_mul(ONES)) & TAGS;
    // The first that is empty, which holds the concept 0, or has these bits of the hash.
    let zero = |lanes: u64| lanes.wrapping_sub(ONES) & !lanes;
    let known = (zero(entries) | zero(others)) & HIGHEST;
    if known == 0 {
        return concept_from(place, tag);
    }
    (entries >> (known.trailing_zeros() & 0x30)) as u32 & 63
}

/// The same, entry by entry.
#[cold]
fn concept_from(mut place: usize, tag: u32) -> u32 {
    loop {
        let entry = u32::from(u16::from_le_bytes(TABLE.get(place).copied().unwrap_or(NONE)));
        if entry == 0 || entry >> 6 == tag {
            return entry & 63;
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
    /// Takes a word, and says where the weights are of the rows that end at it.
    #[inline(always)]
    pub(super) fn take(&mut self, span: Span, hash: u32) -> [Gram; 4] {
        let own = concept(hash);
        let near = span.start.wrapping_sub(self.last_end) <= APART;
        let last = select_unpredictable(near, self.last, 0);
        let before = select_unpredictable(near, self.before, 0);
        let bears = own != 0;
        self.last = select_unpredictable(bears, own, last);
        self.before = select_unpredictable(bears, last, before);
        self.last_end = select_unpredictable(bears, span.end, self.last_end);
        let row = |words: usize, counts: bool, row: u32| Gram {
            before: words,
            counts: bears & counts,
            place: place(row),
        };
        [
            row(0, true, own),
            row(1, last != 0, 1 << 18 | last << 6 | own),
            row(2, before != 0, 2 << 18 | before << 6 | own),
            row(2, before != 0, 3 << 18 | before << 12 | last << 6 | own),
        ]
    }
}

fn place(row: u32) -> u64 {
    (1 << BITS) + (u64::from(row).wrapping_mul(SPREAD) >> (64 - ROW_BITS))
}
