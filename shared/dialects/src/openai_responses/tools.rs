//! The tools that a request offers: its own list, and those of items that add some in mid conversation.

use std::borrow::Cow;

use policy::{Action, ActionKind};
use serde_json::{Map, Value as Json};
use url::Url;

use crate::constrain::{self, Allowed};
use crate::error::DialectError;
use crate::json::{Kind, Value};
use crate::members;
use crate::splice::Splices;

/// What is said of an MCP server beside its address, for rules to look at.
const OF_A_SERVER: [&str; 6] =
    ["allowed_tools", "authorization", "connector_id", "headers", "require_approval", "tunnel_id"];

/// The names of the tools in a list, and where each stands. Those of a namespace are offered one by one.
pub(super) fn offers(list: Value<'_>, field: &str) -> Result<Vec<(String, String)>, DialectError> {
    let names = constrain::names(list, field, tool_name)?;
    let mut offers = Vec::new();
    for (index, (tool, name)) in list.elements().zip(names).enumerate() {
        let field = format!("{field}[{index}]");
        match nested(tool)? {
            Some(list) => {
                let field = format!("{field}.tools");
                let names = constrain::names(list, &field, tool_name)?.into_iter().enumerate();
                offers.extend(names.map(|(place, name)| (name, format!("{field}[{place}]"))));
            }
            None => offers.push((name, field)),
        }
    }
    Ok(offers)
}

/// The MCP servers in a list.
pub(super) fn servers(list: Value<'_>, field: &str) -> Result<Vec<Action>, DialectError> {
    let tools = list.elements().enumerate();
    let servers = tools.filter(|(_, tool)| tool.member_text("type").as_deref() == Some("mcp"));
    servers.map(|(index, tool)| server(tool, format!("{field}[{index}]"))).collect()
}

/// Takes the tools out of a list that may not stay; says whether any stays.
pub(super) fn keep(list: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) -> bool {
    let stays = |tool: Value<'_>| match nested(tool).ok().flatten() {
        Some(list) => list.elements().any(|tool| allowed.keeps(tool_name(tool).as_deref())),
        None => allowed.keeps(tool_name(tool).as_deref()),
    };
    let kept: Vec<bool> = list.elements().map(stays).collect();
    splices.remove_elements(list, |index| kept.get(index) != Some(&true));
    for (tool, _) in list.elements().zip(&kept).filter(|(_, kept)| **kept) {
        if let Ok(Some(list)) = nested(tool) {
            constrain::tools(list, tool_name, allowed, splices);
        }
    }
    kept.contains(&true)
}

/// What chooses tools that are gone: members of the request to take out. Of several that are allowed, those that stay
/// remain.
pub(super) fn unchosen(root: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) -> Vec<&'static str> {
    let any = root.member("tools").into_iter().flat_map(Value::elements).any(|tool| {
        let list = nested(tool).ok().flatten();
        let mut names = list.map_or(vec![tool], |list| list.elements().collect()).into_iter().map(tool_name);
        names.any(|name| allowed.keeps(name.as_deref()))
    });
    if !any {
        return vec!["tool_choice", "parallel_tool_calls"];
    }
    let Some(choice) = root.member("tool_choice").filter(|choice| choice.kind() == Kind::Object) else {
        return Vec::new();
    };
    let stays = match choice.member("tools") {
        Some(list) => constrain::tools(list, tool_name, allowed, splices),
        None => allowed.keeps(tool_name(choice).as_deref()),
    };
    if stays { Vec::new() } else { vec!["tool_choice"] }
}

/// The tools of a namespace.
fn nested(tool: Value<'_>) -> Result<Option<Value<'_>>, DialectError> {
    let namespace = tool.member_text("type").is_some_and(|kind| kind == "namespace");
    if namespace { members::list(tool, "tools") } else { Ok(None) }
}

/// A tool's name, the name of the server whose tools it stands for, or its type.
fn tool_name(tool: Value<'_>) -> Option<String> {
    let server = tool.member_text("server_label");
    server.or_else(|| tool.member_text("name")).or_else(|| tool.member_text("type")).map(Cow::into_owned)
}

/// An MCP server: at an address, or one that the vendor runs or has a way to.
fn server(tool: Value<'_>, field: String) -> Result<Action, DialectError> {
    let text = |name| members::present(tool, name).map(|value| value.text().unwrap_or_default());
    let wrong = || members::wrong(&format!("{field}.server_url"), "an absolute URL");
    let url = text("server_url").map(|url| Url::parse(&url).map_err(|_| wrong())).transpose()?;
    let other = text("connector_id").or_else(|| text("tunnel_id"));
    let name = match (&url, other) {
        (None, None) => return Err(wrong()),
        (None, Some(other)) => other,
        (Some(_), _) => text("server_label").unwrap_or_default(),
    };
    let members = OF_A_SERVER.iter().filter_map(|name| {
        let value = serde_json::from_str(members::present(tool, name)?.raw()).ok()?;
        Some(((*name).to_owned(), value))
    });
    Ok(Action {
        kind: ActionKind::McpServer,
        name: name.into_owned(),
        method: String::new(),
        urls: url.into_iter().collect(),
        arguments: Json::from(members.collect::<Map<_, _>>()),
        field: field.clone(),
    })
}
