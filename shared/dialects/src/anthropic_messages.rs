//! Anthropic Messages, `POST /v1/messages`. Its fields are in [`mod@fields`].

use std::borrow::Cow;
use std::sync::LazyLock;

use policy::{Action, ActionKind, Constraints};
use serde_json::json;

use crate::actions;
use crate::address::{Address, Purpose};
use crate::answer::{Answer, AnswerFacts, Usage};
use crate::constrain::{self, Allowed};
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::json::{Document, Kind, Value, encode};
use crate::members;
use crate::paths::Paths;
use crate::refusal::{Refusal, RefusalKind, Reply};
use crate::request::{Facts, Reading, Request};
use crate::splice::{Splices, literal};
use crate::stream::{AnswerStream, framed};
use crate::wire::sse::{EVENT_STREAM, ServerSent};

pub(crate) mod compose;
mod fields;
pub(crate) mod stream;

/// Anthropic Messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnthropicMessages;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Answer));

static READING: Reading =
    Reading { paths: &REQUEST, facts: request_facts, constrain, conversation: &["messages["] };

impl Dialect for AnthropicMessages {
    fn id(&self) -> &'static str {
        "anthropic_messages"
    }

    fn fields(&self) -> &'static [Field] {
        fields::FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        Request::read(&READING, address, body)
    }

    fn read_answer(&self, _: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        Answer::read(body, &ANSWER, answer_facts)
    }

    fn stream(&self, _: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        framed(content_type == EVENT_STREAM, ServerSent::default(), stream::MessageStream::default())
    }

    fn refuse(&self, refusal: &Refusal) -> Reply {
        let error = refusal.trace(json!({"type": word(refusal.kind), "message": refusal.message}));
        refusal.reply(&json!({"type": "error", "error": error, "request_id": refusal.decision_id}))
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        ComposedRequest { path: "/v1/messages".to_owned(), body: compose::request(model, text, stream) }
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        match address.purpose {
            Purpose::Count => json!({"input_tokens": said.usage.input_tokens}).to_string().into_bytes(),
            Purpose::Answer | Purpose::Look => compose::whole(said),
        }
    }

    fn compose_stream(&self, _: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        Some(Streamed::sse(&compose::streamed(said, piece)))
    }
}

/// The `type` of an error.
fn word(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Internal | RefusalKind::Unavailable | RefusalKind::UpstreamUnreachable => "api_error",
        RefusalKind::Malformed => "invalid_request_error",
        RefusalKind::NotFound => "not_found_error",
        RefusalKind::Policy => "permission_error",
        RefusalKind::Throttled => "rate_limit_error",
        RefusalKind::TooLarge => "request_too_large",
        RefusalKind::Unauthenticated => "authentication_error",
        RefusalKind::UpstreamSlow => "timeout_error",
    }
}

fn request_facts(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let messages = members::list(root, "messages")?.ok_or_else(|| members::wrong("messages", "a list"))?;
    members::number(root, "temperature")?;
    if let Some(system) = members::present(root, "system")
        && !matches!(system.kind(), Kind::Array | Kind::Text)
    {
        return Err(members::wrong("system", "a text or a list of blocks"));
    }
    let mut facts = Facts {
        models: models(address, root)?,
        stream: address.streams(root)?,
        messages: messages.elements().count(),
        max_tokens: members::whole(root, "max_tokens")?,
        choices: address.answers(1),
        ..Facts::default()
    };
    let tools = members::list(root, "tools")?;
    let names = tools.map(|list| constrain::names(list, "tools", tool_name)).transpose()?.unwrap_or_default();
    for (index, tool) in names.into_iter().enumerate() {
        facts.offer(tool, format!("tools[{index}]"));
    }
    for (tool, field) in additions(messages)? {
        facts.offer(tool, field);
    }
    let servers = members::list(root, "mcp_servers")?.into_iter().flat_map(Value::elements).enumerate();
    for (index, server) in servers {
        facts.actions.push(mcp_server(server, format!("mcp_servers[{index}]"))?);
    }
    Ok(facts)
}

/// The model, then its stand-ins.
fn models(address: &Address, root: Value<'_>) -> Result<Vec<String>, DialectError> {
    let model = address.model_or(root)?;
    let mut models = vec![model];
    // Where the path names the model, the body names none.
    let named = root.member_text("model").filter(|named| models.iter().all(|model| model != named));
    models.extend(named.map(Cow::into_owned));
    if let Some(fallbacks) = members::present(root, "fallbacks") {
        // The word `default` lets the server choose, and stands for what it chooses.
        models.extend(fallbacks.text().map(Cow::into_owned));
        for (index, fallback) in fallbacks.elements().enumerate() {
            models.push(members::text(fallback, "model", &format!("fallbacks[{index}].model"))?);
            members::whole(fallback, "max_tokens")?;
        }
    }
    Ok(models)
}

/// The tool that an element of `tools` offers: its name, the server whose tools it stands for, or its type.
fn tool_name(tool: Value<'_>) -> Option<String> {
    let names = ["name", "mcp_server_name", "type"];
    names.iter().find_map(|name| tool.member_text(name)).map(Cow::into_owned)
}

/// The tools that blocks add in mid conversation, and where.
fn additions(messages: Value<'_>) -> Result<Vec<(String, String)>, DialectError> {
    let mut found = Vec::new();
    for (index, message) in messages.elements().enumerate() {
        let content = message.member("content");
        let blocks = content.into_iter().flat_map(Value::elements).enumerate();
        for (number, block) in blocks {
            let field = format!("messages[{index}].content[{number}]");
            let changes = block.member("tool_changes").into_iter().flat_map(Value::elements);
            for change in std::iter::once(block).chain(changes) {
                found.extend(addition(change, &field)?.map(|name| (name, field.clone())));
            }
        }
    }
    Ok(found)
}

fn addition(block: Value<'_>, field: &str) -> Result<Option<String>, DialectError> {
    if block.member_text("type").as_deref() != Some("tool_addition") {
        return Ok(None);
    }
    let tool = block.member("tool").map(|tool| tool.member("definition").unwrap_or(tool));
    let name = tool.and_then(|tool| tool_name(tool).filter(|_| tool.kind() == Kind::Object));
    name.map(Some).ok_or_else(|| members::wrong(field, "the addition of a tool with a name or a type"))
}

fn mcp_server(server: Value<'_>, field: String) -> Result<Action, DialectError> {
    let url = server.member_text("url").and_then(|url| url::Url::parse(&url).ok());
    let url = url.ok_or_else(|| members::wrong(&format!("{field}.url"), "an absolute URL"))?;
    Ok(Action {
        kind: ActionKind::McpServer,
        name: server.member_text("name").unwrap_or_default().into_owned(),
        method: String::new(),
        urls: vec![url],
        arguments: serde_json::Value::Null,
        field,
    })
}

fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    constrain::simple(root, constraints, splices)?;
    let mut gone = Vec::new();
    if constraints.model.is_some() {
        // A stand-in is another model than the one that the policy sets.
        gone.push("fallbacks");
    }
    if let Some(most) = constraints.max_tokens {
        constrain::lower(root, "max_tokens", most, splices)?;
        let fallbacks = root.member("fallbacks").into_iter().flat_map(Value::elements);
        let mut bounded = fallbacks.filter(|fallback| members::present(*fallback, "max_tokens").is_some());
        bounded.try_for_each(|fallback| constrain::lower(fallback, "max_tokens", most, splices))?;
    }
    if let Some(names) = &constraints.tools {
        gone.extend(tools(root, Allowed::new(names), splices)?);
    }
    splices.remove_members(root, &gone);
    if let Some(prompt) = constrain::system_prompt(constraints) {
        system(root, &prompt, splices);
    }
    Ok(())
}

/// Takes out the tools and servers that may not stay; answers with the members that go as a whole.
fn tools(
    root: Value<'_>,
    allowed: Allowed<'_>,
    splices: &mut Splices,
) -> Result<Vec<&'static str>, DialectError> {
    let added = root.member("messages").map(additions).transpose()?.unwrap_or_default();
    if let Some((_, field)) = added.into_iter().find(|(name, _)| !allowed.keeps(Some(name))) {
        return Err(DialectError::Unconstrainable { field });
    }
    let mut gone = Vec::new();
    let mut kept =
        |name| root.member(name).is_some_and(|list| constrain::tools(list, tool_name, allowed, splices));
    if !kept("mcp_servers") {
        gone.push("mcp_servers");
    }
    let chosen = root.member("tool_choice").and_then(|choice| choice.member_text("name"));
    if !kept("tools") {
        gone.extend(["tools", "tool_choice"]);
    } else if chosen.is_some_and(|name| !allowed.keeps(Some(&name))) {
        gone.push("tool_choice");
    }
    Ok(gone)
}

/// Puts a text in front of the instructions.
fn system(root: Value<'_>, prompt: &str, splices: &mut Splices) {
    let block = || format!("{{\"type\":\"text\",\"text\":{}}}", literal(prompt));
    match members::present(root, "system") {
        Some(list) if list.kind() == Kind::Array => constrain::first_element(list, block(), splices),
        Some(text) if text.text().is_some_and(|text| !text.is_empty()) => {
            splices.front(text, encode(&format!("{prompt}\n\n")));
        }
        _ => splices.member(root, "system", literal(prompt)),
    }
}

fn answer_facts(document: &Document) -> AnswerFacts {
    let root = document.root();
    let blocks = root.member("content").into_iter().flat_map(Value::elements).enumerate();
    AnswerFacts {
        is_of_the_dialect: ["content", "error"].iter().any(|name| members::present(root, name).is_some()),
        model: root.member_text("model").map(Cow::into_owned),
        usage: root.member("usage").and_then(usage),
        actions: blocks.filter_map(|(index, block)| call(block, index)).collect(),
    }
}

/// The tool call that a block is: the caller's tool, the server's own, or one of an MCP server.
fn call(block: Value<'_>, index: usize) -> Option<Action> {
    let kind = block.member_text("type").unwrap_or_default();
    let name = block.member_text("name").map(Cow::into_owned);
    let field = format!("content[{index}]");
    kind.ends_with("tool_use").then(|| actions::call(name, block.member("input"), field))
}

fn usage(usage: Value<'_>) -> Option<Usage> {
    let count = |name| members::whole(usage, name).ok().flatten();
    let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"];
    let input = count("input_tokens")?;
    let input_tokens = cached.into_iter().filter_map(count).fold(input, u64::saturating_add);
    Some(Usage { input_tokens, output_tokens: count("output_tokens").unwrap_or(0) })
}
