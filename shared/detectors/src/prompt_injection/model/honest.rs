//! Whether the words around a match read like those of honest talk: what a shape sees is one phrase, and those who teach,
//! test, report, take back or play in earnest put other words beside it than an attacker does. The weights are the
//! model's; the window is a smaller one, so that an order in the midst of a harmless page is read with the words next to it.
//! A phrase that stands nearly alone has nothing around it that could speak for it.

use policy::Span;

use super::words::{Words, rest_of_run};
use super::{Chain, FULL, score, weight};
use crate::detector::Candidate;

/// So many words are read.
const WORDS: usize = 16;
/// How far back the first of them may begin.
const BACK: usize = 96;
/// Up to where behind the match they are read, one after the other: where any of these readings is not, nothing is honest.
const ON: [usize; 3] = [0, 30, 60];
/// Below this score the words speak against an attack.
const HONEST: i32 = FULL / 100 * -15;
/// Fewer words beside those of the match say nothing.
const OTHERS: usize = 3;

/// Whether the words of a match and around it speak against an attack.
pub(crate) fn reads_honest(candidate: &Candidate<'_>) -> bool {
    ON.into_iter().all(|on| {
        let (text, own) = candidate.around(BACK, on);
        // The first word may be the end of one that is not at hand, and so may the last be the beginning of one.
        let from = if own.start + 4 > BACK { rest_of_run(text) } else { 0 };
        let cut = on > 0 && text.len() + 4 > own.end + on;
        speaks_against(text, from, own, cut)
    })
}

/// Whether the last words of a text do, of which a cut one is none: those of the match, which begins and ends there, and
/// enough others.
fn speaks_against(text: &str, from: usize, own: Span, cut: bool) -> bool {
    let mut last = [(0, false); WORDS];
    let (mut chain, mut count) = (Chain::default(), 0);
    for word in Words::of(text, from).filter(|word| !(cut && word.at_end)) {
        let grams = chain.grams(&word);
        if let Some(slot) = last.get_mut(count % WORDS) {
            *slot = (grams.into_iter().flatten().map(weight).sum(), !own.overlaps(word.span));
        }
        chain.take(&word);
        count += 1;
    }
    let others = last.iter().filter(|(_, other)| *other).count();
    others >= OTHERS && score(last.iter().map(|(sum, _)| sum).sum(), count.min(WORDS)) < HONEST
}
