//! Escapes that stand for one byte or one character: `%41`, `\x41`, `\u0041`, `&#65;`, `&#x41;`.

use policy::Span;

use super::Draft;
use super::offsets::{Change, Step};
use crate::known::Known;

/// An escape at the beginning of a text, and its length in bytes, at most 12.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// `%41` or `\x41`: a byte of UTF-8.
    Byte(u8, usize),
    /// `\u0041`, also as a pair of surrogates, `&#65;` or `&#x41;`.
    Character(char, usize),
}

/// Why there is no escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// What stands there is no escape.
    Escape,
    /// It can become one with what follows.
    Rest,
}

/// Reads the escape at the beginning of a text; `ended` says that nothing follows.
pub(super) fn read(text: &[u8], ended: bool) -> Result<Escape, Without> {
    let read = match text {
        [b'%', digits @ ..] => byte(digits, 1),
        [b'\\', b'x' | b'X', digits @ ..] => byte(digits, 2),
        [b'\\', b'u', digits @ ..] => utf16(digits),
        [b'&', b'#', b'x' | b'X', digits @ ..] => entity(digits, 16, 3),
        [b'&', b'#', digits @ ..] => entity(digits, 10, 2),
        [b'\\' | b'&'] => Err(Without::Rest),
        _ => Err(Without::Escape),
    };
    if ended { read.map_err(|_| Without::Escape) } else { read }
}

fn byte(digits: &[u8], prefix: usize) -> Result<Escape, Without> {
    let value = u8::try_from(hex(digits, 2)?).map_err(|_| Without::Escape)?;
    Ok(Escape::Byte(value, prefix + 2))
}

fn utf16(digits: &[u8]) -> Result<Escape, Without> {
    let high = hex(digits, 4)?;
    if let Some(character) = char::from_u32(high) {
        return Ok(Escape::Character(character, 6));
    }
    if high >= 0xdc00 {
        return Err(Without::Escape);
    }
    let low = match digits.get(4..).unwrap_or_default() {
        [b'\\', b'u', digits @ ..] => hex(digits, 4)?,
        [] | [b'\\'] => return Err(Without::Rest),
        _ => return Err(Without::Escape),
    };
    let pair = [high, low].map(|unit| u16::try_from(unit).unwrap_or_default());
    match char::decode_utf16(pair).next() {
        Some(Ok(character)) => Ok(Escape::Character(character, 12)),
        Some(Err(_)) | None => Err(Without::Escape),
    }
}

fn entity(digits: &[u8], radix: u32, prefix: usize) -> Result<Escape, Without> {
    let head = digits.get(..ENTITY).unwrap_or(digits);
    let length = head.iter().position(|byte| *byte == b';');
    let value = number(head.get(..length.unwrap_or(head.len())).unwrap_or_default(), radix);
    match (length, value.and_then(char::from_u32)) {
        (Some(length), Some(character)) => Ok(Escape::Character(character, prefix + length + 1)),
        (None, _) if head.is_empty() || (value.is_some() && head.len() < ENTITY) => Err(Without::Rest),
        (Some(_) | None, _) => Err(Without::Escape),
    }
}

/// The most digits of an entity, with the semicolon.
const ENTITY: usize = 8;

/// So many hex digits.
fn hex(digits: &[u8], count: usize) -> Result<u32, Without> {
    let head = digits.get(..count).unwrap_or(digits);
    match number(head, 16) {
        Some(value) if head.len() == count => Ok(value),
        Some(_) => Err(Without::Rest),
        None if head.is_empty() => Err(Without::Rest),
        None => Err(Without::Escape),
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let all = digits.iter().try_fold(0_u32, |all, byte| all.checked_mul(radix)?.checked_add(digit(byte)?));
    all.filter(|_| !digits.is_empty())
}

/// Escapes of one kind that follow each other and are the first bytes of one character of UTF-8.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    bytes: Vec<u8>,
    start: usize,
    /// What each of them begins with.
    sign: Option<u8>,
}

impl Gathered {
    /// Where the escapes begin, if there are any.
    pub(super) fn start(&self) -> Option<usize> {
        (!self.bytes.is_empty()).then_some(self.start)
    }

    /// Whether what follows begins as they do.
    pub(super) fn is_like(&self, rest: &[u8]) -> bool {
        self.sign.as_ref() == rest.first()
    }

    /// The character never ends: its escapes stay as they are.
    pub(super) fn give_up(&mut self) {
        self.bytes.clear();
    }

    /// Takes the escape that follows. What is text then goes in its place; what cannot be text stays.
    pub(super) fn add(&mut self, byte: u8, escape: Span, source: Known<'_>, draft: &mut Draft) {
        if self.bytes.is_empty() {
            if byte.is_ascii() {
                return draft.change_whole(source, char::from(byte).encode_utf8(&mut [0; 4]), escape);
            }
            self.start = escape.start;
            self.sign = source.from(escape.start).bytes().next();
        }
        self.bytes.push(byte);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => {
                let span = Span::new(self.start, escape.end);
                let step = Step { draft: 1, source: escape.len() };
                draft.change(source, text, Change { span, step, into: 0 });
                self.bytes.clear();
            }
            Err(fault) if fault.error_len().is_none() => {}
            Err(_) if self.bytes.len() == 1 => self.bytes.clear(),
            Err(_) => {
                self.bytes.clear();
                self.add(byte, escape, source, draft);
            }
        }
    }
}
