//! Reads answers of Gemini's `generateContent`. Text that goes on in the next event is one part.

use serde_json::{Value, json};

use super::{Event, Heard, Hears};

/// How far a streamed answer has come.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The parts of each candidate so far: how many, and the kind of the last.
    parts: Vec<(usize, Kind)>,
    /// Whether it is a list, which has ended when it is closed.
    list: bool,
}

impl State {
    /// Of an answer that is one JSON list.
    pub(super) fn of_list() -> Self {
        Self { list: true, ..Self::default() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    Call,
    #[default]
    None,
    Text,
    Thought,
}

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        if event.name == "]" {
            heard.complete = heard.error.is_some() || has_ended(heard, self);
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
        if data["candidates"].is_null() && data["promptFeedback"].is_null() && data["usageMetadata"].is_null()
        {
            return Err("there is nothing in it");
        }
        take(heard, self, &data)
    }

    fn end(&mut self, heard: &mut Heard) {
        heard.complete |= !self.list && (heard.error.is_some() || has_ended(heard, self));
    }
}

pub(super) fn whole(body: &Value) -> Heard {
    let error = Some(body["error"].clone()).filter(|error| !error.is_null());
    let mut heard = Heard { error, ..Heard::default() };
    let _ = take(&mut heard, &mut State::default(), body);
    heard
}

fn has_ended(heard: &Heard, state: &State) -> bool {
    !heard.ends.is_empty() && heard.ends.len() >= state.parts.len()
}

fn take(heard: &mut Heard, state: &mut State, data: &Value) -> Result<(), &'static str> {
    if let Some(reason) = data["promptFeedback"]["blockReason"].as_str() {
        heard.ends.insert(0, reason.to_owned());
    }
    if data["usageMetadata"].is_object() {
        let usage = &data["usageMetadata"];
        heard.usage = json!([usage["promptTokenCount"], usage["candidatesTokenCount"]]);
    }
    for candidate in data["candidates"].as_array().into_iter().flatten() {
        let index = candidate["index"].as_u64().unwrap_or_default();
        if heard.ends.contains_key(&index) {
            return Err("a candidate goes on after its end");
        }
        let at = usize::try_from(index).map_err(|_| "too many candidates")?;
        state.parts.resize(state.parts.len().max(at + 1), (0, Kind::None));
        for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
            take_part(heard, &mut state.parts[at], index, part);
        }
        if let Some(reason) = candidate["finishReason"].as_str() {
            heard.ends.insert(index, reason.to_owned());
        }
    }
    Ok(())
}

fn take_part(heard: &mut Heard, (parts, last): &mut (usize, Kind), index: u64, part: &Value) {
    let call = &part["functionCall"];
    let kind = match part["thought"] == true {
        _ if call.is_object() => Kind::Call,
        true => Kind::Thought,
        false => Kind::Text,
    };
    let text = part["text"].as_str().unwrap_or_default();
    let signature = part["thoughtSignature"].as_str().unwrap_or_default();
    if kind != Kind::Call && text.is_empty() && signature.is_empty() {
        return;
    }
    if kind != *last || kind == Kind::Call || !signature.is_empty() {
        *parts += 1;
    }
    *last = if signature.is_empty() { kind } else { Kind::None };
    let field = format!("candidates[{index}].content.parts[{}]", *parts - 1);
    heard.add(format!("{field}.text"), text);
    heard.add(format!("{field}.thoughtSignature"), signature);
    if kind == Kind::Call {
        let name = call["name"].as_str().unwrap_or_default().to_owned();
        heard.calls.insert(field, (name, call["args"].clone()));
    }
}
