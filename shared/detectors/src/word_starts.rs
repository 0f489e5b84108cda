//! Where the words of a text begin: at an ASCII letter or digit that follows none, and at every character beyond ASCII.
//! An underscore is of no word here. Sixty-four places of a text are one number, of which each bit is a place.

/// How many bytes are read at a time.
const STEP: usize = 8;
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Brings the high bits of eight bytes together in the highest byte, the first of them lowest.
const GATHER: u64 = 0x0002_0408_1020_4081;

/// The places at which words begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordStarts {
    bits: Vec<u64>,
}

impl WordStarts {
    /// Of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut bits = Vec::with_capacity(text.len().div_ceil(64));
        let mut before = 0;
        for part in text.as_bytes().chunks(64) {
            let (chunks, rest) = part.as_chunks::<STEP>();
            let mut word = 0;
            for (nth, chunk) in chunks.iter().enumerate() {
                word |= starts(u64::from_le_bytes(*chunk), &mut before) << (STEP * nth);
            }
            if !rest.is_empty() {
                let mut last = [0; STEP];
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                word |= starts(u64::from_le_bytes(last), &mut before) << (STEP * chunks.len());
            }
            bits.push(word);
        }
        Self { bits }
    }

    /// Every place in a text of a length.
    pub(crate) fn everywhere(length: usize) -> Self {
        let mut bits = vec![u64::MAX; length.div_ceil(64)];
        if let (Some(last), over @ 1..) = (bits.last_mut(), length % 64) {
            *last = (1 << over) - 1;
        }
        Self { bits }
    }

    /// All of them, in order.
    pub(crate) fn each(&self, mut see: impl FnMut(usize)) {
        for (base, word) in (0..).step_by(64).zip(&self.bits) {
            let mut word = *word;
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

/// Where words begin in eight bytes, as bits. `before` tells whether the byte before them is a letter or digit, as the
/// high bit of the lowest byte, and is brought forward.
const fn starts(eight: u64, before: &mut u64) -> u64 {
    let plain = (letters(eight) | digits(eight)) & !eight & HIGH;
    let starts = plain & !(plain << 8 | *before);
    *before = plain >> 56;
    let characters = eight & eight << 1 & HIGH;
    ((starts | characters) >> 7).wrapping_mul(GATHER << 7) >> 56
}

/// The high bit of each byte below 0x80 that is an ASCII letter; of others, anything.
const fn letters(eight: u64) -> u64 {
    between((eight | (ONES * 0x20)) & !HIGH, b'a', b'z')
}

const fn digits(eight: u64) -> u64 {
    between(eight & !HIGH, b'0', b'9')
}

/// The high bit of each byte that lies in a range; all are below 0x80.
const fn between(eight: u64, first: u8, last: u8) -> u64 {
    let from_first = eight + ONES * (0x80 - first as u64);
    let beyond_last = eight + ONES * (0x7f - last as u64);
    from_first & !beyond_last
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
