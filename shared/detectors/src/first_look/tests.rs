//! What is read together against each expression by itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use regex_automata::meta::Regex;

use super::*;
use crate::DETECTORS;
use crate::parsers::Parsers;
use crate::word_starts::WordStarts;

struct Shapes {
    look: FirstLook,
    /// By index: the name of each shape, and its expression over the whole text.
    plain: BTreeMap<usize, (&'static str, Regex)>,
}

/// The shapes of all detectors that take part.
static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let shapes = DETECTORS.iter().flat_map(|detector| detector.shapes()).enumerate();
    let read = |(index, shape): (usize, &'static crate::Shape)| {
        let anatomy = Anatomy::read(shape.regex, &mut Parsers::new()).unwrap();
        (index, shape, anatomy, Arc::new(Expression::new(shape.regex.into(), true)))
    };
    let read: Vec<_> = shapes.map(read).collect();
    let rows =
        read.iter().map(|(index, shape, anatomy, expression)| (*index, shape.regex, anatomy, expression));
    let look = FirstLook::new(rows);
    let taken = read.iter().filter(|(index, ..)| look.takes(*index));
    let plain =
        taken.map(|(index, shape, ..)| (*index, (shape.name, Regex::new(shape.regex).unwrap()))).collect();
    Shapes { look, plain }
});

#[test]
fn nearly_all_shapes_of_numbers_are_read_together() {
    let Shapes { look, plain } = &*SHAPES;
    let mut all = Vec::new();
    look.candidates(Haystack::new("1234567890", &WordStarts::default()), &mut all);
    let reading = look.reading.get().unwrap();
    let alone = reading.alone.iter().filter_map(|(member, _)| look.members.get(*member));
    let alone: Vec<&str> = alone.map(|member| plain[&member.index].0).collect();
    assert_eq!(alone, ["facebook_app"]);
    assert!(look.members.len() > 40, "{}", look.members.len());
}

const PIECES: &[&str] = &[
    "1",
    "12",
    "123",
    "4567",
    "900",
    "01",
    "00",
    "756",
    "2024",
    "555",
    "378282246310005",
    "123456789",
    " ",
    " ",
    "-",
    "-",
    ".",
    "/",
    "(",
    ")",
    ") ",
    "+",
    "  ",
    "x",
    "ext. ",
    "A",
    "AB",
    "GB82",
    "Q",
    "a",
    "K",
    "‑",
    "é",
    "٣",
    "\n",
    "word ",
    "_",
    ",",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_together_is_what_each_finds_alone(text in text()) {
        let Shapes { look, plain } = &*SHAPES;
        let words = WordStarts::of(&text);
        let haystack = Haystack::new(&text, &words);
        let mut all = Vec::new();
        look.candidates(haystack, &mut all);
        let all: BTreeMap<usize, Candidates> = all.into_iter().collect();
        for (index, (name, regex)) in plain {
            let wanted: Vec<Span> =
                regex.find_iter(&text).map(|found| Span::new(found.start(), found.end())).collect();
            match all.get(index) {
                Some(Candidates::Matches(matches)) => prop_assert_eq!(matches, &wanted, "{}", name),
                Some(Candidates::Within(windows)) => {
                    let within = |span: &Span| windows.iter().any(|window| window.start <= span.start && span.end <= window.end);
                    prop_assert!(wanted.iter().all(within), "{}", name);
                }
                Some(Candidates::Begins(_) | Candidates::Everywhere) => prop_assert!(false, "{}", name),
                None => prop_assert!(wanted.is_empty(), "{}: {:?}", name, wanted),
            }
        }
    }
}

/// What each pattern has found, read with means that have so much room.
fn read_with_room(text: &str, most: usize) -> Vec<Option<Candidates>> {
    let together = SHAPES.look.reading.get().unwrap().together.as_ref().unwrap();
    let mut tracks = vec![Track::default(); together.members.len()];
    let mut means = Means::with_room(&together.dfa, most);
    let mut matched = Vec::new();
    let words = WordStarts::of(text);
    let haystack = Haystack::new(text, &words);
    for place in 0..text.len() {
        together.read_at(text.as_bytes(), place, &mut means, &mut tracks, &mut matched);
        for pattern in matched.drain(..) {
            let member = &SHAPES.look.members[together.members[pattern]];
            tracks[pattern].take(place, haystack, member, together.longest[pattern]);
        }
    }
    tracks.into_iter().map(Track::candidates).collect()
}

#[test]
fn what_does_not_fit_into_the_table_is_found_all_the_same() {
    let text =
        "+41 44 123 45 67, 4111-1111-1111-1111; 078-05-1120 (555) 123-4567 756.1234.5678.97\n".repeat(9);
    let words = WordStarts::of(&text);
    SHAPES.look.candidates(Haystack::new(&text, &words), &mut Vec::new());
    let wanted = read_with_room(&text, 1 << 20);
    assert!(wanted.iter().flatten().count() > 5, "{wanted:?}");
    // Less than a row: everything is forgotten at each step.
    for most in [0, 1 << 8, 1 << 12] {
        assert_eq!(read_with_room(&text, most), wanted, "{most}");
    }
}
