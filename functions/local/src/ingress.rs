//! The listener's request becomes the pipeline's: the same head, the body as it came in, the caller's address.
//! Nobody is authenticated before the pipeline.
//!
//! One thing is asked first, and only where anybody on this machine may call: whether it is this machine's
//! programs that call. A web page in its browser could call, too. The browser says so in `Origin`, or in
//! `Host` where the page's own name was made to mean this machine (DNS rebinding).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use enforcement::{AnswerBody, Body, Caller, Pipeline};
use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN};
use http::uri::{Authority, Uri};
use http::{Request, Response, StatusCode};
use listener::{Ingress, Service};
use serde_json::json;

/// Puts every request to the pipeline.
pub(crate) struct Gate {
    pub(crate) pipeline: Arc<Pipeline>,
    /// Whether requests that a web page may have sent are refused.
    pub(crate) refuses_pages: bool,
}

impl Service for Gate {
    type Body = AnswerBody;

    async fn call(&self, request: Request<Ingress>, peer: SocketAddr) -> Response<AnswerBody> {
        if self.refuses_pages
            && let Some(fault) = page(request.uri(), request.headers())
        {
            tracing::warn!("a call was refused: {fault}");
            return refused(fault);
        }
        let caller = Caller { ip: peer.ip().to_string(), ..Caller::default() };
        self.pipeline.handle(request.map(body), caller).await
    }
}

/// Why a web page may have sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum PageFault {
    #[error(
        "its `Host` is not this machine (`localhost`, `127.0.0.1` or `[::1]`), and callers without a \
         credential are taken under no other name; name the callers with `--keys` to be called under any"
    )]
    Host,
    #[error(
        "its `Origin` is not this machine: a web page sent it, and callers without a credential may not be \
         web pages; name the callers with `--keys` to let pages call"
    )]
    Origin,
}

fn body(ingress: Ingress) -> Body {
    match ingress {
        Ingress::Broken => Body::Broken,
        Ingress::TooLarge => Body::TooLarge,
        Ingress::Whole(bytes) => Body::Whole(bytes),
    }
}

/// Every name that the request gives must be one of this machine's; a request that names none is older than
/// any browser's, but proves nothing.
fn page(uri: &Uri, headers: &HeaderMap) -> Option<PageFault> {
    let origins = headers.get_all(ORIGIN).iter();
    if !origins.map(text).all(|origin| origin.is_some_and(is_our_origin)) {
        return Some(PageFault::Origin);
    }
    let asked = uri.authority().map(Authority::as_str);
    let hosts: Vec<_> = headers.get_all(HOST).iter().map(text).chain(asked.map(Some)).collect();
    let ours = hosts.iter().all(|host| host.is_some_and(is_ours));
    if ours && !hosts.is_empty() { None } else { Some(PageFault::Host) }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// `http://localhost:3000`; never `null`, which a page in a frame without rights has.
fn is_our_origin(origin: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, authority)| is_ours(authority))
}

/// Whether a name, with or without a port, can mean nothing but this machine.
fn is_ours(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host();
    let ip = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    };
    let named = host.eq_ignore_ascii_case("localhost") || ip.is_some_and(|ip| ip.is_loopback());
    named && !authority.as_str().contains('@')
}

fn refused(fault: PageFault) -> Response<AnswerBody> {
    let message = format!("the call is refused: {fault}");
    let error = json!({"error": {"type": "forbidden", "message": message}});
    let mut answer = Response::new(AnswerBody::whole(error.to_string()));
    *answer.status_mut() = StatusCode::FORBIDDEN;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.headers_mut().insert("x-should-retry", HeaderValue::from_static("false"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers from lines such as `host: localhost`.
    fn headers(lines: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines.lines().filter_map(|line| line.split_once(": ")) {
            headers.append(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_this_machines_names_are_taken() {
        let rows: &[(&str, bool)] = &[
            ("localhost", true),
            ("LocalHost:8787", true),
            ("127.0.0.1:8787", true),
            ("127.255.0.9", true),
            ("[::1]:8787", true),
            ("[::1]", true),
            ("a", false),
            ("", false),
            ("evil.example:8787", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.1@evil.example", false),
            ("evil.example@127.0.0.1", false),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
            ("[::]", false),
            ("[2001:db8::1]", false),
            ("localhost, evil.example", false),
        ];
        for (host, taken) in rows {
            let fault = page(&Uri::from_static("/v1/messages"), &headers(&format!("host: {host}")));
            assert_eq!(fault, (!taken).then_some(PageFault::Host), "host {host}");
            let given = format!("host: localhost\norigin: http://{host}");
            let fault = page(&Uri::from_static("/"), &headers(&given));
            assert_eq!(fault, (!taken).then_some(PageFault::Origin), "{given}");
        }
    }

    #[test]
    fn every_name_that_a_request_gives_counts() {
        let rows = [
            ("/", "", Some(PageFault::Host)),
            ("http://localhost/", "", None),
            ("http://evil.example/", "host: localhost", Some(PageFault::Host)),
            ("/", "host: localhost\nhost: evil.example", Some(PageFault::Host)),
            ("/", "host: localhost\norigin: null", Some(PageFault::Origin)),
            ("/", "host: localhost\norigin: https://evil.example", Some(PageFault::Origin)),
            ("/", "host: localhost\norigin: https://[::1]:3000", None),
            (
                "/",
                "host: localhost\norigin: http://localhost\norigin: http://evil.example",
                Some(PageFault::Origin),
            ),
        ];
        for (uri, given, fault) in rows {
            assert_eq!(page(&Uri::from_static(uri), &headers(given)), fault, "{uri} {given}");
        }
    }

    #[test]
    fn the_refusal_says_what_to_do_and_is_not_tried_again() {
        let answer = refused(PageFault::Host);
        assert_eq!(answer.status(), 403);
        assert_eq!(answer.headers()["x-should-retry"], "false");
        assert!(PageFault::Host.to_string().contains("`--keys`"));
    }
}
