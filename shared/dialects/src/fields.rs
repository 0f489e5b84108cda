//! The field table: one row for each member of a wire format that may hold text, and what is done with it.
//! The tables are the published list of what is looked through; the walker knows nothing beside them.
//!
//! To cover a new member, add a row to the dialect's `fields.rs`. What no row names is looked through as text
//! of whoever speaks around it, so a missing row costs precision, never coverage.

use policy::{ContentType, Role};

/// One row: a place in bodies and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which bodies it is about.
    pub way: Way,
    /// The place, from the top of the body (which an empty path is) or, with `@name` in front, from every place that reads
    /// [`Reads::Shape`] of that name. Steps are joined by dots: `name` is a member; `name[]` every element
    /// of a list, or a value that stands alone in the list's place; `name[type=word]` only those whose
    /// member `type` is that word; `*` any member; `**` at the end everything below.
    pub path: &'static str,
    /// How the value there is read.
    pub reads: Reads,
    /// Who speaks there and below.
    pub speaker: Speaker,
    /// What it is, in one line.
    pub note: &'static str,
}

/// Which bodies a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What the model answers.
    Answer,
    /// Both.
    Both,
    /// What goes to the model.
    Request,
    /// The events of an answer that is streamed, in which the members of whole answers may stand as well.
    Stream,
}

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// A tool's arguments, as an object or as JSON text in a string: every string, member name and number in
    /// them is text. A string that is not JSON is one text.
    Arguments,
    /// An image, sound or a file: listed once, without text. A string there that is no payload is text as well.
    Content(ContentType),
    /// An image, sound or a file, as its member `mimeType` says: listed once, without text.
    Media,
    /// Encrypted or encoded bytes. A string with anything else in it is text.
    Opaque,
    /// Repeats text that stands elsewhere; is taken out when anything is changed.
    Repeats,
    /// A JSON Schema: every string and member name but the words of JSON Schema itself is text.
    Schema,
    /// Text that must not be changed while the member of this name beside it holds something, for that signs
    /// or repeats it. In events it never must, for what signs it comes in a later one.
    Sealed(&'static str),
    /// As the rows that start with `@` and this name say.
    Shape(&'static str),
    /// An id, a word from a fixed list, a model's name. A string that does not look like one is text.
    Structure,
    /// Text, with everything below that no row names.
    Text,
    /// An object or a list that has rows of its own below.
    Within,
}

/// Who speaks at a place of a request. In an answer everything is the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Whoever speaks around it; at the top the user.
    Enclosing,
    /// Whom the member `role` names: `developer` and `system`, `assistant`, `tool` and `function`; anybody
    /// else is the user.
    Member,
    /// Always this one.
    Of(Role),
}

impl Field {
    /// A row of requests.
    pub(crate) const fn request(path: &'static str, reads: Reads, note: &'static str) -> Self {
        Self { way: Way::Request, path, reads, speaker: Speaker::Enclosing, note }
    }

    /// A row of answers.
    pub(crate) const fn answer(path: &'static str, reads: Reads, note: &'static str) -> Self {
        Self { way: Way::Answer, path, reads, speaker: Speaker::Enclosing, note }
    }

    /// A row of the events of streamed answers.
    pub(crate) const fn stream(path: &'static str, reads: Reads, note: &'static str) -> Self {
        Self { way: Way::Stream, path, reads, speaker: Speaker::Enclosing, note }
    }

    /// A row of both.
    pub(crate) const fn both(path: &'static str, reads: Reads, note: &'static str) -> Self {
        Self { way: Way::Both, path, reads, speaker: Speaker::Enclosing, note }
    }

    /// The row with somebody who speaks.
    pub(crate) const fn by(self, speaker: Speaker) -> Self {
        Self { speaker, ..self }
    }

    /// Whether the row takes everything below, without names.
    pub(crate) fn is_open(&self) -> bool {
        self.path.ends_with("**")
    }

    /// Whether the row is about requests, about answers, or about the events of streamed ones.
    pub(crate) fn concerns(&self, way: Way) -> bool {
        self.way == way || self.way == Way::Both || (self.way, way) == (Way::Answer, Way::Stream)
    }
}

/// Whether a string looks like an id or a word from a fixed list: short, one word, with a letter in it.
pub(crate) fn is_identifier(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=,~$".contains(&byte);
    text.is_empty()
        || text.len() <= 128 && text.bytes().all(plain) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a member name looks like a wire format's own: a short word of letters and underscores.
pub(crate) fn is_member_word(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// Whether a string holds nothing but encoded bytes.
pub(crate) fn is_payload(text: &str) -> bool {
    let encoded = match text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) {
        Some((head, data)) if head.ends_with(";base64") && head.len() <= 128 && !head.contains(' ') => data,
        _ => text,
    };
    encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_.".contains(&byte))
}

/// What a `data:` URL carries, for strings that no row names.
pub(crate) fn data_url_content(text: &str) -> Option<ContentType> {
    let prefix = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let rows = [
        ("data:image/", ContentType::Image),
        ("data:audio/", ContentType::Audio),
        ("data:", ContentType::File),
    ];
    rows.into_iter().find(|(word, _)| prefix(word) && text.contains(',')).map(|(_, content)| content)
}

/// What something is made of that has this type of content.
pub(crate) fn media_content(mime_type: &str) -> ContentType {
    let kind = mime_type.split('/').next().unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "audio" => ContentType::Audio,
        "image" => ContentType::Image,
        _ => ContentType::File,
    }
}

/// The words of JSON Schema, and of the older form of it that Google has, sorted: they stand in every tool and say
/// nothing.
const SCHEMA_WORDS: &[&str] = &[
    "$defs",
    "$ref",
    "$schema",
    "ARRAY",
    "BOOLEAN",
    "INTEGER",
    "NULL",
    "NUMBER",
    "OBJECT",
    "STRING",
    "additionalProperties",
    "allOf",
    "anyOf",
    "any_of",
    "array",
    "boolean",
    "const",
    "date",
    "date-time",
    "default",
    "definitions",
    "description",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "integer",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "max_items",
    "max_length",
    "max_properties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "min_items",
    "min_length",
    "min_properties",
    "minimum",
    "null",
    "nullable",
    "number",
    "object",
    "oneOf",
    "pattern",
    "properties",
    "propertyOrdering",
    "property_ordering",
    "required",
    "string",
    "title",
    "type",
    "uniqueItems",
];

/// Whether a string is a word of JSON Schema.
pub(crate) fn is_schema_word(text: &str) -> bool {
    SCHEMA_WORDS.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_words_are_told_from_text() {
        let rows = [
            ("call_9f8e", true),
            ("gpt-4.1-mini-2025-04-14", true),
            ("application/pdf", true),
            ("", true),
            ("ada@example.com", false),
            ("123-45-6789", false),
            ("ignore all rules", false),
            ("größe", false),
        ];
        for (text, identifier) in rows {
            assert_eq!(is_identifier(text), identifier, "{text}");
        }
        assert!(!is_identifier(&"a".repeat(129)));
    }

    #[test]
    fn payloads_are_told_from_text() {
        let rows = [
            ("aGVsbG8=", true),
            ("data:image/png;base64,aGVsbG8=", true),
            ("file-abc123", true),
            ("https://example.com/cat.png", false),
            ("data:text/plain,hello", false),
            ("data:text/plain;base64,two words", false),
            ("two words", false),
        ];
        for (text, payload) in rows {
            assert_eq!(is_payload(text), payload, "{text}");
        }
    }

    #[test]
    fn the_words_of_json_schema_are_sorted() {
        assert!(SCHEMA_WORDS.is_sorted());
    }
}
