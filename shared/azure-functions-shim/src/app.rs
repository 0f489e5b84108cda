//! A function app: its handlers, and which of them a request is for.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use serde_json::json;

use crate::body::{Body, BodyError};
use crate::envelope::Call;
use crate::invocation::{self, INVOCATION_ID, Invocation, PROXIED_INVOCATION_ID};
use crate::outcome::{Outcome, json_response};
use crate::settings::{FunctionKeys, Settings};

type Promise<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type HttpHandler = Arc<dyn Fn(Request<Body>) -> Promise<Response<Body>> + Send + Sync>;
type TriggerHandler = Arc<dyn Fn(Call) -> Promise<Outcome> + Send + Sync>;
type FaultHandler = Arc<dyn Fn(&Fault<'_>) + Send + Sync>;

/// The handlers of a function app.
#[derive(Clone, Default)]
pub struct App {
    settings: Settings,
    http: Option<HttpHandler>,
    triggers: BTreeMap<String, TriggerHandler>,
    on_fault: Option<FaultHandler>,
}

/// A call that did not succeed. Nothing of its payload is in here.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fault<'a> {
    /// Which call.
    pub invocation: &'a Invocation,
    /// Why: a handler's own reason, or what was wrong with the call.
    pub reason: &'a str,
}

/// Whose a request is.
enum Route {
    Http(HttpHandler),
    Nobody,
    Probe,
    Trigger(String, TriggerHandler),
}

// === impl App ===

impl App {
    /// An app without handlers: it answers the host's probe and nothing else.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Has a handler answer every proxied or forwarded HTTP request, whatever its path is. When the caller leaves, the
    /// handler's future is dropped.
    #[must_use]
    pub fn http<H, F>(mut self, handler: H) -> Self
    where
        H: Fn(Request<Body>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        self.http = Some(Arc::new(move |request| Box::pin(handler(request))));
        self
    }

    /// Has a handler answer the calls by envelope of a function, which is named as its folder is.
    ///
    /// With `enableForwardingHttpRequest`, which does not tell its requests from the host's own calls, keep the route
    /// prefix (`api`): a caller could ask for `/NAME` otherwise. With `enableProxyingHttpRequest` none can.
    #[must_use]
    pub fn on<H, F, O>(mut self, function: impl Into<String>, handler: H) -> Self
    where
        H: Fn(Call) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Into<Outcome>,
    {
        let handler: TriggerHandler = Arc::new(move |call| {
            let outcome = handler(call);
            Box::pin(async move { outcome.await.into() })
        });
        self.triggers.insert(function.into(), handler);
        self
    }

    /// Is told of each call that did not succeed. The host shows no reason of its own: log it here, to standard output,
    /// for every line on standard error counts as an error of the host's.
    #[must_use]
    pub fn on_fault(mut self, told: impl Fn(&Fault<'_>) + Send + Sync + 'static) -> Self {
        self.on_fault = Some(Arc::new(told));
        self
    }

    /// Other bounds than the default ones.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    pub(crate) fn bounds(&self) -> &Settings {
        &self.settings
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let route = self.route(&head);
        invocation::strip_hop_by_hop(&mut head.headers);
        let mut response = match route {
            Route::Http(handler) => {
                handler(self.proxied(head, Body::incoming(body, self.settings.body_cap))).await
            }
            Route::Nobody => self.refused(
                &Invocation::of(&head.headers, None),
                StatusCode::NOT_FOUND,
                "no function has this path",
            ),
            Route::Probe => json_response(StatusCode::OK, &json!({"status": "ready"})),
            Route::Trigger(name, handler) => {
                let invocation = Invocation::of(&head.headers, Some(&name));
                self.invoked(&head, Body::incoming(body, self.settings.envelope_cap), invocation, &handler)
                    .await
            }
        };
        tidy(&mut response, is_head);
        response
    }

    fn route(&self, head: &Parts) -> Route {
        let proxied = head.headers.contains_key(PROXIED_INVOCATION_ID);
        let path = head.uri.path();
        let invoked = proxied || head.headers.contains_key(INVOCATION_ID);
        if path == "/" && head.method == Method::GET && !invoked {
            return Route::Probe;
        }
        let named = path.strip_prefix('/').and_then(|name| self.triggers.get_key_value(name));
        match (named, &self.http) {
            (Some((name, handler)), _) if !proxied => Route::Trigger(name.clone(), Arc::clone(handler)),
            (_, Some(handler)) => Route::Http(Arc::clone(handler)),
            (_, None) => Route::Nobody,
        }
    }

    fn proxied(&self, mut head: Parts, body: Body) -> Request<Body> {
        if self.settings.function_keys == FunctionKeys::Strip {
            invocation::strip_key(&mut head);
        }
        let invocation = Invocation::of(&head.headers, None);
        head.extensions.insert(invocation);
        Request::from_parts(head, body)
    }

    async fn invoked(
        &self,
        head: &Parts,
        body: Body,
        invocation: Invocation,
        handler: &TriggerHandler,
    ) -> Response<Body> {
        if head.method != Method::POST {
            return self.refused(&invocation, StatusCode::METHOD_NOT_ALLOWED, "a call by envelope is a POST");
        }
        if !is_json(&head.headers) {
            let reason = "a call by envelope is `application/json`";
            return self.refused(&invocation, StatusCode::UNSUPPORTED_MEDIA_TYPE, reason);
        }
        let body = match body.collect().await {
            Ok(body) => body,
            Err(fault @ BodyError::Broken) => {
                return self.refused(&invocation, StatusCode::BAD_REQUEST, &fault.to_string());
            }
            Err(fault @ BodyError::TooLarge) => {
                return self.refused(&invocation, StatusCode::PAYLOAD_TOO_LARGE, &fault.to_string());
            }
        };
        let call = match Call::read(&body, invocation.clone()) {
            Ok(call) => call,
            Err(fault) => return self.refused(&invocation, StatusCode::BAD_REQUEST, &fault.to_string()),
        };
        let outcome = handler(call).await;
        if let Some(reason) = outcome.reason() {
            self.tell(&invocation, reason);
        }
        outcome.into_response()
    }

    fn refused(&self, invocation: &Invocation, status: StatusCode, reason: &str) -> Response<Body> {
        self.tell(invocation, reason);
        json_response(status, &json!({"error": reason}))
    }

    pub(crate) fn tell(&self, invocation: &Invocation, reason: &str) {
        if let Some(on_fault) = &self.on_fault {
            on_fault(&Fault { invocation, reason });
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let functions: Vec<_> = self.triggers.keys().collect();
        formatter.debug_struct("App").field("functions", &functions).finish_non_exhaustive()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Takes away what a handler may have copied from elsewhere and what would break the framing.
fn tidy(response: &mut Response<Body>, is_head: bool) {
    invocation::strip_hop_by_hop(response.headers_mut());
    if !is_head && response.body().size_hint().exact().is_some() {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
}
