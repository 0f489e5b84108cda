//! Literals whose fingerprints are of one width: whether one of them may stand at a place, and which ones do. Those of the
//! detectors' shapes stand in this program, those of a policy are its own; one filter is for both.

use std::borrow::Cow;
use std::slice;

use super::fingerprint::{Sought, TABLES, TRIOS, hash};
use super::kept::Kept;
use super::layout::{self, Listed, Lists, Short, TOGETHER, Word};
use crate::anatomies::Prepared;

/// How many literals are kept before they are compared.
pub(super) const NEAR: usize = 128;

/// A literal that is worth a closer look, and where its fingerprint may begin; once it is told, where it does itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Near {
    at: usize,
    number: u32,
}

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

    /// Compares literals that are worth it with the text, shows which of them stand there, and forgets them.
    pub(super) fn compare(
        &self,
        text: &[u8],
        near: &mut Kept<Near, NEAR>,
        found: &mut impl FnMut(usize, u32),
    ) {
        let mut standing = Kept::<Near, NEAR>::default();
        let known_count = self.known_count();
        for Near { at, number } in near.all().iter().copied() {
            let (lists, own) = match (&self.known, (number as usize).checked_sub(known_count)) {
                (Some(known), None) => (known, number as usize),
                (_, own) => (&self.own, own.unwrap_or(number as usize)),
            };
            let Some(listed) = lists.literal(own) else { continue };
            let start = at.wrapping_sub(listed.offset);
            let stands = (listed.offset <= at) & stands(text, start, lists, listed);
            standing.keep_if(Near { at: start, number }, stands);
        }
        standing.all().iter().for_each(|Near { at, number }| found(*at, *number));
        near.clear();
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

    /// Shows the literals that may have a fingerprint at a place, some at a time, each with whether it is worth a closer look.
    #[inline(always)]
    pub(super) fn look_at(
        &self,
        literals: &Literals,
        text: &[u8],
        (at, key): (usize, u64),
        mut show: impl FnMut(&[(Near, bool); TOGETHER]),
    ) {
        let hash = hash(key, self.width);
        let behind = layout::behind(text, at, self.width);
        if let Some(known) = &literals.known {
            self.look_in((known, 0), (at, hash, behind), &mut show);
        }
        if self.has_own {
            self.look_in((&literals.own, literals.known_count()), (at, hash, behind), &mut show);
        }
    }

    /// One of a shape that nobody asks for may be told, too: it has no owners then.
    #[inline(always)]
    fn look_in(
        &self,
        (lists, first): (&Lists, usize),
        (at, hash, behind): (usize, u32, u64),
        show: &mut impl FnMut(&[(Near, bool); TOGETHER]),
    ) {
        let numbers = lists.numbers(self.nth, hash);
        let mut from = numbers.start;
        // How many there are, and which of them may stand here, nobody foresees: some are always looked at together, and most
        // buckets have no more.
        loop {
            let near = layout::which_may_be(&lists.entries, from, behind);
            show(&std::array::from_fn(|nth| {
                let number = from.wrapping_add(nth);
                let near = near.get(nth).copied().unwrap_or_default() & (number < numbers.end);
                (Near { at, number: first.wrapping_add(number) as u32 }, near)
            }));
            from = from.wrapping_add(TOGETHER);
            if from >= numbers.end {
                break;
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

/// Whether a literal, in lower case, stands at a place of a text in any ASCII case. Nearly always it does; how long it is
/// nobody foresees.
#[inline(always)]
fn stands(text: &[u8], start: usize, lists: &Lists, literal: Listed) -> bool {
    let here = text.get(start..).and_then(|rest| rest.first_chunk::<USUAL>());
    match (here, lists.chunk::<USUAL>(literal)) {
        (Some(here), Some(known)) if literal.length <= USUAL => {
            let pairs = here.as_chunks().0.iter().zip(known.as_chunks().0).enumerate();
            pairs.fold(0, |apart, (nth, (here, known))| {
                apart | (lower(*here) ^ u64::from_le_bytes(*known)) & mask(literal.length, nth)
            }) == 0
        }
        _ => {
            let literal = lists.text(literal);
            let here = text.get(start..start.wrapping_add(literal.len()));
            here.is_some_and(|here| here.eq_ignore_ascii_case(literal))
        }
    }
}

/// Literals of shapes have so many bytes at most.
pub(super) const USUAL: usize = 24;

/// Which bits of the eight bytes, the how manieth ones, belong to a literal of so many.
#[inline(always)]
const fn mask(length: usize, nth: usize) -> u64 {
    match length.saturating_sub(8 * nth) {
        bytes @ ..8 => (1 << (8 * bytes)) - 1,
        _ => u64::MAX,
    }
}

/// Eight bytes, letters of ASCII in lower case.
#[inline(always)]
const fn lower(bytes: [u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes);
    // By each sum the highest bit of a byte tells whether the rest of it is an A or more, and whether it is more than a Z.
    let rest = word & (0x7f * EACH);
    let from_a = rest.wrapping_add(EACH * (0x80 - b'A' as u64));
    let past_z = rest.wrapping_add(EACH * (0x7f - b'Z' as u64));
    let capitals = (from_a ^ past_z) & !word & (0x80 * EACH);
    word | capitals >> 2
}

/// The number of a literal: there are far fewer.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
