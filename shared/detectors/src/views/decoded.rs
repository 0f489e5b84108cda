//! Decoding: base64 (both alphabets, with or without padding, also wrapped over lines) and hex, which
//! [`super::runs`] reads, and the escapes of [`super::escapes`].

use memchr::memchr3;
use policy::Span;

use super::Draft;
use super::escapes::{self, Escape, Gathered, Without};
use super::runs::{self, Open, Piece, is_member};
use crate::known::Known;

/// How many characters of a run are read together. Each piece of a longer one is decoded as it says itself.
const MAX_PIECE: usize = 4096;
/// How many characters of a piece are read again with the next, where nothing came of them: what is readable only
/// together with what follows.
const OVERLAP: usize = 64;
/// How long a line of base64 must be for the next to go on with it. It is cut at a multiple of four.
const MIN_WRAPPED: usize = 60;

/// Decodes a text as it comes. Needs of its source what lies behind [`Self::undecided`], and nothing before that.
#[derive(Debug, Default)]
pub(crate) struct Decoding {
    /// Everything before has been read.
    at: usize,
    /// No escape begins before this place, from `at` on.
    clear: usize,
    gathered: Gathered,
    run: Option<Run>,
}

impl Decoding {
    /// At the beginning of a text.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// At a place at which no run and no escape is under way.
    pub(crate) fn beginning_at(place: usize) -> Self {
        Self { at: place, ..Self::new() }
    }

    /// Makes the draft as far as what has come decides it.
    pub(crate) fn advance(&mut self, source: Known<'_>, draft: &mut Draft) {
        self.read(source, draft);
        draft.catch_up(source, self.undecided());
    }

    /// The place in the source up to which the draft has been made.
    pub(crate) fn undecided(&self) -> usize {
        let run = self.run.as_ref().map(Run::start);
        run.or(self.gathered.start()).unwrap_or(self.at)
    }

    /// Makes the changes that are decided; the draft ends with the last of them.
    pub(super) fn read(&mut self, source: Known<'_>, draft: &mut Draft) {
        while self.step(source, draft) {}
    }

    /// Reads on, and says whether it came any further.
    fn step(&mut self, source: Known<'_>, draft: &mut Draft) -> bool {
        if let Some(run) = &mut self.run {
            let Some(end) = run.read(source, draft) else { return false };
            self.run = None;
            self.at = end;
            return true;
        }
        if self.gathered.start().is_some() {
            return self.go_on_gathering(source, draft);
        }
        if let [b'%' | b'\\' | b'&', ..] = source.from(self.at).as_bytes() {
            return self.read_escape(source, draft);
        }
        let escape = self.next_escape(source);
        let before = source.get(Span::new(self.at, escape)).unwrap_or_default();
        match runs::find(before.as_bytes()) {
            Ok(start) => self.run = Some(Run::new(self.at + start)),
            Err(_) if escape < source.end() => {
                self.at = escape;
                return self.read_escape(source, draft);
            }
            Err(tail) => {
                self.at = if source.ended { source.end() } else { self.at + tail };
                return false;
            }
        }
        true
    }

    /// Where the next escape could begin, or the end of what has come.
    fn next_escape(&mut self, source: Known<'_>) -> usize {
        self.clear = self.clear.max(self.at);
        let rest = source.from(self.clear).as_bytes();
        self.clear += memchr3(b'%', b'\\', b'&', rest).unwrap_or(rest.len());
        self.clear
    }

    fn read_escape(&mut self, source: Known<'_>, draft: &mut Draft) -> bool {
        match escapes::read(source.from(self.at).as_bytes(), source.ended) {
            Ok(Escape::Byte(byte, length)) => {
                let span = Span::new(self.at, self.at + length);
                self.gathered.add(byte, span, source, draft);
                self.at = span.end;
            }
            Ok(Escape::Character(character, length)) => {
                let span = Span::new(self.at, self.at + length);
                draft.change_whole(source, character.encode_utf8(&mut [0; 4]), span);
                self.at = span.end;
            }
            Err(Without::Escape) => self.at += 1,
            Err(Without::Rest) => return false,
        }
        true
    }

    /// Looks for the next byte of a character, which must be an escape of the same kind.
    fn go_on_gathering(&mut self, source: Known<'_>, draft: &mut Draft) -> bool {
        let rest = source.from(self.at).as_bytes();
        if rest.is_empty() && !source.ended {
            return false;
        }
        match escapes::read(rest, source.ended) {
            Ok(Escape::Byte(byte, length)) if self.gathered.is_like(rest) => {
                let span = Span::new(self.at, self.at + length);
                self.gathered.add(byte, span, source, draft);
                self.at = span.end;
            }
            Err(Without::Rest) if self.gathered.is_like(rest) => return false,
            Ok(_) | Err(_) => self.gathered.give_up(),
        }
        true
    }
}

/// A run that is being read.
#[derive(Debug)]
struct Run {
    /// What is read of the piece, by lines; the last one grows.
    lines: Vec<Span>,
    /// Where the last line really begins.
    line_start: usize,
    /// Whether the piece is the first of the run.
    first: bool,
    /// How the piece before goes on in this one.
    open: Option<Open>,
}

impl Run {
    fn new(start: usize) -> Self {
        Self { lines: vec![Span::new(start, start)], line_start: start, first: true, open: None }
    }

    fn start(&self) -> usize {
        self.lines.first().map_or(self.line_start, |line| line.start)
    }

    fn end(&self) -> usize {
        self.lines.last().map_or(self.line_start, |line| line.end)
    }

    /// Reads on. Says where the run ends, when it has come to that.
    fn read(&mut self, source: Known<'_>, draft: &mut Draft) -> Option<usize> {
        loop {
            let room = MAX_PIECE - length(&self.lines);
            let rest = source.from(self.end()).as_bytes().iter().take(room);
            let more = rest.take_while(|byte| is_member(**byte)).count();
            if let Some(last) = self.lines.last_mut() {
                last.end += more;
            }
            if more == room {
                self.begin_piece(source, draft);
            } else if self.end() == source.end() && !source.ended {
                return None;
            } else if let Some(start) = self.next_line(source)? {
                self.lines.push(Span::new(start, start));
                self.line_start = start;
            } else {
                let piece = Piece { lines: &self.lines, is_whole: self.first, open: self.open };
                runs::decode(source, piece, draft);
                return Some(self.end());
            }
        }
    }

    /// Where the next line of the run begins, if there is one; `None` when that is not decided.
    #[expect(clippy::option_option, reason = "nothing is known, and nothing is there, are two answers")]
    fn next_line(&self, source: Known<'_>) -> Option<Option<usize>> {
        let length = self.end() - self.line_start;
        if !length.is_multiple_of(4) || length < MIN_WRAPPED {
            return Some(None);
        }
        let (break_length, next) = match source.from(self.end()).as_bytes() {
            [b'\r', b'\n', rest @ ..] => (2, rest),
            [b'\n', rest @ ..] => (1, rest),
            [b'\r'] => (1, &[][..]),
            _ => return Some(None),
        };
        match next.first() {
            Some(byte) => Some(is_member(*byte).then_some(self.end() + break_length)),
            None => source.ended.then_some(None),
        }
    }

    /// Decodes the piece, which is as long as it may be, and begins the next with what it leaves.
    fn begin_piece(&mut self, source: Known<'_>, draft: &mut Draft) {
        let piece = Piece { lines: &self.lines, is_whole: false, open: self.open };
        self.open = runs::decode(source, piece, draft);
        self.first = false;
        let start = match &self.open {
            Some(open) => open.start,
            None => draft.made().max(place(&self.lines, MAX_PIECE - OVERLAP)),
        };
        let end = self.end();
        let is_open = self.open.is_some();
        self.lines.retain(|line| line.end > start || (is_open && line.end == start));
        match self.lines.first_mut() {
            Some(first) => first.start = first.start.max(start),
            None => self.lines.push(Span::new(end, end)),
        }
    }
}

/// How many characters there are in lines.
fn length(lines: &[Span]) -> usize {
    lines.iter().map(|line| line.len()).sum()
}

/// The place of a character of lines.
fn place(lines: &[Span], index: usize) -> usize {
    let mut left = index;
    for line in lines {
        if left < line.len() {
            return line.start + left;
        }
        left -= line.len();
    }
    lines.last().map_or(0, |line| line.end)
}
