//! The tool calls of one choice, put together from their pieces and kept until they are complete.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::stream::{Sheet, StreamEvent, Windows, within_cap};

static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

/// The calls so far, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Calls {
    list: Vec<Call>,
    /// The call in the older form, of which there can be one.
    older: Option<Call>,
    /// Whether there ever was one.
    pub(super) any: bool,
}

/// One call.
#[derive(Debug, Default)]
struct Call {
    index: Option<usize>,
    members: Map<String, Json>,
    bytes: usize,
}

impl Calls {
    /// Takes the pieces in a member of a delta.
    pub(super) fn take(
        &mut self,
        name: &str,
        member: Value<'_>,
        windows: &mut Windows,
    ) -> Result<(), DialectError> {
        if name == "function_call" {
            self.any = true;
            if self.older.is_none() {
                windows.count()?;
            }
            return self.older.get_or_insert_default().add(member, name);
        }
        if member.kind() != Kind::Array {
            return Err(members::wrong(name, "a list"));
        }
        member.elements().try_for_each(|piece| self.piece(piece, name, windows))
    }

    /// Hands over what there is, as a whole answer has it.
    pub(super) fn complete(&mut self, choice: usize, event: &mut StreamEvent) -> Result<(), DialectError> {
        let calls = std::mem::take(&mut self.list).into_iter().map(|mut call| {
            call.members.remove("index");
            Json::from(call.members)
        });
        let calls: Vec<Json> = calls.collect();
        let mut message = Map::new();
        if !calls.is_empty() {
            message.insert("tool_calls".to_owned(), calls.into());
        }
        if let Some(older) = self.older.take() {
            message.insert("function_call".to_owned(), older.members.into());
        }
        if message.is_empty() {
            return Ok(());
        }
        let sheet =
            Sheet::read(json!({"choices": [{"message": message}]}).to_string(), &ANSWER, Way::Answer)?;
        let calls = message_of(sheet.root()).map(|message| super::super::calls(message, choice));
        let field = format!("choices[{choice}]");
        event.add_call(choice, sheet, ("choices[0]", &field), calls.unwrap_or_default());
        Ok(())
    }

    fn piece(&mut self, piece: Value<'_>, name: &str, windows: &mut Windows) -> Result<(), DialectError> {
        if piece.kind() != Kind::Object {
            return Err(members::wrong(name, "a list of objects"));
        }
        self.any = true;
        let index = members::index(piece, "index")?;
        let known = self.known(piece, index);
        if let Some(call) = known.and_then(|place| self.list.get_mut(place)) {
            return call.add(piece, name);
        }
        windows.count()?;
        let mut call = Call { index, ..Call::default() };
        call.add(piece, name)?;
        self.list.push(call);
        Ok(())
    }

    /// The call that a piece goes on, if there is one. Another id begins another call; without an index, so does a
    /// name, for the pieces that follow the first have none.
    fn known(&self, piece: Value<'_>, index: Option<usize>) -> Option<usize> {
        let id = piece.member_text("id").filter(|id| !id.is_empty());
        let place = match (index, &id) {
            (Some(index), _) => self.list.iter().rposition(|call| call.index == Some(index)),
            (None, Some(id)) => self.list.iter().rposition(|call| call.id() == Some(id)),
            (None, None) if is_named(piece) => None,
            (None, None) => self.list.len().checked_sub(1),
        }?;
        let known = self.list.get(place).and_then(Call::id);
        let another = id.is_some_and(|id| known.is_some_and(|known| *known != *id));
        (!another).then_some(place)
    }
}

impl Call {
    fn id(&self) -> Option<&str> {
        self.members.get("id").and_then(Json::as_str)
    }

    fn add(&mut self, piece: Value<'_>, name: &str) -> Result<(), DialectError> {
        if piece.kind() != Kind::Object {
            return Err(members::wrong(name, "an object"));
        }
        self.bytes = self.bytes.saturating_add(add_members(&mut self.members, piece)?);
        within_cap(self.bytes)
    }
}

/// The one message of an answer.
pub(super) fn message_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("choices")?.elements().next()?.member("message")
}

/// Adds a piece's members to what is there; says how many bytes that took. Arguments go on; so does any other text,
/// unless it is the same again.
fn add_members(into: &mut Map<String, Json>, piece: Value<'_>) -> Result<usize, DialectError> {
    let mut bytes = 0_usize;
    for (name, value) in piece.members() {
        let name = name.text().unwrap_or_default();
        if value.kind() == Kind::Null {
            continue;
        }
        let arguments = matches!(name.as_ref(), "arguments" | "input");
        if !into.contains_key(name.as_ref()) {
            bytes = bytes.saturating_add(name.len());
            into.insert(name.clone().into_owned(), Json::Null);
        }
        let Some(there) = into.get_mut(name.as_ref()) else {
            continue;
        };
        match (value.kind(), &mut *there) {
            (Kind::Object, Json::Object(members)) if !arguments => {
                bytes = bytes.saturating_add(add_members(members, value)?);
            }
            (Kind::Object, _) if !arguments => {
                let mut members = Map::new();
                bytes = bytes.saturating_add(add_members(&mut members, value)?);
                *there = members.into();
            }
            _ => {
                bytes = bytes.saturating_add(value.raw().len());
                add_value(there, value, &name, arguments)?;
            }
        }
    }
    Ok(bytes)
}

fn add_value(there: &mut Json, value: Value<'_>, name: &str, arguments: bool) -> Result<(), DialectError> {
    let text = match value.text() {
        Some(text) => text,
        None if arguments => value.raw().into(),
        None => {
            let malformed = |_| members::wrong("tool_calls", "JSON");
            *there = serde_json::from_str(value.raw()).map_err(malformed)?;
            return Ok(());
        }
    };
    let Json::String(known) = there else {
        *there = text.into_owned().into();
        return Ok(());
    };
    if matches!(name, "id" | "type") {
        *known = text.into_owned();
    } else if arguments || *known != text {
        known.push_str(&text);
    }
    Ok(())
}

/// Whether a piece names a tool.
fn is_named(piece: Value<'_>) -> bool {
    let kinds = ["function", "custom"].iter().filter_map(|kind| piece.member(kind)).chain([piece]);
    kinds.into_iter().any(|value| value.member_text("name").is_some_and(|name| !name.is_empty()))
}
