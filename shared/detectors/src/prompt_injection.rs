//! Text that tries to take over the model: each technique has its shapes. In `english.rs` stands the plain order to ignore
//! what came before and what is like it, in `overriding.rs` the other ways to take instructions away, in `pressing.rs`
//! threats, rewards and refusals forbidden, in `unruled.rs` rules said not to bind, in `personas.rs` characters that obey anything, in `agents.rs` and
//! `planted.rs` orders planted in what is read (`readers.rs` says to whom they speak, `demands.rs` what they are after,
//! `hushed.rs` that nobody is to know, `reassigned.rs` that another task goes before), in `structure.rs` forged delimiters, in `languages.rs` and
//! `languages_roles.rs` the main phrases elsewhere; `guards.rs` says what speaks against a match.
//!
//! A strong shape speaks for itself. A weak one (under 50) also occurs in honest text; two weak ones of different
//! techniques near each other make a finding, three a sure one. A shape's name begins with its technique, up to the
//! colon. What each counts is weighed by the words that it stands among, which `model/honest.rs` reads: no phrase makes an
//! attack of a text of more than a few words that is honest otherwise. `model.rs` reads all words, and may find an attack that
//! no shape knows. To add a phrase, put it beside its technique; to add a technique, begin its names with a new word.

mod agents;
mod demands;
mod elsewhere;
mod english;
mod guards;
mod hushed;
mod languages;
mod languages_roles;
pub(crate) mod model;
mod overriding;
mod people;
mod personas;
mod planted;
mod pressing;
mod readers;
mod reassigned;
mod structure;
mod tongues;
mod unruled;

use std::sync::LazyLock;

use policy::Confidence;

use crate::context::mentioned;
use crate::detector::{Candidate, Detector, Hit, Reading, Shape};
use crate::neighbours::{self, Say};
use crate::view::ViewKind;
use crate::watch::Watch;
use model::honest::among_words;
use people::{is_done_by_somebody, is_supposed};

/// Finds attempts to override instructions.
pub(crate) struct PromptInjection;

impl Detector for PromptInjection {
    fn id(&self) -> &'static str {
        "prompt_injection"
    }

    fn about(&self) -> &'static str {
        "instructions that try to take over the model, by technique: override, persona, forged delimiters, planted orders"
    }

    // Lower, honest texts that sound like attacks are flagged more than twice as often as at the other point.
    fn strict(&self) -> Confidence {
        Confidence::percent(42)
    }

    fn shapes(&self) -> &'static [Shape] {
        static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
            let kinds = [
                english::SHAPES,
                structure::SHAPES,
                languages::SHAPES,
                languages_roles::SHAPES,
                personas::SHAPES,
                planted::SHAPES,
                overriding::SHAPES,
                pressing::SHAPES,
                agents::SHAPES,
                readers::SHAPES,
                demands::SHAPES,
                hushed::SHAPES,
                reassigned::SHAPES,
                unruled::SHAPES,
            ];
            [kinds.concat(), tongues::shapes()].concat()
        });
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        60
    }

    fn weigh(&self, candidate: &Candidate<'_>, confidence: u8) -> u8 {
        if confidence <= MENTIONED { confidence } else { among_words(candidate, confidence) }
    }

    fn watch(&self, kind: ViewKind) -> Option<Box<dyn Watch>> {
        match kind {
            ViewKind::Decoded(_) | ViewKind::Folded | ViewKind::Original => {
                Some(Box::new(model::Reader::default()))
            }
        }
    }

    fn read(&self, text: &str) -> Option<Reading> {
        model::account::account(text)
    }

    fn combine(&self, found: &mut [Hit]) {
        raise_neighbours(found);
    }

    fn influence(&self) -> usize {
        neighbours::REACH
    }
}

/// How many neighbours are looked at, so that a text full of hits takes time linear in its length.
const NEIGHBOURS: usize = 32;

/// A shape that counts so much by itself needs no reading.
const SURE: u8 = 50;
/// What a phrase counts that is only mentioned. Words about attacks read like those of attacks, so near one the model has
/// no say either.
const MENTIONED: u8 = 15;

/// Orders to decode something and do what it says: whoever writes such a thing, the words of it sound alike. What comes
/// out is judged, not how it is asked for.
const TO_DECODE: [&str; 2] = ["encoding:decode_and_do", "encoding:obey_decoded"];

/// Raises each weak hit by the number of other techniques around it. What the model says counts for nothing where a
/// shape speaks for itself.
fn raise_neighbours(found: &mut [Hit]) {
    neighbours::raise(found, NEIGHBOURS, technique, |hit| match hit.confidence.as_percent() {
        _ if technique(hit) == model::TECHNIQUE => Say::Read,
        _ if TO_DECODE.contains(&hit.shape) => Say::All,
        ..=MENTIONED => Say::Silence,
        SURE.. => Say::All,
        _ => Say::Share,
    });
}

/// To keep to a role is of one technique with taking it: honest people ask for both at once.
fn technique(hit: &Hit) -> &'static str {
    match hit.shape.split(':').next().unwrap_or(hit.shape) {
        "role" => "persona",
        technique => technique,
    }
}

/// A shape that is dropped where it is negated.
const fn weighed(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(unless_negated) }
}

/// A shape whose words may well be negated and mean the same ("do not break character").
const fn loose(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(unless_mentioned) }
}

/// Lowers what is only mentioned.
fn unless_mentioned(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = candidate.confidence;
    Some(if mentioned(candidate) || is_supposed(candidate) { confidence.min(MENTIONED) } else { confidence })
}

/// Drops what is said not to be done ("do not ignore …", "never forget …") and lowers what is only mentioned.
fn unless_negated(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(24).to_ascii_lowercase();
    let before = before.trim_end();
    let negated = ["not", "never", "n't", "n’t", "without", "dont", "cannot", "to not", "shouldnt"]
        .iter()
        .any(|word| before.ends_with(word));
    if negated || is_done_by_somebody(candidate) || quotes_what_not_to_follow(candidate.matched()) {
        None
    } else {
        unless_mentioned(candidate)
    }
}

/// Whether a match is a warning that shows what it warns of ("do not follow 'ignore your rules'").
fn quotes_what_not_to_follow(matched: &str) -> bool {
    let begins =
        |words: &str| matched.get(..words.len()).is_some_and(|head| head.eq_ignore_ascii_case(words));
    (begins("do not ") || begins("don't ")) && matched.contains(" '")
}

#[cfg(test)]
mod tests {
    use policy::Span;
    use proptest::prelude::*;

    use super::*;

    const SHAPES: [&str; 7] =
        ["override:a", "override:b", "persona:a", "delimiter:a", "order:a", "leak", "model:plain"];

    fn combined(hits: &[Hit]) -> Vec<Hit> {
        let mut hits = hits.to_vec();
        PromptInjection.combine(&mut hits);
        hits
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What is made of a hit depends on the hits within its influence alone.
        #[test]
        fn hits_far_apart_do_not_influence_each_other(
            rows in prop::collection::vec((0_usize..4000, 1_usize..300, 0_usize..7, 10_u8..95), 0..120)
        ) {
            let mut hits: Vec<Hit> = rows
                .into_iter()
                .map(|(start, length, shape, confidence)| Hit {
                    span: Span::new(start, start + length),
                    confidence: Confidence::percent(confidence),
                    shape: SHAPES[shape],
                })
                .collect();
            hits.sort_by_key(|hit| (hit.span, hit.shape));
            let together = combined(&hits);
            let influence = PromptInjection.influence();
            for (at, hit) in hits.iter().enumerate() {
                let near = |other: &&Hit| other.span.start.abs_diff(hit.span.start) <= influence;
                let first = hits.iter().position(|other| near(&other)).unwrap();
                let around: Vec<Hit> = hits.iter().filter(near).copied().collect();
                prop_assert_eq!(combined(&around)[at - first], together[at]);
            }
        }
    }
}
