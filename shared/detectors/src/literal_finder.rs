//! Finds thousands of literals in one pass, in any ASCII case. Some bytes of each literal, rare ones in prose, are its
//! fingerprint; tables say where in a text a fingerprint may stand, and only there literals are compared.
//!
//! Most literals hold the beginning of a word; their fingerprints stand there, and nothing else of a text is looked at
//! for them. One quick look at every place is left for the others. On prose that is faster than an automaton, and it is
//! made by sorting.

mod table;

use crate::word_starts::WordStarts;
use table::{Table, key};

/// How many bytes the fingerprints of a table have. A literal is in the table of the longest that it holds.
const WIDTHS: [usize; TABLES] = [2, 3, 4, 8];
const TABLES: usize = 4;
/// The widest where a fingerprint may stand anywhere: there rare bytes count for more than many.
const WIDEST_ANYWHERE: usize = 4;
/// How many bytes of a text make a key, of which each table takes what it needs.
const KEY: usize = 8;
/// How many bytes the first filter looks at.
const FIRST_LOOK: usize = 3;
/// How many places are looked at before what was seen there is acted on.
const BLOCK: usize = 64;
/// How many bits of the first filter there are for each literal, at least; and the fewest and the most in powers of two.
const BITS_PER_LITERAL: usize = 32;
const MIN_BITS: u32 = 18;
const MAX_BITS: u32 = 22;
/// Spreads three bytes over a number.
const SPREAD: u32 = 0x9e37_79b1;

/// Looks for literals on behalf of numbered owners.
#[derive(Debug)]
pub(crate) struct LiteralFinder {
    /// Those that hold the beginning of a word, for each of [`WIDTHS`].
    words: [Table; TABLES],
    anywhere: Anywhere,
}

/// A literal, in lower case, and who looks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'l> {
    pub(crate) literal: &'l [u8],
    pub(crate) owner: u32,
    /// Whether it is wanted only where it begins where a word does, or with a byte of none.
    pub(crate) apart: bool,
}

/// Where the fingerprints of a table may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// Where a word begins, as [`WordStarts`] has it.
    Word,
}

impl Sought<'_> {
    /// Whether the byte at an offset stands at such a place wherever the literal is wanted.
    fn may_stand(&self, offset: usize, place: Place) -> bool {
        let byte = |at: usize| self.literal.get(at).copied().unwrap_or_default();
        let within =
            || offset.checked_sub(1).map_or(!self.apart, |before| byte(before).is_ascii_alphanumeric());
        match place {
            Place::Anywhere => true,
            Place::Word => byte(offset) >= 0xc0 || byte(offset).is_ascii_alphanumeric() && !within(),
        }
    }

    /// The table of the widest fingerprint that it has at such places.
    fn table(&self, place: Place) -> Option<usize> {
        let first = (0..self.literal.len()).find(|offset| self.may_stand(*offset, place))?;
        let most = match place {
            Place::Anywhere => WIDEST_ANYWHERE,
            Place::Word => KEY,
        };
        WIDTHS.iter().rposition(|width| *width <= most && first + width <= self.literal.len())
    }
}

impl LiteralFinder {
    /// Takes literals of two bytes or more; shorter ones are not looked for.
    pub(crate) fn new(sought: &[Sought<'_>]) -> Self {
        let mut words = [(); TABLES].map(|()| Vec::new());
        let mut others = [(); TABLES].map(|()| Vec::new());
        for sought in sought.iter().copied() {
            if let Some(wide) = sought.table(Place::Word).and_then(|table| words.get_mut(table)) {
                wide.push(sought);
            } else if let Some(wide) = sought.table(Place::Anywhere).and_then(|table| others.get_mut(table)) {
                wide.push(sought);
            }
        }
        Self { words: tables(Place::Word, words), anywhere: Anywhere::new(others) }
    }

    /// Reports where each literal begins, and its owners; not in order.
    pub(crate) fn find(&self, text: &[u8], words: &WordStarts, mut found: impl FnMut(usize, &[u32])) {
        words.each(|at| {
            compare(&self.words, text, at, &mut found);
        });
        self.anywhere.find(text, &mut found);
    }
}

fn tables(place: Place, sought: [Vec<Sought<'_>>; TABLES]) -> [Table; TABLES] {
    let mut widths = WIDTHS.into_iter();
    sought.map(|sought| Table::new(widths.next().unwrap_or(KEY), place, &sought))
}

/// Compares what the tables have for a place with the text around it.
fn compare(tables: &[Table; TABLES], text: &[u8], at: usize, found: &mut impl FnMut(usize, &[u32])) {
    let key = key(text.get(at..).unwrap_or_default());
    // Without a branch for each: nearly always there is none.
    let mut may = tables.iter().rev().fold(0_u32, |may, table| may << 1 | u32::from(table.may_hold(key)));
    while may != 0 {
        if let Some(table) = tables.get(may.trailing_zeros() as usize) {
            table.compare(text, at, key, found);
        }
        may &= may - 1;
    }
}

/// The literals that may stand anywhere.
#[derive(Debug)]
struct Anywhere {
    tables: [Table; TABLES],
    /// For each hash of three bytes, whether a fingerprint begins with such.
    filter: Box<[u64]>,
    shift: u32,
}

impl Anywhere {
    fn new(sought: [Vec<Sought<'_>>; TABLES]) -> Self {
        let wanted = sought
            .iter()
            .map(Vec::len)
            .sum::<usize>()
            .saturating_mul(BITS_PER_LITERAL)
            .next_power_of_two()
            .ilog2();
        let bits = wanted.clamp(MIN_BITS, MAX_BITS);
        let tables = tables(Place::Anywhere, sought);
        let mut anywhere = Self { tables, filter: vec![0; 1 << (bits - 6)].into(), shift: 32 - bits };
        let begins: Vec<u64> = anywhere
            .tables
            .iter()
            .flat_map(Table::fingerprints)
            .map(|print| match print {
                [one, other] => key(&[*one, *other, 0]),
                print => key(print),
            })
            .collect();
        let [pairs, ..] = &anywhere.tables;
        let short = pairs.fingerprints().count();
        for (nth, begin) in begins.into_iter().enumerate() {
            let last = if nth < short { 0..=0xff } else { 0..=0 };
            for last in last {
                let bit = anywhere.bit((begin >> (8 * (KEY - FIRST_LOOK))) as u32 | last);
                if let Some(word) = anywhere.filter.get_mut((bit >> 6) as usize) {
                    *word |= 1 << (bit & 63);
                }
            }
        }
        anywhere
    }

    fn bit(&self, three: u32) -> u32 {
        three.wrapping_mul(SPREAD).wrapping_shr(self.shift)
    }

    fn find(&self, text: &[u8], found: &mut impl FnMut(usize, &[u32])) {
        let mut block = 0;
        while let Some(bytes) =
            text.get(block..).and_then(|rest| rest.first_chunk::<{ BLOCK + FIRST_LOOK - 1 }>())
        {
            let mut seen = 0;
            for (nth, three) in bytes.array_windows().enumerate() {
                seen |= self.may_begin(*three) << nth;
            }
            self.compare(text, block, seen, found);
            block += BLOCK;
        }
        for at in block..text.len() {
            compare(&self.tables, text, at, found);
        }
    }

    /// Whether a fingerprint may begin with three bytes, as a bit. Shifts wrap, so that nothing checks them.
    fn may_begin(&self, [one, two, three]: [u8; 3]) -> u64 {
        let bit = self.bit(u32::from_be_bytes([0, one, two, three]) | 0x20_2020);
        let word = self.filter.get((bit >> 6) as usize).copied().unwrap_or_default();
        word.wrapping_shr(bit) & 1
    }

    /// Compares at each place of a block that was seen.
    fn compare(&self, text: &[u8], block: usize, mut seen: u64, found: &mut impl FnMut(usize, &[u32])) {
        while seen != 0 {
            let at = block + seen.trailing_zeros() as usize;
            seen &= seen - 1;
            compare(&self.tables, text, at, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_literal_is_found_everywhere(
            literals in proptest::collection::vec(("[abk \u{e9}-]{2,7}", any::<bool>()), 1..20),
            text in "[abkABK \u{e9}-]{0,160}",
        ) {
            let sought: Vec<Sought<'_>> = literals
                .iter()
                .zip(0..)
                .map(|((literal, apart), owner)| Sought { literal: literal.as_bytes(), owner, apart: *apart })
                .collect();
            let mut found = Vec::new();
            LiteralFinder::new(&sought).find(text.as_bytes(), &WordStarts::of(&text), |at, owners| {
                found.extend(owners.iter().map(|owner| (at, *owner)));
            });
            let bytes = text.as_bytes();
            for (at, sought) in (0..text.len()).flat_map(|at| sought.iter().map(move |sought| (at, sought))) {
                let here = bytes.get(at..at + sought.literal.len());
                let here = here.is_some_and(|here| here.eq_ignore_ascii_case(sought.literal));
                let word = bytes[at].is_ascii_alphanumeric();
                let within = word && at > 0 && bytes[at - 1].is_ascii_alphanumeric();
                let told = found.contains(&(at, sought.owner));
                prop_assert!(here || !told, "{at} {sought:?}");
                prop_assert!(told || !here || sought.apart && within, "{at} {sought:?}");
            }
        }
    }
}
