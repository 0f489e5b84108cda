//! Every detector on the texts that are worst for it: the bytes that are looked at are counted, no time is taken.

use policy::{Confidence, Probe, ProbeId, ProbeKind};

use super::DONE;
use crate::naive::hit_texts;
use crate::{Scan, Scanner, detector_ids};

/// The length of a short text, in bytes; a long one is [`TIMES`] as long.
const LENGTH: usize = 2048;
const TIMES: usize = 4;
/// The most looks at each byte of a text, in all of its views, by one detector.
const MOST_LOOKS: usize = 176;
/// How many of a detector's own cases are made into texts.
const CASES: usize = 12;

/// What texts are made of that nearly match, or match at every place: runs of each class of bytes that shapes ask for,
/// brackets that open and never close, beginnings without an end, things that are one encoding inside another.
const UNITS: &[&str] = &[
    "a",
    "A",
    "0",
    "7",
    "@",
    "-",
    ".",
    "/",
    "=",
    "%",
    "\\",
    "\"",
    "'",
    "<",
    "[",
    "(",
    "{",
    "|",
    ":",
    "_",
    " ",
    "\n",
    "\u{200b}",
    "é",
    "中",
    "ab ",
    "A1 ",
    "1 ",
    "1-",
    "123-",
    "1234 ",
    "123-4567 ",
    "4111-1111 ",
    "(012) 345-6789 ",
    "1.2.",
    "0-1/",
    "+1",
    "(0",
    "001-",
    "ab.c@",
    "a@b.",
    "@a.b",
    "aa:",
    "::",
    "0x41, ",
    "01000001 ",
    "65 ",
    "%41%20",
    "%25",
    "\\x41",
    "&#65;",
    "QUJD",
    "UVVKRA==\n",
    "4142",
    "sk-",
    "AKIA",
    "eyJ",
    "-----BEGIN ",
    "key=",
    "token: \"",
    "password=",
    "password is ",
    "please: password=\" a-123 ",
    "://",
    "http://a/",
    "https://a.b/c?d=",
    "![",
    "[](",
    "[a](//b",
    "](http://x",
    "<img ",
    "<img src=",
    "<a href=\"//",
    "[x]: //y\n",
    "' or ",
    "' or 1",
    "'--",
    "union ",
    "select ",
    "; drop ",
    "/**/",
    "ignore ",
    "ignore all ",
    "previous ",
    "you are ",
    "system: ",
    "system prompt ",
    "repeat ",
    "<|",
    "<|im_",
    "### ",
    "act as ",
    "i.g.n.",
    "GB82 ",
    "DE12",
    "call 1",
    "card 4",
    "passport ",
    "mrn ",
    "NL91 ABNA ",
];

fn scanner(id: &str) -> Scanner {
    let kind = ProbeKind::Detector { id: id.to_owned(), min_confidence: Confidence::DEFAULT_MINIMUM };
    let probe = Probe { label: id.to_owned(), kind };
    Scanner::new([(ProbeId(0), &probe)])
}

/// A unit over and over.
fn text(unit: &str, bytes: usize) -> String {
    let mut text = unit.repeat(bytes / unit.len() + 1);
    text.truncate(text.floor_char_boundary(bytes));
    text
}

fn looks(scanner: &Scanner, text: &str) -> usize {
    DONE.with(|done| done.set(0));
    scanner.scan(0, text, &mut Scan::default());
    DONE.with(|done| done.get())
}

/// A detector's own cases, whole and without what ends them.
fn own_units(id: &str) -> Vec<String> {
    let cases = hit_texts(id).into_iter().take(CASES);
    let cut =
        |case: &str| case.get(..case.floor_char_boundary(case.len() * 4 / 5)).unwrap_or_default().to_owned();
    cases.flat_map(|case| [cut(&case), case]).filter(|unit| !unit.is_empty()).collect()
}

#[test]
fn no_text_makes_a_detector_look_at_it_too_often() {
    let mut wrong = Vec::new();
    for id in detector_ids() {
        let scanner = scanner(id);
        let units = UNITS.iter().map(|unit| (*unit).to_owned()).chain(own_units(id));
        for unit in units {
            let short = looks(&scanner, &text(&unit, LENGTH));
            let long = looks(&scanner, &text(&unit, TIMES * LENGTH));
            if long > MOST_LOOKS * TIMES * LENGTH {
                wrong.push(format!("{id}: {} looks at each byte of `{unit}`", long / (TIMES * LENGTH)));
            }
            if long > (short + 2 * LENGTH) * TIMES * 9 / 8 {
                wrong.push(format!("{id}: {short} grows to {long} with `{unit}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
