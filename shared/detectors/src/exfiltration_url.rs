//! Links and images that would carry data away once shown: the value sits in the query or the path of an image or a
//! link that a model was told to write.
//!
//! Pictures from a content network, badges, campaign parameters and signed addresses of storage services are none.

use crate::detector::{CONTEXT_BEFORE, Candidate, Detector, Shape};
use crate::placeholder::entropy;

/// Finds links that carry data.
pub(crate) struct ExfiltrationUrl;

impl Detector for ExfiltrationUrl {
    fn id(&self) -> &'static str {
        "exfiltration_url"
    }

    fn about(&self) -> &'static str {
        "Markdown or HTML links and images whose address carries data: encoded values, sentences, placeholders to fill in"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        0
    }
}

/// The address of a link or an image. What stands in the brackets before it is looked at behind a match alone: a text
/// full of brackets would have as many beginnings under way.
const MARKDOWN: &str = r"\]\([ ]{0,2}<?((?:https?:)?//[!#-&*-;=?-~]{4,1900})";
/// How many characters may stand in the brackets before the address of a link, and in the name of a reference.
const LONGEST_TITLE: usize = 200;
const LONGEST_NAME: usize = 80;

static SHAPES: &[Shape] = &[
    Shape { name: "markdown_image", regex: MARKDOWN, confidence: 90, accept: Some(markdown_image) },
    Shape {
        name: "html_image",
        regex: r#"(?i-u:<(?:img|iframe|source|video|audio|embed|script|link|object|input)\b)[^>]{0,300}?(?i-u:\b(?:src|href|srcset|data))[ ]{0,2}=[ ]{0,2}["']?((?:https?:)?//[!#-&*-;=?-~]{4,1900})"#,
        confidence: 90,
        accept: Some(image),
    },
    Shape {
        name: "reference",
        regex: r"\]:[ ]{0,4}<?((?:https?:)?//[!#-&*-;=?-~]{4,1900})",
        confidence: 85,
        accept: Some(reference),
    },
    Shape {
        name: "style",
        regex: r#"(?i-u:url)\([ ]{0,2}["']?((?:https?:)?//[!#-&*-;=?-~]{4,1900})"#,
        confidence: 80,
        accept: Some(image),
    },
    Shape { name: "markdown_link", regex: MARKDOWN, confidence: 70, accept: Some(markdown_link) },
    Shape {
        name: "html_link",
        regex: r#"(?i-u:<a\b)[^>]{0,200}?(?i-u:\bhref)[ ]{0,2}=[ ]{0,2}["']?((?:https?:)?//[!#-&*-;=?-~]{4,1900})"#,
        confidence: 70,
        accept: Some(link),
    },
    Shape {
        name: "to_fill_in",
        regex: r"https?://[^\s{}\[\]<>]{3,300}[=/]((?:\{\{?|\[|<|%7B)[^\s{}\[\]<>%]{0,20}?(?i-u:secret|password|data|token|key|conversation|history|prompt|summary|context|message|chat|email|user|answer|content|encoded|base64|info|result|response|value)[^\n{}\[\]<>%]{0,40}(?:\}\}?|\]|>|%7D))",
        confidence: 60,
        accept: Some(to_fill_in),
    },
];

/// What stands before each bracket that may open the title before an address; `closes` is what stands between.
fn before_brackets<'a>(candidate: &Candidate<'a>, closes: &str, longest: usize) -> Vec<&'a str> {
    let before = candidate.before(CONTEXT_BEFORE);
    let before = before.strip_suffix('<').unwrap_or(before).trim_end_matches(' ');
    let before = before.strip_suffix(closes).unwrap_or_default();
    let title = before.char_indices().rev().take(longest + 1);
    let title = title.take_while(|(_, character)| !matches!(character, ']' | '\n'));
    let opens = title.filter(|(_, character)| *character == '[');
    opens.filter_map(|(at, _)| before.get(..at)).collect()
}

fn markdown_image(candidate: &Candidate<'_>) -> Option<u8> {
    let opened = before_brackets(candidate, "](", LONGEST_TITLE).iter().any(|before| before.ends_with('!'));
    if opened { image(candidate) } else { None }
}

fn markdown_link(candidate: &Candidate<'_>) -> Option<u8> {
    let opened = before_brackets(candidate, "](", LONGEST_TITLE).iter().any(|before| !before.ends_with('!'));
    if opened { link(candidate) } else { None }
}

/// The name that the address is for stands at the beginning of a line.
fn reference(candidate: &Candidate<'_>) -> Option<u8> {
    let begins_line = |before: &&str| {
        let line = before.trim_end_matches(' ');
        before.len() - line.len() <= 3 && (line.is_empty() || line.ends_with('\n'))
    };
    let opened = before_brackets(candidate, "]:", LONGEST_NAME).iter().any(begins_line);
    if opened { image(candidate) } else { None }
}

/// An image is fetched at once, without a click, so any data in it counts.
fn image(candidate: &Candidate<'_>) -> Option<u8> {
    let payload = payload(candidate.matched())?;
    Some(match payload {
        Payload::Encoded | Payload::Filled => candidate.confidence,
        Payload::Named => candidate.confidence - 15,
        Payload::Sentence => candidate.confidence - 10,
    })
}

/// A link needs a click, and honest ones hold searches and titles: only what hides or names data counts.
fn link(candidate: &Candidate<'_>) -> Option<u8> {
    let searches = [
        "search", "q=is%3A", "issues?", "share", "intent/", "mailto", "login", "oauth", "signin", "redirect",
        "callback",
    ];
    let url = candidate.matched();
    if searches.iter().any(|word| url.contains(word)) {
        return None;
    }
    match payload(url)? {
        Payload::Encoded | Payload::Filled => Some(candidate.confidence),
        Payload::Named => Some(candidate.confidence - 15),
        Payload::Sentence => Some(candidate.confidence - 15),
    }
}

fn to_fill_in(candidate: &Candidate<'_>) -> Option<u8> {
    let image = candidate.before(400).rfind("![").is_some();
    Some(if image { 85 } else { 35 })
}

enum Payload {
    /// Base64 or hex that decodes to text.
    Encoded,
    /// A placeholder that the model is to fill in.
    Filled,
    /// A value of some length under a name such as `data` or `leak`.
    Named,
    /// Several words, joined by `+`, `%20` or `_`.
    Sentence,
}

/// Parameters that honest addresses carry long values in.
const HONEST: &[&str] = &[
    "x-amz-",
    "x-goog-",
    "x-ms-",
    "signature",
    "sig",
    "se",
    "sp",
    "sv",
    "sr",
    "st",
    "skoid",
    "sktid",
    "awsaccesskeyid",
    "expires",
    "key-pair-id",
    "policy",
    "utm_",
    "gclid",
    "fbclid",
    "token",
    "hash",
    "etag",
    "oauth_",
    "googleaccessid",
    "hmac",
    "_nc_",
    "oh",
    "oe",
    "ixid",
    "ixlib",
    "w",
    "h",
    "width",
    "height",
    "size",
    "format",
    "fit",
    "crop",
    "quality",
    "branch",
    "label",
    "logo",
    "color",
    "style",
    "style_for",
    "colour",
    "v",
    "version",
    "title",
    "alt",
    "theme",
    "message",
    "badge",
    "labelcolor",
    "logocolor",
    "repos",
    "type",
    "font",
    "lines",
    "center",
    "duration",
    "pause",
    "vcenter",
];

/// Names that say what they carry.
const TELLING: &[&str] = &[
    "data",
    "leak",
    "secret",
    "exfil",
    "steal",
    "stolen",
    "password",
    "passwd",
    "conversation",
    "history",
    "chat",
    "chatlog",
    "context",
    "prompt",
    "system_prompt",
    "payload",
    "dump",
    "c",
    "d",
    "info",
    "msg",
    "text",
    "summary",
    "content",
    "creds",
    "credentials",
    "key",
    "apikey",
    "api_key",
    "ssn",
    "email",
    "user_data",
    "b64",
    "base64",
    "encoded",
    "out",
    "output",
    "result",
    "loot",
    "log",
    "x",
    "p",
    "m",
    "body",
];

fn payload(url: &str) -> Option<Payload> {
    let (_, rest) = url.split_once("//")?;
    let rest = rest.split('#').next().unwrap_or(rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut segments = place.split('/');
    let host = segments.next().unwrap_or_default();
    if is_badge(host) {
        return None;
    }
    let in_path = segments.find_map(path_payload);
    let in_query = query.split('&').find_map(query_payload);
    let in_host =
        host.split('.').find_map(|label| (label.len() >= 24 && decodes(label)).then_some(Payload::Encoded));
    in_query.or(in_path).or(in_host)
}

fn query_payload(parameter: &str) -> Option<Payload> {
    let (name, value) = parameter.split_once('=').unwrap_or(("", parameter));
    let name = name.to_ascii_lowercase();
    let telling = TELLING.contains(&name.as_str());
    if !telling
        && HONEST
            .iter()
            .any(|honest| name == *honest || honest.ends_with(['-', '_']) && name.starts_with(honest))
    {
        return None;
    }
    judge(value).or((telling && value.len() >= 12 && !is_plain_name(value)).then_some(Payload::Named))
}

fn path_payload(segment: &str) -> Option<Payload> {
    let value = segment.split_once('=').map_or(segment, |(_, value)| value);
    let assigned = value.len() != segment.len();
    match judge(value)? {
        Payload::Sentence if !assigned && !segment.contains(['+', ':']) && !segment.contains("%3A") => None,
        payload @ (Payload::Encoded | Payload::Filled | Payload::Named | Payload::Sentence) => Some(payload),
    }
}

fn judge(value: &str) -> Option<Payload> {
    let placeholder =
        (value.starts_with(['{', '[', '<', '$']) || value.starts_with("%7B") || value.starts_with("%5B"))
            && value.len() > 4;
    match () {
        () if placeholder => Some(Payload::Filled),
        () if decodes(value) => Some(Payload::Encoded),
        () if is_sentence(value) => Some(Payload::Sentence),
        () => None,
    }
}

/// Four words or more, or three of which one holds a colon.
fn is_sentence(value: &str) -> bool {
    let spaced = value.replace("%20", "+").replace("%3A", ":");
    let words = spaced
        .split('+')
        .filter(|word| {
            word.len() > 1 && word.bytes().filter(u8::is_ascii_alphabetic).count() * 3 >= word.len()
        })
        .count();
    words >= 4 || words >= 3 && spaced.contains(':')
}

/// Whether a value is base64 or hex of readable text.
fn decodes(value: &str) -> bool {
    let value = value.split_once('.').map_or(value, |(stem, _)| stem);
    let value = value.trim_end_matches('=').trim_end_matches("%3D");
    if value.len() < 16 || value.len() > 1900 {
        return false;
    }
    let hex = value.len().is_multiple_of(2) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex {
        return super::encoded_payload::from_hex(value).is_some_and(|bytes| reads(&bytes));
    }
    entropy(value) > 3.0 && super::encoded_payload::from_base64(value).is_some_and(|bytes| reads(&bytes))
}

/// Nearly all letters, digits and blanks, as text has and random bytes have not.
fn reads(bytes: &[u8]) -> bool {
    let plain = bytes
        .iter()
        .filter(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b' ' | b'\n' | b',' | b'.' | b':' | b'_' | b'-' | b'@' | b'=' | b'/' | b'"')
        })
        .count();
    bytes.len() >= 8 && plain * 20 >= bytes.len() * 19
}

/// A file name, a number or a word.
fn is_plain_name(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'))
        || value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Hosts that draw pictures out of their address.
fn is_badge(host: &str) -> bool {
    const BADGES: &[&str] = &[
        "shields.io",
        "badge.fury.io",
        "badgen.net",
        "badges",
        "camo.githubusercontent.com",
        "codecov.io",
        "github-readme-stats",
        "capsule-render",
        "readme-typing-svg",
        "star-history",
        "contrib.rocks",
        "quickchart.io",
        "chart.googleapis.com",
        "latex.codecogs.com",
        "mermaid.ink",
        "plantuml",
        "kroki.io",
        "img.youtube.com",
        "imgix.net",
        "githubusercontent.com",
        "wikimedia.org",
    ];
    BADGES.iter().any(|badge| host.contains(badge))
}
