//! Whether a pattern catches ordinary text, which its author surely does not mean. Cheap for nearly every
//! pattern: one is compiled only when nothing in it says that it cannot match.

use regex_syntax::hir::{Class, Hir, HirKind};

/// What no rule should stop. Without digits, so that patterns of numbers are settled at once.
const SENTENCES: &str = "\
Could you help me plan a birthday dinner for six friends?
Please summarise the meeting notes below in a few short sentences.
The weather in Lisbon is mild in spring, with some rain and plenty of sun.
Thank you, that was exactly what I needed!
";

/// How many patterns of one document are compiled for this, at most.
pub(crate) const MAX_COMPILED: usize = 64;

/// Whether a pattern may match one of the sentences, as far as its form says.
pub(crate) fn may_match(form: &Hir) -> bool {
    match form.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).is_ok_and(|text| SENTENCES.contains(text))
        }
        HirKind::Class(class) => has_any_of(class),
        HirKind::Repetition(repetition) => repetition.min == 0 || may_match(&repetition.sub),
        HirKind::Capture(capture) => may_match(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(may_match) && runs_may_match(parts),
        HirKind::Alternation(parts) => parts.iter().any(may_match),
    }
}

fn has_any_of(class: &Class) -> bool {
    SENTENCES.chars().any(|character| class_has(class, character))
}

fn class_has(class: &Class, character: char) -> bool {
    match class {
        Class::Bytes(class) => {
            let within = |range: &regex_syntax::hir::ClassBytesRange| {
                (u32::from(range.start())..=u32::from(range.end())).contains(&u32::from(character))
            };
            class.ranges().iter().any(within)
        }
        Class::Unicode(class) => {
            // The ranges are sorted, and the sentences are ASCII.
            let mut ranges = class.ranges().iter().take_while(|range| range.start().is_ascii());
            ranges.any(|range| (range.start()..=range.end()).contains(&character))
        }
    }
}

/// `(?i)drop` is a row of classes: looks for each unbroken row of classes as a whole.
fn runs_may_match(parts: &[Hir]) -> bool {
    parts.chunk_by(|a, b| single(a).is_some() && single(b).is_some()).all(|run| {
        let classes: Vec<&Class> = run.iter().filter_map(single).collect();
        classes.len() < 2 || occurs(&classes)
    })
}

fn single(form: &Hir) -> Option<&Class> {
    match form.kind() {
        HirKind::Class(class) => Some(class),
        HirKind::Alternation(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_) => None,
    }
}

fn occurs(classes: &[&Class]) -> bool {
    SENTENCES.char_indices().any(|(start, _)| {
        let text = SENTENCES.get(start..).unwrap_or_default();
        let mut characters = text.chars();
        classes.iter().all(|class| characters.next().is_some_and(|character| class_has(class, character)))
    })
}

/// Whether a pattern matches one of the sentences.
pub(crate) fn matches(source: &str) -> bool {
    let built = regex::RegexBuilder::new(source).size_limit(crate::Pattern::MAX_COMPILED_BYTES).build();
    built.is_ok_and(|pattern| SENTENCES.lines().any(|sentence| pattern.is_match(sentence)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_that_catch_ordinary_text_are_named() {
        let rows = [
            (r"\w+", true),
            ("the", true),
            ("(?i)THE", true),
            (".{3}", true),
            ("[a-z]+ [a-z]+", true),
            ("(?i)(?:drop|please)", true),
            (r"(?i)\b(?:union\s+select|drop\s+table)\b", false),
            (r"\b\d{3}-\d{2}-\d{4}\b", false),
            (r"\bE-\d{6}\b", false),
            ("(?i)confidential", false),
            (r"[A-Z]{4,}", false),
        ];
        for (source, expected) in rows {
            let form = regex_syntax::Parser::new().parse(source).unwrap();
            assert_eq!(may_match(&form) && matches(source), expected, "{source}");
            assert!(may_match(&form) || !matches(source), "{source} was passed over");
        }
    }
}
