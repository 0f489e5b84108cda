//! Links and images that would carry data away once shown: the value sits in the query or the path of an image or a
//! link that a model was told to write.
//!
//! Pictures from a content network, badges, campaign parameters and signed addresses of storage services are none.

mod names;
mod payload;

use payload::{Payload, Way, payload};

use crate::detector::{CONTEXT_BEFORE, Candidate, Detector, Shape};

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
        name: "plain",
        regex: r"https?://[0-9A-Za-z][!#-&*-;=?-~]{3,300}[?&](?i-u:data|leak|leaked|secret|secrets|exfil|steal|stolen|password|passwd|conversation|chat|chat_history|history|system_prompt|prompt|payload|creds|credentials|cookie|loot|dump|b64)=[!#-&*-;=?-~]{12,1500}",
        confidence: 60,
        accept: Some(bare),
    },
    Shape {
        name: "script",
        regex: r#"(?:https?:)?//[0-9A-Za-z][!#-&*-;=?-~]{3,300}["'`][ ]{0,2}\+[ ]{0,2}(?:[a-zA-Z_.]{1,30}\([ ]{0,2}){0,3}(?:document\.(?:cookie|body|documentElement|forms|querySelector)|localStorage|sessionStorage|window\.name)[a-zA-Z.]{0,40}"#,
        confidence: 80,
        accept: None,
    },
    Shape {
        name: "to_fill_in",
        regex: r"https?://[^\s{}\[\]<>]{3,300}[=/]((?:\{\{?|\[|<|%7B)[^\n{}\[\]<>%]{0,30}?(?i-u:secret|password|data|token|key|conversation|history|prompt|summary|context|message|chat|email|user|answer|content|encoded|base64|info|result|response|value)[^\n{}\[\]<>%]{0,40}(?:\}\}?|\]|>|%7D))",
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
    let payload = payload(candidate.matched(), Way::Fetched)?;
    Some(match payload {
        Payload::Encoded | Payload::Filled => candidate.confidence,
        Payload::Personal => candidate.confidence - 5,
        Payload::Sentence => candidate.confidence - 10,
        Payload::Named => candidate.confidence - 15,
    })
}

/// A link needs a click, and honest ones hold searches and titles: only what hides or names data counts.
fn link(candidate: &Candidate<'_>) -> Option<u8> {
    let searches = [
        "search", "q=is%3A", "share", "intent/", "mailto", "login", "oauth", "signin", "redirect", "callback",
    ];
    let url = candidate.matched();
    if searches.iter().any(|word| url.contains(word)) {
        return None;
    }
    match payload(url, Way::Clicked)? {
        Payload::Encoded | Payload::Filled | Payload::Personal => Some(candidate.confidence),
        Payload::Named | Payload::Sentence => Some(candidate.confidence - 15),
    }
}

/// What stands in plain text is shown as a link, too, by many who show it.
fn bare(candidate: &Candidate<'_>) -> Option<u8> {
    match payload(candidate.matched(), Way::Clicked)? {
        Payload::Encoded | Payload::Sentence => Some(candidate.confidence),
        Payload::Filled | Payload::Named | Payload::Personal => None,
    }
}

fn to_fill_in(candidate: &Candidate<'_>) -> Option<u8> {
    let image = candidate.before(400).rfind("![").is_some();
    Some(if image { 85 } else { 35 })
}
