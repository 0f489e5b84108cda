//! United States social security numbers, as the Social Security Administration numbers them.
//!
//! Never issued, so not found: areas 000, 666 and 900 to 999 (the last are taxpayer numbers), group 00, serial 0000.
//! Numbers famous from advertising and samples (078-05-1120, 219-09-9999, 123-45-6789, one digit repeated) are
//! found with lower confidence, which still passes: they are how people try whether a gate works.

use crate::context::{digits, joined, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds social security numbers.
pub(crate) struct UsSsn;

impl Detector for UsSsn {
    fn id(&self) -> &'static str {
        "us_ssn"
    }

    fn about(&self) -> &'static str {
        "US social security numbers that could have been issued; nine bare digits only beside a word for one"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        30
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "dashed",
        regex: r"(?-u:\b)[0-9]{3}-[0-9]{2}-[0-9]{4}(?-u:\b)",
        confidence: 80,
        accept: Some(written_out),
    },
    Shape {
        name: "long_dashed",
        regex: r"(?-u:\b)[0-9]{3}[‐‑‒–—−][0-9]{2}[‐‑‒–—−][0-9]{4}(?-u:\b)",
        confidence: 75,
        accept: Some(written_out),
    },
    Shape {
        name: "spaced",
        regex: r"(?-u:\b)[0-9]{3}(?: [0-9]{2} |\.[0-9]{2}\.| [-–] ?[0-9]{2} ?[-–] )[0-9]{4}(?-u:\b)",
        confidence: 40,
        accept: Some(written_out),
    },
    Shape { name: "bare", regex: r"(?-u:\b)[0-9]{9}(?-u:\b)", confidence: 20, accept: Some(bare) },
];

const WORDS: &[&str] = &[
    "ssn",
    "ss#",
    "social security",
    "social-security",
    "social sec",
    "soc sec",
    "socialsecurity",
    "social security number",
    "ssa number",
    "social",
    "tax id",
    "taxpayer",
    "seguro social",
    "socsec",
    "s.s.n",
    "ss no",
    "ssn_last",
    "ssnumber",
    "ss number",
];

const OTHER_WORDS: &[&str] = &[
    "phone", "call", "tel", "order", "tracking", "invoice", "routing", "aba", "case", "ticket", "account",
    "part",
];

fn written_out(candidate: &Candidate<'_>) -> Option<u8> {
    if joined(candidate) {
        return None;
    }
    let numbers = digits(candidate.matched());
    if !issued(&numbers) {
        return None;
    }
    let named = near(candidate, 60, 30, WORDS);
    if well_known(&numbers) {
        return Some(if named { 65 } else { candidate.confidence.min(55) });
    }
    Some(if named { 95 } else { candidate.confidence })
}

fn bare(candidate: &Candidate<'_>) -> Option<u8> {
    if joined(candidate) {
        return None;
    }
    let before = candidate.before(40);
    let named = mentions(before, WORDS) || mentions(candidate.after(20), &["ssn", "social security"]);
    if !named || mentions(candidate.before(16), OTHER_WORDS) {
        return None;
    }
    let numbers = digits(candidate.matched());
    issued(&numbers).then_some(if well_known(&numbers) { 55 } else { 85 })
}

fn issued(numbers: &[u8]) -> bool {
    let &[a, b, c, d, e, f, g, h, i] = numbers else { return false };
    let area = [a, b, c];
    area != [0, 0, 0] && area != [6, 6, 6] && a != 9 && [d, e] != [0, 0] && [f, g, h, i] != [0, 0, 0, 0]
}

fn well_known(numbers: &[u8]) -> bool {
    const SAMPLES: [[u8; 9]; 4] = [
        [0, 7, 8, 0, 5, 1, 1, 2, 0],
        [2, 1, 9, 0, 9, 9, 9, 9, 9],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [4, 5, 7, 5, 5, 5, 4, 6, 2],
    ];
    SAMPLES.iter().any(|sample| sample == numbers)
        || numbers.iter().all(|digit| Some(digit) == numbers.first())
}
