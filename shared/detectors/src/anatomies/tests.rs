//! The file says what taking shapes apart says, and a file that does not is not believed.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::DETECTORS;
use crate::parsers::Parsers;

const HEAD: &str = "\
# What every match of a detector's shape must contain, so that a process need not work it out when it starts.
# Made from the shapes; do not edit. To bring it up to date after a shape or the way of taking them apart changed:
#   cargo test -q -p sallyport-detectors -- --ignored --nocapture print_anatomies > made.txt
#   sed -n '/^# What every/,/^# End/p' made.txt > shared/detectors/src/anatomies.txt
# The columns are explained in anatomies.rs. Lengths are in bytes: the least, the most in ASCII, the most in any text.
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
    let fingerprint = fingerprint(shape.regex);
    Some(format!("{}\t{fingerprint:016x}\t{}\t{need}{also}\n", shape.name, length(anatomy.length)))
}

fn length(length: Length) -> String {
    let bound = |bound: usize| if bound == usize::MAX { UNBOUNDED.to_owned() } else { bound.to_string() };
    [length.min, length.ascii, length.unicode].map(bound).join(" ")
}

fn need(need: &Need) -> Option<String> {
    Some(match need {
        Need::Bytes { class, count } => format!("bytes\t{count}\t{}", class.to_hex()),
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
fn every_shape_is_read_as_it_would_be_taken_apart() {
    let mut parsers = Parsers::new();
    for detector in DETECTORS {
        let written = Written::of(detector.id());
        for shape in detector.shapes() {
            let taken = Anatomy::read(shape.regex, &mut parsers);
            assert!(taken.is_some(), "{}/{} does not parse", detector.id(), shape.name);
            assert_eq!(written.anatomy(shape), taken, "{}/{}", detector.id(), shape.name);
        }
    }
}

#[test]
#[ignore = "makes the file anew, for whoever changed a shape"]
fn print_anatomies() {
    println!("\n{}", made());
}

#[test]
fn a_row_that_cannot_be_trusted_is_none() {
    let shape = |name, regex| Shape { name, regex, confidence: 50, accept: None };
    let right = format!("{:016x}", fingerprint("secret"));
    let rows = [
        ("6 6 6\tliterals\t0 0 0\tsecret", true),
        ("6 6 6\tliterals\t0 * *\tsecr\\u{65}t", true),
        ("6 6 6\tapart\t0 0 0\tsecret", true),
        ("6 6 6\tnothing", true),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tapart\t3 3 3\tret", true),
        ("6 6 6\tbytes\t1\t1 2 3 4\t\\also\tliterals\t3 3 3\tret", true),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tliterals\t3 3 3", false),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tbytes\t1\t1 2 3 4", false),
        ("6 6 6\tliterals\t0 0 0\tsec\t\\also\tnothing", false),
        ("", false),
        ("6 6\tnothing", false),
        ("6 6 x\tnothing", false),
        ("6 6 6\tsomething", false),
        ("6 6 6\tliterals\t0 0 0", false),
        ("6 6 6\tliterals\t0 0 0\tsecret\t", false),
        ("6 6 6\tliterals\t0 0 0\tsecr\\u{110000}t", false),
        ("6 6 6\tliterals\t0 0 0\tsecr\\u{65", false),
        ("6 6 6\tfirst\t1 2 3 4", true),
        ("6 6 6\tfirst\t1\t1 2 3 4", false),
        ("6 6 6\tbytes\t1\t1 2 3", false),
        ("6 6 6\tbytes\tmany\t1 2 3 4", false),
    ];
    for (row, trusted) in rows {
        let file = format!("# A head\n\n[one]\na\t{right}\t{row}\nb\t0\t6 6 6\tnothing\n\n[two]\n").leak();
        let written = Written::within(file, "one");
        assert_eq!(written.anatomy(&shape("a", "secret")).is_some(), trusted, "{row}");
        assert_eq!(written.anatomy(&shape("a", "secrets")), None, "another expression");
        assert_eq!(written.anatomy(&shape("b", "secret")), None, "of another shape");
        for other in ["two", "none"] {
            assert_eq!(Written::within(file, other).anatomy(&shape("a", "secret")), None, "{other}");
        }
    }
}

proptest! {
    #[test]
    fn a_literal_is_read_as_it_was_written(text in r"(?s)[\\ \t\n{}ua-f0]{1,12}|.{1,24}") {
        let written = literal(&text);
        prop_assert!(!written.contains(['\t', '\n', '\r']) && !written.ends_with(' '));
        prop_assert_eq!(read_literal(written.leak()).unwrap().into_owned(), text.into_bytes());
    }
}
