//! What Converse bodies ask for and what they answer: models, bounds, tools, calls, tokens; and how constraints are
//! made in them.

use std::borrow::Cow;

use policy::{Action, Constraints};

use crate::actions;
use crate::address::{Address, Purpose};
use crate::answer::{AnswerFacts, Usage};
use crate::constrain::{self, Allowed};
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::request::Facts;
use crate::splice::{Splices, literal};

/// Where the conversation stands that is to be counted.
const COUNTED: &str = "input.converse";

/// What a request asks for.
pub(super) fn request(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let counts = address.purpose == Purpose::Count;
    if !counts && members::present(root, "input").is_some() {
        // Constraints find the conversation by this member, so it must not stand where it means nothing.
        return Err(members::wrong("input", "absent where nothing is counted"));
    }
    let body = if counts { counted(root)? } else { root };
    let field = |name: &str| if counts { format!("{COUNTED}.{name}") } else { name.to_owned() };
    let facts = Facts {
        models: vec![address.model_or(root)?],
        stream: address.streams(root)?,
        choices: address.answers(1),
        stored: is_prompt(address).then_some("modelId"),
        ..Facts::default()
    };
    body_facts(body, facts, is_prompt(address), &field)
}

/// What the body of a conversation asks for, added to what the address says. `may_lack` is whether it may lack messages.
pub(crate) fn body_facts(
    body: Value<'_>,
    mut facts: Facts,
    may_lack: bool,
    field: &dyn Fn(&str) -> String,
) -> Result<Facts, DialectError> {
    let messages = members::list(body, "messages")?;
    if messages.is_none() && !may_lack {
        return Err(members::wrong(&field("messages"), "a list"));
    }
    members::list(body, "system")?;
    let config = object(body, "inferenceConfig")?;
    if let Some(config) = config {
        members::number(config, "temperature")?;
        facts.max_tokens = members::whole(config, "maxTokens")?;
    }
    facts.messages = messages.map_or(0, |messages| messages.elements().count());
    let tools =
        object(body, "toolConfig")?.map(|config| members::list(config, "tools")).transpose()?.flatten();
    for (index, tool) in tools.into_iter().flat_map(Value::elements).enumerate() {
        let place = field(&format!("toolConfig.tools[{index}]"));
        if !is_mark(tool) {
            let name = tool_name(tool).ok_or_else(|| members::wrong(&place, "a tool with a name"))?;
            facts.offer(name, place);
        }
    }
    for (tool, place) in messages.map(additions).transpose()?.unwrap_or_default() {
        facts.offer(tool, field(&place));
    }
    Ok(facts)
}

/// Makes constraints in a request.
pub(super) fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    constrain_body(counted(root).unwrap_or(root), constraints, splices)
}

/// Makes constraints in the body of a conversation.
pub(crate) fn constrain_body(
    body: Value<'_>,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    bounds(body, constraints, splices)?;
    if let Some(names) = &constraints.tools {
        tools(body, Allowed::new(names), splices)?;
    }
    if let Some(prompt) = constrain::system_prompt(constraints) {
        let block = format!("{{\"text\":{}}}", literal(&prompt));
        match members::present(body, "system") {
            Some(list) => constrain::first_element(list, block, splices),
            None => splices.member(body, "system", format!("[{block}]")),
        }
    }
    Ok(())
}

/// What an answer says of itself. Errors say what went wrong, and a count says how many tokens went in.
pub(super) fn answer(document: &Document) -> AnswerFacts {
    let root = document.root();
    let blocks = root.member("output").and_then(|output| output.member("message")?.member("content"));
    let blocks = blocks.into_iter().flat_map(Value::elements).enumerate();
    let known = ["output", "message", "Message", "inputTokens"];
    let router = root.member("trace").and_then(|trace| trace.member("promptRouter"));
    AnswerFacts {
        is_of_the_dialect: known.iter().any(|name| members::present(root, name).is_some()),
        model: router.and_then(|router| router.member_text("invokedModelId")).map(Cow::into_owned),
        usage: members::present(root, "usage").and_then(usage).or_else(|| counted_tokens(root)),
        actions: blocks
            .filter_map(|(index, block)| call(block, format!("output.message.content[{index}]")))
            .collect(),
    }
}

/// The tool call that a block is.
pub(crate) fn call(block: Value<'_>, field: String) -> Option<Action> {
    let call = members::present(block, "toolUse")?;
    Some(actions::call(call.member_text("name").map(Cow::into_owned), call.member("input"), field))
}

/// The tokens of a call. Those that were read from a cache or written to it stand apart.
pub(crate) fn usage(usage: Value<'_>) -> Option<Usage> {
    let count = |name| members::whole(usage, name).ok().flatten();
    let cached = ["cacheReadInputTokens", "cacheWriteInputTokens"];
    let input = count("inputTokens")?;
    let input_tokens = cached.into_iter().filter_map(count).fold(input, u64::saturating_add);
    Some(Usage { input_tokens, output_tokens: count("outputTokens").unwrap_or(0) })
}

fn counted_tokens(root: Value<'_>) -> Option<Usage> {
    let input_tokens = members::whole(root, "inputTokens").ok().flatten()?;
    Some(Usage { input_tokens, output_tokens: 0 })
}

/// The conversation that is to be counted. The other form holds a body in a body, in which nothing could be covered.
fn counted(root: Value<'_>) -> Result<Value<'_>, DialectError> {
    let input = object(root, "input")?.ok_or_else(|| members::wrong("input", "an object"))?;
    if members::present(input, "invokeModel").is_some() {
        return Err(members::wrong(
            "input.invokeModel",
            "given as `input.converse`, which can be looked through",
        ));
    }
    object(input, "converse")?.ok_or_else(|| members::wrong(COUNTED, "an object"))
}

/// Whether the model is a prompt that the vendor keeps, with messages of its own.
fn is_prompt(address: &Address) -> bool {
    let model = address.model.as_deref().unwrap_or_default();
    model.starts_with("arn:")
        && model.split(':').nth(5).is_some_and(|resource| resource.starts_with("prompt/"))
}

/// The member as an object; nothing where it is absent or null.
fn object<'a>(parent: Value<'a>, name: &str) -> Result<Option<Value<'a>>, DialectError> {
    match members::present(parent, name) {
        Some(value) if value.kind() != Kind::Object => Err(members::wrong(name, "an object")),
        value => Ok(value),
    }
}

/// Whether an element of the tools only marks how far they are cached.
fn is_mark(tool: Value<'_>) -> bool {
    tool.members().all(|(name, _)| name.text().as_deref() == Some("cachePoint"))
        && tool.members().next().is_some()
}

/// The tool that an element of the tools offers.
fn tool_name(tool: Value<'_>) -> Option<String> {
    let kinds = ["toolSpec", "systemTool"].iter().filter_map(|kind| tool.member(kind)).collect::<Vec<_>>();
    // Two at once is nothing that the API knows, so nobody can say which it would take.
    let [kind] = kinds.as_slice() else { return None };
    kind.member_text("name").filter(|name| !name.is_empty()).map(Cow::into_owned)
}

/// The tools that blocks add in mid conversation, and where.
fn additions(messages: Value<'_>) -> Result<Vec<(String, String)>, DialectError> {
    let mut found = Vec::new();
    for (index, message) in messages.elements().enumerate() {
        let blocks = message.member("content").into_iter().flat_map(Value::elements).enumerate();
        for (number, block) in blocks {
            let Some(addition) = members::present(block, "toolAddition") else { continue };
            let field = format!("messages[{index}].content[{number}]");
            let tool = addition.member("tool");
            // A whole server's tools are named by the server.
            let name =
                tool.and_then(|tool| ["name", "serverName"].iter().find_map(|name| tool.member_text(name)));
            let name = name.ok_or_else(|| members::wrong(&field, "the addition of a tool with a name"))?;
            found.push((name.into_owned(), field));
        }
    }
    Ok(found)
}

fn bounds(body: Value<'_>, constraints: &Constraints, splices: &mut Splices) -> Result<(), DialectError> {
    let within = Constraints { temperature: constraints.temperature, ..Constraints::default() };
    match object(body, "inferenceConfig")? {
        Some(config) => {
            constrain::simple(config, &within, splices)?;
            constraints.max_tokens.map_or(Ok(()), |most| constrain::lower(config, "maxTokens", most, splices))
        }
        None => {
            let temperature = constraints.temperature.and_then(serde_json::Number::from_f64);
            let tokens = constraints.max_tokens.map(|most| format!("\"maxTokens\":{most}"));
            let all = [tokens, temperature.map(|most| format!("\"temperature\":{most}"))];
            let all: Vec<String> = all.into_iter().flatten().collect();
            if !all.is_empty() {
                splices.member(body, "inferenceConfig", format!("{{{}}}", all.join(",")));
            }
            Ok(())
        }
    }
}

/// Takes out the tools that may not stay, and what would choose one of them.
fn tools(body: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) -> Result<(), DialectError> {
    let added = body.member("messages").map(additions).transpose()?.unwrap_or_default();
    if let Some((_, field)) = added.into_iter().find(|(name, _)| !allowed.keeps(Some(name))) {
        return Err(DialectError::Unconstrainable { field });
    }
    let Some(config) = object(body, "toolConfig")? else { return Ok(()) };
    let list = members::list(config, "tools")?;
    let stays = |tool: Value<'_>| allowed.keeps(tool_name(tool).as_deref());
    if !list.is_some_and(|list| list.elements().any(stays)) {
        splices.remove_members(body, &["toolConfig"]);
        return Ok(());
    }
    if let Some(list) = list {
        let kept: Vec<bool> = list.elements().map(|tool| is_mark(tool) || stays(tool)).collect();
        splices.remove_elements(list, |index| kept.get(index) != Some(&true));
    }
    let chosen = config.member("toolChoice").and_then(|choice| choice.member("tool")?.member_text("name"));
    if chosen.is_some_and(|name| !allowed.keeps(Some(&name))) {
        splices.remove_members(config, &["toolChoice"]);
    }
    Ok(())
}
