//! How much room a line has, and how a text is made to fit: in pieces, or cut with a mark.
//!
//! Contract: Azure Monitor, "Application Insights telemetry data model": a trace's message has at most 32,768 characters.

use std::borrow::Cow;

/// The most bytes of a line: fewer than the characters that are kept of one, and a character has one byte at least.
pub(super) const LINE: usize = 32_000;
/// The most bytes of what people read in it, as JSON.
const WORDS: usize = 4_000;
/// The most bytes of a piece of a record in it, as JSON: the rest is for the words, and for the other members.
const PIECE: usize = LINE - WORDS - 1_000;

/// A text in pieces, each of which has room in a line.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (piece, after) = split(rest, PIECE);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Words that have room in a line: where they do not, their beginning, and how much there was.
pub(super) fn words(text: &str) -> Cow<'_, str> {
    match split(text, WORDS) {
        (_, "") => text.into(),
        (start, _) => format!("{start}… (cut: {} bytes)", text.len()).into(),
    }
}

/// A text at the last place before which it has at most so many bytes, as JSON; never before its first character.
fn split(text: &str, most: usize) -> (&str, &str) {
    let mut bytes = 0;
    let over = text.char_indices().find(|(place, sign)| {
        bytes += written(*sign);
        bytes > most && *place > 0
    });
    over.and_then(|(place, _)| text.split_at_checked(place)).unwrap_or((text, ""))
}

/// How many bytes a character has at most, as JSON.
fn written(sign: char) -> usize {
    match sign {
        '"' | '\\' => 2,
        sign if sign.is_control() => 6,
        sign => sign.len_utf8(),
    }
}
