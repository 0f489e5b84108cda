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

use std::hint::select_unpredictable;

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

/// A word, or a row of words that ends at it.
#[derive(Clone, Copy)]
struct Gram {
    /// How many words stand before it there.
    before: usize,
    /// Whether there is such a row. Its weight is looked up in any case: nobody foresees where there is one.
    counts: bool,
    /// Where its weight is.
    place: u64,
}

impl Gram {
    #[inline(always)]
    fn weight(self) -> i32 {
        select_unpredictable(self.counts, weight(self.place), 0)
    }
}

/// What all of them weigh.
#[inline(always)]
fn weigh<const N: usize>(grams: [Gram; N]) -> i32 {
    // A weight has eight bits.
    grams.into_iter().fold(0, |sum, gram| sum.wrapping_add(gram.weight()))
}

/// The words before a word that its pairs and threes are made with.
#[derive(Clone, Copy, Default)]
struct Chain {
    /// Whether a word before the next one is known, and whether two are; where the last of them ends.
    one: bool,
    two: bool,
    end: usize,
    /// The last of them, and what the pair that it ends is known by.
    last: u64,
    pair: u64,
    concepts: Concepts,
}

impl Chain {
    /// Takes a word, and says what it weighs with all rows that end at it.
    #[inline(always)]
    fn weigh(&mut self, word: &Word) -> i32 {
        let Some(hash) = word.hash else {
            self.forget();
            return 0;
        };
        weigh(self.take(word.span, hash)).wrapping_add(weigh(self.concepts.take(word.span, hash)))
    }

    /// Takes what is too long to be a word.
    fn forget(&mut self) {
        (self.one, self.two) = (false, false);
    }

    /// Takes a word, and says where the weights of it are, of the pair that it ends and of the three.
    #[inline(always)]
    fn take(&mut self, span: Span, hash: u32) -> [Gram; 3] {
        let hash = u64::from(hash);
        let near = span.start.wrapping_sub(self.end) <= APART;
        let (one, two) = (near & self.one, near & self.two);
        let pair = self.last.wrapping_mul(MIX).wrapping_add(hash);
        let three = self.pair.wrapping_mul(MIX).wrapping_add(hash);
        *self = Self { one: true, two: one, end: span.end, last: hash, pair, concepts: self.concepts };
        [
            // A single letter says nothing by itself.
            Gram { before: 0, counts: span.end.wrapping_sub(span.start) > 1, place: place(hash) },
            Gram { before: 1, counts: one, place: place(pair) },
            Gram { before: 2, counts: two, place: place(three) },
        ]
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

/// The least sum over as many words as a score is made of at most that says anything.
const LEAST: i32 = {
    let [.., (least, ..)] = STEPS;
    let [share, ..] = SHARES.split_at(WORDS).1 else { panic!("there is a share for every number of words") };
    least.div_euclid(*share) + (least.rem_euclid(*share) > 0) as i32
};

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
    run: Run,
    window: Window,
    /// The hit at the last word, if the text should end here.
    last: Option<Hit>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { read: 0, in_long: false, run: Run::default(), window: Window::new(), last: None }
    }
}

impl Watch for Reader {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        self.read = self.read.max(text.start);
        let rest = text.from(self.read);
        let begins = self.read;
        let place = if self.in_long { self.pass_long(rest, text.ended) } else { 0 };
        self.read = text.end();
        let mut run = self.run;
        Words::of(rest, place).each(|word| {
            let goes_on = word.at_end && !text.ended;
            if goes_on && word.hash.is_some() {
                self.read = begins + word.span.start;
                return;
            }
            self.in_long = goes_on;
            let span = Span::new(begins.wrapping_add(word.span.start), begins.wrapping_add(word.span.end));
            if run.take(&Word { span, ..word }, &mut self.window) {
                found.extend(self.window.hit(run, span));
            }
        });
        if run.added != self.run.added {
            self.last = if run.pending { self.window.hit(run, self.window.last(run)) } else { None };
        }
        self.run = run;
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
}

impl Word {
    /// Whether the score is read behind it, wherever the text ends.
    #[inline(always)]
    fn ends_reading(&self) -> bool {
        self.hash.is_some_and(|hash| self.ends_sentence | (hash >> 29 == 0))
    }
}

/// What goes from word to word, and is to stay in registers; apart from the words that are remembered.
#[derive(Clone, Copy, Default)]
struct Run {
    chain: Chain,
    /// How many words were ever added.
    added: usize,
    /// The sum over all of them. It wraps, and so do those that are taken from it.
    sum: i32,
    /// Whether the score at the last word is read if the text should end behind it, and not otherwise.
    pending: bool,
}

impl Run {
    /// Adds a word, and says whether the score has to be read behind it. Where it is read nobody foresees; nearly everywhere it
    /// says nothing, and that is told here without a turn.
    #[inline(always)]
    fn take(&mut self, word: &Word, window: &mut Window) -> bool {
        let weight = self.chain.weigh(word);
        let first = window.push(self.added, word.span.start, self.sum);
        self.added = self.added.wrapping_add(1);
        self.sum = self.sum.wrapping_add(weight);
        let ends_reading = word.ends_reading();
        self.pending = word.hash.is_some() & !ends_reading;
        let far = word.span.end.wrapping_sub(first.0) > BYTES;
        ends_reading & (far | (self.sum.wrapping_sub(first.1) >= LEAST))
    }
}

/// The words that the score is made of. Which of them are too far back is asked where the score is read alone.
struct Window {
    /// Where each word begins, and the sum over all words before it.
    words: [(usize, i32); WORDS],
    /// How many words were ever let go of.
    gone: usize,
}

impl Window {
    const fn new() -> Self {
        // Far from any word: those that no word stands in yet are never taken for one.
        Self { words: [(usize::MAX / 2, 0); WORDS], gone: 0 }
    }

    /// Adds the next word after so many; the first of the last [`WORDS`].
    #[inline(always)]
    fn push(&mut self, added: usize, start: usize, sum: i32) -> (usize, i32) {
        if let Some(slot) = self.words.get_mut(added % WORDS) {
            *slot = (start, sum);
        }
        self.at(added.wrapping_add(1))
    }

    /// What the score at the last word says.
    #[inline(never)]
    fn hit(&mut self, run: Run, span: Span) -> Option<Hit> {
        step(self.score(run, span.end)).map(|(confidence, shape)| Hit { span, confidence, shape })
    }

    /// The score at the last word, which ends here.
    fn score(&mut self, run: Run, end: usize) -> i32 {
        self.gone = self.gone.max(run.added.saturating_sub(WORDS));
        while self.gone + 1 < run.added && self.at(self.gone).0 + BYTES < end {
            self.gone += 1;
        }
        score(run.sum.wrapping_sub(self.at(self.gone).1), run.added - self.gone)
    }

    /// Where the last word stands, if it is one.
    fn last(&self, run: Run) -> Span {
        Span::new(self.at(run.added.wrapping_sub(1)).0, run.chain.end)
    }

    #[inline(always)]
    fn at(&self, nth: usize) -> (usize, i32) {
        self.words.get(nth % WORDS).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
