//! The ordered answer in the wire format of Anthropic Messages.

use serde_json::{Value, json};

use super::{Ends, Order, Saying, Wire};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

pub(super) fn events(order: &Order) -> Vec<String> {
    let start = json!({"type": "message_start", "message": {"id": "msg_1", "type": "message",
        "role": "assistant", "model": "m-1", "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": USAGE.0, "output_tokens": 1}}});
    let mut events = vec![event(order, &start), event(order, &json!({"type": "ping"}))];
    let mut open: Option<Kind> = None;
    let mut blocks = 0_usize;
    let mut calls = false;
    for saying in &order.says {
        if let Some(raw) = &saying.raw {
            events.push(raw.clone());
            continue;
        }
        let kind = Kind::of(saying);
        if open != Some(kind) || saying.call.is_some() {
            if open.is_some() {
                events.push(stop(order, blocks - 1));
            }
            let begun = json!({"type": "content_block_start", "index": blocks,
                "content_block": kind.begun(saying, blocks)});
            events.push(event(order, &begun));
            blocks += 1;
            open = Some(kind);
            calls |= kind == Kind::Call;
        }
        for delta in deltas(saying) {
            let delta = json!({"type": "content_block_delta", "index": blocks - 1, "delta": delta});
            events.push(event(order, &delta));
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(Wire::AnthropicMessages.error()),
        Ends::Finish => {
            events.extend(open.map(|_| stop(order, blocks - 1)));
            let delta = json!({"stop_reason": reason(calls), "stop_sequence": null});
            let last = json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": USAGE.1}});
            events.push(event(order, &last));
            events.push(event(order, &json!({"type": "message_stop"})));
        }
    }
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let mut content: Vec<Value> = Vec::new();
    let mut open: Option<Kind> = None;
    let mut arguments: Vec<String> = Vec::new();
    for saying in order.says.iter().filter(|saying| saying.raw.is_none()) {
        let kind = Kind::of(saying);
        if open != Some(kind) || saying.call.is_some() {
            content.push(kind.begun(saying, content.len()));
            arguments.push(String::new());
            open = Some(kind);
        }
        let (Some(block), Some(json)) = (content.last_mut(), arguments.last_mut()) else { continue };
        for delta in deltas(saying) {
            for (name, more) in delta.as_object().into_iter().flatten() {
                let more = more.as_str().unwrap_or_default();
                match name.as_str() {
                    "partial_json" => json.push_str(more),
                    "type" => {}
                    _ => block[name] = format!("{}{more}", block[name].as_str().unwrap_or_default()).into(),
                }
            }
        }
    }
    for (block, json) in content.iter_mut().zip(&arguments).filter(|(_, json)| !json.is_empty()) {
        block["input"] = serde_json::from_str(json).expect("the ordered arguments are JSON");
    }
    let calls = content.iter().any(|block| block["type"] == "tool_use");
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1", "content": content,
        "stop_reason": reason(calls), "stop_sequence": null,
        "usage": {"input_tokens": USAGE.0, "output_tokens": USAGE.1}})
}

/// The kinds of blocks that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Call,
    Text,
    Thinking,
}

impl Kind {
    fn of(saying: &Saying) -> Self {
        if saying.call.is_some() || saying.arguments.is_some() {
            Self::Call
        } else if saying.reasoning.is_some() || saying.signature.is_some() {
            Self::Thinking
        } else {
            Self::Text
        }
    }

    fn begun(self, saying: &Saying, index: usize) -> Value {
        match self {
            Self::Call => json!({"type": "tool_use", "id": format!("toolu_{index}"),
                "name": saying.call, "input": {}}),
            Self::Text => json!({"type": "text", "text": ""}),
            Self::Thinking => json!({"type": "thinking", "thinking": "", "signature": ""}),
        }
    }
}

fn deltas(saying: &Saying) -> Vec<Value> {
    let rows = [
        ("text_delta", "text", saying.text.as_ref().or(saying.refusal.as_ref())),
        ("thinking_delta", "thinking", saying.reasoning.as_ref()),
        ("signature_delta", "signature", saying.signature.as_ref()),
        ("input_json_delta", "partial_json", saying.arguments.as_ref()),
    ];
    let said = rows.iter().filter_map(|(kind, name, text)| Some((*kind, *name, (*text)?)));
    said.map(|(kind, name, text)| json!({"type": kind, name: text})).collect()
}

fn event(order: &Order, data: &Value) -> String {
    let name = data["type"].as_str().unwrap_or_default();
    format!("event: {name}\ndata: {}\n\n", order.spelled(data))
}

fn stop(order: &Order, index: usize) -> String {
    event(order, &json!({"type": "content_block_stop", "index": index}))
}

fn reason(calls: bool) -> &'static str {
    if calls { "tool_use" } else { "end_turn" }
}
