//! What a streamed answer says several times: once in pieces or whole, then again in the events that end a part, an item
//! and the answer. What came is known by the place where it stands in the answer and by its digest; what went out in
//! its place is kept, so that each copy says the same.
//!
//! Texts whose digests fall together by chance do no harm: a copy always says what went.

use std::collections::BTreeMap;

use crate::error::DialectError;
use crate::json::{Kind, Value, encode};
use crate::stream::{Standing, within};

/// The most bytes of texts and of names of places that are kept of one answer. An answer with more is refused, for
/// its copies could not be told from new text.
const MAX_KEPT: usize = 16 << 20;

/// What came and what went, by number.
#[derive(Debug, Default)]
pub(super) struct Copies {
    numbers: BTreeMap<(String, Digest), usize>,
    went: Vec<String>,
    bytes: usize,
}

/// Enough of a text to know it again. Pieces give the same as the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    hash: u64,
    length: usize,
}

impl Default for Digest {
    fn default() -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, length: 0 }
    }
}

impl Digest {
    pub(super) fn of(text: &str) -> Self {
        let mut digest = Self::default();
        digest.add(text);
        digest
    }

    /// Goes on with a piece (FNV-1a).
    pub(super) fn add(&mut self, piece: &str) {
        for byte in piece.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self.length = self.length.saturating_add(piece.len());
    }
}

impl Copies {
    /// The number of what came at a place.
    pub(super) fn find(&self, place: &str, text: &str) -> Option<usize> {
        self.numbers.get(&(place.to_owned(), Digest::of(text))).copied()
    }

    /// Takes what came at a place as a whole.
    pub(super) fn add(&mut self, place: &str, text: &str) -> Result<usize, DialectError> {
        self.count(text.len())?;
        let number = self.begin();
        self.know(place, Digest::of(text), number)?;
        Ok(number)
    }

    /// A number for what comes in pieces.
    pub(super) fn begin(&mut self) -> usize {
        self.went.push(String::new());
        self.went.len().saturating_sub(1)
    }

    /// Counts bytes that are kept.
    pub(super) fn count(&mut self, bytes: usize) -> Result<(), DialectError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_KEPT {
            return Err(DialectError::TooLong { what: "the text of a streamed answer", limit: MAX_KEPT });
        }
        Ok(())
    }

    /// From now on this text is known at this place. Pieces that are complete have a digest only then.
    pub(super) fn know(&mut self, place: &str, digest: Digest, number: usize) -> Result<(), DialectError> {
        self.count(place.len())?;
        self.numbers.insert((place.to_owned(), digest), number);
        Ok(())
    }

    /// What went out.
    pub(super) fn went(&self, number: usize) -> &str {
        self.went.get(number).map_or("", String::as_str)
    }

    /// More of it goes out.
    pub(super) fn goes(&mut self, number: usize, text: &str) {
        if let Some(went) = self.went.get_mut(number) {
            went.push_str(text);
        }
    }
}

/// A text as copies are compared: without escapes; of what is no text, its JSON.
pub(super) fn said<'a>(value: Value<'a>) -> std::borrow::Cow<'a, str> {
    value.text().unwrap_or_else(|| value.raw().into())
}

/// The place of an element of a list.
pub(super) fn element(place: &str, index: usize) -> String {
    format!("{place}[{index}]")
}

/// The place of a member.
pub(super) fn member(place: &str, name: &str) -> String {
    format!("{place}.\"{}\"", encode(name))
}

/// Takes a place and a value where parts stand: a string, a number, a member name.
pub(super) type Found<'f, 'a> = dyn FnMut(&str, Value<'a>) -> Result<(), DialectError> + 'f;

/// Goes through a value that stands at a place of the answer, and gives everything in it where parts stand.
pub(super) fn visit<'a>(
    value: Value<'a>,
    standing: &Standing,
    place: &str,
    found: &mut Found<'_, 'a>,
) -> Result<(), DialectError> {
    if within(standing, value.ids()).is_empty() {
        return Ok(());
    }
    match value.kind() {
        Kind::Array => value
            .elements()
            .enumerate()
            .try_for_each(|(index, child)| visit(child, standing, &element(place, index), found)),
        Kind::Object => value.members().try_for_each(|(name, child)| {
            let place = member(place, &name.text().unwrap_or_default());
            if !within(standing, name.id()..name.id().saturating_add(1)).is_empty() {
                found(&format!("{place}:name"), name)?;
            }
            visit(child, standing, &place, found)
        }),
        Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Text => found(place, value),
    }
}
