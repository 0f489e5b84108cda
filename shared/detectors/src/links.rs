//! Links and images in text: absolute `http` and `https` URLs anywhere, and URLs that begin with `//` where
//! Markdown or HTML would follow them. A URL that cannot be read counts as pointing elsewhere.

use policy::{Endpoint, Span};
use url::Url;

/// The URLs that point to none of the endpoints.
pub(crate) fn links_outside(text: &str, endpoints: &[Endpoint], mut found: impl FnMut(Span)) {
    for_each_link(text, |span, relative| {
        let written = text.get(span.start..span.end).unwrap_or_default();
        let url = if relative { Url::parse(&format!("https:{written}")) } else { Url::parse(written) };
        let covered = url.is_ok_and(|url| endpoints.iter().any(|endpoint| endpoint.covers(&url)));
        if !covered {
            found(span);
        }
    });
}

/// Each URL once, in order, and whether it begins without a scheme.
fn for_each_link(text: &str, mut each: impl FnMut(Span, bool)) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for slash in bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b'/' | b'\\')).map(|(at, _)| at) {
        if slash < done {
            continue;
        }
        let Some((start, relative)) = beginning(bytes, slash) else {
            continue;
        };
        let end = ending(text, start, slash);
        done = end.max(slash + 1);
        each(Span::new(start, end), relative);
    }
}

/// Where a URL begins whose first slash stands here.
fn beginning(text: &[u8], slash: usize) -> Option<(usize, bool)> {
    let before = text.get(..slash)?;
    for scheme in [b"https:".as_slice(), b"http:"] {
        let start = slash.checked_sub(scheme.len());
        let found =
            start.and_then(|start| before.get(start..)).is_some_and(|word| word.eq_ignore_ascii_case(scheme));
        if let Some(start) = start.filter(|_| found) {
            return Some((start, false));
        }
    }
    let second = text.get(slash + 1).is_some_and(|byte| matches!(byte, b'/' | b'\\'));
    let host = text
        .get(slash + 2)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii() || *byte == b'[');
    let opens = before.last().is_some_and(|byte| matches!(byte, b'(' | b'"' | b'\'' | b'=' | b'<'));
    let reference = before.ends_with(b"]: ") || before.ends_with(b"]:");
    (second && host && (opens || reference)).then_some((slash, true))
}

/// Where a URL ends: at white space, a quote or an angle bracket, at a bracket that was opened before it, and
/// before punctuation that closes a sentence.
fn ending(text: &str, start: usize, slash: usize) -> usize {
    let rest = text.get(slash..).unwrap_or_default();
    let quote = text.get(..start).and_then(|before| before.chars().next_back()).filter(|c| *c == '\'');
    let mut depth = [0_usize; 2];
    let mut end = rest.len();
    for (at, character) in rest.char_indices() {
        let stops = match character {
            '(' => open(&mut depth, 0),
            ')' => close(&mut depth, 0),
            '[' => open(&mut depth, 1),
            ']' => close(&mut depth, 1),
            '"' | '<' | '>' | '`' => true,
            other => other.is_whitespace() || other.is_control() || Some(other) == quote,
        };
        if stops {
            end = at;
            break;
        }
    }
    let url = rest.get(..end).unwrap_or_default();
    slash + url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '|']).len()
}

fn open(depth: &mut [usize; 2], kind: usize) -> bool {
    if let Some(depth) = depth.get_mut(kind) {
        *depth += 1;
    }
    false
}

/// Whether the bracket closes one that was opened before the URL.
fn close(depth: &mut [usize; 2], kind: usize) -> bool {
    match depth.get_mut(kind) {
        Some(depth) if *depth > 0 => {
            *depth -= 1;
            false
        }
        Some(_) | None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_elsewhere_is_found_and_one_to_an_endpoint_is_not() {
        let endpoints = ["ok.example", "*.ok.example"].map(|text| Endpoint::parse(text).unwrap());
        let rows: &[(&str, &[&str])] = &[
            ("see https://ok.example/a and https://cdn.ok.example.", &[]),
            ("see https://evil.test/a?b=(c).", &["https://evil.test/a?b=(c)"]),
            ("![x](https://evil.test/p.png)", &["https://evil.test/p.png"]),
            ("[https://ok.example](https://evil.test)", &["https://evil.test"]),
            (
                "<img src='//evil.test/x'> <a href=\"HTTP://Evil.Test\">",
                &["//evil.test/x", "HTTP://Evil.Test"],
            ),
            ("[a]: //evil.test/x", &["//evil.test/x"]),
            ("https:\\\\evil.test\\a", &["https:\\\\evil.test\\a"]),
            ("https:/evil.test/a", &["https:/evil.test/a"]),
            ("https://ok.example@evil.test/", &["https://ok.example@evil.test/"]),
            ("http://[::1/ is not a URL", &["http://[::1/"]),
            ("// a comment, a path /usr//bin, 3 // 2, and/or", &[]),
            ("https://ok.example/?next=https://evil.test/", &[]),
            ("https://évil.test/a", &["https://évil.test/a"]),
        ];
        for (text, wanted) in rows {
            let mut found = Vec::new();
            links_outside(text, &endpoints, |span| found.push(&text[span.start..span.end]));
            assert_eq!(&found, wanted, "{text}");
        }
    }
}
