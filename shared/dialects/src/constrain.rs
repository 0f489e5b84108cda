//! Constraints that dialects make alike: the lower of two numbers, another model, fewer tools.

use policy::Constraints;

use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::splice::{Splices, literal};

/// A dialect's way to make constraints: what to change in the bytes of a request.
pub(crate) type Constrain = fn(&Document, &Constraints, &mut Splices) -> Result<(), DialectError>;

/// Names the tool that a value offers or chooses.
pub(crate) type Namer = fn(Value<'_>) -> Option<String>;

/// The tools that may stay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed<'a> {
    names: &'a [String],
}

impl<'a> Allowed<'a> {
    pub(crate) fn new(names: &'a [String]) -> Self {
        Self { names }
    }

    /// Whether a tool may stay. One without a name may not.
    pub(crate) fn keeps(self, name: Option<&str>) -> bool {
        name.is_some_and(|name| self.names.iter().any(|allowed| allowed == name))
    }
}

/// The constraints that need nothing of a dialect: temperature and model.
pub(crate) fn simple(
    root: Value<'_>,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    if let Some(most) = constraints.temperature {
        temperature(root, most, splices)?;
    }
    if let Some(model) = &constraints.model {
        splices.member(root, "model", literal(model));
    }
    Ok(())
}

/// Lowers a whole number; sets it where it is absent.
pub(crate) fn lower(
    object: Value<'_>,
    name: &str,
    most: u64,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    if members::whole(object, name)?.is_none_or(|value| value > most) {
        splices.member(object, name, most.to_string());
    }
    Ok(())
}

fn temperature(root: Value<'_>, most: f64, splices: &mut Splices) -> Result<(), DialectError> {
    let Some(json) = serde_json::Number::from_f64(most) else {
        return Err(DialectError::Unconstrainable { field: "temperature".to_owned() });
    };
    if members::number(root, "temperature")?.is_none_or(|value| value > most) {
        splices.member(root, "temperature", json.to_string());
    }
    Ok(())
}

/// Takes the tools out of a list that may not stay. Says whether any stays.
pub(crate) fn tools(list: Value<'_>, namer: Namer, allowed: Allowed<'_>, splices: &mut Splices) -> bool {
    let kept: Vec<bool> = list.elements().map(|tool| allowed.keeps(namer(tool).as_deref())).collect();
    splices.remove_elements(list, |index| kept.get(index) != Some(&true));
    kept.contains(&true)
}

/// The names of the tools in a list.
pub(crate) fn names(list: Value<'_>, field: &str, namer: Namer) -> Result<Vec<String>, DialectError> {
    let name = |(index, tool): (usize, Value<'_>)| {
        let named = namer(tool).filter(|_| tool.kind() == Kind::Object);
        named.ok_or_else(|| members::wrong(&format!("{field}[{index}]"), "a tool with a name or a type"))
    };
    list.elements().enumerate().map(name).collect()
}

/// The texts to be put in front, as one.
pub(crate) fn system_prompt(constraints: &Constraints) -> Option<String> {
    let prompts: Vec<&str> = constraints.system_prompts.iter().map(String::as_str).collect();
    let prompts: Vec<&str> = prompts.into_iter().filter(|prompt| !prompt.is_empty()).collect();
    Some(prompts.join("\n\n")).filter(|prompt| !prompt.is_empty())
}

/// Puts an element at the beginning of a list.
pub(crate) fn first_element(list: Value<'_>, json: String, splices: &mut Splices) {
    let comma = if list.elements().next().is_some() { "," } else { "" };
    splices.front(list, json + comma);
}
