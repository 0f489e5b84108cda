//! The ordered answer in the wire format of Anthropic Messages.

use serde_json::{Value, json};

use super::blocks::{Kind, Step, blocks, calls, steps};
use super::framing::Event;
use super::{Ends, Order, Saying};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

/// The events; `error` is what goes wrong where that is ordered.
pub(super) fn events(order: &Order, error: Event) -> Vec<Event> {
    let start = json!({"type": "message_start", "message": {"id": "msg_1", "type": "message",
        "role": "assistant", "model": "m-1", "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": USAGE.0, "output_tokens": 1}}});
    let mut events = vec![Event::typed(start), Event::typed(json!({"type": "ping"}))];
    for step in steps(order, false) {
        match step {
            Step::Begin { index, kind, name } => {
                let block = begun(kind, name, index);
                let begun = json!({"type": "content_block_start", "index": index, "content_block": block});
                events.push(Event::typed(begun));
            }
            Step::More { index, saying } => {
                let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
                events.extend(deltas(saying).into_iter().map(delta).map(Event::typed));
            }
            Step::Raw(raw) => events.push(Event::Raw(raw.to_owned())),
            Step::Stop { index } => {
                events.push(Event::typed(json!({"type": "content_block_stop", "index": index})));
            }
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(error),
        Ends::Finish => {
            let delta = json!({"stop_reason": reason(order), "stop_sequence": null});
            let usage = json!({"output_tokens": USAGE.1});
            events.push(Event::typed(json!({"type": "message_delta", "delta": delta, "usage": usage})));
            events.push(Event::typed(json!({"type": "message_stop"})));
        }
    }
    events
}

/// The same as Bedrock sends it: the last event tells what the call took.
pub(super) fn events_of_bedrock(order: &Order, error: Event) -> Vec<Event> {
    let mut events = events(order, error);
    if let Some(Event::Data { data, .. }) = events.last_mut().filter(|_| order.ends == Ends::Finish) {
        data["amazon-bedrock-invocationMetrics"] = super::bedrock_texts::metrics();
    }
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let content = blocks(order, false).into_iter().enumerate().map(|(index, block)| {
        let mut whole = begun(block.kind, &block.name, index);
        match block.kind {
            Kind::Call => whole["input"] = block.input(),
            Kind::Reasoning => {
                whole["thinking"] = block.text.into();
                whole["signature"] = block.signature.into();
            }
            Kind::Refusal | Kind::Text => whole["text"] = block.text.into(),
        }
        whole
    });
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1",
        "content": content.collect::<Vec<_>>(), "stop_reason": reason(order), "stop_sequence": null,
        "usage": {"input_tokens": USAGE.0, "output_tokens": USAGE.1}})
}

fn begun(kind: Kind, name: &str, index: usize) -> Value {
    match kind {
        Kind::Call => json!({"type": "tool_use", "id": format!("toolu_{index}"), "name": name, "input": {}}),
        Kind::Reasoning => json!({"type": "thinking", "thinking": "", "signature": ""}),
        Kind::Refusal | Kind::Text => json!({"type": "text", "text": ""}),
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

fn reason(order: &Order) -> &'static str {
    if calls(order) { "tool_use" } else { "end_turn" }
}
