//! Passwords that somebody wrote down: assignments in code and settings, connection strings, users of URLs,
//! command lines, and sentences; and what a server keeps in place of a password, from which it can be guessed. What only
//! stands for a password is none (see `placeholder.rs`).
//!
//! To add a notation, add a row to `written.rs`, a program to `commands.rs`, a scheme of hashing to `hashes.rs`.

mod commands;
mod hashes;
mod written;

use std::sync::LazyLock;

use crate::context::mentions;
use crate::detector::{Candidate, Detector, Shape};
use crate::placeholder::{entropy, stands_in, switches};

/// Finds passwords.
pub(crate) struct PasswordAssignment;

impl Detector for PasswordAssignment {
    fn id(&self) -> &'static str {
        "password_assignment"
    }

    fn about(&self) -> &'static str {
        "passwords in assignments, connection strings, URLs, command lines and sentences, salted hashes of one, not placeholders"
    }

    fn shapes(&self) -> &'static [Shape] {
        static SHAPES: LazyLock<Vec<Shape>> =
            LazyLock::new(|| [written::NOTATIONS, commands::PROGRAMS, hashes::SCHEMES].concat());
        &SHAPES
    }

    fn looks_after(&self) -> usize {
        1
    }
}

/// What follows "password is" and "password:" in ordinary talk.
const TALK: &[&str] = &[
    "required",
    "incorrect",
    "invalid",
    "wrong",
    "correct",
    "expired",
    "weak",
    "strong",
    "stored",
    "encrypted",
    "hashed",
    "reset",
    "changed",
    "protected",
    "missing",
    "empty",
    "short",
    "long",
    "valid",
    "case-sensitive",
    "case",
    "secure",
    "safe",
    "needed",
    "optional",
    "unknown",
    "compromised",
    "lost",
    "forgotten",
    "sent",
    "shared",
    "used",
    "being",
    "visible",
    "hidden",
    "blank",
    "created",
    "generated",
    "entered",
    "accepted",
    "rejected",
    "temporary",
    "field",
    "manager",
    "must",
    "should",
    "access",
    "login",
    "your",
    "their",
    "this",
    "that",
    "policy",
    "sha",
    "sha1",
    "sha256",
    "md5",
    "bcrypt",
    "argon2",
    "argon2id",
    "pbkdf2",
    "aes",
];

/// Words that hold `pass` and mean something else.
const OTHER_WORDS: &[&str] = &[
    "bypass",
    "compass",
    "encompass",
    "trespass",
    "minipass",
    "passthrough",
    "pass-through",
    "pass_through",
];

/// Whether what stands right before a value names another thing than a password.
fn is_named_otherwise(candidate: &Candidate<'_>) -> bool {
    let name = candidate.before(32).to_ascii_lowercase();
    let last = name.rsplit([' ', ',', ';', '{', '\n']).find(|word| word.contains("pass")).unwrap_or_default();
    OTHER_WORDS.iter().any(|word| last.contains(word))
}

fn quoted(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let words = value.split(' ').count();
    let from_root = value.strip_prefix('/').is_some_and(|rest| rest.contains('/'));
    if stands_in(value)
        || from_root
        || words > 4
        || is_lookup(value)
        || labels(value)
        || is_named_otherwise(candidate)
    {
        return None;
    }
    Some(match strength(value) {
        Strength::Mixed => candidate.confidence + 10,
        Strength::Numbered => candidate.confidence,
        Strength::Word if value.len() >= 6 && words == 1 && !candidate.before(30).contains("type") => 50,
        Strength::Word => 35,
    })
}

fn bare(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '!', '?']);
    let ends_in_call = candidate.after(1).starts_with(['(', '[', '{']);
    if value.len() < 4
        || stands_in(value)
        || is_lookup(value)
        || ends_in_call
        || is_path(value)
        || value.starts_with("**")
        || value.contains("::")
        || value.starts_with(':')
        || TALK.contains(&value)
        || is_named_otherwise(candidate)
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some(candidate.confidence + 10),
        Strength::Numbered => Some(candidate.confidence - 5),
        Strength::Word => None,
    }
}

fn sentence(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '!', '?', ')']);
    if value.len() < 4
        || stands_in(value)
        || mentions(value, TALK)
        || value.starts_with('\\')
        || is_path(value)
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some((candidate.confidence + 15).min(95)),
        Strength::Numbered => Some(candidate.confidence),
        Strength::Word => None,
    }
}

fn url(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let variable = value.starts_with('$')
        || value.contains("${")
        || value.contains('{')
        || value.starts_with('%') && value.ends_with('%');
    // `postgres://postgres:postgres@`, `user:abc@`: what a server or a manual starts with.
    let before = candidate.before(64).trim_end_matches(':');
    let same = before.strip_suffix(value).is_some_and(|rest| rest.ends_with('/'));
    let plain = value.len() < 4 || same;
    if stands_in(value) || variable || plain {
        return None;
    }
    // `chpassword`: what says of itself that it is a password is what a manual writes.
    let says = value.bytes().all(|byte| byte.is_ascii_alphabetic())
        && value.to_ascii_lowercase().contains("password");
    Some(if says { 35 } else { candidate.confidence })
}

fn command_line(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    if stands_in(value)
        || stands_in(value.trim_end_matches('>'))
        || value.starts_with('$')
        || is_path(value)
        || value.contains('$') && value.contains('{')
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some(candidate.confidence + 10),
        Strength::Numbered => Some(candidate.confidence),
        Strength::Word => Some(if value.len() >= 5 { 50 } else { 35 }),
    }
}

/// What a notation that has other uses holds: counts only where it is no word, and not a number alone.
fn strong(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let plain = matches!(strength(value), Strength::Word) || value.bytes().all(|byte| byte.is_ascii_digit());
    let talk = is_lookup(value) || labels(value) || is_code(value) || is_rule(value);
    let scheme = !matches!(strength(value), Strength::Mixed) && mentions(value, TALK);
    command_line(candidate).filter(|_| !plain && !talk && !scheme && value.len() >= 6)
}

/// `required|min:8`: what a form asks of a password.
fn is_rule(value: &str) -> bool {
    value
        .split_once('|')
        .is_some_and(|(first, _)| TALK.contains(&first) || first == "string" || first == "nullable")
}

/// `Option<Secret>`, `Builder::new(audience`, `Buffer.from(password`: parts of a program.
fn is_code(value: &str) -> bool {
    let ends = value.ends_with([':', '(', ')', ']', '}', '>']);
    let called = value.split_once(['(', '<', '[']).is_some_and(|(name, _)| {
        name.len() > 2
            && name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b':' | b'_'))
    });
    ends || called || value.contains("::")
}

/// The same where much else is written so, too: small letters and digits must be many.
fn stronger(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let mixed = matches!(strength(value), Strength::Mixed) || value.len() >= 10;
    strong(candidate).filter(|_| mixed)
}

/// `secret: Tiger#2024`: typed by hand. What was drawn is the matter of the keys.
fn typed_secret(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let symbol =
        value.bytes().any(|byte| matches!(byte, b'!' | b'#' | b'$' | b'%' | b'^' | b'*' | b'?' | b'@'));
    stronger(candidate).filter(|_| symbol)
}

/// `Password Tiger#2024`: with a digit and a symbol, and no address of mail.
fn typed_alone(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let address = value.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    typed_secret(candidate).filter(|_| digit && !address && !is_path(value))
}

/// `curl -u "key:"`: many services take a key in place of the name, and no password.
fn key_for_user(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let drawn = value.len() >= 20 && entropy(value) >= 3.2 && value.bytes().any(|byte| byte.is_ascii_digit());
    command_line(candidate).filter(|_| drawn || matches!(strength(value), Strength::Mixed))
}

/// A salted hash: of what was drawn, so none that somebody filled in.
fn salted(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let end = value.rsplit(['$', '}', ':', '*', '\'']).next().unwrap_or_default();
    (!stands_in(value) && entropy(end) >= 3.0).then_some(candidate.confidence)
}

enum Strength {
    Mixed,
    Numbered,
    Word,
}

/// How much a value looks as if it was meant to be hard to guess.
fn strength(value: &str) -> Strength {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let digit = has(char::is_ascii_digit);
    let letter = has(|c| c.is_alphabetic());
    let symbol = value.chars().any(|c| c.is_ascii_punctuation() && !matches!(c, '_' | '-' | '.'));
    let both_cases = has(|c| c.is_uppercase()) && has(|c| c.is_lowercase());
    match () {
        () if digit && letter && (symbol || both_cases) => Strength::Mixed,
        () if symbol && letter && value.len() >= 6 && !value.ends_with([':', '?', '!']) => Strength::Numbered,
        () if digit && (letter || value.len() >= 6) => Strength::Numbered,
        () if both_cases && value.len() >= 12 && (entropy(value) > 3.6 || switches(value)) => {
            Strength::Numbered
        }
        () => Strength::Word,
    }
}

/// `user.password`, `get_password()`, `config["x"]`: code that reads a value.
fn is_lookup(value: &str) -> bool {
    let name = value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.'));
    name && (value.contains('_') || value.contains('.')) || value.contains("()") || value.contains("->")
}

/// What stands in a form or a table and speaks about passwords: `Enter password`, `password123_label`.
fn labels(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    // `#add-password` chooses an element of a page.
    let chooses = lower.starts_with('#') && lower.contains("-pass");
    chooses
        || ["password", "passwort", "enter ", "please", "confirm", "forgot"]
            .iter()
            .any(|word| lower.starts_with(word) && !lower.bytes().any(|byte| byte.is_ascii_digit()))
}

fn is_path(value: &str) -> bool {
    value.starts_with('/') || value.starts_with("./") || value.starts_with("~/") || value.contains("://")
}
