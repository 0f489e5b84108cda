//! Decoding: base64 (both alphabets, with or without padding, also wrapped over lines), hex, and the escapes
//! of [`super::escapes`]. Of what was decoded only stretches of readable text are kept, so that hashes, ids,
//! images and keys come to nothing.

use policy::Span;

use super::{Changes, Draft, Step, escapes};

/// The shortest run of base64 or hex that is looked at.
const MIN_RUN: usize = 16;
/// The shortest readable stretch, in bytes, in a run that is not readable as a whole.
const MIN_STRETCH: usize = 16;
/// How much of a run is tried from its second to fourth character, when nothing comes of it from the first.
const PROBE: usize = 96;

/// The text decoded, if there is anything to decode in it.
pub(super) fn decode(text: &str, context: usize) -> Option<Draft> {
    let mut changes = Changes::default();
    escapes::find(text, &mut changes);
    let mut from = 0;
    while let Some(run) = next_run(text.as_bytes(), from) {
        let lines = joined(text.as_bytes(), run);
        from = lines.last().map_or(run.end, |last| last.end);
        decode_run(text.as_bytes(), &lines, &mut changes);
    }
    changes.apply(text, context)
}

/// The next unbroken run that is long enough. Looks at every sixteenth byte, and back from there.
fn next_run(text: &[u8], from: usize) -> Option<Span> {
    let is_member = |at: usize| text.get(at).is_some_and(|byte| value(*byte).is_some());
    let mut start = from;
    loop {
        let last = start.checked_add(MIN_RUN - 1).filter(|last| *last < text.len())?;
        match (start..=last).rev().find(|at| !is_member(*at)) {
            Some(broken) => start = broken + 1,
            None => {
                let rest = text.get(last..).unwrap_or_default();
                let length = rest.iter().position(|byte| value(*byte).is_none()).unwrap_or(rest.len());
                return Some(Span::new(start, last + length));
            }
        }
    }
}

/// A run, and the lines that go on with it: lines of base64 are cut at a multiple of four.
fn joined(text: &[u8], run: Span) -> Vec<Span> {
    let mut lines = vec![run];
    let mut last = run;
    while last.len().is_multiple_of(4) && last.len() >= 4 * MIN_RUN - 4 {
        let start = match (text.get(last.end), text.get(last.end + 1)) {
            (Some(b'\r'), Some(b'\n')) => last.end + 2,
            (Some(b'\n'), Some(_)) => last.end + 1,
            _ => break,
        };
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| value(**byte).is_some()).count();
        if length == 0 {
            break;
        }
        last = Span::new(start, start + length);
        lines.push(last);
    }
    lines
}

fn decode_run(text: &[u8], lines: &[Span], changes: &mut Changes) {
    let Some(first) = lines.first() else {
        return;
    };
    for hex in hex_runs(text, lines) {
        let bytes = hex_bytes(text, hex);
        if keep(&bytes, &[Encoded { at: 0, source: hex }], HEX, changes) {
            return;
        }
    }
    if decode_base64(text, lines, changes) {
        return;
    }
    for skipped in 1..4 {
        let probe = Span::new(first.start + skipped, first.end.min(first.start + skipped + PROBE));
        if !readable(&base64_bytes(text, &[probe])).is_empty() {
            let mut shifted = lines.to_vec();
            if let Some(first) = shifted.first_mut() {
                first.start += skipped;
            }
            decode_base64(text, &shifted, changes);
            return;
        }
    }
}

const BASE64: Step = Step { draft: 3, source: 4 };
const HEX: Step = Step { draft: 1, source: 2 };

/// A piece of encoded text, and where in the decoded bytes it begins.
struct Encoded {
    at: usize,
    source: Span,
}

fn decode_base64(text: &[u8], lines: &[Span], changes: &mut Changes) -> bool {
    let mut at = 0;
    let mut pieces = Vec::new();
    for source in lines {
        pieces.push(Encoded { at, source: *source });
        at += source.len() * 3 / 4;
    }
    keep(&base64_bytes(text, lines), &pieces, BASE64, changes)
}

fn base64_bytes(text: &[u8], lines: &[Span]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len()).sum());
    for line in lines {
        let (groups, rest) = text.get(line.start..line.end).unwrap_or_default().as_chunks();
        bytes.extend(groups.iter().flat_map(base64_group));
        let mut last = [b'A'; 4];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        bytes.extend(base64_group(&last).into_iter().take(rest.len().saturating_sub(1)));
    }
    bytes
}

/// Three bytes of four characters, each of which has a value.
fn base64_group(group: &[u8; 4]) -> [u8; 3] {
    let sextet = |byte: &u8| u32::from(VALUES.get(usize::from(*byte)).copied().unwrap_or_default() & 63);
    let bits = group.iter().fold(0, |bits, byte| bits << 6 | sextet(byte));
    let [_, high, middle, low] = bits.to_be_bytes();
    [high, middle, low]
}

/// The runs of hex digits, of even length, in the first line of a run.
fn hex_runs(text: &[u8], lines: &[Span]) -> Vec<Span> {
    let Some(line) = lines.first().filter(|_| lines.len() == 1) else {
        return Vec::new();
    };
    let mut runs = Vec::new();
    let mut start = line.start;
    for part in text.get(line.start..line.end).unwrap_or_default().split(|byte| !byte.is_ascii_hexdigit()) {
        if part.len() >= MIN_RUN {
            runs.push(Span::new(start, start + part.len() / 2 * 2));
        }
        start += part.len() + 1;
    }
    runs
}

fn hex_bytes(text: &[u8], run: Span) -> Vec<u8> {
    let digit = |byte: &u8| {
        char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default()
    };
    let pairs = text.get(run.start..run.end).unwrap_or_default().chunks_exact(2);
    pairs.map(|pair| pair.iter().fold(0, |byte, half| byte << 4 | digit(half))).collect()
}

/// Puts the readable stretches of decoded bytes in place of what they were decoded from. Says whether there
/// are any.
fn keep(bytes: &[u8], pieces: &[Encoded], step: Step, changes: &mut Changes) -> bool {
    let stretches = readable(bytes);
    for (start, stretch) in &stretches {
        let first = pieces.partition_point(|piece| piece.at <= *start).saturating_sub(1);
        let mut previous: Option<&Encoded> = None;
        for (index, piece) in pieces.iter().enumerate().skip(first) {
            if piece.at >= start + stretch.len() {
                break;
            }
            if let Some(previous) = previous {
                changes.push_whole(Span::new(previous.source.end, piece.source.start), "");
            }
            let end = pieces.get(index + 1).map_or(bytes.len(), |next| next.at);
            place(stretch, *start, piece, end, step, changes);
            previous = Some(piece);
        }
    }
    !stretches.is_empty()
}

/// The part of a stretch that stands in one piece.
fn place(stretch: &str, start: usize, piece: &Encoded, end: usize, step: Step, changes: &mut Changes) {
    let first = stretch.ceil_char_boundary(piece.at.saturating_sub(start));
    let last = stretch.ceil_char_boundary(end.saturating_sub(start));
    let Some(part) = stretch.get(first..last).filter(|part| !part.is_empty()) else {
        return;
    };
    let from = (start + first).saturating_sub(piece.at);
    let steps = from / step.draft;
    let source = Span::new(
        piece.source.start + steps * step.source,
        (piece.source.start + (from + part.len()).div_ceil(step.draft) * step.source).min(piece.source.end),
    );
    changes.push(source, part, step, from % step.draft);
}

/// The stretches of readable text in decoded bytes, and where they begin: all of it, or what is long enough.
/// Most bytes are ruled out by the first look, which asks only for bytes that text can hold.
fn readable(bytes: &[u8]) -> Vec<(usize, &str)> {
    let mut stretches = Vec::new();
    let mut at = 0;
    for run in bytes.split(|byte| !is_plausible(*byte)) {
        if run.len() >= MIN_STRETCH || (run.len() == bytes.len() && !run.is_empty()) {
            push_stretches(run, at, bytes.len(), &mut stretches);
        }
        at += run.len() + 1;
    }
    stretches
}

/// Whether a byte occurs in readable text.
fn is_plausible(byte: u8) -> bool {
    PLAUSIBLE.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Random bytes would have a chain of comparisons mispredicted all the time.
static PLAUSIBLE: [bool; 256] = plausible();

#[expect(clippy::indexing_slicing, reason = "made when this is compiled, where a bad index is an error")]
const fn plausible() -> [bool; 256] {
    let mut plausible = [false; 256];
    let mut byte = 0_u8;
    loop {
        plausible[byte as usize] =
            matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..=0xbf | 0xc2..=0xf4);
        if byte == u8::MAX {
            return plausible;
        }
        byte += 1;
    }
}

fn push_stretches<'b>(run: &'b [u8], start: usize, whole: usize, stretches: &mut Vec<(usize, &'b str)>) {
    let mut at = 0;
    for chunk in run.utf8_chunks() {
        let mut from = at;
        for part in chunk.valid().split(is_unreadable) {
            if part.len() >= MIN_STRETCH || (part.len() == whole && !part.is_empty()) {
                stretches.push((start + from, part));
            }
            from += part.len() + chunk.valid().get(from - at + part.len()..).map_or(0, first_length);
        }
        at += chunk.valid().len() + chunk.invalid().len();
    }
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn is_unreadable(character: char) -> bool {
    (character.is_control() && !matches!(character, '\t' | '\n' | '\r'))
        || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}')
}

/// The value of a base64 character, in either alphabet.
fn value(byte: u8) -> Option<u8> {
    let value = VALUES.get(usize::from(byte)).copied().unwrap_or(NONE);
    (value != NONE).then_some(value)
}

const NONE: u8 = u8::MAX;

static VALUES: [u8; 256] = values();

#[expect(clippy::indexing_slicing, reason = "made when this is compiled, where a bad index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "there are 64 characters in an alphabet")]
const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut index = 0;
    while index < alphabet.len() {
        values[alphabet[index] as usize] = index as u8;
        index += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}
