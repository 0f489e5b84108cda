//! What speaks against a match: it is forbidden, it is told of somebody else, it is quoted in talk about attacks.

use super::people::is_done_by_somebody;
use super::unless_mentioned;
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

/// A shape of an order that is dropped where it is forbidden or told of somebody.
pub(super) const fn told(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(unless_told_of) }
}

/// A shape that is lowered where it is talked about; it may hold its own negation.
pub(super) const fn said(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(unless_talked_about) }
}

/// Words before an order that make it a report of what somebody may try.
const TOLD_OF: &[&str] = &[
    "ask you to",
    "asks you to",
    "asking you to",
    "asked you to",
    "tell you to",
    "tell you that",
    "tells you to",
    "tells you that",
    "telling you to",
    "telling you that",
    "claim that",
    "claims that",
    "claiming that",
    "instruct you to",
    "instructs you to",
    "try to",
    "tries to",
    "tried to",
    "trying to",
    "attempt to",
    "attempts to",
    "attempting to",
    "attempted to",
    "make you",
    "get you to",
    "convince you",
    "trick you",
    "tricks you",
    "manipulate",
    "request to",
    "requests to",
    "says to",
    "saying",
    "such as",
    "like \"",
    "contains",
];

/// Words before an order that forbid it, as its last word.
const FORBIDS: &[&str] = &[
    "not",
    "never",
    "n't",
    "n’t",
    "without",
    "dont",
    "cannot",
    "to not",
    "shouldnt",
    "refuse to",
    "than to",
    "avoid",
];

/// Words of prose about attacks.
const ABOUT_ATTACKS: &[&str] = &[
    "prompt injection",
    "injections",
    "jailbreaks",
    "jailbreaking",
    "attackers",
    "adversarial",
    "red team",
    "red-team",
    "owasp",
];

/// Whether a match asks the model to keep its instructions to itself, as an honest system prompt does.
pub(super) fn keeps_instructions(candidate: &Candidate<'_>) -> bool {
    let matched = candidate.matched().to_ascii_lowercase();
    let holds = |parts: &[&str]| parts.iter().any(|part| matched.contains(part));
    holds(&["reveal", "disclos", "show"])
        && holds(&["instruction", "prompt", "rule", "guideline", "configuration"])
}

/// Drops an order that is forbidden or told of somebody, lowers one that is only mentioned.
pub(super) fn unless_told_of(candidate: &Candidate<'_>) -> Option<u8> {
    if is_forbidden(candidate) || is_told_of(candidate) || is_done_by_somebody(candidate) {
        None
    } else {
        unless_talked_about(candidate)
    }
}

/// Lowers what is mentioned, or stands in prose about attacks.
pub(super) fn unless_talked_about(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = unless_mentioned(candidate)?;
    let about = mentions(last_sentence(candidate.before(32)), ABOUT_ATTACKS);
    Some(if about { confidence.min(30) } else { confidence })
}

/// Whether the words right before a match say not to do it.
pub(super) fn is_forbidden(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(24).to_ascii_lowercase();
    let before = before.trim_end();
    FORBIDS.iter().any(|word| before.ends_with(word))
}

/// Whether the sentence before a match says that somebody may ask for it.
pub(super) fn is_told_of(candidate: &Candidate<'_>) -> bool {
    let sentence = last_sentence(candidate.before(32));
    let quoted = sentence.ends_with(['\'', '"', '`', '“', '‘']);
    mentions(sentence, TOLD_OF)
        || (quoted && mentions(sentence, &["do not follow", "don't follow", "phrase", "phrases"]))
}

/// What a text says since its last full stop or line break.
pub(super) fn last_sentence(text: &str) -> &str {
    text.rsplit(['.', '!', '?', '\n', ';']).next().unwrap_or_default()
}
