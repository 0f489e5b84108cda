//! Calls by envelope: what the host makes of a trigger, and what it reads of the answer.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::proxy::{Answer, complete, exchange};
use super::{Host, HostError, VERSION};
use crate::body::Body;

/// Base64 as the host reads it, which does not mind what stands in the bits that are left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// One call by envelope, as its trigger makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    function: String,
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoked {
    /// How many times the handler was called.
    pub attempts: u64,
    /// What the last call gave, or why the host failed it.
    pub result: Result<Success, String>,
}

/// What the host reads of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Success {
    /// By name, as the bindings get them.
    pub outputs: BTreeMap<String, Output>,
    /// The lines for the invocation's log.
    pub logs: Vec<String>,
    /// What the binding `$return` gets.
    pub return_value: Option<Output>,
}

/// What a binding gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// A string that was base64, decoded.
    Bytes(Bytes),
    /// Anything else.
    Value(Value),
}

// === impl Trigger ===

impl Trigger {
    /// A call of a function without inputs.
    #[must_use]
    pub fn new(function: impl Into<String>) -> Self {
        let function = function.into();
        let system = json!({"MethodName": function, "UtcNow": "2026-01-01T00:00:00Z", "RandGuid": "0"});
        Self { function, data: Map::new(), metadata: Map::from_iter([("sys".to_owned(), system)]) }
    }

    /// What Event Grid delivers: one event.
    #[must_use]
    pub fn event_grid(function: impl Into<String>, input: &str, event: Value) -> Self {
        let data = event.get("data").cloned().unwrap_or_default();
        Self::new(function).input(input, event).metadata("data", data)
    }

    /// A message of a storage queue.
    #[must_use]
    pub fn queue(function: impl Into<String>, input: &str, text: &str, dequeue_count: u64) -> Self {
        Self::new(function)
            .input(input, text)
            .metadata("Id", "5f6e2c4a-3b0d-4b8a-9d0e-1c2b3a4d5e6f")
            .metadata("DequeueCount", dequeue_count)
            .metadata("InsertionTime", "2026-01-01T00:00:00+00:00")
    }

    /// A timer that is due, or was.
    #[must_use]
    pub fn timer(function: impl Into<String>, input: &str, past_due: bool) -> Self {
        let timer =
            json!({"Schedule": {"AdjustForDST": true}, "ScheduleStatus": null, "IsPastDue": past_due});
        Self::new(function).input(input, timer)
    }

    /// With an input, encoded as the host does: an object as it is, anything else as a string of its JSON.
    #[must_use]
    pub fn input(self, name: &str, value: impl Into<Value>) -> Self {
        self.raw_input(name, encoded(value.into()))
    }

    /// With an input as it stands here.
    #[must_use]
    pub fn raw_input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// With something beside the inputs, encoded as they are.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.to_owned(), encoded(value.into()));
        self
    }

    fn body(&self, attempt: u64, retries: u64) -> String {
        let mut metadata = self.metadata.clone();
        if retries > 0 {
            let exception = (attempt > 0).then(|| json!({"Message": "the last try failed"}));
            let context = json!({"RetryCount": attempt, "MaxRetryCount": retries, "Exception": exception});
            metadata.insert("RetryContext".to_owned(), context);
        }
        json!({"Data": self.data, "Metadata": metadata}).to_string()
    }
}

pub(super) fn invoke(host: &Host, trigger: &Trigger) -> Result<Invoked, HostError> {
    let retries = host.settings.retries;
    let mut attempt = 0;
    loop {
        let result = once(host, trigger, trigger.body(attempt, retries))?;
        attempt += 1;
        if result.is_ok() || attempt > retries {
            return Ok(Invoked { attempts: attempt, result });
        }
    }
}

fn once(host: &Host, trigger: &Trigger, body: String) -> Result<Result<Success, String>, HostError> {
    let mut request = Request::post(Uri::from_static("/")).body(Body::whole(body)).unwrap_or_default();
    *request.uri_mut() = format!("/{}", trigger.function).parse().unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    if let Ok(agent) = HeaderValue::from_str(&format!("Azure-Functions-Host/{VERSION}")) {
        headers.insert(USER_AGENT, agent);
    }
    let mut uri = request.uri().clone();
    complete(host, &mut uri, &mut headers);
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    let (told, pieces) = mpsc::channel(1);
    let (status, headers) = exchange(host, request, told)?;
    let body = Answer::new(status, headers.clone(), Some(pieces)).rest()?;
    Ok(read(status, &headers, &body))
}

/// What the host makes of an answer: the message when it fails the call.
fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<Success, String> {
    if !status.is_success() {
        return Err(format!("the response status code does not indicate success: {}", status.as_u16()));
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').any(|part| part.trim().eq_ignore_ascii_case("application/json")) {
        return Err(format!("the answer is `{kind}`, not JSON"));
    }
    let answer: Value =
        serde_json::from_slice(body).map_err(|error| format!("the answer is not JSON: {error}"))?;
    let answer = answer.as_object().ok_or("the answer is no object")?;
    let outputs = match answer.get("Outputs") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(Value::Object(outputs)) => {
            outputs.iter().map(|(name, value)| (name.clone(), output(value))).collect()
        }
        Some(_) => return Err("`Outputs` is no object".to_owned()),
    };
    Ok(Success {
        outputs,
        logs: logs(answer.get("Logs"))?,
        return_value: answer.get("ReturnValue").filter(|value| !value.is_null()).map(output),
    })
}

fn logs(logs: Option<&Value>) -> Result<Vec<String>, String> {
    match logs {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(lines)) => {
            let line = |line: &Value| {
                line.as_str().map(str::to_owned).ok_or("a line of `Logs` is no text".to_owned())
            };
            lines.iter().map(line).collect()
        }
        Some(_) => Err("`Logs` is no list".to_owned()),
    }
}

fn output(value: &Value) -> Output {
    let text = value.as_str().map(|text| text.replace([' ', '\t', '\r', '\n'], ""));
    let bytes = text.and_then(|text| LENIENT.decode(text).ok());
    bytes.map_or_else(|| Output::Value(value.clone()), |bytes| Output::Bytes(bytes.into()))
}

/// As the host's serialiser leaves an input.
fn encoded(value: Value) -> Value {
    if value.is_object() { value } else { Value::String(value.to_string()) }
}
