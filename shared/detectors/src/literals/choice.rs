//! One way of looking for an expression: a set of literals of which each match holds one, and what it is worth.

use regex_syntax::hir::Hir;

use super::edge::Edge;
use super::{Length, Literals, MAX_LITERAL_BYTES, MAX_LITERALS, Need};
use crate::byte_class::{ByteClass, count, rarest_class};
use crate::pattern::PATTERN_REACH;
use crate::prose;
use crate::stream::starts::Beginning;

/// What a set of literals must score, in half bits: two letters do, if there is no better.
const MIN_LITERAL_SCORE: u32 = 10;
/// The score of literals that nothing is won by making longer: they come once in a million bytes, by what is known of pairs
/// of letters; of words that often follow each other, more often.
const ENOUGH_SCORE: u32 = 70;
/// How rare literals must be that are looked for besides.
const BESIDES_RARITY: u32 = 16;
/// How much more often literals may come that are looked for besides others, in half bits: finding them costs far less than
/// trying an expression, and 64 times as many were the best of what was measured on prose.
const BESIDES_OFTENER: u32 = 12;
/// How short literals may be made, in bytes.
const SHORT_LITERALS: [usize; 2] = [12, 16];
/// How many bytes further away a match may begin, before that counts against a literal.
const NEAR: usize = 4;
/// How often a literal counts that comes with every byte. Some hundred of them can be added up.
const ALWAYS: u64 = 1 << 50;
/// How much more frequent, in a thousand bytes, a class may be that a match begins with.
const MORE_FREQUENT: u32 = 12;
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

    /// How rarely one of the literals comes, in half bits.
    fn rarity(&self) -> u32 {
        2 * (ALWAYS / self.often.max(1)).max(1).ilog2()
    }

    /// The same, less what there is to be looked through then; more is better.
    fn score(&self) -> u32 {
        let spread = self.before.ascii.saturating_sub(self.before.min).min(PATTERN_REACH);
        self.rarity().saturating_sub(2 * (1 + spread / NEAR).ilog2())
    }

    fn is_worth_looking_for(&self) -> bool {
        self.any.iter().all(|literal| literal.len() >= 2) && self.score() >= MIN_LITERAL_SCORE
    }

    /// Whether it says enough beside something that comes so rarely, for what it costs.
    fn is_worth_besides(&self, other: u32) -> bool {
        let least = if self.edge == Edge::Apart { 2 } else { 4 };
        let rarity = self.rarity();
        self.any.iter().all(|literal| literal.len() >= least)
            && rarity >= BESIDES_RARITY
            && rarity + BESIDES_OFTENER >= other
    }

    /// The beginnings of the literals, where they come as rarely as need be: fewer, and sooner compared.
    fn shortened(self) -> Self {
        let enough = self.score().min(ENOUGH_SCORE);
        let cut = |bytes: usize| {
            let begin = |literal: &Vec<u8>| literal.get(..kept(literal, bytes)).unwrap_or(literal).to_vec();
            Self::of(self.any.iter().map(begin).collect(), self.before, self.edge)
        };
        let short = SHORT_LITERALS.into_iter().filter_map(cut).find(|short| short.score() >= enough);
        short.unwrap_or(self)
    }

    fn literals(self) -> Literals {
        let Self { any, before, edge, .. } = self.shortened();
        Literals { any, before, apart: edge == Edge::Apart }
    }

    fn or(mut self, other: Self) -> Option<Self> {
        self.any.extend(other.any);
        let fits = self.any.len() <= MAX_LITERALS * 4;
        let often = self.often + other.often;
        let (before, edge) = (self.before.or(other.before), self.edge.max(other.edge));
        fits.then_some(Self { before, edge, any: self.any, often })
    }
}

/// The best ways of looking for an expression: each match holds a literal of one, and of the other elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    first: Option<Choice>,
    second: Option<Choice>,
}

impl From<Option<Choice>> for Choices {
    fn from(first: Option<Choice>) -> Self {
        Self { first, second: None }
    }
}

impl Choices {
    pub(super) const NONE: Self = Self { first: None, second: None };

    /// Takes in a choice that stands elsewhere than the others.
    pub(super) fn add(&mut self, choice: Option<Choice>) {
        let Some(choice) = choice else { return };
        let first = self.first.as_ref().map(Choice::score);
        let other = if first.is_none_or(|first| choice.score() > first) {
            self.first.replace(choice)
        } else {
            Some(choice)
        };
        let second = self.second.as_ref().map(Choice::rarity).unwrap_or_default();
        self.second = other.filter(|other| other.rarity() > second).or_else(|| self.second.take());
    }

    pub(super) fn add_all(&mut self, other: Self) {
        self.add(other.first);
        self.add(other.second);
    }

    /// These, or one choice that stands where they do, if that is as good.
    pub(super) fn or_better(self, other: Option<Choice>) -> Self {
        let first = self.first.as_ref().map(Choice::score);
        match other {
            Some(other) if first.is_none_or(|first| other.score() >= first) => Some(other).into(),
            Some(_) | None => self,
        }
    }

    /// The same within something longer: so much comes before it, and leaves this edge.
    pub(super) fn after(self, length: Length, edge: Edge) -> Self {
        let after = |choice: Choice| choice.after(length, edge);
        Self { first: self.first.map(after), second: self.second.map(after) }
    }

    /// Of one expression or another. Where one has no second, its first serves as both.
    pub(super) fn or(self, other: Self) -> Self {
        let or = |one: Option<Choice>, other: Option<Choice>| one?.or(other?);
        let second = if self.second.is_some() || other.second.is_some() {
            or(self.second.or_else(|| self.first.clone()), other.second.or_else(|| other.first.clone()))
        } else {
            None
        };
        let mut both = Self::from(or(self.first, other.first));
        both.add(second);
        both
    }

    /// What to look for: literals, or a class where that comes more rarely; and other literals besides.
    pub(super) fn needs(self, hir: &Hir) -> (Need, Option<Literals>) {
        let Self { first, second } = self;
        let worth = first.as_ref().filter(|first| first.is_worth_looking_for());
        let score = worth.map(Choice::score).unwrap_or_default();
        let class = if score < CLASS_SCORE { bytes_needed(hir) } else { None };
        match class.filter(|(class, count)| worth.is_none() || class_score(*class, *count) > score) {
            Some((class, count)) => {
                let score = class_score(class, count);
                let besides = first.into_iter().chain(second).filter(|choice| choice.is_worth_besides(score));
                (of_class(class, count, hir), besides.max_by_key(Choice::rarity).map(Choice::literals))
            }
            None => match first.filter(Choice::is_worth_looking_for) {
                Some(first) => {
                    let second = second.filter(|second| second.is_worth_besides(first.rarity()));
                    (Need::Literals(first.literals()), second.map(Choice::literals))
                }
                None => (Need::Nothing, None),
            },
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

/// A class of which a match must hold members; or that which it begins with, where that is hardly more frequent: then it is
/// known where a match begins.
fn of_class(class: ByteClass, count: usize, hir: &Hir) -> Need {
    let first = Beginning::of_hir(hir).first();
    let rare = |first: &ByteClass| {
        count <= MAX_COUNTED
            && first.apart_from(ByteClass::DIGITS)
            && first.frequency() <= class.frequency() + MORE_FREQUENT
    };
    match first.filter(rare) {
        Some(first) => Need::First(first),
        None => Need::Bytes { class, count, digits: self::count(hir, ByteClass::DIGITS) },
    }
}

/// The rarest class of which a match must hold members, and how many, if it is worth looking for.
pub(super) fn bytes_needed(hir: &Hir) -> Option<(ByteClass, usize)> {
    let class = rarest_class(hir).filter(|class| class.is_rare())?;
    Some((class, count(hir, class).max(1)))
}
