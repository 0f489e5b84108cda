//! What any match of a regular expression must contain: a literal out of a small set, or so many bytes out of
//! a small class; and how long a match can be. From the parsed expression alone, nothing is compiled.
//!
//! Literals are folded with [`folded`]: a text that holds none of them, folded the same way, holds no match.

mod choice;
mod edge;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::byte_class::ByteClass;
use crate::folding::folded;
use crate::parsers::Parsers;
use choice::{Choice, Choices};
use edge::{Edge, Ending};

/// The most alternatives in one set of literals.
const MAX_LITERALS: usize = 64;
/// The longest literal; the rest says little more.
pub(crate) const MAX_LITERAL_BYTES: usize = 24;
/// How long literals must be that count as apart for beginning with a byte of no word.
const MIN_INDIFFERENT_BYTES: usize = 4;
/// The most members that a class may have, folded, to take part in a literal.
const MAX_CLASS_MEMBERS: usize = 5;

/// What a match must contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// At least `count` bytes of a class; and at least so many digits.
    Bytes { class: ByteClass, count: usize, digits: usize },
    /// It begins with a byte of a class.
    First(ByteClass),
    /// One of some literals.
    Literals(Literals),
    /// Nothing that could be looked for: the expression is run over the whole text.
    Nothing,
}

/// Literals of which a match holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literals {
    /// Folded; none, where they are in the tables of [`crate::anatomies`].
    pub(crate) any: Vec<Vec<u8>>,
    /// How many bytes after the match it begins.
    pub(crate) before: Length,
    /// Whether it begins where a word of ASCII does, or with another byte.
    pub(crate) apart: bool,
}

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anatomy {
    pub(crate) need: Need,
    /// What a match holds besides, elsewhere, where the need alone comes too often.
    pub(crate) also: Option<Literals>,
    /// How long a match is.
    pub(crate) length: Length,
    /// By which number its literals are in the tables of [`crate::anatomies`], if they are.
    pub(crate) row: Option<usize>,
}

impl Anatomy {
    /// Takes an expression apart; nothing, where it does not parse.
    pub(crate) fn read(source: &str, parsers: &mut Parsers) -> Option<Self> {
        parsers.quick(source).or_else(|| parsers.full(source))
    }

    /// Takes a parsed expression apart.
    pub(crate) fn of(hir: &Hir) -> Self {
        let node = Node::of(hir);
        let length = node.length;
        let (need, also) = node.into_choices().needs(hir);
        Self { need, also, length, row: None }
    }
}

/// Bounds of a number of bytes. `usize::MAX` stands for no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) min: usize,
    /// The most, where the text is ASCII.
    pub(crate) ascii: usize,
    /// The most, in any text.
    pub(crate) unicode: usize,
}

impl Length {
    /// Of an expression that could not be read.
    pub(crate) const UNKNOWN: Self = Self { min: 0, ascii: usize::MAX, unicode: usize::MAX };
    pub(crate) const ZERO: Self = Self { min: 0, ascii: 0, unicode: 0 };

    fn plus(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_add(other.min),
            ascii: self.ascii.saturating_add(other.ascii),
            unicode: self.unicode.saturating_add(other.unicode),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            ascii: self.ascii.max(other.ascii),
            unicode: self.unicode.max(other.unicode),
        }
    }

    fn times(self, repetition: &Repetition) -> Self {
        let most = |length: usize| match repetition.max {
            Some(max) => length.saturating_mul(max as usize),
            None if length == 0 => 0,
            None => usize::MAX,
        };
        Self {
            min: self.min.saturating_mul(repetition.min as usize),
            ascii: most(self.ascii),
            unicode: most(self.unicode),
        }
    }
}

/// What is known of a piece of an expression.
struct Node {
    /// All that it can match, folded, where that is little.
    exact: Option<Vec<Vec<u8>>>,
    best: Choices,
    length: Length,
    /// What stands before each of `exact`; of one that is empty, before what follows.
    head: Edge,
    ending: Ending,
}

impl Node {
    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Alternation(branches) => Self::alternation(branches),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Class(class) => Self::class(class, Ending::of(hir)),
            HirKind::Concat(pieces) => Self::concat(pieces),
            HirKind::Empty | HirKind::Look(_) => Self::exactly(Vec::new(), 0, Ending::of(hir)),
            HirKind::Literal(literal) => Self::literal(&literal.0, Ending::of(hir)),
            HirKind::Repetition(repetition) => Self::repetition(repetition),
        }
    }

    fn exactly(literal: Vec<u8>, length: usize, ending: Ending) -> Self {
        let length = Length { min: length, ascii: length, unicode: length };
        Self { exact: Some(vec![literal]), best: Choices::NONE, length, head: Edge::Inherited, ending }
    }

    fn literal(bytes: &[u8], ending: Ending) -> Self {
        let literal = match std::str::from_utf8(bytes) {
            Ok(text) => text.chars().map(folded).collect::<String>().into_bytes(),
            Err(_) => bytes.to_ascii_lowercase(),
        };
        Self::exactly(literal, bytes.len(), ending)
    }

    fn class(class: &Class, ending: Ending) -> Self {
        let length = match class {
            // Of an expression read without Unicode: a character with it.
            Class::Bytes(_) => Length { min: 1, ascii: 1, unicode: 4 },
            Class::Unicode(class) => {
                let bytes = |bound: Option<char>| bound.map_or(0, char::len_utf8);
                let min = bytes(class.ranges().first().map(|range| range.start()));
                // A class of ASCII may come of an expression that was read without Unicode as well.
                let unicode = match bytes(class.ranges().last().map(|range| range.end())) {
                    1 => 4,
                    most => most,
                };
                Length { min, ascii: 1.max(min), unicode }
            }
        };
        Self { exact: members(class), best: Choices::NONE, length, head: Edge::Inherited, ending }
    }

    fn repetition(repetition: &Repetition) -> Self {
        let Self { exact, best, length, head, ending } = Self::of(&repetition.sub);
        let length = length.times(repetition);
        if repetition.min == 0 {
            let once = repetition.max == Some(1);
            let exact = exact.filter(|exact| once && exact.len() < MAX_LITERALS).map(|mut exact| {
                exact.push(Vec::new());
                exact
            });
            let head = head.max(Edge::Inherited);
            return Self { exact, best: Choices::NONE, length, head, ending: ending.optional() };
        }
        let repeated = exact.as_ref().and_then(|exact| power(exact, repetition.min));
        if repetition.max == Some(repetition.min) && repeated.is_some() {
            return Self { exact: repeated, best: Choices::NONE, length, head, ending };
        }
        let more = repeated.and_then(|any| Choice::of(any, Length::ZERO, head));
        let once = exact.map_or(best, |exact| Choice::of(exact, Length::ZERO, head).into());
        Self { exact: None, best: once.or_better(more), length, head, ending }
    }

    fn concat(pieces: &[Hir]) -> Self {
        let mut run = Run::at(Length::ZERO);
        let mut best = Choices::NONE;
        let mut whole = true;
        let mut length = Length::ZERO;
        let mut ending = Ending::EMPTY;
        for piece in pieces.iter().map(Self::of) {
            let head = piece.head.behind(ending.edge());
            match piece.exact {
                Some(exact) => {
                    if !run.extend(&exact, head) {
                        whole = false;
                        best.add(run.close());
                        run = Run { any: exact, start: length, head };
                    }
                }
                None => {
                    whole = false;
                    best.add(run.close());
                    best.add_all(piece.best.after(length, ending.edge()));
                    run = Run::at(length.plus(piece.length));
                }
            }
            length = length.plus(piece.length);
            ending = ending.then(piece.ending);
        }
        if whole {
            return Self { head: run.head, exact: Some(run.any), best: Choices::NONE, length, ending };
        }
        best.add(run.close());
        Self { exact: None, best, length, head: Edge::Unknown, ending }
    }

    fn alternation(branches: &[Hir]) -> Self {
        let nodes: Vec<Self> = branches.iter().map(Self::of).collect();
        let length = nodes.iter().map(|node| node.length).reduce(Length::or).unwrap_or(Length::ZERO);
        let ending = nodes.iter().map(|node| node.ending).reduce(Ending::or).unwrap_or(Ending::EMPTY);
        let head = nodes.iter().map(Self::lead).max().unwrap_or(Edge::Unknown);
        let exact: Option<Vec<_>> = nodes.iter().map(|node| node.exact.as_ref()).collect();
        let exact: Option<Vec<_>> = exact.map(|sets| sets.into_iter().flatten().cloned().collect());
        if exact.as_ref().is_some_and(|all| all.len() <= MAX_LITERALS) {
            return Self { exact, best: Choices::NONE, length, head, ending };
        }
        let best = nodes.into_iter().map(Self::into_choices).reduce(Choices::or).unwrap_or(Choices::NONE);
        Self { exact: None, best, length, head, ending }
    }

    /// Its head as one of several branches: the edge of a word leaves what follows apart, and a byte of no word needs none.
    fn lead(&self) -> Edge {
        match self.exact.as_deref() {
            Some([only]) if only.is_empty() => self.ending.edge(),
            Some(exact) => self.head.of_any(exact),
            None => self.head,
        }
    }

    fn into_choices(self) -> Choices {
        match self.exact {
            Some(exact) => Choice::of(exact, Length::ZERO, self.head).into(),
            None => self.best,
        }
    }
}

/// Neighbouring pieces of which all that they can match is known.
struct Run {
    any: Vec<Vec<u8>>,
    start: Length,
    /// What stands before the first byte.
    head: Edge,
}

impl Run {
    fn at(start: Length) -> Self {
        Self { any: vec![Vec::new()], start, head: Edge::Inherited }
    }

    /// Appends a piece that has this before it, if that does not make too much of it.
    fn extend(&mut self, exact: &[Vec<u8>], head: Edge) -> bool {
        let long = self.any.iter().any(|literal| literal.len() > MAX_LITERAL_BYTES);
        if self.any.len() * exact.len() > MAX_LITERALS || (long && exact.len() > 1) {
            return false;
        }
        if self.any.iter().all(Vec::is_empty) {
            self.head = head;
        }
        self.any = product(&self.any, exact);
        true
    }

    fn close(self) -> Option<Choice> {
        // Of blanks and short words alone nothing is won.
        let long = self.any.iter().all(|literal| literal.len() >= MIN_INDIFFERENT_BYTES);
        let edge = if long { self.head.of_any(&self.any) } else { self.head };
        Choice::of(self.any, self.start, edge)
    }
}

fn product(heads: &[Vec<u8>], tails: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        heads.iter().flat_map(|head| tails.iter().map(|tail| [head.as_slice(), tail].concat())).collect();
    if tails.len() > 1 {
        all.sort_unstable();
        all.dedup();
    }
    all
}

/// A set repeated, while that stays small.
fn power(exact: &[Vec<u8>], times: u32) -> Option<Vec<Vec<u8>>> {
    let mut run = Run::at(Length::ZERO);
    let short = times <= MAX_LITERAL_BYTES as u32;
    (short && (0..times).all(|_| run.extend(exact, Edge::Inherited))).then_some(run.any)
}

/// The members of a class, folded, where they are few.
fn members(class: &Class) -> Option<Vec<Vec<u8>>> {
    let few = |ranges: usize| ranges <= 2 * MAX_CLASS_MEMBERS;
    let mut all = Vec::new();
    match class {
        Class::Bytes(class) if few(class.ranges().len()) => {
            for range in class.ranges() {
                all.extend((range.start()..=range.end()).map(|byte| vec![byte.to_ascii_lowercase()]));
            }
        }
        Class::Unicode(class) if few(class.ranges().len()) => {
            for range in class.ranges() {
                let some = (range.start()..=range.end()).take(2 * MAX_CLASS_MEMBERS + 1);
                all.extend(some.map(|character| folded(character).to_string().into_bytes()));
            }
        }
        Class::Bytes(_) | Class::Unicode(_) => return None,
    }
    all.sort_unstable();
    all.dedup();
    (!all.is_empty() && all.len() <= MAX_CLASS_MEMBERS).then_some(all)
}

#[cfg(test)]
mod tests;
