//! One pass over a text for all expressions together: where could each of them match?
//!
//! One finder looks for all literals, one table for all byte classes. What comes out are, for each
//! expression that has a chance, the places where a match may begin.

use std::borrow::Cow;
use std::sync::Arc;

use policy::Span;

use crate::byte_class::ByteClass;
use crate::first_look::FirstLook;
use crate::folding::{fold_in_place, fold_lengths};
use crate::literal_finder::{LiteralFinder, Sought};
use crate::literals::{Anatomy, Need};
use crate::pattern::{Haystack, PATTERN_REACH};
use crate::views::Offsets;
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
    first_look: FirstLook,
}

impl Prefilter {
    /// Puts expressions together; what comes out names them by their index. The first look takes some of them.
    pub(crate) fn new(anatomies: Vec<Arc<Anatomy>>, first_look: FirstLook) -> Self {
        let mut plan = Plan::default();
        for (index, anatomy) in anatomies.iter().enumerate().filter(|(index, _)| !first_look.takes(*index)) {
            plan.add(u32::try_from(index).unwrap_or(u32::MAX), anatomy);
        }
        let literals = LiteralFinder::new(&plan.literals);
        let mut classes = Box::new([0; 256]);
        for (byte, bits) in (0..=u8::MAX).zip(classes.iter_mut()) {
            let holding = plan.classes.iter().enumerate().filter(|(_, class)| class.contains(byte));
            *bits = holding.fold(0, |bits, (index, _)| bits | 1 << index);
        }
        let Plan { members, always, .. } = plan;
        Self { literals, classes, members, always, anatomies, first_look }
    }

    /// The expressions that may match in a text, each once.
    pub(crate) fn candidates(&self, haystack: Haystack<'_>) -> Vec<(usize, Candidates)> {
        let Haystack { text, ascii, .. } = haystack;
        let mut tracks = Tracks::new(self.anatomies.len());
        self.find_literals(haystack, &mut tracks);
        let mut all = tracks.finish();
        self.find_classes(text, ascii, &mut all);
        self.first_look.candidates(haystack, &mut all);
        all.extend(self.always.iter().map(|index| (*index as usize, Candidates::Everywhere)));
        all
    }

    /// How long a match of an expression can be in a text.
    pub(crate) fn reach(&self, index: usize, ascii: bool) -> usize {
        let length = self.anatomies.get(index).map(|anatomy| anatomy.length);
        length
            .map_or(PATTERN_REACH, |length| if ascii { length.ascii } else { length.unicode })
            .min(PATTERN_REACH)
    }

    fn find_literals(&self, haystack: Haystack<'_>, tracks: &mut Tracks) {
        let Haystack { text, ascii, words } = haystack;
        let same = if ascii { Cow::Borrowed(text) } else { fold_in_place(text) };
        let draft = if ascii { None } else { fold_lengths(&same) };
        // What begins a word may not look so any more where letters have another length.
        let everywhere = draft.as_ref().map(|draft| WordStarts::everywhere(draft.text.len()));
        let folded = draft.as_ref().map_or(same.as_ref(), |draft| draft.text.as_str());
        let offsets = draft.as_ref().map(|draft| &draft.offsets);
        self.literals.find(folded.as_bytes(), everywhere.as_ref().unwrap_or(words), |start, owners| {
            let start = place(offsets, start);
            for owner in owners {
                if let Some(begin) = self.begin(*owner, start, ascii) {
                    tracks.note(*owner, begin);
                }
            }
        });
    }

    /// Where a match may begin that holds a literal at `start`.
    fn begin(&self, owner: u32, start: usize, ascii: bool) -> Option<(usize, usize)> {
        let Need::Literals { before, .. } = &self.anatomies.get(owner as usize)?.need else {
            return None;
        };
        let most = if ascii { before.ascii } else { before.unicode };
        let last = start.checked_sub(before.min)?;
        Some((start.saturating_sub(most.min(PATTERN_REACH)), last))
    }

    fn find_classes(&self, text: &str, ascii: bool, all: &mut Vec<(usize, Candidates)>) {
        if self.members.is_empty() {
            return;
        }
        let runs = self.runs_of_classes(text.as_bytes());
        for (owners, runs) in self.members.iter().zip(&runs) {
            if runs.is_empty() {
                continue;
            }
            let close = closest(runs);
            // Many ask for the same number of bytes within the same reach.
            let mut known: Vec<((usize, usize), Vec<Span>)> = Vec::new();
            for owner in owners {
                let index = *owner as usize;
                let Some(Need::Bytes { count, .. }) = self.anatomies.get(index).map(|anatomy| &anatomy.need)
                else {
                    continue;
                };
                let reach = self.reach(index, ascii);
                if reach <= NEAR && *count > close {
                    continue;
                }
                let asked = (*count, reach);
                let windows = match known.iter().find(|(known, _)| *known == asked) {
                    Some((_, windows)) => windows.clone(),
                    None => {
                        let windows = dense(runs, *count, reach, text);
                        known.push((asked, windows.clone()));
                        windows
                    }
                };
                if !windows.is_empty() {
                    all.push((index, Candidates::Within(windows)));
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

fn place(offsets: Option<&Offsets>, at: usize) -> usize {
    offsets.map_or(at, |offsets| offsets.source(Span::new(at, at)).start)
}

/// What the expressions need, while they are put together.
#[derive(Default)]
struct Plan<'a> {
    literals: Vec<Sought<'a>>,
    classes: Vec<ByteClass>,
    members: Vec<Vec<u32>>,
    always: Vec<u32>,
}

impl<'a> Plan<'a> {
    fn add(&mut self, index: u32, anatomy: &'a Anatomy) {
        match &anatomy.need {
            Need::Bytes { class, .. } => self.add_class(index, *class),
            Need::Literals { any, apart, .. } => {
                let sought = |literal: &'a Cow<'static, [u8]>| Sought {
                    literal: literal.as_ref(),
                    owner: index,
                    apart: *apart,
                };
                self.literals.extend(any.iter().map(sought));
            }
            Need::Nothing => self.always.push(index),
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

/// The places that are gathered for each expression.
struct Tracks {
    /// For each expression, 1 + the index of its list; 0 where nothing was found.
    slots: Vec<u32>,
    lists: Vec<(usize, Vec<(usize, usize)>)>,
}

impl Tracks {
    fn new(expressions: usize) -> Self {
        Self { slots: vec![0; expressions], lists: Vec::new() }
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

    fn finish(self) -> Vec<(usize, Candidates)> {
        let sorted = |mut begins: Vec<(usize, usize)>| {
            if !begins.is_sorted() {
                begins.sort_unstable();
            }
            begins.dedup();
            Candidates::Begins(begins)
        };
        self.lists.into_iter().map(|(index, begins)| (index, sorted(begins))).collect()
    }
}
