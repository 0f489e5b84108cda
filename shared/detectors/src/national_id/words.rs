//! The words that stand beside national numbers, and the countries whose numbers are plain digits.

use super::formats;

pub(super) const EMIRATES: &[&str] = &["emirates id", "eid", "uae id"];
pub(super) const JAPAN: &[&str] = &["my number", "マイナンバー", "個人番号"];
pub(super) const PENSION: &[&str] =
    &["sozialversicherungsnummer", "rentenversicherungsnummer", "svnr", "sv-nummer", "rvnr"];
pub(super) const AADHAAR: &[&str] = &["aadhaar", "aadhar", "uidai", "आधार"];
pub(super) const GERMANY: &[&str] =
    &["steuer-id", "steuer-identifikationsnummer", "identifikationsnummer", "idnr", "steuerid"];
pub(super) const MALAYSIA: &[&str] = &["mykad", "nric", "ic no", "ic number", "ic"];
pub(super) const NETHERLANDS: &[&str] =
    &["bsn", "burgerservicenummer", "sofinummer", "citizen service number"];
pub(super) const CANADA: &[&str] = &["sin", "social insurance", "nas", "assurance sociale"];
pub(super) const AUSTRALIA: &[&str] = &["tfn", "tax file"];
pub(super) const NORWAY: &[&str] = &["fødselsnummer", "personnummer", "fnr"];

pub(super) type Check = fn(&[u8]) -> bool;

/// Plain digits: how many, their check, and the words of which one must stand beside them.
pub(super) static PLAIN: &[(usize, Check, &[&str])] = &[
    (9, formats::sin, CANADA),
    (9, formats::tfn, AUSTRALIA),
    (9, formats::bsn, NETHERLANDS),
    (9, formats::nif, &["nif", "contribuinte"]),
    (9, formats::israeli, &["teudat zehut", "תעודת זהות", "israeli id"]),
    (10, formats::egn, &["egn", "егн"]),
    (10, formats::personnummer, &["personnummer", "personal identity number"]),
    (10, formats::day_first, &["cpr", "cpr-nummer", "cpr-nr"]),
    (11, formats::pesel, &["pesel"]),
    (11, formats::cpf, &["cpf"]),
    (11, formats::german, GERMANY),
    (
        11,
        formats::belgian,
        &["niss", "insz", "rijksregister", "rijksregisternummer", "registre national", "national number"],
    ),
    (11, formats::norwegian, NORWAY),
    (11, formats::turkish, &["tckn", "tc kimlik", "kimlik", "t.c. kimlik", "t.c", "tc no"]),
    (11, formats::baltic, &["isikukood", "asmens kodas", "personal code"]),
    (11, formats::croatian, &["oib"]),
    (12, formats::aadhaar, AADHAAR),
    (12, formats::personnummer, &["personnummer", "personal identity number"]),
    (12, formats::malaysian, MALAYSIA),
    (12, formats::my_number, JAPAN),
    (13, formats::south_african, &["south african id", "sa id", "identity number", "id number", "id no"]),
    (13, formats::cnp, &["cnp", "cod numeric"]),
    (13, formats::thai, &["thai id", "บัตรประชาชน", "national id"]),
    (13, formats::yugoslav, &["jmbg", "emšo", "јмбг"]),
];

/// Words for numbers that are nobody's.
pub(super) const OTHER_WORDS: &[&str] = &[
    "order",
    "invoice",
    "tracking",
    "ticket",
    "case",
    "part",
    "sku",
    "isbn",
    "serial",
    "version",
    "phone",
    "tel",
    "call",
    "fax",
    "population",
    "total",
    "bytes",
    "rows",
    "price",
    "model",
    "item",
    "build",
    "timestamp",
];
