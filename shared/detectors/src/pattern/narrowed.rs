//! An expression as it reads ASCII: the same there, and a small part of what it is with all of Unicode.

use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Literal, Look, Repetition,
};

/// Reads an expression for texts of ASCII. Without Unicode wherever it can be read so; one that names characters which
/// stand in no such text is read with Unicode, and these are left out.
pub(super) fn parse(source: &str) -> Option<Hir> {
    let read = Parser::new().parse(source).ok()?;
    let translated = |unicode| {
        let mut translator = TranslatorBuilder::new().unicode(unicode).utf8(unicode).build();
        translator.translate(source, &read).ok()
    };
    translated(false).or_else(|| Some(narrowed(&translated(true)?)))
}

fn narrowed(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(narrowed).collect()),
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index: *index, name: name.clone(), sub: Box::new(narrowed(sub)) })
        }
        HirKind::Class(Class::Bytes(class)) => Hir::class(Class::Bytes(class.clone())),
        HirKind::Class(Class::Unicode(class)) => {
            let ends = |end: char| u8::try_from(end).ok().filter(u8::is_ascii);
            let ascii = class.iter().filter_map(|range| {
                Some(ClassBytesRange::new(ends(range.start())?, ends(range.end()).unwrap_or(0x7f)))
            });
            Hir::class(Class::Bytes(ClassBytes::new(ascii)))
        }
        HirKind::Concat(pieces) => Hir::concat(pieces.iter().map(narrowed).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(Literal(bytes)) if bytes.is_ascii() => Hir::literal(bytes.clone()),
        HirKind::Literal(_) => Hir::fail(),
        HirKind::Look(look) => Hir::look(ascii_look(*look)),
        HirKind::Repetition(repetition) => {
            Hir::repetition(Repetition { sub: Box::new(narrowed(&repetition.sub)), ..repetition.clone() })
        }
    }
}

const fn ascii_look(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        Look::Start
        | Look::End
        | Look::StartLF
        | Look::EndLF
        | Look::StartCRLF
        | Look::EndCRLF
        | Look::WordAscii
        | Look::WordAsciiNegate
        | Look::WordStartAscii
        | Look::WordEndAscii
        | Look::WordStartHalfAscii
        | Look::WordEndHalfAscii => look,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_automata::meta::Regex;

    use super::*;

    const SOURCES: [&str; 10] = [
        r"(?i)k[éa]+|ſ(b)",
        r"[’'](\w{1,3})[’']",
        r"\bé?a\b|[^ é]b",
        r"(?-u:\b)a[–-]b(?:é|c)*$",
        r"\p{L}+(?:“|')",
        r"(?i)[a-ÿ]{2}\B.é?",
        r"(?:é|a){0,2}(?:“{0,2}|b)c",
        r"\w+(?:€)",
        r"[[:alpha:]&&[^é]]b",
        r"(é)|(a)b",
    ];

    #[test]
    fn what_cannot_be_read_without_unicode_is_read_all_the_same() {
        for source in ["[’']", "a[é]?b", r"\p{L}", "(?-u:a)(?u:é)"] {
            assert!(parse(source).is_some(), "{source}");
        }
        assert!(parse("a(").is_none() && parse("[é").is_none());
    }

    proptest! {
        #[test]
        fn it_finds_the_same_in_ascii(text in r"[kKsSabcABC'’ .-]{0,24}") {
            let text = text.replace('’', "'");
            for source in SOURCES {
                let of = |hir: &Hir| Regex::builder().build_from_hir(hir).unwrap();
                let hir = regex_syntax::parse(source).unwrap();
                let (all, ascii) = (of(&hir), of(&narrowed(&hir)));
                let groups = |regex: &Regex| -> Vec<_> {
                    regex.captures_iter(&text).map(|found| [0, 1, 2].map(|nth| found.get_group(nth))).collect()
                };
                prop_assert_eq!(groups(&all), groups(&ascii), "{} in {:?}", source, text);
            }
        }
    }
}
