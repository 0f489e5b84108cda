//! The ordered answer as Azure serves OpenAI's models: Chat Completions with what the content filter found. The first
//! event has no choices, only what was found in the prompt.

use serde_json::{Value, json};

use super::framing::Event;
use super::{Order, openai_chat};

pub(super) fn events(order: &Order, error: Event) -> Vec<Event> {
    let first = json!({"id": "", "object": "", "created": 0, "model": "", "choices": [],
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": found()}]});
    let mut events = openai_chat::events(order, error);
    for event in &mut events {
        if let Event::Data { data, .. } = event {
            mark(data, &json!({}));
        }
    }
    events.insert(0, Event::data(first));
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let mut whole = openai_chat::whole(order);
    whole["prompt_filter_results"] = json!([{"prompt_index": 0, "content_filter_results": found()}]);
    mark(&mut whole, &found());
    whole
}

fn mark(data: &mut Value, found: &Value) {
    for choice in data["choices"].as_array_mut().into_iter().flatten() {
        choice["content_filter_results"] = found.clone();
    }
}

fn found() -> Value {
    let harmless = json!({"filtered": false, "severity": "safe"});
    json!({"hate": harmless, "self_harm": harmless, "sexual": harmless, "violence": harmless,
        "jailbreak": {"filtered": false, "detected": false}})
}
