//! The places that are gathered for the needs of expressions while a text is looked through for literals.

use policy::Span;

use super::Candidates;

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
}

pub(crate) const NEEDS: usize = 2;

/// The number of one of its needs, by which places are gathered.
pub(crate) fn owner(index: usize, which: Which) -> usize {
    NEEDS * index + which as usize
}

/// Where literals were seen.
pub(super) struct Sightings {
    /// For each literal, whether it was seen.
    pub(super) seen: Vec<bool>,
    /// Those that were, each once.
    pub(super) first: Vec<u32>,
    pub(super) all: Vec<(u32, usize)>,
}

impl Sightings {
    pub(super) fn new(literals: usize) -> Self {
        Self { seen: vec![false; literals], first: Vec::new(), all: Vec::new() }
    }

    pub(super) fn add(&mut self, start: usize, literal: u32) {
        if let Some(seen) = self.seen.get_mut(literal as usize).filter(|seen| !**seen) {
            *seen = true;
            self.first.push(literal);
        }
        self.all.push((literal, start));
    }
}

/// The places that are gathered for each need of each expression.
pub(super) struct Tracks {
    /// For each, 1 + the index of its list; 0 where nothing was found.
    slots: Vec<u32>,
    lists: Vec<(usize, Vec<(usize, usize)>)>,
}

impl Tracks {
    pub(super) fn new(needs: usize) -> Self {
        Self { slots: vec![0; needs], lists: Vec::new() }
    }

    /// Places that follow each other become one: a text may be nothing but one literal over and over.
    pub(super) fn note(&mut self, owner: u32, begin: (usize, usize)) {
        let Some(slot) = self.slots.get_mut(owner as usize) else {
            return;
        };
        match (*slot as usize).checked_sub(1).and_then(|index| self.lists.get_mut(index)) {
            Some((_, begins)) => match begins.last_mut() {
                Some(last) if last.0 <= begin.0 && begin.0 <= last.1 + 1 => last.1 = last.1.max(begin.1),
                Some(_) | None => begins.push(begin),
            },
            None => {
                self.lists.push((owner as usize, vec![begin]));
                *slot = u32::try_from(self.lists.len()).unwrap_or_default();
            }
        }
    }

    /// The places for a need, sorted and apart.
    pub(super) fn take(&mut self, index: usize, which: Which) -> Vec<(usize, usize)> {
        let slot = self.slots.get(owner(index, which)).copied().unwrap_or_default();
        let list = (slot as usize).checked_sub(1).and_then(|slot| self.lists.get_mut(slot));
        let mut begins = list.map(|(_, begins)| std::mem::take(begins)).unwrap_or_default();
        if !begins.is_sorted() {
            begins.sort_unstable();
        }
        begins.dedup_by(|next, last| {
            let touches = next.0 <= last.1.saturating_add(1);
            last.1 = if touches { last.1.max(next.1) } else { last.1 };
            touches
        });
        begins
    }

    /// Where the expressions may match that need literals first.
    pub(super) fn finish(&mut self, asked: &[u8]) -> Vec<(usize, Candidates)> {
        let mut all = Vec::new();
        for nth in 0..self.lists.len() {
            let Some(owner) = self.lists.get(nth).map(|(owner, _)| *owner) else { continue };
            if owner % NEEDS != Which::First as usize {
                continue;
            }
            let index = owner / NEEDS;
            let begins = if asked.get(index).is_some_and(|asked| asked >> Which::Also as u8 != 0) {
                common(&self.take(index, Which::First), &self.take(index, Which::Also))
            } else {
                self.take(index, Which::First)
            };
            if !begins.is_empty() {
                all.push((index, Candidates::Begins(begins)));
            }
        }
        all
    }
}

/// The places within spans, as ranges of which both ends are within.
pub(super) fn ranges(spans: &[Span]) -> Vec<(usize, usize)> {
    spans.iter().map(|span| (span.start, span.end.saturating_sub(1))).collect()
}

/// What lies in a range of each list. They are sorted and apart; both ends of a range are of it.
pub(super) fn common(ones: &[(usize, usize)], others: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (mut ones, mut others) = (ones.iter().peekable(), others.iter().peekable());
    let mut both = Vec::new();
    while let (Some(one), Some(other)) = (ones.peek(), others.peek()) {
        let (first, last) = (one.0.max(other.0), one.1.min(other.1));
        if first <= last {
            both.push((first, last));
        }
        let _ = if one.1 < other.1 { ones.next() } else { others.next() };
    }
    both
}
