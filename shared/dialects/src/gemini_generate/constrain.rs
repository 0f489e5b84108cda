//! What a policy changes in a request, in the spelling that is there.

use policy::Constraints;

use super::facts::{items, present, request, spelt};
use crate::constrain::{self, Allowed};
use crate::error::DialectError;
use crate::json::{Document, Kind, Value, encode};
use crate::members;
use crate::paths::snake_case;
use crate::splice::{Splices, literal};

pub(super) fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    let request = request(root);
    if let Some(model) = &constraints.model {
        splices.member(root, "model", literal(model));
    }
    bounds(request, constraints, splices)?;
    if let Some(names) = &constraints.tools {
        tools(request, Allowed::new(names), splices);
    }
    match constrain::system_prompt(constraints) {
        Some(prompt) => system(request, &prompt, splices),
        None => Ok(()),
    }
}

/// Lowers the bounds that are there, and sets those that are not.
fn bounds(request: Value<'_>, constraints: &Constraints, splices: &mut Splices) -> Result<(), DialectError> {
    let name = spelt(request, "generationConfig");
    let config = members::present(request, &name).filter(|config| config.members().next().is_some());
    let Some(config) = config else {
        let unconstrainable = || DialectError::Unconstrainable { field: "temperature".to_owned() };
        let temperature = constraints.temperature.map(|most| {
            serde_json::Number::from_f64(most)
                .map(|most| format!("\"temperature\":{most}"))
                .ok_or_else(unconstrainable)
        });
        let rows = [
            constraints.max_tokens.map(|most| format!("\"maxOutputTokens\":{most}")),
            temperature.transpose()?,
        ];
        let rows: Vec<String> = rows.into_iter().flatten().collect();
        if !rows.is_empty() {
            splices.member(request, &name, format!("{{{}}}", rows.join(",")));
        }
        return Ok(());
    };
    let temperature = Constraints { temperature: constraints.temperature, ..Constraints::default() };
    constrain::simple(config, &temperature, splices)?;
    let Some(most) = constraints.max_tokens else { return Ok(()) };
    let name = spelt(config, "maxOutputTokens");
    if members::whole(config, &name)? == Some(0) {
        // A bound of 0 is none.
        splices.member(config, &name, most.to_string());
        return Ok(());
    }
    constrain::lower(config, &name, most, splices)
}

/// What is left of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Some,
}

/// Takes out the tools that may not stay, and with them what would choose one of them.
fn tools(request: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) {
    let functions = |tool| present(tool, "functionDeclarations").into_iter().flat_map(items);
    let tools = || present(request, "tools").into_iter().flat_map(items);
    let any = tools().flat_map(functions).any(|function| allowed.keeps(name(function).as_deref()));
    if let Some(list) = present(request, "tools")
        && filter(list, splices, |tool, splices| one_tool(tool, allowed, splices)) == Left::Nothing
    {
        splices.remove_members(request, &["tools"]);
    }
    let Some(config) = present(request, "toolConfig") else { return };
    if !any {
        return splices.remove_members(config, &["functionCallingConfig", "function_calling_config"]);
    }
    let calling = present(config, "functionCallingConfig");
    let Some((calling, names)) =
        calling.and_then(|calling| Some((calling, present(calling, "allowedFunctionNames")?)))
    else {
        return;
    };
    let kept: Vec<bool> = names.elements().map(|name| allowed.keeps(name.text().as_deref())).collect();
    if kept.contains(&true) {
        splices.remove_elements(names, |index| kept.get(index) != Some(&true));
    } else {
        splices.remove_members(calling, &["allowedFunctionNames", "allowed_function_names"]);
    }
}

/// Takes those elements out of a list of which nothing is left.
fn filter(
    list: Value<'_>,
    splices: &mut Splices,
    mut left: impl FnMut(Value<'_>, &mut Splices) -> Left,
) -> Left {
    let kept: Vec<bool> = items(list).map(|item| left(item, splices) == Left::Some).collect();
    splices.remove_elements(list, |index| kept.get(index) != Some(&true));
    if kept.contains(&true) { Left::Some } else { Left::Nothing }
}

/// Takes out of an element of `tools` what may not stay.
fn one_tool(tool: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) -> Left {
    let named = |value: Value<'_>, _: &mut Splices| {
        if allowed.keeps(name(value).as_deref()) { Left::Some } else { Left::Nothing }
    };
    let mut gone = Vec::new();
    let mut any = false;
    for (name, member) in tool.members() {
        let name = name.text().unwrap_or_default();
        let left = match snake_case(&name).as_str() {
            "function_declarations" | "mcp_servers" => filter(member, splices, named),
            own if allowed.keeps(Some(own)) => Left::Some,
            _ => Left::Nothing,
        };
        match left {
            Left::Nothing => gone.push(name),
            Left::Some => any = true,
        }
    }
    let gone: Vec<&str> = gone.iter().map(AsRef::as_ref).collect();
    splices.remove_members(tool, &gone);
    if any { Left::Some } else { Left::Nothing }
}

fn name(value: Value<'_>) -> Option<String> {
    value.member_text("name").map(std::borrow::Cow::into_owned)
}

/// Puts a text in front of the instructions.
fn system(request: Value<'_>, prompt: &str, splices: &mut Splices) -> Result<(), DialectError> {
    let part = format!("{{\"text\":{}}}", literal(prompt));
    let name = spelt(request, "systemInstruction");
    let Some(system) = members::present(request, &name) else {
        splices.member(request, &name, format!("{{\"parts\":[{part}]}}"));
        return Ok(());
    };
    match members::present(system, "parts") {
        Some(list) if list.kind() == Kind::Array => constrain::first_element(list, part, splices),
        Some(alone) => match members::present(alone, "text").filter(|text| text.kind() == Kind::Text) {
            Some(text) => splices.front(text, encode(&format!("{prompt}\n\n"))),
            None => {
                return Err(DialectError::Unconstrainable { field: "systemInstruction.parts".to_owned() });
            }
        },
        None => splices.member(system, "parts", format!("[{part}]")),
    }
    Ok(())
}
