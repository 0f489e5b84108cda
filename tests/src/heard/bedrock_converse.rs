//! Reads answers of Bedrock's Converse, and of Nova, whose events stand under their names.

use serde_json::{Value, json};

use super::{Event, Heard, Hears, json_of};

/// How far a streamed answer has come.
#[derive(Debug, Default)]
pub(super) struct State {
    started: bool,
    stopped: bool,
    /// The block that is open: its number, and the arguments so far where it is a call.
    open: Option<(u64, Option<String>)>,
    blocks: u64,
}

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        let data: Value = serde_json::from_str(&event.data).map_err(|_| "the data is not JSON")?;
        if !event.name.is_empty() {
            return self.take(heard, &event.name, &data);
        }
        let mut around = data.as_object().into_iter().flatten();
        let (name, data) = around
            .find(|(name, _)| !name.starts_with("amazon-bedrock"))
            .ok_or("an event of Nova has a name")?;
        self.take(heard, name, data)
    }
}

impl State {
    fn take(&mut self, heard: &mut Heard, name: &str, data: &Value) -> Result<(), &'static str> {
        match name {
            "messageStart" if self.started => return Err("it starts twice"),
            "messageStart" => self.started = true,
            _ if !self.started => return Err("it has not started"),
            "metadata" if self.stopped => {
                heard.usage = usage(&data["usage"]);
                heard.complete = true;
            }
            _ if self.stopped => return Err("it has stopped"),
            "contentBlockStart" => self.begin(heard, data)?,
            "contentBlockDelta" => self.delta(heard, data)?,
            "contentBlockStop" => {
                let (index, json) = self.open.take().ok_or("no block is open")?;
                if data["contentBlockIndex"] != index {
                    return Err("another block is open");
                }
                if let Some(json) = json.filter(|json| !json.is_empty())
                    && let Some(call) = heard.calls.get_mut(&field(index))
                {
                    call.1 = json_of(&json);
                }
            }
            "messageStop" if self.open.is_some() => return Err("a block is open"),
            "messageStop" => {
                self.stopped = true;
                heard.ends.insert(0, data["stopReason"].as_str().ok_or("no reason")?.to_owned());
            }
            _ => return Err("there is no such event"),
        }
        Ok(())
    }

    fn begin(&mut self, heard: &mut Heard, data: &Value) -> Result<(), &'static str> {
        let index = data["contentBlockIndex"].as_u64().ok_or("a block has no index")?;
        if self.open.is_some() || index != self.blocks {
            return Err("a block begins out of order");
        }
        let call = &data["start"]["toolUse"];
        if call.is_object() {
            let name = call["name"].as_str().unwrap_or_default().to_owned();
            heard.calls.insert(field(index), (name, json!({})));
        }
        self.open = Some((index, call.is_object().then(String::new)));
        self.blocks += 1;
        Ok(())
    }

    fn delta(&mut self, heard: &mut Heard, data: &Value) -> Result<(), &'static str> {
        let index = data["contentBlockIndex"].as_u64().ok_or("a block has no index")?;
        if self.open.is_none() {
            // Only a call's beginning is told.
            self.begin(heard, &json!({"contentBlockIndex": index, "start": {}}))?;
        }
        let (open, json) = self.open.as_mut().ok_or("no block is open")?;
        if *open != index {
            return Err("another block is open");
        }
        let delta = &data["delta"];
        match (json, delta["toolUse"]["input"].as_str()) {
            (Some(json), Some(piece)) => json.push_str(piece),
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err("this is another kind of block"),
        }
        let signed = heard.texts.contains_key(&format!("{}.signature", reasoning(index)));
        if signed && delta["reasoningContent"]["text"].is_string() {
            return Err("the reasoning goes on after its signature");
        }
        heard.add(format!("{}.text", field(index)), delta["text"].as_str().unwrap_or_default());
        add_reasoning(heard, index, &delta["reasoningContent"]);
        Ok(())
    }
}

pub(super) fn whole(body: &Value) -> Heard {
    let mut heard = Heard { usage: usage(&body["usage"]), ..Heard::default() };
    heard.error = Some(body["message"].clone()).filter(|error| !error.is_null());
    let content = body["output"]["message"]["content"].as_array();
    for (index, block) in (0..).zip(content.into_iter().flatten()) {
        heard.add(format!("{}.text", field(index)), block["text"].as_str().unwrap_or_default());
        add_reasoning(&mut heard, index, &block["reasoningContent"]["reasoningText"]);
        let call = &block["toolUse"];
        if call.is_object() {
            let name = call["name"].as_str().unwrap_or_default().to_owned();
            heard.calls.insert(field(index), (name, call["input"].clone()));
        }
    }
    if let Some(reason) = body["stopReason"].as_str() {
        heard.ends.insert(0, reason.to_owned());
    }
    heard
}

fn add_reasoning(heard: &mut Heard, index: u64, reasoning_content: &Value) {
    for name in ["text", "signature"] {
        if let Some(text) = reasoning_content[name].as_str() {
            heard.add(format!("{}.{name}", reasoning(index)), text);
        }
    }
}

fn field(index: u64) -> String {
    format!("output.message.content[{index}]")
}

fn reasoning(index: u64) -> String {
    format!("{}.reasoningContent.reasoningText", field(index))
}

fn usage(usage: &Value) -> Value {
    json!([usage["inputTokens"], usage["outputTokens"]])
}
