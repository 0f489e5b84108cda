//! The ordered answer in the wire format of OpenAI Chat Completions.

use serde_json::{Map, Value, json};

use super::framing::Event;
use super::{Ends, Order, Saying};

const USAGE: [(&str, u64); 3] = [("prompt_tokens", 11), ("completion_tokens", 7), ("total_tokens", 18)];

/// The events; `error` is what goes wrong where that is ordered.
pub(super) fn events(order: &Order, error: Event) -> Vec<Event> {
    let mut calls = vec![0_usize; order.choices()];
    let begun = json!({"role": "assistant", "content": ""});
    let mut events: Vec<Event> = (0..order.choices()).map(|choice| chunk(choice, &begun, None)).collect();
    for saying in &order.says {
        match &saying.raw {
            Some(raw) => events.push(Event::Raw(raw.clone())),
            None => events.push(chunk(saying.choice, &delta(saying, &mut calls), None)),
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => return events,
        Ends::Error => events.push(error),
        Ends::Finish => {
            for (choice, calls) in calls.iter().enumerate() {
                events.push(chunk(choice, &json!({}), Some(reason(*calls))));
            }
            events.push(Event::data(json!({"id": "c1", "object": "chat.completion.chunk", "created": 1,
                "model": "m-1", "choices": [], "usage": usage()})));
        }
    }
    events.push(Event::Word("[DONE]"));
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let choices = (0..order.choices()).map(|choice| {
        let mut message = Map::new();
        message.insert("role".to_owned(), "assistant".into());
        message.insert("content".to_owned(), Value::Null);
        let mut calls: Vec<Value> = Vec::new();
        for saying in order.says.iter().filter(|saying| saying.choice == choice) {
            let texts = [
                ("content", &saying.text),
                ("refusal", &saying.refusal),
                ("reasoning_content", &saying.reasoning),
            ];
            for (name, text) in texts.iter().filter_map(|(name, text)| Some((*name, text.as_ref()?))) {
                let so_far = message.get(name).and_then(Value::as_str).unwrap_or_default();
                let more = format!("{so_far}{text}");
                message.insert(name.to_owned(), more.into());
            }
            if let Some(name) = &saying.call {
                let id = format!("call_{choice}_{}", calls.len());
                calls
                    .push(json!({"id": id, "type": "function", "function": {"name": name, "arguments": ""}}));
            }
            if let (Some(more), Some(call)) = (&saying.arguments, calls.last_mut()) {
                let so_far = call["function"]["arguments"].as_str().unwrap_or_default();
                call["function"]["arguments"] = format!("{so_far}{more}").into();
            }
        }
        let reason = reason(calls.len());
        if !calls.is_empty() {
            message.insert("tool_calls".to_owned(), calls.into());
        }
        json!({"index": choice, "message": message, "logprobs": null, "finish_reason": reason})
    });
    json!({"id": "c1", "object": "chat.completion", "created": 1, "model": "m-1",
        "choices": choices.collect::<Vec<_>>(), "usage": usage()})
}

fn delta(saying: &Saying, calls: &mut [usize]) -> Value {
    let mut delta = Map::new();
    let texts =
        [("content", &saying.text), ("refusal", &saying.refusal), ("reasoning_content", &saying.reasoning)];
    for (name, text) in texts {
        delta.extend(text.as_ref().map(|text| (name.to_owned(), text.clone().into())));
    }
    let arguments = saying.arguments.clone().unwrap_or_default();
    let begun = &mut calls[saying.choice];
    if let Some(name) = &saying.call {
        let id = format!("call_{}_{begun}", saying.choice);
        let function = json!({"name": name, "arguments": arguments});
        let call = json!({"index": *begun, "id": id, "type": "function", "function": function});
        delta.insert("tool_calls".to_owned(), json!([call]));
        *begun += 1;
    } else if saying.arguments.is_some() {
        let call = json!({"index": begun.saturating_sub(1), "function": {"arguments": arguments}});
        delta.insert("tool_calls".to_owned(), json!([call]));
    }
    delta.into()
}

fn chunk(choice: usize, delta: &Value, reason: Option<&str>) -> Event {
    let choice = json!({"index": choice, "delta": delta, "logprobs": null, "finish_reason": reason});
    Event::data(json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m-1",
        "choices": [choice], "usage": null, "obfuscation": "aXbYcZ"}))
}

fn reason(calls: usize) -> &'static str {
    if calls > 0 { "tool_calls" } else { "stop" }
}

fn usage() -> Value {
    USAGE.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))).collect::<Map<_, _>>().into()
}

/// The same as Bedrock sends it: no word at the end, and the last event tells what the call took.
pub(super) fn events_of_bedrock(order: &Order, error: Event) -> Vec<Event> {
    let mut events = events(order, error);
    events.retain(|event| !matches!(event, Event::Word(_)));
    if let Some(Event::Data { data, .. }) = events.last_mut().filter(|_| order.ends == Ends::Finish) {
        data["amazon-bedrock-invocationMetrics"] = super::bedrock_texts::metrics();
    }
    events
}
