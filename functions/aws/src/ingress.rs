//! Lambda's event becomes the pipeline's request: the same method, path, query, headers and body, and who calls.
//! Nothing else happens here.
//!
//! Three kinds of events carry an HTTP request: those of function URLs and HTTP APIs (payload format 2.0), which look
//! alike, and those of application load balancers. They are read with the types of `aws_lambda_events`, and of the
//! request everything stays as it came. The adapter `lambda_http`, which makes a request of these events by itself, is
//! not used: it puts the stage before the path, decodes a load balancer's query, and panics at a body that is no base64.
//! A model's id in a path is percent-encoded: decoded it would be another path.
//!
//! Whoever may invoke the function directly may write any event, and so any identity: that is the permission
//! `lambda:InvokeFunction` on it, which nobody needs but the services that send these events and, for a function
//! URL with `AWS_IAM`, its callers.

mod alb;
mod http_api;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use enforcement::{Body, Caller};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use crate::error::AwsError;

/// The largest body, in bytes: what Lambda itself takes for a whole event.
pub const BODY_CAP: usize = 6 * 1024 * 1024;

/// What cannot stand in a URL as it is. A load balancer and a function URL hand on what the caller encoded; an HTTP
/// API decodes the path, which is encoded here again so far that it is a path.
const NOT_IN_URLS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`');

/// What an event carries.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub request: Request<Body>,
    /// Who sent it.
    pub caller: Caller,
}

/// Reads an event. `groups_claim` is the claim of a token that lists its caller's groups.
///
/// # Errors
/// When it carries no HTTP request, or one that is none.
pub fn read(event: Value, groups_claim: &str) -> Result<Asked, AwsError> {
    let within = |name: &str| event.pointer(name).is_some_and(Value::is_object);
    if event.get("version").is_some_and(|version| version == "2.0") && within("/requestContext/http") {
        http_api::read(event, groups_claim)
    } else if within("/requestContext/elb") {
        alb::read(event)
    } else {
        Err(AwsError::UnknownEvent)
    }
}

/// The parts that every kind of event has.
struct Parts<'a> {
    method: Method,
    path: &'a str,
    query: &'a str,
    headers: HeaderMap,
    body: Option<String>,
    base64: bool,
}

impl Parts<'_> {
    fn into_request(self) -> Result<Request<Body>, AwsError> {
        let malformed = |what| AwsError::MalformedEvent { what };
        let mut request = Request::new(body(self.body, self.base64));
        *request.method_mut() = self.method;
        *request.uri_mut() = uri(self.path, self.query).ok_or(malformed("path"))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

/// The path and the query as they came; what could not stand in a URL is encoded.
fn uri(path: &str, query: &str) -> Option<Uri> {
    let whole = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let own = path.starts_with('/').then_some(whole)?;
    let parsed: Result<PathAndQuery, _> = match own.is_ascii() && !path.contains(['?', '#']) {
        true => own.parse(),
        false => return encoded(path, query),
    };
    parsed.map_or_else(|_| encoded(path, query), |found| Some(Uri::from(found)))
}

fn encoded(path: &str, query: &str) -> Option<Uri> {
    let path = utf8_percent_encode(path, NOT_IN_URLS).to_string().replace('?', "%3F");
    let query = utf8_percent_encode(query, NOT_IN_URLS);
    let whole = format!("{path}?{query}");
    let found: PathAndQuery = whole.trim_end_matches('?').parse().ok()?;
    Some(Uri::from(found))
}

/// The body, where it is not over the cap.
fn body(text: Option<String>, base64: bool) -> Body {
    let text = text.unwrap_or_default();
    // What decodes to more than the cap is not decoded at all.
    let most = if base64 { BODY_CAP.div_ceil(3).saturating_mul(4) } else { BODY_CAP };
    if text.len() > most {
        return Body::TooLarge;
    }
    match if base64 { STANDARD.decode(text) } else { Ok(text.into_bytes()) } {
        Ok(bytes) if bytes.len() > BODY_CAP => Body::TooLarge,
        Ok(bytes) => Body::Whole(Bytes::from(bytes)),
        Err(_) => Body::Broken,
    }
}

/// Looks at what an HTTP message is strict about, so that the log can say which part is wrong: the types of events take
/// an empty method for another one, and say of everything else only that they cannot be read.
fn sound(event: &Value, method: &str, headers: &str) -> Result<(), AwsError> {
    let malformed = |what| AwsError::MalformedEvent { what };
    let method = event.pointer(method).and_then(Value::as_str);
    if method.is_some_and(|method| method.parse::<Method>().is_err()) {
        return Err(malformed("method"));
    }
    let bad = |(name, value): (&String, &Value)| {
        let text = value.as_str().unwrap_or_default();
        name.parse::<HeaderName>().is_err() || HeaderValue::from_str(text).is_err()
    };
    let headers = event.get(headers).and_then(Value::as_object);
    if headers.is_some_and(|headers| headers.iter().any(bad)) { Err(malformed("headers")) } else { Ok(()) }
}

/// Takes members out of an event, each named by the object in which it stands.
fn forget(event: &mut Value, members: &[(&str, &str)]) {
    for (object, member) in members {
        if let Some(found) = event.pointer_mut(object).and_then(Value::as_object_mut) {
            found.remove(*member);
        }
    }
}

#[cfg(test)]
mod tests;
