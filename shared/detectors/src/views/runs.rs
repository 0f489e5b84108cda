//! Runs of base64 or hex. Of what was decoded only stretches of readable text are kept, so that hashes, ids,
//! images and keys come to nothing.

use policy::Span;

use super::Draft;
use super::offsets::{Change, Step};
use super::readable::{Expected, is_unfinished, readable};
use crate::byte_class::{BLOCK, Stretch, bits};
use crate::known::Known;
use crate::work;

/// The shortest run of base64 or hex that is looked at.
const MIN_RUN: usize = 16;
/// How much of a run is tried from its second to fourth character, when nothing comes of it from the first.
const PROBE: usize = 96;

const BASE64: Step = Step { draft: 3, source: 4 };
const HEX: Step = Step { draft: 1, source: 2 };

/// A part of a run that is read together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'l> {
    /// Its lines, without what stands between them.
    pub(super) lines: &'l [Span],
    /// Whether it is all of the run.
    pub(super) is_whole: bool,
    /// How the piece before goes on in this one.
    pub(super) open: Option<Open>,
}

/// A readable stretch that goes on over the end of a piece: so much of the next as is readable belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// Where the next piece begins: with the last group of which something is left.
    pub(super) start: usize,
    coding: Coding,
    /// How many bytes of that group belong to this piece.
    into: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Base64,
    Hex,
}

/// The beginning of the next run that is long enough, before anything that ends the search; otherwise where the
/// members begin that the text ends with. Looks at every sixteenth byte, and back from there, where a run may be.
pub(super) fn find(text: &[u8]) -> Result<usize, usize> {
    let is_member_at = |at: &usize| text.get(*at).is_some_and(|byte| is_member(*byte));
    let (mut start, mut near) = (0, 0);
    while start + MIN_RUN <= text.len() {
        if start >= near {
            start += passed(text.get(start..).unwrap_or_default());
            near = start + BLOCK;
            continue;
        }
        match (start..start + MIN_RUN).rev().find(|at| !is_member_at(at)) {
            Some(broken) => start = broken + 1,
            None => return Ok(start),
        }
    }
    Err((start..text.len()).rev().find(|at| !is_member_at(at)).map_or(start, |broken| broken + 1))
}

/// How many bytes stand before the first run that may be long enough, or the members that the last whole block ends with.
fn passed(text: &[u8]) -> usize {
    let mut run = Stretch::<{ MIN_RUN as u32 }>::default();
    let (blocks, _) = text.as_chunks();
    for (end, block) in (BLOCK..).step_by(BLOCK).zip(blocks) {
        // Not exact, but told by one comparison.
        let far = run.next(bits(block, |byte| byte.cast_signed() >= b'+'.cast_signed()));
        if far > 0 {
            return end - far;
        }
    }
    blocks.len() * BLOCK - run.open()
}

/// Puts what is readable of a piece in its place, and says what goes on over its end.
pub(super) fn decode(source: Known<'_>, piece: Piece<'_>, draft: &mut Draft) -> Option<Open> {
    work::done(piece.lines.iter().map(|line| line.len()).sum());
    let mut lines = piece.lines.to_vec();
    let mut reader = Reader { source, draft, is_whole: piece.is_whole, found: false, open: None };
    match piece.open {
        Some(Open { coding: Coding::Base64, into, .. }) => {
            reader.read_base64(&lines, Some(into));
            if let Some(first) = lines.first_mut().filter(|_| into > 0) {
                first.start = first.end.min(first.start + BASE64.source);
            }
        }
        Some(Open { coding: Coding::Hex, .. }) => reader.read_hex(&lines, true),
        None => {}
    }
    if !reader.found {
        reader.read(&mut lines);
    }
    reader.open
}

/// Decodes one piece.
struct Reader<'s, 'd> {
    source: Known<'s>,
    draft: &'d mut Draft,
    is_whole: bool,
    /// Whether anything readable was found.
    found: bool,
    open: Option<Open>,
}

impl Reader<'_, '_> {
    /// Tries hex, base64, and base64 behind up to three characters that belong to something else.
    fn read(&mut self, lines: &mut [Span]) {
        self.read_hex(lines, false);
        if !self.found {
            self.read_base64(lines, None);
        }
        let Some(first) = lines.first().copied().filter(|_| !self.found) else { return };
        for skipped in 1..4 {
            let start = first.end.min(first.start + skipped);
            let probe = Span::new(start, first.end.min(start + PROBE));
            let bytes = base64_bytes(self.source, &[probe]);
            if !readable(&bytes, Expected { goes_on: false, is_whole: self.is_whole }).is_empty() {
                lines.iter_mut().take(1).for_each(|first| first.start = start);
                return self.read_base64(lines, None);
            }
        }
    }

    /// Reads hex, each line by itself. What stands at the beginning may go on with what stood before.
    fn read_hex(&mut self, lines: &[Span], goes_on: bool) {
        let end = lines.last().map_or(0, |line| line.end);
        for (index, line) in lines.iter().enumerate() {
            let mut start = line.start;
            let digits = bytes_of(self.source, *line);
            if !(goes_on && index == 0 || has_hex(digits)) {
                continue;
            }
            for part in digits.split(|byte| !byte.is_ascii_hexdigit()) {
                let into = (goes_on && index == 0 && start == line.start).then_some(0);
                if part.len() >= MIN_RUN || into.is_some() {
                    let source = Span::new(start, start + part.len() / 2 * 2);
                    let open = self.keep(&hex_bytes(part), &[Encoded { at: 0, source }], Coding::Hex, into);
                    self.open = open.filter(|_| start + part.len() == end);
                }
                start += part.len() + 1;
            }
        }
    }

    /// Reads base64. Some bytes may belong to the piece before, with which what stands at the beginning goes on.
    fn read_base64(&mut self, lines: &[Span], into: Option<usize>) {
        let mut at = 0;
        let mut encoded = Vec::with_capacity(lines.len());
        for source in lines {
            encoded.push(Encoded { at, source: *source });
            at += source.len() * BASE64.draft / BASE64.source;
        }
        self.open = self.keep(&base64_bytes(self.source, lines), &encoded, Coding::Base64, into);
    }

    /// Puts the readable stretches of decoded bytes in place of what they were decoded from. Says how the last one
    /// could go on.
    fn keep(
        &mut self,
        bytes: &[u8],
        encoded: &[Encoded],
        coding: Coding,
        into: Option<usize>,
    ) -> Option<Open> {
        let skipped = into.unwrap_or_default();
        let expected = Expected { goes_on: into.is_some(), is_whole: self.is_whole };
        let mut end = into;
        for (start, stretch) in readable(bytes.get(skipped..).unwrap_or_default(), expected) {
            let start = start + skipped;
            self.place(stretch, start, encoded, coding, into == Some(start));
            self.found = true;
            end = Some(start + stretch.len());
        }
        let end = end.filter(|end| self.found && is_unfinished(bytes.get(*end..).unwrap_or_default()))?;
        let last = encoded.partition_point(|encoded| encoded.at < end).saturating_sub(1);
        let last = encoded.get(last)?;
        let step = coding.step();
        let bytes = end - last.at;
        Some(Open {
            start: last.source.start + bytes / step.draft * step.source,
            coding,
            into: bytes % step.draft,
        })
    }

    /// Puts a stretch in its place, line by line; line breaks inside go. One that goes on from the piece before may
    /// have one right at its beginning.
    fn place(&mut self, stretch: &str, start: usize, encoded: &[Encoded], coding: Coding, goes_on: bool) {
        let first = encoded.partition_point(|encoded| encoded.at <= start).saturating_sub(1);
        let first = if goes_on { 0 } else { first };
        let mut previous: Option<&Encoded> = None;
        for (index, line) in encoded.iter().enumerate().skip(first) {
            if line.at >= start + stretch.len() {
                break;
            }
            if let Some(previous) = previous {
                self.draft.change_whole(self.source, "", Span::new(previous.source.end, line.source.start));
            }
            let end = encoded.get(index + 1).map_or(usize::MAX, |next| next.at);
            self.place_in(stretch, start, line, end, coding.step());
            previous = Some(line);
        }
    }

    /// The part of a stretch that stands in one line.
    fn place_in(&mut self, stretch: &str, start: usize, line: &Encoded, end: usize, step: Step) {
        let first = stretch.ceil_char_boundary(line.at.saturating_sub(start));
        let last = stretch.ceil_char_boundary(end.saturating_sub(start));
        let Some(part) = stretch.get(first..last).filter(|part| !part.is_empty()) else {
            return;
        };
        let from = (start + first).saturating_sub(line.at);
        let steps = from / step.draft;
        let to = (from + part.len()).div_ceil(step.draft) * step.source;
        let span =
            Span::new(line.source.start + steps * step.source, (line.source.start + to).min(line.source.end));
        self.draft.change(self.source, part, Change { span, step, into: from % step.draft });
    }
}

impl Coding {
    const fn step(self) -> Step {
        match self {
            Self::Base64 => BASE64,
            Self::Hex => HEX,
        }
    }
}

/// A line of encoded text, and where in the decoded bytes it begins.
struct Encoded {
    at: usize,
    source: Span,
}

fn bytes_of(source: Known<'_>, span: Span) -> &[u8] {
    source.get(span).unwrap_or_default().as_bytes()
}

fn base64_bytes(source: Known<'_>, lines: &[Span]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len()).sum());
    for line in lines {
        let (groups, rest) = bytes_of(source, *line).as_chunks();
        let whole = bytes.len();
        bytes.resize(whole + groups.len() * BASE64.draft, 0);
        let (decoded, _) = bytes.get_mut(whole..).unwrap_or_default().as_chunks_mut();
        decoded.iter_mut().zip(groups).for_each(|(to, group)| *to = base64_group(group));
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

/// Whether so many hex digits follow each other that they may be a run; without a branch for each of them.
fn has_hex(text: &[u8]) -> bool {
    let (mut here, mut longest) = (0_usize, 0);
    for byte in text {
        // All bits or none.
        here = (here + 1) & 0_usize.wrapping_sub(usize::from(byte.is_ascii_hexdigit()));
        longest = longest.max(here);
    }
    longest >= MIN_RUN
}

fn hex_bytes(digits: &[u8]) -> Vec<u8> {
    // The letters of both cases begin at 1 in their low bits, and have the bit of 64.
    let digit = |byte: u8| (byte & 15) + (byte >> 6) * 9;
    let (pairs, _) = digits.as_chunks();
    pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

/// Whether a byte is a base64 character, in either alphabet.
pub(super) fn is_member(byte: u8) -> bool {
    VALUES.get(usize::from(byte)).is_some_and(|value| *value != NONE)
}

const NONE: u8 = u8::MAX;

/// The value of each base64 character.
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
