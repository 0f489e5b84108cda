//! Tells a value from what only stands for one: `****`, `<password>`, `${TOKEN}`, `changeme`, `sk-xxxx`,
//! and what vendors publish as an example (see `placeholder/published.rs`).

mod published;

use std::sync::LazyLock;

/// Words that are no secret where a secret is expected, in lower case.
const STAND_INS: &[&str] = &[
    "undefined",
    "null",
    "none",
    "nil",
    "true",
    "false",
    "string",
    "str",
    "text",
    "secret",
    "password",
    "passwd",
    "pass",
    "token",
    "value",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "redacted",
    "hidden",
    "masked",
    "placeholder",
    "dummy",
    "sample",
    "example",
    "test",
    "todo",
    "fixme",
    "tbd",
    "n/a",
    "required",
    "optional",
    "empty",
    "unset",
    "foobar",
    "yourpassword",
    "your_password",
    "mypassword",
    "my_password",
    "user:pass",
    "username",
    "abc123xyz",
    "xxx",
    "utf8",
    "utf-8",
    "base64",
    "ascii",
    "latin1",
];

/// Parts of a value that say it is none, in lower case.
const MARKS: &[&str] = &[
    "example",
    "placeholder",
    "your_",
    "your-",
    "yourpass",
    "yourtoken",
    "yourkey",
    "yoursecret",
    "xxxx",
    "****",
    "redacted",
    "changeme",
    "change_me",
    "replace_",
    "replace-",
    "replaceme",
    "insert_",
    "insert-",
    "dummy",
    "cleartext",
    "plaintext",
    "notasecret",
    "not_a_secret",
    "not-a-secret",
    "notreal",
    "not_real",
    "not-real",
    "-fake-",
    "_fake_",
    "abc123xyz",
    "{{",
    "...",
    "…",
    "••",
    "●●",
];

/// How code reads a value from elsewhere, in lower case.
const LOOK_UPS: &[&str] = &[
    "env[",
    "env.",
    "getenv",
    "environ",
    "process.env",
    "secrets.",
    "vars.",
    "config.",
    "config[",
    "self.",
    "this.",
    "args.",
    "params.",
    "settings.",
    "options.",
    "request.",
    "req.",
    "getpass",
    "vault:",
    "ref+",
    "keyring",
    "input(",
    "enc[",
    "!vault",
    "op://",
    "arn:aws:",
];

/// Whether a value only stands for a secret.
pub(crate) fn stands_in(value: &str) -> bool {
    let value = value.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ',' | ';'));
    let lower = value.get(..value.len().min(200)).unwrap_or(value).to_ascii_lowercase();
    STAND_INS.contains(&lower.as_str())
        || is_marked(lower.as_bytes())
        || is_variable(value)
        || is_monotonous(value)
        || published::is_published(value)
}

/// Whether a value in lower case holds a mark or looks something up. At nearly all of its places none begins, which two bytes
/// tell at once.
fn is_marked(lower: &[u8]) -> bool {
    lower.windows(2).enumerate().any(|(at, pair)| {
        let (word, bit) = place(pair);
        let may_begin = BEGINNINGS.get(word).is_some_and(|bits| bits & bit != 0);
        let rest = lower.get(at..).unwrap_or_default();
        may_begin && MARKS.iter().chain(LOOK_UPS).any(|mark| rest.starts_with(mark.as_bytes()))
    })
}

/// A bit for the first two bytes of each mark.
static BEGINNINGS: LazyLock<[u64; 64]> = LazyLock::new(|| {
    let mut bits = [0; 64];
    for mark in MARKS.iter().chain(LOOK_UPS) {
        let (word, bit) = place(mark.as_bytes());
        bits.iter_mut().skip(word).take(1).for_each(|bits| *bits |= bit);
    }
    bits
});

/// The bit of two bytes, as a word and a bit of it.
fn place(pair: &[u8]) -> (usize, u64) {
    let low = |nth: usize| pair.get(nth).map_or(0, |byte| byte & 63);
    (usize::from(low(0)), 1 << low(1))
}

/// `$NAME`, `${NAME}`, `%NAME%`, `{name}`, `[name]`, `(name)`, `#{…}`, `@Name@`.
fn is_variable(value: &str) -> bool {
    let bytes = value.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'%'), Some(b'%')) | (Some(b'@'), Some(b'@')) | (Some(b'['), Some(b']')) => bytes.len() > 2,
        (Some(b'{'), Some(b'}')) | (Some(b'('), _) | (Some(b'_'), Some(b'_')) => true,
        (Some(b'$'), _) => is_name(bytes.get(1..).unwrap_or_default()),
        (Some(b'#'), Some(b'}')) | (Some(b'<'), _) => true,
        _ => false,
    }
}

fn is_name(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(b'{' | b'(') | None => true,
        Some(first) => {
            (first.is_ascii_uppercase() || *first == b'_')
                && bytes
                    .iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
                || bytes.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        }
    }
}

/// Whether a value has no more than two different characters, or counts up through the alphabet or digits.
fn is_monotonous(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut seen = [false; 256];
    let mut kinds = 0usize;
    for &byte in bytes {
        if let Some(slot) = seen.get_mut(usize::from(byte))
            && !*slot
        {
            *slot = true;
            kinds += 1;
        }
    }
    let steps = bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| a.checked_add(1) == Some(**b)).count();
    kinds <= 2 && bytes.len() > 2 || bytes.len() >= 8 && steps * 5 >= (bytes.len() - 1) * 4
}

/// Whether nearly every other character is of another kind than the one before it: small, capital, digit. In what was
/// drawn they are, in a name of words that are written together they are not. Says nothing of under 12 characters.
pub(crate) fn switches(value: &str) -> bool {
    let kind = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let pairs = value.bytes().zip(value.bytes().skip(1));
    let changes = pairs.filter(|(a, b)| kind(*a) != kind(*b)).count();
    value.len() >= 12 && changes * 20 >= (value.len() - 1) * 9
}

/// Bits of information per character, judged by how often each character comes. Random base64 of 40
/// characters has about 4.8, hexadecimal 3.7, an English word 3.
pub(crate) fn entropy(value: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX)).max(1.0);
    let share = |count: u32| f64::from(count) / length;
    counts.iter().filter(|count| **count > 0).map(|count| -share(*count) * share(*count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        let cases = [
            ("****", true),
            ("xxxxxxxx", true),
            ("<password>", true),
            ("${DB_PASSWORD}", true),
            ("$DB_PASSWORD", true),
            ("%DB_PASS%", true),
            ("{{ password }}", true),
            ("changeme", true),
            ("os.environ", true),
            ("AKIAIOSFODNN7EXAMPLE", true),
            ("abcdefghijkl", true),
            ("12345678", true),
            ("hunter2", false),
            ("S3cr3t!pw", false),
            ("$2pass!word", false),
        ];
        for (value, wanted) in cases {
            assert_eq!(stands_in(value), wanted, "{value}");
        }
    }

    #[test]
    fn every_mark_is_seen_wherever_it_stands() {
        for mark in MARKS.iter().chain(LOOK_UPS) {
            assert!(
                mark.len() >= 2 && stands_in(&format!("q7{mark}z9")) && stands_in(&format!("Kq7{mark}")),
                "{mark}"
            );
        }
    }
}
