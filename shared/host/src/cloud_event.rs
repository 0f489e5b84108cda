//! Events in the form of CloudEvents 1.0, as HTTP carries them: structured, where one JSON object has both attributes and
//! data, and binary, where the attributes are headers and the data is the whole body.
//!
//! Contract: CloudEvents 1.0, "JSON Event Format" and "HTTP Protocol Binding".

use cloudevents::event::Data;
use cloudevents::{AttributesReader as _, Event};
use http::HeaderMap;
use serde_json::{Map, Value};

/// What the names of headers with an event's attributes begin with.
const ATTRIBUTE: &str = "ce-";
/// The attribute that every event has, and nothing else.
const VERSION: &str = "specversion";

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudEvent {
    /// What happened.
    pub kind: String,
    /// What is told of it; nothing where there is nothing, or where it is no JSON.
    pub data: Value,
}

/// The attributes of an event in the binary mode, which the headers have; with its data as the member `data` they are the
/// structured form. `None` where the headers have none.
#[must_use]
pub fn attributes(headers: &HeaderMap) -> Option<Map<String, Value>> {
    let named = headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().strip_prefix(ATTRIBUTE)?.to_owned(), value.to_str().ok()?.into()))
    });
    Some(named.collect()).filter(is_structured)
}

/// Whether a JSON object is an event in the structured form.
#[must_use]
pub fn is_structured(object: &Map<String, Value>) -> bool {
    object.contains_key(VERSION)
}

impl CloudEvent {
    /// Reads the structured form; `None` where it is none. Why not is not told: it might quote the event.
    #[must_use]
    pub fn read(structured: Map<String, Value>) -> Option<Self> {
        let event: Event = serde_json::from_value(Value::Object(structured)).ok()?;
        Some(Self { kind: event.ty().to_owned(), data: event.data().cloned().map(json).unwrap_or_default() })
    }
}

/// Data of an event; a text of JSON is what it holds.
fn json(data: Data) -> Value {
    match data {
        Data::Binary(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
        Data::Json(value) => opened(value),
        Data::String(text) => serde_json::from_str(&text).unwrap_or_default(),
    }
}

/// What a text of JSON holds; anything else is what it is.
#[must_use]
pub fn opened(value: Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(&text).unwrap_or_default(),
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn read(event: Value) -> Option<CloudEvent> {
        let Value::Object(event) = event else { panic!("{event}") };
        CloudEvent::read(event)
    }

    #[test]
    fn both_modes_say_the_same() {
        let event = json!({"id": "1", "source": "/s", "specversion": "1.0", "type": "t", "data": {"a": 1}});
        let mut headers = HeaderMap::new();
        for name in ["id", "source", "specversion", "type"] {
            let value = HeaderValue::from_str(event[name].as_str().unwrap()).unwrap();
            headers.insert(http::HeaderName::try_from(format!("ce-{name}")).unwrap(), value);
        }
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let mut told = attributes(&headers).unwrap();
        told.insert("data".to_owned(), json!({"a": 1}));
        assert_eq!(Value::Object(told), event);
        assert_eq!(read(event), Some(CloudEvent { kind: "t".to_owned(), data: json!({"a": 1}) }));
        headers.remove("ce-specversion");
        assert_eq!(attributes(&headers), None);
    }

    #[test]
    fn data_is_json_however_it_is_packed_and_what_is_no_event_is_none() {
        let of = |more: Value| {
            let mut event = json!({"id": "1", "source": "/s", "specversion": "1.0", "type": "t"});
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(event)
        };
        for packed in
            [json!({"data": {"a": 1}}), json!({"data": "{\"a\":1}"}), json!({"data_base64": "eyJhIjoxfQ=="})]
        {
            assert_eq!(of(packed.clone()).unwrap().data, json!({"a": 1}), "{packed}");
        }
        assert_eq!(of(json!({})).unwrap().data, Value::Null);
        for broken in [json!({"id": 7}), json!({"specversion": "9"}), json!({"type": null}), json!({"x": {}})]
        {
            assert_eq!(of(broken.clone()), None, "{broken}");
        }
    }
}
