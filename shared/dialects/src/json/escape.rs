//! The escapes of JSON strings, both ways. Works on what stands between the quotes.

use std::borrow::Cow;
use std::fmt::Write;

/// Undoes the escapes of a string that the reader has checked. A lone surrogate becomes U+FFFD.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (character, after) = unescape(escape);
        text.push(character);
        rest = after;
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// A text as it stands between the quotes of a literal.
pub(crate) fn encode(text: &str) -> String {
    let mut raw = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => raw.push_str("\\\""),
            '\\' => raw.push_str("\\\\"),
            '\n' => raw.push_str("\\n"),
            '\r' => raw.push_str("\\r"),
            '\t' => raw.push_str("\\t"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(raw, "\\u{:04x}", u32::from(control));
            }
            plain => raw.push(plain),
        }
    }
    raw
}

/// The character that an escape stands for, and what follows it. `escape` starts after the backslash.
fn unescape(escape: &str) -> (char, &str) {
    let mut characters = escape.chars();
    let character = match characters.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unescape_unit(characters.as_str()),
        Some(other) => other,
        None => char::REPLACEMENT_CHARACTER,
    };
    (character, characters.as_str())
}

fn unescape_unit(digits: &str) -> (char, &str) {
    let (Some(unit), Some(rest)) = (unit(digits), digits.get(4..)) else {
        return (char::REPLACEMENT_CHARACTER, "");
    };
    let low = rest.strip_prefix("\\u").and_then(|low| Some((pair(unit, self::unit(low)?)?, low.get(4..)?)));
    low.unwrap_or_else(|| (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), rest))
}

/// The value of four hexadecimal digits.
pub(super) fn unit(digits: &str) -> Option<u32> {
    let four = digits.get(..4).filter(|four| four.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(four, 16).ok()
}

/// The character of a pair of surrogates, high and low.
pub(super) fn pair(high: u32, low: u32) -> Option<char> {
    let high = high.checked_sub(0xD800).filter(|high| *high < 0x400)?;
    let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    char::from_u32(0x10000 + (high << 10) + low)
}
