//! What a streamed answer says several times: once in pieces or whole, then again in the events that end a part, an item
//! and the answer. What came is known by the place where it stands in the answer and by its digest; what went out in
//! its place is kept, so that each copy says the same.
//!
//! Texts whose digests fall together by chance do no harm: a copy always says what went.

use std::collections::BTreeMap;

use crate::error::DialectError;
use crate::json::{Kind, Value};
use crate::stream::{Standing, within};

/// The most bytes that are kept of one answer. An answer with more is refused, for
/// its copies could not be told from new text.
const MAX_KEPT: usize = 16 << 20;

/// What a text takes beside its bytes, about.
const OVERHEAD: usize = 64;

/// What came and what went, by number.
#[derive(Debug, Default)]
pub(super) struct Copies {
    numbers: BTreeMap<(Place, Digest), usize>,
    went: Vec<String>,
    bytes: usize,
}

/// Enough of a text to know it again. Pieces give the same as the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    hash: u64,
    length: usize,
}

/// Where in the answer a value stands. A digest as well, for names may be long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Digest);

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

impl Place {
    /// An item of the answer.
    pub(super) fn item(index: usize) -> Self {
        Self::default().member("output").element(index)
    }

    /// An element of the list that stands here.
    pub(super) fn element(mut self, index: usize) -> Self {
        self.0.add("[");
        self.0.add(&index.to_string());
        self
    }

    /// A member of the object that stands here.
    pub(super) fn member(mut self, name: &str) -> Self {
        self.0.add(".");
        self.0.add(name);
        self.0.add("\0");
        self
    }

    /// The name of the member that stands here.
    fn name(mut self) -> Self {
        self.0.add(":");
        self
    }
}

impl Copies {
    /// The number of what came at a place.
    pub(super) fn find(&self, place: Place, text: &str) -> Option<usize> {
        self.numbers.get(&(place, Digest::of(text))).copied()
    }

    /// Whether anything came at a place as a whole.
    pub(super) fn knows(&self, place: Place) -> bool {
        let first = (place, Digest { hash: 0, length: 0 });
        self.numbers.range(first..).next().is_some_and(|((other, _), _)| *other == place)
    }

    /// Takes what came at a place as a whole.
    pub(super) fn add(&mut self, place: Place, text: &str) -> Result<usize, DialectError> {
        self.count(text.len())?;
        let number = self.begin();
        self.know(place, Digest::of(text), number);
        Ok(number)
    }

    /// A number for what comes in pieces.
    pub(super) fn begin(&mut self) -> usize {
        self.went.push(String::new());
        self.went.len().saturating_sub(1)
    }

    /// Counts bytes that are kept.
    pub(super) fn count(&mut self, bytes: usize) -> Result<(), DialectError> {
        self.bytes = self.bytes.saturating_add(bytes).saturating_add(OVERHEAD);
        if self.bytes > MAX_KEPT {
            return Err(DialectError::TooLong { what: "the text of a streamed answer", limit: MAX_KEPT });
        }
        Ok(())
    }

    /// From now on this text is known at this place. Pieces are known when they are complete.
    pub(super) fn know(&mut self, place: Place, digest: Digest, number: usize) {
        self.numbers.insert((place, digest), number);
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

/// Takes a place and a value where parts stand: a string, a number, a member name.
pub(super) type Found<'f, 'a> = dyn FnMut(Place, Value<'a>) -> Result<(), DialectError> + 'f;

/// Goes through a value that stands at a place of the answer, and gives everything in it where parts stand.
pub(super) fn visit<'a>(
    value: Value<'a>,
    standing: &Standing,
    place: Place,
    found: &mut Found<'_, 'a>,
) -> Result<(), DialectError> {
    if within(standing, value.ids()).is_empty() {
        return Ok(());
    }
    match value.kind() {
        Kind::Array => value
            .elements()
            .enumerate()
            .try_for_each(|(index, child)| visit(child, standing, place.element(index), found)),
        Kind::Object => value.members().try_for_each(|(name, child)| {
            let place = place.member(&name.text().unwrap_or_default());
            if !within(standing, name.ids()).is_empty() {
                found(place.name(), name)?;
            }
            visit(child, standing, place, found)
        }),
        Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Text => found(place, value),
    }
}
