//! The ordered answer in the wire format of OpenAI Chat Completions.

use serde_json::{Map, Value, json};

use super::{Ends, Order, Saying, Wire};

const USAGE: [(&str, u64); 3] = [("prompt_tokens", 11), ("completion_tokens", 7), ("total_tokens", 18)];

pub(super) fn events(order: &Order) -> Vec<String> {
    let mut calls = vec![0_usize; order.choices()];
    let mut events: Vec<String> = (0..order.choices())
        .map(|choice| chunk(order, choice, &json!({"role": "assistant", "content": ""}), None))
        .collect();
    for saying in &order.says {
        match &saying.raw {
            Some(raw) => events.push(raw.clone()),
            None => events.push(chunk(order, saying.choice, &delta(saying, &mut calls), None)),
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => return events,
        Ends::Error => events.push(Wire::OpenaiChat.error()),
        Ends::Finish => {
            for (choice, calls) in calls.iter().enumerate() {
                events.push(chunk(order, choice, &json!({}), Some(reason(*calls))));
            }
            let usage = json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m-1",
                "choices": [], "usage": usage()});
            events.push(format!("data: {usage}\n\n"));
        }
    }
    events.push("data: [DONE]\n\n".to_owned());
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

fn chunk(order: &Order, choice: usize, delta: &Value, reason: Option<&str>) -> String {
    let choice = json!({"index": choice, "delta": delta, "logprobs": null, "finish_reason": reason});
    let chunk = json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m-1",
        "choices": [choice], "usage": null, "obfuscation": "aXbYcZ"});
    format!("data: {}\n\n", order.spelled(&chunk))
}

fn reason(calls: usize) -> &'static str {
    if calls > 0 { "tool_calls" } else { "stop" }
}

fn usage() -> Value {
    USAGE.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))).collect::<Map<_, _>>().into()
}
