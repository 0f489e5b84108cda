//! Keys, tokens and private keys: the formats of well-known vendors, JSON web tokens, PEM blocks, and a random
//! looking value that is assigned to a name such as `api_key`.
//!
//! To add a vendor, add a row to `vendors.rs`, `rarer.rs` or `further.rs`; where only a name beside a key tells it, to `named.rs`
//! or, where that name is enough, the name to `vendor_names.rs`.
//! Samples from documentation
//! (`AKIAIOSFODNN7EXAMPLE`, `sk-xxxx`) are none.

mod further;
mod general;
mod judges;
mod named;
mod names;
mod randomness;
mod rarer;
mod vendor_names;
mod vendors;

use std::sync::LazyLock;

use judges::{checked, discord_bot, google, mailchimp, openai, slack};
use names::{is_harmless, name_before, names_apart};
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
        static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
            [general::KEYS, vendors::KEYS, rarer::KEYS, further::KEYS, named::KEYS, vendor_names::KEYS]
                .concat()
        });
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        2
    }
}

/// A row for a vendor whose keys have a prefix of their own.
const fn key(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 95, accept: Some(vendor) }
}

/// A row for a vendor whose keys have a form that can be checked.
const fn judged(name: &'static str, regex: &'static str, accept: fn(&Candidate<'_>) -> Option<u8>) -> Shape {
    Shape { name, regex, confidence: 95, accept: Some(accept) }
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
    // What begins with the name of a host may have another name before it.
    let host = candidate.matched().split_once('/').is_some_and(|(host, _)| host.contains('.'));
    let in_name =
        !host && matches!(candidate.before(2).as_bytes(), [before, b'.'] if before.is_ascii_alphanumeric());
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
    let value = candidate.matched();
    // `live_`, `test_` may stand before what was drawn; letters of a UUID are no word.
    let word = |part: &str| {
        part.len() > 2
            && part.bytes().all(|byte| byte.is_ascii_lowercase())
            && !part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !matches!(part, "live" | "test" | "prod" | "sandbox")
    };
    let wordy = value.split(['_', '-', '.', '/']).any(word) && !is_thoroughly_mixed(value);
    let unnamed = value.len() < 20 && !names_key(candidate);
    if in_address || wordy || unnamed || !looks_random(value) { None } else { beside_name(candidate) }
}

/// Whether right before a short value stands a word for a key: a vendor's name alone is too little for it.
fn names_key(candidate: &Candidate<'_>) -> bool {
    let name = candidate.before(24).to_ascii_lowercase();
    ["key", "token", "secret"].iter().any(|word| name.contains(word))
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

/// `<add key="name" value="…">`: what names the value stands in the attribute before.
fn setting(candidate: &Candidate<'_>) -> Option<u8> {
    let name = candidate.before(120).rsplit(['"', '\'']).nth(2).unwrap_or_default();
    if is_harmless(name) { None } else { assigned(candidate) }
}

/// What a header lets in with: `Basic` takes a name and a password, which [`assigned_plainly`] reads.
fn authorized(candidate: &Candidate<'_>) -> Option<u8> {
    let basic = candidate.before(8).to_ascii_lowercase().contains("basic");
    if basic { None } else { beside_key(candidate) }
}

/// A key in place of the user of a URL.
fn user_of_url(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let drawn = is_thoroughly_mixed(value) || is_drawn(value);
    (drawn && !stands_in(value) && !run_of_one(value) && !counts_up(value)).then_some(candidate.confidence)
}

/// A value whose name stands on another line or in another element.
fn apart(candidate: &Candidate<'_>) -> Option<u8> {
    let harmless = names_apart(candidate.before(240)).is_none_or(is_harmless);
    if harmless { None } else { beside_key(candidate) }
}

/// A key drawn from all that can be typed: of more kinds of characters than a sentence, a path or a name has.
fn spelt_key(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let of = |test: fn(&u8) -> bool| value.bytes().filter(test).count();
    let kinds =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    let mixed = kinds.into_iter().filter(|kind| of(*kind) >= 2).count() >= 3;
    let read = value.contains("://") || value.contains("${") || value.contains("()") || value.contains("</");
    (mixed && !read && entropy(value) >= 3.8 && !stands_in(value) && !run_of_one(value) && !counts_up(value))
        .then_some(candidate.confidence)
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
    let next = first_byte(candidate.after(1));
    let drawn = is_drawn(value) || is_thoroughly_mixed(value);
    let goes_on = next.is_some_and(|byte| matches!(byte, b'(' | b'[' | b'{' | b'@' | b'$' | b'%'))
        || next == Some(b':') && !drawn;
    // A picture that shows how builds go is for everybody, with its token.
    let shown = ["badge", ".svg?"].iter().any(|part| candidate.before(24).contains(part));
    if harmless
        || shown
        || goes_on
        || value.len() < 10
        || stands_in(candidate.matched())
        || !looks_random(value)
    {
        return None;
    }
    Some(if value.len() >= 20 { candidate.confidence + 10 } else { candidate.confidence - 10 })
}
