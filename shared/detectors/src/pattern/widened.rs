//! An expression as it reads bytes, with every character beyond ASCII like any other where it may be one of a class: a
//! small part of what it is with all of Unicode. Where this does not match, nothing does.

use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};

pub(super) fn widened(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(widened).collect()),
        HirKind::Capture(Capture { sub, .. }) => widened(sub),
        HirKind::Class(Class::Unicode(class)) => {
            let last = |end: char| u8::try_from(end).ok().filter(u8::is_ascii).unwrap_or(0x7f);
            let ascii = class.iter().filter(|range| range.start().is_ascii());
            let ascii = ascii.map(|range| ClassBytesRange::new(last(range.start()), last(range.end())));
            let ascii = Hir::class(Class::Bytes(ClassBytes::new(ascii)));
            let others = class.ranges().last().is_some_and(|range| !range.end().is_ascii());
            if others { Hir::alternation(vec![ascii, beyond_ascii()]) } else { ascii }
        }
        HirKind::Concat(pieces) => Hir::concat(pieces.iter().map(widened).collect()),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => {
            hir.clone()
        }
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let sub = Box::new(widened(sub));
            Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub })
        }
    }
}

/// A character of two bytes or more.
fn beyond_ascii() -> Hir {
    let bytes = |first, last| Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(first, last)])));
    let sub = Box::new(bytes(0x80, 0xbf));
    let rest = Hir::repetition(Repetition { min: 1, max: Some(3), greedy: true, sub });
    Hir::concat(vec![bytes(0xc2, 0xf4), rest])
}

#[cfg(test)]
mod tests {
    use policy::Span;
    use proptest::prelude::*;
    use regex_automata::meta::Regex;
    use regex_automata::{Anchored, Input};

    use super::*;
    use crate::stream::automaton::Automaton;

    const SOURCES: [&str; 8] = [
        r"(?i)k[éa]+|ſ(b)",
        r"[’'](\w{1,3})[’']",
        r"\bé?a\b|[^ é]b",
        r"(?-u:\b)a[–-]b(?:é|c)*$",
        r"\p{L}{2,3}(?:“|')",
        r"(?i)[a-ÿ]{2}\B.é?",
        r"(?-u:\b)(?:é|a){0,2}(?:“{0,2}|b)c",
        r"[^\s“]{3,5}😀?-",
    ];

    proptest! {
        #[test]
        fn what_it_rules_out_is_nowhere(text in "[kKſsabcé’'“😀 –.-]{0,12}", from in 0_usize..6, to in 6_usize..30) {
            let span = Span::new(text.floor_char_boundary(from), text.floor_char_boundary(to));
            for source in SOURCES {
                let hir = regex_syntax::parse(source).unwrap();
                let exact = Regex::builder().build_from_hir(&hir).unwrap();
                let wide = Automaton::new(&widened(&hir), 1 << 20).unwrap();
                for anchored in [Anchored::No, Anchored::Yes] {
                    let input = Input::new(&text).span(span.start..span.end).anchored(anchored);
                    let found = exact.search(&input);
                    prop_assert!(found.is_none() || !wide.rules_out(&input), "{} in {:?}", source, text);
                }
            }
        }
    }

    #[test]
    fn most_of_what_does_not_match_is_ruled_out() {
        for (source, text, ruled_out) in
            [("k[é–]x", "ké-", true), (r"a\wb", "a’b", false), (r"a\wb", "a’’", true)]
        {
            let wide = Automaton::new(&widened(&regex_syntax::parse(source).unwrap()), 1 << 20).unwrap();
            assert_eq!(wide.rules_out(&Input::new(text)), ruled_out, "{source} in {text}");
        }
    }
}
