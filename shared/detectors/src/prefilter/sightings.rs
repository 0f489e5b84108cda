//! Where literals were seen in a text, put together for the needs of the expressions that look for them.

use policy::Span;

/// What an expression needs: one thing, and another besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Also = 1,
    First = 0,
}

impl Which {
    /// The expression that a need is of, by its number.
    pub(crate) fn expression(owner: u32) -> usize {
        owner as usize / NEEDS
    }

    /// As one of the bits that tell the needs of an expression apart.
    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }
}

pub(crate) const NEEDS: usize = 2;

/// The number of one of its needs, by which places are gathered.
pub(crate) fn owner(index: usize, which: Which) -> usize {
    NEEDS * index + which as usize
}

/// Where literals were seen. Few different ones are, however often: so their places are put together first, and only then
/// it is asked who looks for them.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    /// For each literal, 1 + its index in `seen`; 0 where it was not.
    slots: Vec<u32>,
    seen: Vec<Seen>,
    /// The index of what was seen, and where.
    all: Vec<(u32, usize)>,
    /// The places alone: those of each literal together.
    places: Vec<usize>,
    /// The needs that something was seen for, and the index of that; sorted.
    needs: Vec<(u32, u32)>,
}

/// A literal that was seen.
#[derive(Clone, Copy, Debug)]
struct Seen {
    literal: u32,
    count: usize,
    /// Where its places end.
    end: usize,
}

impl Sightings {
    /// Makes room for so many literals, and forgets what was seen.
    pub(super) fn clear(&mut self, literals: usize) {
        for seen in self.seen.drain(..) {
            if let Some(slot) = self.slots.get_mut(seen.literal as usize) {
                *slot = 0;
            }
        }
        self.slots.resize(literals, 0);
        self.all.clear();
    }

    #[inline]
    pub(super) fn add(&mut self, start: usize, literal: u32) {
        let Some(slot) = self.slots.get_mut(literal as usize) else { return };
        if *slot == 0 {
            self.seen.push(Seen { literal, count: 0, end: 0 });
            *slot = u32::try_from(self.seen.len()).unwrap_or_default();
        }
        let index = slot.wrapping_sub(1);
        if let Some(seen) = self.seen.get_mut(index as usize) {
            seen.count += 1;
            self.all.push((index, start));
        }
    }

    /// How many sightings there is room for.
    pub(super) fn room(&self) -> usize {
        self.all.capacity()
    }

    /// Puts together what was seen. `owners` shows the needs that a literal is for.
    pub(super) fn put_together<I: Iterator<Item = u32>>(&mut self, owners: impl Fn(u32) -> I) {
        let mut next = 0;
        self.needs.clear();
        for (index, seen) in (0..).zip(&mut self.seen) {
            // The places come behind, one by one.
            seen.end = next;
            next += seen.count;
            self.needs.extend(owners(seen.literal).map(|owner| (owner, index)));
        }
        self.needs.sort_unstable();
        self.places.clear();
        self.places.resize(next, 0);
        for (index, start) in &self.all {
            if let Some(seen) = self.seen.get_mut(*index as usize)
                && let Some(place) = self.places.get_mut(seen.end)
            {
                *place = *start;
                seen.end += 1;
            }
        }
    }

    /// The expressions for which something was seen, and for which of their needs, as bits.
    pub(super) fn expressions(&self) -> impl Iterator<Item = (usize, u8)> {
        let same = |(one, _): &(u32, u32), (other, _): &(u32, u32)| {
            Which::expression(*one) == Which::expression(*other)
        };
        self.needs.chunk_by(same).filter_map(|needs| {
            let (owner, _) = needs.first()?;
            let bits = needs.iter().fold(0, |bits, (owner, _)| bits | 1 << (*owner as usize % NEEDS));
            Some((Which::expression(*owner), bits))
        })
    }

    /// Gathers the ranges in which matches may begin, for a need, sorted and apart; there are none yet. `begin` says of a place in which one.
    /// Ranges that follow each other become one: a text may be nothing but one literal over and over.
    pub(super) fn gather(
        &self,
        owner: usize,
        begin: impl Fn(usize) -> Option<(usize, usize)>,
        ranges: &mut Vec<(usize, usize)>,
    ) {
        for seen in self.seen_for(owner) {
            let places = self.places.get(seen.end.saturating_sub(seen.count)..seen.end).unwrap_or_default();
            for range in places.iter().filter_map(|place| begin(*place)) {
                match ranges.last_mut() {
                    Some(last) if last.0 <= range.0 && range.0 <= last.1 + 1 => last.1 = last.1.max(range.1),
                    Some(_) | None => ranges.push(range),
                }
            }
        }
        if !ranges.is_sorted() {
            ranges.sort_unstable();
        }
        ranges.dedup_by(|next, last| {
            let touches = next.0 <= last.1.saturating_add(1);
            last.1 = if touches { last.1.max(next.1) } else { last.1 };
            touches
        });
    }

    fn seen_for(&self, owner: usize) -> impl Iterator<Item = &Seen> {
        let first = self.needs.partition_point(|(other, _)| (*other as usize) < owner);
        let rest = self.needs.get(first..).unwrap_or_default().iter();
        rest.take_while(move |(other, _)| *other as usize == owner)
            .filter_map(|(_, index)| self.seen.get(*index as usize))
    }
}

/// The places within spans, as ranges of which both ends are within.
pub(super) fn ranges(spans: &[Span]) -> Vec<(usize, usize)> {
    spans.iter().map(|span| (span.start, span.end.saturating_sub(1))).collect()
}

/// What lies in a range of each list. They are sorted and apart; both ends of a range are of it.
pub(super) fn common(mut ones: &[(usize, usize)], mut others: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut both = Vec::new();
    while let ([one, further @ ..], [other, beyond @ ..]) = (ones, others) {
        let (first, last) = (one.0.max(other.0), one.1.min(other.1));
        if first <= last {
            both.push((first, last));
        }
        if one.1 < other.1 { ones = further } else { others = beyond }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_put_together_by_who_looks_for_them() {
        let mut sightings = Sightings::default();
        // What was seen in the text before is forgotten.
        for _ in 0..2 {
            sightings.clear(4);
            for (start, literal) in [(30, 2), (5, 1), (7, 1), (40, 2), (31, 2), (6, 3)] {
                sightings.add(start, literal);
            }
            let owners = [vec![0], vec![4], vec![1, 4], vec![0, 9]];
            sightings.put_together(|literal| owners[literal as usize].clone().into_iter());
            let all = [(0, 0b11), (2, 0b01), (4, 0b10)];
            assert_eq!(sightings.expressions().collect::<Vec<_>>(), all);
            let cases = [
                (0, vec![(6, 6)]),
                (1, vec![(30, 31), (40, 40)]),
                (4, vec![(5, 5), (7, 7), (30, 31), (40, 40)]),
                (5, vec![]),
                (9, vec![(6, 6)]),
            ];
            for (owner, wanted) in cases {
                let mut ranges = Vec::new();
                sightings.gather(owner, |place| Some((place, place)), &mut ranges);
                assert_eq!(ranges, wanted, "{owner}");
            }
        }
    }
}
