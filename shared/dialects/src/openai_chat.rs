//! OpenAI Chat Completions, `POST /v1/chat/completions`; also spoken by vLLM, Ollama, Mistral and many others.
//! Its fields are in [`mod@fields`].

use std::sync::LazyLock;

use policy::{Action, Constraints};
use serde_json::json;

use crate::actions;
use crate::address::Address;
use crate::answer::{Answer, AnswerFacts, Usage};
use crate::constrain::{self, Allowed};
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::json::{Document, Value};
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

/// OpenAI Chat Completions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenaiChat;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Answer));

static READING: Reading =
    Reading { paths: &REQUEST, facts: request_facts, constrain, conversation: &["messages["] };

/// The member that turns on the server's own search, which counts as a tool of this name.
const WEB_SEARCH: (&str, &str) = ("web_search_options", "web_search");

impl Dialect for OpenaiChat {
    fn id(&self) -> &'static str {
        "openai_chat"
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
        framed(content_type == EVENT_STREAM, ServerSent::default(), stream::ChatStream::default())
    }

    fn refuse(&self, refusal: &Refusal) -> Reply {
        let (kind, code) = words(refusal.kind);
        let error = json!({"message": refusal.message, "type": kind, "param": null, "code": code});
        refusal.reply(&json!({"error": refusal.trace(error)}))
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        let path = "/v1/chat/completions".to_owned();
        ComposedRequest { path, body: compose::request(model, text, stream) }
    }

    fn compose(&self, _: &Address, said: &Said) -> Vec<u8> {
        compose::whole(said)
    }

    fn compose_stream(&self, _: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        Some(Streamed::sse(&compose::streamed(said, piece)))
    }
}

/// The `type` and `code` of an error.
fn words(kind: RefusalKind) -> (&'static str, &'static str) {
    let own = match kind {
        RefusalKind::Policy => "policy_violation",
        RefusalKind::Throttled => "rate_limit_error",
        RefusalKind::Unauthenticated => return ("invalid_request_error", "invalid_api_key"),
        RefusalKind::Malformed | RefusalKind::NotFound | RefusalKind::TooLarge => "invalid_request_error",
        RefusalKind::Internal
        | RefusalKind::Unavailable
        | RefusalKind::UpstreamSlow
        | RefusalKind::UpstreamUnreachable => "api_error",
    };
    (own, kind.word())
}

fn request_facts(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let messages = members::list(root, "messages")?.ok_or_else(|| members::wrong("messages", "a list"))?;
    members::number(root, "temperature")?;
    let older = members::whole(root, "max_tokens")?;
    let mut facts = Facts {
        models: vec![address.model_or(root)?],
        stream: address.streams(root)?,
        messages: messages.elements().count(),
        max_tokens: older.max(members::whole(root, "max_completion_tokens")?),
        choices: address.answers(members::whole(root, "n")?.unwrap_or(1)),
        ..Facts::default()
    };
    for (name, namer) in TOOL_LISTS {
        let list = members::list(root, name)?;
        let names = list.map(|list| constrain::names(list, name, namer)).transpose()?.unwrap_or_default();
        for (index, tool) in names.into_iter().enumerate() {
            facts.offer(tool, format!("{name}[{index}]"));
        }
    }
    if members::present(root, WEB_SEARCH.0).is_some() {
        facts.offer(WEB_SEARCH.1.to_owned(), WEB_SEARCH.0.to_owned());
    }
    Ok(facts)
}

/// The lists that offer tools, and how an element of each is named.
const TOOL_LISTS: [(&str, constrain::Namer); 2] = [("tools", tool_name), ("functions", function_name)];

fn tool_name(tool: Value<'_>) -> Option<String> {
    let own = ["function", "custom"].iter().find_map(|kind| tool.member(kind)?.member_text("name"));
    own.or_else(|| tool.member_text("type")).map(std::borrow::Cow::into_owned)
}

fn function_name(function: Value<'_>) -> Option<String> {
    function.member_text("name").map(std::borrow::Cow::into_owned)
}

fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    constrain::simple(root, constraints, splices)?;
    if let Some(most) = constraints.max_tokens {
        max_tokens(root, constraints.model.as_deref(), most, splices)?;
    }
    if let Some(names) = &constraints.tools {
        tools(root, Allowed::new(names), splices);
    }
    if let (Some(prompt), Some(messages)) = (constrain::system_prompt(constraints), root.member("messages")) {
        let message = format!("{{\"role\":\"system\",\"content\":{}}}", literal(&prompt));
        constrain::first_element(messages, message, splices);
    }
    Ok(())
}

/// Lowers the bounds that are there. Where none is, OpenAI's own models get the newer member, for some refuse
/// the older; compatible servers get the older, for some do not know the newer.
fn max_tokens(
    root: Value<'_>,
    model: Option<&str>,
    most: u64,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let names = ["max_tokens", "max_completion_tokens"];
    let mut there = names.into_iter().filter(|name| members::present(root, name).is_some()).peekable();
    if there.peek().is_some() {
        return there.try_for_each(|name| constrain::lower(root, name, most, splices));
    }
    let asked = root.member_text("model").unwrap_or_default();
    let name = if is_openai_model(model.unwrap_or(&asked)) { "max_completion_tokens" } else { "max_tokens" };
    constrain::lower(root, name, most, splices)
}

/// Whether a model's name is one of OpenAI's: `gpt-…`, `chatgpt-…`, `o1` and its kin, fine-tuned ones.
fn is_openai_model(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let name = name.strip_prefix("ft:").unwrap_or(name);
    let numbered =
        name.strip_prefix('o').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    // `gpt-oss` is served by others.
    numbered || name.starts_with("chatgpt-") || name.starts_with("gpt-") && !name.starts_with("gpt-oss")
}

/// Takes out the tools that may not stay, and with them what would choose one of them.
fn tools(root: Value<'_>, allowed: Allowed<'_>, splices: &mut Splices) {
    let mut gone: Vec<&str> = Vec::new();
    for (list, namer, others) in [
        ("tools", tool_name as constrain::Namer, &["tool_choice", "parallel_tool_calls"][..]),
        ("functions", function_name, &["function_call"][..]),
    ] {
        let any = root.member(list).is_some_and(|value| constrain::tools(value, namer, allowed, splices));
        if !any {
            gone.push(list);
            gone.extend(others);
        }
    }
    let chosen = root.member("tool_choice").into_iter().flat_map(chosen);
    if chosen.into_iter().any(|name| !allowed.keeps(Some(&name))) {
        gone.push("tool_choice");
    }
    let function = root.member("function_call").and_then(function_name);
    if function.is_some_and(|name| !allowed.keeps(Some(&name))) {
        gone.push("function_call");
    }
    if !allowed.keeps(Some(WEB_SEARCH.1)) {
        gone.push(WEB_SEARCH.0);
    }
    splices.remove_members(root, &gone);
}

/// The names of the tools that a `tool_choice` names.
fn chosen(choice: Value<'_>) -> Vec<String> {
    let several = choice.member("allowed_tools").and_then(|allowed| allowed.member("tools"));
    let several = several.into_iter().flat_map(Value::elements).filter_map(tool_name);
    let one = choice.member("type").is_some_and(|kind| kind.text().as_deref() != Some("allowed_tools"));
    several.chain(tool_name(choice).filter(|_| one)).collect()
}

fn answer_facts(document: &Document) -> AnswerFacts {
    let root = document.root();
    let choices = root.member("choices").into_iter().flat_map(Value::elements).enumerate();
    let messages = choices.filter_map(|(index, choice)| Some((index, choice.member("message")?)));
    AnswerFacts {
        is_of_the_dialect: ["choices", "error"].iter().any(|name| members::present(root, name).is_some()),
        model: root.member_text("model").map(std::borrow::Cow::into_owned),
        usage: root.member("usage").and_then(usage),
        actions: messages.flat_map(|(index, message)| calls(message, index)).collect(),
    }
}

fn usage(usage: Value<'_>) -> Option<Usage> {
    let count = |name| members::whole(usage, name).ok().flatten();
    Some(Usage {
        input_tokens: count("prompt_tokens")?,
        output_tokens: count("completion_tokens").unwrap_or(0),
    })
}

fn calls(message: Value<'_>, choice: usize) -> Vec<Action> {
    let field = format!("choices[{choice}].message");
    let calls = message.member("tool_calls").into_iter().flat_map(Value::elements).enumerate();
    let function =
        |call: Value<'_>, field: String| actions::call(function_name(call), call.member("arguments"), field);
    let mut actions: Vec<Action> = calls
        .map(|(index, call)| {
            let field = format!("{field}.tool_calls[{index}]");
            match call.member("custom") {
                Some(custom) => actions::call(function_name(custom), custom.member("input"), field),
                None => function(call.member("function").unwrap_or(call), field),
            }
        })
        .collect();
    let older = message.member("function_call").filter(|call| call.member("name").is_some());
    actions.extend(older.map(|call| function(call, format!("{field}.function_call"))));
    actions
}
