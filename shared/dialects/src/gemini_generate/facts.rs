//! What a request asks for, and what an answer says beside its texts. Members may be spelt in two ways; that both
//! stand in one object is refused where the body is walked.

use std::borrow::Cow;

use policy::{Action, ActionKind};
use serde_json::json;

use crate::actions;
use crate::address::{Address, Purpose};
use crate::answer::{AnswerFacts, Usage};
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::paths::snake_case;
use crate::request::Facts;
use crate::urls;

/// The tool of which the programs are that the model writes and the server runs.
const CODE_EXECUTION: &str = "code_execution";

/// A member's name as it is spelt in an object.
pub(super) fn spelt<'n>(object: Value<'_>, name: &'n str) -> Cow<'n, str> {
    let other = snake_case(name);
    if object.member(name).is_none() && object.member(&other).is_some() { other.into() } else { name.into() }
}

/// The member, in either spelling, unless it is null.
pub(super) fn present<'a>(object: Value<'a>, name: &str) -> Option<Value<'a>> {
    members::present(object, &spelt(object, name))
}

/// The member as an object, unless it is null.
fn object<'a>(parent: Value<'a>, name: &str) -> Result<Option<Value<'a>>, DialectError> {
    match present(parent, name) {
        Some(value) if value.kind() != Kind::Object => Err(members::wrong(name, "an object")),
        value => Ok(value),
    }
}

/// The elements of a list; an object that stands alone in its place counts as one.
pub(super) fn items(list: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let alone = Some(list).filter(|list| list.kind() == Kind::Object);
    list.elements().chain(alone)
}

/// The objects in a member that is a list of them.
fn objects<'a>(parent: Value<'a>, name: &str, field: &str) -> Result<Vec<Value<'a>>, DialectError> {
    let Some(list) = present(parent, name) else { return Ok(Vec::new()) };
    if !matches!(list.kind(), Kind::Array | Kind::Object) {
        return Err(members::wrong(field, "a list of objects"));
    }
    let all: Vec<Value<'a>> = items(list).collect();
    match all.iter().position(|item| item.kind() != Kind::Object) {
        Some(index) => Err(members::wrong(&format!("{field}[{index}]"), "an object")),
        None => Ok(all),
    }
}

/// The request in a body: where tokens are counted, it may stand in a member, and the counter takes that alone.
pub(super) fn request(root: Value<'_>) -> Value<'_> {
    present(root, "generateContentRequest").filter(|inner| inner.kind() == Kind::Object).unwrap_or(root)
}

pub(super) fn of_request(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let inner = object(root, "generateContentRequest")?;
    if inner.is_some() && (address.purpose != Purpose::Count || present(root, "contents").is_some()) {
        return Err(members::wrong("generateContentRequest", "absent, or alone where tokens are counted"));
    }
    let request = request(root);
    let contents = present(request, "contents");
    if contents.is_none() && address.purpose != Purpose::Look {
        return Err(members::wrong("contents", "a list"));
    }
    object(request, "systemInstruction")?;
    object(request, "toolConfig")?;
    let mut facts = Facts {
        models: vec![model(address, root, request)?],
        stream: address.streams(root)?,
        messages: objects(request, "contents", "contents")?.len(),
        choices: address.answers(1),
        ..Facts::default()
    };
    if let Some(config) = object(request, "generationConfig")? {
        members::number(config, "temperature")?;
        // A bound of 0 is none.
        let bound = members::whole(config, &spelt(config, "maxOutputTokens"))?;
        facts.max_tokens = bound.filter(|bound| *bound > 0);
        let asked = members::whole(config, &spelt(config, "candidateCount"))?.unwrap_or(1);
        facts.choices = address.answers(asked.max(1));
        same_model(routed(config), &facts.models)?;
    }
    for (index, tool) in objects(request, "tools", "tools")?.into_iter().enumerate() {
        offers(tool, &format!("tools[{index}]"), &mut facts)?;
    }
    Ok(facts)
}

/// The model. The body may name it once more, but no other: which of two would answer is not for a gate to guess.
fn model(address: &Address, root: Value<'_>, request: Value<'_>) -> Result<String, DialectError> {
    let model = [root, request].into_iter().find(|body| members::present(*body, "model").is_some());
    let named = address.model_or(model.unwrap_or(root))?;
    for body in [root, request] {
        if members::present(body, "model").is_some() {
            let again = members::text(body, "model", "model")?;
            same_model(Some(again.into()), std::slice::from_ref(&named))?;
        }
    }
    Ok(named)
}

/// The model that a request is routed to by hand.
fn routed(config: Value<'_>) -> Option<Cow<'_, str>> {
    let routing = present(config, "routingConfig")?;
    present(present(routing, "manualMode")?, "modelName")?.text()
}

/// A model may be named with what it belongs to in front, `models/x`.
fn same_model(again: Option<Cow<'_, str>>, models: &[String]) -> Result<(), DialectError> {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let same = again.is_none_or(|again| models.iter().all(|model| last(model) == last(&again)));
    if same { Ok(()) } else { Err(members::wrong("model", "the model that the path names")) }
}

/// What one element of `tools` offers: functions, MCP servers, and each of the server's own tools under its member's
/// name.
fn offers(tool: Value<'_>, field: &str, facts: &mut Facts) -> Result<(), DialectError> {
    if tool.members().next().is_none() {
        return Err(members::wrong(field, "an object that offers a tool"));
    }
    for (name, member) in tool.members().filter(|(_, member)| member.kind() != Kind::Null) {
        let name = name.text().unwrap_or_default();
        match snake_case(&name).as_str() {
            "function_declarations" => {
                for (index, function) in objects(tool, &name, &format!("{field}.{name}"))?.iter().enumerate()
                {
                    let field = format!("{field}.functionDeclarations[{index}]");
                    facts.offer(members::text(*function, "name", &format!("{field}.name"))?, field);
                }
            }
            "mcp_servers" => {
                for (index, server) in objects(tool, &name, &format!("{field}.{name}"))?.iter().enumerate() {
                    let server = mcp_server(*server, format!("{field}.mcpServers[{index}]"))?;
                    facts.tools.push(server.name.clone());
                    facts.actions.push(server);
                }
            }
            own => {
                facts.offer(own.to_owned(), field.to_owned());
                let config = serde_json::from_str(member.raw()).unwrap_or_default();
                if let Some(offered) = facts.actions.last_mut() {
                    offered.urls = urls::urls_in(&config);
                }
            }
        }
    }
    Ok(())
}

fn mcp_server(server: Value<'_>, field: String) -> Result<Action, DialectError> {
    let transport = present(server, "streamableHttpTransport");
    let url = transport.and_then(|transport| transport.member_text("url"));
    let parsed = url.as_ref().and_then(|url| url::Url::parse(url).ok());
    let Some((url, parsed)) = url.zip(parsed) else {
        return Err(members::wrong(&format!("{field}.streamableHttpTransport.url"), "an absolute URL"));
    };
    let headers = transport.and_then(|transport| transport.member("headers"));
    let headers = headers.and_then(|headers| serde_json::from_str(headers.raw()).ok());
    Ok(Action {
        kind: ActionKind::McpServer,
        name: server.member_text("name").unwrap_or_default().into_owned(),
        method: String::new(),
        urls: vec![parsed],
        arguments: json!({"url": url, "headers": headers.unwrap_or(serde_json::Value::Null)}),
        field,
    })
}

pub(super) fn of_answer(document: &Document) -> AnswerFacts {
    let root = document.root();
    let candidates = present(root, "candidates").into_iter().flat_map(items).enumerate();
    let parts = candidates.flat_map(|(candidate, value)| {
        let content = present(value, "content");
        let parts = content.and_then(|content| present(content, "parts")).into_iter().flat_map(items);
        parts
            .enumerate()
            .map(move |(index, part)| (part, format!("candidates[{candidate}].content.parts[{index}]")))
    });
    AnswerFacts {
        is_of_the_dialect: is_answer(root),
        model: present(root, "modelVersion").and_then(Value::text).map(Cow::into_owned),
        usage: present(root, "usageMetadata").and_then(usage),
        actions: parts.flat_map(|(part, field)| calls(part, &field)).collect(),
    }
}

/// The members of which an answer or an error has one.
const ANSWER: [&str; 4] = ["candidates", "error", "promptFeedback", "usageMetadata"];

/// Where a list is asked for, an error stands in one.
fn is_answer(root: Value<'_>) -> bool {
    let error = root.elements().next().and_then(|first| present(first, "error"));
    error.is_some() || ANSWER.iter().any(|name| present(root, name).is_some())
}

/// The tokens. A count of 0 is left out on the wire.
pub(super) fn usage(usage: Value<'_>) -> Option<Usage> {
    let count = |name: &str| members::whole(usage, &spelt(usage, name)).ok().flatten();
    let sum = |names: [&str; 2]| names.into_iter().filter_map(count).reduce(u64::saturating_add);
    let input = sum(["promptTokenCount", "toolUsePromptTokenCount"]);
    let output = sum(["candidatesTokenCount", "thoughtsTokenCount"]);
    input.or(output)?;
    Some(Usage { input_tokens: input.unwrap_or(0), output_tokens: output.unwrap_or(0) })
}

/// The calls that a part is: of the caller's function, of a program that the server runs, of a server's own tool.
pub(super) fn calls(part: Value<'_>, field: &str) -> Vec<Action> {
    let call = |(name, member): (Value<'_>, Value<'_>)| {
        let text = |name: &str| present(member, name).and_then(Value::text).map(Cow::into_owned);
        let field = |member: &str| format!("{field}.{member}");
        match snake_case(&name.text()?).as_str() {
            "executable_code" => {
                Some(actions::call(Some(CODE_EXECUTION.to_owned()), Some(member), field("executableCode")))
            }
            "function_call" => {
                let arguments = present(member, "args").or_else(|| present(member, "partialArgs"));
                Some(actions::call(text("name"), arguments, field("functionCall")))
            }
            "tool_call" => {
                let name = text("toolType").map(|kind| kind.to_ascii_lowercase());
                Some(actions::call(name, present(member, "args"), field("toolCall")))
            }
            _ => None,
        }
    };
    part.members().filter(|(_, member)| member.kind() != Kind::Null).filter_map(call).collect()
}
