//! Actions as dialects make them: a tool offered, a tool called.

use policy::{Action, ActionKind};

use crate::json::{Document, Kind, Strictness, Value};
use crate::urls;

/// A tool that a request offers.
pub(crate) fn offer(name: String, field: String) -> Action {
    Action {
        kind: ActionKind::ToolOffer,
        name,
        method: String::new(),
        urls: Vec::new(),
        arguments: serde_json::Value::Null,
        field,
    }
}

/// A tool call in an answer. Arguments may be an object or JSON text in a string.
pub(crate) fn call(name: Option<String>, arguments: Option<Value<'_>>, field: String) -> Action {
    let arguments = arguments.map_or(serde_json::Value::Null, parsed);
    Action {
        kind: ActionKind::ToolCall,
        name: name.unwrap_or_default(),
        method: String::new(),
        urls: urls::urls_in(&arguments),
        arguments,
        field,
    }
}

/// The arguments as a value; as a string where they are not JSON that every reader takes alike.
fn parsed(arguments: Value<'_>) -> serde_json::Value {
    let text = if arguments.kind() == Kind::Text { arguments.text() } else { Some(arguments.raw().into()) };
    let text = text.unwrap_or_default().into_owned();
    let strict = Document::read_text(text.clone(), Strictness::Outer).is_ok();
    let value = serde_json::from_str(&text).ok().filter(|_| strict);
    value.unwrap_or(serde_json::Value::String(text))
}
