//! The walk: goes over a body once, by the rows of its dialect, and lists every text with who speaks and where.
//!
//! Fields are named by known members and by positions. A member that no row names is written as its number,
//! `{3}`, for its name may be a secret.

use std::fmt::Write;

use policy::{ContentType, Part, Role};

use crate::error::DialectError;
use crate::fields::{
    Field, Reads, Speaker, Way, data_url_content, is_identifier, is_member_word, is_payload, is_schema_word,
    media_content,
};
use crate::json::{Document, Kind, Strictness, Value};
use crate::paths::{Paths, Position, Step};

/// The most parts of one body.
pub(crate) const MAX_PARTS: usize = 1 << 17;

/// Fields longer than this are cut, so that deep nesting does not multiply a body's size.
const MAX_FIELD: usize = 160;

/// One part of a body with its text; empty for images, sound and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Who speaks, what it is made of and where it stands.
    pub part: Part,
    /// The text, without JSON's escapes.
    pub text: String,
}

/// What a walk has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked {
    pub(crate) parts: Vec<TextPart>,
    /// Where each part came from; as many as parts.
    pub(crate) origins: Vec<Origin>,
    /// JSON texts that stood in strings.
    pub(crate) inners: Vec<Inner>,
    /// The values that repeat text of other places.
    pub(crate) repeats: Vec<usize>,
}

impl Walked {
    /// Adds text that the vendor keeps and that something beside the body names.
    pub(crate) fn add_stored(&mut self, field: &str) {
        let part = Part { role: Role::System, content: ContentType::Stored, field: field.to_owned() };
        self.parts.push(TextPart { part, text: String::new() });
        self.origins.push(Origin::Content);
    }
}

/// Where a part came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An image, sound or a file.
    Content,
    /// A text of the body that is signed or repeated.
    Sealed { id: usize },
    /// A value of the body, or of the inner text of this number. For a member name, with its object.
    Text { inner: Option<usize>, id: usize, object: Option<usize> },
}

/// A JSON text in a string of the body.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    /// The string.
    pub(crate) id: usize,
    pub(crate) document: Document,
}

/// How an area is read that no row names a member of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    Arguments,
    Schema,
    Text,
    /// What no row names at all. Its member names are the wire format's, and text only where they look odd.
    Unknown,
}

/// Lists everything in a body.
pub(crate) fn walk(document: &Document, paths: &Paths, way: Way) -> Result<Walked, DialectError> {
    let mut walker = Walker { paths, way, field: String::new(), inner: None, walked: Walked::default() };
    let role = if way == Way::Request { Role::User } else { Role::Assistant };
    walker.value(document.root(), paths.start(), role, None)?;
    Ok(walker.walked)
}

struct Walker<'a> {
    paths: &'a Paths,
    way: Way,
    /// The field of the value that the walk stands at.
    field: String,
    /// The inner text that the walk is in.
    inner: Option<usize>,
    walked: Walked,
}

impl Walker<'_> {
    /// A value at a position. `object` is what it is a member of.
    fn value(
        &mut self,
        value: Value<'_>,
        position: Position,
        role: Role,
        object: Option<Value<'_>>,
    ) -> Result<(), DialectError> {
        let position = self.paths.refine(position, value);
        if position.is_unknown() {
            return self.area(value, role, Area::Unknown);
        }
        let role = self.role(value, &position, role);
        let field = self.paths.field(&position);
        let reads = field.map(|field| media(value, field.reads));
        match (value.kind(), reads) {
            (Kind::Text, reads) => self.text(value, reads, role, object),
            (_, Some(Reads::Arguments)) => self.area(value, role, Area::Arguments),
            (_, Some(Reads::Schema)) => self.area(value, role, Area::Schema),
            (Kind::Array | Kind::Object, Some(Reads::Repeats)) => {
                self.walked.repeats.push(value.id());
                Ok(())
            }
            _ if field.is_some_and(Field::is_open) => self.area(value, role, Area::Text),
            (Kind::Array, reads) => {
                self.content(reads, role)?;
                self.elements(value, &position, role)
            }
            (Kind::Object, reads) => {
                self.content(reads, role)?;
                self.members(value, &position, role)
            }
            // A switch that is on, such as one for an answer that is fetched later.
            (Kind::Boolean, reads) if value.raw() == "true" => self.content(reads, role),
            (Kind::Boolean | Kind::Name | Kind::Null | Kind::Number, _) => Ok(()),
        }
    }

    fn role(&self, value: Value<'_>, position: &Position, enclosing: Role) -> Role {
        match self.paths.speaker(position) {
            _ if self.way != Way::Request => Role::Assistant,
            Speaker::Enclosing => enclosing,
            Speaker::Member => value.member_text("role").map_or(Role::User, |role| role_of(&role)),
            Speaker::Of(role) => role,
        }
    }

    fn elements(&mut self, list: Value<'_>, position: &Position, role: Role) -> Result<(), DialectError> {
        let below = self.paths.elements(position);
        for (index, element) in list.elements().enumerate() {
            let outer = self.enter(format_args!("[{index}]"));
            self.value(element, below.clone(), role, None)?;
            self.leave(outer);
        }
        Ok(())
    }

    fn members(&mut self, object: Value<'_>, position: &Position, role: Role) -> Result<(), DialectError> {
        for (index, (name, member)) in object.members().enumerate() {
            let word = name.text().unwrap_or_default();
            match self.paths.member(position, &word) {
                // Readers differ in which spelling they take.
                Step::Known(known, _)
                    if known != word && self.way != Way::Answer && object.member(known).is_some() =>
                {
                    return Err(DialectError::Duplicate { at: name.span().start });
                }
                Step::Known(word, below) => {
                    let outer = self.enter_member(word);
                    self.value(member, below, role, Some(object))?;
                    self.leave(outer);
                }
                Step::Misspelt(word) if self.way != Way::Answer => {
                    let dot = if self.field.is_empty() { "" } else { "." };
                    return Err(DialectError::Misspelt { field: format!("{}{dot}{word}", self.field) });
                }
                Step::Unnamed(below) => {
                    self.name(name, index, role, object, Area::Unknown)?;
                    let outer = self.enter(format_args!("{{{index}}}"));
                    self.value(member, below, role, Some(object))?;
                    self.leave(outer);
                }
                Step::Misspelt(_) | Step::Unknown => {
                    self.unnamed(name, member, index, role, object, Area::Unknown)?;
                }
            }
        }
        Ok(())
    }

    /// Everything in a value that no row says more about.
    fn area(&mut self, value: Value<'_>, role: Role, area: Area) -> Result<(), DialectError> {
        match value.kind() {
            Kind::Array => {
                for (index, element) in value.elements().enumerate() {
                    let outer = self.enter(format_args!("[{index}]"));
                    self.area(element, role, area)?;
                    self.leave(outer);
                }
            }
            Kind::Object => {
                for (index, (name, member)) in value.members().enumerate() {
                    self.unnamed(name, member, index, role, value, area)?;
                }
            }
            Kind::Number if area == Area::Arguments => self.part(value, value.raw().to_owned(), role)?,
            Kind::Text => {
                let text = value.text().unwrap_or_default();
                let content = data_url_content(&text).filter(|_| area == Area::Unknown);
                self.content(content.map(Reads::Content), role)?;
                let says_nothing = text.is_empty() || area == Area::Schema && is_schema_word(&text);
                if !says_nothing {
                    self.part(value, text.into_owned(), role)?;
                }
            }
            Kind::Boolean | Kind::Name | Kind::Null | Kind::Number => {}
        }
        Ok(())
    }

    fn unnamed(
        &mut self,
        name: Value<'_>,
        member: Value<'_>,
        index: usize,
        role: Role,
        object: Value<'_>,
        area: Area,
    ) -> Result<(), DialectError> {
        self.name(name, index, role, object, area)?;
        let outer = self.enter(format_args!("{{{index}}}"));
        self.area(member, role, area)?;
        self.leave(outer);
        Ok(())
    }

    fn name(
        &mut self,
        name: Value<'_>,
        index: usize,
        role: Role,
        object: Value<'_>,
        area: Area,
    ) -> Result<(), DialectError> {
        let text = name.text().unwrap_or_default();
        let plain = match area {
            Area::Arguments | Area::Text => text.is_empty(),
            Area::Schema => text.is_empty() || is_schema_word(&text),
            Area::Unknown => is_member_word(&text),
        };
        if plain {
            return Ok(());
        }
        let outer = self.enter(format_args!("{{{index}}}:name"));
        let origin = Origin::Text { inner: self.inner, id: name.id(), object: Some(object.id()) };
        self.push(role, ContentType::Text, text.into_owned(), origin)?;
        self.leave(outer);
        Ok(())
    }

    fn text(
        &mut self,
        value: Value<'_>,
        reads: Option<Reads>,
        role: Role,
        object: Option<Value<'_>>,
    ) -> Result<(), DialectError> {
        let text = value.text().unwrap_or_default();
        self.content(reads, role)?;
        match reads {
            Some(Reads::Structure) if is_identifier(&text) => Ok(()),
            Some(Reads::Content(_) | Reads::Opaque) if is_payload(&text) => Ok(()),
            Some(Reads::Arguments) => self.arguments(value, text.into_owned(), role),
            Some(Reads::Sealed(seal))
                if self.way == Way::Stream || object.is_some_and(|object| holds(object, seal)) =>
            {
                let origin = Origin::Sealed { id: value.id() };
                self.push(role, ContentType::Text, text.into_owned(), origin)
            }
            Some(
                Reads::Content(_)
                | Reads::Opaque
                | Reads::Media
                | Reads::Repeats
                | Reads::Schema
                | Reads::Sealed(_)
                | Reads::Shape(_)
                | Reads::Structure
                | Reads::Text
                | Reads::Within,
            )
            | None => self.part(value, text.into_owned(), role),
        }
    }

    /// The arguments of a tool, as JSON text in a string.
    fn arguments(&mut self, value: Value<'_>, text: String, role: Role) -> Result<(), DialectError> {
        let Ok(document) = Document::read_text(text.clone(), Strictness::Inner) else {
            return self.part(value, text, role);
        };
        self.inner = Some(self.walked.inners.len());
        self.area(document.root(), role, Area::Arguments)?;
        self.inner = None;
        self.walked.inners.push(Inner { id: value.id(), document });
        Ok(())
    }

    fn content(&mut self, reads: Option<Reads>, role: Role) -> Result<(), DialectError> {
        match reads {
            Some(Reads::Content(content)) => self.push(role, content, String::new(), Origin::Content),
            _ => Ok(()),
        }
    }

    fn part(&mut self, value: Value<'_>, text: String, role: Role) -> Result<(), DialectError> {
        let origin = Origin::Text { inner: self.inner, id: value.id(), object: None };
        self.push(role, ContentType::Text, text, origin)
    }

    fn push(
        &mut self,
        role: Role,
        content: ContentType,
        text: String,
        origin: Origin,
    ) -> Result<(), DialectError> {
        if self.walked.parts.len() >= MAX_PARTS {
            return Err(DialectError::TooManyTexts);
        }
        let part = Part { role, content, field: self.field.clone() };
        self.walked.parts.push(TextPart { part, text });
        self.walked.origins.push(origin);
        Ok(())
    }

    /// Goes down to a known member, as most steps do; formatting would be most of what a step costs.
    fn enter_member(&mut self, word: &str) -> usize {
        let outer = self.field.len();
        if outer >= MAX_FIELD {
            return self.enter(format_args!(""));
        }
        if outer > 0 {
            self.field.push('.');
        }
        self.field.push_str(word);
        outer
    }

    /// Goes one step down; the answer is for [`Walker::leave`].
    fn enter(&mut self, step: std::fmt::Arguments<'_>) -> usize {
        let outer = self.field.len();
        if outer < MAX_FIELD {
            // Writing to a string cannot fail.
            let _ = self.field.write_fmt(step);
        } else if !self.field.ends_with('…') {
            self.field.push('…');
        }
        outer
    }

    fn leave(&mut self, outer: usize) {
        self.field.truncate(outer);
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "assistant" | "model" => Role::Assistant,
        "developer" | "system" => Role::System,
        "function" | "tool" => Role::Tool,
        _ => Role::User,
    }
}

/// Media as what its type says. Whatever has none is a file.
fn media(value: Value<'_>, reads: Reads) -> Reads {
    if reads != Reads::Media {
        return reads;
    }
    let kind = ["mimeType", "mime_type"].iter().find_map(|name| value.member_text(name));
    Reads::Content(kind.map_or(ContentType::File, |kind| media_content(&kind)))
}

/// Whether a member holds anything.
fn holds(object: Value<'_>, name: &str) -> bool {
    object.member(name).is_some_and(|value| !matches!(value.raw(), "null" | "\"\""))
}
