//! One way of looking for an expression: a set of literals of which each match holds one, and what it is worth.

use std::borrow::Cow;

use regex_syntax::hir::Hir;

use super::edge::Edge;
use super::{Length, MAX_LITERAL_BYTES, MAX_LITERALS, Need};
use crate::byte_class::{ByteClass, count, rarest_class};
use crate::pattern::PATTERN_REACH;
use crate::prose;

/// What a set of literals must score, in half bits: two letters do, if there is no better.
const MIN_LITERAL_SCORE: u32 = 10;
/// The score of literals that nothing is won by making longer: they come once in a million bytes, by what is known of pairs
/// of letters; of words that often follow each other, more often.
const ENOUGH_SCORE: u32 = 70;
/// How short literals may be made, in bytes.
const SHORT_LITERALS: [usize; 2] = [12, 16];
/// How many bytes further away a match may begin, before that counts against a literal.
const NEAR: usize = 4;
/// How often a literal counts that comes with every byte. Some hundred of them can be added up.
const ALWAYS: u64 = 1 << 50;
/// How many bytes of a class count when it is weighed against literals: more of them seldom come one by one.
const MAX_COUNTED: usize = 2;
/// The most that a class can score.
const CLASS_SCORE: u32 = 36;

/// One way of looking for an expression.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    any: Vec<Vec<u8>>,
    before: Length,
    edge: Edge,
    /// How often one of them comes, of [`ALWAYS`].
    often: u64,
}

impl Choice {
    pub(super) fn of(mut any: Vec<Vec<u8>>, before: Length, edge: Edge) -> Option<Self> {
        any.iter_mut().for_each(|literal| literal.truncate(kept(literal, MAX_LITERAL_BYTES)));
        any.sort_unstable();
        // Where a longer one stands, so does what it begins with.
        any.dedup_by(|longer, before| longer.starts_with(before));
        let usable = !any.is_empty() && any.iter().all(|literal| !literal.is_empty());
        usable.then(|| {
            let often = any.iter().map(|literal| ALWAYS >> (prose::rarity(literal) / 2).min(63)).sum();
            Self { any, before, edge, often }
        })
    }

    /// The same within something longer: so much comes before it, and leaves this edge.
    pub(super) fn after(self, length: Length, edge: Edge) -> Self {
        Self { before: length.plus(self.before), edge: self.edge.behind(edge), ..self }
    }

    /// How rarely one of the literals comes, in half bits, and how much is to be looked through then; more is better.
    fn score(&self) -> u32 {
        let spread = self.before.ascii.saturating_sub(self.before.min).min(PATTERN_REACH);
        let far = 2 * (1 + spread / NEAR).ilog2();
        (2 * (ALWAYS / self.often.max(1)).max(1).ilog2()).saturating_sub(far)
    }

    pub(super) fn is_worth_looking_for(&self) -> bool {
        self.any.iter().all(|literal| literal.len() >= 2) && self.score() >= MIN_LITERAL_SCORE
    }

    /// The beginnings of the literals, where they come as rarely as need be: fewer, and sooner compared.
    pub(super) fn shortened(self) -> Self {
        let enough = self.score().min(ENOUGH_SCORE);
        let cut = |bytes: usize| {
            let begin = |literal: &Vec<u8>| literal.get(..kept(literal, bytes)).unwrap_or(literal).to_vec();
            Self::of(self.any.iter().map(begin).collect(), self.before, self.edge)
        };
        let short = SHORT_LITERALS.into_iter().filter_map(cut).find(|short| short.score() >= enough);
        short.unwrap_or(self)
    }

    /// These literals, or a class where that comes more rarely.
    pub(super) fn or_class(self, hir: &Hir) -> Need {
        let score = self.score();
        let class = if score < CLASS_SCORE { bytes_needed(hir) } else { None };
        match class.filter(|(class, count)| class_score(*class, *count) > score) {
            Some((class, count)) => Need::Bytes { class, count },
            None => Need::Literals {
                any: self.any.into_iter().map(Cow::Owned).collect(),
                before: self.before,
                apart: self.edge == Edge::Apart,
            },
        }
    }

    pub(super) fn or(mut self, other: Self) -> Option<Self> {
        self.any.extend(other.any);
        let fits = self.any.len() <= MAX_LITERALS * 4;
        let often = self.often + other.often;
        let (before, edge) = (self.before.or(other.before), self.edge.max(other.edge));
        fits.then_some(Self { before, edge, any: self.any, often })
    }

    pub(super) fn better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if other.score() > one.score() => Some(other),
            (Some(one), _) => Some(one),
            (None, other) => other,
        }
    }
}

/// How many bytes of a literal are kept: whole characters, so that it can be written down as text.
fn kept(literal: &[u8], most: usize) -> usize {
    let ends = |at: &usize| literal.get(*at).is_none_or(|next| next & 0xC0 != 0x80);
    (1..=most).rev().find(ends).unwrap_or(most)
}

/// How rarely a text holds so many bytes of a class, as [`Choice::score`] counts.
fn class_score(class: ByteClass, count: usize) -> u32 {
    let often = class.frequency().max(1);
    let bits = (1000 / often).max(1).ilog2();
    u32::try_from(count.min(MAX_COUNTED)).unwrap_or_default() * 2 * bits
}

/// The rarest class of which a match must hold members, and how many, if it is worth looking for.
pub(super) fn bytes_needed(hir: &Hir) -> Option<(ByteClass, usize)> {
    let class = rarest_class(hir).filter(|class| class.is_rare())?;
    Some((class, count(hir, class).max(1)))
}
