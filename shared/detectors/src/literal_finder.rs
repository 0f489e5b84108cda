//! Finds thousands of literals in one pass, in any ASCII case. Some bytes of each literal, rare ones in prose, are its
//! fingerprint; tables say where in a text a fingerprint may stand, and only there literals are compared.
//!
//! Most literals hold the beginning of a word; their fingerprints stand there, and nothing else of a text is looked at
//! for them. One quick look at every place is left for the others. On prose that is faster than an automaton, and it is
//! made by sorting.

mod table;

use crate::word_starts::WordStarts;
use table::{Table, key};

/// How many bytes the fingerprints of each table have: of those that begin where a word does, of those that a word begins
/// [`LEAD`] bytes into, and of those that stand anywhere. There rare bytes count for more than many.
const AT_WORDS: [usize; 4] = [2, 3, 4, 8];
const ACROSS: [usize; 2] = [6, 8];
const ANYWHERE: [usize; 3] = [2, 3, 4];
/// How many bytes before the beginning of a word a fingerprint begins that lies across it.
const LEAD: usize = 4;
/// Shorter ones, where a word begins, say little: other literals than the shortest have theirs elsewhere.
const SHORT: usize = 4;
/// How many bytes of a text make a key, of which each table takes what it needs.
const KEY: usize = 8;
/// How many bytes the first filter looks at.
const FIRST_LOOK: usize = 3;
/// How many places are looked at before what was seen there is acted on.
const BLOCK: usize = 64;

/// Looks for literals on behalf of numbered owners.
#[derive(Debug)]
pub(crate) struct LiteralFinder {
    words: [Table; AT_WORDS.len()],
    across: [Table; ACROSS.len()],
    anywhere: Anywhere,
    owners: Owners,
}

/// Who looks for each literal, by its number.
#[derive(Debug, Default)]
struct Owners {
    all: Vec<u32>,
    /// Where the owners of each literal end.
    ends: Vec<u32>,
}

impl Owners {
    fn add(&mut self, owners: impl Iterator<Item = u32>) {
        self.all.extend(owners);
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }
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
    /// Across the beginning of a word.
    Across,
    Anywhere,
    /// Where a word begins, as [`WordStarts`] has it.
    Word,
}

impl Sought<'_> {
    /// Whether a fingerprint of such a place may begin at an offset, wherever the literal is wanted.
    fn may_stand(&self, offset: usize, place: Place) -> bool {
        match place {
            Place::Across => self.begins_word(offset + LEAD),
            Place::Anywhere => true,
            Place::Word => self.begins_word(offset),
        }
    }

    fn begins_word(&self, offset: usize) -> bool {
        let byte = |at: usize| self.literal.get(at).copied().unwrap_or_default();
        let within =
            || offset.checked_sub(1).map_or(!self.apart, |before| byte(before).is_ascii_alphanumeric());
        byte(offset) >= 0xc0 || byte(offset).is_ascii_alphanumeric() && !within()
    }

    /// The table of the widest fingerprint that it has at such places.
    fn table(&self, place: Place, widths: &[usize]) -> Option<usize> {
        let first = (0..self.literal.len()).find(|offset| self.may_stand(*offset, place))?;
        widths.iter().rposition(|width| first + width <= self.literal.len())
    }

    /// The kind of tables that tells it best from other text, and which one of these it is.
    fn best(&self) -> Option<(Place, usize)> {
        let table = |place, widths: &[usize]| self.table(place, widths).map(|table| (place, table));
        let word = table(Place::Word, &AT_WORDS);
        let wide = |(_, table): &(Place, usize), least: usize| {
            AT_WORDS.get(*table).is_some_and(|wide| *wide >= least)
        };
        let short = word.filter(|found| wide(found, SHORT.min(self.literal.len())));
        word.filter(|found| wide(found, KEY))
            .or_else(|| table(Place::Across, &ACROSS))
            .or(short)
            .or_else(|| table(Place::Anywhere, &ANYWHERE))
    }
}

impl LiteralFinder {
    /// Takes literals of two bytes or more; shorter ones are not looked for.
    pub(crate) fn new(sought: &[Sought<'_>]) -> Self {
        let mut words = AT_WORDS.map(|_| Vec::new());
        let mut across = ACROSS.map(|_| Vec::new());
        let mut anywhere = ANYWHERE.map(|_| Vec::new());
        for sought in sought.iter().copied() {
            let of_table = match sought.best() {
                Some((Place::Across, table)) => across.get_mut(table),
                Some((Place::Anywhere, table)) => anywhere.get_mut(table),
                Some((Place::Word, table)) => words.get_mut(table),
                None => None,
            };
            if let Some(of_table) = of_table {
                of_table.push(sought);
            }
        }
        let mut owners = Owners::default();
        Self {
            words: tables(Place::Word, AT_WORDS, words, &mut owners),
            across: tables(Place::Across, ACROSS, across, &mut owners),
            anywhere: Anywhere::new(anywhere, &mut owners),
            owners,
        }
    }

    /// How many literals there are. They are numbered.
    pub(crate) fn literals(&self) -> usize {
        self.owners.ends.len()
    }

    /// Who looks for a literal.
    pub(crate) fn owners(&self, literal: u32) -> &[u32] {
        let end = |literal: usize| self.owners.ends.get(literal).map(|end| *end as usize);
        let nth = literal as usize;
        let first = nth.checked_sub(1).and_then(end).unwrap_or_default();
        self.owners.all.get(first..end(nth).unwrap_or_default()).unwrap_or_default()
    }

    /// Reports where each literal begins, and its number; not in order.
    pub(crate) fn find(&self, text: &[u8], words: &WordStarts, mut found: impl FnMut(usize, u32)) {
        words.each(|at| {
            compare(&self.words, text, at, &mut found);
            if let Some(before) = at.checked_sub(LEAD) {
                compare(&self.across, text, before, &mut found);
            }
        });
        self.anywhere.find(text, &mut found);
    }
}

fn tables<const N: usize>(
    place: Place,
    widths: [usize; N],
    sought: [Vec<Sought<'_>>; N],
    owners: &mut Owners,
) -> [Table; N] {
    let mut widths = widths.into_iter();
    sought.map(|sought| Table::new(widths.next().unwrap_or(KEY), place, &sought, owners))
}

/// Compares what the tables have for a place with the text around it.
fn compare<const N: usize>(tables: &[Table; N], text: &[u8], at: usize, found: &mut impl FnMut(usize, u32)) {
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
    tables: [Table; ANYWHERE.len()],
    /// For each three bytes, by what [`trio`] makes of them, whether a fingerprint begins with such.
    filter: Box<[u64; TRIOS / 64]>,
}

/// How many kinds of three bytes are told apart.
const TRIOS: usize = 1 << (BITS_PER_BYTE * FIRST_LOOK);
/// Letters are told apart by so many bits, in both cases alike.
const BITS_PER_BYTE: usize = 5;

/// A number for some bytes, of the last [`FIRST_LOOK`] of them.
fn trio(before: usize, byte: u8) -> usize {
    ((before << BITS_PER_BYTE) | (usize::from(byte) % (1 << BITS_PER_BYTE))) % TRIOS
}

impl Anywhere {
    fn new(sought: [Vec<Sought<'_>>; ANYWHERE.len()], owners: &mut Owners) -> Self {
        let tables = tables(Place::Anywhere, ANYWHERE, sought, owners);
        let mut filter = Box::new([0; TRIOS / 64]);
        for print in tables.iter().flat_map(Table::fingerprints) {
            let begin = print.iter().take(FIRST_LOOK).fold(0, |before, byte| trio(before, *byte));
            // What comes behind two bytes may be anything.
            let missing = BITS_PER_BYTE * FIRST_LOOK.saturating_sub(print.len());
            for rest in 0..1 << missing {
                let trio = begin << missing | rest;
                if let Some(word) = filter.get_mut(trio / 64) {
                    *word |= 1 << (trio % 64);
                }
            }
        }
        Self { tables, filter }
    }

    fn find(&self, text: &[u8], found: &mut impl FnMut(usize, u32)) {
        let mut block = 0;
        while let Some(bytes) =
            text.get(block..).and_then(|rest| rest.first_chunk::<{ BLOCK + FIRST_LOOK - 1 }>())
        {
            let (first, rest) = bytes.split_at(FIRST_LOOK - 1);
            let mut before = first.iter().fold(0, |before, byte| trio(before, *byte));
            let mut seen = 0;
            for (nth, byte) in rest.iter().enumerate() {
                before = trio(before, *byte);
                let word = self.filter.get(before / 64).copied().unwrap_or_default();
                seen |= (word >> (before % 64) & 1) << nth;
            }
            self.compare(text, block, seen, found);
            block += BLOCK;
        }
        for at in block..text.len() {
            compare(&self.tables, text, at, found);
        }
    }

    /// Compares at each place of a block that was seen.
    fn compare(&self, text: &[u8], block: usize, mut seen: u64, found: &mut impl FnMut(usize, u32)) {
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
            let finder = LiteralFinder::new(&sought);
            finder.find(text.as_bytes(), &WordStarts::of(&text), |at, literal| {
                found.extend(finder.owners(literal).iter().map(|owner| (at, *owner)));
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
