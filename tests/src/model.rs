//! A model that says what its caller orders: the last message of the request holds an [`Order`], and the answer is
//! what that says, in the dialect of the path, streamed or not. So every client, whatever its language, can have an
//! answer cut at any place, broken off, or made to hold any value.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::Request;
use crate::upstream::{Arrived, Script, Step, Stream};

mod anthropic_messages;
mod openai_chat;

/// The wire formats that have streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// Anthropic Messages.
    AnthropicMessages,
    /// OpenAI Chat Completions.
    OpenaiChat,
}

/// Every wire format.
pub const WIRES: [Wire; 2] = [Wire::AnthropicMessages, Wire::OpenaiChat];

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
    /// In which of the answers it stands. `anthropic_messages` has one only.
    pub choice: usize,
    /// Text of the answer.
    pub text: Option<String>,
    /// Text of a refusal; `anthropic_messages` has none of its own, there it is text.
    pub refusal: Option<String>,
    /// Text of its reasoning.
    pub reasoning: Option<String>,
    /// The signature of the reasoning before it; only `anthropic_messages` has one.
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
        let events = match wire {
            Wire::AnthropicMessages => anthropic_messages::events(self),
            Wire::OpenaiChat => openai_chat::events(self),
        };
        events.into_iter().map(String::into_bytes).collect()
    }

    /// The whole answer, as it stands on the wire when it is not streamed.
    #[must_use]
    pub fn whole(&self, wire: Wire) -> String {
        let whole = match wire {
            Wire::AnthropicMessages => anthropic_messages::whole(self),
            Wire::OpenaiChat => openai_chat::whole(self),
        };
        self.spelled(&whole)
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
        const TEXTS: [&str; 8] = [
            "\"content\":\"",
            "\"refusal\":\"",
            "\"reasoning_content\":\"",
            "\"text\":\"",
            "\"thinking\":\"",
            "\"arguments\":\"",
            "\"partial_json\":\"",
            "\"input\":\"",
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

impl Wire {
    /// The dialect's id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::AnthropicMessages => "anthropic_messages",
            Self::OpenaiChat => "openai_chat",
        }
    }

    /// The path of its calls.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::AnthropicMessages => "/v1/messages",
            Self::OpenaiChat => "/v1/chat/completions",
        }
    }

    /// The field of a text of the first answer, as policies and records name it.
    #[must_use]
    pub fn text_field(self) -> &'static str {
        match self {
            Self::AnthropicMessages => "content[0].text",
            Self::OpenaiChat => "choices[0].message.content",
        }
    }

    /// A request of one message.
    #[must_use]
    pub fn asks(self, message: &str, stream: bool) -> Request {
        let messages = json!([{"role": "user", "content": message}]);
        let mut body = json!({"model": "m-1", "stream": stream, "messages": messages});
        match self {
            Self::AnthropicMessages => body["max_tokens"] = json!(100),
            Self::OpenaiChat if stream => body["stream_options"] = json!({"include_usage": true}),
            Self::OpenaiChat => {}
        }
        Request::post(self.path(), body.to_string())
    }

    /// A request that holds an order.
    #[must_use]
    pub fn orders(self, order: &Order, stream: bool) -> Request {
        self.asks(&json!(order).to_string(), stream)
    }

    /// What went wrong, as an upstream tells it in a stream.
    fn error(self) -> String {
        let data = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
        match self {
            Self::AnthropicMessages => format!("event: error\ndata: {data}\n\n"),
            Self::OpenaiChat => format!("data: {}\n\n", json!({"error": data["error"]})),
        }
    }
}

/// The model: does what the request's last message orders.
#[must_use]
pub fn model() -> Script {
    Script::computed(|arrived| {
        let wire =
            if arrived.line.contains("/messages") { Wire::AnthropicMessages } else { Wire::OpenaiChat };
        match (order_of(arrived), is_streamed(arrived)) {
            (Some(order), true) => Script::Stream(Stream::of_events(order.steps(wire))),
            (Some(order), false) => Script::json(&order.whole(wire)),
            (None, _) => {
                Script::json("{\"error\": {\"message\": \"the last message is no order\"}}").status(400)
            }
        }
    })
}

fn body_of(arrived: &Arrived) -> Value {
    serde_json::from_slice(&arrived.body).unwrap_or_default()
}

fn is_streamed(arrived: &Arrived) -> bool {
    body_of(arrived)["stream"] == true
}

fn order_of(arrived: &Arrived) -> Option<Order> {
    let body = body_of(arrived);
    let content = &body["messages"].as_array()?.last()?["content"];
    let text = content.as_str().or_else(|| content[0]["text"].as_str())?;
    serde_json::from_str(text).ok()
}
