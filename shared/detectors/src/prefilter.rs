//! One pass over a text for all expressions together: where could each of them match?
//!
//! One finder looks for all literals, one table for all byte classes. What comes out are, for each
//! expression that has a chance, the places where a match may begin.

mod runs;
mod sightings;

use std::sync::Arc;

use policy::Span;

use crate::anatomies::Prepared;
use crate::byte_class::ByteClass;
use crate::first_look::FirstLook;
use crate::folding::{fold_in_place, fold_lengths};
use crate::literal_finder::{LiteralFinder, Owners, Sought};
use crate::literals::{Anatomy, Length, Literals, Need};
use crate::pattern::{Haystack, PATTERN_REACH};
use crate::spares::Spares;
use crate::word_starts::WordStarts;
pub(crate) use runs::dense;
use runs::{Around, MAX_CLASSES, runs_of_classes};
pub(crate) use sightings::{NEEDS, Which, owner};
use sightings::{Sightings, common, ranges};

/// Where an expression may match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Candidates {
    /// A match begins in one of these, both ends included; sorted.
    Begins(Vec<(usize, usize)>),
    /// Anywhere.
    Everywhere,
    /// These are all matches; sorted.
    Matches(Vec<Span>),
    /// A match lies in one of these, whole; sorted, apart from each other.
    Within(Vec<Span>),
}

/// What all expressions need, put together.
#[derive(Debug)]
pub(crate) struct Prefilter {
    literals: LiteralFinder,
    /// For each byte, the classes that it is in, as bits.
    classes: Box<[u32; 256]>,
    /// The expressions that need members of a class, by the class.
    members: Vec<Vec<u32>>,
    always: Vec<u32>,
    anatomies: Vec<Arc<Anatomy>>,
    /// For each expression the needs that are literals, as bits.
    asked: Vec<u8>,
    /// For each need of each expression, how many bytes after a match its literals begin.
    before: Vec<Length>,
    first_look: FirstLook,
    spare: Spares<Gathered, SPARE>,
}

/// How many places for what is gathered are kept for the next texts, and for how many sightings at most.
const SPARE: usize = 4;
const SPARE_SIGHTINGS: usize = 1 << 13;

/// What is gathered while a text is looked through.
#[derive(Debug, Default)]
struct Gathered {
    sightings: Sightings,
    /// Where matches may begin, by each of the two needs of an expression.
    first: Vec<(usize, usize)>,
    also: Vec<(usize, usize)>,
}

impl Prefilter {
    /// Puts expressions together; what comes out names them by their index. The first look takes some of them.
    pub(crate) fn new(anatomies: Vec<Arc<Anatomy>>, first_look: FirstLook) -> Self {
        let mut plan = Plan {
            asked: vec![0; anatomies.len()],
            before: vec![Length::UNKNOWN; NEEDS * anatomies.len()],
            ..Plan::default()
        };
        for (index, anatomy) in anatomies.iter().enumerate().filter(|(index, _)| !first_look.takes(*index)) {
            plan.add(index, anatomy);
        }
        let literals = LiteralFinder::new(plan.prepared, &plan.literals);
        let mut classes = Box::new([0; 256]);
        for (byte, bits) in (0..=u8::MAX).zip(classes.iter_mut()) {
            let holding = plan.classes.iter().enumerate().filter(|(_, class)| class.contains(byte));
            *bits = holding.fold(0, |bits, (index, _)| bits | 1 << index);
        }
        let Plan { members, always, asked, before, .. } = plan;
        let spare = Spares::default();
        Self { literals, classes, members, always, anatomies, asked, before, first_look, spare }
    }

    /// The expressions that may match in a text, each once.
    pub(crate) fn candidates(&self, haystack: Haystack<'_>) -> Vec<(usize, Candidates)> {
        let Haystack { text, ascii, .. } = haystack;
        let mut gathered = self.spare.take(Gathered::default);
        self.find_literals(haystack, &mut gathered);
        let mut all = self.by_literals(ascii, &mut gathered);
        self.find_classes(text, ascii, &mut gathered, &mut all);
        self.keep(gathered);
        self.first_look.candidates(haystack, &mut all);
        all.extend(self.always.iter().map(|index| (*index as usize, Candidates::Everywhere)));
        all
    }

    /// Shows each literal that is looked for, and the needs that it is for.
    pub(crate) fn literals(&self, show: impl FnMut(&[u8], Owners<'_>)) {
        self.literals.each(show);
    }

    /// What is known of each expression.
    pub(crate) fn anatomies(&self) -> impl ExactSizeIterator<Item = &Anatomy> {
        self.anatomies.iter().map(AsRef::as_ref)
    }

    /// How long a match of an expression can be in a text.
    pub(crate) fn reach(&self, index: usize, ascii: bool) -> usize {
        let length = self.anatomies.get(index).map(|anatomy| anatomy.length);
        length
            .map_or(PATTERN_REACH, |length| if ascii { length.ascii } else { length.unicode })
            .min(PATTERN_REACH)
    }

    fn keep(&self, gathered: Gathered) {
        if gathered.sightings.room() <= SPARE_SIGHTINGS {
            self.spare.keep(gathered);
        }
    }

    /// Gathers where matches may begin, by the literals that stand in a text.
    fn find_literals(&self, haystack: Haystack<'_>, gathered: &mut Gathered) {
        let sightings = &mut gathered.sightings;
        sightings.clear(self.literals.literals());
        self.find_folded(haystack, |start, literal| sightings.add(start, literal));
        sightings.put_together(|literal| self.literals.owners(literal));
    }

    /// Where the expressions may match that need literals first, of which nothing is missing.
    fn by_literals(&self, ascii: bool, gathered: &mut Gathered) -> Vec<(usize, Candidates)> {
        let Gathered { sightings, first, also } = gathered;
        let mut all = Vec::new();
        for (index, seen) in sightings.expressions() {
            let asked = self.asked.get(index).copied().unwrap_or_default();
            if asked & Which::First.bit() == 0 || seen & asked != asked {
                continue;
            }
            self.gather(sightings, (index, Which::First), ascii, first);
            let begins = if asked & Which::Also.bit() == 0 {
                first.clone()
            } else {
                self.gather(sightings, (index, Which::Also), ascii, also);
                common(first, also)
            };
            if !begins.is_empty() {
                all.push((index, Candidates::Begins(begins)));
            }
        }
        all
    }

    /// Where matches of an expression may begin, by the literals that were seen for one of its needs.
    fn gather(
        &self,
        sightings: &Sightings,
        (index, which): (usize, Which),
        ascii: bool,
        ranges: &mut Vec<(usize, usize)>,
    ) {
        ranges.clear();
        let owner = owner(index, which);
        let Some(before) = self.before.get(owner) else { return };
        let most = if ascii { before.ascii } else { before.unicode };
        let begin = |start: usize| Some((start.saturating_sub(most), start.checked_sub(before.min)?));
        sightings.gather(owner, begin, ranges);
    }

    /// Shows where each literal begins, and the needs that it is for; not in order.
    pub(crate) fn each_literal(&self, haystack: Haystack<'_>, mut show: impl FnMut(usize, Owners<'_>)) {
        self.find_folded(haystack, |start, literal| show(start, self.literals.owners(literal)));
    }

    /// Shows where each literal begins in a text, and its number; not in order.
    fn find_folded(&self, haystack: Haystack<'_>, mut show: impl FnMut(usize, u32)) {
        let Haystack { text, ascii, words, .. } = haystack;
        if ascii {
            self.literals.find(text.as_bytes(), words, show);
            return;
        }
        let same = fold_in_place(text);
        match fold_lengths(&same) {
            None => self.literals.find(same.as_bytes(), words, show),
            Some(draft) => {
                // What begins a word may not look so any more where letters have another length.
                let words = WordStarts::everywhere(draft.text.len());
                self.literals.find(draft.text.as_bytes(), &words, |start, literal| {
                    show(draft.offsets.source(Span::new(start, start)).start, literal);
                });
            }
        }
    }

    fn find_classes(
        &self,
        text: &str,
        ascii: bool,
        Gathered { sightings, also: places, .. }: &mut Gathered,
        all: &mut Vec<(usize, Candidates)>,
    ) {
        if self.members.is_empty() {
            return;
        }
        let runs = runs_of_classes(&self.classes, self.members.len(), text.as_bytes());
        for (owners, runs) in self.members.iter().zip(&runs) {
            if runs.is_empty() {
                continue;
            }
            let mut around = Around::of(runs);
            for owner in owners {
                let index = *owner as usize;
                let Some(anatomy) = self.anatomies.get(index) else { continue };
                let also = anatomy.also.as_ref().map(|_| {
                    self.gather(sightings, (index, Which::Also), ascii, places);
                    &*places
                });
                if also.is_some_and(Vec::is_empty) {
                    continue;
                }
                let windows = match anatomy.need {
                    Need::Bytes { count, .. } => Some(around.windows(count, self.reach(index, ascii), text)),
                    Need::First(_) => None,
                    Need::Literals(_) | Need::Nothing => continue,
                };
                let candidates = match (windows, also) {
                    (Some(windows), None) => Candidates::Within(windows),
                    (Some(windows), Some(also)) => Candidates::Begins(common(&ranges(&windows), also)),
                    (None, None) => Candidates::Begins(ranges(runs)),
                    (None, Some(also)) => Candidates::Begins(common(&ranges(runs), also)),
                };
                if !candidates.is_empty() {
                    all.push((index, candidates));
                }
            }
        }
    }
}

/// What the expressions need, while they are put together.
#[derive(Default)]
struct Plan<'a> {
    literals: Vec<Sought<'a>>,
    prepared: Prepared,
    classes: Vec<ByteClass>,
    members: Vec<Vec<u32>>,
    always: Vec<u32>,
    asked: Vec<u8>,
    before: Vec<Length>,
}

impl<'a> Plan<'a> {
    fn add(&mut self, index: usize, anatomy: &'a Anatomy) {
        let short = u32::try_from(index).unwrap_or(u32::MAX);
        match &anatomy.need {
            Need::Bytes { class, .. } | Need::First(class) => self.add_class(short, *class),
            Need::Literals(literals) => self.add_literals(index, Which::First, literals, anatomy.row),
            Need::Nothing => self.always.push(short),
        }
        if let Some(also) = &anatomy.also {
            self.add_literals(index, Which::Also, also, anatomy.row);
        }
    }

    fn add_literals(&mut self, index: usize, which: Which, literals: &'a Literals, row: Option<usize>) {
        let Literals { any, before, apart } = literals;
        if let Some(asked) = self.asked.get_mut(index) {
            *asked |= 1 << which as u8;
        }
        let owner = owner(index, which);
        if let Some(slot) = self.before.get_mut(owner) {
            let most = |length: usize| length.min(PATTERN_REACH);
            *slot = Length { min: before.min, ascii: most(before.ascii), unicode: most(before.unicode) };
        }
        let owner = u32::try_from(owner).unwrap_or(u32::MAX);
        match row {
            Some(row) => self.prepared.ask(row, which as usize, owner),
            None => {
                self.literals.extend(any.iter().map(|literal| Sought { literal, owner, apart: *apart }));
            }
        }
    }

    fn add_class(&mut self, index: u32, class: ByteClass) {
        let known = self.classes.iter().position(|known| *known == class);
        match known.and_then(|known| self.members.get_mut(known)) {
            Some(members) => members.push(index),
            None if self.classes.len() < MAX_CLASSES => {
                self.classes.push(class);
                self.members.push(vec![index]);
            }
            None => self.always.push(index),
        }
    }
}
