//! The bytes around an event, as upstreams send them. An event's name is its member `type`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wire {
    /// Frames with an event in base64.
    Chunks,
    /// Frames of AWS' event streams.
    Frames,
    /// Server-sent events.
    Sse,
}

impl Wire {
    pub(crate) fn bytes(self, event: &Value) -> Vec<u8> {
        let name = event.get("type").and_then(Value::as_str).filter(|name| !name.contains(' '));
        match self {
            Self::Chunks => {
                let bytes = STANDARD.encode(event.to_string());
                frame("event", "chunk", &json!({"bytes": bytes}).to_string())
            }
            Self::Frames => {
                let name = name.unwrap_or("messageStart");
                let mut event = event.clone();
                event.as_object_mut().unwrap().remove("type");
                let kind = if name.ends_with("Exception") { "exception" } else { "event" };
                frame(kind, name, &event.to_string())
            }
            Self::Sse => match name {
                Some(name) => format!("event: {name}\ndata: {event}\n\n").into_bytes(),
                None => format!("data: {event}\n\n").into_bytes(),
            },
        }
    }
}

/// One event, or one exception.
fn frame(kind: &str, name: &str, payload: &str) -> Vec<u8> {
    let kind_of_name = format!(":{kind}-type");
    let headers =
        [(":message-type", kind), (kind_of_name.as_str(), name), (":content-type", "application/json")];
    conformance::frames::message(&headers, payload.as_bytes())
}
