//! Where in the answer the text of an event stands.

use super::copies::Place;
use crate::error::DialectError;
use crate::json::Value;
use crate::members::place;
use crate::stream::{Incoming, is_word};

/// A kind of text that comes in pieces: in events of this name with `.delta` behind it, then in one with `.done`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextKind {
    pub(super) event: &'static str,
    /// The list of the item that holds it, and the event's member that says at which place; empty where the item
    /// holds it itself.
    list: (&'static str, &'static str),
    /// The member that holds it there, and in the event that ends it; empty where the pieces name the members.
    pub(super) member: &'static str,
}

const CONTENT: (&str, &str) = ("content", "content_index");
const SUMMARY: (&str, &str) = ("summary", "summary_index");
const PRINTED: (&str, &str) = ("output", "command_index");
const NO_LIST: (&str, &str) = ("", "");

const KINDS: &[TextKind] = &[
    TextKind { event: "response.code_interpreter_call_code", list: NO_LIST, member: "code" },
    TextKind { event: "response.output_text", list: CONTENT, member: "text" },
    TextKind { event: "response.reasoning_summary_text", list: SUMMARY, member: "text" },
    TextKind { event: "response.reasoning_text", list: CONTENT, member: "text" },
    TextKind { event: "response.refusal", list: CONTENT, member: "refusal" },
    TextKind { event: "response.shell_call_output_content", list: PRINTED, member: "" },
];

/// Where something stands in the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) place: Place,
    /// The same as a field.
    pub(super) field: String,
    /// The item that it stands in, and the list and the place of the part there.
    pub(super) item: Option<usize>,
    pub(super) part: Option<(&'static str, usize)>,
}

/// A value of an event that stands somewhere in the answer: how its fields begin in the event, and where it stands.
pub(super) struct Area<'a> {
    pub(super) from: String,
    pub(super) value: Value<'a>,
    pub(super) spot: Spot,
}

impl Spot {
    /// An item.
    pub(super) fn item(index: usize) -> Self {
        let place = Place::item(index);
        Self { place, field: format!("output[{index}]"), item: Some(index), part: None }
    }

    /// An element of one of an item's lists.
    pub(super) fn part(self, list: &'static str, index: usize) -> Self {
        let place = self.place.member(list).element(index);
        Self { place, field: format!("{}.{list}[{index}]", self.field), part: Some((list, index)), ..self }
    }

    /// A member of what stands there.
    pub(super) fn member(self, name: &str) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        Self { place: self.place.member(name), field: format!("{}{dot}{name}", self.field), ..self }
    }
}

/// The kind of text that an event's name without its ending says.
pub(super) fn kind_of(base: &str) -> Option<&'static TextKind> {
    KINDS.iter().find(|kind| kind.event == base)
}

/// The kind of text that a part of this type has, with its member.
pub(super) fn kind_of_part(part: &str) -> Option<&'static TextKind> {
    match part {
        "output_text" => kind_of("response.output_text"),
        "reasoning_text" => kind_of("response.reasoning_text"),
        "refusal" => kind_of("response.refusal"),
        "summary_text" => kind_of("response.reasoning_summary_text"),
        _ => None,
    }
}

/// Where a text of a kind stands: the part, or the item, whose member it is.
pub(super) fn spot_of(kind: &TextKind, root: Value<'_>) -> Result<Spot, DialectError> {
    let item = Spot::item(place(root, "output_index")?);
    match kind.list {
        ("", _) => Ok(item),
        (list, index) => Ok(item.part(list, place(root, index)?)),
    }
}

/// Where the part of an event stands that tells of parts.
pub(super) fn spot_of_part(kind: &str, root: Value<'_>) -> Result<Spot, DialectError> {
    let (list, index) = if kind.contains("summary") { SUMMARY } else { CONTENT };
    Ok(Spot::item(place(root, "output_index")?).part(list, place(root, index)?))
}

/// Where an annotation stands.
pub(super) fn spot_of_annotation(root: Value<'_>) -> Result<Spot, DialectError> {
    let (list, index) = CONTENT;
    let part = Spot::item(place(root, "output_index")?).part(list, place(root, index)?);
    let index = place(root, "annotation_index")?;
    let annotations = part.member("annotations");
    let (place, field) = (annotations.place.element(index), format!("{}[{index}]", annotations.field));
    Ok(Spot { place, field, ..annotations })
}

/// The value of a member that stands somewhere in the answer.
pub(super) fn area<'a>(incoming: &Incoming<'a>, name: &str, spot: Spot) -> Vec<Area<'a>> {
    let value = incoming.root().member(name);
    value.into_iter().map(|value| Area { from: name.to_owned(), value, spot: spot.clone() }).collect()
}

/// A field of an event as the field of a whole answer.
pub(super) fn of_answer(field: &str, areas: &[Area<'_>]) -> String {
    let found = areas.iter().find_map(|area| {
        let rest = field.strip_prefix(&area.from)?;
        let own = rest.is_empty() || rest.starts_with(['.', '[', '{', ':', '…']);
        own.then_some((area, rest))
    });
    match found {
        Some((area, rest)) if area.spot.field.is_empty() => rest.strip_prefix('.').unwrap_or(rest).to_owned(),
        Some((area, rest)) => format!("{}{rest}", area.spot.field),
        None => field.to_owned(),
    }
}

/// Where the pieces of a text stand.
pub(super) fn spot_of_delta(base: &str, root: Value<'_>, index: Option<usize>) -> Result<Spot, DialectError> {
    if let Some(kind) = kind_of(base) {
        let spot = spot_of(kind, root)?;
        return Ok(if kind.member.is_empty() { spot } else { spot.member(kind.member) });
    }
    // A kind that nobody knows: one text for each item, part and place that it names.
    let item = index.map_or_else(Spot::default, Spot::item);
    let word = base.strip_prefix("response.").unwrap_or(base);
    let spot = item.member(word);
    Ok(Spot { place: spot.place.member(&around(root)), ..spot })
}

/// What a text that has ended is said again in.
pub(super) fn areas_of<'a>(kind: &TextKind, root: Value<'a>, spot: Spot) -> Vec<Area<'a>> {
    if !kind.member.is_empty() {
        let value = root.member(kind.member).into_iter();
        let area =
            |value| Area { from: kind.member.to_owned(), value, spot: spot.clone().member(kind.member) };
        return value.map(area).collect();
    }
    // What commands wrote: from this one on.
    let (Some(item), Some((list, first))) = (spot.item, spot.part) else { return Vec::new() };
    let elements = root.member(list).into_iter().flat_map(Value::elements).enumerate();
    let area = |(index, value)| Area {
        from: format!("{list}[{index}]"),
        value,
        spot: Spot::item(item).part(list, first.saturating_add(index)),
    };
    elements.map(area).collect()
}

/// The members of an event that say where its text stands, with a comma after each.
pub(super) fn around(root: Value<'_>) -> String {
    let members = root.members().filter_map(|(name, value)| {
        let name = name.text().filter(|name| name.ends_with("_index") || name == "item_id")?;
        is_word(value).then(|| format!("\"{name}\":{},", value.raw()))
    });
    members.collect()
}
