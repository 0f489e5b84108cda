//! Whether a piece of an expression begins where a word of ASCII letters and digits does: then it is looked for at the
//! beginnings of words alone. An underscore is of no word here, so that each part of a name counts as one.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// What stands before a piece of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    /// No ASCII letter or digit; or what comes next is none.
    Apart,
    /// The same as before that which the piece begins.
    Inherited,
    /// Anything.
    Unknown,
}

impl Edge {
    /// The same for one of some literals: where each begins with a byte of no word, it is apart whatever stands before.
    pub(super) fn of_any(self, any: &[Vec<u8>]) -> Self {
        let of_word = |literal: &Vec<u8>| literal.first().is_none_or(u8::is_ascii_alphanumeric);
        if any.iter().any(of_word) { self } else { Self::Apart }
    }

    /// The same, where that which the piece begins stands behind `before`.
    pub(super) fn behind(self, before: Self) -> Self {
        if self == Self::Inherited { before } else { self }
    }
}

/// What a piece of an expression leaves before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// Unless it matches nothing, the next piece begins apart.
    apart: bool,
    /// It can match nothing, so that the next piece stands where it does.
    passes: bool,
}

impl Ending {
    /// Of what matches nothing.
    pub(super) const EMPTY: Self = Self { apart: true, passes: true };

    /// Of a piece that holds no others.
    pub(super) fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Class(class) => Self { apart: !holds_word_bytes(class), passes: false },
            HirKind::Literal(literal) => {
                let last = literal.0.last().copied();
                Self { apart: !last.is_some_and(|byte| byte.is_ascii_alphanumeric()), passes: last.is_none() }
            }
            HirKind::Look(look) => Self { apart: true, passes: !parts(*look) },
            HirKind::Alternation(_)
            | HirKind::Capture(_)
            | HirKind::Concat(_)
            | HirKind::Empty
            | HirKind::Repetition(_) => Self::EMPTY,
        }
    }

    pub(super) fn then(self, next: Self) -> Self {
        Self { apart: next.apart && (self.apart || !next.passes), passes: self.passes && next.passes }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { apart: self.apart && other.apart, passes: self.passes || other.passes }
    }

    /// The same, where it may be left out.
    pub(super) fn optional(self) -> Self {
        self.or(Self::EMPTY)
    }

    /// What the next piece has before it.
    pub(super) fn edge(self) -> Edge {
        match (self.apart, self.passes) {
            (false, _) => Edge::Unknown,
            (true, false) => Edge::Apart,
            (true, true) => Edge::Inherited,
        }
    }
}

/// Whether an assertion holds only between what is a word and what is not.
fn parts(look: Look) -> bool {
    match look {
        Look::Start
        | Look::StartCRLF
        | Look::StartLF
        | Look::WordAscii
        | Look::WordStartAscii
        | Look::WordStartHalfAscii
        | Look::WordStartHalfUnicode
        | Look::WordStartUnicode
        | Look::WordUnicode => true,
        Look::End
        | Look::EndCRLF
        | Look::EndLF
        | Look::WordAsciiNegate
        | Look::WordEndAscii
        | Look::WordEndHalfAscii
        | Look::WordEndHalfUnicode
        | Look::WordEndUnicode
        | Look::WordUnicodeNegate => false,
    }
}

fn holds_word_bytes(class: &Class) -> bool {
    let mut words = (0..=0x7f_u8).filter(u8::is_ascii_alphanumeric);
    match class {
        Class::Bytes(class) => {
            words.any(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(&byte)))
        }
        Class::Unicode(class) => words
            .any(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(byte)))),
    }
}
