//! International bank account numbers (ISO 13616): a country's letters and length, and the remainder by 97 right.

use crate::context::joined;
use crate::detector::{Candidate, Detector, Shape};

/// Finds bank account numbers.
pub(crate) struct Iban;

impl Detector for Iban {
    fn id(&self) -> &'static str {
        "iban"
    }

    fn about(&self) -> &'static str {
        "international bank account numbers, by the country's length and the check digits"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        2
    }
}

/// One alternative for each length, with the countries that use it.
static SHAPES: &[Shape] = &[Shape {
    name: "checked",
    regex: r"(?x)(?-u:\b)(?:
        (?-u:[Nn][Oo])[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){11}
        |(?-u:[Bb][Ee])[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){12}
        |(?i-u:DK|FI|FO|GL|NL|SD)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){14}
        |(?i-u:MK|SI)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){15}
        |(?i-u:AT|BA|EE|KZ|LT|LU|XK|MN)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){16}
        |(?i-u:CH|HR|LI|LV)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){17}
        |(?i-u:BG|BH|CR|DE|GB|GE|IE|ME|RS|VA)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){18}
        |(?i-u:AE|GI|IL|IQ|OM|SO|TL)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){19}
        |(?i-u:AD|CZ|ES|MD|PK|RO|SA|SE|SK|TN|VG)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){20}
        |(?i-u:LY|PT|ST)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){21}
        |(?i-u:IS|TR)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){22}
        |(?i-u:BI|DJ|FR|GR|IT|MC|MR|SM)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){23}
        |(?i-u:AL|AZ|BY|CY|DO|GT|HU|LB|NI|PL|SV)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){24}
        |(?i-u:BR|EG|PS|QA|UA)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){25}
        |(?i-u:JO|KW|MU|YE)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){26}
        |(?i-u:MT|SC|FK)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){27}
        |(?i-u:LC)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){28}
        |(?i-u:RU)[0-9]{2}(?:[\ .-]?[A-Za-z0-9]){29}
    )(?-u:\b)",
    confidence: 97,
    accept: Some(checked),
}];

fn checked(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let letters = matched.bytes().filter(u8::is_ascii_alphabetic);
    let capitals = letters.clone().filter(u8::is_ascii_uppercase).count();
    let one_case = capitals == 0 || capitals == letters.count();
    if joined(candidate) || !one_case || remainder(matched) != 1 {
        return None;
    }
    Some(candidate.confidence)
}

/// The number with its first four characters moved to the end and letters counted from 10, modulo 97.
fn remainder(matched: &str) -> u32 {
    let characters = || matched.bytes().filter(u8::is_ascii_alphanumeric);
    characters().skip(4).chain(characters().take(4)).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase().saturating_sub(b'A')) + 10) % 97,
    })
}
