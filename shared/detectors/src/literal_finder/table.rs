//! Literals whose fingerprints are of one width: whether one of them may stand at a place, and which ones do. Those of the
//! detectors' shapes stand in this program, those of a policy are its own; one filter is for both.

use std::borrow::Cow;
use std::slice;

use super::fingerprint::{KEY, Sought, TRIOS, each_trio, hash};
use super::layout::{self, Listed, Lists, Short, Word};
use crate::anatomies::Prepared;

/// All literals, and who looks for each.
#[derive(Debug)]
pub(super) struct Literals {
    /// Those of shapes, all of them if any is asked for. Their owners are needs, for which `prepared` says who asks.
    known: Option<Lists>,
    prepared: Prepared,
    /// The others. Their numbers follow.
    own: Lists,
}

/// Who looks for a literal.
#[derive(Clone, Debug)]
pub(crate) struct Owners<'l> {
    listed: slice::Iter<'l, Short>,
    /// For literals of shapes.
    prepared: Option<&'l Prepared>,
}

impl Iterator for Owners<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let listed = self.listed.by_ref().map(|owner| layout::number(*owner));
        match self.prepared {
            Some(prepared) => listed.filter_map(|need| prepared.owner(need)).next(),
            None => listed.map(|owner| owner as u32).next(),
        }
    }
}

impl Literals {
    pub(super) fn new(prepared: Prepared, sought: &[Sought<'_>]) -> Self {
        Self { known: prepared.lists(), prepared, own: Lists::of(sought) }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.known_count() + self.own.count()
    }

    fn known_count(&self) -> usize {
        self.known.as_ref().map_or(0, Lists::count)
    }

    /// Who looks for one.
    pub(super) fn owners(&self, literal: u32) -> Owners<'_> {
        let literal = literal as usize;
        match (&self.known, literal.checked_sub(self.known_count())) {
            (Some(known), None) => {
                Owners { listed: known.owners(literal).iter(), prepared: Some(&self.prepared) }
            }
            (_, own) => Owners { listed: self.own.owners(own.unwrap_or(literal)).iter(), prepared: None },
        }
    }

    /// Both lists, each with the number of its first literal.
    fn lists(&self) -> impl Iterator<Item = (&Lists, usize)> {
        self.known.as_ref().map(|known| (known, 0)).into_iter().chain([(&self.own, self.known_count())])
    }

    /// Shows the literals of a table that somebody looks for, with their numbers.
    pub(super) fn each(&self, table: usize, mut show: impl FnMut(&[u8], u32)) {
        self.each_listed(table, self.lists(), |lists, listed, literal| show(lists.text(listed), literal));
    }

    fn each_listed<'l>(
        &self,
        table: usize,
        lists: impl Iterator<Item = (&'l Lists, usize)>,
        mut show: impl FnMut(&Lists, Listed, u32),
    ) {
        for (lists, first) in lists {
            for number in lists.of_table(table) {
                let literal = index(first + number);
                if let Some(listed) = lists.literal(number)
                    && self.owners(literal).next().is_some()
                {
                    show(lists, listed, literal);
                }
            }
        }
    }

    /// Shows the literals of a table that are in no filter of [`Prepared`].
    fn each_unprepared(&self, table: usize, show: impl FnMut(&Lists, Listed, u32)) {
        let skipped = usize::from(self.is_prepared());
        self.each_listed(table, self.lists().skip(skipped), show);
    }

    /// Whether the filters of [`Prepared`] are used.
    fn is_prepared(&self) -> bool {
        self.known.is_some() && self.prepared.nearly_all()
    }

    /// For each three bytes, by what [`super::fingerprint::trio`] makes of them, whether a fingerprint of one of these tables
    /// begins with such.
    pub(super) fn trios(&self, tables: std::ops::Range<usize>) -> Box<[u64; TRIOS / 64]> {
        let prepared = self.is_prepared().then(Prepared::trios);
        let mut trios = Box::new(prepared.unwrap_or([0; TRIOS / 64]));
        for table in tables {
            self.each_unprepared(table, |lists, listed, _| {
                let print = lists.text(listed).get(listed.offset..).unwrap_or_default();
                each_trio(print, |trio| {
                    if let Some(word) = trios.get_mut(trio / 64) {
                        *word |= 1 << (trio % 64);
                    }
                });
            });
        }
        trios
    }
}

/// The literals whose fingerprints are of one width.
#[derive(Debug)]
pub(super) struct Table {
    /// Which one it is.
    nth: usize,
    /// How many bits of a key are not of its fingerprint.
    beyond: u32,
    shift: u32,
    /// For each hash, whether a fingerprint has it.
    filter: Cow<'static, [Word]>,
    /// Whether it holds literals of a policy.
    has_own: bool,
}

/// A table, ready to be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready<'t> {
    table: &'t Table,
    shift: u32,
    filter: &'t [Word],
}

impl Table {
    pub(super) fn new(nth: usize, width: usize, literals: &Literals) -> Self {
        let bits = literals.lists().next().and_then(|(lists, _)| lists.bits.get(nth));
        let bits = bits.copied().unwrap_or(layout::MIN_BITS);
        let mut filter: Cow<'_, [Word]> =
            if literals.is_prepared() { Prepared::filter(nth).into() } else { layout::filter(bits).into() };
        literals.each_unprepared(nth, |lists, listed, _| {
            layout::note(filter.to_mut(), bits, lists.hash(listed, width));
        });
        let beyond = u32::try_from(8 * (KEY - width)).unwrap_or_default();
        let has_own = !literals.own.of_table(nth).is_empty();
        Self { nth, beyond, shift: 32 - bits, filter, has_own }
    }

    pub(super) fn ready(&self) -> Ready<'_> {
        Ready { table: self, shift: self.shift, filter: &self.filter }
    }

    /// Shows each literal and its number.
    pub(super) fn each(&self, literals: &Literals, show: impl FnMut(&[u8], u32)) {
        literals.each(self.nth, show);
    }

    /// Compares the literals that may have a fingerprint with the text around it. That is seldom: what asks is short without it.
    #[inline(never)]
    fn compare(
        &self,
        literals: &Literals,
        text: &[u8],
        (at, key): (usize, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        if let Some(known) = &literals.known {
            self.compare_with((known, 0), text, (at, key), found);
        }
        if self.has_own {
            self.compare_with((&literals.own, literals.known_count()), text, (at, key), found);
        }
    }

    /// One of a shape that nobody asks for may be told, too: it has no owners then.
    #[inline(always)]
    fn compare_with(
        &self,
        (lists, first): (&Lists, usize),
        text: &[u8],
        (at, key): (usize, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        let numbers = lists.numbers(self.nth, hash(key >> self.beyond));
        let entries = lists.entries.get(numbers.clone()).unwrap_or_default();
        for (number, entry) in (first.wrapping_add(numbers.start)..).zip(entries) {
            if !layout::may_be(entry, key) {
                continue;
            }
            let listed = Listed::of(*entry);
            let Some(start) = at.checked_sub(listed.offset).filter(|_| lists.has_head(listed, key)) else {
                continue;
            };
            let literal = lists.text(listed);
            let here = text.get(start..start.wrapping_add(literal.len()));
            if here.is_some_and(|here| same(here, literal)) {
                found(start, number as u32);
            }
        }
    }
}

impl Ready<'_> {
    /// Asked for every byte: shifts wrap, so that nothing checks them.
    #[inline(always)]
    pub(super) fn may_hold(self, key: u64, width: usize) -> bool {
        let bit = hash(key >> (8 * KEY.saturating_sub(width))).wrapping_shr(self.shift);
        let word = self.filter.get((bit >> 6) as usize).copied().map(u64::from_le_bytes);
        word.is_some_and(|word| word.wrapping_shr(bit) & 1 != 0)
    }

    pub(super) fn compare(
        self,
        literals: &Literals,
        text: &[u8],
        place: (usize, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        self.table.compare(literals, text, place, found);
    }
}

/// Whether two texts of a length are the same in any ASCII case. Those that are not mostly end in other bytes.
#[inline(always)]
fn same(here: &[u8], literal: &[u8]) -> bool {
    let end = |text: &[u8]| text.last().map(u8::to_ascii_lowercase);
    end(here) == end(literal) && (here == literal || here.eq_ignore_ascii_case(literal))
}

/// The number of a literal: there are far fewer.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
