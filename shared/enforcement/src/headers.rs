//! Which headers go on, in both directions. What a proxy must drop is dropped (RFC 9110, section 7.6.1), and
//! so is everything that is the caller's or the upstream's own business with us.

use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};

use crate::identity::CREDENTIAL_HEADERS;

/// Headers that speak of one connection alone.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Request headers that do not go upstream: they tell of the way to us, they are made anew, or they would
/// bring back an answer that cannot be read.
const NOT_UPSTREAM: [&str; 24] = [
    "accept-encoding",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "origin",
    "referer",
    "via",
    "x-amzn-trace-id",
    "x-client-ip",
    "x-cloud-trace-context",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-functions-key",
    "x-goog-user-project",
    "x-http-method",
    "x-http-method-override",
    "x-original-url",
    "x-real-ip",
    "x-serverless-authorization",
];

/// Prefixes of request headers that a platform adds for us, or that belong to a signature of the caller's.
const NOT_UPSTREAM_PREFIXES: [&str; 4] = ["x-amz-", "x-azure-", "x-goog-iap-", "x-ms-"];

/// Answer headers that do not go to the caller: lengths and codings are made anew, cookies are the
/// gateway's, the rest tells of the upstream's network.
const NOT_TO_CALLER: [&str; 9] = [
    "alt-svc",
    "content-encoding",
    "content-length",
    "etag",
    "nel",
    "report-to",
    "server",
    "set-cookie",
    "strict-transport-security",
];

/// Headers of a request as they go upstream, without a credential.
#[must_use]
pub(crate) fn for_upstream(headers: &HeaderMap) -> HeaderMap {
    keep(headers, |name| {
        !NOT_UPSTREAM.contains(&name)
            && !CREDENTIAL_HEADERS.contains(&name)
            && !NOT_UPSTREAM_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

/// Headers of an upstream's answer as they go to the caller.
#[must_use]
pub(crate) fn for_caller(headers: &HeaderMap) -> HeaderMap {
    keep(headers, |name| !NOT_TO_CALLER.contains(&name))
}

/// Whether a body is compressed, or coded in any other way.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING).iter();
    codings.into_iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The type of a body's content, in lower case and without parameters; empty where it has none.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = given.split_once(';').map_or(given, |(media_type, _)| media_type);
    media_type.trim().to_ascii_lowercase()
}

fn keep(headers: &HeaderMap, wanted: impl Fn(&str) -> bool) -> HeaderMap {
    let named = named_by_connection(headers);
    let mut kept = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        if wanted(name.as_str()) && !HOP_BY_HOP.contains(&name.as_str()) && !named.contains(name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

/// Headers that `Connection` names are of one connection, too.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&'static str]) -> HeaderMap {
        names.iter().map(|name| (HeaderName::from_static(name), "v".parse().unwrap())).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        headers.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn what_is_of_the_call_goes_on_and_what_is_of_the_way_does_not() {
        let mut given = headers(&[
            "authorization",
            "x-api-key",
            "api-key",
            "x-goog-api-key",
            "cookie",
            "host",
            "te",
            "upgrade",
            "x-forwarded-for",
            "x-ms-client-principal",
            "x-amz-security-token",
            "x-goog-user-project",
            "x-http-method-override",
            "x-amzn-bedrock-trace",
            "accept-encoding",
            "content-length",
            "x-hop",
            "content-type",
            "anthropic-version",
            "openai-organization",
            "user-agent",
        ]);
        given.insert(CONNECTION, "close, X-Hop".parse().unwrap());
        let mut went = names(&for_upstream(&given)).into_iter().map(str::to_owned).collect::<Vec<_>>();
        went.sort();
        assert_eq!(
            went,
            [
                "anthropic-version",
                "content-type",
                "openai-organization",
                "user-agent",
                "x-amzn-bedrock-trace"
            ]
        );
    }

    #[test]
    fn an_answer_keeps_what_the_sdk_reads() {
        let given = headers(&[
            "content-type",
            "x-request-id",
            "request-id",
            "x-ratelimit-remaining-tokens",
            "retry-after",
            "set-cookie",
            "content-encoding",
            "transfer-encoding",
            "server",
        ]);
        let mut came = names(&for_caller(&given)).into_iter().map(str::to_owned).collect::<Vec<_>>();
        came.sort();
        assert_eq!(
            came,
            ["content-type", "request-id", "retry-after", "x-ratelimit-remaining-tokens", "x-request-id"]
        );
    }
}
