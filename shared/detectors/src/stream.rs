//! One text that comes in pieces, looked through as it comes.
//!
//! Each view of the text is a [`level::Level`], in which each expression is an automaton that takes every byte once
//! from each place where a match could begin ([`tracker`]). Nothing is looked at anew when a piece comes, but for the
//! bytes behind a place where a match could have begun and did not.
//!
//! Memory: the text from the earliest place that is open on, at most [`PATTERN_REACH`] bytes and what stands around it,
//! for each view; and for each expression in the middle of a match the states of its automaton, at most
//! [`automaton::CACHE_BYTES`].

pub(crate) mod automaton;
pub(crate) mod beginnings;
mod chain;
mod gathering;
mod level;
mod slow;
pub(crate) mod starts;
pub(crate) mod tracker;

use std::sync::Arc;

use policy::{Confidence, Finding, ProbeId, Span};

use crate::detector::CONTEXT_BEFORE;
use crate::known::Known;
use crate::scan::{Explanation, Scan, Scanner, Simple, settle};
use crate::stream::chain::Chain;
use crate::stream::level::{Found, Level, LevelHit};
use crate::view::ViewKind;

/// How much text may lie about that is not needed any more.
const SLACK: usize = 4096;

/// The longest text that is held back to be judged as a whole, in bytes. For a longer one that check cannot be made.
pub const WHOLE_BYTES: usize = 1 << 20;

/// Looks through one text that comes in pieces. What it finds is what [`Scanner::scan`] finds in the whole text,
/// wherever the text is cut.
#[derive(Debug)]
pub struct TextStream {
    scanner: Arc<Scanner>,
    window: Window,
    original: Level,
    chain: Chain,
    whole: Whole,
    hits: Hits,
    settled: usize,
    /// The bytes of a character that has not come whole.
    rest: Vec<u8>,
}

/// The bytes of a text are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// The part of the text that is at hand.
#[derive(Debug, Default)]
struct Window {
    text: String,
    start: usize,
    ended: bool,
}

impl Window {
    fn known(&self) -> Known<'_> {
        Known { text: &self.text, start: self.start, ended: self.ended }
    }

    /// Lets go of what is not needed any more, seldom enough that it costs nothing.
    fn forget(&mut self, needed_from: usize) {
        let gone = needed_from.saturating_sub(CONTEXT_BEFORE).saturating_sub(self.start);
        if gone >= SLACK {
            let gone = self.text.floor_char_boundary(gone);
            self.text.drain(..gone);
            self.start += gone;
        }
    }
}

impl TextStream {
    /// A text of which nothing has come yet.
    #[must_use]
    pub fn new(scanner: Arc<Scanner>) -> Self {
        Self {
            window: Window::default(),
            original: Level::new(&scanner, ViewKind::Original, Known::whole(""), 0),
            chain: Chain::new(),
            whole: Whole::new(&scanner),
            hits: Hits { failed: scanner.broken().to_vec(), ..Hits::default() },
            settled: 0,
            rest: Vec::new(),
            scanner,
        }
    }

    /// Takes the next piece of the text of `part`, and adds what it decides. Places of findings are counted in bytes
    /// from the beginning of the text.
    pub fn push(&mut self, part: usize, piece: &str, found: &mut Scan) {
        if self.window.ended {
            return;
        }
        self.window.text.push_str(piece);
        self.whole.take(&self.window);
        self.whole.cap(&self.scanner, &self.window, &mut self.hits);
        self.advance(part, found);
    }

    /// Takes the next piece as bytes, which may end within a character.
    ///
    /// # Errors
    /// When the bytes are not UTF-8; what was before them was taken.
    pub fn push_bytes(&mut self, part: usize, piece: &[u8], found: &mut Scan) -> Result<(), NotUtf8> {
        let bytes = [self.rest.as_slice(), piece].concat();
        let mut chunks = bytes.utf8_chunks();
        let chunk = chunks.next();
        let (text, rest) = chunk.map_or(("", [].as_slice()), |chunk| (chunk.valid(), chunk.invalid()));
        self.push(part, text, found);
        self.rest = rest.to_vec();
        let unfinished = text.len() + rest.len() == bytes.len()
            && std::str::from_utf8(rest).err().is_none_or(|fault| fault.error_len().is_none());
        if unfinished { Ok(()) } else { Err(NotUtf8) }
    }

    /// Says that the text has ended, and adds what that decides.
    pub fn finish(&mut self, part: usize, found: &mut Scan) {
        if self.window.ended {
            return;
        }
        self.window.ended = true;
        self.whole.end(&self.scanner, &self.window, &mut self.hits);
        self.advance(part, found);
    }

    /// Everything that is found before this place, in bytes from the beginning, has been added: a finding that is
    /// still to come begins here or later.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.settled
    }

    fn advance(&mut self, part: usize, found: &mut Scan) {
        let known = self.window.known();
        let mut seen = Found::default();
        let hits = &mut self.hits.ready;
        self.chain.advance(&self.scanner, known, &mut self.original, &mut seen, hits);
        self.original.advance(&self.scanner, known, &mut seen);
        self.hits.add(seen, ViewKind::Original);
        let open = self.original.open().min(self.chain.open(known)).min(self.whole.open());
        let open = if known.ended { known.end() } else { open.max(self.settled) };
        self.hits.tell(part, self.settled, open, known.ended, found);
        self.settled = open;
        let needed = self.original.open().min(self.chain.needed()).min(open);
        self.window.forget(if self.whole.reads_all { 0 } else { needed });
    }
}

/// What is asked of a text as a whole.
#[derive(Debug, Default)]
struct Whole {
    lengths: Vec<Length>,
    /// How many characters were counted, and how many bytes they are.
    characters: usize,
    counted: usize,
    /// Whether all of the text has to be at hand when it ends.
    reads_all: bool,
}

/// A length that a text is not to go over.
#[derive(Clone, Copy, Debug)]
struct Length {
    probe: ProbeId,
    /// In characters.
    most: usize,
    /// The place at which the text went over it.
    over: Option<usize>,
}

impl Whole {
    fn new(scanner: &Scanner) -> Self {
        let mut whole = Self::default();
        for (probe, simple) in scanner.simple() {
            match simple {
                Simple::LinkOutside(_) => {}
                Simple::LongerThan(most) => {
                    whole.lengths.push(Length { probe: *probe, most: *most, over: None });
                }
                Simple::NotJson(_) => whole.reads_all = true,
            }
        }
        whole
    }

    fn take(&mut self, window: &Window) {
        if self.lengths.is_empty() {
            return;
        }
        let known = window.known();
        let fresh = known.from(self.counted);
        for length in self.lengths.iter_mut().filter(|length| length.over.is_none()) {
            let left = length.most.saturating_sub(self.characters);
            length.over = fresh.char_indices().nth(left).map(|(at, _)| self.counted + at);
        }
        self.characters += fresh.chars().count();
        self.counted = known.end();
    }

    /// Gives up what needs more text than may be kept.
    fn cap(&mut self, scanner: &Scanner, window: &Window, hits: &mut Hits) {
        if self.reads_all && window.text.len() > WHOLE_BYTES {
            self.reads_all = false;
            let json = scanner.simple().iter().filter(|(_, simple)| matches!(simple, Simple::NotJson(_)));
            hits.failed.extend(json.map(|(probe, _)| *probe));
        }
    }

    /// The earliest place at which something could be found that is not.
    fn open(&self) -> usize {
        let over = self.lengths.iter().filter_map(|length| length.over);
        if self.reads_all { 0 } else { over.min().unwrap_or(usize::MAX) }
    }

    fn end(&self, scanner: &Scanner, window: &Window, hits: &mut Hits) {
        let end = window.known().end();
        let over = self.lengths.iter().filter_map(|length| Some((length.probe, length.over?)));
        let mut found: Vec<(ProbeId, usize)> = over.collect();
        for (probe, simple) in scanner.simple().iter().filter(|_| self.reads_all) {
            if let Simple::NotJson(form) = simple
                && !form.fits(&window.text)
            {
                found.push((*probe, 0));
            }
        }
        hits.ready.extend(found.into_iter().map(|(probe, start)| Explanation {
            probe,
            shape: "",
            span: Span::new(start, end),
            confidence: Confidence::CERTAIN,
            view: ViewKind::Original,
        }));
    }
}

/// What was found and not told.
#[derive(Debug, Default)]
struct Hits {
    ready: Vec<Explanation>,
    /// Hits in the text as it is that were told, and may hold one that is still to come from another view.
    recent: Vec<Explanation>,
    failed: Vec<ProbeId>,
}

impl Hits {
    fn add(&mut self, found: Found, view: ViewKind) {
        let hits = found.hits.into_iter();
        self.ready.extend(hits.map(|LevelHit { probe, shape, span, confidence }| Explanation {
            probe,
            shape,
            span,
            confidence,
            view,
        }));
        self.failed.extend(found.failed);
    }

    /// Tells what begins before `open`; what began before `told` was told.
    fn tell(&mut self, part: usize, told: usize, open: usize, all: bool, found: &mut Scan) {
        found.failed.append(&mut self.failed);
        found.failed.sort_unstable();
        found.failed.dedup();
        if self.ready.is_empty() {
            return;
        }
        let mut batch: Vec<Explanation> =
            self.ready.extract_if(.., |hit| all || hit.span.start < open).collect();
        batch.append(&mut self.recent);
        settle(&mut batch);
        let new = batch.iter().filter(|hit| hit.span.start >= told);
        found.findings.extend(new.map(|hit| Finding {
            part,
            probe: hit.probe,
            span: hit.span,
            confidence: hit.confidence,
        }));
        batch.retain(|hit| hit.view == ViewKind::Original && hit.span.end > open);
        self.recent = batch;
    }
}

#[cfg(test)]
mod tests;
