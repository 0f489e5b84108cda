//! What a client makes of an answer, streamed or not: texts put together, calls, the reason why it ended. It reads
//! strictly: what a real client would stumble over is a fault here. Fields have the names that policies use.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Framing, Wire};

mod anthropic_messages;
mod bedrock_converse;
mod bedrock_texts;
mod gemini_generate;
mod openai_chat;
mod openai_responses;
mod unframed;

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

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The name; empty where there is none.
    pub name: String,
    /// The data.
    pub data: String,
    /// Whether it is an exception, which only Amazon's event stream has beside events.
    pub failure: bool,
}

/// Reads the events of a streamed answer, one after the other.
trait Hears {
    /// Takes what an event says.
    fn hear(&mut self, heard: &mut Heard, event: &Event) -> Result<(), &'static str>;

    /// The body has ended.
    fn end(&mut self, _heard: &mut Heard) {}
}

impl Heard {
    /// Reads the body of a streamed answer.
    ///
    /// # Errors
    /// What a client would stumble over.
    pub fn streamed(wire: Wire, body: &[u8]) -> Result<Self, String> {
        let mut heard = Self::default();
        let mut hears = hears(wire);
        for event in unframed::events(wire.framing(), body)? {
            let read = match event.failure {
                _ if heard.complete => Err("something follows the end"),
                true => {
                    heard.fail(serde_json::from_str(&event.data).unwrap_or_default());
                    Ok(())
                }
                false => hears.hear(&mut heard, &event),
            };
            read.map_err(|fault| format!("{fault}: {event:?}"))?;
        }
        hears.end(&mut heard);
        heard.texts.retain(|_, text| !text.is_empty());
        Ok(heard)
    }

    /// Reads the body of an answer that is not streamed.
    #[must_use]
    pub fn whole(wire: Wire, body: &Value) -> Self {
        let mut heard = match wire {
            Wire::AnthropicMessages | Wire::BedrockAnthropic | Wire::VertexAnthropic => {
                anthropic_messages::whole(body)
            }
            Wire::AzureOpenai | Wire::BedrockChat | Wire::OpenaiChat => openai_chat::whole(body),
            Wire::BedrockConverse | Wire::BedrockNova => bedrock_converse::whole(body),
            Wire::BedrockCohere | Wire::BedrockLlama | Wire::BedrockMistral | Wire::BedrockTitan => {
                bedrock_texts::whole(wire, body)
            }
            Wire::GeminiGenerate | Wire::GeminiList | Wire::VertexGemini => gemini_generate::whole(body),
            Wire::OpenaiResponses => openai_responses::whole(body),
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

    /// It ends with an error.
    fn fail(&mut self, error: Value) {
        self.error = Some(error);
        self.complete = true;
    }

    fn add(&mut self, field: String, text: &str) {
        self.texts.entry(field).or_default().push_str(text);
    }
}

/// The server-sent events of a body. Comments are left out.
///
/// # Errors
/// When it is not UTF-8, or does not end with the end of an event.
pub fn events(body: &[u8]) -> Result<Vec<Event>, String> {
    unframed::events(Framing::ServerSent, body)
}

fn hears(wire: Wire) -> Box<dyn Hears> {
    match wire {
        Wire::AnthropicMessages | Wire::BedrockAnthropic | Wire::VertexAnthropic => {
            Box::<anthropic_messages::State>::default()
        }
        Wire::AzureOpenai | Wire::OpenaiChat => Box::<openai_chat::State>::default(),
        Wire::BedrockChat => Box::new(openai_chat::State::without_a_last_word()),
        Wire::BedrockConverse | Wire::BedrockNova => Box::<bedrock_converse::State>::default(),
        Wire::BedrockCohere | Wire::BedrockLlama | Wire::BedrockMistral | Wire::BedrockTitan => {
            Box::new(bedrock_texts::State(wire))
        }
        Wire::GeminiGenerate | Wire::VertexGemini => Box::<gemini_generate::State>::default(),
        Wire::GeminiList => Box::new(gemini_generate::State::of_list()),
        Wire::OpenaiResponses => Box::<openai_responses::State>::default(),
    }
}

/// The JSON that a text is; the text itself where it is none.
fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
