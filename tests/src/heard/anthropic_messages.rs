//! Reads answers of Anthropic Messages.

use serde_json::{Value, json};

use super::{Event, Heard, Hears, json_of};

/// How far a streamed answer has come.
#[derive(Debug, Default)]
pub(super) struct State {
    started: bool,
    /// The block that is open: its number, and whether it is a call, with the arguments so far.
    open: Option<(u64, Option<String>)>,
    blocks: u64,
    delta: bool,
}

/// Members that hold text.
const TEXTS: [&str; 3] = ["text", "thinking", "signature"];

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        hear(heard, self, event)
    }

    fn end(&mut self, heard: &mut Heard) {
        if heard.usage.is_object() {
            heard.usage = json!([heard.usage["input_tokens"], heard.usage["output_tokens"]]);
        }
    }
}

fn hear(heard: &mut Heard, state: &mut State, event: &Event) -> Result<(), &'static str> {
    let data: Value = serde_json::from_str(&event.data).map_err(|_| "the data is not JSON")?;
    if data["type"] != event.name.as_str() {
        return Err("the name and the type are not the same");
    }
    match event.name.as_str() {
        "error" => heard.fail(data["error"].clone()),
        "ping" => {}
        "message_start" if state.started => return Err("it starts twice"),
        "message_start" => {
            state.started = true;
            heard.usage = data["message"]["usage"].clone();
        }
        _ if !state.started => return Err("it has not started"),
        "content_block_start" => begin(heard, state, &data)?,
        "content_block_delta" => block_delta(heard, state, &data)?,
        "content_block_stop" => stop(heard, state, &data)?,
        _ if state.open.is_some() => return Err("a block is open"),
        "message_delta" => {
            state.delta = true;
            heard.ends.insert(0, data["delta"]["stop_reason"].as_str().unwrap_or_default().to_owned());
            heard.usage["output_tokens"] = data["usage"]["output_tokens"].clone();
        }
        "message_stop" if state.delta => heard.complete = true,
        "message_stop" => return Err("it stops without a reason"),
        _ => return Err("there is no such event"),
    }
    Ok(())
}

pub(super) fn whole(body: &Value) -> Heard {
    let usage = json!([body["usage"]["input_tokens"], body["usage"]["output_tokens"]]);
    let mut heard = Heard { usage, ..Heard::default() };
    heard.error = Some(body["error"].clone()).filter(|error| !error.is_null());
    for (index, block) in body["content"].as_array().into_iter().flatten().enumerate() {
        let field = format!("content[{index}]");
        for name in TEXTS {
            heard.add(format!("{field}.{name}"), block[name].as_str().unwrap_or_default());
        }
        if block["type"] == "tool_use" {
            let name = block["name"].as_str().unwrap_or_default().to_owned();
            heard.calls.insert(field, (name, block["input"].clone()));
        }
    }
    if let Some(reason) = body["stop_reason"].as_str() {
        heard.ends.insert(0, reason.to_owned());
    }
    heard
}

fn begin(heard: &mut Heard, state: &mut State, data: &Value) -> Result<(), &'static str> {
    let index = data["index"].as_u64().ok_or("a block has no index")?;
    if state.open.is_some() || index != state.blocks {
        return Err("a block begins out of order");
    }
    let block = &data["content_block"];
    let is_call = block["type"] == "tool_use";
    if is_call {
        let name = block["name"].as_str().unwrap_or_default().to_owned();
        heard.calls.insert(format!("content[{index}]"), (name, json!({})));
    }
    for name in TEXTS {
        heard.add(format!("content[{index}].{name}"), block[name].as_str().unwrap_or_default());
    }
    state.open = Some((index, is_call.then(String::new)));
    state.blocks += 1;
    Ok(())
}

fn block_delta(heard: &mut Heard, state: &mut State, data: &Value) -> Result<(), &'static str> {
    let index = data["index"].as_u64().ok_or("a block has no index")?;
    let open = state.open.as_mut().filter(|(open, _)| *open == index).ok_or("the block is not open")?;
    if let (Some(json), Some(piece)) = (&mut open.1, data["delta"]["partial_json"].as_str()) {
        json.push_str(piece);
    }
    let signed = heard.texts.get(&format!("content[{index}].signature")).is_some_and(|text| !text.is_empty());
    if signed && data["delta"]["thinking"].is_string() {
        return Err("the reasoning goes on after its signature");
    }
    for name in TEXTS {
        if let Some(text) = data["delta"][name].as_str() {
            heard.add(format!("content[{index}].{name}"), text);
        }
    }
    Ok(())
}

fn stop(heard: &mut Heard, state: &mut State, data: &Value) -> Result<(), &'static str> {
    let open = state.open.take().ok_or("no block is open")?;
    if data["index"].as_u64() != Some(open.0) {
        return Err("another block is open");
    }
    if let Some(json) = open.1.filter(|json| !json.is_empty())
        && let Some(call) = heard.calls.get_mut(&format!("content[{}]", open.0))
    {
        call.1 = json_of(&json);
    }
    Ok(())
}
