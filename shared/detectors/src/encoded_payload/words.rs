//! Which words of a text need no look: nearly all of plain text are letters, too short for a run, in no row of codes and
//! not spelt out. They are passed 64 bytes at a time, by a bit for each byte.

use super::runs::{JOINT, KINDS, LEAST, PLAIN, SEPARATOR};
use super::spelt::APART;

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 64;
/// A letter that stands alone may be spelt out with one that stands behind the block, where it is one of these.
const UNSURE: u64 = !0 << (BLOCK - APART - 1);

/// How many bytes hold nothing that is worth a look, from a place on where a word may begin. It ends where a word may begin
/// again, and less than a block before the end.
pub(super) fn plain(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut place = 0;
    while let Some(block) = bytes.get(place..).and_then(<[u8]>::first_chunk) {
        let block = Block::of(block);
        let passed = block.passed();
        if let Some(worthy) = block.worthy().filter(|worthy| *worthy <= passed) {
            return place + worthy as usize;
        }
        place += passed as usize;
    }
    text.floor_char_boundary(place)
}

/// What the bytes of a block are, a bit for each, the first one lowest.
struct Block {
    /// They belong to words.
    words: u64,
    /// Words begin with them.
    starts: u64,
    /// They stand in no code of a row.
    plain: u64,
    /// Words of a single letter.
    single: u64,
    /// Beginnings of words that may be spelt out.
    joined: u64,
}

impl Block {
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let (mut separators, mut plain, mut joints) = (0, 0, 0);
        for (nth, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let places = eight.iter().enumerate();
            let bits = places.fold(0, |bits, (place, byte)| {
                bits | SPREAD.get(usize::from(*byte)).copied().unwrap_or_default() << place
            });
            let [_, joint, other, separator] = bits.to_be_bytes();
            separators |= u64::from(separator) << (8 * nth);
            plain |= u64::from(other) << (8 * nth);
            joints |= u64::from(joint) << (8 * nth);
        }
        let words = !separators;
        let starts = words & !(words << 1);
        Self {
            words,
            starts,
            plain,
            single: starts & separators >> 1,
            joined: starts & (joints | joints >> 1),
        }
    }

    /// How many bytes of it are passed, if nothing in it is worth a look: up to a word that goes on behind it.
    const fn passed(&self) -> u32 {
        let goes_on = self.words.leading_ones();
        let unsure = (self.single & UNSURE).trailing_zeros();
        if unsure < BLOCK as u32 - goes_on { unsure } else { BLOCK as u32 - goes_on }
    }

    /// Where the first word begins that is worth a look.
    fn worthy(&self) -> Option<u32> {
        let spaced = self.single | self.joined;
        let followed = spaced >> 2 | spaced >> 3 | spaced >> 4;
        let first = (self.long() | self.joined | self.single & followed).trailing_zeros();
        // Added to its beginning, a word of nothing but codes is carried on to what stands behind it.
        let codes = self.words & !self.plain;
        let carried = codes.wrapping_add(self.starts & codes) & !self.words;
        let behind = (carried & self.words << 1 & !(self.single << 1)).trailing_zeros();
        let before = self.starts & !u64::MAX.checked_shl(behind).unwrap_or_default();
        let code = if behind < 64 { 63 - before.leading_zeros() } else { 64 };
        let first = first.min(code);
        (first < 64).then_some(first)
    }

    /// Where words begin that are long enough for a run.
    const fn long(&self) -> u64 {
        let two = self.words & self.words >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        eight & eight >> 8
    }
}

/// For each byte what it is, in three bits that stand far from each other.
#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled: a fault would stop that")]
static SPREAD: [u32; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let kind = KINDS[byte];
        spread[byte] = (kind & SEPARATOR != 0) as u32
            | ((kind & PLAIN != 0) as u32) << 8
            | ((kind & JOINT != 0) as u32) << 16;
        byte += 1;
    }
    spread
};

const _: () = assert!(LEAST == 16 && APART == 4, "what is shifted by says how long and how far");
