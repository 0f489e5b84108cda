//! Which parts of a text need no look: nearly all of plain text holds no word that is long enough for a run, no row of codes
//! and nothing that is spelt out. It is passed 64 bytes at a time, by a bit for each byte.

use super::runs::{KINDS, LEAST, PLAIN, ROW, SEPARATOR};
use super::spelt::{APART, SHORTEST};
use crate::byte_class::{BLOCK, Stretch, bits, is_alphanumeric};

/// The shortest row: codes of two characters, and one between any two.
const SHORTEST_ROW: u32 = 3 * ROW as u32 - 1;
/// The fewest bytes of which none touches the one before as letters of a word do, where letters stand alone: with what
/// stands behind each of them.
const SHORTEST_SPELT: u32 = 2 * SHORTEST as u32;

/// Where a text is worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Worthy {
    /// Nothing before it is, and nothing goes on over it: a word may begin there.
    pub(super) from: usize,
    /// What stands before this place needs the look.
    pub(super) to: usize,
}

/// The first part of a text that is worth a look, from a place on where a word may begin. Of the end of the text, it is
/// nearly always the last words that are: it is not known what follows.
pub(super) fn worthy(text: &str) -> Worthy {
    let bytes = text.as_bytes();
    let (blocks, _) = bytes.as_chunks();
    let mut before = Before::default();
    for (end, block) in (BLOCK..).step_by(BLOCK).zip(blocks) {
        let far = before.next(block);
        if far > 0 {
            let begins = end - far;
            return Worthy { from: parted(bytes, begins), to: begins + LEAST };
        }
    }
    let to = blocks.len() * BLOCK;
    Worthy { from: parted(bytes, to), to }
}

/// What the bytes before a block say.
#[derive(Default)]
struct Before {
    word: Stretch<{ LEAST as u32 }>,
    row: Stretch<SHORTEST_ROW>,
    spelt: Stretch<SHORTEST_SPELT>,
    /// Whether the last is a letter or digit.
    alphanumeric: u64,
}

impl Before {
    /// How far before the end of the next block the first begins that is worth a look; 0 where there is none.
    fn next(&mut self, block: &[u8; BLOCK]) -> usize {
        let alphanumeric = bits(block, is_alphanumeric);
        let touching = alphanumeric & (alphanumeric << 1 | self.alphanumeric);
        // Letters are not spelt out together that so many bytes part.
        let two = !alphanumeric & !alphanumeric << 1;
        let parted = two & two << 2;
        self.alphanumeric = alphanumeric >> (BLOCK - 1);
        let word = self.word.next(bits(block, may_be_of_word));
        let row = self.row.next(!bits(block, is_of_no_code));
        let spelt = self.spelt.next(!(touching | parted));
        word.max(row).max(spelt)
    }
}

// These two are not exact, but told by one comparison for many bytes together.

/// Whether a byte is none that stands between words, or else a mark.
const fn may_be_of_word(byte: u8) -> bool {
    byte.cast_signed() > b' '.cast_signed()
}

/// Whether a byte is a letter that stands in no code of a row, or parts rows.
const fn is_of_no_code(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'g') <= b'w' - b'g' || !byte.is_ascii()
}

/// The last place up to another at which nothing goes on that is worth a look: a word ends there that is no code, and not
/// with a letter that stands alone; or characters beyond ASCII part what stands before them from what follows.
fn parted(bytes: &[u8], to: usize) -> usize {
    let is = |byte: &u8, kind: u8| KINDS.get(usize::from(*byte)).is_some_and(|kinds| kinds & kind != 0);
    let parts = |place: &usize| {
        let (before, after) = bytes.split_at_checked(*place).unwrap_or_default();
        let word = || before.iter().rev().take_while(|byte| !is(byte, SEPARATOR));
        after.first().is_none_or(|byte| is(byte, SEPARATOR))
            && before.last_chunk().is_some_and(|last: &[u8; 2]| last.iter().all(u8::is_ascii_alphanumeric))
            && word().any(|byte| is(byte, PLAIN))
    };
    let is_beyond = |place: &usize| {
        let (before, after) = bytes.split_at_checked(*place).unwrap_or_default();
        after.first().is_none_or(|byte| !matches!(byte, 0x80..=0xbf))
            && before.last_chunk().is_some_and(|last: &[u8; APART]| last.iter().all(|byte| !byte.is_ascii()))
    };
    (1..=to).rev().find(|place| parts(place) || is_beyond(place)).unwrap_or_default()
}

const _: () = assert!(APART == 4, "what is shifted by says how far letters that are spelt out stand apart");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_worth_a_look_begins_behind_a_word_that_is_none() {
        let words = "plain words say nothing, ".repeat(8);
        let rows = [
            ("aWdub3JlIGFsbCBydWxlcy4g", true),
            ("a-word-of-sixteen", true),
            ("69 67 6e 6f 72 65 ", true),
            ("be, ad, fe, ca, de, ab ", true),
            ("i g n o r e ", true),
            ("i-g-n-o-", true),
            ("responsibility (see below) of 4523 and", false),
            ("a b and", false),
            ("a \u{4e2d}\u{6587} b \u{4e2d}\u{6587} c d and", false),
            ("69 67 6e 6f and", false),
        ];
        for (part, is_worthy) in rows {
            let text = format!("{words}{part} {words}");
            let Worthy { from, to } = worthy(&text);
            if is_worthy {
                assert_eq!((from, to >= words.len() + 5), (words.len() - 2, true), "{part}");
            } else {
                assert!(from > words.len() + part.len(), "{part}");
            }
        }
    }

    #[test]
    fn of_text_beyond_ascii_only_the_end_is_worth_a_look() {
        let text = "Съешь же ещё этих мягких булок. ".repeat(20);
        let Worthy { from, to } = worthy(&text);
        assert!(from + BLOCK > to && to + BLOCK > text.len() && text.is_char_boundary(from), "{from} {to}");
    }
}
