//! Which path asks for what: the model answers at every path that the vendors' own clients build.

use serde_json::Value;

use super::{Order, Wire, asides};
use crate::upstream::{Arrived, Script};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    /// An answer, streamed or not.
    Answer(Wire, bool),
    /// Something beside answers.
    Aside(Value),
}

/// The model: does what the request's last message orders.
#[must_use]
pub fn model() -> Script {
    Script::computed(|arrived| {
        let body: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
        match (asked(arrived, &body), order_of(&body)) {
            (Some(Asked::Aside(answer)), _) => Script::json(&answer.to_string()),
            (Some(Asked::Answer(wire, true)), Some(order)) => {
                Script::Stream(wire.framing().stream(order.steps(wire)))
            }
            (Some(Asked::Answer(wire, false)), Some(order)) => Script::json(&order.whole(wire)),
            (Some(_), None) => problem(400, "the last message is no order"),
            (None, _) => problem(404, "there is nothing at this path"),
        }
    })
}

fn problem(status: u16, message: &str) -> Script {
    Script::json(&serde_json::json!({"error": {"message": message}, "message": message}).to_string())
        .status(status)
}

fn asked(arrived: &Arrived, body: &Value) -> Option<Asked> {
    let (method, rest) = arrived.line.split_once(' ')?;
    let target = rest.split(' ').next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if method == "GET" {
        let has = |beginning| arrived.headers.iter().any(|(name, _)| name.starts_with(beginning));
        let (anthropic, google) = (has("anthropic-version"), has("x-goog-") || path.starts_with("/v1beta/"));
        let there = path.ends_with("/models") || path.contains("/models/");
        return there.then(|| Asked::Aside(asides::models(path, anthropic, google)));
    }
    let last = path.rsplit('/').next()?;
    if matches!(last, "count_tokens" | "count-tokens" | "count-tokens:rawPredict" | "input_tokens")
        || last.ends_with(":countTokens")
    {
        return Some(Asked::Aside(asides::count(path)));
    }
    let stream = body["stream"] == true;
    if let Some(rest) = path.strip_prefix("/model/") {
        let (model, way) = rest.split_once('/')?;
        return on_bedrock(&model.replace("%3A", ":").replace("%2F", "/"), way, body);
    }
    if let Some((_, way)) = last.split_once(':') {
        return on_google(path, way, query.contains("alt=sse"));
    }
    Some(match last {
        "embeddings" => Asked::Aside(asides::embeddings(body)),
        "messages" => Asked::Answer(Wire::AnthropicMessages, stream),
        "responses" => Asked::Answer(Wire::OpenaiResponses, stream),
        "completions" if path.starts_with("/openai/") => Asked::Answer(Wire::AzureOpenai, stream),
        "completions" => Asked::Answer(Wire::OpenaiChat, stream),
        _ => return None,
    })
}

fn on_bedrock(model: &str, way: &str, body: &Value) -> Option<Asked> {
    let stream = way.ends_with("-stream");
    if way.starts_with("converse") {
        return Some(Asked::Answer(Wire::BedrockConverse, stream));
    }
    if let Some(answer) = asides::embeddings_of_bedrock(model, body) {
        return Some(Asked::Aside(answer));
    }
    let wire = match model {
        _ if model.contains("anthropic.") => Wire::BedrockAnthropic,
        _ if model.contains("amazon.nova") => Wire::BedrockNova,
        _ if model.contains("amazon.titan") => Wire::BedrockTitan,
        _ if model.contains("meta.llama") => Wire::BedrockLlama,
        _ if model.contains("cohere.") => Wire::BedrockCohere,
        _ if body["messages"].is_array() => Wire::BedrockChat,
        _ if model.contains("mistral.") => Wire::BedrockMistral,
        _ => return None,
    };
    Some(Asked::Answer(wire, stream))
}

fn on_google(path: &str, way: &str, events: bool) -> Option<Asked> {
    let vertex = path.contains("/projects/") || path.contains("/publishers/");
    Some(match way {
        "generateContent" => Asked::Answer(Wire::GeminiGenerate, false),
        "streamGenerateContent" if !events => Asked::Answer(Wire::GeminiList, true),
        "streamGenerateContent" if vertex => Asked::Answer(Wire::VertexGemini, true),
        "streamGenerateContent" => Asked::Answer(Wire::GeminiGenerate, true),
        "rawPredict" => Asked::Answer(Wire::VertexAnthropic, false),
        "streamRawPredict" => Asked::Answer(Wire::VertexAnthropic, true),
        _ => return None,
    })
}

/// The order in the last message, wherever in it that stands: in a text, in what a tool has told, in a prompt.
fn order_of(body: &Value) -> Option<Order> {
    const MESSAGES: [&str; 6] = ["messages", "contents", "input", "prompt", "inputText", "message"];
    let messages = MESSAGES.iter().find_map(|name| body.get(name))?;
    let last = messages.as_array().map_or(Some(messages), |all| all.last())?;
    order_in(last)
}

fn order_in(value: &Value) -> Option<Order> {
    match value {
        Value::Array(values) => values.iter().rev().find_map(order_in),
        Value::Object(members) => members.values().find_map(order_in),
        Value::String(text) => {
            let begun = text.get(text.find("{\"")?..)?;
            serde_json::Deserializer::from_str(begun).into_iter().next()?.ok()
        }
        Value::Bool(_) | Value::Null | Value::Number(_) => None,
    }
}
