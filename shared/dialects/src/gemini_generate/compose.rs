//! Answers as a server of Gemini sends them: whole, and in chunks.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::address::{Address, Purpose};
use crate::dialect::{ComposedRequest, Said, Says, cut};
use crate::wire::{EventKind, WireEvent};

/// What is escaped in a model's name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request of a client with an API key. Streams are asked for in events, as the vendor's own clients do.
pub(super) fn request(model: &str, text: &str, stream: bool) -> ComposedRequest {
    let method = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
    let path = format!("/v1beta/models/{}:{method}", utf8_percent_encode(model, ESCAPED));
    let contents = json!([{"role": "user", "parts": [{"text": text}]}]);
    ComposedRequest { path, body: json!({"contents": contents}).to_string() }
}

/// An answer that is not streamed.
pub(super) fn whole(address: &Address, said: &Said) -> Vec<u8> {
    let answer = match (address.purpose, &said.says) {
        (Purpose::Count, _) => json!({"totalTokens": said.usage.input_tokens}),
        (Purpose::Answer | Purpose::Look, Says::Text(text)) => answer(said, json!({"text": text}), true),
        (Purpose::Answer | Purpose::Look, Says::ToolCall { name, arguments }) => {
            answer(said, call(name, arguments), true)
        }
    };
    answer.to_string().into_bytes()
}

/// The same in chunks: what is said, why it ends and what it took. A call comes whole.
pub(super) fn streamed(said: &Said, piece: usize) -> Vec<WireEvent> {
    let parts: Vec<Value> = match &said.says {
        Says::Text(text) => cut(text, piece).map(|text| json!({"text": text})).collect(),
        Says::ToolCall { name, arguments } => vec![call(name, arguments)],
    };
    let chunks = parts.into_iter().map(|part| answer(said, part, false));
    let last = answer(said, json!({"text": ""}), true);
    let end = WireEvent { kind: EventKind::End, ..WireEvent::default() };
    chunks.chain([last]).map(|chunk| WireEvent::new("", chunk.to_string())).chain([end]).collect()
}

fn call(name: &str, arguments: &Value) -> Value {
    json!({"functionCall": {"name": name, "args": arguments}})
}

fn answer(said: &Said, part: Value, ends: bool) -> Value {
    let mut candidate = json!({"index": 0, "content": {"role": "model", "parts": [part]}});
    let mut usage = json!({"promptTokenCount": said.usage.input_tokens});
    if ends {
        let members = [("finishReason", "STOP".into())];
        extend(&mut candidate, members);
        let total = said.usage.input_tokens.saturating_add(said.usage.output_tokens);
        let counts = [("candidatesTokenCount", said.usage.output_tokens), ("totalTokenCount", total)];
        extend(&mut usage, counts.map(|(name, count)| (name, count.into())));
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": said.model,
        "responseId": said.id,
    })
}

fn extend<const N: usize>(object: &mut Value, members: [(&str, Value); N]) {
    if let Some(object) = object.as_object_mut() {
        object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    }
}
