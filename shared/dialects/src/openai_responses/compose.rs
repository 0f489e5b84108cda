//! Answers as a server of OpenAI Responses sends them: whole, and in events.

use serde_json::{Value, json};

use crate::dialect::{Said, Says, cut};
use crate::wire::WireEvent;

/// A request that says a text.
pub(super) fn request(model: &str, text: &str, stream: bool) -> String {
    json!({"model": model, "input": text, "stream": stream}).to_string()
}

/// The number of a request's tokens.
pub(super) fn count(said: &Said) -> Vec<u8> {
    let count = json!({"object": "response.input_tokens", "input_tokens": said.usage.input_tokens});
    count.to_string().into_bytes()
}

/// An answer that is not streamed.
pub(super) fn whole(said: &Said) -> Vec<u8> {
    response(said, "completed", json!([item(said, "completed", true)]), usage(said)).to_string().into_bytes()
}

/// The same in events: the answer begins, its one item, that item's text or arguments, and all of it again.
pub(super) fn streamed(said: &Said, piece: usize) -> Vec<WireEvent> {
    let mut events = Events::default();
    let begun = response(said, "in_progress", json!([]), Value::Null);
    events.add("response.created", json!({"response": begun}));
    events.add("response.in_progress", json!({"response": begun}));
    let at = json!({"output_index": 0, "item": item(said, "in_progress", false)});
    events.add("response.output_item.added", at);
    match &said.says {
        Says::Text(text) => {
            events.add("response.content_part.added", of_part(said, json!({"part": part("")})));
            for text in cut(text, piece) {
                let delta = of_part(said, json!({"delta": text, "logprobs": []}));
                events.add("response.output_text.delta", delta);
            }
            events.add("response.output_text.done", of_part(said, json!({"text": text, "logprobs": []})));
            events.add("response.content_part.done", of_part(said, json!({"part": part(text)})));
        }
        Says::ToolCall { name, arguments } => {
            let arguments = arguments.to_string();
            let of_item = |rest| merged(json!({"item_id": id_of_item(said), "output_index": 0}), rest);
            for text in cut(&arguments, piece) {
                events.add("response.function_call_arguments.delta", of_item(json!({"delta": text})));
            }
            let done = of_item(json!({"name": name, "arguments": arguments}));
            events.add("response.function_call_arguments.done", done);
        }
    }
    let ended = item(said, "completed", true);
    events.add("response.output_item.done", json!({"output_index": 0, "item": ended}));
    let ended = response(said, "completed", json!([ended]), usage(said));
    events.add("response.completed", json!({"response": ended}));
    events.list
}

/// Events, numbered.
#[derive(Default)]
struct Events {
    list: Vec<WireEvent>,
}

impl Events {
    /// Adds one: its name stands in its data, too.
    fn add(&mut self, name: &str, data: Value) {
        let data = merged(json!({"type": name, "sequence_number": self.list.len()}), data);
        self.list.push(WireEvent::new(name, data.to_string()));
    }
}

fn merged(mut into: Value, members: Value) -> Value {
    if let (Value::Object(into), Value::Object(members)) = (&mut into, members) {
        into.extend(members);
    }
    into
}

fn of_part(said: &Said, rest: Value) -> Value {
    merged(json!({"item_id": id_of_item(said), "output_index": 0, "content_index": 0}), rest)
}

fn id_of_item(said: &Said) -> String {
    match said.says {
        Says::Text(_) => format!("msg_{}", said.id),
        Says::ToolCall { .. } => format!("fc_{}", said.id),
    }
}

/// The one item, with what it says or without.
fn item(said: &Said, status: &str, says: bool) -> Value {
    let id = id_of_item(said);
    match &said.says {
        Says::Text(text) => {
            let content = if says { json!([part(text)]) } else { json!([]) };
            json!({"id": id, "type": "message", "status": status, "role": "assistant", "content": content})
        }
        Says::ToolCall { name, arguments } => {
            let arguments = if says { arguments.to_string() } else { String::new() };
            json!({
                "id": id,
                "type": "function_call",
                "status": status,
                "call_id": format!("call_{}", said.id),
                "name": name,
                "arguments": arguments,
            })
        }
    }
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn response(said: &Said, status: &str, output: Value, usage: Value) -> Value {
    json!({
        "id": said.id,
        "object": "response",
        "created_at": said.created,
        "status": status,
        "error": null,
        "incomplete_details": null,
        "instructions": null,
        "metadata": {},
        "model": said.model,
        "output": output,
        "parallel_tool_calls": true,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage,
    })
}

fn usage(said: &Said) -> Value {
    json!({
        "input_tokens": said.usage.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said.usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": said.usage.input_tokens.saturating_add(said.usage.output_tokens),
    })
}
