//! Finds thousands of literals in one pass, in any ASCII case. Some bytes of each literal, rare ones in prose, are its
//! fingerprint; tables say where in a text a fingerprint may stand, and only there literals are compared.
//!
//! A first look at the three bytes of every place, many places at once, says of which tables a fingerprint may begin there.
//! Most literals hold the beginning of a word, and have their fingerprints there: at other places nothing more is done for
//! them. On prose that is faster than an automaton, and it is made by sorting: for the literals of the detectors'
//! shapes, when this program is built.

pub(crate) mod fingerprint;
mod kept;
pub(crate) mod layout;
mod table;

use std::borrow::Cow;

use crate::anatomies::Prepared;
use crate::byte_class::bits;
use crate::word_starts::WordStarts;
pub(crate) use fingerprint::Sought;
use fingerprint::{ACROSS, AT_WORDS, BITS_PER_BYTE, FIRST_LOOK, KEY, LEAD, TABLES, TRIOS, key, key_of};
use kept::Kept;
pub(crate) use table::Owners;
use table::{Filter, Literals, Table};

/// How many places are looked at before what was seen there is acted on.
const BLOCK: usize = 64;

/// The tables of each kind, as bits.
const WORD_TABLES: u8 = (1 << AT_WORDS.len()) - 1;
const ACROSS_TABLES: u8 = ((1 << ACROSS.len()) - 1) << AT_WORDS.len();
const ANYWHERE_TABLES: u8 = !(WORD_TABLES | ACROSS_TABLES);

/// How many places are kept before literals are compared there: those of a block, and of as many as come before there is no
/// room for another.
const PLACES: usize = 2 * MOST_OF_A_BLOCK;
/// How many of a block there can be: one at each byte, and at each word one more and one across it.
const MOST_OF_A_BLOCK: usize = 3 * BLOCK;

/// A place, and the tables, as bits, of which a fingerprint may begin there.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    at: usize,
    tables: u8,
}

/// Looks for literals on behalf of numbered owners.
#[derive(Debug)]
pub(crate) struct LiteralFinder {
    tables: [Table; TABLES],
    /// For each three bytes, by what [`trios`] makes of them, the tables, as bits, of which a fingerprint begins with such.
    looks: Cow<'static, [u8]>,
    literals: Literals,
}

impl LiteralFinder {
    /// Takes literals of two bytes or more; shorter ones are not looked for. Those that are known since this program was
    /// built need only be asked for.
    pub(crate) fn new(prepared: Prepared, sought: &[Sought<'_>]) -> Self {
        let literals = Literals::new(prepared, sought);
        let mut widths = fingerprint::widths().map(|(_, width)| width).enumerate();
        let tables = [(); TABLES].map(|()| {
            let (nth, width) = widths.next().unwrap_or((TABLES, KEY));
            Table::new(nth, width, &literals)
        });
        Self { tables, looks: literals.looks(), literals }
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
        for table in &self.tables {
            table.each(&self.literals, |literal, number| show(literal, self.owners(number)));
        }
    }

    /// Reports where each literal begins, and its number; not in order.
    pub(crate) fn find(&self, text: &[u8], words: &WordStarts, mut found: impl FnMut(usize, u32)) {
        if self.literals() == 0 {
            return;
        }
        let search = Search::new(self, text);
        let mut looks = [0; LEAD + BLOCK];
        let mut worth = Kept::default();
        for (block, starts) in words.blocks() {
            search.look(block, &mut looks);
            search.at_words((block, starts), &looks, &mut worth);
            search.anywhere(block, &looks, &mut worth);
            if !worth.has_room(MOST_OF_A_BLOCK) {
                self.compare(text, &mut worth, &mut found);
            }
        }
        self.compare(text, &mut worth, &mut found);
    }

    /// Compares what some tables have for places with the text around them, and forgets these.
    #[inline(never)]
    fn compare(&self, text: &[u8], worth: &mut Kept<Worth, PLACES>, found: &mut impl FnMut(usize, u32)) {
        let mut near = Kept::default();
        for Worth { at, mut tables } in worth.all().iter().copied() {
            let key = key(text.get(at..).unwrap_or_default());
            while tables != 0 {
                if let Some(table) = self.tables.get(tables.trailing_zeros() as usize) {
                    table.look_at(&self.literals, text, (at, key), |some| {
                        if !near.has_room(layout::TOGETHER) {
                            self.literals.compare(text, &mut near, found);
                        }
                        some.iter().for_each(|(one, is_near)| near.keep_if(*one, *is_near));
                    });
                }
                tables &= tables - 1;
            }
        }
        self.literals.compare(text, &mut near, found);
        worth.clear();
    }
}

/// What [`LiteralFinder::find`] goes by.
struct Search<'f> {
    finder: &'f LiteralFinder,
    text: &'f [u8],
    /// The filters of the tables of longer fingerprints: what is asked at every word stands ready.
    four: Filter<'f, 4>,
    eight: Filter<'f, 8>,
    across: Filter<'f, 6>,
    anywhere: Filter<'f, 4>,
}

impl<'f> Search<'f> {
    fn new(finder: &'f LiteralFinder, text: &'f [u8]) -> Self {
        let [_, _, four, eight, across, _, _, anywhere] = &finder.tables;
        let (four, eight) = (four.filter(), eight.filter());
        let (across, anywhere) = (across.filter(), anywhere.filter());
        Self { finder, text, four, eight, across, anywhere }
    }

    /// Takes the first look at the places of a block; before them stay those of the last places before it.
    fn look(&self, block: usize, looks: &mut [u8; LEAD + BLOCK]) {
        let Some(of_trios) = self.finder.looks.first_chunk::<TRIOS>() else { return };
        looks.copy_within(BLOCK.., 0);
        let rest = self.text.get(block..).unwrap_or_default();
        let padded = || std::array::from_fn(|at| rest.get(at).copied().unwrap_or(b' '));
        let bytes = rest.first_chunk().copied().unwrap_or_else(padded);
        for (look, trio) in looks.iter_mut().skip(LEAD).zip(trios(&bytes)) {
            *look = of_trios.get(usize::from(trio) % TRIOS).copied().unwrap_or_default();
        }
    }

    /// Finds what may have its fingerprint where a word begins, or across that.
    fn at_words(
        &self,
        (block, mut starts): (usize, u64),
        looks: &[u8; LEAD + BLOCK],
        worth: &mut Kept<Worth, PLACES>,
    ) {
        while starts != 0 {
            let nth = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let look = |at: usize| looks.get(at).copied().unwrap_or_default();
            let seen = look(nth + LEAD) & WORD_TABLES | look(nth) & ACROSS_TABLES;
            let at = block + nth;
            let [before, key] = self.keys_around(at);
            // Without a branch for each, and none for all of them: nobody foresees where there is one.
            let held = u8::from(self.four.may_hold(key)) << 2
                | u8::from(self.eight.may_hold(key)) << 3
                | u8::from(self.across.may_hold(before)) << 4;
            let may = seen & (held | 0b11);
            worth.keep_if(Worth { at, tables: may & WORD_TABLES }, may & WORD_TABLES != 0);
            let (at, tables) = (at.wrapping_sub(LEAD), may & ACROSS_TABLES);
            worth.keep_if(Worth { at, tables }, tables != 0);
        }
    }

    /// Finds what may have its fingerprint anywhere.
    fn anywhere(&self, block: usize, looks: &[u8; LEAD + BLOCK], worth: &mut Kept<Worth, PLACES>) {
        let Some(here) = looks.last_chunk() else { return };
        let mut seen = bits(here, |look| look & ANYWHERE_TABLES != 0);
        while seen != 0 {
            let nth = seen.trailing_zeros() as usize;
            seen &= seen - 1;
            let at = block + nth;
            let key = key(self.text.get(at..).unwrap_or_default());
            let held = u8::from(self.anywhere.may_hold(key)) << 7 | 0b11 << 5;
            let tables = here.get(nth).copied().unwrap_or_default() & held;
            worth.keep_if(Worth { at, tables }, tables != 0);
        }
    }

    /// The keys of a place and of [`LEAD`] bytes before it.
    #[inline(always)]
    fn keys_around(&self, at: usize) -> [u64; 2] {
        let from = at.wrapping_sub(LEAD);
        let around = self.text.get(from..).and_then(|rest| rest.first_chunk::<{ LEAD + KEY }>());
        match around.and_then(|around| Some((around.first_chunk()?, around.last_chunk()?))) {
            Some((before, here)) => [*before, *here].map(key_of),
            None => [from, at].map(|at| key(self.text.get(at..).unwrap_or_default())),
        }
    }
}

/// What is made of the three bytes from each place of a block on; all places at once, which is many times faster.
fn trios(bytes: &[u8; BLOCK + FIRST_LOOK - 1]) -> [u16; BLOCK] {
    let mut trios = [0_u16; BLOCK];
    for (nth, shift) in (0..FIRST_LOOK).rev().enumerate() {
        let shift = shift * BITS_PER_BYTE;
        for (trio, byte) in trios.iter_mut().zip(bytes.iter().skip(nth)) {
            *trio |= u16::from(byte % (1 << BITS_PER_BYTE)) << shift;
        }
    }
    trios
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_literal_is_found_everywhere(
            literals in proptest::collection::vec(("[abk \u{e9}-]{2,7}", any::<bool>()), 1..20),
            pieces in proptest::collection::vec((0_usize..160, 2_usize..40, any::<bool>()), 0..6),
            text in "[abkABK@`\\[{ \u{e9}-]{0,160}",
        ) {
            // Long ones stand in no text by chance.
            let pieces = pieces.into_iter().filter_map(|(from, bytes, apart)| {
                Some((text.get(from..from + bytes)?.to_ascii_lowercase(), apart))
            });
            let literals: Vec<_> = literals.into_iter().chain(pieces).collect();
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
