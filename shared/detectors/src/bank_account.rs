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
        regex: r"(?:(?i-u:(?:bank|checking|savings|current|deposit)[ _-]?acc(?:oun)?t|acc(?:oun)?t[ _.]{0,2}(?:number|no|num|nr|#)|(?-u:\b)a/c(?:[ ]?(?:number|no|num|nr|#))?|konto(?:nummer|nr|[ -]nr)|bankkonto|rekening(?:nummer|nr)|cuenta[ ](?:bancaria|corriente)|conta[ ]corrente|conto[ ]corrente|compte[ ]bancaire)|(?:número|numero|num[ée]ro)[ ](?:de|da|di)[ ](?:cuenta|conta|conto|compte)|conta[ ]banc[áa]ria|номер[ ]сч[её]та|银行账号|口座番号)[^0-9\n]{1,24}?(?-u:\b)([0-9](?:[ -]?[0-9]){5,19})(?-u:\b)",
        confidence: 75,
        accept: Some(account),
    },
    Shape {
        name: "account_of_a_bank",
        regex: r"(?-u:\b)[0-9]{8,17}(?-u:\b)",
        confidence: 70,
        accept: Some(of_a_bank),
    },
    Shape {
        name: "mexico_clabe",
        regex: r"(?i-u:clabe)[^0-9\n]{1,24}?([0-9]{18}|[0-9]{3} [0-9]{3} [0-9]{11} [0-9])(?-u:\b)",
        confidence: 85,
        accept: Some(clabe),
    },
    Shape {
        name: "india_ifsc",
        regex: r"(?i-u:ifsc)(?i-u:[ _-]?code)?[^A-Za-z0-9\n]{1,5}([A-Z]{4}0[A-Z0-9]{6})(?-u:\b)",
        confidence: 85,
        accept: Some(unjoined),
    },
    Shape {
        name: "australia_bsb",
        regex: r"(?-u:\b)(?i-u:bsb)[^0-9\n]{1,12}?([0-9]{3}[ -]?[0-9]{3})(?-u:\b)",
        confidence: 85,
        accept: Some(unjoined),
    },
    Shape {
        name: "germany_blz",
        regex: r"(?:(?-u:\b)BLZ|(?i-u:bankleitzahl))[^0-9\n]{1,12}?([1-8][0-9]{2} ?[0-9]{3} ?[0-9]{2})(?-u:\b)",
        confidence: 80,
        accept: Some(unjoined),
    },
    Shape {
        name: "sort_code",
        regex: r"(?i-u:sort[ _-]?code)[^0-9\n]{1,12}?([0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2})(?-u:\b)",
        confidence: 85,
        accept: Some(unjoined),
    },
    Shape {
        name: "swift",
        regex: r"(?i-u:swift|bic)(?i-u:[ /_-]?(?:bic|code|number|no))?(?i-u:[ _-]code)?['\x22]?(?:[ ]is)?[ :=#'\x22-]{1,5}([A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:XXX|[A-WYZ0-9][A-Z0-9]{2})?)(?-u:\b)",
        confidence: 85,
        accept: Some(swift),
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

/// Words that say that an account is with a bank, and not with a service.
const BANK_WORDS: &[&str] = &[
    "bank",
    "banking",
    "deposit",
    "transfer",
    "wire",
    "routing",
    "aba",
    "ach",
    "iban",
    "swift",
    "ifsc",
    "bsb",
    "sort code",
    "savings",
    "checking",
    "balance",
    "withdraw",
    "withdrawal",
    "debit",
    "charged",
    "overdraft",
    "chase",
    "barclays",
    "wells fargo",
    "hsbc",
    "citibank",
];

fn of_a_bank(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(10).trim_end_matches([' ', ':', '#', '=']).as_bytes();
    let led = before.last_chunk::<7>().is_some_and(|word| word.eq_ignore_ascii_case(b"account"));
    (led && near(candidate, 60, 25, BANK_WORDS)).then(|| account(candidate)).flatten()
}

/// Mexico: weights 3, 7, 1, and the last digit brings the sum to a multiple of ten.
fn clabe(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    let (check, rest) = numbers.split_last()?;
    let sum: u32 = rest
        .iter()
        .zip([3, 7, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight % 10)
        .sum();
    (!joined(candidate) && (10 - sum % 10) % 10 == u32::from(*check)).then_some(candidate.confidence)
}

/// The fifth and sixth letters are a country's: a word in capitals has others there, as a rule.
fn swift(candidate: &Candidate<'_>) -> Option<u8> {
    let country = candidate.matched().get(4..6)?;
    COUNTRIES.split(' ').any(|known| known == country).then(|| unjoined(candidate)).flatten()
}

/// The countries that have banks (ISO 3166-1).
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ \
                         CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR \
                         GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP \
                         KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MQ MR MS \
                         MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU \
                         RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG \
                         US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

fn unjoined(candidate: &Candidate<'_>) -> Option<u8> {
    (!joined(candidate)).then_some(candidate.confidence)
}
