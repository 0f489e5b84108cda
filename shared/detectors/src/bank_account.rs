//! Bank accounts other than IBANs: American routing numbers by their check digit, and account numbers, sort codes and
//! bank identifier codes only beside a word for them.

use crate::check_digits::{uniform, weighted};
use crate::context::{alone, digits, joined, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds account and routing numbers.
pub(crate) struct BankAccount;

impl Detector for BankAccount {
    fn id(&self) -> &'static str {
        "bank_account"
    }

    fn about(&self) -> &'static str {
        "bank routing numbers by their check digit; accounts, sort codes and SWIFT codes beside a word for them"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        25
    }
}

static SHAPES: &[Shape] = &[
    Shape { name: "us_routing", regex: r"(?-u:\b)[0-9]{9}(?-u:\b)", confidence: 30, accept: Some(routing) },
    Shape {
        name: "us_routing_dashed",
        regex: r"(?-u:\b)[0-9]{4}-[0-9]{4}-[0-9](?-u:\b)",
        confidence: 65,
        accept: Some(routing_dashed),
    },
    Shape {
        name: "account",
        regex: r"(?:(?i-u:(?:bank|checking|savings|current|deposit)[ _-]acc(?:oun)?t|acc(?:oun)?t[ _.]{0,2}(?:number|no|num|nr|#)|kontonummer|rekeningnummer|cuenta[ ]bancaria)|(?:número|numero|num[ée]ro)[ ](?:de|da|di)[ ](?:cuenta|conta|conto|compte)|номер[ ]сч[её]та|银行账号|口座番号)[^0-9\n]{1,24}?(?-u:\b)([0-9](?:[ -]?[0-9]){5,16})(?-u:\b)",
        confidence: 75,
        accept: Some(account),
    },
    Shape {
        name: "sort_code",
        regex: r"(?i-u:sort[ _-]?code)[^0-9\n]{1,12}?([0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2})(?-u:\b)",
        confidence: 85,
        accept: Some(unjoined),
    },
    Shape {
        name: "swift",
        regex: r"(?i-u:swift|bic)(?i-u:[ /_-](?:bic|code|number|no))?(?i-u:[ _-]code)?['\x22]?(?:[ ]is)?[ :=#'\x22-]{1,5}([A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:XXX|[A-WYZ0-9][A-Z0-9]{2})?)(?-u:\b)",
        confidence: 85,
        accept: Some(unjoined),
    },
];

const ROUTING_WORDS: &[&str] =
    &["routing", "aba", "rtn", "routing number", "routing_number", "bank", "ach", "wire"];
const OTHER_WORDS: &[&str] = &[
    "phone",
    "tel",
    "order",
    "invoice",
    "ticket",
    "tracking",
    "customer",
    "twitter",
    "aws",
    "azure",
    "project",
    "since",
    "user",
    "ssn",
    "card",
    "subscription",
    "tenant",
    "utility",
];

/// Weights 3, 7, 1, and the first two digits a Federal Reserve district, a thrift, an electronic or a traveller's number.
fn is_routing(numbers: &[u8]) -> bool {
    let district = match numbers {
        [a, b, ..] => a * 10 + b,
        _ => return false,
    };
    matches!(district, 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(numbers, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && !uniform(numbers)
}

fn routing(candidate: &Candidate<'_>) -> Option<u8> {
    if joined(candidate) || !is_routing(&digits(candidate.matched())) {
        return None;
    }
    Some(match () {
        () if near(candidate, 40, 25, ROUTING_WORDS) => 92,
        () if alone(candidate) => 55,
        () => candidate.confidence,
    })
}

fn routing_dashed(candidate: &Candidate<'_>) -> Option<u8> {
    let right = !joined(candidate) && is_routing(&digits(candidate.matched()));
    right.then(|| if near(candidate, 40, 25, ROUTING_WORDS) { 95 } else { candidate.confidence })
}

fn account(candidate: &Candidate<'_>) -> Option<u8> {
    let other = mentions(candidate.before(34), OTHER_WORDS);
    (!other && !joined(candidate) && !uniform(&digits(candidate.matched()))).then_some(candidate.confidence)
}

fn unjoined(candidate: &Candidate<'_>) -> Option<u8> {
    (!joined(candidate)).then_some(candidate.confidence)
}
