//! Reads answers of models on Bedrock that say text and nothing else.

use serde_json::{Value, json};

use super::{Event, Heard, Hears};
use crate::model::Wire;

/// Whose answer is read.
#[derive(Debug)]
pub(super) struct State(pub(super) Wire);

/// What one event of a stream, or a whole answer, says.
#[derive(Debug, Default)]
struct Said<'a> {
    text: &'a Value,
    end: &'a Value,
    tokens: [&'a Value; 2],
}

impl Hears for State {
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str> {
        let data: Value = serde_json::from_str(&event.data).map_err(|_| "the data is not JSON")?;
        let said = match self.0 {
            Wire::BedrockCohere => {
                Said { text: &data["text"], end: &data["finish_reason"], ..Said::default() }
            }
            Wire::BedrockMistral => mistral(&data),
            Wire::BedrockTitan => {
                Said { text: &data["outputText"], end: &data["completionReason"], ..Said::default() }
            }
            _ => llama(&data),
        };
        if !said.text.is_string() && !said.end.is_string() {
            return Err("there is nothing in it");
        }
        heard.add(self.0.text_field().to_owned(), said.text.as_str().unwrap_or_default());
        if let Some(reason) = said.end.as_str() {
            heard.ends.insert(0, reason.to_owned());
            let metrics = &data["amazon-bedrock-invocationMetrics"];
            heard.usage = tokens(self.0, [&metrics["inputTokenCount"], &metrics["outputTokenCount"]]);
            heard.complete = true;
        }
        Ok(())
    }
}

pub(super) fn whole(wire: Wire, body: &Value) -> Heard {
    let said = match wire {
        Wire::BedrockCohere => {
            let units = &body["meta"]["billed_units"];
            let tokens = [&units["input_tokens"], &units["output_tokens"]];
            Said { text: &body["text"], end: &body["finish_reason"], tokens }
        }
        Wire::BedrockMistral => mistral(body),
        Wire::BedrockTitan => {
            let result = &body["results"][0];
            let tokens = [&body["inputTextTokenCount"], &result["tokenCount"]];
            Said { text: &result["outputText"], end: &result["completionReason"], tokens }
        }
        _ => llama(body),
    };
    let mut heard = Heard { usage: tokens(wire, said.tokens), ..Heard::default() };
    heard.error = Some(body["message"].clone()).filter(|error| !error.is_null());
    heard.add(wire.text_field().to_owned(), said.text.as_str().unwrap_or_default());
    heard.ends.extend(said.end.as_str().map(|reason| (0, reason.to_owned())));
    heard
}

fn llama(data: &Value) -> Said<'_> {
    let tokens = [&data["prompt_token_count"], &data["generation_token_count"]];
    Said { text: &data["generation"], end: &data["stop_reason"], tokens }
}

fn mistral(data: &Value) -> Said<'_> {
    let output = &data["outputs"][0];
    Said { text: &output["text"], end: &output["stop_reason"], ..Said::default() }
}

/// Mistral's whole answers do not tell the tokens; headers do.
fn tokens(wire: Wire, tokens: [&Value; 2]) -> Value {
    if wire == Wire::BedrockMistral { Value::Null } else { json!(tokens) }
}
