//! Reads regular expressions for `literals.rs`, with the tables of Unicode only where they are needed.

use regex_syntax::{Parser, ParserBuilder};

use crate::literals::{Anatomy, Need};

/// Reads expressions. The tables of Unicode make reading one many times dearer, and are seldom needed to find
/// its literals.
pub(crate) struct Parsers {
    ascii: Parser,
    unicode: Parser,
}

impl Parsers {
    pub(crate) fn new() -> Self {
        Self { ascii: Self::ascii(), unicode: Parser::new() }
    }

    fn ascii() -> Parser {
        ParserBuilder::new().unicode(false).utf8(false).build()
    }

    /// Reads an expression as it is meant.
    pub(crate) fn full(&mut self, source: &str) -> Option<Anatomy> {
        let Ok(hir) = self.unicode.parse(source) else {
            self.unicode = Parser::new();
            return None;
        };
        Some(Anatomy::of(&hir))
    }

    /// Reads an expression without Unicode, if literals come of it and are the same with it: classes with many
    /// members are part of no literal, and those with few are the same, unless they are made by taking from
    /// a class that grows with Unicode. Bytes by number would be characters by number.
    pub(crate) fn quick(&mut self, source: &str) -> Option<Anatomy> {
        let takes = |from: &str| source.contains(from);
        let differs = ["\\x", "&&", "--", "~~"].into_iter().any(takes)
            || (source.contains("[^") && ["\\S", "\\W", "\\D"].into_iter().any(takes));
        if differs || !source.is_ascii() {
            return None;
        }
        let Ok(hir) = self.ascii.parse(source) else {
            // A parser keeps what it had begun, and would trip over it the next time.
            self.ascii = Self::ascii();
            return None;
        };
        let anatomy = Anatomy::of(&hir);
        matches!(anatomy.need, Need::Literals(_)).then_some(anatomy)
    }
}
