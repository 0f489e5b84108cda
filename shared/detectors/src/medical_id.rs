//! Numbers of patients and of those who treat them: Britain's NHS numbers, America's provider, prescriber and Medicare
//! numbers, Australia's Medicare cards, which have check digits or a strict form; and medical record numbers, which each
//! hospital makes up by itself, only beside a word for one.

use crate::check_digits::{luhn, uniform, weighted};
use crate::context::{alone, digits, joined, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds the numbers of patients and providers.
pub(crate) struct MedicalId;

impl Detector for MedicalId {
    fn id(&self) -> &'static str {
        "medical_id"
    }

    fn about(&self) -> &'static str {
        "health numbers: NHS, NPI, DEA, Medicare by check digit or form; medical records beside a word for one"
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
        name: "ten_grouped",
        regex: r"(?-u:\b)[0-9]{3}(?:-[0-9]{3}-| [0-9]{3} )[0-9]{4}(?-u:\b)",
        confidence: 40,
        accept: Some(nhs_grouped),
    },
    Shape { name: "ten_digits", regex: r"(?-u:\b)[0-9]{10}(?-u:\b)", confidence: 30, accept: Some(ten) },
    Shape {
        name: "us_npi_grouped",
        regex: r"(?-u:\b)[12][0-9]{3}[- ][0-9]{3}[- ][0-9]{3}(?-u:\b)",
        confidence: 60,
        accept: Some(npi_grouped),
    },
    Shape {
        name: "us_dea",
        regex: r"(?-u:\b)[A-HJ-MPR-UX][A-Z9][0-9]{7}(?-u:\b)",
        confidence: 60,
        accept: Some(dea),
    },
    Shape {
        name: "us_medicare",
        regex: r"(?-u:\b)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}(?-u:\b)",
        confidence: 70,
        accept: Some(medicare),
    },
    Shape {
        name: "australia_medicare",
        regex: r"(?-u:\b)[2-6][0-9]{3}[ -][0-9]{5}[ -][0-9](?:[ /-][1-9])?(?-u:\b)",
        confidence: 70,
        accept: Some(australian),
    },
    Shape {
        name: "medical_record",
        regex: r"(?i)(?-u:\b)(?:MRN|medical[ _-]?record(?:[ _-]?(?:number|no\.?|num|id))?|patient[ _-]?(?:number|no\.?|id)|chart[ _-](?:number|no\.?))[ ]?(?:number|no\.?)?(?:[ ]is|[ ]was)?[\x22']?[ ]{0,2}[:=#]{0,2}[ ]{0,2}#?[\x22']?((?:[A-Z]{1,4}-?)?[0-9]{5,12})(?-u:\b)",
        confidence: 85,
        accept: Some(record),
    },
    Shape {
        name: "insured",
        regex: r"(?i-u:health[ _-]?(?:insurance|plan|card|care)[ _-]?(?:id|number|no\.?|policy)|medical[ _-]insurance[ _-](?:id|number|no)|insurance[ _-](?:member|policy)[ _/-]{0,2}(?:id|number|no\.?|member no)|member[ _-]?(?:id|number|no)|subscriber[ _-]?(?:id|number|no)|hospital[ _-](?:number|no)|patient[ _-]?id|versicherten-?(?:nummer|nr)|versichertennummer|kvnr)\.?(?: is)?[\x22' ]{0,2}[:=#]{0,2}[\x22' #]{0,3}([A-Z]{1,4}-?[0-9]{5,12}|[A-Z]{1,4}-[0-9]{2,4}-[0-9]{3,8}|[0-9]{8,12}[A-Z])(?-u:\b)",
        confidence: 75,
        accept: Some(insured),
    },
    Shape {
        name: "ontario",
        regex: r"(?i-u:health[ _-]?(?:card|insurance))[^0-9\n]{1,16}?([0-9]{4}[ -]?[0-9]{3}[ -]?[0-9]{3}(?:[ -]?[A-Z]{2})?)(?-u:\b)",
        confidence: 75,
        accept: Some(record),
    },
];

const NHS_WORDS: &[&str] =
    &["nhs", "nhs number", "national health", "health service", "nhs_number", "patient"];
const NPI_WORDS: &[&str] = &[
    "npi",
    "npis",
    "provider",
    "national provider",
    "provider identifier",
    "npi_number",
    "physician",
    "prescriber",
];
const OTHER_WORDS: &[&str] = &[
    "phone",
    "call",
    "tel",
    "fax",
    "mobile",
    "cell",
    "order",
    "invoice",
    "tracking",
    "isbn",
    "ticket",
    "case",
    "timestamp",
    "time",
    "ts",
    "epoch",
    "id",
    "sku",
    "part",
];

/// Modulo 11, weights 10 to 2.
fn is_nhs(numbers: &[u8]) -> bool {
    let Some((check, rest)) = numbers.split_last() else { return false };
    let left = 11 - weighted(rest, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !uniform(numbers) && left != 10 && left % 11 == u32::from(*check)
}

/// The card check over the number with the prefix of health and the United States before it.
fn is_npi(numbers: &[u8]) -> bool {
    let whole: Vec<u8> = [8, 0, 8, 4, 0].iter().chain(numbers).copied().collect();
    matches!(numbers.first(), Some(1 | 2)) && luhn(&whole) && !uniform(numbers.get(..9).unwrap_or(numbers))
}

fn nhs_grouped(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    if joined(candidate) || !is_nhs(&numbers) || mentions(candidate.before(20), OTHER_WORDS) {
        return None;
    }
    // What could be a telephone number in North America is one, unless it is called otherwise.
    let american = matches!(numbers.as_slice(), [a, _, _, d, ..] if *a > 1 && *d > 1);
    Some(match () {
        () if near(candidate, 40, 20, NHS_WORDS) => 95,
        () if alone(candidate) && (!american || candidate.matched().contains(' ')) => 60,
        () => candidate.confidence,
    })
}

fn ten(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    let (nhs, npi) = (is_nhs(&numbers), is_npi(&numbers));
    let counts_up = numbers.iter().zip(numbers.iter().skip(1)).all(|(one, next)| (one + 1) % 10 == *next);
    if !(nhs || npi) || counts_up || joined(candidate) {
        return None;
    }
    Some(match () {
        () if npi && near(candidate, 40, 20, NPI_WORDS) => 90,
        () if nhs && near(candidate, 40, 20, NHS_WORDS) => 90,
        // Seconds since 1970 are 1.0 to 2.1 thousand million; what is alone and passes is more likely a provider.
        () if alone(candidate) => 55,
        () => candidate.confidence,
    })
}

fn npi_grouped(candidate: &Candidate<'_>) -> Option<u8> {
    let right = is_npi(&digits(candidate.matched())) && !joined(candidate);
    right.then(|| if near(candidate, 40, 20, NPI_WORDS) { 95 } else { candidate.confidence })
}

/// Odd places once and even places twice; the last figure of the sum is the check digit.
fn dea(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers: Vec<u8> = digits(candidate.matched().get(2..)?);
    let (check, rest) = numbers.split_last()?;
    let right = weighted(rest, &[1, 2, 1, 2, 1, 2]) % 10 == u32::from(*check);
    if joined(candidate) || !right {
        return None;
    }
    let named = near(candidate, 40, 20, &["dea", "dea number", "prescriber", "physician", "registration"]);
    Some(if named { 92 } else { 45 })
}

fn medicare(candidate: &Candidate<'_>) -> Option<u8> {
    if joined(candidate) {
        return None;
    }
    Some(if near(candidate, 40, 20, &["medicare", "mbi", "beneficiary"]) { 95 } else { candidate.confidence })
}

fn australian(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    let check = numbers.get(8).map(|digit| u32::from(*digit));
    let sum = weighted(numbers.get(..8)?, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    if joined(candidate) || Some(sum) != check {
        return None;
    }
    Some(if near(candidate, 40, 20, &["medicare"]) { 95 } else { candidate.confidence })
}

/// Clubs have members as well, with shorter numbers.
fn insured(candidate: &Candidate<'_>) -> Option<u8> {
    let insurance = &["insurance", "insured", "health", "medical", "plan", "coverage", "payer", "patient"];
    let long = digits(candidate.matched()).len() >= 9;
    let member = mentions(candidate.before(20), &["member", "memberid", "member_id"]);
    (!member || long || mentions(candidate.before(90), insurance)).then(|| record(candidate)).flatten()
}

fn record(candidate: &Candidate<'_>) -> Option<u8> {
    let next = candidate.next();
    let goes_on = next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '-'));
    (!goes_on).then_some(candidate.confidence)
}
