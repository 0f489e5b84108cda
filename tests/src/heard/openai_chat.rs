//! Reads answers of OpenAI Chat Completions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Event, Heard, Hears, json_of};

/// How far a streamed answer has come.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The calls so far, by field: name and arguments.
    calls: BTreeMap<String, (String, String)>,
    /// Whether no `[DONE]` is to come: the end is that every choice has one.
    wordless: bool,
}

/// Members that hold text.
const TEXTS: [&str; 3] = ["content", "refusal", "reasoning_content"];

impl State {
    /// Of an answer that does not end with `[DONE]`.
    pub(super) fn without_a_last_word() -> Self {
        Self { wordless: true, ..Self::default() }
    }
}

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        hear(heard, self, event)
    }

    fn end(&mut self, heard: &mut Heard) {
        heard.complete |= self.wordless && !heard.ends.is_empty();
        let calls = std::mem::take(&mut self.calls).into_iter();
        heard.calls.extend(calls.map(|(field, (name, json))| (field, (name, json_of(&json)))));
    }
}

fn hear(heard: &mut Heard, state: &mut State, event: &Event) -> Result<(), &'static str> {
    if event.data == "[DONE]" {
        heard.complete = true;
        return Ok(());
    }
    let data: Value = serde_json::from_str(&event.data).map_err(|_| "the data is not JSON")?;
    if heard.error.is_some() {
        return Err("something follows an error");
    }
    if !data["error"].is_null() {
        heard.error = Some(data["error"].clone());
        return Ok(());
    }
    if data["usage"].is_object() {
        heard.usage = usage(&data["usage"]);
    }
    for choice in data["choices"].as_array().ok_or("there is no list of choices")? {
        let index = choice["index"].as_u64().ok_or("a choice has no index")?;
        if heard.ends.contains_key(&index) {
            return Err("a choice goes on after its end");
        }
        let message = format!("choices[{index}].message");
        for name in TEXTS {
            if let Some(text) = choice["delta"][name].as_str() {
                heard.add(format!("{message}.{name}"), text);
            }
        }
        for piece in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let place = piece["index"].as_u64().ok_or("a piece of a call has no index")?;
            let call = state.calls.entry(format!("{message}.tool_calls[{place}]"));
            let call = call.or_default();
            call.0 += piece["function"]["name"].as_str().unwrap_or_default();
            call.1 += piece["function"]["arguments"].as_str().unwrap_or_default();
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            heard.ends.insert(index, reason.to_owned());
        }
    }
    Ok(())
}

pub(super) fn whole(body: &Value) -> Heard {
    let mut heard = Heard { usage: usage(&body["usage"]), ..Heard::default() };
    heard.error = Some(body["error"].clone()).filter(|error| !error.is_null());
    for choice in body["choices"].as_array().into_iter().flatten() {
        let index = choice["index"].as_u64().unwrap_or_default();
        let field = format!("choices[{index}].message");
        for name in TEXTS {
            let text = choice["message"][name].as_str().unwrap_or_default();
            heard.add(format!("{field}.{name}"), text);
        }
        for (place, call) in choice["message"]["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let function = &call["function"];
            let name = function["name"].as_str().unwrap_or_default().to_owned();
            let arguments = json_of(function["arguments"].as_str().unwrap_or_default());
            heard.calls.insert(format!("{field}.tool_calls[{place}]"), (name, arguments));
        }
        heard.ends.insert(index, choice["finish_reason"].as_str().unwrap_or_default().to_owned());
    }
    heard
}

fn usage(usage: &Value) -> Value {
    json!([usage["prompt_tokens"], usage["completion_tokens"]])
}
