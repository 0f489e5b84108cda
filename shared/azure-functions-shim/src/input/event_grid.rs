//! Event Grid: one event or a batch. The host has answered the subscription's handshake already.

use std::borrow::Cow;

use serde_json::Value;

use crate::ShimError;

pub(super) fn read(name: &str, value: Cow<'_, Value>) -> Result<Vec<Value>, ShimError> {
    let wrong = || ShimError::wrong_form(name, "an event or a list of events");
    let events = match value.into_owned() {
        Value::Array(events) => events,
        event @ Value::Object(_) => vec![event],
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => return Err(wrong()),
    };
    let events: Vec<_> =
        events.into_iter().map(|event| crate::envelope::unwrapped(&event).into_owned()).collect();
    if events.is_empty() || !events.iter().all(Value::is_object) {
        return Err(wrong());
    }
    Ok(events)
}
