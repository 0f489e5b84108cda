//! A model that says what its caller orders: the last message of the request holds an [`Order`], and the answer is
//! what that says, in the dialect of the path, streamed or not. So every client, whatever its language, can have an
//! answer cut at any place, broken off, or made to hold any value.

//!
//! To add a wire format, write its file beside the others, a variant of [`Wire`], and its paths in `model/serving.rs`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::upstream::Step;

pub use framing::Framing;
pub use serving::model;
pub use wire::{EVERY_WIRE, WIRES, Wire};

mod anthropic_messages;
mod asides;
mod azure_openai;
mod bedrock_converse;
mod bedrock_texts;
mod blocks;
mod framing;
mod gemini_generate;
mod openai_chat;
mod openai_responses;
mod serving;
mod wire;

/// What the model is to say, and how.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Order {
    /// What it says, one event each.
    pub says: Vec<Saying>,
    /// How the answer ends.
    pub ends: Ends,
    /// What is written at a time.
    pub writes: Writes,
    /// Whether texts stand on the wire as JSON's escapes, each character of them.
    pub escaped: bool,
}

/// One event.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Saying {
    /// In which of the answers it stands. Only OpenAI's and Gemini's formats have more than one.
    pub choice: usize,
    /// Text of the answer.
    pub text: Option<String>,
    /// Text of a refusal; where the format has none of its own, it is text.
    pub refusal: Option<String>,
    /// Text of its reasoning.
    pub reasoning: Option<String>,
    /// The signature of the reasoning before it, where the format has one.
    pub signature: Option<String>,
    /// The name of a tool that it begins to call.
    pub call: Option<String>,
    /// A piece of the arguments of the call that was begun last.
    pub arguments: Option<String>,
    /// Bytes that are written as they stand. A whole answer has none of them.
    pub raw: Option<String>,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// The connection is closed in the middle of the body.
    BreakOff,
    /// The body ends, but the answer has not.
    Early,
    /// With an error of the upstream's own.
    Error,
    /// As it should.
    #[default]
    Finish,
}

/// What is written at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writes {
    /// One byte.
    Bytes,
    /// One event.
    #[default]
    Events,
    /// All of it.
    Once,
}

impl Saying {
    /// A piece of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// A piece of reasoning.
    #[must_use]
    pub fn reasoning(text: impl Into<String>) -> Self {
        Self { reasoning: Some(text.into()), ..Self::default() }
    }

    /// The beginning of a call.
    #[must_use]
    pub fn call(name: &str) -> Self {
        Self { call: Some(name.to_owned()), ..Self::default() }
    }

    /// A piece of a call's arguments.
    #[must_use]
    pub fn arguments(piece: impl Into<String>) -> Self {
        Self { arguments: Some(piece.into()), ..Self::default() }
    }

    /// Bytes as they stand.
    #[must_use]
    pub fn raw(bytes: impl Into<String>) -> Self {
        Self { raw: Some(bytes.into()), ..Self::default() }
    }

    /// The same in another of the answers.
    #[must_use]
    pub fn of_choice(self, choice: usize) -> Self {
        Self { choice, ..self }
    }
}

impl Order {
    /// To say this.
    #[must_use]
    pub fn of(says: impl IntoIterator<Item = Saying>) -> Self {
        Self { says: says.into_iter().collect(), ..Self::default() }
    }

    /// To say a text in these pieces.
    #[must_use]
    pub fn of_texts<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(pieces.into_iter().map(Saying::text))
    }

    /// The same with another end.
    #[must_use]
    pub fn ending(self, ends: Ends) -> Self {
        Self { ends, ..self }
    }

    /// The same in other writes.
    #[must_use]
    pub fn in_writes(self, writes: Writes) -> Self {
        Self { writes, ..self }
    }

    /// The events of the streamed answer, as they stand on the wire.
    #[must_use]
    pub fn events(&self, wire: Wire) -> Vec<Vec<u8>> {
        wire.framing().written(self, wire.events(self))
    }

    /// The whole answer, as it stands on the wire when it is not streamed.
    #[must_use]
    pub fn whole(&self, wire: Wire) -> String {
        self.spelled(&wire.whole(self))
    }

    /// The steps that stream the answer.
    #[must_use]
    pub fn steps(&self, wire: Wire) -> Vec<Step> {
        let events = self.events(wire);
        let writes: Vec<Vec<u8>> = match self.writes {
            Writes::Bytes => events.concat().iter().map(|byte| vec![*byte]).collect(),
            Writes::Events => events,
            Writes::Once => vec![events.concat()],
        };
        let broken = (self.ends == Ends::BreakOff).then_some(Step::BreakOff);
        writes.into_iter().map(Step::Write).chain(broken).collect()
    }

    /// How many answers it has.
    fn choices(&self) -> usize {
        self.says.iter().map(|saying| saying.choice + 1).max().unwrap_or(1)
    }

    /// JSON on the wire, where each character of a text may be an escape.
    fn spelled(&self, value: &Value) -> String {
        const TEXTS: [&str; 11] = [
            "\"content\":\"",
            "\"refusal\":\"",
            "\"reasoning_content\":\"",
            "\"text\":\"",
            "\"thinking\":\"",
            "\"arguments\":\"",
            "\"partial_json\":\"",
            "\"input\":\"",
            "\"delta\":\"",
            "\"generation\":\"",
            "\"outputText\":\"",
        ];
        let mut rest = value.to_string();
        if !self.escaped {
            return rest;
        }
        let mut spelled = String::new();
        while let Some(at) = TEXTS.iter().filter_map(|text| Some(rest.find(text)? + text.len())).min() {
            spelled.push_str(&rest[..at]);
            let mut texts = serde_json::Deserializer::from_str(&rest[at - 1..]).into_iter::<String>();
            let text = texts.next().expect("a text").expect("a text is JSON");
            let after = at - 1 + texts.byte_offset();
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            spelled.extend(units.chain(["\"".to_owned()]));
            rest = rest.split_off(after);
        }
        spelled + &rest
    }
}
