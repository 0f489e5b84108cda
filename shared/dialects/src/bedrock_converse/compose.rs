//! Requests and answers of Converse as clients and the service send them: whole, and in events.

use serde_json::{Value, json};

use crate::answer::Usage;
use crate::dialect::{Said, Says, cut};
use crate::wire::WireEvent;

/// A request that says a text.
pub(crate) fn request(text: &str) -> Value {
    let messages = json!([{"role": "user", "content": [{"text": text}]}]);
    json!({"messages": messages, "inferenceConfig": {"maxTokens": 1024}})
}

/// An answer that is not streamed.
pub(crate) fn whole(said: &Said) -> Value {
    let (block, stop_reason) = match &said.says {
        Says::Text(text) => (json!({"text": text}), "end_turn"),
        Says::ToolCall { name, arguments } => {
            (json!({"toolUse": {"toolUseId": call_id(said), "name": name, "input": arguments}}), "tool_use")
        }
    };
    json!({
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": stop_reason,
        "usage": usage(said.usage),
        "metrics": {"latencyMs": 1},
    })
}

/// The number of tokens alone.
pub(super) fn count(said: &Said) -> Value {
    json!({"inputTokens": said.usage.input_tokens})
}

/// An answer in events.
pub(crate) fn streamed(said: &Said, piece: usize) -> Vec<WireEvent> {
    let mut events = vec![event("messageStart", json!({"role": "assistant"}))];
    let delta = |delta| event("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": delta}));
    let stop_reason = match &said.says {
        Says::Text(text) => {
            events.extend(cut(text, piece).map(|text| delta(json!({"text": text}))));
            "end_turn"
        }
        Says::ToolCall { name, arguments } => {
            let start = json!({"toolUse": {"toolUseId": call_id(said), "name": name}});
            events.push(event("contentBlockStart", json!({"contentBlockIndex": 0, "start": start})));
            let arguments = arguments.to_string();
            events.extend(cut(&arguments, piece).map(|text| delta(json!({"toolUse": {"input": text}}))));
            "tool_use"
        }
    };
    events.push(event("contentBlockStop", json!({"contentBlockIndex": 0})));
    events.extend(ending(stop_reason, said.usage));
    events
}

/// The events that end an answer.
pub(super) fn ending(stop_reason: &str, used: Usage) -> [WireEvent; 2] {
    [
        event("messageStop", json!({"stopReason": stop_reason})),
        event("metadata", json!({"usage": usage(used), "metrics": {"latencyMs": 1}})),
    ]
}

/// One event.
pub(super) fn event(name: &str, data: Value) -> WireEvent {
    WireEvent::new(name, data.to_string())
}

fn usage(used: Usage) -> Value {
    json!({
        "inputTokens": used.input_tokens,
        "outputTokens": used.output_tokens,
        "totalTokens": used.input_tokens.saturating_add(used.output_tokens),
    })
}

fn call_id(said: &Said) -> String {
    format!("tooluse_{}", said.id)
}
