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
/// full of hits takes time linear in its length. They are in the order in which they begin.
pub(crate) fn raise(
    found: &mut [Hit],
    most: usize,
    technique: fn(&Hit) -> &'static str,
    say: fn(&Hit) -> Say,
) {
    let voices = Voice::each(found, technique, say);
    // What only read the words says nothing to others: a text may be full of it.
    let speakers: Vec<usize> =
        voices.iter().enumerate().filter(|(_, voice)| voice.say != Say::Read).map(|(at, _)| at).collect();
    let mut earlier = 0;
    for (at, hit) in found.iter_mut().enumerate() {
        let (before, after) = speakers.split_at_checked(earlier).unwrap_or_default();
        let itself = usize::from(after.first() == Some(&at));
        let around = Around { voices: &voices, before, after: after.get(itself..).unwrap_or_default(), most };
        hit.confidence = Confidence::percent(around.together(at));
        earlier += itself;
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
        let mut bit = |hit: &Hit| {
            let name = technique(hit);
            let known = techniques.iter().position(|technique| *technique == name);
            let place = known.unwrap_or_else(|| {
                techniques.push(name);
                techniques.len() - 1
            });
            1 << place.min(63)
        };
        let voice = |hit: &Hit| {
            let say = say(hit);
            let technique = if say == Say::Read { 0 } else { bit(hit) };
            Self { span: hit.span, confidence: u32::from(hit.confidence.as_percent()), technique, say }
        };
        found.iter().map(voice).collect()
    }
}

/// What one hit has around it.
struct Around<'v> {
    voices: &'v [Voice],
    /// The places of those before and behind it that have a say.
    before: &'v [usize],
    after: &'v [usize],
    /// How many hits further off one may be and still be heard.
    most: usize,
}

impl Around<'_> {
    /// What a hit counts with its neighbours: the first of each technique adds its share of the remaining doubt. What read
    /// the words around has no say where another has said it all.
    fn together(&self, at: usize) -> u8 {
        let Some(voice) = self.voices.get(at) else { return 0 };
        let done = |say: Say| matches!(say, Say::All | Say::Silence);
        if voice.say == Say::Read {
            let said = self.heard(at, voice.span.start).any(|other| done(other.say));
            return if said { 0 } else { u8::try_from(voice.confidence).unwrap_or(100) };
        }
        let (mut techniques, mut doubt) = (voice.technique, 100 - voice.confidence);
        for other in self.heard(at, voice.span.start) {
            if other.say != Say::Silence
                && techniques & other.technique == 0
                && !other.span.overlaps(voice.span)
            {
                techniques |= other.technique;
                doubt = doubt * (100 - other.confidence) / 100;
            }
        }
        u8::try_from(100 - doubt.min(100)).unwrap_or(100)
    }

    /// Those that are heard at a hit; the nearest before it first.
    fn heard(&self, at: usize, start: usize) -> impl Iterator<Item = &Voice> {
        let near = move |nth: &&usize| nth.abs_diff(at) <= self.most;
        let voice = |nth: &usize| self.voices.get(*nth);
        let in_reach = move |other: &&Voice| other.span.start.abs_diff(start) <= REACH;
        let before = self.before.iter().rev().take_while(near).filter_map(voice).take_while(in_reach);
        before.chain(self.after.iter().take_while(near).filter_map(voice).take_while(in_reach))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAYS: [Say; 4] = [Say::All, Say::Read, Say::Share, Say::Silence];
    const SHAPES: [&str; 8] = ["all", "read", "share", "silence", "share:b", "share:c", "read:b", "all:b"];

    fn say(hit: &Hit) -> Say {
        SAYS[["all", "read", "share", "silence"].iter().position(|say| hit.shape.starts_with(say)).unwrap()]
    }

    /// The definition: every other hit is asked.
    fn plainly(found: &[Hit], at: usize, most: usize) -> u8 {
        let hit = found[at];
        let before = found[at.saturating_sub(most)..at].iter().rev();
        let after = &found[at + 1..(at + 1 + most).min(found.len())];
        let near = |other: &&Hit| other.span.start.abs_diff(hit.span.start) <= REACH;
        let heard: Vec<&Hit> = before.chain(after).filter(near).collect();
        if say(&hit) == Say::Read {
            let said = heard.iter().any(|other| matches!(say(other), Say::All | Say::Silence));
            return if said { 0 } else { hit.confidence.as_percent() };
        }
        let (mut doubt, mut taken) = (100 - u32::from(hit.confidence.as_percent()), vec![hit.shape]);
        for other in heard.into_iter().filter(|other| matches!(say(other), Say::All | Say::Share)) {
            if !taken.contains(&other.shape) && !other.span.overlaps(hit.span) {
                taken.push(other.shape);
                doubt = doubt * (100 - u32::from(other.confidence.as_percent())) / 100;
            }
        }
        u8::try_from(100 - doubt).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn those_without_a_say_are_as_good_as_asked(
            rows in prop::collection::vec((0_usize..3000, 1_usize..60, 0_usize..8, 1_u8..95), 0..60),
            most in 1_usize..9,
        ) {
            let hit = |(start, length, shape, confidence): (usize, usize, usize, u8)| Hit {
                span: Span::new(start, start + length),
                confidence: Confidence::percent(confidence),
                shape: SHAPES[shape],
            };
            let mut hits: Vec<Hit> = rows.into_iter().map(hit).collect();
            hits.sort_by_key(|hit| (hit.span, hit.shape));
            let mut raised = hits.clone();
            raise(&mut raised, most, |hit| hit.shape, say);
            for (at, hit) in raised.iter().enumerate() {
                prop_assert_eq!(hit.confidence.as_percent(), plainly(&hits, at, most), "{} of {:?}", at, hits);
            }
        }
    }
}
