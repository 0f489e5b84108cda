//! The ordered answer in the wire format of OpenAI Responses. A text is told four times: in pieces, when it is done,
//! with its item, and with the whole answer.

use serde_json::{Value, json};

use super::blocks::{Block, Kind, Step, blocks, steps};
use super::framing::Event;
use super::{Ends, Order, Saying};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

pub(super) fn events(order: &Order) -> Vec<Event> {
    let begun = answer("in_progress", &[]);
    let mut events = vec![
        Event::typed(json!({"type": "response.created", "response": begun})),
        Event::typed(json!({"type": "response.in_progress", "response": begun})),
    ];
    let blocks = blocks(order, true);
    for step in steps(order, true) {
        match step {
            Step::Begin { index, kind, name } => events.extend(begins(index, kind, name)),
            Step::More { index, saying } => events.extend(delta(index, saying)),
            Step::Raw(raw) => events.push(Event::Raw(raw.to_owned())),
            Step::Stop { index } => events.extend(stops(index, &blocks[index])),
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(Event::typed(json!({"type": "error", "code": "server_error",
            "message": "Overloaded", "param": null}))),
        Ends::Finish => {
            events.push(Event::typed(json!({"type": "response.completed", "response": whole(order)})));
        }
    }
    number(&mut events);
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let blocks = blocks(order, true);
    let items = blocks.iter().enumerate().map(|(index, block)| item(index, block));
    let mut whole = answer("completed", &items.collect::<Vec<_>>());
    whole["usage"] = json!({"input_tokens": USAGE.0, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": USAGE.1, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": USAGE.0 + USAGE.1});
    whole
}

fn answer(status: &str, items: &[Value]) -> Value {
    json!({"id": "resp_1", "object": "response", "created_at": 1, "status": status, "error": null,
        "incomplete_details": null, "instructions": null, "max_output_tokens": null, "model": "m-1",
        "output": items, "parallel_tool_calls": true, "previous_response_id": null,
        "reasoning": {"effort": null, "summary": null}, "store": true, "temperature": 1.0,
        "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "truncation": "disabled", "usage": null, "user": null, "metadata": {}})
}

/// An item, done.
fn item(index: usize, block: &Block) -> Value {
    let id = id(index, block.kind);
    match block.kind {
        Kind::Call => json!({"id": id, "type": "function_call", "status": "completed",
            "call_id": format!("call_{index}"), "name": block.name, "arguments": block.arguments}),
        Kind::Reasoning => {
            let summary = json!([{"type": "summary_text", "text": block.text}]);
            let signature = Some(&block.signature).filter(|signature| !signature.is_empty());
            json!({"id": id, "type": "reasoning", "summary": summary, "encrypted_content": signature})
        }
        Kind::Refusal | Kind::Text => json!({"id": id, "type": "message", "status": "completed",
            "role": "assistant", "content": [part(block.kind, &block.text)]}),
    }
}

fn id(index: usize, kind: Kind) -> String {
    match kind {
        Kind::Call => format!("fc_{index}"),
        Kind::Reasoning => format!("rs_{index}"),
        Kind::Refusal | Kind::Text => format!("msg_{index}"),
    }
}

fn part(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Refusal => json!({"type": "refusal", "refusal": text}),
        Kind::Reasoning => json!({"type": "summary_text", "text": text}),
        Kind::Call | Kind::Text => {
            json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
        }
    }
}

fn begins(index: usize, kind: Kind, name: &str) -> Vec<Event> {
    let id = id(index, kind);
    let (item, part_added) = match kind {
        Kind::Call => {
            let item = json!({"id": id, "type": "function_call", "status": "in_progress",
                "call_id": format!("call_{index}"), "name": name, "arguments": ""});
            (item, None)
        }
        Kind::Reasoning => {
            let item = json!({"id": id, "type": "reasoning", "summary": []});
            (item, Some(about("response.reasoning_summary_part.added", index, kind)))
        }
        Kind::Refusal | Kind::Text => {
            let item = json!({"id": id, "type": "message", "status": "in_progress", "role": "assistant",
                "content": []});
            (item, Some(about("response.content_part.added", index, kind)))
        }
    };
    let added = json!({"type": "response.output_item.added", "output_index": index, "item": item});
    let part_added = part_added.map(|mut added| {
        added["part"] = part(kind, "");
        added
    });
    [Some(added), part_added].into_iter().flatten().map(Event::typed).collect()
}

/// An event about an item, or about its first part.
fn about(name: &str, index: usize, kind: Kind) -> Value {
    let mut event = json!({"type": name, "item_id": id(index, kind), "output_index": index});
    match kind {
        Kind::Call => {}
        Kind::Reasoning => event["summary_index"] = 0.into(),
        Kind::Refusal | Kind::Text => event["content_index"] = 0.into(),
    }
    event
}

/// The beginnings of the names of events about a text or arguments.
fn family(kind: Kind) -> &'static str {
    match kind {
        Kind::Call => "response.function_call_arguments",
        Kind::Reasoning => "response.reasoning_summary_text",
        Kind::Refusal => "response.refusal",
        Kind::Text => "response.output_text",
    }
}

fn delta(index: usize, saying: &Saying) -> Option<Event> {
    let kind = Kind::of(saying);
    let more = if kind == Kind::Call { saying.arguments.as_deref()? } else { saying.words() };
    if kind == Kind::Reasoning && saying.reasoning.is_none() {
        return None;
    }
    let mut delta = about(&format!("{}.delta", family(kind)), index, kind);
    delta["delta"] = more.into();
    delta["obfuscation"] = "aXbYcZ".into();
    if kind == Kind::Text {
        delta["logprobs"] = json!([]);
    }
    Some(Event::typed(delta))
}

fn stops(index: usize, block: &Block) -> Vec<Event> {
    let kind = block.kind;
    let mut done = about(&format!("{}.done", family(kind)), index, kind);
    match kind {
        Kind::Call => {
            done["arguments"] = block.arguments.clone().into();
            done["name"] = block.name.clone().into();
        }
        Kind::Refusal => done["refusal"] = block.text.clone().into(),
        Kind::Reasoning => done["text"] = block.text.clone().into(),
        Kind::Text => {
            done["text"] = block.text.clone().into();
            done["logprobs"] = json!([]);
        }
    }
    let part_done = match kind {
        Kind::Call => None,
        Kind::Reasoning => Some("response.reasoning_summary_part.done"),
        Kind::Refusal | Kind::Text => Some("response.content_part.done"),
    };
    let part_done = part_done.map(|name| {
        let mut done = about(name, index, kind);
        done["part"] = part(kind, &block.text);
        done
    });
    let item =
        json!({"type": "response.output_item.done", "output_index": index, "item": item(index, block)});
    [Some(done), part_done, Some(item)].into_iter().flatten().map(Event::typed).collect()
}

fn number(events: &mut [Event]) {
    for (place, event) in events.iter_mut().enumerate() {
        if let Event::Data { data, .. } = event {
            data["sequence_number"] = place.into();
        }
    }
}
