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
#[derive(Debug, Default)]
pub(super) struct Sightings {
    /// For each literal, whether it was seen; as bits.
    seen: Vec<u64>,
    /// Those that were, each once.
    pub(super) first: Vec<u32>,
    pub(super) all: Vec<(u32, usize)>,
}

impl Sightings {
    /// Makes room for so many literals, and forgets what was seen.
    pub(super) fn clear(&mut self, literals: usize) {
        self.seen.clear();
        self.seen.resize(literals.div_ceil(64), 0);
        self.first.clear();
        self.all.clear();
    }

    pub(super) fn add(&mut self, start: usize, literal: u32) {
        if self.set(literal, true) {
            self.first.push(literal);
        }
        self.all.push((literal, start));
    }

    /// Says of a literal whether it counts as seen; true where that is news.
    pub(super) fn set(&mut self, literal: u32, is_seen: bool) -> bool {
        let Some(word) = self.seen.get_mut(literal as usize / 64) else { return false };
        let bit = 1 << (literal % 64);
        let before = *word;
        *word = if is_seen { before | bit } else { before & !bit };
        *word != before
    }

    pub(super) fn is_seen(&self, literal: u32) -> bool {
        self.seen.get(literal as usize / 64).is_some_and(|word| word >> (literal % 64) & 1 != 0)
    }
}

/// The places that are gathered for each need of each expression.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    /// For each, 1 + the index of its last note; 0 where nothing was found.
    slots: Vec<u32>,
    notes: Vec<Note>,
    /// The needs that have notes, each once.
    noted: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Note {
    begin: (usize, usize),
    /// The same need's note before it, as a slot says it.
    before: u32,
}

impl Tracks {
    /// Makes room for so many needs, and forgets what was noted.
    pub(super) fn clear(&mut self, needs: usize) {
        for owner in self.noted.drain(..) {
            if let Some(slot) = self.slots.get_mut(owner as usize) {
                *slot = 0;
            }
        }
        self.slots.resize(needs, 0);
        self.notes.clear();
    }

    /// Places that follow each other become one: a text may be nothing but one literal over and over.
    pub(super) fn note(&mut self, owner: u32, begin: (usize, usize)) {
        let Some(slot) = self.slots.get_mut(owner as usize) else {
            return;
        };
        match (*slot as usize).checked_sub(1).and_then(|index| self.notes.get_mut(index)) {
            Some(Note { begin: last, .. }) if last.0 <= begin.0 && begin.0 <= last.1 + 1 => {
                last.1 = last.1.max(begin.1);
                return;
            }
            Some(_) => {}
            None => self.noted.push(owner),
        }
        self.notes.push(Note { begin, before: *slot });
        *slot = u32::try_from(self.notes.len()).unwrap_or_default();
    }

    /// What was noted for a need, and forgets it.
    fn notes(&mut self, owner: usize) -> Vec<(usize, usize)> {
        let mut slot = self.slots.get_mut(owner).map(std::mem::take).unwrap_or_default();
        let mut begins = Vec::new();
        while let Some(note) = (slot as usize).checked_sub(1).and_then(|index| self.notes.get(index)) {
            begins.push(note.begin);
            slot = note.before;
        }
        begins.reverse();
        begins
    }

    /// The places for a need, sorted and apart.
    pub(super) fn take(&mut self, index: usize, which: Which) -> Vec<(usize, usize)> {
        let mut begins = self.notes(owner(index, which));
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
        for nth in 0..self.noted.len() {
            let Some(owner) = self.noted.get(nth).copied() else { continue };
            if owner as usize % NEEDS != Which::First as usize {
                continue;
            }
            let index = Which::expression(owner);
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
