//! The absolute URLs in a tool's arguments: where a call may go. Finds too many rather than too few.

use serde_json::Value;
use url::Url;

/// Every absolute http or https URL in the strings of a value, each once, in the order of the text.
#[must_use]
pub fn urls_in(arguments: &Value) -> Vec<Url> {
    let mut found = Vec::new();
    collect(arguments, &mut found);
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|url| seen.insert(url.clone()));
    found
}

fn collect(value: &Value, found: &mut Vec<Url>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        Value::String(text) => in_text(text, found),
        Value::Bool(_) | Value::Null | Value::Number(_) => {}
    }
}

/// Words first: a word that is a URL counts whole. Then URLs within it, each up to the next, so that the time
/// stays linear.
fn in_text(text: &str, found: &mut Vec<Url>) {
    // Readers of URLs drop line breaks and tabs, so a text that is one URL counts whole.
    found.extend(parse(text));
    let ends =
        |character: char| character.is_whitespace() || matches!(character, '"' | '<' | '>' | '`' | '\'');
    for word in text.split(ends).filter(|word| word.contains(':')) {
        let starts: Vec<usize> = starts(word).collect();
        let mut whole = true;
        for (index, start) in starts.iter().enumerate() {
            let next = if whole { None } else { starts.get(index + 1) };
            let end = next.copied().unwrap_or(word.len());
            let piece = word.get(*start..end).unwrap_or_default();
            found.extend(parse(piece.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}'])));
            whole = false;
        }
    }
}

/// Where `http:` or `https:` with a slash of either kind stands in a word.
fn starts(word: &str) -> impl Iterator<Item = usize> {
    word.match_indices(':').filter_map(|(colon, _)| {
        let slash = word.as_bytes().get(colon + 1).is_some_and(|byte| matches!(byte, b'/' | b'\\'));
        let before = word.get(..colon).filter(|_| slash)?;
        ["https", "http"].iter().find_map(|scheme| {
            let start = before.len().checked_sub(scheme.len())?;
            before.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(scheme)).then_some(start)
        })
    })
}

fn parse(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_found_wherever_they_stand() {
        let rows: &[(&str, &[&str])] = &[
            ("https://a.example/x", &["https://a.example/x"]),
            ("see https://a.example/x, or HTTP://B.example.", &["https://a.example/x", "http://b.example/"]),
            ("curl 'https://a.example/x?y=1'", &["https://a.example/x?y=1"]),
            ("https://a.example@evil.test/", &["https://a.example@evil.test/"]),
            ("https:\\\\evil.test", &["https://evil.test/"]),
            ("https:evil.test", &["https://evil.test/"]),
            ("ht\ntps://evil.test", &["https://evil.test/"]),
            (
                "https://a.example/?to=https://b.example/",
                &["https://a.example/?to=https://b.example/", "https://b.example/"],
            ),
            ("[link](https://a.example/)", &["https://a.example/"]),
            ("http status: 200, ftp://a.example/, mailto:a@b.example", &[]),
        ];
        for (text, urls) in rows {
            let found = urls_in(&Value::String((*text).to_owned()));
            assert_eq!(found.iter().map(Url::as_str).collect::<Vec<_>>(), *urls, "{text}");
        }
    }

    #[test]
    fn many_urls_in_one_word_take_linear_time() {
        let text = "https://a".repeat(1 << 16);
        assert!(!urls_in(&Value::String(text)).is_empty());
    }
}
