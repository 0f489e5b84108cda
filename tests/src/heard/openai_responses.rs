//! Reads answers of OpenAI Responses. What is told more than once has to be the same each time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Event, Heard, Hears, json_of};

/// How far a streamed answer has come.
#[derive(Debug, Default)]
pub(super) struct State {
    started: bool,
    numbered: Option<u64>,
    /// The items so far, by number: as they began, and whether they are done.
    items: BTreeMap<u64, (Value, bool)>,
    /// Texts and arguments so far, by field.
    said: BTreeMap<String, String>,
    /// Fields whose text is done.
    done: Vec<String>,
}

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        let data: Value = serde_json::from_str(&event.data).map_err(|_| "the data is not JSON")?;
        if data["type"] != event.name.as_str() {
            return Err("the name and the type are not the same");
        }
        let number = data["sequence_number"].as_u64().ok_or("an event has no number")?;
        if self.numbered.is_some_and(|before| number <= before) {
            return Err("the numbers do not go up");
        }
        self.numbered = Some(number);
        match event.name.as_str() {
            "error" => heard.fail(data),
            "response.created" if self.started => return Err("it starts twice"),
            "response.created" => self.started = true,
            _ if !self.started => return Err("it has not started"),
            "response.in_progress" | "response.queued" => {}
            "response.output_item.added" => self.item_added(&data)?,
            "response.output_item.done" => self.item_done(&data)?,
            "response.content_part.added" | "response.reasoning_summary_part.added" => {
                self.of(&data)?;
            }
            "response.content_part.done" | "response.reasoning_summary_part.done" => {
                let field = self.field(&data)?;
                self.same(&field, text_of(&data["part"]))?;
            }
            "response.completed" | "response.failed" | "response.incomplete" => self.last(heard, &data)?,
            name if name.ends_with(".delta") => {
                let field = self.field(&data)?;
                if self.done.contains(&field) {
                    return Err("a text goes on after its end");
                }
                let delta = data["delta"].as_str().ok_or("a delta has no text")?;
                self.said.entry(field).or_default().push_str(delta);
            }
            name if name.ends_with(".done") => {
                let field = self.field(&data)?;
                self.same(&field, text_of(&data))?;
                self.done.push(field);
            }
            _ => return Err("there is no such event"),
        }
        Ok(())
    }

    fn end(&mut self, heard: &mut Heard) {
        // An answer that never told all of itself is what its pieces were.
        if heard.ends.is_empty() {
            for (field, text) in &self.said {
                let kind = |item: &u64| self.items.get(item).map(|(item, _)| item.clone());
                match item_of(field).and_then(|index| kind(&index)) {
                    Some(item) if item["type"] == "function_call" => {
                        let name = item["name"].as_str().unwrap_or_default().to_owned();
                        heard
                            .calls
                            .insert(field.trim_end_matches(".arguments").to_owned(), (name, json_of(text)));
                    }
                    _ => heard.add(field.clone(), text),
                }
            }
        }
    }
}

impl State {
    /// The item that an event is about.
    fn of(&self, data: &Value) -> Result<(u64, &Value), &'static str> {
        let index = data["output_index"].as_u64().ok_or("it is about no item")?;
        let (item, done) = self.items.get(&index).ok_or("it is about an item that has not begun")?;
        if *done {
            return Err("it is about an item that is done");
        }
        if data["item_id"] != item["id"] {
            return Err("the item has another id");
        }
        Ok((index, item))
    }

    /// The field that an event is about.
    fn field(&self, data: &Value) -> Result<String, &'static str> {
        let (index, item) = self.of(data)?;
        let kind = data["type"].as_str().unwrap_or_default();
        Ok(match item["type"].as_str() {
            Some("function_call") => format!("output[{index}].arguments"),
            Some("reasoning") => format!("output[{index}].summary[{}].text", data["summary_index"]),
            _ if kind.contains("refusal") || data["part"]["type"] == "refusal" => {
                format!("output[{index}].content[{}].refusal", data["content_index"])
            }
            _ => format!("output[{index}].content[{}].text", data["content_index"]),
        })
    }

    fn same(&self, field: &str, text: &str) -> Result<(), &'static str> {
        let own = self.said.get(field).map_or("", String::as_str);
        if own == text { Ok(()) } else { Err("the text is not that of its pieces") }
    }

    fn item_added(&mut self, data: &Value) -> Result<(), &'static str> {
        let index = data["output_index"].as_u64().ok_or("an item has no index")?;
        let earlier = self.items.insert(index, (data["item"].clone(), false));
        if earlier.is_some() { Err("an item begins twice") } else { Ok(()) }
    }

    fn item_done(&mut self, data: &Value) -> Result<(), &'static str> {
        let index = data["output_index"].as_u64().ok_or("an item has no index")?;
        self.same_item(index, &data["item"])?;
        let (item, done) = self.items.get_mut(&index).ok_or("an item that has not begun is done")?;
        if *done || item["id"] != data["item"]["id"] {
            return Err("another item is done");
        }
        *done = true;
        Ok(())
    }

    /// Whether an item says what its pieces said.
    fn same_item(&self, index: u64, item: &Value) -> Result<(), &'static str> {
        let mut whole = Heard::default();
        take(&mut whole, index, item);
        for (field, text) in whole.texts.iter().filter(|(field, _)| !field.ends_with("encrypted_content")) {
            self.same(field, text)?;
        }
        if item["type"] == "function_call" {
            self.same(&format!("output[{index}].arguments"), text_of(item))?;
        }
        Ok(())
    }

    fn last(&mut self, heard: &mut Heard, data: &Value) -> Result<(), &'static str> {
        let response = &data["response"];
        for (index, item) in (0..).zip(response["output"].as_array().into_iter().flatten()) {
            self.same_item(index, item)?;
        }
        if data["type"] == "response.completed" && self.items.values().any(|(_, done)| !done) {
            return Err("an item is not done");
        }
        *heard = whole(response);
        heard.complete = true;
        Ok(())
    }
}

pub(super) fn whole(body: &Value) -> Heard {
    let usage = json!([body["usage"]["input_tokens"], body["usage"]["output_tokens"]]);
    let mut heard = Heard { usage, ..Heard::default() };
    heard.error = Some(body["error"].clone()).filter(|error| !error.is_null());
    for (index, item) in (0..).zip(body["output"].as_array().into_iter().flatten()) {
        take(&mut heard, index, item);
    }
    let reason = body["incomplete_details"]["reason"].as_str().or(body["status"].as_str());
    heard.ends.extend(reason.map(|reason| (0, reason.to_owned())));
    heard
}

/// What an item says.
fn take(heard: &mut Heard, index: u64, item: &Value) {
    let field = format!("output[{index}]");
    for list in ["content", "summary"] {
        for (place, part) in item[list].as_array().into_iter().flatten().enumerate() {
            for name in ["text", "refusal"] {
                heard.add(format!("{field}.{list}[{place}].{name}"), part[name].as_str().unwrap_or_default());
            }
        }
    }
    heard.texts.retain(|_, text| !text.is_empty());
    if let Some(text) = item["encrypted_content"].as_str() {
        heard.add(format!("{field}.encrypted_content"), text);
    }
    if item["type"] == "function_call" {
        let name = item["name"].as_str().unwrap_or_default().to_owned();
        heard.calls.insert(field, (name, json_of(text_of(item))));
    }
}

/// The text of a part, or the arguments of a call.
fn text_of(value: &Value) -> &str {
    let texts = ["text", "refusal", "arguments"].into_iter().find_map(|name| value[name].as_str());
    texts.unwrap_or_default()
}

/// The number of the item that a field stands in.
fn item_of(field: &str) -> Option<u64> {
    field.strip_prefix("output[")?.split(']').next()?.parse().ok()
}
