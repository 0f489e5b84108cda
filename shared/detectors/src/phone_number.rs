//! Telephone numbers: international ones with a country's calling code, national ones in the grouping that the
//! country uses, and anything of fitting length right after a word for a telephone.
//!
//! Not found: bare digits and loose groups of digits with no such word, dates, versions and amounts.

use crate::context::{digits, first_byte, is_word, last_byte, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds telephone numbers.
pub(crate) struct PhoneNumber;

impl Detector for PhoneNumber {
    fn id(&self) -> &'static str {
        "phone_number"
    }

    fn about(&self) -> &'static str {
        "telephone numbers in international and national writing; bare digits only beside a word for a telephone"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        20
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "international",
        regex: r"\+[1-9][0-9]{0,14}(?:[ .\-/]{0,2}\(?[0-9]{1,11}\)?){0,6}[0-9]",
        confidence: 90,
        accept: Some(international),
    },
    Shape {
        name: "international_00",
        regex: r"(?-u:\b)00[1-9][0-9]{0,2}(?:[ .\-/]{1,2}\(?[0-9]{1,8}\)?){1,5}",
        confidence: 60,
        accept: Some(international),
    },
    Shape {
        name: "north_america",
        regex: r"(?:\([2-9][0-9]{2}\)[ .-]{0,2}|(?-u:\b)(?:1[ .-])?[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?(?-u:\b)",
        confidence: 80,
        accept: Some(north_america),
    },
    Shape {
        name: "north_america_long",
        regex: r"(?-u:\b)001[ .-][2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?(?-u:\b)",
        confidence: 80,
        accept: Some(north_america),
    },
    Shape {
        name: "pairs",
        regex: r"(?-u:\b)0[1-9](?:(?: [0-9]{2}){4}|(?:\.[0-9]{2}){4}|(?:-[0-9]{2}){4})(?-u:\b)",
        confidence: 80,
        accept: Some(national),
    },
    Shape {
        name: "britain",
        regex: r"(?:(?-u:\b)0|\(0)(?:7[0-9]{3}|1[0-9]{2,4}|2[0-9]{1,2}|3[0-9]{2,3}|8[0-9]{2,3})\)?[ -][0-9]{3,4}[ -]?[0-9]{3,4}(?-u:\b)",
        confidence: 65,
        accept: Some(trunk),
    },
    Shape {
        name: "germany",
        regex: r"(?-u:\b)0[1-9][0-9]{1,4}/[ ]?[0-9]{3,9}(?:[ -][0-9]{1,5}){0,2}(?-u:\b)",
        confidence: 60,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_dashes",
        regex: r"(?-u:\b)0[0-9]{1,3}-[0-9]{3,4}-[0-9]{4}(?-u:\b)",
        confidence: 65,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_spaces",
        regex: r"(?-u:\b)0[1-9][0-9]{0,3} [0-9]{2,4}(?: [0-9]{2,4}){1,3}(?-u:\b)",
        confidence: 55,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_and_number",
        regex: r"(?-u:\b)0[1-9][0-9]{0,2}-[0-9]{6,8}(?-u:\b)",
        confidence: 55,
        accept: Some(trunk),
    },
    Shape {
        name: "australia",
        regex: r"(?:(?-u:\b)04[0-9]{2} [0-9]{3} [0-9]{3}|\(0[2378]\) ?[0-9]{4} ?[0-9]{4})(?-u:\b)",
        confidence: 70,
        accept: Some(national),
    },
    Shape {
        name: "brazil",
        regex: r"\([1-9][0-9]\) ?9?[0-9]{4}-[0-9]{4}(?-u:\b)",
        confidence: 75,
        accept: Some(national),
    },
    Shape {
        name: "named",
        regex: r"(?-u:\b)\(?[0-9](?:[ ./()-]{0,2}[0-9]){6,14}(?-u:\b)",
        confidence: 70,
        accept: Some(named),
    },
];

/// Words for a telephone, which mean the number that follows.
const WORDS: &[&str] = &[
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "cell phone",
    "fax",
    "call",
    "dial",
    "whatsapp",
    "text me",
    "sms",
    "ring",
    "phone number",
    "contact number",
    "hotline",
    "landline",
    "office",
    "ext",
    "phone_number",
    "phonenumber",
    "handy",
    "telefon",
    "téléphone",
    "portable",
    "teléfono",
    "móvil",
    "celular",
    "telefone",
    "telemóvel",
    "cellulare",
    "telefono",
    "telefoon",
    "mobil",
    "ph",
    "телефон",
    "тел",
    "电话",
    "手机",
    "電話",
    "携帯",
    "전화",
    "هاتف",
    "फोन",
    "reach me at",
    "reach us at",
    "answering",
    "number is",
];

const OTHER_WORDS: &[&str] = &[
    "order",
    "invoice",
    "ssn",
    "social security",
    "card",
    "account",
    "iban",
    "routing",
    "tracking",
    "isbn",
    "case",
    "ticket",
    "id",
    "passport",
    "zip",
    "serial",
    "date",
    "amount",
    "price",
    "part",
    "sku",
    "flight",
];

/// Calling codes, with the fewest and the most digits that follow.
static CALLING_CODES: &[(&str, usize, usize)] = &[
    ("1", 10, 10),
    ("7", 10, 10),
    ("20", 8, 10),
    ("27", 9, 9),
    ("30", 10, 10),
    ("31", 9, 9),
    ("32", 8, 9),
    ("33", 9, 9),
    ("34", 9, 9),
    ("36", 8, 9),
    ("39", 6, 12),
    ("40", 9, 9),
    ("41", 9, 9),
    ("43", 4, 13),
    ("44", 9, 10),
    ("45", 8, 8),
    ("46", 7, 10),
    ("47", 8, 8),
    ("48", 9, 9),
    ("49", 6, 12),
    ("51", 8, 9),
    ("52", 10, 11),
    ("53", 6, 8),
    ("54", 10, 11),
    ("55", 10, 11),
    ("56", 9, 9),
    ("57", 8, 10),
    ("58", 10, 10),
    ("60", 8, 10),
    ("61", 9, 9),
    ("62", 8, 12),
    ("63", 8, 10),
    ("64", 8, 10),
    ("65", 8, 8),
    ("66", 8, 9),
    ("81", 9, 10),
    ("82", 8, 11),
    ("84", 9, 10),
    ("86", 10, 11),
    ("90", 10, 10),
    ("91", 10, 10),
    ("92", 9, 10),
    ("93", 9, 9),
    ("94", 9, 9),
    ("95", 7, 10),
    ("98", 10, 10),
];

/// First digits of the three-digit calling codes, as pairs: `21x`, `35x`, …
static THREE_DIGIT_CODES: &[&str] = &[
    "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80",
    "85", "87", "88", "96", "97", "99",
];

fn international(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let before = last_byte(candidate.before(1));
    let after = first_byte(candidate.after(1));
    let touches = before.is_some_and(|byte| is_word(byte) || matches!(byte, b'.' | b'+' | b')' | b'-'))
        || after.is_some_and(is_word);
    let plain: String =
        matched.replace("(0)", "").bytes().filter(u8::is_ascii_digit).map(char::from).collect();
    let number = if matched.starts_with('+') { plain.as_str() } else { plain.strip_prefix("00")? };
    if touches || !has_calling_code(number) {
        return None;
    }
    Some(if near(candidate, 40, 20, WORDS) { 97 } else { candidate.confidence })
}

fn has_calling_code(number: &str) -> bool {
    if let Some((code, least, most)) = CALLING_CODES.iter().find(|(code, ..)| number.starts_with(code)) {
        let rest = number.get(code.len()..).unwrap_or_default();
        let american = *code != "1" || valid_american(&digits(rest));
        return american && (*least..=*most).contains(&rest.len()) && !repeats(rest);
    }
    let known = THREE_DIGIT_CODES.iter().any(|code| number.starts_with(code));
    known && (8..=15).contains(&number.len()) && !repeats(number)
}

fn repeats(number: &str) -> bool {
    number.bytes().all(|byte| Some(byte) == first_byte(number))
}

/// Area and exchange begin with 2 to 9, and neither is a service code such as 911.
fn valid_american(numbers: &[u8]) -> bool {
    let &[a, b, c, d, e, f, ..] = numbers else { return false };
    numbers.len() == 10 && a >= 2 && d >= 2 && (b, c) != (1, 1) && (e, f) != (1, 1)
}

fn north_america(candidate: &Candidate<'_>) -> Option<u8> {
    if goes_on(candidate) {
        return None;
    }
    let numbers = digits(candidate.matched());
    let start = numbers.len().saturating_sub(10);
    valid_american(numbers.get(start..).unwrap_or_default()).then(|| raised(candidate))
}

fn national(candidate: &Candidate<'_>) -> Option<u8> {
    (!goes_on(candidate)).then(|| raised(candidate))
}

/// A number with a trunk zero: 9 to 12 digits in all.
fn trunk(candidate: &Candidate<'_>) -> Option<u8> {
    let count = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    (!goes_on(candidate) && (9..=12).contains(&count)).then(|| raised(candidate))
}

fn raised(candidate: &Candidate<'_>) -> u8 {
    match () {
        () if near(candidate, 40, 15, WORDS) => 95,
        () if mentions(candidate.before(20), OTHER_WORDS) => 40,
        () => candidate.confidence,
    }
}

/// Whether more digits or a word are joined to the match.
fn goes_on(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(2).as_bytes();
    let after = candidate.after(2).as_bytes();
    let joins = |byte: u8| matches!(byte, b'-' | b'.' | b'/' | b' ' | b':' | b',');
    let led = matches!(before, [.., last] if is_word(*last) || matches!(last, b'+' | b'=' | b'$' | b'#'))
        || matches!(before, [digit, join] if digit.is_ascii_digit() && joins(*join));
    let followed = matches!(after, [next, ..] if is_word(*next))
        || matches!(after, [join, digit, ..] if joins(*join) && digit.is_ascii_digit());
    led || followed
}

/// Anything of fitting length right after a word for a telephone.
fn named(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(32);
    // A hostile text is full of digits and has no words: look for the cheap signs first.
    if goes_on(candidate) || !before.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80) {
        return None;
    }
    if !mentions(before, WORDS) || mentions(before, OTHER_WORDS) || looks_like_date(candidate.matched()) {
        return None;
    }
    let count = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    ((7..=15).contains(&count)).then_some(candidate.confidence)
}

/// `2024-01-31`, `31.01.2024`, `01/31/2024`, and numbers with a decimal point.
fn looks_like_date(matched: &str) -> bool {
    let mut groups = [0usize; 4];
    let mut count = 0;
    for group in matched.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()) {
        if let Some(slot) = groups.get_mut(count) {
            *slot = group.len();
        }
        count += 1;
    }
    let date = matches!(groups, [4, 1 | 2, 1 | 2, 0] | [1 | 2, 1 | 2, 4, 0]);
    let decimal = count == 2 && matched.contains('.');
    date || decimal
}
