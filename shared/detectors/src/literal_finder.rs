//! Finds thousands of literals in one pass, in any ASCII case. Some bytes of each literal, rare ones in prose, are its
//! fingerprint; tables say where in a text a fingerprint may stand, and only there literals are compared.
//!
//! Most literals hold the beginning of a word; their fingerprints stand there, and nothing else of a text is looked at
//! for them. One quick look at every place is left for the others. On prose that is faster than an automaton, and it is
//! made by sorting: for the literals of the detectors' shapes, when this program is built.

pub(crate) mod fingerprint;
pub(crate) mod layout;
mod table;

use crate::anatomies::Prepared;
use crate::word_starts::WordStarts;
pub(crate) use fingerprint::Sought;
use fingerprint::{ACROSS, ANYWHERE, AT_WORDS, BITS_PER_BYTE, FIRST_LOOK, LEAD, TABLES, TRIOS, key};
pub(crate) use table::Owners;
use table::{Literals, Ready, Table};

/// How many places are looked at before what was seen there is acted on.
const BLOCK: usize = 64;

/// Looks for literals on behalf of numbered owners.
#[derive(Debug)]
pub(crate) struct LiteralFinder {
    words: [Table; AT_WORDS.len()],
    across: [Table; ACROSS.len()],
    anywhere: Anywhere,
    literals: Literals,
}

impl LiteralFinder {
    /// Takes literals of two bytes or more; shorter ones are not looked for. Those that are known since this program was
    /// built need only be asked for.
    pub(crate) fn new(prepared: Prepared, sought: &[Sought<'_>]) -> Self {
        let literals = Literals::new(prepared, sought);
        let mut widths = fingerprint::widths().map(|(_, width)| width).enumerate();
        let mut table = || {
            let (nth, width) = widths.next().unwrap_or((TABLES, fingerprint::KEY));
            Table::new(nth, width, &literals)
        };
        let (words, across) = (AT_WORDS.map(|_| table()), ACROSS.map(|_| table()));
        let tables = ANYWHERE.map(|_| table());
        let filter = literals.trios(TABLES - ANYWHERE.len()..TABLES);
        let is_empty = filter.iter().all(|word| *word == 0);
        Self { words, across, anywhere: Anywhere { tables, filter, is_empty }, literals }
    }

    /// How many literals there are. They are numbered.
    pub(crate) fn literals(&self) -> usize {
        self.literals.count()
    }

    /// Who looks for a literal.
    pub(crate) fn owners(&self, literal: u32) -> Owners<'_> {
        self.literals.owners(literal)
    }

    /// Shows each literal, and who looks for it.
    pub(crate) fn each(&self, mut show: impl FnMut(&[u8], Owners<'_>)) {
        for table in self.words.iter().chain(&self.across).chain(&self.anywhere.tables) {
            table.each(&self.literals, |literal, number| show(literal, self.owners(number)));
        }
    }

    /// Reports where each literal begins, and its number; not in order.
    pub(crate) fn find(&self, text: &[u8], words: &WordStarts, mut found: impl FnMut(usize, u32)) {
        let (begin, across) =
            (self.words.each_ref().map(Table::ready), self.across.each_ref().map(Table::ready));
        words.each(|at| {
            compare((&begin, &AT_WORDS), &self.literals, text, at, &mut found);
            if let Some(before) = at.checked_sub(LEAD) {
                compare((&across, &ACROSS), &self.literals, text, before, &mut found);
            }
        });
        self.anywhere.find(&self.literals, text, &mut found);
    }
}

/// Compares what the tables have for a place with the text around it. Where the widths of their fingerprints are known when
/// this is compiled, there is little left to do for each.
#[inline(always)]
fn compare<const N: usize>(
    (tables, widths): (&[Ready<'_>; N], &[usize; N]),
    literals: &Literals,
    text: &[u8],
    at: usize,
    found: &mut impl FnMut(usize, u32),
) {
    let key = key(text.get(at..).unwrap_or_default());
    // Without a branch for each: nearly always there is none.
    let held = tables.iter().zip(widths).map(|(table, width)| table.may_hold(key, *width));
    let mut may = held.rev().fold(0_u32, |may, held| may << 1 | u32::from(held));
    while may != 0 {
        if let Some(table) = tables.get(may.trailing_zeros() as usize) {
            table.compare(literals, text, (at, key), found);
        }
        may &= may - 1;
    }
}

/// The literals that may stand anywhere.
#[derive(Debug)]
struct Anywhere {
    tables: [Table; ANYWHERE.len()],
    /// For each three bytes, by what [`trio`] makes of them, whether a fingerprint begins with such.
    filter: Box<[u64; TRIOS / 64]>,
    /// Whether there are none.
    is_empty: bool,
}

/// What [`trio`] makes of the bytes at each place of a block; all places at once, which is many times faster.
fn trios(bytes: &[u8; BLOCK + FIRST_LOOK - 1]) -> impl Iterator<Item = usize> {
    let mut trios = [0_u16; BLOCK];
    for (nth, shift) in (0..FIRST_LOOK).rev().enumerate() {
        let shift = shift * BITS_PER_BYTE;
        for (trio, byte) in trios.iter_mut().zip(bytes.iter().skip(nth)) {
            *trio |= u16::from(byte % (1 << BITS_PER_BYTE)) << shift;
        }
    }
    trios.into_iter().map(|trio| usize::from(trio) % TRIOS)
}

impl Anywhere {
    fn find(&self, literals: &Literals, text: &[u8], found: &mut impl FnMut(usize, u32)) {
        if self.is_empty {
            return;
        }
        let tables = self.tables.each_ref().map(Table::ready);
        let mut block = 0;
        while let Some(bytes) =
            text.get(block..).and_then(|rest| rest.first_chunk::<{ BLOCK + FIRST_LOOK - 1 }>())
        {
            let mut seen = 0;
            for trio in trios(bytes) {
                let word = self.filter.get(trio / 64).copied().unwrap_or_default();
                // The first place comes to be the lowest bit.
                seen = seen >> 1 | word >> (trio % 64) << (BLOCK - 1);
            }
            compare_seen(&tables, literals, text, (block, seen), found);
            block += BLOCK;
        }
        for at in block..text.len() {
            compare((&tables, &ANYWHERE), literals, text, at, found);
        }
    }
}

/// Compares at each place of a block that was seen.
fn compare_seen(
    tables: &[Ready<'_>; ANYWHERE.len()],
    literals: &Literals,
    text: &[u8],
    (block, mut seen): (usize, u64),
    found: &mut impl FnMut(usize, u32),
) {
    while seen != 0 {
        let at = block + seen.trailing_zeros() as usize;
        seen &= seen - 1;
        compare((tables, &ANYWHERE), literals, text, at, found);
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
            let finder = LiteralFinder::new(Prepared::default(), &sought);
            finder.find(text.as_bytes(), &WordStarts::of(&text), |at, literal| {
                found.extend(finder.owners(literal).map(|owner| (at, owner)));
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
