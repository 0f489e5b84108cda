//! What a score is made of, for people: the same reading as the model's, computed without haste.

use super::concepts::Concepts;
use super::words::{LONGEST, Word, Words};
use super::{APART, BYTES, Chain, FULL, TAIL, WORDS, score, weight};
use crate::detector::Reading;

/// How many words are told.
const TOLD: usize = 6;
/// No row of concepts has so many words: they begin within [`APART`] bytes of each other twice, and end.
const ROW_REACH: usize = 2 * APART;

/// The highest reading of a text, the first of several; none in a text without words.
pub(in super::super) fn account(text: &str) -> Option<Reading> {
    let words = all_words(text);
    let readings = readings(&words, text.len());
    let best = readings.into_iter().max_by_key(|reading| (reading.2, std::cmp::Reverse(reading.1)));
    best.map(|(first, last, sum)| {
        let mut weighty = weighty(text, &words, first, last);
        weighty.truncate(TOLD);
        weighty.iter_mut().for_each(|(_, weight)| *weight = hundredths(score(*weight, last + 1 - first)));
        Reading { score: hundredths(sum), weighty }
    })
}

fn hundredths(score: i32) -> i32 {
    score / (FULL / 100)
}

/// The first and the last word of each reading, and the score.
pub(super) fn readings(words: &[Word], length: usize) -> Vec<(usize, usize, i32)> {
    let mut readings = Vec::new();
    for (last, word) in words.iter().enumerate() {
        let at_end = last + 1 == words.len() && length - word.span.end <= TAIL;
        let chosen = word.hash.is_some_and(|hash| word.ends_sentence || hash >> 29 == 0 || at_end);
        if chosen {
            let near = |index: &usize| {
                words
                    .get(*index)
                    .is_some_and(|first| first.span.start + BYTES >= word.span.end || *index == last)
            };
            let first = ((last + 1).saturating_sub(WORDS)..=last).find(near).unwrap_or(last);
            let sum = (first..=last).flat_map(|index| grams(words, index)).map(|(_, weight)| weight).sum();
            readings.push((first, last, score(sum, last + 1 - first)));
        }
    }
    readings
}

pub(super) fn all_words(text: &str) -> Vec<Word> {
    Words::of(text, 0).collect()
}

/// What ends at a word, as the first word of it and its weight.
fn grams(words: &[Word], index: usize) -> Vec<(usize, i32)> {
    let Some(word) = words.get(index) else { return Vec::new() };
    let mut chain = Chain::default();
    for word in words.iter().take(index).skip(index.saturating_sub(2)) {
        chain.weigh(word);
    }
    let mut grams = rows(words, index);
    if let Some(hash) = word.hash {
        let own = chain.take(word.span, hash).into_iter().filter(|gram| gram.counts);
        grams.extend(own.filter_map(|gram| Some((index.checked_sub(gram.before)?, weight(gram.place)))));
    }
    grams
}

/// Rows of concepts that end at a word.
fn rows(words: &[Word], index: usize) -> Vec<(usize, i32)> {
    let mut concepts = Concepts::default();
    let mut bearers = Vec::new();
    let mut rows = Vec::new();
    for (at, word) in words.iter().enumerate().take(index + 1).skip(index.saturating_sub(ROW_REACH)) {
        rows.clear();
        let Some(hash) = word.hash else { continue };
        rows.extend(concepts.take(word.span, hash).into_iter().filter(|row| row.counts));
        if !rows.is_empty() {
            bearers.push(at);
        }
    }
    let first = |before: usize| bearers.iter().rev().nth(before).copied();
    rows.into_iter().filter_map(|row| Some((first(row.before)?, weight(row.place)))).collect()
}

/// Words, pairs and rows of three that speak for an attack, the weightiest first, and by how much.
fn weighty(text: &str, words: &[Word], first: usize, last: usize) -> Vec<(String, i32)> {
    let mut weighty: Vec<(String, i32)> = Vec::new();
    for index in first..=last {
        for (from, weight) in grams(words, index).into_iter().filter(|(_, weight)| *weight > 0) {
            let spans = words.get(from).zip(words.get(index));
            let written = spans.and_then(|(from, to)| text.get(from.span.start..to.span.end));
            let written = written.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            match weighty.iter_mut().find(|(other, _)| *other == written) {
                Some((_, sum)) => *sum += weight,
                None => weighty.push((written, weight)),
            }
        }
    }
    weighty.sort_by_key(|(written, weight)| (std::cmp::Reverse(*weight), written.clone()));
    weighty
}

/// No word that is far from the one before it makes a pair; see [`APART`].
const _: () = assert!(APART + LONGEST <= 64, "what a pair reaches back for must stay at hand");
