//! What a client makes of an answer, streamed or not: texts put together, calls, the reason why it ended. It reads
//! strictly: what a real client would stumble over is a fault here. Fields have the names that policies use.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::Wire;

mod anthropic_messages;
mod openai_chat;

/// What was heard of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Texts that are not empty, by field.
    pub texts: BTreeMap<String, String>,
    /// Tool calls by field: the name and the arguments, as JSON where they are.
    pub calls: BTreeMap<String, (String, Value)>,
    /// Why each of the answers ended, by its number.
    pub ends: BTreeMap<u64, String>,
    /// The tokens, as the upstream counted them.
    pub usage: Value,
    /// An error in place of the rest.
    pub error: Option<Value>,
    /// Whether it came to its end, with an error or without.
    pub complete: bool,
}

/// One server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The name; empty where there is none.
    pub name: String,
    /// The data.
    pub data: String,
}

impl Heard {
    /// Reads the body of a streamed answer.
    ///
    /// # Errors
    /// What a client would stumble over.
    pub fn streamed(wire: Wire, body: &[u8]) -> Result<Self, String> {
        let mut heard = Self::default();
        let mut calls = BTreeMap::new();
        let mut state = anthropic_messages::State::default();
        for event in events(body)? {
            let read = match wire {
                Wire::AnthropicMessages => anthropic_messages::hear(&mut heard, &mut state, &event),
                Wire::OpenaiChat => openai_chat::hear(&mut heard, &mut calls, &event),
            };
            read.map_err(|fault| format!("{fault}: {event:?}"))?;
        }
        if heard.usage.is_object() && wire == Wire::AnthropicMessages {
            heard.usage = json!([heard.usage["input_tokens"], heard.usage["output_tokens"]]);
        }
        heard
            .calls
            .extend(calls.into_iter().map(|(field, (name, arguments))| (field, (name, json_of(&arguments)))));
        heard.texts.retain(|_, text| !text.is_empty());
        Ok(heard)
    }

    /// Reads the body of an answer that is not streamed.
    #[must_use]
    pub fn whole(wire: Wire, body: &Value) -> Self {
        let mut heard = match wire {
            Wire::AnthropicMessages => anthropic_messages::whole(body),
            Wire::OpenaiChat => openai_chat::whole(body),
        };
        heard.texts.retain(|_, text| !text.is_empty());
        heard.complete = true;
        heard
    }

    /// All texts one after the other, with the arguments of calls.
    #[must_use]
    pub fn everything(&self) -> String {
        let calls = self.calls.values().map(|(name, arguments)| format!("{name} {arguments}"));
        self.texts.values().cloned().chain(calls).collect::<Vec<_>>().join("\n")
    }

    fn add(&mut self, field: String, text: &str) {
        self.texts.entry(field).or_default().push_str(text);
    }
}

/// The events of a body. Comments are left out.
///
/// # Errors
/// When it is not UTF-8, or does not end with the end of an event.
pub fn events(body: &[u8]) -> Result<Vec<Event>, String> {
    let text = std::str::from_utf8(body).map_err(|fault| format!("not UTF-8: {fault}"))?;
    let mut events = Vec::new();
    let mut event = Event { name: String::new(), data: String::new() };
    let mut lines = 0_usize;
    if !text.is_empty() && !text.ends_with("\n\n") {
        return Err(format!("it ends within an event: {text}"));
    }
    for line in text.lines() {
        match line.split_once(':') {
            _ if line.is_empty() => {
                if lines > 0 {
                    events.push(event.clone());
                }
                event = Event { name: String::new(), data: String::new() };
                lines = 0;
            }
            Some(("", _)) => {}
            Some(("data", data)) => {
                event.data += if lines > 0 { "\n" } else { "" };
                event.data += data.strip_prefix(' ').unwrap_or(data);
                lines += 1;
            }
            Some(("event", name)) => name.trim().clone_into(&mut event.name),
            _ => return Err(format!("`{line}` is not a line of an event")),
        }
    }
    Ok(events)
}

/// The JSON that a text is; the text itself where it is none.
fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
