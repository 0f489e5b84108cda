//! Whether the words around a match read like those of honest talk: what a shape sees is one phrase, and those who teach,
//! test, report, take back or play in earnest put other words beside it than an attacker does. The weights are the
//! model's; the window is a smaller one, so that an order in the midst of a harmless page is read with its own words.

use super::words::{Words, rest_of_run};
use super::{Chain, FULL, score, weight};
use crate::detector::Candidate;

/// So many words are read.
const WORDS: usize = 16;
/// How far back the first of them may begin.
const BACK: usize = 240;
/// Up to where behind the match they are read, one after the other: where any of these readings is not, nothing is honest.
const ON: [usize; 3] = [0, 30, 60];
/// Below this score the words speak against an attack.
const HONEST: i32 = FULL / 100 * -20;

/// Whether the words of a match and around it speak against an attack.
pub(crate) fn reads_honest(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(BACK).len();
    // The first word may be the end of one that is not at hand, and so may the last be the beginning of one.
    let cut = before + 4 > BACK;
    ON.into_iter().all(|on| {
        let text = candidate.around(BACK, on);
        let cut_behind = on > 0 && candidate.after(on).len() + 4 > on;
        reading(text, if cut { rest_of_run(text) } else { 0 }, cut_behind) < HONEST
    })
}

/// The score at the last word of a text from a place on, or at the one before it, where that is cut.
fn reading(text: &str, from: usize, cut: bool) -> i32 {
    let mut last = [0; WORDS];
    let (mut chain, mut count) = (Chain::default(), 0);
    for word in Words::of(text, from).filter(|word| !(cut && word.at_end)) {
        let grams = chain.grams(&word);
        if let Some(slot) = last.get_mut(count % WORDS) {
            *slot = grams.into_iter().flatten().map(weight).sum();
        }
        chain.take(&word);
        count += 1;
    }
    score(last.iter().sum(), count.min(WORDS))
}
