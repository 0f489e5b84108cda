//! What hits of one detector say to each other: weak ones of different techniques near each other make a sure one.

use policy::{Confidence, Span};

use crate::detector::Hit;

/// How far apart, in bytes, two hits may begin and still speak for each other.
pub(crate) const REACH: usize = 400;

/// What a hit has to say to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Say {
    /// Its share, and all that is to be said: what only read the words around it has no say beside it.
    All,
    /// It read the words around, which the shapes near it are weighed by themselves: it stands for itself alone.
    Read,
    /// Its share of the remaining doubt, once for each technique.
    Share,
    /// Nothing: it is only mentioned. Words about it read like it, so what only read them has no say beside it either.
    Silence,
}

/// Raises each hit by the other techniques around it, and looks at no more than `most` hits on each side, so that a text
/// full of hits takes time linear in its length.
pub(crate) fn raise(
    found: &mut [Hit],
    most: usize,
    technique: fn(&Hit) -> &'static str,
    say: fn(&Hit) -> Say,
) {
    let voices = Voice::each(found, technique, say);
    for (at, hit) in found.iter_mut().enumerate() {
        hit.confidence = Confidence::percent(together(&voices, at, most));
    }
}

struct Voice {
    span: Span,
    /// In hundredths.
    confidence: u32,
    /// Its technique, as a bit. More of them than there are bits share the last.
    technique: u64,
    say: Say,
}

impl Voice {
    fn each(found: &[Hit], technique: fn(&Hit) -> &'static str, say: fn(&Hit) -> Say) -> Vec<Self> {
        let mut techniques: Vec<&str> = Vec::new();
        let voice = |hit: &Hit| {
            let name = technique(hit);
            let known = techniques.iter().position(|technique| *technique == name);
            let place = known.unwrap_or_else(|| {
                techniques.push(name);
                techniques.len() - 1
            });
            let confidence = u32::from(hit.confidence.as_percent());
            Self { span: hit.span, confidence, technique: 1 << place.min(63), say: say(hit) }
        };
        found.iter().map(voice).collect()
    }
}

/// What a hit counts with its neighbours: the first of each technique adds its share of the remaining doubt. What read the
/// words around has no say where another has said it all.
fn together(voices: &[Voice], at: usize, most: usize) -> u8 {
    let Some(voice) = voices.get(at) else { return 0 };
    let done = |say: Say| matches!(say, Say::All | Say::Silence);
    let (mut said, mut techniques) = (done(voice.say), voice.technique);
    let mut doubt = 100 - voice.confidence;
    let start = voice.span.start;
    for other in around(voices, at, most).filter(|other| other.span.start.abs_diff(start) <= REACH) {
        said |= done(other.say);
        if !matches!(other.say, Say::Read | Say::Silence)
            && techniques & other.technique == 0
            && !other.span.overlaps(voice.span)
        {
            techniques |= other.technique;
            doubt = doubt * (100 - other.confidence) / 100;
        }
    }
    if voice.say == Say::Read {
        return if said { 0 } else { u8::try_from(voice.confidence).unwrap_or(100) };
    }
    u8::try_from(100 - doubt.min(100)).unwrap_or(100)
}

/// The voices before and after one, as far as they are heard; the nearest before it first.
fn around(voices: &[Voice], at: usize, most: usize) -> impl Iterator<Item = &Voice> {
    let before = voices.iter().take(at).rev().take(most);
    before.chain(voices.iter().skip(at + 1).take(most))
}
