//! E-mail addresses, with names and hosts in any alphabet. The `git@host:path` of a repository, the user of a URL,
//! file names such as `icon@2x.png` and message ids are none. Those that are spelt out, as `ann (at) host dot com`, are
//! not looked for: every word may begin one, and a stream would wait behind each.

use crate::context::{first_byte, is_word, last_byte};
use crate::detector::{Candidate, Detector, Shape};

/// Finds e-mail addresses.
pub(crate) struct Email;

impl Detector for Email {
    fn id(&self) -> &'static str {
        "email"
    }

    fn about(&self) -> &'static str {
        "e-mail addresses, not repository addresses or the users of URLs"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        60
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "ascii",
        regex: r"[A-Za-z0-9_][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}(?:xn--[a-z0-9-]{2,40}|[A-Za-z]{2,24})(?-u:\b)",
        confidence: 95,
        accept: Some(ascii),
    },
    Shape {
        name: "alphabetic",
        regex: r"[\p{Latin}\p{Greek}\p{Cyrillic}0-9_][\p{Latin}\p{Greek}\p{Cyrillic}0-9._%+-]{0,63}@(?:[\p{Latin}\p{Greek}\p{Cyrillic}0-9](?:[\p{Latin}\p{Greek}\p{Cyrillic}0-9-]{0,62})\.){1,4}[\p{Latin}\p{Greek}\p{Cyrillic}]{2,24}",
        confidence: 90,
        accept: Some(beyond_ascii),
    },
    Shape {
        name: "ideographic",
        regex: r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}0-9a-z]{1,20}@[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}0-9a-z-]{1,40}\.[\p{Han}\p{Hangul}]{2,6}",
        confidence: 80,
        accept: Some(beyond_ascii),
    },
];

/// Last labels that are file types and no domains; `icon@2x.png`.
const FILE_TYPES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "bmp", "css", "scss", "js", "jsx", "ts", "tsx", "mjs",
    "json", "html", "htm", "xml", "yaml", "yml", "toml", "txt", "lock", "log", "woff", "ttf", "mp",
    "service", "socket", "target", "timer",
];

fn ascii(candidate: &Candidate<'_>) -> Option<u8> {
    let letter_before = candidate.before(4).chars().next_back().is_some_and(is_spaced_letter);
    let letter_after = candidate.next().is_some_and(is_spaced_letter);
    if letter_before || letter_after {
        return None;
    }
    accept(candidate)
}

fn beyond_ascii(candidate: &Candidate<'_>) -> Option<u8> {
    if candidate.matched().is_ascii() { None } else { accept(candidate) }
}

fn accept(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let (name, host) = matched.split_once('@')?;
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_file = FILE_TYPES.iter().any(|kind| last.eq_ignore_ascii_case(kind));
    if name.contains("..")
        || name.ends_with('.')
        || is_file
        || names_a_repository(candidate)
        || is_url_user(candidate)
    {
        return None;
    }
    let header = candidate.before(24).to_ascii_lowercase();
    let is_id =
        header.contains("message-id") || header.contains("references: <") || header.contains("in-reply-to");
    Some(if is_id { 30 } else { candidate.confidence })
}

/// `git@github.com:org/repository`, and `user@host:path` as copying tools write it.
fn names_a_repository(candidate: &Candidate<'_>) -> bool {
    let Some(rest) =
        candidate.next().filter(|next| *next == ':').and_then(|_| candidate.after(60).strip_prefix(':'))
    else {
        return false;
    };
    let path =
        rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).next().unwrap_or_default();
    let git = candidate.matched().starts_with("git@") && first_byte(path).is_some_and(is_word);
    git || path.contains('/') || path.ends_with(".git")
}

/// `scheme://user@host` and `scheme://user:secret@host`.
fn is_url_user(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(80);
    let Some((_, rest)) = before.rsplit_once("://") else { return false };
    !rest.bytes().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'?' | b'#'))
        && !matches!(last_byte(rest), Some(b'<' | b'('))
        && first_byte(rest).is_none_or(|byte| byte != b'"')
}

/// A letter of a script that puts spaces between words, so that it belongs to the same word.
fn is_spaced_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '\u{c0}'..='\u{52f}') && letter.is_alphabetic()
}
