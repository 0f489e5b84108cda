//! The coats, and how to take one off.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memchr3;

/// The fewest hex digits that can hold an order.
const LEAST: usize = 16;

/// How to take off one kind of coat; `None` where the text does not wear it.
type Coat = fn(&str) -> Option<Vec<u8>>;

/// Takes one coat off, if what comes out is readable.
pub(super) fn take_off(text: &str) -> Option<String> {
    let text = text.trim();
    let rows: &[Coat] = if is_row(text) { &[codes, from_hex_row] } else { &[] };
    let others: &[Coat] = &[from_hex, from_base32, from_readable_base64, from_base64_backwards];
    let coats = [&[escapes as Coat], rows, others].into_iter().flatten();
    coats.into_iter().find_map(|coat| coat(text).and_then(readable))
}

/// So many characters of base64 say mostly whether the rest is worth decoding; a multiple of four.
const FEW: usize = 32;

/// Base64, unless its beginning already says that no text comes out.
fn from_readable_base64(text: &str) -> Option<Vec<u8>> {
    let begins = text.get(..FEW).filter(|_| text.len() > FEW + 4);
    let broken = begins.is_some_and(|begins| {
        let bytes = from_base64(begins);
        let broken =
            |bytes: &Vec<u8>| std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some());
        bytes.is_none_or(|bytes| broken(&bytes))
    });
    if broken { None } else { from_base64(text) }
}

fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let odd = text.chars().filter(|c| c.is_control() && !c.is_ascii_whitespace()).count();
    (text.len() >= 8 && odd * 20 <= text.len()).then_some(text)
}

/// At most so many bytes, cut at a character.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Base64, both alphabets, with or without padding.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    const LAX: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    static STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LAX);
    static URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LAX);
    let text = text.trim_end_matches(['.', '!', ';', ':']).trim_end_matches('=');
    // One character over a whole group cannot stand alone: the run was cut there.
    let text = if text.len() % 4 == 1 { text.get(..text.len() - 1)? } else { text };
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// Base64 whose characters were turned round; padding stands in front, if at all.
fn from_base64_backwards(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_start_matches('=');
    let backwards = |text: &str| {
        let turned: String = text.chars().rev().collect();
        from_base64(&turned).filter(|bytes| bytes.is_ascii())
    };
    let ends = text.len().checked_sub(FEW).filter(|start| *start > 4).and_then(|start| text.get(start..));
    ends.is_none_or(|ends| backwards(ends).is_some()).then(|| backwards(text)).flatten()
}

/// Hexadecimal digits without blanks.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let whole = digits.len().is_multiple_of(2) && digits.len() >= LEAST;
    whole.then(|| digits.chunks(2).map(pair).collect::<Option<Vec<u8>>>()).flatten()
}

fn pair(digits: &[u8]) -> Option<u8> {
    match digits {
        [high, low] => u8::try_from((*high as char).to_digit(16)? * 16 + (*low as char).to_digit(16)?).ok(),
        _ => None,
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| u8::try_from(c).is_ok_and(parts_codes)).filter(|part| !part.is_empty())
}

const fn parts_codes(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'[' | b']' | b'"' | b'\'' | b'(' | b')')
}

/// The same for each byte: random ones would have a choice for each mispredicted all the time.
#[expect(clippy::indexing_slicing, reason = "worked out when it is compiled: a fault would stop that")]
static PARTS_CODES: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        parts[byte] = parts_codes(byte as u8);
        byte += 1;
    }
    parts
};

/// The fewest codes that make a row.
const ROW: usize = 6;

/// Whether a text has enough parts for a row. That one without blanks has not is seen at once.
fn is_row(text: &str) -> bool {
    let parting = |byte: u8| usize::from(PARTS_CODES.get(usize::from(byte)).copied().unwrap_or_default());
    text.bytes().map(parting).sum::<usize>() >= ROW - 1 && parts(text).count() >= ROW
}

fn from_hex_row(text: &str) -> Option<Vec<u8>> {
    let bare = |part: &str| part.trim_start_matches("0x").trim_start_matches("\\x").to_owned();
    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    parts(text).map(|part| pair(bare(part).as_bytes())).collect()
}

/// Rows of decimal or binary character codes; two-digit rows count as decimal only where all are printable.
fn codes(text: &str) -> Option<Vec<u8>> {
    let binary =
        parts(text).all(|part| part.len() >= 7 && part.bytes().all(|byte| matches!(byte, b'0' | b'1')));
    let radix = if binary { 2 } else { 10 };
    let code = |part| u8::from_str_radix(part, radix).ok().filter(|code| (9..127).contains(code));
    parts(text).map(code).collect()
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// `%69`, `\u0069`, `\x69`, `&#105;`, `&#x69;` among plain characters; one escape is not enough.
fn escapes(text: &str) -> Option<Vec<u8>> {
    memchr3(b'%', b'\\', b'&', text.as_bytes())?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0usize;
    while let Some(letter) = rest.chars().next() {
        if let Some((decoded, length)) = escape(rest) {
            decoded.encode_into(&mut bytes);
            rest = rest.get(length..)?;
            count += 1;
        } else {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            rest = rest.get(letter.len_utf8()..)?;
        }
    }
    (count >= 5).then_some(bytes)
}

enum Escaped {
    Byte(u8),
    Letter(char),
}

impl Escaped {
    fn encode_into(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Byte(byte) => bytes.push(*byte),
            Self::Letter(letter) => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// One escape at the start of a text, and its length in bytes.
fn escape(text: &str) -> Option<(Escaped, usize)> {
    let letter = |code: u32| char::from_u32(code).map(Escaped::Letter);
    let hex =
        |from: usize, to: usize| text.get(from..to).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match text.as_bytes() {
        [b'%', ..] => Some((Escaped::Byte(u8::try_from(hex(1, 3)?).ok()?), 3)),
        [b'\\', b'x', ..] => Some((Escaped::Byte(u8::try_from(hex(2, 4)?).ok()?), 4)),
        [b'\\', b'u', ..] => Some((letter(hex(2, 6)?)?, 6)),
        [b'&', b'#', ..] => {
            let end = text.bytes().take(10).position(|byte| byte == b';')?;
            let code = match text.as_bytes().get(2) {
                Some(b'x' | b'X') => hex(3, end)?,
                _ => text.get(2..end)?.parse().ok()?,
            };
            Some((letter(code)?, end + 1))
        }
        _ => None,
    }
}
