//! One pass over a text for all expressions together: where could each of them match?
//!
//! One finder looks for all literals, one table for all byte classes. What comes out are, for each
//! expression that has a chance, the places where a match may begin.

use std::sync::Arc;

use policy::Span;

use crate::anatomies::Prepared;
use crate::byte_class::ByteClass;
use crate::first_look::FirstLook;
use crate::folding::{fold_in_place, fold_lengths};
use crate::literal_finder::{LiteralFinder, Sought};
use crate::literals::{Anatomy, Length, Literals, Need};
use crate::pattern::{Haystack, PATTERN_REACH};
use crate::word_starts::WordStarts;

/// Expressions whose matches are no longer, in bytes, are passed over together where too few members of their class lie
/// so near to each other.
const NEAR: usize = 64;
/// The most byte classes; expressions that need yet another are run over every text.
const MAX_CLASSES: usize = 32;

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
        let literals = LiteralFinder::new(&plan.prepared, &plan.literals);
        let mut classes = Box::new([0; 256]);
        for (byte, bits) in (0..=u8::MAX).zip(classes.iter_mut()) {
            let holding = plan.classes.iter().enumerate().filter(|(_, class)| class.contains(byte));
            *bits = holding.fold(0, |bits, (index, _)| bits | 1 << index);
        }
        let Plan { members, always, asked, before, .. } = plan;
        Self { literals, classes, members, always, anatomies, asked, before, first_look }
    }

    /// The expressions that may match in a text, each once.
    pub(crate) fn candidates(&self, haystack: Haystack<'_>) -> Vec<(usize, Candidates)> {
        let Haystack { text, ascii, .. } = haystack;
        let mut tracks = self.find_literals(haystack);
        let mut all = tracks.finish(&self.asked);
        self.find_classes(text, ascii, &mut tracks, &mut all);
        self.first_look.candidates(haystack, &mut all);
        all.extend(self.always.iter().map(|index| (*index as usize, Candidates::Everywhere)));
        all
    }

    /// Shows each literal that is looked for, and the needs that it is for.
    pub(crate) fn literals(&self, show: impl FnMut(&[u8], &[u32])) {
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

    fn find_literals(&self, haystack: Haystack<'_>) -> Tracks {
        let mut sightings = Sightings::new(self.literals.literals());
        self.find_folded(haystack, |start, literal| sightings.add(start, literal));
        let mut tracks = Tracks::new(self.before.len());
        self.for_complete(sightings, |owner, start| {
            if let Some(begin) = self.begin(owner, start, haystack.ascii) {
                tracks.note(owner, begin);
            }
        });
        tracks
    }

    /// Shows where each literal begins, and the needs that it is for; not in order.
    pub(crate) fn each_literal(&self, haystack: Haystack<'_>, mut show: impl FnMut(usize, &[u32])) {
        self.find_folded(haystack, |start, literal| show(start, self.literals.owners(literal)));
    }

    /// Shows where each literal begins in a text, and its number; not in order.
    fn find_folded(&self, haystack: Haystack<'_>, mut show: impl FnMut(usize, u32)) {
        let Haystack { text, ascii, words } = haystack;
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

    /// Shows the literals that were seen to those of their owners of which nothing is missing.
    fn for_complete(&self, sightings: Sightings, mut show: impl FnMut(u32, usize)) {
        let Sightings { mut seen, first, all } = sightings;
        let mut complete = vec![0_u8; self.asked.len()];
        let index = Which::expression;
        for owner in first.iter().flat_map(|literal| self.literals.owners(*literal)) {
            if let Some(complete) = complete.get_mut(index(*owner)) {
                *complete |= 1 << (*owner as usize % NEEDS);
            }
        }
        let is_complete = |owner: &u32| {
            let both = complete.get(index(*owner)).zip(self.asked.get(index(*owner)));
            both.is_some_and(|(complete, asked)| complete & asked == *asked)
        };
        for literal in first {
            if let Some(seen) = seen.get_mut(literal as usize) {
                *seen = self.literals.owners(literal).iter().any(is_complete);
            }
        }
        for (literal, start) in all {
            if seen.get(literal as usize).is_some_and(|useful| *useful) {
                let owners = self.literals.owners(literal).iter().filter(|owner| is_complete(owner));
                owners.for_each(|owner| show(*owner, start));
            }
        }
    }

    /// Where a match may begin that holds a literal at `start`.
    fn begin(&self, owner: u32, start: usize, ascii: bool) -> Option<(usize, usize)> {
        let before = self.before.get(owner as usize)?;
        let most = if ascii { before.ascii } else { before.unicode };
        let last = start.checked_sub(before.min)?;
        Some((start.saturating_sub(most), last))
    }

    fn find_classes(&self, text: &str, ascii: bool, tracks: &mut Tracks, all: &mut Vec<(usize, Candidates)>) {
        if self.members.is_empty() {
            return;
        }
        let runs = self.runs_of_classes(text.as_bytes());
        for (owners, runs) in self.members.iter().zip(&runs) {
            if runs.is_empty() {
                continue;
            }
            let mut around = Around { runs, close: closest(runs), known: Vec::new() };
            for owner in owners {
                let index = *owner as usize;
                let Some(anatomy) = self.anatomies.get(index) else { continue };
                let also = anatomy.also.as_ref().map(|_| tracks.take(index, Which::Also));
                if also.as_ref().is_some_and(Vec::is_empty) {
                    continue;
                }
                let candidates = match anatomy.need {
                    Need::Bytes { count, .. } => around.candidates(count, self.reach(index, ascii), text),
                    Need::First(_) => Candidates::Begins(ranges(runs)),
                    Need::Literals(_) | Need::Nothing => continue,
                };
                let candidates = match also {
                    None => candidates,
                    Some(also) => candidates.and(&also),
                };
                if !candidates.is_empty() {
                    all.push((index, candidates));
                }
            }
        }
    }

    /// The unbroken runs of members of each class. A byte that is in the same classes as the one before it,
    /// nearly always in none, costs one look.
    fn runs_of_classes(&self, text: &[u8]) -> Vec<Vec<Span>> {
        let mut runs = vec![Vec::new(); self.members.len()];
        let mut starts = [0; MAX_CLASSES];
        let mut before = 0;
        for (at, byte) in text.iter().enumerate() {
            let bits = self.classes.get(usize::from(*byte)).copied().unwrap_or_default();
            if bits != before {
                turn(before ^ bits, before, at, &mut starts, &mut runs);
                before = bits;
            }
        }
        turn(before, before, text.len(), &mut starts, &mut runs);
        runs
    }
}

/// Ends the runs of the classes that have changed and were open, and begins those of the others.
fn turn(changed: u32, open: u32, at: usize, starts: &mut [usize; MAX_CLASSES], runs: &mut [Vec<Span>]) {
    let mut changed = changed;
    while changed != 0 {
        let class = changed.trailing_zeros() as usize;
        changed &= changed - 1;
        let (Some(start), Some(runs)) = (starts.get_mut(class), runs.get_mut(class)) else { continue };
        if open >> class & 1 == 0 {
            *start = at;
        } else {
            runs.push(Span::new(*start, at));
        }
    }
}

impl Candidates {
    /// Those of which a match may begin here, too.
    fn and(self, also: &[(usize, usize)]) -> Self {
        match self {
            Self::Begins(begins) => Self::Begins(common(&begins, also)),
            Self::Everywhere => Self::Begins(also.to_vec()),
            Self::Matches(matches) => Self::Matches(matches),
            Self::Within(windows) => Self::Begins(common(&ranges(&windows), also)),
        }
    }
}

/// Where a class has members, and what was made of it: many ask for the same number of bytes within the same reach.
struct Around<'r> {
    runs: &'r [Span],
    close: usize,
    known: Vec<((usize, usize), Vec<Span>)>,
}

impl Around<'_> {
    fn candidates(&mut self, count: usize, reach: usize, text: &str) -> Candidates {
        if reach <= NEAR && count > self.close {
            return Candidates::Within(Vec::new());
        }
        let asked = (count, reach);
        Candidates::Within(match self.known.iter().find(|(known, _)| *known == asked) {
            Some((_, windows)) => windows.clone(),
            None => {
                let windows = dense(self.runs, count, reach, text);
                self.known.push((asked, windows.clone()));
                windows
            }
        })
    }
}

/// The places within spans, as ranges of which both ends are within.
fn ranges(spans: &[Span]) -> Vec<(usize, usize)> {
    spans.iter().map(|span| (span.start, span.end.saturating_sub(1))).collect()
}

/// What lies in a range of each list. They are sorted and apart; both ends of a range are of it.
fn common(ones: &[(usize, usize)], others: &[(usize, usize)]) -> Vec<(usize, usize)> {
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

/// How many bytes of the runs lie within [`NEAR`] bytes, at most: in prose, few. It may be a little too many.
fn closest(runs: &[Span]) -> usize {
    let (mut most, mut near, mut last) = (0, 0, runs);
    for run in runs {
        near += run.len();
        while let [first, rest @ ..] = last
            && first.end + NEAR <= run.start
        {
            near -= first.len();
            last = rest;
        }
        most = most.max(near);
    }
    most
}

/// The parts of a text in which `count` bytes of the runs lie no further apart than a match can be long.
pub(crate) fn dense(runs: &[Span], count: usize, reach: usize, text: &str) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
    let mut first = Cursor { runs, into: 0 };
    let mut last = first;
    last.advance(count - 1);
    // As long as neither comes to the end of its run, both go on together and nothing else changes.
    while let (Some(begin), Some(end)) = (first.place(), last.place()) {
        let steps = first.left().min(last.left());
        if end - begin < reach {
            let start = (end + 1).saturating_sub(reach);
            let end = (begin + steps - 1).saturating_add(reach);
            match windows.last_mut() {
                Some(window) if start <= window.end => window.end = window.end.max(end),
                Some(_) | None => windows.push(Span::new(start, end)),
            }
        }
        first.advance(steps);
        last.advance(steps);
    }
    at_characters(windows, text)
}

/// Widens windows to whole characters, and puts those together that touch then.
fn at_characters(mut windows: Vec<Span>, text: &str) -> Vec<Span> {
    for window in &mut windows {
        *window = Span::new(text.floor_char_boundary(window.start), text.ceil_char_boundary(window.end));
    }
    windows.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        last.end = if touches { last.end.max(next.end) } else { last.end };
        touches
    });
    windows
}

/// A byte in one of several runs.
#[derive(Clone, Copy)]
struct Cursor<'r> {
    runs: &'r [Span],
    into: usize,
}

impl Cursor<'_> {
    fn place(&self) -> Option<usize> {
        self.runs.first().map(|run| run.start + self.into)
    }

    /// How many bytes of the run there are from here on.
    fn left(&self) -> usize {
        self.runs.first().map_or(0, |run| run.len() - self.into)
    }

    fn advance(&mut self, bytes: usize) {
        self.into += bytes;
        while let [run, rest @ ..] = self.runs
            && self.into >= run.len()
        {
            self.into -= run.len();
            self.runs = rest;
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
struct Sightings {
    /// For each literal, whether it was seen.
    seen: Vec<bool>,
    /// Those that were, each once.
    first: Vec<u32>,
    all: Vec<(u32, usize)>,
}

impl Sightings {
    fn new(literals: usize) -> Self {
        Self { seen: vec![false; literals], first: Vec::new(), all: Vec::new() }
    }

    fn add(&mut self, start: usize, literal: u32) {
        if let Some(seen) = self.seen.get_mut(literal as usize).filter(|seen| !**seen) {
            *seen = true;
            self.first.push(literal);
        }
        self.all.push((literal, start));
    }
}

/// The places that are gathered for each need of each expression.
struct Tracks {
    /// For each, 1 + the index of its list; 0 where nothing was found.
    slots: Vec<u32>,
    lists: Vec<(usize, Vec<(usize, usize)>)>,
}

impl Tracks {
    fn new(needs: usize) -> Self {
        Self { slots: vec![0; needs], lists: Vec::new() }
    }

    /// Places that follow each other become one: a text may be nothing but one literal over and over.
    fn note(&mut self, owner: u32, begin: (usize, usize)) {
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
    fn take(&mut self, index: usize, which: Which) -> Vec<(usize, usize)> {
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
    fn finish(&mut self, asked: &[u8]) -> Vec<(usize, Candidates)> {
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
