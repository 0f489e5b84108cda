//! A call whose arguments come in pieces: each names a place in them by a path, and what stands there. Put together,
//! the call goes out whole. Pieces that do not fit together are an error.

use serde_json::{Map, Value as Json, json};

use super::super::facts::{calls, present, spelt};
use crate::error::DialectError;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::snake_case;
use crate::stream::{Sheet, StreamEvent, within_cap};

/// The most steps of a path.
const MAX_STEPS: usize = 64;

/// What a call has come to so far.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The members of its part, and its own but for the arguments.
    part: Map<String, Json>,
    call: Map<String, Json>,
    args: Map<String, Json>,
    /// The path of the text that goes on.
    open: Option<String>,
    bytes: usize,
}

/// A step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Element(usize),
    Member(String),
}

/// Whether a call is not whole.
pub(super) fn is_piece(call: Value<'_>) -> bool {
    let goes_on = present(call, "willContinue").is_some_and(|goes_on| goes_on.raw() != "false");
    goes_on || present(call, "partialArgs").is_some()
}

impl Call {
    /// Takes a piece: the part and the call in it. Says whether the call is whole now.
    pub(super) fn add(
        &mut self,
        part: Value<'_>,
        call: Value<'_>,
        field: &str,
    ) -> Result<bool, DialectError> {
        let misfit = || members::wrong(&format!("{field}.functionCall"), "pieces that fit together");
        self.bytes = self.bytes.saturating_add(part.raw().len());
        within_cap(self.bytes)?;
        if call.kind() != Kind::Object {
            return Err(misfit());
        }
        let mut fits = true;
        for (name, value) in part.members() {
            let name = name.text().unwrap_or_default();
            fits &= snake_case(&name) == "function_call" || set(&mut self.part, &name, value);
        }
        for (name, value) in call.members() {
            let name = name.text().unwrap_or_default();
            fits &= match snake_case(&name).as_str() {
                "args" => self.args(value),
                "partial_args" => {
                    value.kind() == Kind::Array && value.elements().all(|piece| self.piece(piece))
                }
                "will_continue" => true,
                _ => set(&mut self.call, &name, value),
            };
        }
        let goes_on = members::flag(call, &spelt(call, "willContinue"))?;
        // The last piece of a call ends its texts as well.
        fits &= goes_on || self.open.is_none();
        if fits { Ok(!goes_on) } else { Err(misfit()) }
    }

    /// Hands the call over, as a whole answer has it.
    pub(super) fn complete(
        mut self,
        candidate: usize,
        field: &str,
        event: &mut StreamEvent,
    ) -> Result<(), DialectError> {
        self.call.insert("args".to_owned(), self.args.into());
        self.part.insert("functionCall".to_owned(), self.call.into());
        let answer = json!({"candidates": [{"content": {"parts": [self.part]}}]});
        let sheet = Sheet::read(answer.to_string(), &super::super::ANSWER, crate::fields::Way::Answer)?;
        let actions = part_of(sheet.root()).map(|part| calls(part, field)).unwrap_or_default();
        event.add_call(candidate, sheet, ("candidates[0].content.parts[0]", field), actions);
        Ok(())
    }

    /// Arguments that come at once.
    fn args(&mut self, args: Value<'_>) -> bool {
        match serde_json::from_str(args.raw()) {
            Ok(Json::Null) => true,
            Ok(Json::Object(args)) if self.args.is_empty() => {
                self.args = args;
                true
            }
            Ok(Json::Object(args)) => args.is_empty(),
            _ => false,
        }
    }

    /// A piece of the arguments. Says whether it fits to those before.
    fn piece(&mut self, piece: Value<'_>) -> bool {
        let Some(path) = present(piece, "jsonPath").and_then(Value::text) else { return false };
        let Ok(goes_on) = members::flag(piece, &spelt(piece, "willContinue")) else { return false };
        let Some(steps) = steps(&path) else { return false };
        let again = self.open.take().map(|open| open == *path);
        let values = ["boolValue", "nullValue", "numberValue", "stringValue"];
        let mut values =
            values.into_iter().filter_map(|name| Some((name, piece.member(&spelt(piece, name))?)));
        let value = values.next().map(|(name, value)| (name, serde_json::from_str::<Json>(value.raw()).ok()));
        if values.next().is_some() || again == Some(false) {
            return false;
        }
        self.open = goes_on.then(|| path.into_owned());
        let Some((place, new)) = slot(&mut self.args, &steps) else { return false };
        match (value, place) {
            (Some(("stringValue", Some(Json::String(text)))), Json::String(there)) if again.is_some() => {
                there.push_str(&text);
                true
            }
            (Some(("stringValue", Some(text @ Json::String(_)))), place) if new => {
                *place = text;
                true
            }
            (Some(("boolValue", Some(value @ Json::Bool(_)))), place)
            | (Some(("numberValue", Some(value @ Json::Number(_)))), place)
                if new && !goes_on =>
            {
                *place = value;
                true
            }
            (Some(("nullValue", Some(_))), _) => new && !goes_on,
            (None, _) => again.is_some(),
            _ => false,
        }
    }
}

/// The one part of an answer.
pub(super) fn part_of(root: Value<'_>) -> Option<Value<'_>> {
    root.member("candidates")?.elements().next()?.member("content")?.member("parts")?.elements().next()
}

/// Sets a member; says whether none or the same was there.
fn set(into: &mut Map<String, Json>, name: &str, value: Value<'_>) -> bool {
    let Ok(value) = serde_json::from_str::<Json>(value.raw()) else { return false };
    if value.is_null() || value == "" {
        return true;
    }
    let there = into.entry(name).or_insert_with(|| value.clone());
    *there == value
}

/// The steps of a path: `$.a.b[0]`, or `$['a']['b'][0]`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(member) = rest.strip_prefix('.') {
            let end = member.find(['.', '[']).unwrap_or(member.len());
            let (name, after) = member.split_at_checked(end)?;
            (Step::Member(name.to_owned()), after)
        } else {
            let inner = rest.strip_prefix('[')?;
            let quote = inner.chars().next().filter(|first| matches!(first, '\'' | '"'));
            match quote {
                Some(quote) => {
                    let (name, after) = inner.strip_prefix(quote)?.split_once(quote)?;
                    (Step::Member(name.to_owned()), after.strip_prefix(']')?)
                }
                None => {
                    let (index, after) = inner.split_once(']')?;
                    (Step::Element(index.parse().ok()?), after)
                }
            }
        };
        let plain = match &step {
            Step::Member(name) => !name.is_empty() && !name.contains(['\\', '*', '?', '@']),
            Step::Element(_) => true,
        };
        if !plain || steps.len() >= MAX_STEPS {
            return None;
        }
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

/// The place that a path leads to, and whether nothing was there. Lists grow by one.
fn slot<'a>(args: &'a mut Map<String, Json>, steps: &[Step]) -> Option<(&'a mut Json, bool)> {
    let (first, rest) = steps.split_first()?;
    let Step::Member(first) = first else { return None };
    let mut new = !args.contains_key(first);
    let mut place = args.entry(first.as_str()).or_insert(Json::Null);
    for step in rest {
        if new {
            *place = match step {
                Step::Element(_) => Json::Array(Vec::new()),
                Step::Member(_) => Json::Object(Map::new()),
            };
        }
        place = match (step, place) {
            (Step::Element(index), Json::Array(list)) => {
                new = *index == list.len();
                if new {
                    list.push(Json::Null);
                }
                list.get_mut(*index)?
            }
            (Step::Member(name), Json::Object(members)) => {
                new = !members.contains_key(name);
                members.entry(name.as_str()).or_insert(Json::Null)
            }
            _ => return None,
        };
    }
    Some((place, new))
}

#[cfg(test)]
mod tests;
