//! JSON as it was written: every value with the bytes it stands in, so that an edit changes those bytes alone.
//!
//! Not a data model: numbers stay text, order and spacing stay as they are. The reader is in [`mod@reader`],
//! changes are in [`crate::splice`].

use std::borrow::Cow;
use std::ops::Range;

use crate::error::DialectError;

mod escape;
mod reader;

pub(crate) use escape::{decode, encode};

/// How deeply lists and objects may be nested.
pub(crate) const MAX_DEPTH: usize = 128;

/// How strictly a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// For JSON text within a string: names may repeat and surrogates stand alone, as lenient readers have it,
    /// for what such a reader would see must be looked through.
    Inner,
    /// For a whole body.
    Outer,
}

/// A text and the tree of its values, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    source: String,
    nodes: Vec<Node>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Array,
    Boolean,
    Name,
    Null,
    Number,
    Object,
    Text,
}

/// One value or member name. Children follow their parent; `after` is where the next sibling stands.
#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    span: Range<usize>,
    after: usize,
}

/// A value in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    document: &'a Document,
    id: usize,
    kind: Kind,
}

impl Document {
    /// Reads a body.
    pub(crate) fn read(body: Vec<u8>) -> Result<Self, DialectError> {
        let source = String::from_utf8(body)
            .map_err(|fault| DialectError::NotUtf8 { at: fault.utf8_error().valid_up_to() })?;
        Self::read_text(source, Strictness::Outer)
    }

    /// Reads a text.
    pub(crate) fn read_text(source: String, strictness: Strictness) -> Result<Self, DialectError> {
        let nodes = reader::read(&source, strictness)?;
        Ok(Self { source, nodes })
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn into_source(self) -> String {
        self.source
    }

    /// The outermost value.
    pub(crate) fn root(&self) -> Value<'_> {
        Value { document: self, id: 0, kind: self.nodes.first().map_or(Kind::Null, |node| node.kind) }
    }

    /// The value that [`Value::id`] named.
    pub(crate) fn value(&self, id: usize) -> Option<Value<'_>> {
        self.nodes.get(id).map(|node| Value { document: self, id, kind: node.kind })
    }
}

impl<'a> Value<'a> {
    /// What finds the value again in its document.
    pub(crate) fn id(self) -> usize {
        self.id
    }

    /// The ids of it and of all that stands in it.
    pub(crate) fn ids(self) -> Range<usize> {
        self.id..self.document.nodes.get(self.id).map_or(self.id, |node| node.after)
    }

    pub(crate) fn kind(self) -> Kind {
        self.kind
    }

    /// The bytes it stands in; for a string or a name, with the quotes.
    pub(crate) fn span(self) -> Range<usize> {
        self.document.nodes.get(self.id).map_or(0..0, |node| node.span.clone())
    }

    /// The value as it is written.
    pub(crate) fn raw(self) -> &'a str {
        self.document.source.get(self.span()).unwrap_or_default()
    }

    /// The text of a string or a name, without quotes and escapes.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self.kind {
            Kind::Name | Kind::Text => Some(decode(inside(self.raw()))),
            Kind::Array | Kind::Boolean | Kind::Null | Kind::Number | Kind::Object => None,
        }
    }

    /// The members of an object; nothing for anything else.
    pub(crate) fn members(self) -> Members<'a> {
        Members { children: self.children(self.kind == Kind::Object) }
    }

    /// The elements of a list; nothing for anything else.
    pub(crate) fn elements(self) -> Children<'a> {
        self.children(self.kind == Kind::Array)
    }

    /// The value of a member of an object. Takes time linear in the number of members.
    pub(crate) fn member(self, name: &str) -> Option<Value<'a>> {
        self.members().find(|(key, _)| key.text().as_deref() == Some(name)).map(|(_, value)| value)
    }

    /// The text of a member that is a string.
    pub(crate) fn member_text(self, name: &str) -> Option<Cow<'a, str>> {
        self.member(name).filter(|value| value.kind == Kind::Text).and_then(Value::text)
    }

    fn children(self, any: bool) -> Children<'a> {
        let end = if any { self.document.nodes.get(self.id).map_or(0, |node| node.after) } else { 0 };
        Children { document: self.document, next: self.id.saturating_add(1), end }
    }
}

/// The children of a value: elements, or names and values in turn.
#[derive(Clone, Debug)]
pub(crate) struct Children<'a> {
    document: &'a Document,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let id = Some(self.next).filter(|next| *next < self.end)?;
        let node = self.document.nodes.get(id)?;
        self.next = node.after;
        Some(Value { document: self.document, id, kind: node.kind })
    }
}

/// The members of an object, name and value.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    children: Children<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.children.next()?, self.children.next()?))
    }
}

/// What stands between the quotes of a literal.
fn inside(literal: &str) -> &str {
    literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default()
}

#[cfg(test)]
mod tests;
