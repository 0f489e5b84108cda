//! Passport numbers of countries whose form is known. Nothing in most of them can be checked, so a word for a passport
//! must stand beside them; those of the United States have a detector of their own.
//!
//! The machine-readable line at the foot of a passport (ICAO 9303) has check digits, and needs no word.

use crate::context::{self, joined};
use crate::detector::{Candidate, Detector, Shape};

/// Finds passport numbers.
pub(crate) struct Passport;

impl Detector for Passport {
    fn id(&self) -> &'static str {
        "passport"
    }

    fn about(&self) -> &'static str {
        "passport numbers of many countries, only beside a word for a passport; machine-readable lines"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        25
    }
}

static SHAPES: &[Shape] = &[
    // Italy, Poland and Ukraine have two letters and seven or six digits, as Britain's earliest; Germany and the
    // Netherlands mix them; Japan, Korea, China, India, Brazil, Canada, Spain and Australia are of these forms too.
    Shape {
        name: "letters_and_digits",
        regex: r"(?-u:\b)[A-Za-z]{1,3}[0-9]{6,8}[A-Za-z]?(?-u:\b)",
        confidence: 80,
        accept: Some(named),
    },
    Shape {
        name: "france",
        regex: r"(?-u:\b)[0-9]{2}[A-Za-z]{2}[0-9]{5}(?-u:\b)",
        confidence: 80,
        accept: Some(named),
    },
    Shape {
        name: "mixed",
        regex: r"(?i-u:passport|reisepass|paspoort|passnummer|passnr|personalausweis|ausweisnummer)[^0-9\n]{1,24}?(?-u:\b)([CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8})(?-u:\b)",
        confidence: 75,
        accept: Some(mixed),
    },
    Shape {
        name: "russia",
        regex: r"(?-u:\b)[0-9]{2} ?[0-9]{2}(?: | ?№ ?| номер )[0-9]{6}(?-u:\b)",
        confidence: 75,
        accept: Some(named),
    },
    Shape {
        name: "machine_readable",
        regex: r"(?-u:\b)[A-Z0-9<]{9}[0-9][A-Z]{3}[0-9]{7}[MF<X][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]",
        confidence: 95,
        accept: Some(machine_readable),
    },
];

const WORDS: &[&str] = &[
    "passport",
    "travel document",
    "passport_number",
    "passportnumber",
    "passport_no",
    "pasaporte",
    "passeport",
    "reisepass",
    "passnummer",
    "passnr",
    "pass-nr",
    "paspoortnummer",
    "reisepassnummer",
    "passinumero",
    "passaporto",
    "passaporte",
    "paspoort",
    "паспорт",
    "паспорта",
    "护照",
    "護照",
    "パスポート",
    "旅券",
    "여권",
    "paszport",
    "pasaport",
];

const OTHER_WORDS: &[&str] = &[
    "ssn",
    "social",
    "phone",
    "order",
    "account",
    "routing",
    "ticket",
    "invoice",
    "tracking",
    "license",
    "licence",
    "flight",
    "booking",
    "visa",
    "reference",
    "model",
    "part",
];

fn named(candidate: &Candidate<'_>) -> Option<u8> {
    context::named(candidate, WORDS, OTHER_WORDS)
}

/// Letters and digits in any order: a word in capitals has no digit.
fn mixed(candidate: &Candidate<'_>) -> Option<u8> {
    let digits = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    (digits >= 3 && !joined(candidate)).then_some(candidate.confidence)
}

/// The second line: number, birth, expiry and the whole each have a check digit.
fn machine_readable(candidate: &Candidate<'_>) -> Option<u8> {
    let line = candidate.matched();
    let fields = [(0..9, 9), (13..19, 19), (21..27, 27)];
    let right = fields.into_iter().all(|(field, check)| {
        let digit = line.as_bytes().get(check).map(|byte| u32::from(byte.wrapping_sub(b'0')));
        line.get(field).map(check_digit) == digit
    });
    right.then_some(candidate.confidence)
}

/// Weights 7, 3, 1; letters count from 10, a filler nothing.
fn check_digit(field: &str) -> u32 {
    let worth = |byte: u8| char::from(byte).to_digit(36).unwrap_or_default();
    field.bytes().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| worth(byte) * weight).sum::<u32>()
        % 10
}
