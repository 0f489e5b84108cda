//! The file says what taking shapes apart says, and a file that does not is not believed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::rows::{ALSO, UNBOUNDED, read_literal, sections};
use super::*;
use crate::DETECTORS;
use crate::literal_finder::{LiteralFinder, Sought, layout};
use crate::parsers::Parsers;
use crate::word_starts::WordStarts;

static WRITTEN: &str = include_str!("../anatomies.txt");

const HEAD: &str = "\
# What every match of a detector's shape must contain, so that a process need not work it out when it starts.
# Made from the shapes; do not edit. To bring it up to date after a shape or the way of taking them apart changed:
#   cargo test -q -p sallyport-detectors -- --ignored --nocapture print_anatomies > made.txt
#   sed -n '/^# What every/,/^# End/p' made.txt > shared/detectors/src/anatomies.txt
# The columns are explained in anatomies/rows.rs. Lengths are in bytes: the least, the most in ASCII, the most in any text.
";

const TAIL: &str = "\n# End\n";

/// The row of a shape; nothing, where it cannot be written down.
fn row(shape: &Shape, parsers: &mut Parsers) -> Option<String> {
    let anatomy = Anatomy::read(shape.regex, parsers)?;
    let need = need(&anatomy.need)?;
    let also = match &anatomy.also {
        Some(also) => ALSO.to_owned() + &literals(also)?,
        None => String::new(),
    };
    let fingerprint = super::fingerprint(shape.regex);
    Some(format!("{}\t{fingerprint:016x}\t{}\t{need}{also}\n", shape.name, length(anatomy.length)))
}

fn length(length: Length) -> String {
    let bound = |bound: usize| if bound == usize::MAX { UNBOUNDED.to_owned() } else { bound.to_string() };
    [length.min, length.ascii, length.unicode].map(bound).join(" ")
}

fn need(need: &Need) -> Option<String> {
    Some(match need {
        Need::Bytes { class, count, digits } => format!("bytes\t{count}\t{digits}\t{}", class.to_hex()),
        Need::First(class) => format!("first\t{}", class.to_hex()),
        Need::Literals(any) => literals(any)?,
        Need::Nothing => "nothing".to_owned(),
    })
}

fn literals(Literals { any, before, apart }: &Literals) -> Option<String> {
    let kind = if *apart { "apart" } else { "literals" };
    let any: Option<Vec<String>> = any.iter().map(|any| std::str::from_utf8(any).ok().map(literal)).collect();
    Some(format!("{kind}\t{}\t{}", length(*before), any?.join("\t")))
}

/// As it is, but for what would not be seen or would not survive an editor.
fn literal(text: &str) -> String {
    let last = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
    let mut written = String::new();
    for (at, character) in text.char_indices() {
        let plain = character.is_ascii_graphic() || (character == ' ' && at != last);
        if (plain && character != '\\') || (!character.is_ascii() && character.is_alphanumeric()) {
            written.push(character);
        } else {
            write!(written, "\\u{{{:x}}}", u32::from(character)).unwrap();
        }
    }
    written
}

fn made() -> String {
    let mut parsers = Parsers::new();
    let mut made = HEAD.to_owned();
    for detector in DETECTORS {
        let rows: String = detector.shapes().iter().filter_map(|shape| row(shape, &mut parsers)).collect();
        if !rows.is_empty() {
            write!(made, "\n[{}]\n{rows}", detector.id()).unwrap();
        }
    }
    made + TAIL
}

#[test]
fn the_file_is_up_to_date() {
    let made = made();
    let differs = made.lines().zip(WRITTEN.lines()).position(|(made, written)| made != written);
    let shorter = made.lines().count().min(WRITTEN.lines().count());
    assert!(
        made == WRITTEN,
        "line {} of anatomies.txt is not what taking the shapes apart gives; its head says how to make it anew",
        differs.unwrap_or(shorter) + 1,
    );
}

#[test]
fn every_shape_is_known_as_it_would_be_taken_apart() {
    let mut parsers = Parsers::new();
    for detector in DETECTORS {
        let mut written = Written::of(detector.id());
        for shape in detector.shapes() {
            let taken = Anatomy::read(shape.regex, &mut parsers);
            assert!(taken.is_some(), "{}/{} does not parse", detector.id(), shape.name);
            let known = written.next(shape).map(with_literals);
            assert_eq!(known, taken, "{}/{}", detector.id(), shape.name);
        }
    }
}

/// As it was before its literals went to the tables.
fn with_literals(known: Anatomy) -> Anatomy {
    let row = known.row.unwrap();
    let of = |nth: usize, literals: Literals| Literals { any: LITERALS_OF[&(row, nth)].clone(), ..literals };
    let need = match known.need {
        Need::Literals(literals) => Need::Literals(of(0, literals)),
        need @ (Need::Bytes { .. } | Need::First(_) | Need::Nothing) => need,
    };
    Anatomy { need, also: known.also.map(|also| of(1, also)), length: known.length, row: None }
}

/// By the row of a shape, and 0 or 1 for the first or those besides.
type LiteralsOf = BTreeMap<(usize, usize), Vec<Vec<u8>>>;

/// The literals of each row, for the first and for those besides, as the tables have them.
static LITERALS_OF: LazyLock<LiteralsOf> = LazyLock::new(|| {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let lists = everything().lists().unwrap();
    for number in 0..lists.count() {
        let literal = lists.text(lists.literal(number).unwrap()).to_vec();
        for need in lists.owners(number).iter().map(|need| layout::number(*need)) {
            all.entry((need / 2, need % 2)).or_default().push(literal.clone());
        }
    }
    all.values_mut().for_each(|literals| literals.sort_unstable());
    all
});

/// Every shape's literals; who asks for them is the number of the need.
fn everything() -> Prepared {
    asked_by(|_| true)
}

fn asked_by(asks: impl Fn(usize) -> bool) -> Prepared {
    let mut prepared = Prepared::default();
    for need in (0..2 * (SHAPES.len() / (4 * COLUMNS))).filter(|need| asks(*need)) {
        prepared.ask(need / 2, need % 2, u32::try_from(need).unwrap());
    }
    prepared
}

#[test]
fn every_literal_of_the_tables_is_found_for_those_who_ask() {
    let more = Sought { literal: b"of a policy", owner: 1_000_000, apart: false };
    type Asking<'l> = (fn(usize) -> bool, &'l [Sought<'l>]);
    let some: [Asking<'_>; 4] =
        [(|_| true, &[]), (|_| true, &[more]), (|need| need % 5 == 0, &[]), (|need| need % 3 == 1, &[more])];
    let lists = everything().lists().unwrap();
    for (nth, (asks, own)) in some.into_iter().enumerate() {
        let finder = LiteralFinder::new(asked_by(asks), own);
        for number in 0..lists.count() {
            let literal = lists.text(lists.literal(number).unwrap());
            let mut found = Vec::new();
            finder.find(literal, &WordStarts::everywhere(literal.len()), |at, literal| {
                found.extend(finder.owners(literal).map(|owner| (at, owner as usize)));
            });
            for need in lists.owners(number).iter().map(|need| layout::number(*need)) {
                assert_eq!(found.contains(&(0, need)), asks(need), "{nth}: {}", literal.escape_ascii());
            }
        }
        let mut own_found = Vec::new();
        finder.find(b"part of a policy", &WordStarts::everywhere(16), |at, literal| {
            own_found.extend(finder.owners(literal).filter(|owner| *owner == more.owner).map(|_| at));
        });
        assert_eq!(own_found, vec![5; own.len()], "{nth}");
    }
}

#[test]
#[ignore = "makes the file anew, for whoever changed a shape"]
fn print_anatomies() {
    println!("\n{}", made());
}

#[test]
fn a_shape_of_another_expression_is_not_known() {
    let shapes = DETECTORS.iter().find(|detector| detector.id() == "sql_injection").unwrap().shapes();
    let [first, second, .., last] = shapes else { panic!("there are some") };
    let other = Shape { name: second.name, regex: "another", confidence: 50, accept: None };
    let mut written = Written::of("sql_injection");
    let known = [first, &other, second, last, second].map(|shape| written.next(shape).is_some());
    assert_eq!(known, [true, false, true, true, false]);
    assert!(Written::of("none").next(first).is_none());
}

#[test]
fn a_row_that_cannot_be_read_is_left_out() {
    let rows = [
        ("6 6 6\tliterals\t0 0 0\tsecret", true),
        ("6 6 6\tliterals\t0 * *\tsecr\\u{65}t", true),
        ("6 6 6\tapart\t0 0 0\tsecret", true),
        ("6 6 6\tnothing", true),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tapart\t3 3 3\tret", true),
        ("6 6 6\tbytes\t1\t0\t1 2 3 4\t\\also\tliterals\t3 3 3\tret", true),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tliterals\t3 3 3", false),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tbytes\t1\t0\t1 2 3 4", false),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tnothing", false),
        ("", false),
        ("6 6\tnothing", false),
        ("6 6 6 6\tnothing", false),
        ("6 6 x\tnothing", false),
        ("6 6 6\tsomething", false),
        ("6 6 6\tliterals\t0 0 0", false),
        ("6 6 6\tliterals\t0 0 0\tsecret\t", false),
        ("6 6 6\tliterals\t0 0 0\tsecr\\u{110000}t", false),
        ("6 6 6\tliterals\t0 0 0\tsecr\\u{65", false),
        ("6 6 6\tfirst\t1 2 3 4", true),
        ("6 6 6\tfirst\t1\t1 2 3 4", false),
        ("6 6 6\tbytes\t1\t1 2 3 4", false),
        ("6 6 6\tbytes\t1\t0\t1 2 3", false),
        ("6 6 6\tbytes\tmany\t0\t1 2 3 4", false),
    ];
    for (row, readable) in rows {
        let file =
            format!("# A head\n\n[one]\na\t0f\t{row}\n<<<<<<<\nb\t10\t6 6 6\tnothing\n\n[two]\n# End\n");
        let sections = sections(&file);
        let [("one", one), ("two", two)] = sections.as_slice() else { panic!("{row}") };
        let read: Vec<u64> = one.iter().map(|row| row.fingerprint).collect();
        assert_eq!((read.as_slice(), two.len()), (if readable { &[15, 16][..] } else { &[16] }, 0), "{row}");
    }
}

proptest! {
    #[test]
    fn a_literal_is_read_as_it_was_written(text in r"(?s)[\\ \t\n{}ua-f0]{1,12}|.{1,24}") {
        let written = literal(&text);
        prop_assert!(!written.contains(['\t', '\n', '\r']) && !written.ends_with(' '));
        prop_assert_eq!(read_literal(&written).unwrap().into_owned(), text.into_bytes());
    }
}
