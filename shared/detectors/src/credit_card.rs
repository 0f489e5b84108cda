//! Payment card numbers: 13 to 19 digits of an issuer's range whose check digit is right.
//!
//! One random number in ten passes the check digit, so the issuer, the length, the grouping and the words
//! around decide together; 13 and 19 bare digits (barcodes, ids, times) need a word for a card beside them. Right behind
//! such a word any issuer will do, and 12 digits: ranges are sold, split and opened faster than a table can follow.

use crate::check_digits::{luhn, uniform};
use crate::context::{digits, joined, last_byte, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds card numbers.
pub(crate) struct CreditCard;

impl Detector for CreditCard {
    fn id(&self) -> &'static str {
        "credit_card"
    }

    fn about(&self) -> &'static str {
        "payment card numbers with a right check digit, in the ranges and lengths that issuers use"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        40
    }
}

static SHAPES: &[Shape] = &[
    Shape { name: "bare", regex: r"(?-u:\b)[0-9]{12,19}(?-u:\b)", confidence: 75, accept: Some(bare) },
    Shape {
        name: "four_by_four",
        regex: r"(?-u:\b)[0-9]{4}(?:(?: [0-9]{4}){3}|(?:-[0-9]{4}){3}|(?:\.[0-9]{4}){3}|(?:  [0-9]{4}){3})(?-u:\b)",
        confidence: 92,
        accept: Some(grouped),
    },
    Shape {
        name: "four_by_four_otherwise",
        regex: r"(?-u:\b)[0-9]{4}(?:(?:[‐‑‒–—−][0-9]{4}){3}|(?: [-–] [0-9]{4}){3}|(?:_[0-9]{4}){3})(?-u:\b)",
        confidence: 85,
        accept: Some(grouped),
    },
    Shape {
        name: "nineteen",
        regex: r"(?-u:\b)[0-9]{4}(?:(?: [0-9]{4}){3} [0-9]{3}|(?:-[0-9]{4}){3}-[0-9]{3})(?-u:\b)",
        confidence: 80,
        accept: Some(grouped),
    },
    Shape {
        name: "four_six_five",
        regex: r"(?-u:\b)[0-9]{4}(?: [0-9]{6} [0-9]{4,5}|-[0-9]{6}-[0-9]{4,5})(?-u:\b)",
        confidence: 92,
        accept: Some(grouped),
    },
];

const WORDS: &[&str] = &[
    "card",
    "credit",
    "debit",
    "visa",
    "mastercard",
    "master card",
    "amex",
    "american express",
    "discover",
    "maestro",
    "jcb",
    "diners",
    "unionpay",
    "cvv",
    "cvc",
    "expiry",
    "expires",
    "exp",
    "pan",
    "cc",
    "ccn",
    "payment",
    "pay",
    "charge",
    "creditcard",
    "cardnumber",
    "card_number",
    "card_no",
    "cc_number",
    "tarjeta",
    "carte",
    "karte",
    "kreditkarte",
    "cartão",
    "carta",
    "карта",
    "карты",
    "卡号",
    "信用卡",
    "カード",
];

fn grouped(candidate: &Candidate<'_>) -> Option<u8> {
    if joined(candidate) || more_digits(candidate) {
        return None;
    }
    let numbers = digits(candidate.matched());
    if !issuer_uses(&numbers) || !luhn(&numbers) {
        return None;
    }
    Some(if near(candidate, 60, 40, WORDS) { 98 } else { candidate.confidence })
}

fn bare(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    if joined(candidate) || !luhn(&numbers) {
        return None;
    }
    if !issuer_uses(&numbers) {
        return (is_called_a_card(candidate) && !is_filler(&numbers)).then_some(65);
    }
    if near(candidate, 60, 40, WORDS) {
        return Some(95);
    }
    let in_path = matches!(last_byte(candidate.before(1)), Some(b'/' | b'#'));
    Some(if in_path || !matches!(numbers.len(), 14..=16) { 40 } else { candidate.confidence })
}

/// The country and check digits that a bank account number begins with.
fn is_country(before: &[u8]) -> bool {
    let [a, b, c, d, _] = before else { return false };
    a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()
}

/// Words that say that what follows is a card, and no account, order or payment that has to do with one.
const CARD_WORDS: &[&str] = &[
    "card",
    "credit card",
    "debit card",
    "card number",
    "card no",
    "cc",
    "cc_number",
    "card_number",
    "creditcard",
    "cardnumber",
    "tarjeta",
    "kreditkarte",
    "cartão",
    "карты",
    "信用卡",
    "卡号",
];

/// Between such a word and the number stand few words, and none for a number of another kind.
const NO_CARD: &[&str] = &[
    "order",
    "invoice",
    "tracking",
    "phone",
    "gift",
    "loyalty",
    "library",
    "sim",
    "report",
    "case",
    "ticket",
    "transaction",
    "barcode",
    "serial",
    "timestamp",
    "id",
];

/// One digit over and over, but for the check digit.
fn is_filler(numbers: &[u8]) -> bool {
    numbers.split_last().is_some_and(|(_, rest)| uniform(rest))
}

fn is_called_a_card(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(28);
    mentions(before, CARD_WORDS) && !mentions(before, NO_CARD)
}

/// Whether another group of digits with the same spacing stands before or after: then this is a table, not
/// a card. A group of 3 or fewer may be a security code or a date.
fn more_digits(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(5).as_bytes();
    let after = candidate.after(5).as_bytes();
    let four = |bytes: &[u8]| bytes.iter().filter(|byte| byte.is_ascii_digit()).count() == 4;
    let led =
        matches!(before, [.., b' ' | b'-']) && before.len() == 5 && (four(before) || is_country(before));
    let followed = matches!(after.first(), Some(b' ' | b'-')) && after.len() == 5 && four(after);
    led || followed
}

/// Whether an issuer has cards that begin so and are as long.
fn issuer_uses(numbers: &[u8]) -> bool {
    let first_six = numbers.iter().take(6).fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    let length = numbers.len();
    ISSUERS.iter().any(|(range, lengths)| range.contains(&first_six) && lengths.contains(&length))
}

type Ranges = (std::ops::RangeInclusive<u32>, &'static [usize]);

/// First six digits, and the lengths in use.
static ISSUERS: &[Ranges] = &[
    (400_000..=499_999, &[13, 16, 19]),                 // Visa
    (510_000..=559_999, &[16]),                         // Mastercard
    (222_100..=272_099, &[16]),                         // Mastercard, the newer range
    (340_000..=349_999, &[15]),                         // American Express
    (370_000..=379_999, &[15]),                         // American Express
    (300_000..=305_999, &[14, 16]),                     // Diners Club
    (309_500..=309_599, &[14, 16]),                     // Diners Club
    (360_000..=369_999, &[14, 16, 17, 18, 19]),         // Diners Club
    (380_000..=399_999, &[14, 16, 17, 18, 19]),         // Diners Club
    (352_800..=358_999, &[16, 17, 18, 19]),             // JCB
    (180_000..=180_099, &[15]),                         // JCB, older
    (213_100..=213_199, &[15]),                         // JCB, older
    (601_100..=601_199, &[16, 17, 18, 19]),             // Discover
    (644_000..=659_999, &[16, 17, 18, 19]),             // Discover, RuPay, Troy
    (620_000..=629_999, &[16, 17, 18, 19]),             // UnionPay
    (810_000..=817_199, &[16, 17, 18, 19]),             // UnionPay
    (220_000..=220_499, &[16, 17, 18, 19]),             // Mir
    (500_000..=509_999, &[13, 14, 15, 16, 17, 18, 19]), // Maestro, Verve, Elo, Dankort
    (560_000..=589_999, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (600_000..=609_999, &[16]),                         // RuPay, Hipercard
    (630_000..=639_999, &[16, 17, 18, 19]),             // Maestro, InstaPayment
    (670_000..=679_999, &[16, 17, 18, 19]),             // Maestro
    (979_200..=979_289, &[16]),                         // Troy
];
