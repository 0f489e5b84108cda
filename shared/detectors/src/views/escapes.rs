//! Escapes that stand for one byte or one character: `%41`, `\x41`, `\u0041`, `&#65;`, `&#x41;`.

use memchr::memchr3_iter;
use policy::Span;

use super::{Changes, Step};

/// Finds sequences of escapes of one kind that stand for text.
pub(super) fn find(text: &str, changes: &mut Changes) {
    let mut from = 0;
    for at in memchr3_iter(b'%', b'\\', b'&', text.as_bytes()) {
        if at >= from {
            from = sequence(text.as_bytes(), at, changes);
        }
    }
}

/// Reads the escapes that follow each other at a place, and returns where they end.
fn sequence(text: &[u8], start: usize, changes: &mut Changes) -> usize {
    let mut at = start;
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(byte) = byte_escape(text.get(at..).unwrap_or_default()) {
        bytes.push(byte.value);
        at += byte.length;
        if text.get(at) != text.get(start) {
            break;
        }
    }
    if let Some(decoded) = std::str::from_utf8(&bytes).ok().filter(|decoded| !decoded.is_empty()) {
        let source = (at - start) / bytes.len();
        changes.push(Span::new(start, at), decoded, Step { draft: 1, source }, 0);
        return at;
    }
    if let Some((character, length)) = character_escape(text.get(start..).unwrap_or_default()) {
        changes.push_whole(Span::new(start, start + length), character.encode_utf8(&mut [0; 4]));
        return start + length;
    }
    at.max(start + 1)
}

struct ByteEscape {
    value: u8,
    length: usize,
}

/// `%41` or `\x41`.
fn byte_escape(text: &[u8]) -> Option<ByteEscape> {
    let (digits, length) = match text {
        [b'%', high, low, ..] => ([*high, *low], 3),
        [b'\\', b'x' | b'X', high, low, ..] => ([*high, *low], 4),
        _ => return None,
    };
    let value = number(&digits, 16)?;
    Some(ByteEscape { value: u8::try_from(value).ok()?, length })
}

/// `\u0041`, also as a pair of surrogates, `&#65;` or `&#x41;`; and its length.
fn character_escape(text: &[u8]) -> Option<(char, usize)> {
    match text {
        [b'\\', b'u', ..] => {
            let unit = code_unit(text)?;
            if let Some(character) = char::from_u32(unit) {
                return Some((character, 6));
            }
            let low = code_unit(text.get(6..)?)?;
            let pair = [u16::try_from(unit).ok()?, u16::try_from(low).ok()?];
            Some((char::decode_utf16(pair).next()?.ok()?, 12))
        }
        [b'&', b'#', b'x' | b'X', rest @ ..] => entity(rest, 16, 3),
        [b'&', b'#', rest @ ..] => entity(rest, 10, 2),
        _ => None,
    }
}

fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    number(digits, 16)
}

fn entity(digits: &[u8], radix: u32, prefix: usize) -> Option<(char, usize)> {
    let length = digits.iter().take(8).position(|byte| *byte == b';')?;
    let character = char::from_u32(number(digits.get(..length)?, radix)?)?;
    Some((character, prefix + length + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let all = digits.iter().try_fold(0_u32, |all, byte| all.checked_mul(radix)?.checked_add(digit(byte)?));
    all.filter(|_| !digits.is_empty())
}
