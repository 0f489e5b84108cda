//! Links and images in text: absolute `http` and `https` URLs anywhere, and URLs that begin with `//` where
//! Markdown or HTML would follow them. A URL that cannot be read counts as pointing elsewhere, and so does one
//! longer than 4 KiB: it is found in pieces of that size.

use std::sync::Arc;

use policy::{Confidence, Endpoint, Span};
use url::Url;

use crate::detector::Hit;
use crate::known::Known;
use crate::watch::Watch;
use crate::work;

/// A longer URL is found without being read, in bytes.
const LONGEST: usize = 4096;
const SCHEMES: [&[u8]; 2] = [b"https:", b"http:"];

/// Looks for URLs that point to none of the endpoints.
pub(crate) struct LinkWatch {
    endpoints: Arc<[Endpoint]>,
    /// Everything before this place has been looked at.
    read: usize,
    link: Option<Link>,
    /// Where a link would begin of which nothing but its beginning can have come.
    open: usize,
}

/// A URL that has not ended yet.
struct Link {
    start: usize,
    /// Where it ends if it ends here: before punctuation that closes a sentence.
    end: usize,
    /// It begins without a scheme.
    relative: bool,
    /// It stands in single quotes.
    quoted: bool,
    /// Brackets that were opened in it, round and square.
    depth: [usize; 2],
    /// It is the rest of one that is too long.
    rest: bool,
}

/// What stands at a slash.
enum Beginning {
    /// A URL that begins here, and whether it begins without a scheme.
    Link(usize, bool),
    None,
    /// More of the text must come before that can be said.
    Unknown,
}

impl LinkWatch {
    pub(crate) fn new(endpoints: Arc<[Endpoint]>) -> Self {
        Self { endpoints, read: 0, link: None, open: 0 }
    }

    /// Goes on to the next URL. False where more of the text must come first.
    fn seek(&mut self, text: Known<'_>) -> bool {
        let rest = text.from(self.read).bytes();
        let Some(ahead) = rest.clone().position(|byte| matches!(byte, b'/' | b'\\')) else {
            self.read = text.end();
            return true;
        };
        let slash = self.read + ahead;
        self.read = slash;
        match beginning(text, slash) {
            Beginning::Link(start, relative) => {
                self.link = Some(Link::starting(text, start, slash, relative))
            }
            Beginning::None => {}
            Beginning::Unknown => return false,
        }
        self.read += 1;
        true
    }

    /// Goes on within a URL to its end, or to the end of what has come.
    fn follow(&mut self, mut link: Link, text: Known<'_>, found: &mut Vec<Hit>) {
        let begins = self.read;
        for (at, character) in text.from(begins).char_indices() {
            self.read = begins + at;
            if link.stops_at(character) {
                self.end(&link, text, found);
                return;
            }
            let end = self.read + character.len_utf8();
            if end - link.start > LONGEST {
                found.push(elsewhere(Span::new(link.start, self.read)));
                link = Link { start: self.read, end: self.read, rest: true, ..link };
            }
            if !closes_a_sentence(character) {
                link.end = end;
            }
        }
        self.read = text.end();
        self.link = Some(link);
    }

    fn end(&self, link: &Link, text: Known<'_>, found: &mut Vec<Hit>) {
        let span = Span::new(link.start, link.end);
        let written = text.get(span).unwrap_or_default();
        work::done(written.len());
        if span.start < span.end && (link.rest || !self.covers(written, link.relative)) {
            found.push(elsewhere(span));
        }
    }

    fn covers(&self, written: &str, relative: bool) -> bool {
        let url = if relative { Url::parse(&format!("https:{written}")) } else { Url::parse(written) };
        url.is_ok_and(|url| self.endpoints.iter().any(|endpoint| endpoint.covers(&url)))
    }
}

impl Watch for LinkWatch {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        self.read = self.read.max(text.start);
        let mut goes_on = true;
        while goes_on && self.read < text.end() {
            match self.link.take() {
                Some(link) => self.follow(link, text, found),
                None => goes_on = self.seek(text),
            }
        }
        self.open = if goes_on { scheme_at_end(text) } else { self.read };
        if text.ended
            && let Some(link) = self.link.take()
        {
            self.end(&link, text, found);
        }
    }

    fn open(&self) -> usize {
        self.link.as_ref().map_or(self.open, |link| link.start)
    }

    fn begin_at(&mut self, _text: Known<'_>, place: usize) {
        self.read = place;
        self.open = place;
    }

    fn rests(&self) -> bool {
        self.link.is_none()
    }
}

impl Link {
    fn starting(text: Known<'_>, start: usize, slash: usize, relative: bool) -> Self {
        let before = start.checked_sub(1).and_then(|before| text.get(Span::new(before, start)));
        let quoted = before == Some("'");
        Self { start, end: slash + 1, relative, quoted, depth: [0; 2], rest: false }
    }

    /// Whether a URL ends before a character: at white space, a quote or an angle bracket, at a bracket that was
    /// opened before it.
    fn stops_at(&mut self, character: char) -> bool {
        match character {
            '(' => open(&mut self.depth, 0),
            ')' => close(&mut self.depth, 0),
            '[' => open(&mut self.depth, 1),
            ']' => close(&mut self.depth, 1),
            '"' | '<' | '>' | '`' => true,
            '\'' => self.quoted,
            other => other.is_whitespace() || other.is_control(),
        }
    }
}

const fn elsewhere(span: Span) -> Hit {
    Hit { span, confidence: Confidence::CERTAIN, shape: "" }
}

const fn closes_a_sentence(character: char) -> bool {
    matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '|')
}

/// Whether a URL begins whose first slash stands here.
fn beginning(text: Known<'_>, slash: usize) -> Beginning {
    let at = slash - text.start;
    let bytes = text.text.as_bytes();
    let before = bytes.get(..at).unwrap_or_default();
    if let Some(scheme) = SCHEMES.iter().find(|scheme| ends_with_scheme(before, scheme)) {
        return Beginning::Link(slash - scheme.len(), false);
    }
    let opens = before.last().is_some_and(|byte| matches!(byte, b'(' | b'"' | b'\'' | b'=' | b'<'));
    let reference = before.ends_with(b"]: ") || before.ends_with(b"]:");
    let known = |ahead: usize| bytes.get(at + ahead).copied();
    let second = known(1).map(|byte| matches!(byte, b'/' | b'\\'));
    let host = known(2).map(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii() || byte == b'[');
    match (second, host) {
        _ if !(opens || reference) => Beginning::None,
        (Some(true), Some(true)) => Beginning::Link(slash, true),
        (Some(false), _) | (_, Some(false)) => Beginning::None,
        (None, _) | (_, None) if text.ended => Beginning::None,
        (None, _) | (_, None) => Beginning::Unknown,
    }
}

fn ends_with_scheme(text: &[u8], scheme: &[u8]) -> bool {
    let start = text.len().checked_sub(scheme.len());
    start.and_then(|start| text.get(start..)).is_some_and(|word| word.eq_ignore_ascii_case(scheme))
}

/// Where a scheme begins of which the first letters end the text, or the end of it.
fn scheme_at_end(text: Known<'_>) -> usize {
    let bytes = text.text.as_bytes();
    let begun = |scheme: &&[u8]| {
        let parts = (1..=scheme.len()).rev().filter_map(|length| scheme.get(..length));
        parts.filter(|part| ends_with_scheme(bytes, part)).map(<[u8]>::len).next()
    };
    let longest = SCHEMES.iter().filter_map(begun).max().unwrap_or_default();
    text.end() - if text.ended { 0 } else { longest }
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
    use crate::watch::look_through;

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
            look_through(&mut LinkWatch::new(endpoints.clone().into()), text, &mut found);
            let found: Vec<&str> =
                found.iter().map(|hit| text.get(hit.span.start..hit.span.end).unwrap()).collect();
            assert_eq!(&found, wanted, "{text}");
        }
    }

    #[test]
    fn a_link_too_long_to_read_is_found_in_pieces() {
        let endpoints: Arc<[Endpoint]> = [Endpoint::parse("ok.example").unwrap()].into();
        let link = |length: usize| format!("{:x<length$}", "https://ok.example/");
        let rows: &[(usize, &[(usize, usize)])] = &[
            (4096, &[]),
            (4097, &[(1, 4097), (4097, 4098)]),
            (9000, &[(1, 4097), (4097, 8193), (8193, 9001)]),
        ];
        for (length, wanted) in rows {
            let mut found = Vec::new();
            let text = format!("({}). and on", link(*length));
            look_through(&mut LinkWatch::new(Arc::clone(&endpoints)), &text, &mut found);
            let found: Vec<_> = found.iter().map(|hit| (hit.span.start, hit.span.end)).collect();
            assert_eq!(&found, wanted, "{length}");
        }
    }

    #[test]
    fn what_can_be_no_link_is_not_pending() {
        let rows = [
            ("a word", 6),
            ("a path", 5),
            ("see HTTP", 4),
            ("see https:", 4),
            ("see https: ", 11),
            ("see https://a.b/c.", 4),
            ("see https://a.b/c. ", 19),
            ("<a href=\"/", 9),
            ("<a href=\"//", 9),
            ("<a href=\"/a", 11),
            ("1 //", 4),
        ];
        for (text, open) in rows {
            let mut watch = LinkWatch::new(Arc::new([]));
            watch.advance(Known { text, start: 0, ended: false }, &mut Vec::new());
            assert_eq!(watch.open(), open, "{text}");
        }
    }
}
