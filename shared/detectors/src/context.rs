//! What stands around a match: words that make it likelier, characters that make it part of something longer.

use crate::byte_class::ByteClass;
use crate::cited::{cited, may_be_cited};
use crate::detector::Candidate;

/// Whether one of `words` (lower case) stands in `text` as a word of its own, in any ASCII case; a plural `s`
/// may follow, and a capital after a small letter begins a word too, as in `homePhone`. A word that begins with a letter
/// beyond ASCII may stand anywhere, since not every script has spaces. Meant for texts of about a hundred bytes.
pub(crate) fn mentions(text: &str, words: &[&str]) -> bool {
    let mut first = ByteClass::EMPTY;
    for byte in words.iter().filter_map(|word| first_byte(word)) {
        first.add(byte.to_ascii_lowercase(), byte.to_ascii_lowercase());
    }
    from_each_word(text).any(|rest| {
        let Some(begins) = rest.first().map(u8::to_ascii_lowercase).filter(|byte| first.contains(*byte))
        else {
            return false;
        };
        let may_be = |word: &&&str| first_byte(word).is_some_and(|byte| byte.to_ascii_lowercase() == begins);
        words.iter().filter(may_be).any(|word| begins_with(rest, word))
    })
}

/// How many of `words` [`mentions`] finds, in one reading of the text.
pub(crate) fn count_mentioned(text: &str, words: &[&str]) -> usize {
    let mut left: Vec<&str> = words.to_vec();
    from_each_word(text).for_each(|rest| left.retain(|word| !begins_with(rest, word)));
    words.len() - left.len()
}

/// What follows from the beginning of each word on.
fn from_each_word(text: &str) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    let mut before = b' ';
    bytes.iter().enumerate().filter_map(move |(at, &byte)| {
        let starts = if byte.is_ascii() {
            byte.is_ascii_alphanumeric() && (!before.is_ascii_alphanumeric() || humps(before, byte))
        } else {
            byte >= 0xC0
        };
        before = byte;
        if starts { bytes.get(at..) } else { None }
    })
}

/// Whether a capital follows a small letter, as where words of the name of a field meet.
const fn humps(before: u8, byte: u8) -> bool {
    before.is_ascii_lowercase() && byte.is_ascii_uppercase()
}

fn begins_with(rest: &[u8], word: &str) -> bool {
    let same = |one: Option<&u8>, other: Option<&u8>| {
        one.zip(other).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    if !same(rest.first(), word.as_bytes().first()) {
        return false;
    }
    let Some((head, tail)) = rest.split_at_checked(word.len()) else { return false };
    if !head.eq_ignore_ascii_case(word.as_bytes()) {
        return false;
    }
    let last = head.last().copied().unwrap_or_default();
    match tail {
        [next, ..] if humps(last, *next) => true,
        [b's' | b'S', next, ..] => !next.is_ascii_alphanumeric(),
        [b's' | b'S'] | [] => true,
        [next, ..] => !next.is_ascii_alphanumeric() || !last.is_ascii_alphanumeric(),
    }
}

/// Whether one of `words` stands within `before` bytes before or `after` bytes after the match.
pub(crate) fn near(candidate: &Candidate<'_>, before: usize, after: usize, words: &[&str]) -> bool {
    mentions(candidate.before(before), words) || mentions(candidate.after(after), words)
}

/// How sure a number is that says nothing by itself: as sure as its shape where one of `words` stands right before it, less
/// where one stands further away or behind, and not at all without one, beside one of `others`, or as a part of something
/// longer.
pub(crate) fn named(candidate: &Candidate<'_>, words: &[&str], others: &[&str]) -> Option<u8> {
    if joined(candidate) || mentions(candidate.before(20), others) {
        return None;
    }
    if mentions(candidate.before(30), words) {
        return Some(candidate.confidence);
    }
    near(candidate, 60, 25, words).then_some(candidate.confidence - 15)
}

/// Whether the match is all that the text says: what is typed into a field, or said when asked for it. Then no words
/// around it can speak for or against it.
pub(crate) fn alone(candidate: &Candidate<'_>) -> bool {
    candidate.before(8).trim_start().is_empty() && candidate.after(8).trim_end().is_empty()
}

/// Whether a number or code goes on beyond the match: a letter, digit or underscore touches it, or one
/// stands behind a joining `-`, `.` or `/`, as in ids, versions, decimals and paths.
pub(crate) fn joined(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(2).as_bytes();
    let after = candidate.after(2).as_bytes();
    joins(before.iter().rev().copied()) || joins(after.iter().copied())
}

fn joins(mut outward: impl Iterator<Item = u8>) -> bool {
    match outward.next() {
        Some(byte) if is_word(byte) => true,
        Some(b'-' | b'.' | b'/' | b'+') => outward.next().is_some_and(|byte| byte.is_ascii_alphanumeric()),
        Some(_) | None => false,
    }
}

/// Words of talk about a phrase, as against its use.
const TALK: &[&str] = &[
    "phrase",
    "quote",
    "quoted",
    "quoting",
    "string",
    "example",
    "pattern",
    "paraphrase",
    "documentation",
    "docs",
    "document",
    "report",
    "article",
    "paper",
    "slide",
    "classify",
    "detection",
    "discuss",
    "discussing",
    "discusse",
    "discussion",
    "detect",
    "detecting",
    "explain",
    "explaining",
    "guide",
    "term",
    "rule",
    "mention",
    "mentioned",
    "include",
    "included",
    "changelog",
    "risky",
    "untrusted",
    "means",
    "mean",
    "attack",
    "sentence",
    "wording",
    "joke",
    "slogan",
    "headline",
    "slang",
    "saying",
    "literally",
    "grammatical",
    "grammar",
    "classic",
    "novel",
    "lyrics",
    "of the kind",
    "prompts like",
    "begins with",
    "ending with",
    "starts with",
    "if a",
    "if an",
    "if someone",
    "if somebody",
    "if anyone",
    "when a",
    "when someone",
    "whenever someone",
    "users say",
    "user says",
    "user writes",
    "writes",
    "what does",
    "is it true",
    "what's behind",
];

/// Whether a phrase is mentioned and not used: it is cited, or stands right behind a quotation mark, in a sentence that
/// talks about phrases.
pub(crate) fn mentioned(candidate: &Candidate<'_>) -> bool {
    may_be_cited(candidate) && (cited(candidate) || talked_about(candidate))
}

fn talked_about(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(80);
    // What is quoted may begin with words of its own, but with no sentence.
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | ',');
    let Some(opening) = before.trim_end_matches(inside).chars().next_back() else { return false };
    let closes = |c: char| match opening {
        '“' | '„' => matches!(c, '”' | '“'),
        '‘' => c == '’',
        '«' => c == '»',
        '「' => c == '」',
        _ => c == opening,
    };
    if !matches!(opening, '\'' | '"' | '`' | '“' | '„' | '‘' | '«' | '「') {
        return false;
    }
    let after = candidate.after(60);
    let closed = after.split(['\n', '!', '?']).next().is_some_and(|rest| rest.contains(closes))
        || after.chars().nth(1).is_some_and(closes);
    closed && (mentions(before, TALK) || mentions(after, TALK))
}

/// Whether a byte belongs to an ASCII word or identifier.
pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The last byte of a text.
pub(crate) fn last_byte(text: &str) -> Option<u8> {
    text.as_bytes().last().copied()
}

/// The first byte of a text.
pub(crate) fn first_byte(text: &str) -> Option<u8> {
    text.as_bytes().first().copied()
}

/// The digits of a text, as numbers.
pub(crate) fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_only_when_it_stands_alone() {
        let cases = [
            ("my SSN is", true),
            ("SSNs: ", true),
            ("lessns", false),
            ("ssnx", false),
            ("ssn", true),
            ("no such thing", false),
            ("请打电话给我", true),
            ("applicantSsn", true),
            ("ssnNumber", true),
            ("theSSN", true),
            ("lesSNs", false),
        ];
        for (text, wanted) in cases {
            assert_eq!(mentions(text, &["ssn", "电话"]), wanted, "{text}");
        }
    }
}
