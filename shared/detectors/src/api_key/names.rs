//! What the name beside a value says about it: `public_key`, `next_page_token` and `tokenId` name no secret.

use crate::detector::Candidate;

/// Parts of names that say that the value is no secret, in lower case.
const PARTS: &[&str] = &[
    "public",
    "publish",
    "_id",
    "-id",
    "credentialid",
    "credentialsid",
    "secretsid",
    "secretid",
    "tokenid",
    "keyid",
    "keyvault",
    "keying",
    "invalid",
    "dummy",
    "bogus",
    "nonmatch",
    "_url",
    "_uri",
    "_name",
    "_type",
    "_path",
    "_file",
    "max_",
    "csrf",
    "xsrf",
    "authenticity",
    "verification",
    "checksum",
    "primary",
    "foreign",
    "partition",
    "tokenizer",
    "continuation",
    "cursor",
    "pagination",
    "idempotency",
    "fingerprint",
    "digest",
    "version",
    "keyword",
    "sitekey",
    "monkey",
    "integrity",
    "changetoken",
    "clienttoken",
    "actiontoken",
    "postman-token",
    "websocket-key",
];

/// The same, where a name has them as a word of its own: `count`, which is no part of `account_key`.
const WORDS: &[&str] = &[
    "arn", "author", "cache", "cached", "commit", "count", "etag", "fake", "hash", "hashed", "keyhash",
    "kms", "md5", "mock", "model", "next", "nonce", "page", "ref", "revision", "sha", "sha1", "sha256",
    "sha512", "sort", "sync",
];

/// Whether the name before a value says that it is no secret.
pub(super) fn is_harmless(name: &str) -> bool {
    // Of all names that end in `monkey`, one is a vendor's.
    let lower = name.to_ascii_lowercase().replace("surveymonkey", "");
    PARTS.iter().any(|part| lower.contains(part))
        || words(name).any(|word| WORDS.iter().any(|harmless| word.eq_ignore_ascii_case(harmless)))
}

/// `accountKey`, `ACCOUNT_KEY` and `account-key` are two words.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(|part| {
        let bytes = part.as_bytes();
        let humps = bytes.iter().zip(bytes.iter().skip(1)).enumerate();
        let ends = humps.filter(|(_, (a, b))| a.is_ascii_lowercase() && b.is_ascii_uppercase());
        let mut start = 0;
        let ends: Vec<usize> = ends.map(|(at, _)| at + 1).chain([part.len()]).collect();
        ends.into_iter().filter_map(move |end| {
            let word = part.get(start..end);
            start = end;
            word
        })
    })
}

/// The name that the value is assigned to: the last word before it.
pub(super) fn name_before<'a>(candidate: &Candidate<'a>) -> &'a str {
    let before = candidate.before(64);
    let name = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let start = name
        .rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))
        .map_or(0, |at| at + 1);
    name.get(start..).unwrap_or(name)
}

/// The last word in a text that names a key, where it does not stand right before the value.
pub(super) fn names_apart(before: &str) -> Option<&str> {
    let words = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'));
    words.filter(|word| word.len() > 3).find(|word| {
        let lower = word.to_ascii_lowercase();
        ["key", "token", "secret", "credential"].iter().any(|name| lower.contains(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_is_no_secret_are_known_by_their_words() {
        let rows = [
            ("public_key", true),
            ("next_page_token", true),
            ("tokenCount", true),
            ("commit", true),
            ("SECRET_REF", true),
            ("account_key", false),
            ("refresh_token", false),
            ("storageAccountKey", false),
            ("MODELS_API_KEY", false),
            ("monkey", true),
            ("SURVEYMONKEY_TOKEN", false),
        ];
        for (name, harmless) in rows {
            assert_eq!(is_harmless(name), harmless, "{name}");
        }
    }
}
