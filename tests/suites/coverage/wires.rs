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

/// Lengths, their checksum, headers, the payload, a checksum of all.
fn frame(kind: &str, name: &str, payload: &str) -> Vec<u8> {
    let mut headers = Vec::new();
    for (header, value) in
        [(":message-type", kind), (&format!(":{kind}-type"), name), (":content-type", "application/json")]
    {
        headers.push(u8::try_from(header.len()).unwrap());
        headers.extend_from_slice(header.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = u32::try_from(headers.len() + payload.len() + 16).unwrap();
    let mut bytes = total.to_be_bytes().to_vec();
    bytes.extend_from_slice(&u32::try_from(headers.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(&headers);
    bytes.extend_from_slice(payload.as_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes
}
