//! The ordered answer in the wire format of Bedrock's Converse, and that of Amazon's Nova models, which is nearly the
//! same.

use serde_json::{Value, json};

use super::blocks::{Kind, Step, blocks, calls, steps};
use super::framing::Event;
use super::{Ends, Order, Saying, bedrock_texts};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

/// What goes wrong in the middle of a stream, as Bedrock tells it.
pub(super) fn failure() -> Event {
    Event::Failure { name: "serviceUnavailableException", message: "Overloaded" }
}

pub(super) fn events(order: &Order) -> Vec<Event> {
    let mut events = vec![Event::named("messageStart", json!({"role": "assistant", "p": "abc"}))];
    for step in steps(order, false) {
        match step {
            Step::Begin { index, kind: Kind::Call, name } => {
                let call = json!({"toolUse": {"toolUseId": format!("tooluse_{index}"), "name": name}});
                let begun = json!({"contentBlockIndex": index, "start": call, "p": "abcd"});
                events.push(Event::named("contentBlockStart", begun));
            }
            // Only calls have a beginning of their own.
            Step::Begin { .. } => {}
            Step::More { index, saying } => {
                let delta = |delta| json!({"contentBlockIndex": index, "delta": delta, "p": "abcdef"});
                let deltas = deltas(saying).into_iter().map(delta);
                events.extend(deltas.map(|delta| Event::named("contentBlockDelta", delta)));
            }
            Step::Raw(raw) => events.push(Event::Raw(raw.to_owned())),
            Step::Stop { index } => {
                let stop = json!({"contentBlockIndex": index, "p": "ab"});
                events.push(Event::named("contentBlockStop", stop));
            }
        }
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(failure()),
        Ends::Finish => {
            events.push(Event::named("messageStop", json!({"stopReason": reason(order), "p": "abcde"})));
            let metadata = json!({"usage": usage(), "metrics": {"latencyMs": 1}, "p": "a"});
            events.push(Event::named("metadata", metadata));
        }
    }
    events
}

/// The same of Nova: the names of events stand around their data.
pub(super) fn events_of_nova(order: &Order) -> Vec<Event> {
    let around = |event| match event {
        Event::Data { name, mut data } => {
            if let Some(data) = data.as_object_mut() {
                data.remove("p");
            }
            let mut around = json!({ name: data });
            if around.get("metadata").is_some() {
                around["amazon-bedrock-invocationMetrics"] = bedrock_texts::metrics();
            }
            Event::data(around)
        }
        event => event,
    };
    events(order).into_iter().map(around).collect()
}

pub(super) fn whole(order: &Order) -> Value {
    let content = blocks(order, false).into_iter().enumerate().map(|(index, block)| match block.kind {
        Kind::Call => json!({"toolUse": {"toolUseId": format!("tooluse_{index}"), "name": block.name,
            "input": block.input()}}),
        Kind::Reasoning => {
            let mut text = json!({"text": block.text});
            if !block.signature.is_empty() {
                text["signature"] = block.signature.into();
            }
            json!({"reasoningContent": {"reasoningText": text}})
        }
        Kind::Refusal | Kind::Text => json!({"text": block.text}),
    });
    json!({"output": {"message": {"role": "assistant", "content": content.collect::<Vec<_>>()}},
        "stopReason": reason(order), "usage": usage(), "metrics": {"latencyMs": 1}})
}

fn deltas(saying: &Saying) -> Vec<Value> {
    let text = saying.text.as_ref().or(saying.refusal.as_ref()).map(|text| json!({"text": text}));
    let reasoning = saying.reasoning.as_ref().map(|text| json!({"reasoningContent": {"text": text}}));
    let signature = saying.signature.as_ref().map(|text| json!({"reasoningContent": {"signature": text}}));
    let arguments = saying.arguments.as_ref().map(|piece| json!({"toolUse": {"input": piece}}));
    [text, reasoning, signature, arguments].into_iter().flatten().collect()
}

fn usage() -> Value {
    json!({"inputTokens": USAGE.0, "outputTokens": USAGE.1, "totalTokens": USAGE.0 + USAGE.1})
}

fn reason(order: &Order) -> &'static str {
    if calls(order) { "tool_use" } else { "end_turn" }
}
