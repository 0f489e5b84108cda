//! Whether a value was drawn or typed. Keys are drawn; words, paths, versions, and what runs along the alphabet, are not.

use crate::context::first_byte;
use crate::placeholder::{entropy, switches};

/// Whether a value has the digits, the letters and the disorder of a key, and is no path and no name.
pub(super) fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let slashes = value.bytes().filter(|byte| *byte == b'/').count();
    let dots = value.bytes().filter(|byte| *byte == b'.').count();
    let wordy = value
        .split(['_', '-', '.', '/'])
        .filter(|part| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
        .count();
    let inner_padding = value.len() < 20 && value.contains('=');
    // `Signature=…`: another name, and what that is given.
    let pair = value.split_once('=').is_some_and(|(name, given)| {
        given.len() > 2 && name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    // Sixteen digits cannot say as much as sixty-two.
    let hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let floor = if value.len() >= 20 && !hexadecimal { 3.3 } else { 2.9 };
    (digits >= 2 || value.len() >= 16 && switches(value))
        && letters > 0
        && !inner_padding
        && !pair
        && dots <= 2
        && slashes <= 4
        && (wordy < 2 || value.split(['_', '-', '.', '/']).any(is_random_part))
        && entropy(value) >= floor
        && !run_of_one(value)
        && !counts_up(value)
        && !is_for_its_vendor(value)
        && !is_mixed_hexadecimal(value)
        && !is_type_name(value)
}

/// `EcPrivateKeyRfc5915DerType`: most of it are words that begin with a capital letter.
fn is_type_name(value: &str) -> bool {
    let word = |part: &str| {
        let small = part.bytes().take_while(u8::is_ascii_lowercase).count();
        let said = part.bytes().take(small).any(|byte| b"aeiou".contains(&byte));
        if small >= 2 && said { small + 1 } else { 0 }
    };
    let named: usize = value.split(|c: char| c.is_ascii_uppercase()).skip(1).map(word).sum();
    let capital = first_byte(value).is_some_and(|byte| byte.is_ascii_uppercase());
    capital && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) && named * 20 >= value.len() * 13
}

/// Small and capital letters, digits, and no sign that it is made of words.
pub(super) fn is_thoroughly_mixed(value: &str) -> bool {
    let count = |test: fn(&u8) -> bool| value.bytes().filter(test).count();
    let floor = if value.len() >= 20 { 3.8 } else { 3.3 };
    (count(u8::is_ascii_digit) >= 2 || count(u8::is_ascii_digit) == 1 && value.len() >= 16 && switches(value))
        && count(u8::is_ascii_lowercase) >= 3
        && count(u8::is_ascii_uppercase) >= 3
        && entropy(value) >= floor
}

/// One run of letters and digits that change places often, as they do in no word, date or number of a version.
pub(super) fn is_drawn(value: &str) -> bool {
    let digit_next = value.bytes().map(|byte| byte.is_ascii_digit());
    let changes = digit_next.clone().zip(digit_next.skip(1)).filter(|(a, b)| a != b).count();
    value.len() >= 20 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) && changes >= 5
}

/// A mark that one vendor has made known: keys of its form have their own shapes, which are judged apart, and what is
/// not of the form is a sample.
fn is_for_its_vendor(value: &str) -> bool {
    let hexadecimal = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    ["xoxb-", "xoxp-", "xoxe-", "xoxs-"].iter().any(|prefix| value.starts_with(prefix))
        || value.split_once("-us").is_some_and(|(key, _)| hexadecimal(key))
}

/// Hexadecimal digits in small and in capital letters: who writes a number so has typed it. Nor does a long number in
/// hexadecimal end in a few letters beyond.
fn is_mixed_hexadecimal(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    let digits = value.bytes().take_while(u8::is_ascii_hexdigit).count();
    let tail = value.bytes().skip(digits);
    let tailed = digits >= 32
        && (1..=4).contains(&tail.len())
        && tail.clone().all(|byte| byte.is_ascii_alphanumeric());
    tailed
        || value.len() >= 32
            && value.bytes().all(|byte| byte.is_ascii_hexdigit())
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase)
}

/// Seven steps through the alphabet in a row, in any case, or twelve with digits among them: typed in, not drawn.
pub(super) fn counts_up(value: &str) -> bool {
    let mut run = 0;
    let mut letters = 0;
    let lower = || value.bytes().map(|byte| byte.to_ascii_lowercase());
    lower().zip(lower().skip(1)).any(|(a, b)| {
        let steps = b == a.wrapping_add(1);
        run = if steps || (a, b) == (b'9', b'0') { run + 1 } else { 0 };
        letters = if steps && a.is_ascii_lowercase() && b.is_ascii_lowercase() { letters + 1 } else { 0 };
        run >= 12 || letters >= 7
    })
}

/// Words in front of it do not make a long random part a name.
fn is_random_part(part: &str) -> bool {
    part.len() >= 20 && part.bytes().filter(u8::is_ascii_digit).count() >= 4 && entropy(part) >= 3.3
}

/// Six times the same character in a row: somebody filled in a sample.
pub(super) fn run_of_one(value: &str) -> bool {
    let mut run = 1;
    let mut last = 0;
    value.bytes().any(|byte| {
        run = if byte == last { run + 1 } else { 1 };
        last = byte;
        run >= 6
    })
}

/// A UUID of version 1 or 2 is made of the time and a network address, so it is an id and no secret.
pub(super) fn timed_uuid(value: &str) -> bool {
    let mut parts = value.split('-').skip(2);
    let version = parts.next().filter(|part| part.len() == 4).and_then(first_byte);
    value.len() == 36 && matches!(version, Some(b'1' | b'2'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_told_from_keys() {
        let rows = [
            ("EcPrivateKeyRfc5915DerType", true),
            ("P256SigningKey", true),
            ("readUser2", false),
            ("q7XmT2Vt4Kz81bWd60Jh", false),
            ("CoXJbNpTqShAniHIKkgs2R", false),
            ("wZykzmnmvZ8M7lVTMWpqjDibyaZzpKhi", false),
        ];
        for (value, named) in rows {
            assert_eq!(is_type_name(value), named, "{value}");
        }
    }

    #[test]
    fn what_was_drawn_is_told_from_what_was_typed() {
        let rows = [
            ("q7x2m9vt4kz81bwd60jh", true),
            ("20261123releasecandidate2", false),
            ("internationalisation2026", false),
            ("a1b2c3d4", false),
        ];
        for (value, drawn) in rows {
            assert_eq!(is_drawn(value), drawn, "{value}");
        }
    }
}
