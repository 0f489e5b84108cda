//! Literals whose fingerprints are of one width: whether one of them may stand at a place, and which ones do. Those of the
//! detectors' shapes stand in this program, those of a policy are its own; one filter is for both.

use std::borrow::Cow;
use std::slice;

use super::fingerprint::{Sought, TABLES, TRIOS, hash};
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

    /// For each three bytes, by what [`super::fingerprint::trio`] makes of them, the tables, as bits, of which a fingerprint
    /// begins with such.
    pub(super) fn looks(&self) -> Cow<'static, [u8]> {
        let mut looks: Cow<'_, [u8]> =
            if self.is_prepared() { Prepared::looks().into() } else { vec![0; TRIOS].into() };
        for table in 0..TABLES {
            self.each_unprepared(table, |lists, listed, _| {
                layout::note_looks(looks.to_mut(), lists.print(listed), table);
            });
        }
        looks
    }
}

/// The literals whose fingerprints are of one width.
#[derive(Debug)]
pub(super) struct Table {
    /// Which one it is.
    nth: usize,
    width: usize,
    /// For each hash, whether a fingerprint has it.
    filter: Cow<'static, [Word]>,
    /// Whether it holds literals of a policy.
    has_own: bool,
}

/// The filter of a table, ready to be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter<'t, const WIDTH: usize> {
    words: &'t [Word],
    mask: u32,
}

impl Table {
    pub(super) fn new(nth: usize, width: usize, literals: &Literals) -> Self {
        let bits = literals.lists().next().map_or([layout::MIN_BITS; TABLES], |(lists, _)| lists.bits);
        let words = layout::words_of_filters(bits).get(nth).copied().unwrap_or_default();
        let mut filter: Cow<'_, [Word]> =
            if literals.is_prepared() { Prepared::filter(nth).into() } else { vec![[0; 8]; words].into() };
        if words > 0 {
            literals.each_unprepared(nth, |lists, listed, _| {
                layout::note(filter.to_mut(), lists.hash(listed, width));
            });
        }
        let has_own = !literals.own.of_table(nth).is_empty();
        Self { nth, width, filter, has_own }
    }

    /// Its filter, of fingerprints of so many bytes.
    pub(super) fn filter<const WIDTH: usize>(&self) -> Filter<'_, WIDTH> {
        let mask = u32::try_from(self.filter.len().saturating_sub(1)).unwrap_or_default();
        Filter { words: &self.filter, mask }
    }

    /// Shows each literal and its number.
    pub(super) fn each(&self, literals: &Literals, show: impl FnMut(&[u8], u32)) {
        literals.each(self.nth, show);
    }

    /// Compares the literals that may have a fingerprint with the text around it.
    #[inline(always)]
    pub(super) fn compare(
        &self,
        literals: &Literals,
        text: &[u8],
        (at, key): (usize, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        let hash = hash(key, self.width);
        let behind = layout::behind(text, at, self.width);
        if let Some(known) = &literals.known {
            self.compare_with((known, 0), text, (at, hash, behind), found);
        }
        if self.has_own {
            self.compare_with((&literals.own, literals.known_count()), text, (at, hash, behind), found);
        }
    }

    /// One of a shape that nobody asks for may be told, too: it has no owners then.
    #[inline(always)]
    fn compare_with(
        &self,
        (lists, first): (&Lists, usize),
        text: &[u8],
        (at, hash, behind): (usize, u32, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        let numbers = lists.numbers(self.nth, hash);
        let entries = lists.entries.get(numbers.clone()).unwrap_or_default();
        for (number, entry) in (first.wrapping_add(numbers.start)..).zip(entries) {
            if !layout::may_be(entry, behind) {
                continue;
            }
            let listed = Listed::of(*entry);
            let Some(start) = at.checked_sub(listed.offset) else { continue };
            let literal = lists.text(listed);
            let here = text.get(start..start.wrapping_add(literal.len()));
            if here.is_some_and(|here| same(here, literal)) {
                found(start, number as u32);
            }
        }
    }
}

impl<const WIDTH: usize> Filter<'_, WIDTH> {
    /// Whether there may be a fingerprint with which a key begins.
    #[inline(always)]
    pub(super) fn may_hold(self, key: u64) -> bool {
        let hash = hash(key, WIDTH);
        let word = self.words.get((hash >> 6 & self.mask) as usize).copied().map(u64::from_le_bytes);
        word.is_some_and(|word| word.wrapping_shr(hash) & 1 != 0)
    }
}

/// Whether two texts of a length are the same in any ASCII case.
#[inline(always)]
fn same(here: &[u8], literal: &[u8]) -> bool {
    here == literal || here.eq_ignore_ascii_case(literal)
}

/// The number of a literal: there are far fewer.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
