//! Answers as a server of Anthropic Messages sends them: whole, and in events.

use serde_json::{Value, json};

use crate::dialect::{Said, Says, cut};
use crate::wire::WireEvent;

/// A request that says a text.
pub(super) fn request(model: &str, text: &str, stream: bool) -> String {
    let messages = json!([{"role": "user", "content": text}]);
    json!({"model": model, "max_tokens": 1024, "messages": messages, "stream": stream}).to_string()
}

/// An answer that is not streamed.
pub(crate) fn whole(said: &Said) -> Vec<u8> {
    let (block, stop_reason) = match &said.says {
        Says::Text(text) => (json!({"type": "text", "text": text}), "end_turn"),
        Says::ToolCall { name, arguments } => {
            (json!({"type": "tool_use", "id": call_id(said), "name": name, "input": arguments}), "tool_use")
        }
    };
    message(said, json!([block]), stop_reason.into(), said.usage.output_tokens).to_string().into_bytes()
}

/// The same in events.
pub(crate) fn streamed(said: &Said, piece: usize) -> Vec<WireEvent> {
    let (block, deltas, stop_reason) = match &said.says {
        Says::Text(text) => {
            let deltas = cut(text, piece).map(|text| json!({"type": "text_delta", "text": text}));
            (json!({"type": "text", "text": ""}), deltas.collect::<Vec<_>>(), "end_turn")
        }
        Says::ToolCall { name, arguments } => {
            let arguments = arguments.to_string();
            let deltas =
                cut(&arguments, piece).map(|text| json!({"type": "input_json_delta", "partial_json": text}));
            let block = json!({"type": "tool_use", "id": call_id(said), "name": name, "input": {}});
            (block, deltas.collect(), "tool_use")
        }
    };
    let start = message(said, json!([]), Value::Null, 0);
    let delta = |delta| event("content_block_delta", json!({"index": 0, "delta": delta}));
    let end = json!({"stop_reason": stop_reason, "stop_sequence": null});
    let usage = json!({"output_tokens": said.usage.output_tokens});
    let mut events = vec![
        event("message_start", json!({"message": start})),
        event("content_block_start", json!({"index": 0, "content_block": block})),
        event("ping", json!({})),
    ];
    events.extend(deltas.into_iter().map(delta));
    events.push(event("content_block_stop", json!({"index": 0})));
    events.push(event("message_delta", json!({"delta": end, "usage": usage})));
    events.push(event("message_stop", json!({})));
    events
}

/// One event: its name stands in its data, too.
pub(super) fn event(name: &str, mut data: Value) -> WireEvent {
    if let Some(members) = data.as_object_mut() {
        members.insert("type".to_owned(), name.into());
    }
    WireEvent::new(name, data.to_string())
}

fn message(said: &Said, content: Value, stop_reason: Value, output_tokens: u64) -> Value {
    json!({
        "id": said.id,
        "type": "message",
        "role": "assistant",
        "model": said.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": null,
        "usage": {"input_tokens": said.usage.input_tokens, "output_tokens": output_tokens},
    })
}

fn call_id(said: &Said) -> String {
    format!("toolu_{}", said.id)
}
