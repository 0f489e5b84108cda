//! Whether a text can hold one of the phrases of orders at all, as they are or turned: it would hold the first four letters of
//! one. Nearly every decoded text holds none, and is not searched for each phrase in each turn then.

use std::sync::LazyLock;

use super::orders::{COMMANDS, DEMANDS, ORDERS, PLAIN_ORDERS, RUN_TOGETHER, SOFT_THINGS, SOFT_VERBS};
use super::turns::{folded, letter_of, rot13};

/// Whether a text in lower case may hold a phrase: as it is, rot13, with digits for letters, backwards, rot13 backwards, or
/// with its words run together in one of these ways.
pub(super) fn may_hold_order(lower: &str) -> bool {
    let mut said = [Gram::default(); 3];
    lower.bytes().any(|byte| {
        let turned = [byte, rot13(byte), letter_of(byte)];
        said.iter_mut().zip(turned).any(|(gram, letter)| SAID.holds(gram.then(letter)))
    }) || may_run_together(lower)
}

fn may_run_together(lower: &str) -> bool {
    let mut letters = [Gram::default(); 3];
    lower.bytes().any(|byte| {
        let turned = [byte, rot13(byte), letter_of(byte)];
        letters
            .iter_mut()
            .zip(turned)
            .any(|(gram, letter)| letter.is_ascii_alphabetic() && RUN.holds(gram.then(folded(letter))))
    })
}

/// Whether a word in lower case may hold phrases that are run together, with digits for letters.
pub(super) fn may_hold_digits(lower: &str) -> bool {
    let mut gram = Gram::default();
    let mut letters = lower.bytes().map(letter_of).filter(u8::is_ascii_alphabetic);
    letters.any(|letter| RUN.holds(gram.then(folded(letter))))
}

/// The last four letters.
#[derive(Clone, Copy, Default)]
struct Gram(u32);

impl Gram {
    const fn then(&mut self, letter: u8) -> Self {
        self.0 = self.0 << 8 | letter as u32;
        *self
    }

    const fn of([one, two, three, four]: [u8; 4]) -> Self {
        Self(u32::from_be_bytes([one, two, three, four]))
    }

    /// Its place among the bits of a set, by the word and the bit.
    const fn place(self) -> (usize, u64) {
        let hash = self.0.wrapping_mul(0x9e37_79b1) >> 17;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }
}

/// The beginnings of phrases, forwards and backwards.
struct Set {
    /// A bit for each of them, and by chance for few others.
    bits: [u64; 512],
    /// Sorted.
    grams: Vec<u32>,
}

impl Set {
    fn of<'p>(phrases: impl Iterator<Item = &'p &'p str>, fold: impl Fn(u8) -> u8) -> Self {
        let mut set = Self { bits: [0; 512], grams: Vec::new() };
        for start in phrases.filter_map(|phrase| phrase.as_bytes().first_chunk::<4>()) {
            let [one, two, three, four] = start.map(&fold);
            for gram in [[one, two, three, four], [four, three, two, one]] {
                let gram = Gram::of(gram);
                let (word, bit) = gram.place();
                set.bits.iter_mut().skip(word).take(1).for_each(|bits| *bits |= bit);
                set.grams.push(gram.0);
            }
        }
        set.grams.sort_unstable();
        set
    }

    fn holds(&self, gram: Gram) -> bool {
        let (word, bit) = gram.place();
        let may_hold = self.bits.get(word).is_some_and(|bits| bits & bit != 0);
        may_hold && self.grams.binary_search(&gram.0).is_ok()
    }
}

/// All that orders are searched for as it is written.
static SAID: LazyLock<Set> = LazyLock::new(|| {
    let phrases = [PLAIN_ORDERS, ORDERS, SOFT_VERBS, SOFT_THINGS, DEMANDS, COMMANDS];
    Set::of(phrases.into_iter().flatten(), |letter| letter)
});

/// All that is searched for among letters alone.
static RUN: LazyLock<Set> = LazyLock::new(|| Set::of(RUN_TOGETHER.iter(), folded));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_is_too_short_to_be_known_by_its_beginning() {
        let all = [PLAIN_ORDERS, ORDERS, SOFT_VERBS, SOFT_THINGS, DEMANDS, COMMANDS, RUN_TOGETHER];
        for phrase in all.into_iter().flatten() {
            assert!(phrase.as_bytes().first_chunk::<4>().is_some_and(|start| start.is_ascii()), "{phrase}");
        }
    }

    #[test]
    fn each_phrase_is_known_in_every_turn() {
        let turn = |text: &str| text.bytes().map(|byte| char::from(rot13(byte))).collect::<String>();
        let said = [PLAIN_ORDERS, ORDERS, SOFT_VERBS, SOFT_THINGS, DEMANDS, COMMANDS, RUN_TOGETHER];
        for phrase in said.into_iter().flatten().filter(|phrase| phrase.is_ascii()) {
            let backwards: String = phrase.chars().rev().collect();
            let digits = phrase.replace('e', "3").replace('o', "0").replace('t', "7");
            for text in [(*phrase).to_owned(), turn(phrase), turn(&backwards), backwards, digits] {
                assert!(may_hold_order(&format!("so {text}")), "{text}");
            }
        }
        assert!(!may_hold_order("a a a a 1 2 3 4 kqxz.wjvh kkkk"));
    }
}
