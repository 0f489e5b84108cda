//! How a call by envelope ended: `{"Outputs": {…}, "Logs": […], "ReturnValue": …}`, or a failure.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::ShimError;
use crate::body::Body;

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done(Answer),
    /// It failed, and would fail again. The contract has no word for this: the host gets an answer like that of a call
    /// that is done, with the reason among its log lines, so that it does not call again.
    Fail(Cow<'static, str>),
    /// It failed and may be tried again. The host fails the invocation: its retry policy, the queue or Event Grid
    /// decide when it comes again and where it goes in the end.
    Retry(Cow<'static, str>),
}

/// What a call that is done gives back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    outputs: Map<String, Value>,
    logs: Vec<String>,
    return_value: Value,
}

// === impl Outcome ===

impl Outcome {
    /// Why it failed.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Done(_) => None,
            Self::Fail(reason) | Self::Retry(reason) => Some(reason),
        }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        match self {
            Self::Done(answer) => json_response(StatusCode::OK, &answer.into_json()),
            Self::Fail(reason) => json_response(
                StatusCode::OK,
                &Answer::default().log(format!("failed for good: {reason}")).into_json(),
            ),
            Self::Retry(reason) => {
                json_response(StatusCode::INTERNAL_SERVER_ERROR, &json!({"error": reason}))
            }
        }
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self::Done(answer)
    }
}

/// A call that cannot be read fails so that it is tried again: what a queue or Event Grid does with a message that
/// always fails is set there, and nothing is lost in silence.
impl From<Result<Answer, ShimError>> for Outcome {
    fn from(result: Result<Answer, ShimError>) -> Self {
        result.map_or_else(|fault| Self::Retry(fault.to_string().into()), Self::Done)
    }
}

// === impl Answer ===

impl Answer {
    /// Nothing but that it is done.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An output that is bytes.
    #[must_use]
    pub fn bytes(self, name: impl Into<String>, bytes: &[u8]) -> Self {
        self.with(name, Value::String(STANDARD.encode(bytes)))
    }

    /// The answer of a function with an HTTP trigger, under its output's name.
    ///
    /// # Errors
    /// Its body or a header's value is not text, which an envelope cannot hold.
    pub fn http(self, name: &str, response: &Response<Bytes>) -> Result<Self, ShimError> {
        let not_text = || ShimError::BinaryOutput(name.to_owned());
        let body = std::str::from_utf8(response.body()).map_err(|_| not_text())?;
        let mut headers = Map::new();
        for key in response.headers().keys() {
            let values = response.headers().get_all(key).iter();
            let values: Result<Vec<_>, _> = values.map(HeaderValue::to_str).collect();
            headers.insert(key.to_string(), Value::String(values.map_err(|_| not_text())?.join(", ")));
        }
        let status = response.status().as_u16().to_string();
        Ok(self.with(name, json!({"statusCode": status, "headers": headers, "body": body})))
    }

    /// A line for the invocation's log.
    #[must_use]
    pub fn log(mut self, line: impl Into<String>) -> Self {
        self.logs.push(line.into());
        self
    }

    /// An output, under the name that `function.json` gives it. A string arrives as it is, even where the host would
    /// take it for base64; not so in a binding with `dataType: binary`, which wants [`Answer::bytes`].
    #[must_use]
    pub fn output(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(name, armoured(value.into()))
    }

    /// What goes to the binding that is called `$return`.
    #[must_use]
    pub fn returns(mut self, value: impl Into<Value>) -> Self {
        self.return_value = armoured(value.into());
        self
    }

    /// As the host reads it.
    #[must_use]
    pub fn into_json(self) -> Value {
        json!({"Outputs": self.outputs, "Logs": self.logs, "ReturnValue": self.return_value})
    }

    fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.outputs.insert(name.into(), value);
        self
    }
}

/// A string that the host would decode, encoded: what it decodes is then the string's own bytes.
fn armoured(value: Value) -> Value {
    match value {
        Value::String(text) if reads_as_base64(&text) || reads_as_date(&text) => {
            Value::String(STANDARD.encode(text))
        }
        Value::Array(_)
        | Value::Bool(_)
        | Value::Null
        | Value::Number(_)
        | Value::Object(_)
        | Value::String(_) => value,
    }
}

/// Whether the host would decode this: four letters at a time, padded, with white space anywhere.
pub(crate) fn reads_as_base64(text: &str) -> bool {
    let bare: Vec<u8> = text.bytes().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    let padding = bare.iter().rev().take_while(|byte| **byte == b'=').count();
    let letters = bare.len().saturating_sub(padding);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'+' || *byte == b'/';
    bare.len().is_multiple_of(4) && padding <= 2 && bare.iter().take(letters).all(fits)
}

/// Whether the host's reader of JSON would make a date of this, which is written otherwise than it was.
fn reads_as_date(text: &str) -> bool {
    let year = text.split_once('-').is_some_and(|(year, _)| year.bytes().all(|byte| byte.is_ascii_digit()));
    (year && text.contains('T')) || text.starts_with("/Date(")
}

pub(crate) fn json_response(status: StatusCode, value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::whole(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests;
