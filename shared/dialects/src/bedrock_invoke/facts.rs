//! What the bodies of InvokeModel ask for and what they answer, for the families that have forms of their own.

use std::borrow::Cow;

use policy::{Action, Constraints};

use super::families::{Form, form_of};
use crate::actions;
use crate::address::Address;
use crate::answer::{AnswerFacts, Usage};
use crate::bedrock_converse::facts as converse;
use crate::constrain::{self, Allowed};
use crate::error::DialectError;
use crate::json::{Document, Kind, Value, encode};
use crate::members;
use crate::request::Facts;
use crate::splice::{Splices, literal};

/// Where a form has what may be bounded.
struct Bounds {
    /// The member that holds both; empty where they stand at the top.
    within: &'static str,
    max_tokens: &'static str,
}

const LLAMA: Bounds = Bounds { within: "", max_tokens: "max_gen_len" };
const PROMPT: Bounds = Bounds { within: "", max_tokens: "max_tokens" };
const TITAN: Bounds = Bounds { within: "textGenerationConfig", max_tokens: "maxTokenCount" };

/// The older name that Nova takes for the most tokens.
const NOVA_OLDER: &str = "max_new_tokens";

/// What stands around the numbers that the service adds to the last event of an answer.
pub(super) const METRICS: &str = "amazon-bedrock-invocationMetrics";

/// What a body says that asks for an answer in one of the prompt forms.
pub(super) fn prompt(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let (prompt, bounds) = match form_of(address.model.as_deref().unwrap_or_default()) {
        Form::Titan => ("inputText", TITAN),
        Form::Llama => ("prompt", LLAMA),
        Form::Cohere if members::present(root, "message").is_some() => ("message", PROMPT),
        Form::Chat
        | Form::Cohere
        | Form::Converse
        | Form::Embed
        | Form::Messages
        | Form::Prompt
        | Form::Unknown => ("prompt", PROMPT),
    };
    members::text(root, prompt, prompt)?;
    let limits = limits(root, &bounds)?.unwrap_or(root);
    members::number(limits, "temperature")?;
    let history = members::list(root, "chat_history")?;
    let mut facts = Facts {
        messages: history.map_or(0, |history| history.elements().count()).saturating_add(1),
        max_tokens: members::whole(limits, bounds.max_tokens)?,
        choices: address.answers(members::whole(root, "num_generations")?.unwrap_or(1)),
        ..named(address, root)?
    };
    let tools = members::list(root, "tools")?;
    let names = tools.map(|list| constrain::names(list, "tools", tool_name)).transpose()?.unwrap_or_default();
    for (index, tool) in names.into_iter().enumerate() {
        facts.offer(tool, format!("tools[{index}]"));
    }
    Ok(facts)
}

/// What a body says that asks for vectors: no tokens come back.
pub(super) fn embed(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let count = |name| members::list(root, name).map(|list| list.map_or(0, |list| list.elements().count()));
    let messages = count("texts")?.saturating_add(count("inputs")?).max(1);
    Ok(Facts { messages, ..named(address, root)? })
}

/// What a body to Nova says.
pub(super) fn nova(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    let facts = Facts { choices: address.answers(1), ..named(address, root)? };
    let mut facts = converse::body_facts(root, facts, false, &str::to_owned)?;
    if let Some(config) = members::present(root, "inferenceConfig") {
        facts.max_tokens = facts.max_tokens.max(members::whole(config, NOVA_OLDER)?);
    }
    Ok(facts)
}

/// What a body says in a form that nobody knows: the address alone.
pub(super) fn unknown(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let facts = named(address, document.root())?;
    Ok(Facts { messages: 1, choices: address.answers(1), ..facts })
}

fn named(address: &Address, root: Value<'_>) -> Result<Facts, DialectError> {
    if root.kind() != Kind::Object {
        return Err(members::wrong("body", "an object"));
    }
    let (models, stream) = (vec![address.model_or(root)?], address.streams(root)?);
    Ok(Facts { models, stream, ..Facts::default() })
}

/// The object that holds what may be bounded; nothing where it is absent or the top.
fn limits<'a>(root: Value<'a>, bounds: &Bounds) -> Result<Option<Value<'a>>, DialectError> {
    match members::present(root, bounds.within).filter(|_| !bounds.within.is_empty()) {
        Some(value) if value.kind() != Kind::Object => Err(members::wrong(bounds.within, "an object")),
        value => Ok(value),
    }
}

fn tool_name(tool: Value<'_>) -> Option<String> {
    tool.member_text("name").map(Cow::into_owned)
}

pub(super) fn constrain_titan(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    constrain(document.root(), &TITAN, constraints, splices)
}

pub(super) fn constrain_llama(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    constrain(document.root(), &LLAMA, constraints, splices)
}

pub(super) fn constrain_prompt(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    constrain(root, &PROMPT, constraints, splices)?;
    let Some(names) = &constraints.tools else { return Ok(()) };
    let allowed = Allowed::new(names);
    if !root.member("tools").is_some_and(|list| constrain::tools(list, tool_name, allowed, splices)) {
        splices.remove_members(root, &["tools"]);
    }
    Ok(())
}

/// Vectors have no tokens, tools or instructions that could be bounded.
pub(super) fn constrain_embed(_: &Document, _: &Constraints, _: &mut Splices) -> Result<(), DialectError> {
    Ok(())
}

pub(super) fn constrain_nova(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    let config = members::present(root, "inferenceConfig");
    let older = config.filter(|config| members::present(*config, NOVA_OLDER).is_some());
    if let (Some(config), Some(most)) = (older, constraints.max_tokens) {
        constrain::lower(config, NOVA_OLDER, most, splices)?;
        let newer = members::present(config, "maxTokens").is_some();
        let rest =
            Constraints { max_tokens: constraints.max_tokens.filter(|_| newer), ..constraints.clone() };
        return converse::constrain_body(root, &rest, splices);
    }
    converse::constrain_body(root, constraints, splices)
}

/// Nobody knows where anything stands that is to be changed.
pub(super) fn constrain_unknown(
    _: &Document,
    constraints: &Constraints,
    _: &mut Splices,
) -> Result<(), DialectError> {
    let wanted = [
        ("max_tokens", constraints.max_tokens.is_some()),
        ("temperature", constraints.temperature.is_some()),
        ("tools", constraints.tools.is_some()),
        ("system", constrain::system_prompt(constraints).is_some()),
    ];
    match wanted.into_iter().find(|(_, wanted)| *wanted) {
        Some((field, _)) => Err(DialectError::Unconstrainable { field: field.to_owned() }),
        None => Ok(()),
    }
}

/// Makes the constraints of a prompt form.
fn constrain(
    root: Value<'_>,
    bounds: &Bounds,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let temperature = Constraints { temperature: constraints.temperature, ..Constraints::default() };
    match limits(root, bounds)? {
        None if !bounds.within.is_empty() => {
            let temperature = constraints.temperature.and_then(serde_json::Number::from_f64);
            let tokens = constraints.max_tokens.map(|most| format!("\"{}\":{most}", bounds.max_tokens));
            let all = [tokens, temperature.map(|most| format!("\"temperature\":{most}"))];
            let all: Vec<String> = all.into_iter().flatten().collect();
            if !all.is_empty() {
                splices.member(root, bounds.within, format!("{{{}}}", all.join(",")));
            }
        }
        limits => {
            let limits = limits.unwrap_or(root);
            constrain::simple(limits, &temperature, splices)?;
            if let Some(most) = constraints.max_tokens {
                constrain::lower(limits, bounds.max_tokens, most, splices)?;
            }
        }
    }
    if let Some(text) = constrain::system_prompt(constraints) {
        instruct(root, &text, splices);
    }
    Ok(())
}

/// Puts a text in front of what is said; into the instructions where the form has a place for them.
fn instruct(root: Value<'_>, text: &str, splices: &mut Splices) {
    let conversation = members::present(root, "message").is_some();
    let names: &[&str] = if conversation { &["preamble"] } else { &["prompt", "inputText"] };
    match names.iter().find_map(|name| members::present(root, name)) {
        Some(said) => splices.front(said, encode(&format!("{text}\n\n"))),
        None => splices.member(root, "preamble", literal(text)),
    }
}

/// What an answer says of itself in one of the forms that are only spoken here, or in one that nobody knows.
pub(super) fn answer(document: &Document) -> AnswerFacts {
    let root = document.root();
    AnswerFacts {
        is_of_the_dialect: root.kind() == Kind::Object,
        model: None,
        usage: usage(root),
        actions: calls(root),
    }
}

/// The tool calls of a conversation with Cohere.
pub(super) fn calls(root: Value<'_>) -> Vec<Action> {
    let calls = root.member("tool_calls").into_iter().flat_map(Value::elements).enumerate();
    calls
        .map(|(index, call)| {
            actions::call(tool_name(call), call.member("parameters"), format!("tool_calls[{index}]"))
        })
        .collect()
}

/// The tokens, by whatever name they have. In events they are the sums so far.
pub(super) fn usage(root: Value<'_>) -> Option<Usage> {
    let metrics = members::present(root, METRICS);
    let count = |object: Value<'_>, name| members::whole(object, name).ok().flatten();
    let any = |names: &[&'static str]| {
        let own = names.iter().find_map(|name| count(root, name));
        own.or_else(|| metrics.and_then(|metrics| names.iter().find_map(|name| count(metrics, name))))
    };
    let results = root.member("results").into_iter().flat_map(Value::elements);
    let results = results.filter_map(|result| count(result, "tokenCount")).reduce(u64::saturating_add);
    let input = any(&["inputTextTokenCount", "prompt_token_count", "inputTokenCount"]);
    let output =
        any(&["totalOutputTextTokenCount", "generation_token_count", "outputTokenCount"]).or(results);
    if input.is_none() && output.is_none() {
        return None;
    }
    Some(Usage { input_tokens: input.unwrap_or(0), output_tokens: output.unwrap_or(0) })
}
