//! What is kept of an event so that it can be written again: its JSON, and where in it each text stands. The same
//! for the calls that it completes, which stand on sheets of their own.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use policy::Action;

use super::{MAX_OPENED, StreamEdits, StreamEvent};
use crate::error::DialectError;
use crate::fields::{Way, is_identifier, is_member_word};
use crate::json::{Document, Kind, Value};
use crate::paths::Paths;
use crate::rewrite;
use crate::splice::{Splices, literal};
use crate::walk::{Origin, Walked, walk};
use crate::wire::{EventKind, WireEvent};

/// Everything that writes an event again.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// An event that goes out as it is, after everything else.
    pub(crate) plain: Option<WireEvent>,
    /// The event's name; empty where it has none.
    pub(crate) name: String,
    /// What the wire says of the event.
    pub(crate) kind: EventKind,
    /// The event's own JSON.
    pub(crate) own: Option<Arc<Sheet>>,
    /// Values of its own JSON that do not go out with it, for they are pieces of calls.
    pub(crate) gone: Vec<usize>,
    /// The calls that it completes: the choice or the block, and the calls as a whole answer has them.
    pub(crate) calls: Vec<(usize, Sheet)>,
    /// The event's deltas.
    pub(crate) pieces: Vec<Piece>,
    /// Where each of the event's parts stands: 0 for its own sheet or one more than that of the calls, and the
    /// part on it.
    pub(crate) spots: Vec<(usize, usize)>,
    /// Values of the event's own sheet that repeat what came before, each with the number of that.
    pub(crate) copies: Vec<(usize, usize)>,
    /// Values that later events may repeat: the sheet as in the spots, the value on it, and its number.
    pub(crate) originals: Vec<(usize, usize, usize)>,
}

/// Where a delta stands: its window, and its value on the event's own sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) window: usize,
    pub(crate) id: usize,
}

/// A call as it goes out.
#[derive(Debug)]
pub(crate) struct WrittenCall {
    /// The choice or the block.
    pub(crate) scope: usize,
    /// The call as a whole answer has it.
    pub(crate) document: Document,
    /// Whether any of its texts is another than it was.
    pub(crate) changed: bool,
}

/// A JSON text that was walked.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) document: Document,
    pub(crate) walked: Walked,
}

/// Where parts stand on a sheet: the id of the value, or of the string around it, and the part; in order.
pub(crate) type Standing = Vec<(usize, usize)>;

impl Sheet {
    /// Reads and walks a text.
    pub(crate) fn read(text: String, paths: &Paths, way: Way) -> Result<Self, DialectError> {
        let document = Document::read(text.into_bytes())?;
        let walked = walk(&document, paths, way)?;
        Ok(Self { document, walked })
    }

    /// The outermost value.
    pub(crate) fn root(&self) -> Value<'_> {
        self.document.root()
    }

    /// The text of a value.
    pub(crate) fn text(&self, id: usize) -> String {
        self.document.value(id).and_then(Value::text).unwrap_or_default().into_owned()
    }

    /// Where the parts stand. Images, sound and files stand nowhere.
    pub(crate) fn standing(&self) -> Standing {
        let outer = |origin: &Origin| match origin {
            Origin::Content => None,
            Origin::Sealed { id } | Origin::Text { inner: None, id, .. } => Some(*id),
            Origin::Text { inner: Some(inner), .. } => self.walked.inners.get(*inner).map(|inner| inner.id),
        };
        let ids = self.walked.origins.iter().map(outer).enumerate();
        let mut standing: Standing = ids.filter_map(|(part, id)| Some((id?, part))).collect();
        standing.sort_unstable();
        standing
    }

    /// Whether a part is the whole text of a value, and not a name or a piece of JSON within a string.
    pub(crate) fn is_value(&self, part: usize) -> bool {
        let origin = self.walked.origins.get(part);
        matches!(origin, Some(Origin::Sealed { .. } | Origin::Text { inner: None, object: None, .. }))
    }

    /// Whether any of it is text that a signature covers.
    pub(crate) fn says_sealed(&self) -> bool {
        let mut parts = self.walked.parts.iter().enumerate();
        parts.any(|(index, part)| !part.text.is_empty() && self.is_sealed(index))
    }

    /// Takes out what repeats the texts, such as token probabilities.
    pub(crate) fn drop_repeats(&self, splices: &mut Splices) {
        let repeats = self.walked.repeats.iter().filter_map(|id| self.document.value(*id));
        repeats.for_each(|value| splices.value(value, "null".to_owned()));
    }

    /// Whether a part must go out as it came.
    pub(crate) fn is_sealed(&self, part: usize) -> bool {
        matches!(self.walked.origins.get(part), Some(Origin::Sealed { .. }))
    }
}

/// The parts that stand at these values.
pub(crate) fn within(standing: &Standing, ids: Range<usize>) -> &[(usize, usize)] {
    let start = standing.partition_point(|(id, _)| *id < ids.start);
    let end = standing.partition_point(|(id, _)| *id < ids.end);
    standing.get(start..end).unwrap_or_default()
}

impl Kept {
    /// Checks that edits fit the event.
    pub(crate) fn check(&self, edits: &StreamEdits) -> Result<(), DialectError> {
        let beyond = edits.texts.iter().map(|(part, _)| *part).find(|part| *part >= self.spots.len());
        match beyond {
            Some(part) => Err(DialectError::Misplaced { part }),
            None if edits.deltas.len() != self.pieces.len() => {
                Err(DialectError::Misplaced { part: edits.deltas.len() })
            }
            None => Ok(()),
        }
    }

    /// The calls with what of them may go out.
    pub(crate) fn written_calls(&self, edits: &StreamEdits) -> Result<Vec<WrittenCall>, DialectError> {
        let written = self.calls.iter().enumerate().map(|(place, (scope, sheet))| {
            let splices = self.texts(place.saturating_add(1), sheet, edits)?;
            let changed = !splices.is_empty();
            let document = Document::read(splices.apply(sheet.document.source()).into_bytes())?;
            Ok(WrittenCall { scope: *scope, document, changed })
        });
        written.collect()
    }

    /// The event with this data.
    pub(crate) fn written(&self, data: String) -> WireEvent {
        WireEvent { kind: self.kind, ..WireEvent::new(&self.name, data) }
    }

    /// The changes that new texts for parts make to one sheet, which has this number in the event's spots.
    pub(crate) fn texts(
        &self,
        number: usize,
        sheet: &Sheet,
        edits: &StreamEdits,
    ) -> Result<Splices, DialectError> {
        let spot = |part: usize| self.spots.get(part).filter(|(stands, _)| *stands == number);
        let own: Vec<(usize, String)> = edits
            .texts
            .iter()
            .filter_map(|(part, text)| spot(*part).map(|(_, inner)| (*inner, text.clone())))
            .collect();
        let splices = rewrite::texts(&sheet.document, &sheet.walked, &own);
        if let Err(DialectError::Misplaced { part: inner }) = splices {
            let outer = self.spots.iter().position(|spot| *spot == (number, inner));
            return Err(DialectError::Misplaced { part: outer.unwrap_or(inner) });
        }
        splices
    }
}

impl StreamEvent {
    /// Adds the parts of a sheet that `field` gives a field; `number` is the sheet's in the event's spots.
    pub(crate) fn add_parts(
        &mut self,
        number: usize,
        sheet: &Sheet,
        mut field: impl FnMut(usize, &str) -> Option<String>,
    ) {
        for (index, part) in sheet.walked.parts.iter().enumerate() {
            if let Some(field) = field(index, &part.part.field) {
                let mut part = part.clone();
                part.part.field = field;
                self.parts.push(part);
                self.kept.spots.push((number, index));
            }
        }
    }

    /// Adds a call that is complete, as the only one of a whole answer. `from` is how the fields begin there, `field`
    /// how they begin in this answer.
    pub(crate) fn add_call(
        &mut self,
        scope: usize,
        sheet: Sheet,
        (from, field): (&str, &str),
        actions: impl IntoIterator<Item = Action>,
    ) {
        self.actions.extend(actions);
        let number = self.kept.calls.len().saturating_add(1);
        self.add_parts(number, &sheet, |_, own| {
            Some(format!("{field}{}", own.strip_prefix(from).unwrap_or(own)))
        });
        self.kept.calls.push((scope, sheet));
    }
}

impl Sheet {
    /// A frame for more text in the place of one of its values: lists and objects from `value` down to it, with
    /// the short words beside it that say what they are. Its place in a list is what its member `index` says; where
    /// there is none, empty elements stand before it.
    pub(crate) fn frame(value: Value<'_>, target: usize, text: &str) -> String {
        let holds = |child: &Value<'_>| child.ids().contains(&target);
        match value.kind() {
            Kind::Array => {
                let before = value.elements().take_while(|child| !holds(child)).take(MAX_OPENED);
                let inner = value.elements().find(holds);
                let before = before.filter(|_| inner.is_some_and(|inner| index_of(inner).is_none()));
                let inner = inner.map(|child| Self::frame(child, target, text));
                format!("[{}]", before.map(empty).chain(inner).collect::<Vec<_>>().join(","))
            }
            Kind::Object => {
                let members = value.members().filter_map(|(name, child)| {
                    if holds(&child) {
                        Some(format!("\"{}\":{}", word_of(name), Self::frame(child, target, text)))
                    } else {
                        kind_word(name, child)
                    }
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Text => literal(text),
        }
    }
}

/// What an element of a list says of its place.
pub(crate) fn index_of(element: Value<'_>) -> Option<&str> {
    element.member("index").filter(|index| index.kind() == Kind::Number).map(Value::raw)
}

/// An element of the same kind that says nothing: of its members, what it is and one that is empty. Clients of some
/// formats take no object without.
fn empty(element: Value<'_>) -> String {
    let nothing = |value: Value<'_>| match value.kind() {
        Kind::Array => "[]",
        Kind::Object => "{}",
        Kind::Boolean | Kind::Name | Kind::Null | Kind::Number => "null",
        Kind::Text => "\"\"",
    };
    if element.kind() != Kind::Object {
        return nothing(element).to_owned();
    }
    let content = || element.members().filter(|(name, _)| !is_kind(*name));
    let held = |value: Value<'_>| matches!(value.kind(), Kind::Array | Kind::Object);
    let own = content().find(|(_, value)| value.kind() == Kind::Text);
    let own = own.or_else(|| content().find(|(_, value)| held(*value)));
    let own = own.map(|(name, value)| format!("\"{}\":{}", word_of(name), nothing(value)));
    let words = element.members().filter_map(|(name, value)| kind_word(name, value));
    let members: Vec<String> = words.chain([own.unwrap_or_else(|| "\"text\":\"\"".to_owned())]).collect();
    format!("{{{}}}", members.join(","))
}

/// Whether a member is one that says what its object is.
fn is_kind(name: Value<'_>) -> bool {
    name.text().is_some_and(|name| matches!(name.as_ref(), "id" | "index" | "type"))
}

/// Such a member, where it is short.
fn kind_word(name: Value<'_>, value: Value<'_>) -> Option<String> {
    (is_kind(name) && is_word(value))
        .then(|| format!("\"{}\":{}", name.text().unwrap_or_default(), value.raw()))
}

/// The name of a member. One that is no word of the format may be a secret.
fn word_of(name: Value<'_>) -> Cow<'_, str> {
    name.text().filter(|name| is_member_word(name)).unwrap_or(Cow::Borrowed("text"))
}

/// Whether a value is a number or an identifier, and short: nothing that would have to be looked through.
pub(crate) fn is_word(value: Value<'_>) -> bool {
    let plain = || value.text().is_some_and(|text| is_identifier(&text));
    value.raw().len() <= 256 && (value.kind() == Kind::Number || plain())
}

#[cfg(test)]
mod tests;
