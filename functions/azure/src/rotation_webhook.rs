//! The vault's events over HTTP, for who has no use for the trigger: a webhook that Event Grid delivers to, in either of
//! its two schemas. It answers both handshakes, and takes events from who shows a token of an issuer that the key file
//! names, such as Entra ID. What an event says is read in `rotation_event.rs`, and who answers it is `rotator.rs`.
//!
//! Contract: Azure, "Webhook event delivery" and "Secure WebHook delivery with Microsoft Entra ID"; CloudEvents 1.0,
//! "HTTP Protocol Binding" and "HTTP 1.1 Web Hooks for Event Delivery".

use std::sync::Arc;

use azure_functions_shim::{Body, Outcome};
use enforcement::{Authenticator, Clock};
use host::cloud_event;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};

/// Who delivers events in the CloudEvents schema, as it says itself.
const ORIGIN: &str = "eventgrid.azure.net";

/// Who may deliver events.
pub struct Webhook {
    /// The names of subscriptions that are let in, in small letters.
    pub subscriptions: Vec<String>,
    /// Tells who calls.
    pub callers: Authenticator,
    /// Tells whether a token is still good.
    pub clock: Arc<dyn Clock>,
}

impl Webhook {
    /// The events of a request.
    ///
    /// # Errors
    /// The answer, where there are none: to a handshake, or to who may not deliver any.
    pub async fn read(&self, request: Request<Body>) -> Result<Vec<Value>, Box<Response<Body>>> {
        let (head, body) = request.into_parts();
        if head.method == Method::OPTIONS {
            return Err(Box::new(greeted(&head.headers)));
        }
        if head.method != Method::POST {
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "events are posted"));
        }
        if self.callers.authenticate(&head.headers, self.clock.unix_millis()).await.is_err() {
            return Err(refused(StatusCode::UNAUTHORIZED, "the token is missing, or not one that is let in"));
        }
        let unread = |_| refused(StatusCode::BAD_REQUEST, "the body broke off or is too large");
        let body = body.collect().await.map_err(unread)?;
        // What the parser has to say may quote the body.
        let unread = |_| refused(StatusCode::BAD_REQUEST, "the body is not JSON");
        let body: Value = serde_json::from_slice(&body).map_err(unread)?;
        if text(&head.headers, "aeg-event-type") == Some("SubscriptionValidation") {
            return Err(Box::new(self.validated(&head.headers, &body)));
        }
        Ok(events(&head.headers, body))
    }

    /// Says back the code of a subscription in Event Grid's schema.
    fn validated(&self, headers: &HeaderMap, body: &Value) -> Response<Body> {
        let name = text(headers, "aeg-subscription-name").unwrap_or_default().trim().to_ascii_lowercase();
        if !self.subscriptions.contains(&name) {
            return *refused(StatusCode::FORBIDDEN, "this subscription is not one of those that are let in");
        }
        let event = body.as_array().and_then(|events| events.first()).unwrap_or(body);
        match event.pointer("/data/validationCode").and_then(Value::as_str) {
            Some(code) => told(StatusCode::OK, &json!({"validationResponse": code})),
            None => *refused(StatusCode::BAD_REQUEST, "there is no validation code"),
        }
    }
}

/// What a delivery is answered with: Event Grid delivers again after 503, and never after 400.
#[must_use]
pub fn answer(ended: &Outcome) -> Response<Body> {
    match ended {
        Outcome::Done(_) => told(StatusCode::OK, &json!({})),
        Outcome::Fail(_) => *refused(StatusCode::BAD_REQUEST, "an event cannot be answered; see the log"),
        Outcome::Retry(_) => {
            *refused(StatusCode::SERVICE_UNAVAILABLE, "the secret was not renewed; see the log")
        }
    }
}

/// The handshake of a subscription in the CloudEvents schema. It comes without a token.
fn greeted(headers: &HeaderMap) -> Response<Body> {
    if text(headers, "webhook-request-origin").is_none_or(|origin| !origin.eq_ignore_ascii_case(ORIGIN)) {
        return *refused(StatusCode::FORBIDDEN, "this origin is not let in");
    }
    let mut answer = told(StatusCode::OK, &json!({}));
    answer.headers_mut().insert("webhook-allowed-origin", HeaderValue::from_static(ORIGIN));
    answer.headers_mut().insert("webhook-allowed-rate", HeaderValue::from_static("120"));
    answer
}

/// The events of a body: one, a batch, or the data of one whose attributes are in headers.
fn events(headers: &HeaderMap, body: Value) -> Vec<Value> {
    if let Some(mut event) = cloud_event::attributes(headers) {
        event.insert("data".to_owned(), body);
        return vec![Value::Object(event)];
    }
    match body {
        Value::Array(events) => events,
        event @ (Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) | Value::String(_)) => {
            vec![event]
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refused(status: StatusCode, reason: &str) -> Box<Response<Body>> {
    Box::new(told(status, &json!({"error": {"message": reason}})))
}

fn told(status: StatusCode, body: &Value) -> Response<Body> {
    let mut answer = Response::new(Body::whole(body.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
