//! Words of those who write stories, lessons, tests or prompts of their own, or wonder about a mail that they got. What
//! stands near them is shown or told, and counts for less: a strong sign no more than a likely one, a weak one hardly
//! anything.

use policy::Confidence;

use crate::detector::{Hit, Shape};

/// How far before a hit such words may stand, in bytes from beginning to beginning.
const BEFORE: usize = 240;
/// How far behind a hit's beginning they may stand.
const BEHIND: usize = 100;
/// The farthest that they reach.
pub(crate) const REACH: usize = BEFORE;

/// What a sign that speaks for itself counts near them, and what another does.
const STRONG: u8 = 37;
pub(crate) const WEAK: u8 = 10;
/// From here on a sign speaks for itself.
const SURE: u8 = 50;

const TECHNIQUE: &str = "own_work";

const fn own(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 1, accept: None }
}

pub(crate) static SHAPES: &[Shape] = &[
    own(
        "own_work:ours",
        r"(?i-u:\b(?:our[ ](?:[a-z]{3,9}[ ])?(?:bots?|chatbots?|assistant|mail bot|agent|users|prompts?|students|pupils|workshop|handout|d&d)|our (?:app|model)|my (?:bot|chatbot|prompt|game|students|pupils|workshop|thesis|handout))\b)",
    ),
    own(
        "own_work:prompts",
        r"(?i-u:\b(?:its prompt|test prompts|prompt engineering|system prompts|unit tests?|eval(?:uation)? harness|prompt of|prompt for|people typ(?:e|ing)|some(?:one|body) put|wordings|improve|proofread|make it shorter|how (?:do|would) i|what would you change|is this safe|open-source|we've had|licen[cs]e header|told it to)\b)",
    ),
    own(
        "own_work:stories",
        r"(?i-u:\b(?:(?:my|fantasy|crime|own) novel|chapter|scene|d&d|dungeons?|game master|tabletop|party game|escape room|board game|murder mystery|creative writing|students|course|exercise [0-9]|quiz|thesis|handout|teenager)\b)",
    ),
    own(
        "own_work:wonder",
        r"(?i-u:\b(?:phishing|a scam|scam mail|is that real|weird (?:message|mail|e-mail|email)|incident review|awareness)\b)",
    ),
];

/// Whether a hit is of such words.
fn is_own(hit: &Hit) -> bool {
    hit.shape.starts_with(TECHNIQUE)
}

/// Lowers what stands near such words, and lets `raise` weigh what is left. The hits of the words themselves count for
/// nothing, and stay where they are. The hits are sorted by place.
pub(crate) fn weigh(found: &mut [Hit], raise: impl Fn(&mut [Hit])) {
    let places: Vec<usize> = found.iter().filter(|hit| is_own(hit)).map(|hit| hit.span.start).collect();
    if places.is_empty() {
        return raise(found);
    }
    let mut others: Vec<Hit> = found.iter().filter(|hit| !is_own(hit)).cloned().collect();
    lower(&mut others, &places);
    raise(&mut others);
    let mut others = others.into_iter();
    for hit in found {
        match if is_own(hit) { None } else { others.next() } {
            Some(weighed) => *hit = weighed,
            None => hit.confidence = Confidence::percent(0),
        }
    }
}

/// What a sign counts where the words around it speak against an attack.
pub(crate) const fn lowered(confidence: u8) -> u8 {
    let most = if confidence >= SURE { STRONG } else { WEAK };
    if confidence < most { confidence } else { most }
}

fn lower(others: &mut [Hit], places: &[usize]) {
    for hit in others {
        let from = hit.span.start.saturating_sub(BEFORE);
        let first = places.partition_point(|place| *place < from);
        if places.get(first).is_some_and(|place| *place <= hit.span.start + BEHIND) {
            hit.confidence = Confidence::percent(lowered(hit.confidence.as_percent()));
        }
    }
}
