//! Whether the match of an expression is always the longest that begins at its place: where the bytes leave no choice of
//! how to go on, and to go on is preferred to ending. The automaton that reads many expressions together then has said
//! where a match ends, and none is run once more.

use regex_syntax::hir::{Hir, HirKind};

use crate::byte_class::ByteClass;
use crate::stream::starts::Beginning;

/// Tells for sure; it may say no of others that are so, too.
pub(super) fn takes_longest(hir: &Hir) -> bool {
    leaves_no_choice(hir, Behind { first: ByteClass::EMPTY, may_end: true })
}

/// What may stand behind a part of an expression.
#[derive(Clone, Copy)]
struct Behind {
    first: ByteClass,
    /// Whether the match may end right there.
    may_end: bool,
}

impl Behind {
    /// What stands behind the part before one.
    fn before(self, hir: &Hir) -> Self {
        let may_be_empty = hir.properties().minimum_len() == Some(0);
        let own = firsts(hir);
        if may_be_empty {
            Self { first: own.or(self.first), ..self }
        } else {
            Self { first: own, may_end: false }
        }
    }
}

fn leaves_no_choice(hir: &Hir, behind: Behind) -> bool {
    match hir.kind() {
        HirKind::Alternation(branches) => chooses_by_first(branches, behind),
        HirKind::Capture(capture) => leaves_no_choice(&capture.sub, behind),
        HirKind::Class(_) | HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => true,
        HirKind::Concat(pieces) => {
            let mut behind = behind;
            pieces.iter().rev().all(|piece| {
                let here = behind;
                behind = behind.before(piece);
                leaves_no_choice(piece, here)
            })
        }
        HirKind::Repetition(repetition) => {
            let own = firsts(&repetition.sub);
            let counted = repetition.max == Some(repetition.min);
            let again = Behind { first: own.or(behind.first), ..behind };
            repetition.sub.properties().minimum_len().is_some_and(|least| least > 0)
                && (counted || repetition.greedy && own.apart_from(behind.first))
                && leaves_no_choice(&repetition.sub, again)
        }
    }
}

/// Whether the first byte says which branch it is. One that may be empty stands for what is behind, and nothing may end there.
fn chooses_by_first(branches: &[Hir], behind: Behind) -> bool {
    let mut taken = ByteClass::EMPTY;
    branches.iter().all(|branch| {
        let may_be_empty = branch.properties().minimum_len() == Some(0);
        let own = firsts(branch);
        let first = if may_be_empty { own.or(behind.first) } else { own };
        let apart = first.apart_from(taken);
        taken = taken.or(first);
        apart && !(may_be_empty && behind.may_end) && leaves_no_choice(branch, behind)
    })
}

/// The bytes that a part may begin with, if it is not empty.
fn firsts(hir: &Hir) -> ByteClass {
    match hir.kind() {
        HirKind::Alternation(branches) => branches.iter().map(firsts).fold(ByteClass::EMPTY, ByteClass::or),
        HirKind::Capture(capture) => firsts(&capture.sub),
        HirKind::Concat(pieces) => {
            let end = Behind { first: ByteClass::EMPTY, may_end: true };
            pieces.iter().rev().fold(end, Behind::before).first
        }
        HirKind::Class(_) | HirKind::Literal(_) => Beginning::of_hir(hir).first().unwrap_or(ByteClass::ALL),
        HirKind::Empty | HirKind::Look(_) => ByteClass::EMPTY,
        HirKind::Repetition(repetition) => firsts(&repetition.sub),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_so_where_each_byte_says_how_to_go_on() {
        let rows = [
            (r"(?-u:\b)[0-9]{9}(?-u:\b)", true),
            (r"(?:(?-u:\b)|\()[0-9]{2,4}\)?(?:[ .-][0-9]{2,6}){1,4}", true),
            (r"(?-u:\b)\(?[0-9](?:[ ./()-]{0,2}[0-9]){5,14}(?-u:\b)", true),
            (r"0(?: [0-9]{2}|\.[0-9]{2})x?", true),
            // Digits that may belong to either part.
            (r"[0-9]{3,4}[ -]?[0-9]{3,4}", false),
            // Ending is preferred.
            (r"1[0-9]{2,4}?", false),
            (r"1(?:|2)", false),
            (r"1(?:2|[0-9]3)", false),
            (r"(?:1?)?", false),
        ];
        for (source, wanted) in rows {
            assert_eq!(takes_longest(&regex_syntax::parse(source).unwrap()), wanted, "{source}");
        }
    }
}
