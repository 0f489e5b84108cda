//! A secret's value read as a JSON object. What it holds is wiped when it goes, and its errors name members,
//! never what is in them.
//!
//! Members that nobody here knows travel on untouched into the next value.

use secrets::Secret;
use serde_json::{Map, Value};

use crate::error::RotationError;
use crate::store::VersionStage;
use crate::strategy::Staged;

/// The longest value, in bytes: what the smallest of the stores takes.
const LONGEST: usize = 25_000;

/// One value, opened.
pub(crate) struct Document {
    secret: String,
    stage: VersionStage,
    root: Value,
}

impl Document {
    pub(crate) fn open(secret: &str, staged: Staged<'_>) -> Result<Self, RotationError> {
        let invalid = |reason: &str| RotationError::invalid(secret, staged.stage, reason);
        if staged.value.expose().len() > LONGEST {
            return Err(invalid("it is longer than 25000 bytes"));
        }
        // What the parser has to say may quote the text.
        let root = serde_json::from_str(staged.value.expose()).map_err(|_| invalid("it is not JSON"))?;
        let document = Self { secret: secret.to_owned(), stage: staged.stage, root };
        if document.root.is_object() { Ok(document) } else { Err(invalid("it is not a JSON object")) }
    }

    /// What is wrong with this value.
    pub(crate) fn invalid(&self, reason: impl Into<String>) -> RotationError {
        RotationError::invalid(&self.secret, self.stage, reason)
    }

    pub(crate) fn value(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// A text that must be there and not be empty; `pointer` is `/a/b`.
    pub(crate) fn text(&self, pointer: &str) -> Result<&str, RotationError> {
        let text = self.optional_text(pointer)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.invalid(format!("`{}` is missing", name(pointer))))
    }

    /// A text that may be left out.
    pub(crate) fn optional_text(&self, pointer: &str) -> Result<Option<&str>, RotationError> {
        match self.value(pointer) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                Err(self.invalid(format!("`{}` is not a text", name(pointer))))
            }
        }
    }

    pub(crate) fn list(&self, pointer: &str) -> Result<&Vec<Value>, RotationError> {
        let list = self.value(pointer).and_then(Value::as_array);
        list.ok_or_else(|| self.invalid(format!("`{}` is not a list", name(pointer))))
    }

    pub(crate) fn map(&self, pointer: &str) -> Result<&Map<String, Value>, RotationError> {
        let map = self.value(pointer).and_then(Value::as_object);
        map.ok_or_else(|| self.invalid(format!("`{}` is not an object", name(pointer))))
    }

    /// Sets a member of the object itself.
    pub(crate) fn set(&mut self, member: &str, value: Value) {
        if let Some(map) = self.root.as_object_mut() {
            map.insert(member.to_owned(), value).iter_mut().for_each(wipe);
        }
    }

    /// Whether both are the same but for these members of the objects themselves. A pending value that names
    /// another host or user than the current one was not made here.
    pub(crate) fn check_same_but(&self, current: &Self, members: &[&str]) -> Result<(), RotationError> {
        let (own, others) = (self.root.as_object(), current.root.as_object());
        let mut names = own.into_iter().chain(others).flat_map(Map::keys);
        let differs = |name: &&String| {
            !members.contains(&name.as_str())
                && own.and_then(|map| map.get(*name)) != others.and_then(|map| map.get(*name))
        };
        match names.find(differs) {
            Some(name) => Err(self.invalid(format!("`{name}` is not what the current value has"))),
            None => Ok(()),
        }
    }

    /// The value to store.
    pub(crate) fn close(&self) -> Result<Secret, RotationError> {
        let text = Secret::new(self.root.to_string());
        if text.expose().len() > LONGEST {
            return Err(self.invalid("the next one would be longer than 25000 bytes"));
        }
        Ok(text)
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        wipe(&mut self.root);
    }
}

/// A secret's memory is wiped when it is dropped, so every text is made one.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        Value::String(text) => drop(Secret::new(std::mem::take(text))),
        Value::Bool(_) | Value::Null | Value::Number(_) => {}
    }
}

/// `/a/b` as people write it: `a.b`.
fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
