//! Answers as a server of OpenAI Chat Completions sends them: whole, and in chunks.

use serde_json::{Value, json};

use crate::dialect::{Said, Says, cut};
use crate::wire::WireEvent;

/// A request that says a text.
pub(super) fn request(model: &str, text: &str, stream: bool) -> String {
    let messages = json!([{"role": "user", "content": text}]);
    json!({"model": model, "messages": messages, "stream": stream}).to_string()
}

/// An answer that is not streamed.
pub(crate) fn whole(said: &Said) -> Vec<u8> {
    let (message, finish_reason) = match &said.says {
        Says::Text(text) => (json!({"role": "assistant", "content": text, "refusal": null}), "stop"),
        Says::ToolCall { name, arguments } => {
            let function = json!({"name": name, "arguments": arguments.to_string()});
            let call = json!({"id": call_id(said), "type": "function", "function": function});
            (
                json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [call]}),
                "tool_calls",
            )
        }
    };
    let answer = json!({
        "id": said.id,
        "object": "chat.completion",
        "created": said.created,
        "model": said.model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason}],
        "usage": usage(said),
    });
    answer.to_string().into_bytes()
}

/// The same in chunks: who speaks, what, why it ends, what it took, `[DONE]`.
pub(crate) fn streamed(said: &Said, piece: usize) -> Vec<WireEvent> {
    let (first, deltas, finish_reason) = match &said.says {
        Says::Text(text) => {
            let deltas = cut(text, piece).map(|text| json!({"content": text}));
            (json!({"role": "assistant", "content": "", "refusal": null}), deltas.collect::<Vec<_>>(), "stop")
        }
        Says::ToolCall { name, arguments } => {
            let function = json!({"name": name, "arguments": ""});
            let call = json!({"index": 0, "id": call_id(said), "type": "function", "function": function});
            let arguments = arguments.to_string();
            let deltas = cut(&arguments, piece)
                .map(|text| json!({"tool_calls": [{"index": 0, "function": {"arguments": text}}]}));
            let first = json!({"role": "assistant", "content": null, "tool_calls": [call]});
            (first, deltas.collect(), "tool_calls")
        }
    };
    let choice = |delta: Value, reason: Value| json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}]);
    let deltas = std::iter::once(first).chain(deltas).map(|delta| choice(delta, Value::Null));
    let choices = deltas.chain([choice(json!({}), finish_reason.into())]);
    let mut events: Vec<WireEvent> = choices.map(|choices| chunk(said, choices, Value::Null)).collect();
    events.push(chunk(said, json!([]), usage(said)));
    events.push(WireEvent::new("", "[DONE]"));
    events
}

fn chunk(said: &Said, choices: Value, usage: Value) -> WireEvent {
    let chunk = json!({
        "id": said.id,
        "object": "chat.completion.chunk",
        "created": said.created,
        "model": said.model,
        "choices": choices,
        "usage": usage,
    });
    WireEvent::new("", chunk.to_string())
}

fn call_id(said: &Said) -> String {
    format!("call_{}", said.id)
}

fn usage(said: &Said) -> Value {
    json!({
        "prompt_tokens": said.usage.input_tokens,
        "completion_tokens": said.usage.output_tokens,
        "total_tokens": said.usage.input_tokens.saturating_add(said.usage.output_tokens),
    })
}
