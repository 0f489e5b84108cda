//! Attempts to read the instructions that the model was given: its system prompt, its hidden rules, the text above.

mod asked;
mod briefing;
mod english;
mod languages;

use std::sync::LazyLock;

use policy::Confidence;

use crate::context::{mentioned, mentions};
use crate::detector::{Candidate, Detector, Hit, Shape};
use crate::neighbours::{self, Say};
use crate::prompt_injection::model::honest::among_words;

/// Finds attempts to extract the system prompt.
pub(crate) struct SystemPromptExtraction;

impl Detector for SystemPromptExtraction {
    fn id(&self) -> &'static str {
        "system_prompt_extraction"
    }

    fn about(&self) -> &'static str {
        "requests to reveal, repeat or translate the system prompt or the text before the conversation"
    }

    // Lower, honest texts that sound like attacks are flagged more than twice as often as at the other point.
    fn strict(&self) -> Confidence {
        Confidence::percent(42)
    }

    fn shapes(&self) -> &'static [Shape] {
        static SHAPES: LazyLock<Vec<Shape>> =
            LazyLock::new(|| [english::SHAPES, asked::SHAPES, briefing::SHAPES, languages::SHAPES].concat());
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        60
    }

    fn weigh(&self, candidate: &Candidate<'_>, confidence: u8) -> u8 {
        if confidence <= MENTIONED { confidence } else { among_words(candidate, confidence) }
    }

    fn combine(&self, found: &mut [Hit]) {
        neighbours::raise(found, NEIGHBOURS, technique, say);
    }

    fn influence(&self) -> usize {
        neighbours::REACH
    }
}

/// How many neighbours are looked at, so that a text full of hits takes time linear in its length.
const NEIGHBOURS: usize = 32;

/// A weak shape names its technique up to the colon; the others speak for themselves, and are of one.
fn technique(hit: &Hit) -> &'static str {
    hit.shape.split_once(':').map_or("asked", |(technique, _)| technique)
}

/// What a request counts that is only mentioned.
const MENTIONED: u8 = 15;

/// What is only mentioned, or stands among honest words, makes nothing likelier.
fn say(hit: &Hit) -> Say {
    if hit.confidence.as_percent() <= MENTIONED { Say::Silence } else { Say::Share }
}

/// What is no request by itself, wherever it stands.
fn asked_in_plain(candidate: &Candidate<'_>) -> Option<u8> {
    (!mentioned(candidate)).then_some(candidate.confidence)
}

/// How people ask about prompts without asking for the model's own.
const HOW_TO: &[&str] =
    &["write a system", "create a", "draft", "how do i", "how to", "best practice", "example of"];

fn asked_of_the_model(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(60);
    if is_forbidden(before) || is_told_of(before) || is_about_layout(candidate) {
        return None;
    }
    let before = before.get(before.ceil_char_boundary(before.len().saturating_sub(24))..).unwrap_or_default();
    Some(if mentioned(candidate) || of_ones_own(candidate) {
        candidate.confidence.min(MENTIONED)
    } else if HOW_TO.iter().any(|words| mentions(before, &[*words])) {
        candidate.confidence.min(40)
    } else {
        candidate.confidence
    })
}

/// Whether somebody wants to see again what he wrote himself, lost or was told about something.
fn of_ones_own(candidate: &Candidate<'_>) -> bool {
    const OWN: &[&str] = &[
        "i mean",
        "i listed",
        "i typed",
        "i pasted",
        "i sent",
        "i wrote",
        "by mistake",
        "the bit",
        "scroll",
        "i closed",
        "i deleted",
        "i lost",
        "got lost",
        "my list",
        "my items",
        "we talked",
        "you suggested",
        "you gave me",
    ];
    let after = candidate.after(60);
    let use_of = [" for ", " to "].iter().any(|word| after.starts_with(word))
        && mentions(
            after.split([' ']).nth(2).unwrap_or_default(),
            &["descaling", "the", "my", "a", "cleaning", "installing", "using", "assembling"],
        )
        && !mentions(after, &["conversation", "chat", "session", "user", "public", "screen"]);
    mentions(after, OWN) || use_of
}

/// Whether the clause that a match stands in says not to do it.
fn is_forbidden(before: &str) -> bool {
    const FORBIDS: &[&str] = &["not", "never", "n't", "n’t", "without", "cannot", "dont"];
    const AVOIDS: &[&str] =
        &["refuse to", "avoid", "refrain from", "never", "must not", "do not", "don't", "not allowed to"];
    let before = before.to_ascii_lowercase();
    let clause = before
        .rsplit(['.', '!', '?', '\n', ';', ':'])
        .next()
        .unwrap_or_default()
        .replace(", under any circumstances,", "");
    let last = clause.rsplit(',').next().unwrap_or_default();
    let worried =
        mentions(last, &["worry", "refuse", "hesitate", "hold back"]) && !mentions(last, &["refuse to"]);
    FORBIDS.iter().any(|word| last.trim_end().ends_with(word)) || (!worried && mentions(last, AVOIDS))
}

/// Whether the sentence before a match says that somebody may ask for it.
fn is_told_of(before: &str) -> bool {
    const TOLD: &[&str] = &[
        "asks you to",
        "ask you to",
        "asking you to",
        "asked you to",
        "tells you to",
        "tell you to",
        "tries to",
        "trying to",
        "try to",
        "attempts to",
        "attempt to",
        "requests to",
        "request to",
        "trick you",
        "tricks you",
        "make you",
        "get you to",
        "asks about",
        "ask about",
        "asks for",
        "if asked",
        "when asked",
        "if someone asks",
        "if the user asks",
        "if a user asks",
        "if users ask",
    ];
    mentions(before.rsplit(['.', '!', '?', '\n', ';']).next().unwrap_or_default(), TOLD)
}

/// Lowers what is asked about something else: the rest of the sentence says about what.
fn asked_about_itself(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = asked_of_the_model(candidate)?;
    let after = candidate.after(12);
    let narrowed =
        [" when", " in ", " to ", " for ", " if ", " as ", " while", " at ", " of ", " on ", " with"];
    Some(if narrowed.iter().any(|word| after.starts_with(word)) { confidence.min(40) } else { confidence })
}

/// Whether a match belongs to the instructions of a document: it goes over a blank line, stands in a list of what to
/// write, or asks for something that is made from a prompt.
fn is_about_layout(candidate: &Candidate<'_>) -> bool {
    let matched = candidate.matched();
    let sections =
        matched.ends_with(" above") && mentions(matched, &["sections", "steps", "tables", "fields"]);
    let listed = candidate.before(4).ends_with("\n- ") && matched.ends_with("above");
    listed || sections || matched.contains("\n\n") || matched.contains(" based on ")
}
