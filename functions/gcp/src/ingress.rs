//! The listener's request becomes the pipeline's: the same method, path, query and body, the caller's headers without the
//! platform's, the caller's address, the time by which the answer has to have ended, and the trace.
//!
//! Who calls is not decided here: the pipeline does, by the headers (`id_tokens.rs`).

use enforcement::{Body, Caller};
use host::forwarded;
use http::header::HeaderName;
use http::{HeaderMap, Request};
use listener::Ingress;

use crate::trace::TRACE_HEADER;

/// The largest body, in bytes: the same as on every other provider, so that the same calls are answered.
pub const BODY_CAP: usize = 6 * 1024 * 1024;
/// How long before the platform ends a call its answer has to have ended, in milliseconds.
const LAST_WORDS_MS: u64 = 1000;

/// What headers of Google's begin with.
const GOOGLES: &str = "x-goog-";
/// Those of them that are the caller's own.
const CALLERS: [&str; 3] = ["x-goog-api-client", "x-goog-api-key", "x-goog-request-params"];

/// What a request carries.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub request: Request<Body>,
    /// What is known of its caller.
    pub caller: Caller,
}

/// Reads a request that came at a time, in milliseconds since 1970, and that the platform lets take so many of them.
#[must_use]
pub fn read(request: Request<Ingress>, came_ms: u64, longest_ms: u64) -> Asked {
    let (mut head, body) = request.into_parts();
    let caller = Caller {
        ip: forwarded::address(&head.headers),
        ends_by_ms: Some(came_ms.saturating_add(longest_ms - LAST_WORDS_MS.min(longest_ms / 2))),
        trace: head.headers.get(TRACE_HEADER).cloned(),
        ..Caller::default()
    };
    strip(&mut head.headers);
    let body = match body {
        Ingress::Broken => Body::Broken,
        Ingress::TooLarge => Body::TooLarge,
        Ingress::Whole(bytes) => Body::Whole(bytes),
    };
    Asked { request: Request::from_parts(head, body), caller }
}

/// Takes away what the platform has added, and what a caller may have written in its place.
fn strip(headers: &mut HeaderMap) {
    let added = |name: &&HeaderName| name.as_str().starts_with(GOOGLES) && !CALLERS.contains(&name.as_str());
    let added: Vec<_> = headers.keys().filter(added).cloned().collect();
    for name in added {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(headers: &[(&'static str, &'static str)], longest_ms: u64) -> Asked {
        let mut request = Request::post("/v1/messages?beta=true");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.body(Ingress::Whole("{}".into())).unwrap(), 1_000_000, longest_ms)
    }

    #[test]
    fn what_is_googles_goes_and_what_is_the_callers_stays() {
        let asked = asked(
            &[
                ("x-goog-iap-jwt-assertion", "hush"),
                ("x-goog-authenticated-user-email", "accounts.google.com:ada@example.com"),
                ("x-goog-api-key", "k"),
                ("x-goog-api-client", "genai"),
                ("authorization", "Bearer k"),
                ("x-serverless-authorization", "Bearer t"),
                ("x-cloud-trace-context", "0af7651916cd43dd8448eb211c80319c/1;o=1"),
                ("x-forwarded-for", "198.51.100.7, 203.0.113.9"),
            ],
            300_000,
        );
        let mut names: Vec<_> = asked.request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "authorization",
                "x-cloud-trace-context",
                "x-forwarded-for",
                "x-goog-api-client",
                "x-goog-api-key",
                "x-serverless-authorization"
            ]
        );
        let Caller { ip, identity, trace, .. } = asked.caller;
        assert_eq!((ip.as_str(), identity), ("203.0.113.9", None));
        assert_eq!(trace, Some(HeaderValue::from_static("0af7651916cd43dd8448eb211c80319c/1;o=1")));
        assert_eq!(asked.request.uri(), "/v1/messages?beta=true");
    }

    #[test]
    fn an_answer_ends_before_the_platform_ends_it() {
        for (longest, ends) in [(300_000, 1_299_000), (1_000, 1_000_500), (1, 1_000_001)] {
            assert_eq!(asked(&[], longest).caller.ends_by_ms, Some(ends), "{longest}");
        }
    }
}
