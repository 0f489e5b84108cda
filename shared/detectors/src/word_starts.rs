//! Where the words of a text begin: at an ASCII letter or digit that follows none, and at every character beyond ASCII.
//! An underscore is of no word here. Sixty-four places of a text are one number, of which each bit is a place.

use crate::byte_class::{BLOCK, bits, is_alphanumeric};

/// The places at which words begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordStarts {
    bits: Vec<u64>,
}

impl WordStarts {
    /// Of a text.
    pub(crate) fn of(text: &str) -> Self {
        let (blocks, rest) = text.as_bytes().as_chunks();
        let mut last = [0; BLOCK];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let last = (!rest.is_empty()).then_some(&last);
        let mut before = 0;
        Self { bits: blocks.iter().chain(last).map(|block| starts(block, &mut before)).collect() }
    }

    /// Every place in a text of a length.
    pub(crate) fn everywhere(length: usize) -> Self {
        let mut bits = vec![u64::MAX; length.div_ceil(64)];
        if let (Some(last), over @ 1..) = (bits.last_mut(), length % 64) {
            *last = (1 << over) - 1;
        }
        Self { bits }
    }

    /// Where each sixty-four places begin, and which of them are.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (usize, u64)> {
        (0..).step_by(64).zip(self.bits.iter().copied())
    }

    /// All of them, in order.
    #[cfg(test)]
    pub(crate) fn each(&self, mut see: impl FnMut(usize)) {
        for (base, mut word) in self.blocks() {
            while word != 0 {
                see(base + word.trailing_zeros() as usize);
                word &= word - 1;
            }
        }
    }

    /// The first from a place on.
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        let mut nth = from / 64;
        let mut word = self.bits.get(nth)? & (u64::MAX << (from % 64));
        while word == 0 {
            nth += 1;
            word = *self.bits.get(nth)?;
        }
        Some(64 * nth + word.trailing_zeros() as usize)
    }
}

/// Where words begin in a block, as bits. `before` tells whether the byte before it is a letter or digit, and is brought
/// forward.
fn starts(block: &[u8; BLOCK], before: &mut u64) -> u64 {
    let plain = bits(block, is_alphanumeric);
    let starts = plain & !(plain << 1 | *before);
    *before = plain >> (BLOCK - 1);
    if block.is_ascii() { starts } else { starts | bits(block, |byte| byte >= 0xc0) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Vec<usize> {
        let bytes = text.as_bytes();
        let is_start = |at: &usize| {
            let before = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric());
            bytes[*at] >= 0xc0 || bytes[*at].is_ascii_alphanumeric() && !before
        };
        (0..bytes.len()).filter(is_start).collect()
    }

    proptest! {
        #[test]
        fn they_are_where_one_byte_after_the_other_says(text in r"[az09AZ`{@\[/: _é中🙂.\x00\x7f]{0,200}") {
            let starts = WordStarts::of(&text);
            let mut each = Vec::new();
            starts.each(|at| each.push(at));
            prop_assert_eq!(&each, &plain(&text));
            for from in 0..=text.len() {
                prop_assert_eq!(starts.next(from), each.iter().copied().find(|at| *at >= from));
            }
        }

        #[test]
        fn everywhere_is_each_place(length in 0_usize..300) {
            let mut each = Vec::new();
            WordStarts::everywhere(length).each(|at| each.push(at));
            prop_assert_eq!(each, (0..length).collect::<Vec<_>>());
        }
    }
}
