//! Driving licence numbers. Britain's is made of name and birth in a way that can be checked; of the American states',
//! and most others', only the form is known, so that a word for a licence must stand right before them.

use crate::check_digits::is_day;
use crate::context::{joined, mentions};
use crate::detector::{Candidate, Detector, Shape};

/// Finds driving licence numbers.
pub(crate) struct DriverLicense;

impl Detector for DriverLicense {
    fn id(&self) -> &'static str {
        "driver_license"
    }

    fn about(&self) -> &'static str {
        "driving licence numbers, only right behind a word for a licence; British ones by what they are made of"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        2
    }
}

/// A word for a licence, and the number near it.
macro_rules! beside {
    ($words:literal) => {
        concat!(
            $words,
            r"[^0-9\n]{1,24}?(?-u:\b)((?:[A-Z]{1,3}[- ]?|[a-z])?[0-9]{2,14}(?:[- ]?[0-9]{1,6}){0,4}[A-Za-z]{0,2}|[A-Z][A-Z0-9]{7,15}|[0-9]{2}[A-Z]{2}[0-9]{5})(?-u:\b)"
        )
    };
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "named",
        regex: beside!(
            r"(?:(?i:driver(?:['’]?s)?[ _-]?lic(?:en[cs]e)?|driving[ _-](?:licen[cs]e|permit)|dl[_ -](?:number|num|no)|f(?:ü|ue)hrerschein(?:-?(?:nummer|nr))?|permis[ ]de[ ]conduire|(?:permiso|licencia|carnet|carn[eé])[ ]de[ ]conducir|patente[ ]di[ ]guida|carteira[ ]de[ ](?:motorista|habilita..?o)|rijbewijs(?:nummer)?|prawo[ ]jazdy)|водительское[ ]удостоверение|驾驶证|運転免許)"
        ),
        confidence: 85,
        accept: Some(named),
    },
    Shape {
        // Short enough to be looked for by itself where words begin.
        name: "named_in_short",
        regex: beside!(r"(?-u:\b)(?:DLN?|dln?|CNH)(?-u:\b)"),
        confidence: 85,
        accept: Some(named),
    },
    Shape {
        name: "britain",
        regex: r"(?-u:\b)[A-Z]{1,5}9{0,4}[0-9][0156][0-9][0-3][0-9]{2}[A-Z9]{2}[0-9][A-Z]{2}(?-u:\b)",
        confidence: 90,
        accept: Some(britain),
    },
];

const OTHER_WORDS: &[&str] = &[
    "plate", "order", "phone", "tel", "call", "expires", "expired", "issued", "class", "ssn", "passport",
    "account", "invoice", "policy", "since", "born", "birth", "dob", "software", "product", "law",
];

fn named(candidate: &Candidate<'_>) -> Option<u8> {
    let count = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    let right =
        (6..=17).contains(&count) && !joined(candidate) && !mentions(candidate.before(14), OTHER_WORDS);
    right.then_some(candidate.confidence)
}

/// Five of the name, filled up with 9; then decade, month (50 more for women), day and last figure of the year of birth.
fn britain(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let digit = |at: usize| matched.as_bytes().get(at).map_or(0, |byte| u64::from(byte.wrapping_sub(b'0')));
    let month = (digit(6) % 5) * 10 + digit(7);
    let right = matched.len() == 16 && is_day(month, digit(8) * 10 + digit(9));
    (right && !joined(candidate)).then_some(candidate.confidence)
}
