//! One input of a call, and what the triggers put there. A trigger that is not here is read by [`Input::json`] or
//! [`Input::text`]; one that is worth a type of its own is one file in this folder and one method of [`Input`].

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ShimError;
use crate::envelope::unwrapped;

mod event_grid;
mod http_call;
mod queue;
mod timer;

pub use http_call::HttpCall;
pub use queue::QueueMessage;
pub use timer::{ScheduleStatus, Timer};

/// One input, not read yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<'a> {
    name: &'a str,
    value: &'a Value,
    metadata: &'a Map<String, Value>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(name: &'a str, value: &'a Value, metadata: &'a Map<String, Value>) -> Self {
        Self { name, value, metadata }
    }

    /// The events of an Event Grid trigger: one, or those of a batch. What is in an event, in which of the two schemas,
    /// is the caller's to read.
    ///
    /// # Errors
    /// It is neither an object nor a list of objects, or an empty list.
    pub fn event_grid(&self) -> Result<Vec<Value>, ShimError> {
        event_grid::read(self.name, self.json())
    }

    /// The request of an HTTP trigger that is not proxied.
    ///
    /// # Errors
    /// It is not what the host makes of a request, or the request has an address or a header that no request can have.
    pub fn http(&self) -> Result<HttpCall, ShimError> {
        http_call::read(self.name, &self.json())
    }

    /// The value without the layers of JSON text, two at most, that the host and a binding have put around it.
    #[must_use]
    pub fn json(&self) -> Cow<'a, Value> {
        unwrapped(self.value)
    }

    /// What it is called in `function.json`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The message of a queue trigger.
    #[must_use]
    pub fn queue(&self) -> QueueMessage {
        queue::read(self.text(), self.metadata)
    }

    /// What came, as it stands in the envelope.
    #[must_use]
    pub fn raw(&self) -> &'a Value {
        self.value
    }

    /// The text of an input that is one: without the one layer that the host puts around texts, and without another
    /// that may be the text's own. A value that is no text is given as JSON.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        let Value::String(text) = self.value else { return Cow::Owned(self.value.to_string()) };
        serde_json::from_str::<String>(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The state of a timer trigger.
    ///
    /// # Errors
    /// It is not an object.
    pub fn timer(&self) -> Result<Timer, ShimError> {
        timer::read(self.name, &self.json())
    }
}
