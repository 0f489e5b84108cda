//! Text that tries to take over the model: each technique has its shapes. In `english.rs` stands the plain order to ignore
//! what came before and what is like it, in `overriding.rs` the other ways to take instructions away, in `pressing.rs`
//! threats, rewards and refusals forbidden, in `personas.rs` characters that obey anything, in `agents.rs` and
//! `planted.rs` orders planted in what is read, in `structure.rs` forged delimiters, in `languages.rs` and
//! `languages_roles.rs` the main phrases elsewhere; `guards.rs` says what speaks against a match.
//!
//! A strong shape speaks for itself. A weak one (under 50) also occurs in honest text; two weak ones of different
//! techniques near each other make a finding, three a sure one. A shape's name begins with its technique, up to the
//! colon. `model.rs` reads all words, and is a technique of its own that raises what stands near. To add a phrase, put
//! it beside its technique; to add a technique, begin its names with a new word.

mod agents;
mod english;
mod guards;
mod languages;
mod languages_roles;
mod model;
mod overriding;
mod personas;
mod planted;
mod pressing;
mod structure;

use std::sync::LazyLock;

use policy::{Confidence, Span};

use crate::context::mentioned;
use crate::detector::{Candidate, Detector, Hit, Reading, Shape};
use crate::view::ViewKind;
use crate::watch::Watch;

/// Finds attempts to override instructions.
pub(crate) struct PromptInjection;

impl Detector for PromptInjection {
    fn id(&self) -> &'static str {
        "prompt_injection"
    }

    fn about(&self) -> &'static str {
        "instructions that try to take over the model, by technique: override, persona, forged delimiters, planted orders"
    }

    // Lower, one system prompt in three is taken for an attack.
    fn strict(&self) -> Confidence {
        Confidence::percent(40)
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
            ];
            kinds.concat()
        });
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        60
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

    fn combine(&self, found: &mut Vec<Hit>) {
        raise_neighbours(found);
    }

    fn influence(&self) -> usize {
        REACH
    }
}

/// How far apart, in bytes, two weak hits may begin and still speak for each other.
const REACH: usize = 400;
/// How many neighbours are looked at, so that a text full of hits takes time linear in its length.
const NEIGHBOURS: usize = 32;

/// A shape that counts so much by itself needs no reading.
const SURE: u8 = 50;
/// What a phrase counts that is only mentioned. Words about attacks read like those of attacks, so near one the model has
/// no say either.
const MENTIONED: u8 = 15;

/// Raises each weak hit by the number of other techniques around it. What the model says counts for nothing where a
/// shape speaks for itself.
fn raise_neighbours(found: &mut [Hit]) {
    let voices = Voice::each(found);
    let raised: Vec<u8> = (0..found.len()).map(|at| together(&voices, at)).collect();
    for (hit, confidence) in found.iter_mut().zip(raised) {
        hit.confidence = Confidence::percent(confidence);
    }
}

/// What a hit has to say to its neighbours.
struct Voice {
    span: Span,
    /// In hundredths.
    confidence: u32,
    /// Its technique, as a bit. More of them than there are bits share the last.
    technique: u64,
    /// Whether it is the model's.
    is_read: bool,
    /// Whether it is sure by itself, or of a phrase that is only mentioned.
    says_all: bool,
}

impl Voice {
    fn each(found: &[Hit]) -> Vec<Self> {
        let mut techniques: Vec<&str> = Vec::new();
        let mut voice = |hit: &Hit| {
            let name = technique(hit);
            let known = techniques.iter().position(|technique| *technique == name);
            let place = known.unwrap_or_else(|| {
                techniques.push(name);
                techniques.len() - 1
            });
            let is_read = name == model::TECHNIQUE;
            let confidence = hit.confidence.as_percent();
            let says_all = !is_read && (confidence >= SURE || confidence <= MENTIONED);
            let technique = 1 << place.min(63);
            Self { span: hit.span, confidence: u32::from(confidence), technique, is_read, says_all }
        };
        found.iter().map(&mut voice).collect()
    }
}

/// What a hit counts with its neighbours: the first of each technique adds its share of the remaining doubt, and so does
/// the model, which reads the very words that a shape matches. The model has no say where a shape has said it all.
fn together(voices: &[Voice], at: usize) -> u8 {
    let Some(voice) = voices.get(at) else { return 0 };
    let (mut said, mut techniques) = (voice.says_all, voice.technique);
    let mut doubt = 100 - voice.confidence;
    let mut read = 0;
    let start = voice.span.start;
    for other in neighbours(voices, at).filter(|other| other.span.start.abs_diff(start) <= REACH) {
        said |= other.says_all;
        if other.is_read {
            read = other.confidence.max(read);
        } else if techniques & other.technique == 0 && !other.span.overlaps(voice.span) {
            techniques |= other.technique;
            doubt = doubt * (100 - other.confidence) / 100;
        }
    }
    if voice.is_read {
        return if said { 0 } else { u8::try_from(voice.confidence).unwrap_or(100) };
    }
    doubt = if said { doubt } else { doubt * (100 - read) / 100 };
    u8::try_from(100 - doubt.min(100)).unwrap_or(100)
}

/// The hits before and after one, as far as they are looked at; the nearest before it first.
fn neighbours(voices: &[Voice], at: usize) -> impl Iterator<Item = &Voice> {
    let before = voices.iter().take(at).rev().take(NEIGHBOURS);
    before.chain(voices.iter().skip(at + 1).take(NEIGHBOURS))
}

fn technique(hit: &Hit) -> &'static str {
    hit.shape.split(':').next().unwrap_or(hit.shape)
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
    Some(if mentioned(candidate) { candidate.confidence.min(MENTIONED) } else { candidate.confidence })
}

/// Drops what is said not to be done ("do not ignore …", "never forget …") and lowers what is only mentioned.
fn unless_negated(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(24).to_ascii_lowercase();
    let before = before.trim_end();
    let negated = ["not", "never", "n't", "n’t", "without", "dont", "cannot", "to not", "shouldnt"]
        .iter()
        .any(|word| before.ends_with(word));
    if negated || quotes_what_not_to_follow(candidate.matched()) { None } else { unless_mentioned(candidate) }
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
        ["override:a", "override:b", "persona:a", "delimiter:a", "order:a", "leak", "model:hint"];

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
