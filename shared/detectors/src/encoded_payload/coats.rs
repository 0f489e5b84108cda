//! The coats: where encoded runs stand in a text, and how to take one off.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use policy::Span;

/// The shortest run that can hold an order, in characters.
const LEAST: usize = 16;

/// Every run of encoded text: unbroken words of 16 characters or more that hold no plain words, and rows of short
/// codes (`01101001 01100111`, `0x69, 0x67`, `105 103`, `&#105;&#103;`).
pub(super) fn runs(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut row: Option<(Span, usize)> = None;
    for word in words(text) {
        let Some(written) = text.get(word.start..word.end) else { continue };
        if is_code(written) {
            let (span, count) =
                row.map_or((word, 0), |(span, count)| (Span::new(span.start, word.end), count));
            row = Some((span, count + 1));
            continue;
        }
        close(&mut row, &mut found);
        if written.len() >= LEAST && looks_encoded(written) {
            found.push(word);
        }
    }
    close(&mut row, &mut found);
    found
}

fn close(row: &mut Option<(Span, usize)>, found: &mut Vec<Span>) {
    if let Some((span, count)) = row.take()
        && count >= 6
    {
        found.push(span);
    }
}

/// Words between blanks, quotes and commas.
fn words(text: &str) -> impl Iterator<Item = Span> {
    let breaks = |byte: u8| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'\'' | b'`' | b',' | b'(' | b')' | b'<' | b'>' | b'[' | b']')
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|byte| !breaks(*byte))?;
        let length = bytes.get(start..)?.iter().position(|byte| breaks(*byte)).unwrap_or(bytes.len() - start);
        at = start + length;
        Some(Span::new(start, at))
    })
}

/// One character's code: `01101001`, `0x69`, `69`, `105`, `&#105;`, `\x69`.
fn is_code(word: &str) -> bool {
    let bytes = word.as_bytes();
    match bytes.len() {
        2 => bytes.iter().all(u8::is_ascii_hexdigit),
        3 => bytes.iter().all(u8::is_ascii_digit),
        4 => word.starts_with("0x") || word.starts_with("\\x"),
        7 | 8 => bytes.iter().all(|byte| matches!(byte, b'0' | b'1')),
        _ => false,
    }
}

fn looks_encoded(word: &str) -> bool {
    let escapes = word.bytes().filter(|byte| matches!(byte, b'%' | b'\\' | b'&')).count();
    if escapes * 8 >= word.len() {
        return true;
    }
    let bytes = word.trim_end_matches(['=', '.', '!', ';', ':']).as_bytes();
    bytes.len() >= LEAST
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
        && !is_wordy(bytes)
}

/// Words joined by dashes, paths and long names are no encoding.
fn is_wordy(bytes: &[u8]) -> bool {
    let lower = bytes.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let joints = bytes.iter().filter(|byte| matches!(byte, b'-' | b'_' | b'/')).count();
    lower + joints == bytes.len()
}

/// How to take off one kind of coat; `None` where the text does not wear it.
type Coat = fn(&str) -> Option<Vec<u8>>;

/// Takes one coat off, if what comes out is readable.
pub(super) fn take_off(text: &str) -> Option<String> {
    let text = text.trim();
    let coats: [Coat; 6] = [escapes, codes, from_hex_row, from_hex, from_base32, from_base64];
    coats.iter().find_map(|coat| coat(text).and_then(readable))
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
    text.split(|c: char| {
        c.is_ascii_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '"' | '\'' | '(' | ')')
    })
    .filter(|part| !part.is_empty())
}

fn from_hex_row(text: &str) -> Option<Vec<u8>> {
    let bare = |part: &str| part.trim_start_matches("0x").trim_start_matches("\\x").to_owned();
    let letters = parts(text).any(|part| part.bytes().any(|byte| byte.is_ascii_alphabetic()));
    if !letters || parts(text).count() < 6 {
        return None;
    }
    parts(text).map(|part| pair(bare(part).as_bytes())).collect()
}

/// Rows of decimal or binary character codes; two-digit rows count as decimal only where all are printable.
fn codes(text: &str) -> Option<Vec<u8>> {
    let binary =
        parts(text).all(|part| part.len() >= 7 && part.bytes().all(|byte| matches!(byte, b'0' | b'1')));
    if parts(text).count() < 6 {
        return None;
    }
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
