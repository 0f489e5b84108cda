//! The ordered answer in the wire format of Gemini's `generateContent`. Each event is an answer that holds what came
//! since the one before it; a call comes whole.

use serde_json::{Value, json};

use super::framing::Event;
use super::{Ends, Order, Saying};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

/// A call whose arguments are still to come: its name and the arguments so far.
type Call = Option<(String, String)>;

pub(super) fn events(order: &Order) -> Vec<Event> {
    let mut events = Vec::new();
    let mut calls: Vec<Call> = vec![None; order.choices()];
    for saying in &order.says {
        if let Some(raw) = &saying.raw {
            events.push(Event::Raw(raw.clone()));
            continue;
        }
        let parts = parts(saying, &mut calls[saying.choice]);
        events.extend(parts.into_iter().map(|part| Event::data(event(saying.choice, part, None))));
    }
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(Event::data(
            json!({"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}),
        )),
        Ends::Finish => {
            for (choice, call) in calls.iter_mut().enumerate() {
                let part = finished(call).unwrap_or_else(|| json!({"text": ""}));
                events.push(Event::data(event(choice, part, Some("STOP"))));
            }
        }
    }
    events
}

pub(super) fn whole(order: &Order) -> Value {
    let candidates = (0..order.choices()).map(|choice| {
        let mut call = None;
        let mut all: Vec<Value> = Vec::new();
        let own = order.says.iter().filter(|saying| saying.choice == choice && saying.raw.is_none());
        for part in own.flat_map(|saying| parts(saying, &mut call)).collect::<Vec<_>>() {
            join(&mut all, part);
        }
        all.extend(finished(&mut call));
        json!({"content": {"role": "model", "parts": all}, "finishReason": "STOP", "index": choice,
            "avgLogprobs": -0.1})
    });
    answer(&candidates.collect::<Vec<_>>())
}

/// The parts that are whole with this.
fn parts(saying: &Saying, call: &mut Call) -> Vec<Value> {
    if saying.call.is_none()
        && let (Some(more), Some((_, arguments))) = (&saying.arguments, call.as_mut())
    {
        arguments.push_str(more);
        return Vec::new();
    }
    let mut parts: Vec<Value> = finished(call).into_iter().collect();
    if let Some(name) = &saying.call {
        *call = Some((name.clone(), saying.arguments.clone().unwrap_or_default()));
    }
    parts.extend(saying.reasoning.as_ref().map(|text| json!({"text": text, "thought": true})));
    parts.extend(
        saying.signature.as_ref().map(|signature| json!({"text": "", "thoughtSignature": signature})),
    );
    parts.extend(saying.text.as_ref().or(saying.refusal.as_ref()).map(|text| json!({"text": text})));
    parts
}

/// Ends a call.
fn finished(call: &mut Call) -> Option<Value> {
    let (name, arguments) = call.take()?;
    let arguments = if arguments.is_empty() { "{}" } else { &arguments };
    let arguments: Value = serde_json::from_str(arguments).expect("the ordered arguments are JSON");
    Some(json!({"functionCall": {"name": name, "args": arguments}}))
}

/// Puts a part behind the others: text that goes on is one part.
fn join(all: &mut Vec<Value>, part: Value) {
    if let Some(last) = all.last_mut()
        && let (Some(so_far), Some(more)) = (last["text"].as_str(), part["text"].as_str())
        && last["thought"] == part["thought"]
        && part["thoughtSignature"].is_null()
    {
        last["text"] = format!("{so_far}{more}").into();
    } else {
        all.push(part);
    }
}

fn event(choice: usize, part: Value, reason: Option<&str>) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": [part]}, "index": choice});
    if let Some(reason) = reason {
        candidate["finishReason"] = reason.into();
    }
    answer(&[candidate])
}

fn answer(candidates: &[Value]) -> Value {
    json!({"candidates": candidates, "modelVersion": "m-1", "responseId": "r1",
        "usageMetadata": {"promptTokenCount": USAGE.0, "candidatesTokenCount": USAGE.1,
            "totalTokenCount": USAGE.0 + USAGE.1,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": USAGE.0}]}})
}
