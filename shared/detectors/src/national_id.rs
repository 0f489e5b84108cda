//! National numbers of persons and their taxes, each by the form that its country gives it and the check digit it has.
//!
//! Where the form is strict and the check strong, a number speaks for itself; nine, ten or eleven plain digits pass a check
//! digit by chance too often, and need a word for them beside, or nothing at all around them. Not here: the social security
//! numbers of the United States (`us_ssn`), numbers of patients (`medical_id`).
//!
//! To add a country: a row in [`SHAPES`] (or in [`PLAIN`] for plain digits), its check in `formats.rs`.

mod formats;
mod words;

use words::{
    AADHAAR, AUSTRALIA, CANADA, Check, EMIRATES, GERMANY, JAPAN, MALAYSIA, NETHERLANDS, NORWAY, OTHER_WORDS,
    PENSION, PLAIN,
};

use crate::check_digits::{luhn, uniform};
use crate::context::{alone, digits, joined, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds national numbers of persons.
pub(crate) struct NationalId;

impl Detector for NationalId {
    fn id(&self) -> &'static str {
        "national_id"
    }

    fn about(&self) -> &'static str {
        "national identity, insurance and tax numbers of some thirty countries, by form and check digits"
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
        name: "argentina_cuit",
        regex: r"(?-u:\b)[23][0-9]-[0-9]{8}-[0-9](?-u:\b)",
        confidence: 85,
        accept: Some(|candidate| checked(candidate, formats::cuit, &["cuit", "cuil"])),
    },
    Shape {
        name: "belgium",
        regex: r"(?-u:\b)[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}(?-u:\b)",
        confidence: 90,
        accept: Some(|candidate| {
            checked(candidate, formats::belgian, &["rijksregister", "registre national"])
        }),
    },
    Shape {
        name: "brazil_cpf",
        regex: r"(?-u:\b)[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?-u:\b)",
        confidence: 92,
        accept: Some(|candidate| checked(candidate, formats::cpf, &["cpf"])),
    },
    Shape {
        name: "britain_nino",
        regex: r"(?-u:\b)[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d](?-u:\b)",
        confidence: 60,
        accept: Some(nino),
    },
    Shape {
        name: "chile_rut",
        regex: r"(?-u:\b)[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9Kk](?-u:\b)",
        confidence: 88,
        accept: Some(|candidate| written(candidate, formats::rut, &["rut", "run"])),
    },
    Shape {
        name: "china",
        regex: r"(?-u:\b)[1-9][0-9]{16}[0-9Xx](?-u:\b)",
        confidence: 90,
        accept: Some(|candidate| written(candidate, formats::chinese, &["身份证", "身份證"])),
    },
    Shape {
        name: "finland",
        regex: r"(?-u:\b)[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-Y](?-u:\b)",
        confidence: 80,
        accept: Some(|candidate| written(candidate, formats::finnish, &["hetu", "henkilötunnus"])),
    },
    Shape {
        name: "france_nir",
        regex: r"(?-u:\b)[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}(?-u:\b)",
        confidence: 75,
        accept: Some(|candidate| written(candidate, formats::nir, &["sécurité sociale", "nir", "insee"])),
    },
    Shape {
        name: "hong_kong",
        regex: r"(?-u:\b)[A-Z]{1,2}[0-9]{6}\([0-9A]\)",
        confidence: 88,
        accept: Some(|candidate| written(candidate, formats::hong_kong, &["hkid"])),
    },
    Shape {
        name: "india_pan",
        regex: r"(?-u:\b)[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z](?-u:\b)",
        confidence: 65,
        accept: Some(|candidate| written(candidate, |_| true, &["pan", "permanent account"])),
    },
    Shape {
        name: "italy_codice_fiscale",
        regex: r"(?-u:\b)(?i-u:[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z])(?-u:\b)",
        confidence: 92,
        accept: Some(|candidate| written(candidate, formats::codice_fiscale, &["codice fiscale"])),
    },
    Shape {
        name: "korea",
        regex: r"(?-u:\b)[0-9]{2}[01][0-9][0-3][0-9]-[1-8][0-9]{6}(?-u:\b)",
        confidence: 75,
        accept: Some(|candidate| {
            checked(candidate, formats::korean, &["주민등록번호", "rrn", "resident registration"])
        }),
    },
    Shape {
        name: "mexico_curp",
        regex: r"(?-u:\b)[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z][0-9](?-u:\b)",
        confidence: 92,
        accept: Some(|candidate| written(candidate, formats::curp, &["curp"])),
    },
    Shape {
        name: "six_and_four",
        regex: r"(?-u:\b)(?:(?:19|20)?[0-9]{2}[01][0-9][0-9]{2}[-+]|[0-3][0-9][01][0-9]{3}-|[0-9]{2}[0-8][0-9][0-3][0-9]/)[0-9]{4}(?-u:\b)",
        confidence: 70,
        accept: Some(six_and_four),
    },
    Shape {
        name: "six_and_five",
        regex: r"(?-u:\b)[0-7][0-9][0189][0-9]{3} [0-9]{5}(?-u:\b)",
        confidence: 70,
        accept: Some(|candidate| checked(candidate, formats::norwegian, NORWAY)),
    },
    Shape {
        name: "singapore",
        regex: r"(?-u:\b)[STFGM][0-9]{7}[A-Z](?-u:\b)",
        confidence: 85,
        accept: Some(|candidate| written(candidate, formats::singapore, &["nric", "fin"])),
    },
    Shape {
        name: "spain",
        regex: r"(?-u:\b)(?:[0-9]{8}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}|[XYZ]-?[0-9]{7})-?[A-HJ-NP-TV-Z](?-u:\b)",
        confidence: 72,
        accept: Some(|candidate| written(candidate, formats::spanish, &["dni", "nie", "nif"])),
    },
    Shape {
        name: "switzerland",
        regex: r"(?-u:\b)756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}(?-u:\b)",
        confidence: 92,
        accept: Some(|candidate| checked(candidate, formats::swiss, &["ahv", "avs", "avs-nummer"])),
    },
    Shape {
        name: "taiwan",
        regex: r"(?-u:\b)[A-Z][1289][0-9]{8}(?-u:\b)",
        confidence: 50,
        accept: Some(|candidate| {
            written(candidate, formats::taiwanese, &["身分證", "身份證", "national id"])
        }),
    },
    Shape {
        name: "three_by_three",
        regex: r"(?-u:\b)[0-9]{3}(?:-[0-9]{3}-| [0-9]{3} |\.[0-9]{3}\.)[0-9]{3}(?-u:\b)",
        confidence: 40,
        accept: Some(three_by_three),
    },
    Shape {
        name: "three_by_four",
        regex: r"(?-u:\b)[0-9]{4}(?: [0-9]{4} |-[0-9]{4}-)[0-9]{4}(?-u:\b)",
        confidence: 45,
        accept: Some(three_by_four),
    },
    Shape {
        name: "us_itin",
        regex: r"(?-u:\b)9[0-9]{2}[- ]?[5-9][0-9][- ]?[0-9]{4}(?-u:\b)",
        confidence: 75,
        accept: Some(itin),
    },
    Shape {
        name: "malaysia",
        regex: r"(?-u:\b)[0-9]{2}[01][0-9][0-3][0-9]-[0-9]{2}-[0-9]{4}(?-u:\b)",
        confidence: 65,
        accept: Some(|candidate| checked(candidate, formats::malaysian, MALAYSIA)),
    },
    Shape {
        name: "emirates",
        regex: r"(?-u:\b)784-[0-9]{4}-[0-9]{7}-[0-9](?-u:\b)",
        confidence: 85,
        accept: Some(|candidate| {
            checked(candidate, luhn, EMIRATES).or_else(|| only_named(candidate, |_| true, EMIRATES))
        }),
    },
    Shape {
        name: "germany_grouped",
        regex: r"(?-u:\b)[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}(?-u:\b)",
        confidence: 45,
        accept: Some(|candidate| only_named(candidate, formats::german, GERMANY)),
    },
    Shape {
        name: "netherlands_dotted",
        regex: r"(?-u:\b)[0-9]{4}\.[0-9]{2}\.[0-9]{3}(?-u:\b)",
        confidence: 45,
        accept: Some(|candidate| only_named(candidate, formats::bsn, NETHERLANDS)),
    },
    Shape {
        name: "chile_plain",
        regex: r"(?-u:\b)[0-9]{7,8}-[0-9Kk](?-u:\b)",
        confidence: 40,
        accept: Some(|candidate| written(candidate, formats::rut, &["rut", "run"]).filter(|sure| *sure > 90)),
    },
    Shape {
        name: "germany_pension",
        regex: r"(?-u:\b)[0-9]{2} ?[0-3][0-9][01][0-9]{3} ?[A-Z] ?[0-9]{3}(?-u:\b)",
        confidence: 80,
        accept: Some(|candidate| written(candidate, formats::pension, PENSION)),
    },
    Shape {
        name: "colombia",
        regex: r"(?:(?i-u:cedula)|[Cc]édula)[^0-9\n]{1,24}?([0-9]{1,3}\.[0-9]{3}\.[0-9]{3}(?:\.[0-9]{3})?|[0-9]{7,10})(?-u:\b)",
        confidence: 75,
        accept: Some(called),
    },
    Shape {
        name: "called",
        regex: r"(?:(?i-u:(?:national|personal)[ _-]?id(?:entity|entification)?(?:[ _-]?(?:number|no|card|code|nr))?|identity[ _-](?:card|document|number)(?:[ _-](?:number|no))?|id[ _-]card(?:[ _-](?:number|no))?|(?:personal)?ausweis(?:nummer|[ -]?nr)|documento de identidad|carta d'identita)|carta d'identità|[Cc]arte (?:nationale )?d'identité)\.?(?: is| n°| nr\.?| no\.?| n\.?)?[\x22']?[ ]?[:=#]{0,2}[ ]?[#\x22']?([A-Z]{1,2}[0-9]{5,10}[A-Z]{0,2}|[0-9]{5,8}-[0-9]{4,7}(?:-[0-9])?|[0-9]{7,14}[A-Z]?|[A-Z][0-9]{2}[A-Z0-9][0-9]{2}[A-Z][0-9]{2,3})(?-u:\b)",
        confidence: 75,
        accept: Some(called),
    },
    Shape { name: "plain", regex: r"(?-u:\b)[0-9]{9,13}(?-u:\b)", confidence: 80, accept: Some(plain) },
];

/// Digits with separators that pass their check.
fn checked(candidate: &Candidate<'_>, passes: Check, words: &[&str]) -> Option<u8> {
    (!joined(candidate) && passes(&digits(candidate.matched()))).then(|| sureness(candidate, words))
}

/// Digits that say nothing unless they are called so.
fn only_named(candidate: &Candidate<'_>, passes: Check, words: &[&str]) -> Option<u8> {
    checked(candidate, passes, words).filter(|sure| *sure > 90)
}

/// The same where letters count.
fn written(candidate: &Candidate<'_>, passes: fn(&str) -> bool, words: &[&str]) -> Option<u8> {
    (!joined(candidate) && passes(candidate.matched())).then(|| sureness(candidate, words))
}

fn sureness(candidate: &Candidate<'_>, words: &[&str]) -> u8 {
    match () {
        () if near(candidate, 50, 30, words) => 95,
        () if mentions(candidate.before(20), OTHER_WORDS) => 40,
        () if alone(candidate) => candidate.confidence.max(60),
        () => candidate.confidence,
    }
}

/// Never issued: prefixes of other countries and of no one.
fn nino(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let prefix: String = matched.chars().take(2).map(|letter| letter.to_ascii_uppercase()).collect();
    let never = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str());
    if joined(candidate) || never || formats::empty_nino(matched) {
        return None;
    }
    let sure = sureness(candidate, &["nino", "national insurance", "ni number", "nin"]);
    let plain = !matched.contains(' ') && matched.bytes().any(|byte| byte.is_ascii_lowercase());
    // Small letters and digits are as often a name of something.
    Some(if plain && sure < 95 && !alone(candidate) { 40 } else { sure })
}

/// Sweden and Latvia, Denmark, Czechia and Slovakia.
fn six_and_four(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    if candidate.matched().contains('/') {
        return checked(candidate, formats::birth_number, &["rodné číslo", "rc"]);
    }
    if formats::personnummer(&numbers) {
        return checked(candidate, formats::personnummer, &["personnummer"]);
    }
    let named = near(candidate, 50, 30, &["cpr", "cpr-nummer", "personas kods"]);
    (named && !joined(candidate) && formats::day_first(&numbers)).then_some(90)
}

/// India's and Japan's; of the second, one in ten passes by chance.
fn three_by_four(candidate: &Candidate<'_>) -> Option<u8> {
    if near(candidate, 50, 30, JAPAN) {
        return checked(candidate, formats::my_number, JAPAN);
    }
    checked(candidate, formats::aadhaar, AADHAAR)
}

/// Whatever its country makes of it: the words right before it say what it is.
fn called(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    (!joined(candidate) && !uniform(&numbers)).then_some(candidate.confidence)
}

/// Canada's and Australia's; hyphens are Canada's way of writing them.
fn three_by_three(candidate: &Candidate<'_>) -> Option<u8> {
    let numbers = digits(candidate.matched());
    if formats::sin(&numbers) {
        let sure = checked(candidate, formats::sin, CANADA)?;
        let called = mentions(candidate.before(20), OTHER_WORDS);
        return Some(if candidate.matched().contains('-') && !called { sure.max(55) } else { sure });
    }
    if formats::tfn(&numbers) {
        return checked(candidate, formats::tfn, AUSTRALIA);
    }
    near(candidate, 50, 30, &["bsn", "nif", "burgerservicenummer"])
        .then(|| PLAIN.iter().find(|(count, check, _)| *count == 9 && check(&numbers)))
        .flatten()
        .and_then(|(_, check, words)| checked(candidate, *check, words))
}

/// Nine digits are one only when they are called so.
fn itin(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    if joined(candidate) || !formats::itin(&digits(matched)) {
        return None;
    }
    let separators = matched.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    let sure = sureness(candidate, &["itin", "taxpayer", "individual taxpayer", "tax id", "tin"]);
    Some(match (separators, matched.contains('-')) {
        (2, true) => sure,
        _ if sure == 95 => 85,
        (2, false) if alone(candidate) => 60,
        _ => 40,
    })
}

fn plain(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(40);
    // A text full of numbers has few words, which are the cheaper thing to look for.
    if joined(candidate) || !before.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80) {
        return None;
    }
    let numbers = digits(candidate.matched());
    let called = |words: &[&str]| mentions(before, words) && !mentions(candidate.before(12), OTHER_WORDS);
    let known =
        PLAIN.iter().any(|(count, check, words)| *count == numbers.len() && check(&numbers) && called(words));
    known.then_some(candidate.confidence)
}
