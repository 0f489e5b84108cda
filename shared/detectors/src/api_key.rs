//! Keys, tokens and private keys: the formats of well-known vendors, JSON web tokens, PEM blocks, and a random
//! looking value that is assigned to a name such as `api_key`.
//!
//! To add a vendor, add a row to `vendors.rs`. Samples from documentation (`AKIAIOSFODNN7EXAMPLE`, `sk-xxxx`) are none.

mod vendors;

use std::sync::LazyLock;

use crate::context::{first_byte, is_word, last_byte};
use crate::detector::{Candidate, Detector, Shape};
use crate::placeholder::{entropy, stands_in};

/// Finds keys and tokens.
pub(crate) struct ApiKey;

impl Detector for ApiKey {
    fn id(&self) -> &'static str {
        "api_key"
    }

    fn about(&self) -> &'static str {
        "keys and tokens of well-known vendors, JSON web tokens, private keys, random values assigned to a key's name"
    }

    fn shapes(&self) -> &'static [Shape] {
        static SHAPES: LazyLock<Vec<Shape>> =
            LazyLock::new(|| [GENERAL, vendors::KEYS, vendors::NAMED].concat());
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        1
    }
}

static GENERAL: &[Shape] = &[
    Shape {
        name: "private_key",
        regex: r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|SSH2 ENCRYPTED|ANY) )?PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/= \t\r\n\\:,.-]{0,3900}?-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/= \t\r\n\\:,.-]{40,3900})",
        confidence: 98,
        accept: Some(private_key),
    },
    Shape {
        name: "pgp_private_key",
        regex: r"-----BEGIN PGP PRIVATE KEY BLOCK-----(?:[A-Za-z0-9+/= \t\r\n\\:,.()-]{0,3900}?-----END PGP PRIVATE KEY BLOCK-----|[A-Za-z0-9+/= \t\r\n\\:,.()-]{40,3900})",
        confidence: 98,
        accept: Some(private_key),
    },
    Shape {
        name: "putty_private_key",
        regex: r"PuTTY-User-Key-File-[23]: [^\n]{1,40}",
        confidence: 90,
        accept: None,
    },
    Shape {
        name: "json_web_token",
        regex: r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,700}",
        confidence: 92,
        accept: Some(vendor),
    },
    Shape {
        name: "bearer",
        regex: r#"(?i-u:\bauthorization["']?[ ]{0,2}[:=][ ]{0,2}["']?(?:bearer|token|basic|apikey))[ ]{1,2}([A-Za-z0-9_.~+/=:-]{12,400})"#,
        confidence: 85,
        accept: Some(assigned_plainly),
    },
    Shape {
        name: "header",
        regex: r#"(?i-u:\b(?:x-[a-z-]{0,24}(?:key|token|secret|auth|api)|private-token|api-key|apikey|auth-token))["']?[ ]{0,2}:[ ]{0,2}["']?([A-Za-z0-9_.~+/=-]{12,200})"#,
        confidence: 80,
        accept: Some(assigned),
    },
    Shape {
        name: "assigned",
        regex: r#"(?i-u:(?:api|access|secret|auth|private|encryption|signing|master|account|shared|service|storage|subscription|session|client|app|consumer|webhook|bot|deploy|license)[ _.-]?(?:key|token|secret)|secret|token|credential|apikey|passkey|bearer|auth_key)[A-Za-z0-9_-]{0,20}\\?["'`]?[\])]?[ \t]{0,4}(?:=>|:=|:{1,3}=|={1,3}|\|\|:|:|,|\?=|>)[ \t]{0,5}(?:\\?["'`]|Bearer ){0,2}([A-Za-z0-9_.~+/=-]{10,200})"#,
        confidence: 70,
        accept: Some(assigned),
    },
    Shape {
        name: "said",
        regex: r#"(?i-u:\b(?:api|access|secret|auth|private)[ _-]?(?:key|token)|\b(?:secret|token|key)) (?:(?i-u:is|was|to|for [a-z]{2,16} is|=|:))[ :]{1,2}["'`]?([A-Za-z0-9_.~+/=-]{12,200})"#,
        confidence: 70,
        accept: Some(assigned),
    },
];

/// A row for a vendor whose keys have a prefix of their own.
const fn key(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 95, accept: Some(vendor) }
}

/// A row for a vendor whose keys are known only by the name beside them; group 1 is the key.
const fn named(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 80, accept: Some(beside_name) }
}

/// A format that says enough: what is left to ask is whether it goes on, and whether it is a sample.
fn vendor(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let before = last_byte(candidate.before(1));
    let after = first_byte(candidate.after(1));
    let led = first_byte(matched).is_some_and(is_word) && before.is_some_and(is_word) && !escaped(candidate);
    let goes_on = last_byte(matched).is_some_and(is_word) && after.is_some_and(is_word);
    if led || goes_on || stands_in(matched) || run_of_one(matched) {
        return None;
    }
    let random = entropy(matched) >= 2.6;
    Some(if random { candidate.confidence } else { 40 })
}

/// `\n`, `\t` and `%3D` before a key belong to how it was written, not to the key.
fn escaped(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(3).as_bytes();
    matches!(before, [.., b'\\', b'n' | b't' | b'r'] | [b'%', _, _])
}

fn private_key(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let lines = matched.split("-----").nth(2).unwrap_or_default();
    let body = lines.bytes().filter(u8::is_ascii_alphanumeric).count();
    let sample = matched.contains("...") || lines.trim().is_empty();
    (body >= 40 && !sample).then_some(candidate.confidence)
}

fn beside_name(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let goes_on = first_byte(candidate.after(1)).is_some_and(is_word);
    let weak = stands_in(value) || run_of_one(value) || !value.bytes().any(|byte| byte.is_ascii_digit());
    (!goes_on && !weak && entropy(value) >= 2.8).then_some(candidate.confidence)
}

/// Names that say that the value is no secret, in lower case.
const HARMLESS_NAMES: &[&str] = &[
    "public",
    "publish",
    "_id",
    "-id",
    "credentialid",
    "keyid",
    "_url",
    "_uri",
    "_name",
    "_type",
    "_path",
    "_file",
    "count",
    "max_",
    "csrf",
    "xsrf",
    "keyhash",
    "hash",
    "checksum",
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "tokenizer",
    "next",
    "page",
    "continuation",
    "cursor",
    "pagination",
    "idempotency",
    "sync",
    "fingerprint",
    "digest",
    "ref",
    "version",
    "model",
    "kms",
    "arn",
    "keyword",
    "sitekey",
    "author",
    "monkey",
];

fn assigned_plainly(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    (!stands_in(value) && entropy(value) >= 3.0 && !run_of_one(value)).then_some(candidate.confidence)
}

/// A value beside a key's name: must look random, and be no path, word, name or number.
fn assigned(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '=', '-', '/']);
    let name = name_before(candidate).to_ascii_lowercase();
    let harmless = HARMLESS_NAMES.iter().any(|part| name.contains(part));
    let goes_on = first_byte(candidate.after(1))
        .is_some_and(|byte| matches!(byte, b'(' | b'[' | b'{' | b'@' | b':' | b'$' | b'%'));
    if harmless || goes_on || value.len() < 10 || stands_in(value) || !looks_random(value) {
        return None;
    }
    Some(if value.len() >= 20 { candidate.confidence + 10 } else { candidate.confidence - 10 })
}

/// The name that the value is assigned to: the last word before it.
fn name_before<'a>(candidate: &Candidate<'a>) -> &'a str {
    let before = candidate.before(64);
    let name = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let start = name
        .rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))
        .map_or(0, |at| at + 1);
    name.get(start..).unwrap_or(name)
}

fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let slashes = value.bytes().filter(|byte| *byte == b'/').count();
    let dots = value.bytes().filter(|byte| *byte == b'.').count();
    let wordy = value
        .split(['_', '-', '.', '/'])
        .filter(|part| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
        .count();
    let floor = if value.len() >= 20 { 3.3 } else { 2.9 };
    let numbers_only = letters == 0;
    digits >= 2
        && !numbers_only
        && dots <= 2
        && slashes <= 4
        && wordy < 2
        && entropy(value) >= floor
        && !run_of_one(value)
}

/// Six times the same character in a row: somebody filled in a sample.
fn run_of_one(value: &str) -> bool {
    let mut run = 1;
    let mut last = 0;
    value.bytes().any(|byte| {
        run = if byte == last { run + 1 } else { 1 };
        last = byte;
        run >= 6
    })
}
