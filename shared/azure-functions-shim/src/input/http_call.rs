//! An HTTP request that the host wrapped, because the function has other bindings as well or nothing is proxied.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde_json::{Map, Value};

use crate::ShimError;
use crate::envelope::{member, unwrapped};

/// A wrapped HTTP request.
#[derive(Debug)]
pub struct HttpCall {
    /// The request, with its whole address and its body as it was sent.
    pub request: Request<Bytes>,
    /// The parts of the path that the function's route names.
    pub parameters: BTreeMap<String, String>,
    /// Who the platform says calls, in its own form.
    pub identities: Vec<Value>,
}

pub(super) fn read(name: &str, value: &Value) -> Result<HttpCall, ShimError> {
    let call = value.as_object().ok_or_else(|| ShimError::wrong_form(name, "a request, an object"))?;
    let headers = headers(call)?;
    let body = body(call, &headers)?;
    let mut request = Request::new(body);
    *request.method_mut() = method(call)?;
    *request.uri_mut() = address(call)?;
    *request.headers_mut() = headers;
    let parameters = member(call, "Params").and_then(Value::as_object).map(parameters).unwrap_or_default();
    let identities = member(call, "Identities").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(HttpCall { request, parameters, identities })
}

fn method(call: &Map<String, Value>) -> Result<Method, ShimError> {
    let text = member(call, "Method").and_then(Value::as_str);
    text.and_then(|text| text.parse().ok()).ok_or_else(|| ShimError::wrong_form("Method", "a method of HTTP"))
}

fn address(call: &Map<String, Value>) -> Result<Uri, ShimError> {
    let text = member(call, "Url").and_then(Value::as_str);
    text.and_then(|text| text.parse().ok()).ok_or_else(|| ShimError::wrong_form("Url", "an address"))
}

/// The host writes a list of values for each header; one alone is taken for a list of one.
fn headers(call: &Map<String, Value>) -> Result<HeaderMap, ShimError> {
    let wrong = || ShimError::wrong_form("Headers", "names and values of headers");
    let mut headers = HeaderMap::new();
    let given = member(call, "Headers").map(unwrapped);
    let Some(given) = given.as_deref() else { return Ok(headers) };
    for (name, values) in given.as_object().ok_or_else(wrong)? {
        let name: HeaderName = name.parse().map_err(|_| wrong())?;
        for value in values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice) {
            let value = value.as_str().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
            headers.try_append(name.clone(), value.ok_or_else(wrong)?).map_err(|_| wrong())?;
        }
    }
    Ok(headers)
}

/// The host leaves out an empty body, and writes what is not text as base64.
fn body(call: &Map<String, Value>, headers: &HeaderMap) -> Result<Bytes, ShimError> {
    let wrong = |expected| ShimError::wrong_form("Body", expected);
    match member(call, "Body") {
        None => Ok(Bytes::new()),
        Some(Value::String(text)) if is_binary(headers) => {
            STANDARD.decode(text).map(Bytes::from).map_err(|_| wrong("base64, of a body that is not text"))
        }
        Some(Value::String(text)) => Ok(Bytes::from(text.clone())),
        // A host that read the JSON of a body.
        Some(
            value @ (Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_)),
        ) => Ok(Bytes::from(value.to_string())),
    }
}

fn is_binary(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/octet-stream" || kind.starts_with("multipart/")
}

fn parameters(given: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    given.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
