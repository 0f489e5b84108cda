//! The embedded linear model: how much the words of the last lines read like those of an attack.
//!
//! Each word, pair and row of three words, as their first letters tell them, has a weight of eight bits, found by its
//! hash, and so have what they mean and rows of that (`model/concepts.rs`). The score at a word is the sum over the words
//! around it, up to [`WORDS`] of them and [`BYTES`] bytes back, divided by the square root of their number. It is read where a sentence or a line ends, at every eighth word by its hash, and at the end of the text.
//!
//! All of that depends on the last [`crate::detector::CONTEXT_BEFORE`] bytes alone, so that the score is the same wherever
//! a text is cut and wherever the model begins to read. The weights come from `scripts/train`; `model/report.md` says
//! of what they were made and what they are worth.

pub(super) mod account;
mod concepts;
pub(crate) mod honest;
mod words;

use policy::{Confidence, Span};

use crate::detector::{CONTEXT_BEFORE, Hit};
use crate::known::Known;
use crate::watch::Watch;
use concepts::{Concepts, ROW_BITS};
use words::{Word, Words};

/// The technique that the model's hits stand for.
pub(super) const TECHNIQUE: &str = "model";

/// The most words that a score is made of.
const WORDS: usize = 32;
/// How far back the first of them may begin, counted from the end of the last.
const BYTES: usize = 384;
/// Fewer words count as if they were so many: a single one says little.
const FEWEST: usize = 16;
/// The most words that any score is made of.
const MOST: usize = 128;
/// Words further apart than this, in bytes, are no pair.
const APART: usize = 32;
/// How far before the end of a text its last word may stand.
const TAIL: usize = 64;

const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX: u64 = 0x85eb_ca77_c2b2_ae63;
const BITS: u32 = 19;

/// One weight for each value of a hash, those of concepts behind those of words.
static WEIGHTS: &[u8; (1 << BITS) + (1 << ROW_BITS)] = include_bytes!("model/weights.bin");

/// The score of a reading that stands as far on the side of attacks as training wants it to: 64, which a weight of 1.0
/// is written as, in the 4096ths of a share.
const FULL: i32 = 64 * 4096;

/// The lowest score of each step, what it counts, and what it is called.
const STEPS: [(i32, u8, &str); 3] = [
    (FULL / 100 * 110, 75, "model:certain"),
    (FULL / 100 * 90, 55, "model:strong"),
    (FULL / 100 * 65, 45, "model:plain"),
];

/// The words before a word that its pairs and threes are made with.
#[derive(Clone, Copy, Default)]
struct Chain {
    /// How many words before the next one are known, of two, and where the last of them ends.
    known: u8,
    end: usize,
    /// The last of them, and what the pair that it ends is known by.
    last: u64,
    pair: u64,
    concepts: Concepts,
}

impl Chain {
    /// Takes a word, and says what it weighs with all rows that end at it.
    #[inline]
    fn weigh(&mut self, word: &Word) -> i32 {
        let mut sum = 0;
        self.take(word, |_, place| sum += weight(place));
        self.concepts.take(word, |_, place| sum += weight(place));
        sum
    }

    /// Takes a word, and shows where the weights of it are, of the pair that it ends and of the three, each with how many
    /// words stand before it there.
    #[inline(always)]
    fn take(&mut self, word: &Word, mut show: impl FnMut(usize, u64)) {
        let Some(hash) = word.hash.map(u64::from) else {
            self.known = 0;
            return;
        };
        let known = if word.span.start.wrapping_sub(self.end) <= APART { self.known } else { 0 };
        // A single letter says nothing by itself.
        if word.span.len() > 1 {
            show(0, place(hash));
        }
        let pair = self.last.wrapping_mul(MIX).wrapping_add(hash);
        if known > 0 {
            show(1, place(pair));
        }
        if known > 1 {
            show(2, place(self.pair.wrapping_mul(MIX).wrapping_add(hash)));
        }
        let concepts = self.concepts;
        *self = Self { known: 2.min(known + 1), end: word.span.end, last: hash, pair, concepts };
    }
}

/// Where the weight of a word, a pair or a row of three words is.
const fn place(gram: u64) -> u64 {
    gram.wrapping_mul(SPREAD) >> (64 - BITS)
}

fn weight(place: u64) -> i32 {
    i32::from(WEIGHTS.get(place as usize).map_or(0, |weight| weight.cast_signed()))
}

/// The score that a sum over so many words comes to.
fn score(sum: i32, words: usize) -> i32 {
    SHARES.get(words.max(FEWEST)).map_or(0, |share| sum * share)
}

/// One over the square root of so many words, in 4096ths.
static SHARES: [i32; MOST + 1] = shares();

const fn shares() -> [i32; MOST + 1] {
    let mut shares = [0; MOST + 1];
    let mut rest: &mut [i32] = &mut shares;
    let mut words = 0_u32;
    while let Some((share, others)) = rest.split_first_mut() {
        if let Some(square) = (1_u32 << 24).checked_div(words) {
            *share = square.isqrt().cast_signed();
        }
        words += 1;
        rest = others;
    }
    shares
}

/// What a score says, if it says anything.
fn step(score: i32) -> Option<(Confidence, &'static str)> {
    // Most words stand in text that says nothing.
    let [.., (least, ..)] = STEPS;
    if score < least {
        return None;
    }
    let step = STEPS.iter().find(|(least, ..)| score >= *least);
    step.map(|(_, confidence, name)| (Confidence::percent(*confidence), *name))
}

/// Reads a text once, word by word.
pub(super) struct Reader {
    /// Where the next word begins, or the rest of one that is too long.
    read: usize,
    /// Whether what stands there belongs to something too long to be a word.
    in_long: bool,
    chain: Chain,
    window: Window,
    /// The hit at the last word, if the text should end here.
    last: Option<Hit>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { read: 0, in_long: false, chain: Chain::default(), window: Window::new(), last: None }
    }
}

impl Watch for Reader {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        self.read = self.read.max(text.start);
        let rest = text.from(self.read);
        let begins = self.read;
        let place = if self.in_long { self.pass_long(rest, text.ended) } else { 0 };
        self.read = text.end();
        let mut last = None;
        for word in Words::of(rest, place) {
            let goes_on = word.at_end && !text.ended;
            if goes_on && word.hash.is_some() {
                self.read = begins + word.span.start;
                break;
            }
            self.in_long = goes_on;
            let word = Word { span: Span::new(begins + word.span.start, begins + word.span.end), ..word };
            self.take(&word);
            if word.ends_reading() {
                found.extend(self.hit(word.span));
            }
            last = Some(word);
        }
        if let Some(word) = last {
            let pending = word.hash.is_some() && !word.ends_reading();
            self.last = if pending { self.hit(word.span) } else { None };
        }
        if self.last.is_some_and(|last| self.read > last.span.end + TAIL) {
            self.last = None;
        }
        if text.ended {
            found.extend(self.last.take());
        }
    }

    fn open(&self) -> usize {
        self.last.map_or(self.read, |last| last.span.start)
    }

    fn begin_at(&mut self, text: Known<'_>, place: usize) {
        let before = text.until(place);
        let from = before.text.len().saturating_sub(CONTEXT_BEFORE);
        let from = before.text.ceil_char_boundary(from);
        let nearby = before.text.get(from..).unwrap_or_default();
        let start = before.start + from;
        // The first word may be the end of one that is not at hand.
        *self = Self { in_long: start > 0, ..Self::default() };
        self.advance(Known { text: nearby, start, ended: false }, &mut Vec::new());
        self.last = None;
    }

    fn rests(&self) -> bool {
        self.last.is_none()
    }
}

impl Reader {
    /// Passes over the rest of what is too long to be a word; the place behind it.
    fn pass_long(&mut self, rest: &str, ended: bool) -> usize {
        let behind = words::rest_of_run(rest);
        self.in_long = behind == rest.len() && !ended;
        behind
    }

    /// Adds a word.
    fn take(&mut self, word: &Word) {
        let weight = self.chain.weigh(word);
        self.window.push(word.span.start, weight);
    }

    /// What the score at the last word says, which stands here.
    fn hit(&mut self, span: Span) -> Option<Hit> {
        step(self.window.score(span.end)).map(|(confidence, shape)| Hit { span, confidence, shape })
    }
}

impl Word {
    /// Whether the score is read behind it, wherever the text ends.
    fn ends_reading(&self) -> bool {
        self.hash.is_some_and(|hash| self.ends_sentence || hash >> 29 == 0)
    }
}

/// The words that the score is made of. Which of them are too far back is asked where the score is read alone.
struct Window {
    /// Where each word begins, and the sum over all words before it.
    words: [(usize, i32); WORDS],
    /// How many words were ever added, and let go of.
    added: usize,
    gone: usize,
    /// The sum over all words that were ever added. It wraps, and so do those that are taken from it.
    sum: i32,
}

impl Window {
    const fn new() -> Self {
        Self { words: [(0, 0); WORDS], added: 0, gone: 0, sum: 0 }
    }

    fn push(&mut self, start: usize, weight: i32) {
        if let Some(slot) = self.words.get_mut(self.added % WORDS) {
            *slot = (start, self.sum);
        }
        self.added += 1;
        self.sum = self.sum.wrapping_add(weight);
    }

    /// The score at the last word, which ends here.
    fn score(&mut self, end: usize) -> i32 {
        self.gone = self.gone.max(self.added.saturating_sub(WORDS));
        while self.gone + 1 < self.added && self.first().0 + BYTES < end {
            self.gone += 1;
        }
        score(self.sum.wrapping_sub(self.first().1), self.added - self.gone)
    }

    fn first(&self) -> (usize, i32) {
        self.words.get(self.gone % WORDS).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
