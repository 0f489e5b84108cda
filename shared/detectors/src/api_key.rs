//! Keys, tokens and private keys: the formats of well-known vendors, JSON web tokens, PEM blocks, and a random
//! looking value that is assigned to a name such as `api_key`.
//!
//! To add a vendor, add a row to `vendors.rs`, `rarer.rs` or `further.rs`; where only a name beside a key tells it, to `named.rs`.
//! Samples from documentation
//! (`AKIAIOSFODNN7EXAMPLE`, `sk-xxxx`) are none.

mod further;
mod judges;
mod named;
mod names;
mod randomness;
mod rarer;
mod vendors;

use std::sync::LazyLock;

use judges::{checked, discord_bot, json_web_token, kubernetes, slack};
use names::{is_harmless, name_before};
use randomness::{counts_up, is_drawn, is_thoroughly_mixed, looks_random, run_of_one, timed_uuid};

use crate::context::{first_byte, is_word, last_byte};
use crate::detector::{Candidate, Detector, Shape};
use crate::encoded_payload::from_base64;
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
            LazyLock::new(|| [GENERAL, vendors::KEYS, rarer::KEYS, further::KEYS, named::KEYS].concat());
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        2
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
        regex: r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}(?:\.[A-Za-z0-9_-]{10,700})?",
        confidence: 92,
        accept: Some(json_web_token),
    },
    Shape {
        name: "kubernetes_secret",
        regex: r#"(?i-u:\bkind:[ \t]{0,4}["']?secret\b)(?:[\t -~]{0,100}\r?\n){1,9}?[ \t]{0,4}data:[ \t]{0,4}\r?\n(?:[ \t]{1,8}#[\t -~]{0,100}\r?\n){0,2}[ \t]{1,8}["']?[A-Za-z0-9._-]{1,60}["']?:[ \t]{1,4}["']?([A-Za-z0-9+/]{10,400}={0,2})"#,
        confidence: 85,
        accept: Some(kubernetes),
    },
    Shape {
        name: "twitter_bearer",
        regex: r"A{22}[A-Za-z0-9%]{60,120}",
        confidence: 90,
        accept: Some(long_zeroes),
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
        regex: r#"(?i-u:(?:api|access|secret|auth|private|encryption|signing|master|account|shared|service|storage|subscription|session|client|app|consumer|webhook|bot|deploy|license)[ _.-]?(?:key|token|secret)|secret|token|credential|apikey|passkey|bearer|auth_key)[A-Za-z0-9_-]{0,20}\\?["'`]?[\])]?(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:]{0,3}={1,3}|\|\|:|:|,)[ \t]{0,5}|>\s{0,8})(?:\\?["'`]|Bearer ){0,2}([A-Za-z0-9_.~+/=-]{10,200})"#,
        confidence: 70,
        accept: Some(assigned),
    },
    Shape {
        name: "registry",
        regex: r#"(?:"auth"|(?-u:\b_auth))[ ]{0,2}[:=][ ]{0,2}"?([A-Za-z0-9+/]{16,600}={0,2})"#,
        confidence: 85,
        accept: Some(name_and_password),
    },
    Shape {
        name: "handed_over",
        regex: r#"(?i-u:api[_-]?key|auth[_-]?key|access[_-]?key|secret(?:[_-]?key)?|token|credential)["'`]?(?:[ \t]{1,3}["'`]?|\(["'`])([A-Za-z0-9_.~+/-]{20,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
    Shape {
        name: "settings_value",
        regex: r#"(?i-u:\bkey=["'][a-z0-9:._-]{0,40}(?:key|token|secret)["'][ \t]{1,3}value=)["']([A-Za-z0-9_.~+/-]{10,200}={0,2})["']"#,
        confidence: 70,
        accept: Some(setting),
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

/// A row for a vendor whose prefix is short or a word: the rest must have letters of both cases and digits.
const fn mixed(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(mixed_vendor) }
}

/// A row for a vendor whose keys are known only by the name beside them; group 1 is the key.
const fn named(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 80, accept: Some(beside_name) }
}

/// A format that says enough: what is left to ask is whether it goes on, and whether it is a sample.
fn vendor(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    if !whole(candidate) || stands_in(matched) {
        return None;
    }
    // Filled in or typed along the alphabet, it is a sample, which only whoever would rather stop too much stops.
    let sample = run_of_one(matched) || counts_up(matched);
    let random = entropy(matched) >= 2.6;
    Some(if sample {
        35
    } else if random {
        candidate.confidence
    } else {
        40
    })
}

/// The same, and nobody would have made it of words.
fn mixed_vendor(candidate: &Candidate<'_>) -> Option<u8> {
    if is_thoroughly_mixed(candidate.matched()) { vendor(candidate) } else { None }
}

/// Whether a key does not begin within a word or the name of a file, and does not go on.
fn whole(candidate: &Candidate<'_>) -> bool {
    let starts_word = first_byte(candidate.matched()).is_some_and(is_word);
    let led = starts_word && last_byte(candidate.before(1)).is_some_and(is_word) && !escaped(candidate);
    let in_name = matches!(candidate.before(2).as_bytes(), [before, b'.'] if before.is_ascii_alphanumeric());
    let goes_on = match candidate.after(2).as_bytes() {
        [b'-', next] => next.is_ascii_alphanumeric(),
        [next, ..] => is_word(*next),
        [] => false,
    };
    !led && !in_name && !goes_on
}

/// A key that begins with zeroes in base64: what follows them has to be random.
fn long_zeroes(candidate: &Candidate<'_>) -> Option<u8> {
    let rest = candidate.matched().trim_start_matches('A');
    let mixed = rest.bytes().any(|byte| byte.is_ascii_digit()) && entropy(rest) >= 4.0;
    (whole(candidate) && mixed && !run_of_one(rest)).then_some(candidate.confidence)
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
    let goes_on = match candidate.after(2).as_bytes() {
        [b'-' | b':', next] => next.is_ascii_alphanumeric(),
        [next, ..] => is_word(*next),
        [] => false,
    };
    let weak = stands_in(value) || run_of_one(value) || !value.bytes().any(|byte| byte.is_ascii_digit());
    let harmless = is_harmless(name_before(candidate)) || timed_uuid(value);
    (!goes_on && !weak && !harmless && entropy(value) >= 2.6).then_some(candidate.confidence)
}

/// What a registry's settings hold: a name and a password, apart by a colon, in base64.
fn name_and_password(candidate: &Candidate<'_>) -> Option<u8> {
    let decoded = String::from_utf8(from_base64(candidate.matched())?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    let real =
        name.len() >= 2 && password.len() >= 4 && !stands_in(password) && !decoded.contains(char::is_control);
    real.then_some(candidate.confidence)
}

fn assigned_plainly(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    // `Basic` takes a name and a password, apart by a colon, in base64.
    let basic = candidate.before(6).trim_end().to_ascii_lowercase().ends_with("basic");
    let pair = from_base64(value).is_some_and(|decoded| decoded.contains(&b':'));
    ((!basic || pair) && !stands_in(value) && entropy(value) >= 3.0 && !run_of_one(value))
        .then_some(candidate.confidence)
}

/// A value beside a vendor's name alone: must be as random as one beside a key's name, and no part of an address.
fn beside_vendor(candidate: &Candidate<'_>) -> Option<u8> {
    let in_address = match candidate.after(2).as_bytes() {
        [b'.' | b'/' | b'@' | b'(', next] => next.is_ascii_alphanumeric() || *next == b')',
        _ => false,
    };
    if in_address || !looks_random(candidate.matched()) { None } else { beside_name(candidate) }
}

/// A value beside a name that ends in `key`, or behind one with no sign that assigns: nothing else says that it is
/// secret, so it must be as drawn.
fn beside_key(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    // Base64 of a text is a text.
    let spelled =
        from_base64(value).is_some_and(|bytes| bytes.iter().all(|byte| matches!(byte, b' '..=b'~')));
    let drawn = is_thoroughly_mixed(value) || is_drawn(value);
    if drawn && !spelled { assigned(candidate) } else { None }
}

/// `<add key="name" value="…">`: what names the value stands in another attribute.
fn setting(candidate: &Candidate<'_>) -> Option<u8> {
    let name = candidate.before(120).rsplit("key=").next().unwrap_or_default();
    let name = name.get(1..).and_then(|rest| rest.split(['"', '\'']).next()).unwrap_or_default();
    if is_harmless(name) { None } else { assigned(candidate) }
}

/// AWS gives out secrets of 40 characters, which need no padding; what has some is not what its name says.
fn is_padded_for_aws(name: &str, value: &str) -> bool {
    value.ends_with('=') && name.to_ascii_lowercase().contains("aws")
}

/// A value beside a key's name: must look random, and be no path, word, name or number.
fn assigned(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '=', '-', '/']);
    let name = name_before(candidate);
    let harmless = is_harmless(name) || timed_uuid(value) || is_padded_for_aws(name, candidate.matched());
    let goes_on = first_byte(candidate.after(1))
        .is_some_and(|byte| matches!(byte, b'(' | b'[' | b'{' | b'@' | b':' | b'$' | b'%'));
    if harmless || goes_on || value.len() < 10 || stands_in(candidate.matched()) || !looks_random(value) {
        return None;
    }
    Some(if value.len() >= 20 { candidate.confidence + 10 } else { candidate.confidence - 10 })
}
