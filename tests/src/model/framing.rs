//! How the events of a stream stand on the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Ends, Order};
use crate::frames;
use crate::upstream::{Step, Stream};

/// The bytes around events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Messages of Amazon's event stream that hold the events of another format in Base64.
    Chunks,
    /// Messages of Amazon's event stream.
    Frames,
    /// A JSON list.
    List,
    /// Server-sent events.
    ServerSent,
}

/// One event of a stream.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// An event; the name is empty where it has none.
    Data { name: String, data: Value },
    /// An exception, which only Amazon's event stream has beside events.
    Failure { name: &'static str, message: &'static str },
    /// Bytes as they stand.
    Raw(String),
    /// Data that is no JSON.
    Word(&'static str),
}

impl Event {
    /// An event without a name.
    pub(super) fn data(data: Value) -> Self {
        Self::Data { name: String::new(), data }
    }

    /// An event whose name stands in its data as well.
    pub(super) fn typed(data: Value) -> Self {
        Self::Data { name: data["type"].as_str().unwrap_or_default().to_owned(), data }
    }

    /// An event with a name.
    pub(super) fn named(name: &str, data: Value) -> Self {
        Self::Data { name: name.to_owned(), data }
    }
}

impl Framing {
    /// The stream of these steps.
    #[must_use]
    pub fn stream(self, steps: Vec<Step>) -> Stream {
        let kind = match self {
            Self::Chunks | Self::Frames => "application/vnd.amazon.eventstream",
            Self::List => "application/json; charset=UTF-8",
            Self::ServerSent => return Stream::of_events(steps),
        };
        let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
        if self == Self::Chunks {
            headers.push(("x-amzn-bedrock-content-type".to_owned(), "application/json".to_owned()));
        }
        Stream { status: 200, headers, steps }
    }

    /// Events as they stand on the wire.
    pub(super) fn written(self, order: &Order, events: Vec<Event>) -> Vec<Vec<u8>> {
        let mut written: Vec<Vec<u8>> = events.into_iter().map(|event| self.event(order, event)).collect();
        if self == Self::List {
            for (place, event) in written.iter_mut().enumerate() {
                let before: &[u8] = if place == 0 { b"[" } else { b",\r\n" };
                event.splice(0..0, before.iter().copied());
            }
            if matches!(order.ends, Ends::Error | Ends::Finish) {
                written.push(b"]".to_vec());
            }
        }
        written
    }

    fn event(self, order: &Order, event: Event) -> Vec<u8> {
        match (self, event) {
            (_, Event::Raw(raw)) => raw.into_bytes(),
            (Self::Chunks, Event::Data { data, .. }) => {
                let bytes = STANDARD.encode(order.spelled(&data));
                message("event", "chunk", &json!({"bytes": bytes, "p": "abcdefgh"}).to_string())
            }
            (Self::Frames, Event::Data { name, data }) => message("event", &name, &order.spelled(&data)),
            (_, Event::Failure { name, message: text }) => {
                message("exception", name, &json!({"message": text}).to_string())
            }
            (Self::List, Event::Data { data, .. }) => order.spelled(&data).into_bytes(),
            (Self::ServerSent, Event::Data { name, data }) => {
                let name = if name.is_empty() { name } else { format!("event: {name}\n") };
                format!("{name}data: {}\n\n", order.spelled(&data)).into_bytes()
            }
            (_, Event::Word(word)) => format!("data: {word}\n\n").into_bytes(),
        }
    }
}

/// A message of Amazon's event stream: of a kind, `event` or `exception`, and with a name.
fn message(kind: &str, name: &str, payload: &str) -> Vec<u8> {
    let own = format!(":{kind}-type");
    let headers = [(own.as_str(), name), (":content-type", "application/json"), (":message-type", kind)];
    frames::message(&headers, payload.as_bytes())
}
