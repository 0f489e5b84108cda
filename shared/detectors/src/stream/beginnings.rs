//! Where the expressions can begin of which every match begins with a literal, in a text that comes in pieces: nearly all
//! do, and none of them is tried, or even compiled, before one of its literals has come as a whole. As long as what has come
//! may be the beginning of such a literal, nothing is decided from there on.

use std::ops::Range;

use crate::folding::folded;
use crate::known::Known;
use crate::literals::{Anatomy, Length, MAX_LITERAL_BYTES, Need};
use crate::pattern::Haystack;
use crate::prefilter::{NEEDS, Prefilter, Which, owner};
use crate::word_starts::WordStarts;

/// The expressions that begin with literals.
#[derive(Debug)]
pub(crate) struct Beginnings {
    /// For each expression, whether it does.
    told: Vec<bool>,
    /// For each need of each expression, whether it is that which begins it.
    owners: Vec<bool>,
    /// What they begin with, where words begin alone.
    apart: Openings,
    anywhere: Openings,
}

impl Beginnings {
    /// Of all expressions.
    pub(crate) fn of(prefilter: &Prefilter) -> Self {
        let openings: Vec<_> = prefilter.anatomies().map(opening).collect();
        let mut owners = vec![false; NEEDS * openings.len()];
        let (mut apart, mut anywhere) = (Openings::default(), Openings::default());
        prefilter.literals(|literal, needs| {
            for need in needs {
                let expression = Which::expression(need);
                let Some(Some((which, begins_words))) = openings.get(expression) else { continue };
                let Some(mine) = owners.get_mut(need as usize) else { continue };
                if owner(expression, *which) != need as usize {
                    continue;
                }
                *mine = true;
                let word = *begins_words && literal.first().is_some_and(u8::is_ascii_alphanumeric);
                let openings = if word { &mut apart } else { &mut anywhere };
                openings.add(literal, expression);
            }
        });
        apart.sort();
        anywhere.sort();
        // What is looked for in another way has no literals there.
        let is_told = |(index, opening): (usize, &Option<(Which, bool)>)| {
            opening.is_some_and(|(which, _)| owners.get(owner(index, which)) == Some(&true))
        };
        let told = openings.iter().enumerate().map(is_told).collect();
        Self { told, owners, apart, anywhere }
    }

    /// Whether an expression begins with a literal.
    pub(crate) fn tells(&self, index: usize) -> bool {
        self.told.get(index).is_some_and(|told| *told)
    }

    /// The place up to which it is decided where they begin, and where that is, from a place on; each with the
    /// expression, in order. `is_past` tells of an expression and a place whether it has a match that reaches over it.
    pub(crate) fn find(
        &self,
        prefilter: &Prefilter,
        known: Known<'_>,
        from: usize,
        is_past: impl Fn(usize, usize) -> bool,
    ) -> (usize, Vec<(usize, usize)>) {
        let settled = if known.ended { known.end() } else { self.unsettled(known, from, is_past) };
        if settled <= from {
            return (from, Vec::new());
        }
        // What stands before says where words begin.
        let before = known.until(from).text.chars().next_back().map_or(0, char::len_utf8);
        let start = from.max(known.start) - before;
        let text = known.from(start);
        let words = WordStarts::of(text);
        let mut found = Vec::new();
        prefilter.each_literal(Haystack::new(text, &words), |at, owners| {
            let place = start + at;
            let mine = owners.filter(|owner| self.owners.get(*owner as usize).is_some_and(|mine| *mine));
            if (from..settled).contains(&place) {
                found.extend(mine.map(|owner| (place, Which::expression(owner))));
            }
        });
        found.sort_unstable();
        found.dedup();
        (settled, found)
    }

    /// The first place from which on a literal may be coming; the end, where there is none.
    fn unsettled(&self, known: Known<'_>, from: usize, is_past: impl Fn(usize, usize) -> bool) -> usize {
        let fresh = known.from(from);
        let tail = fresh.char_indices().rev().take(MAX_LITERAL_BYTES).last().map_or(0, |(at, _)| at);
        let mut begins = Vec::new();
        let mut written = String::new();
        let mut within = before(known, from.max(known.start) + tail);
        for (at, letter) in fresh.get(tail..).unwrap_or_default().char_indices() {
            let word = letter.is_ascii_alphanumeric();
            begins.push((known.end() - fresh.len() + tail + at, written.len(), word && within));
            within = word;
            written.push(folded(letter));
        }
        let coming = begins.into_iter().find(|(place, at, within)| {
            let tail = written.as_bytes().get(*at..).unwrap_or_default();
            let apart = self.apart.longer_than(tail).filter(|_| !within);
            self.anywhere.longer_than(tail).chain(apart).any(|expression| !is_past(expression, *place))
        });
        coming.map_or(known.end(), |(place, ..)| place)
    }
}

/// Whether an ASCII letter or digit stands before a place.
fn before(known: Known<'_>, place: usize) -> bool {
    let before = place.checked_sub(known.start + 1).and_then(|at| known.text.as_bytes().get(at));
    before.is_some_and(u8::is_ascii_alphanumeric)
}

/// Which of its needs every match begins with, and whether that begins a word, if one of them does.
fn opening(anatomy: &Anatomy) -> Option<(Which, bool)> {
    let first = match &anatomy.need {
        Need::Literals(first) => Some((Which::First, first)),
        Need::Bytes { .. } | Need::First(_) | Need::Nothing => None,
    };
    let also = anatomy.also.as_ref().map(|also| (Which::Also, also));
    let begins = first.into_iter().chain(also).find(|(_, literals)| literals.before == Length::ZERO);
    begins.map(|(which, literals)| (which, literals.apart))
}

/// Literals in order.
#[derive(Debug, Default)]
struct Openings {
    bytes: Vec<u8>,
    /// Where each stands, and the expression that begins with it.
    spans: Vec<(Range<u32>, u32)>,
}

impl Openings {
    fn add(&mut self, literal: &[u8], expression: usize) {
        let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let start = short(self.bytes.len());
        self.bytes.extend_from_slice(literal);
        self.spans.push((start..short(self.bytes.len()), short(expression)));
    }

    fn sort(&mut self) {
        let Self { bytes, spans } = self;
        spans.sort_unstable_by(|(one, _), (other, _)| within(bytes, one).cmp(within(bytes, other)));
    }

    /// The expressions of those that begin so, and go on.
    fn longer_than(&self, beginning: &[u8]) -> impl Iterator<Item = usize> {
        let next = self.spans.partition_point(|(span, _)| within(&self.bytes, span) <= beginning);
        let rest = self.spans.get(next..).unwrap_or_default();
        let longer = rest.iter().take_while(|(span, _)| within(&self.bytes, span).starts_with(beginning));
        longer.map(|(_, expression)| *expression as usize)
    }
}

fn within<'b>(bytes: &'b [u8], span: &Range<u32>) -> &'b [u8] {
    bytes.get(span.start as usize..span.end as usize).unwrap_or_default()
}
