//! United States passport numbers: nine digits, or a letter and eight. Nothing in the number can be checked, so a
//! word for a passport must stand beside it.

use crate::context;
use crate::detector::{Candidate, Detector, Shape};

/// Finds passport numbers.
pub(crate) struct UsPassport;

impl Detector for UsPassport {
    fn id(&self) -> &'static str {
        "us_passport"
    }

    fn about(&self) -> &'static str {
        "US passport numbers, only beside a word for a passport"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        25
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "next_generation",
        regex: r"(?-u:\b)[A-Za-z][0-9]{8}(?-u:\b)",
        confidence: 85,
        accept: Some(named),
    },
    Shape { name: "nine_digits", regex: r"(?-u:\b)[0-9]{9}(?-u:\b)", confidence: 75, accept: Some(named) },
];

const WORDS: &[&str] = &[
    "passport",
    "passports",
    "travel document",
    "passport_number",
    "passportnumber",
    "pasaporte",
    "passeport",
];
const OTHER_WORDS: &[&str] = &[
    "ssn", "social", "phone", "order", "account", "routing", "ticket", "invoice", "tracking", "license",
    "licence",
];

fn named(candidate: &Candidate<'_>) -> Option<u8> {
    context::named(candidate, WORDS, OTHER_WORDS)
}
