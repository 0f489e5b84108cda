//! The engine against the plain way: one expression over the whole text.

use proptest::prelude::*;

use super::*;
use crate::first_look::FirstLook;
use crate::literals::Anatomy;
use crate::parsers::Parsers;
use crate::prefilter::Prefilter;

/// What the engine finds.
fn engine(source: &str, text: &str) -> Vec<Span> {
    let prefilter = Prefilter::new(
        vec![Anatomy::read(source, &mut Parsers::new()).unwrap().into()],
        FirstLook::default(),
    );
    let words = WordStarts::of(text);
    let haystack = Haystack::new(text, &words).with_bytes();
    let expression = Expression::new(source.to_owned().into(), false);
    let mut found = Vec::new();
    for (index, candidates) in prefilter.candidates(haystack) {
        let reach = prefilter.reach(index, haystack.ascii);
        expression.find(haystack, &candidates, reach, |span| found.push(span)).unwrap();
    }
    found
}

/// What the expression says, run over the whole text.
fn plain(source: &str, text: &str) -> Vec<Span> {
    let regex = Regex::new(source).unwrap();
    regex.find_iter(text).map(|found| Span::new(found.start(), found.end())).collect()
}

/// What the expression says when no match may be longer than the reach: the definition, step by step.
fn plain_cut(source: &str, text: &str) -> Vec<Span> {
    let regex = Regex::new(source).unwrap();
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = text.floor_char_boundary(at + PATTERN_REACH);
        let matched = regex.search(&Input::new(text).span(at..end).anchored(Anchored::Yes));
        at = match matched {
            Some(matched) => {
                found.push(Span::new(matched.start(), matched.end()));
                matched.end()
            }
            None => text.ceil_char_boundary(at + 1),
        };
    }
    found
}

const PIECES: &[&str] = &[
    "foo",
    "ask",
    "(?i:ask)",
    r"\d",
    r"\d{3}",
    "[0-9]{2,4}",
    r"\w{1,3}",
    "[a-c]{2,4}",
    "(?:ab|cd)",
    "s?",
    "@",
    ".{0,5}",
    "(?i:kiß)",
    "-",
    "^",
    "$",
    r"\b",
    "(?i:s)",
    "é",
    r"\s",
    "[^a]",
    "(?:foo|bar){1,2}",
    "x{0,3}",
    "(?i:[éß])",
    r"(?-u:\b)",
    r"\B",
    "(?i-u:task)",
    r"\p{Greek}",
    "(?m:^)",
    "(?:foo|ba)??",
    r"\s{0,3}:",
    "(?:a|ab)",
    r"[^\S ]",
    r"(?i)k[\w&&[ſk]]",
    r"\xe9",
    r"\D{1,2}",
    r"(?i)fos\s",
];

const WORDS: &[&str] = &[
    "foo", "ask", "aſK", "K", "ſ", "123", "4", "ab", "cd", "bar", "@", "-", " ", "\n", "é", "É", "KIß",
    "kiẞ", "TASK", "taſk", "x", "α", "٣", ":", "  :", "ba", "a", "fooo", "abcabc", "\u{200b}", "€",
];

fn source() -> impl Strategy<Value = String> {
    let row = prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|pieces| pieces.concat());
    (row.clone(), row, any::<bool>())
        .prop_map(|(one, other, two)| if two { format!("(?:{one}|{other})") } else { one })
        .prop_filter("an empty match", |source| {
            regex_syntax::parse(source).unwrap().properties().minimum_len().is_some_and(|least| least > 0)
        })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_the_expression_says(source in source(), text in text()) {
        prop_assert_eq!(engine(&source, &text), plain(&source, &text));
    }
}

#[test]
fn a_match_is_cut_at_the_reach_and_nothing_else_changes() {
    let long = "y".repeat(5000);
    let texts = [
        format!("foo{long}bar foo"),
        format!("{long}foo bar{long}foo-bar\n{long}é"),
        "foo".repeat(4000),
        format!("é{}", "foo ".repeat(3000)),
        format!("{long}{long}"),
        "€".repeat(3000),
    ];
    for source in ["foo.*bar", "foo(?:.*bar)?", "foo.+", "[^a-f]+", r"\w+bar", "y{1,9000}", "(?s:.)+"] {
        for text in &texts {
            assert_eq!(engine(source, text), plain_cut(source, text), "{source} on {:.20}", text);
        }
    }
}

#[test]
fn an_expression_that_does_not_compile_fails_when_it_is_run() {
    let expression = Expression::new("(".into(), false);
    let outcome =
        expression.find(Haystack::new("text", &WordStarts::default()), &Candidates::Everywhere, 10, |_| {});
    assert_eq!(outcome, Err(Failed));
}
