//! The bytes around an event, as upstreams send them.

use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wire {
    /// Server-sent events; the name is the member `type`, where there is one.
    Sse,
}

impl Wire {
    pub(crate) fn bytes(self, event: &Value) -> Vec<u8> {
        match self {
            Self::Sse => match event.get("type").and_then(Value::as_str).filter(|name| !name.contains('\n')) {
                Some(name) => format!("event: {name}\ndata: {event}\n\n"),
                None => format!("data: {event}\n\n"),
            }
            .into_bytes(),
        }
    }
}
