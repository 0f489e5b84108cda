//! Headers and addresses: what is read of them, and what is taken away.

use http::{HeaderMap, HeaderValue, Request};

use super::{Invocation, strip_hop_by_hop, strip_key};

#[test]
fn a_hostile_invocation_id_is_no_id() {
    let long = "a".repeat(129);
    let rows: [(&[u8], Option<&str>); 7] = [
        (b"0c1f6c2e-0b0f-4d59-8a3e-7f6b2a4f9d11", Some("0c1f6c2e-0b0f-4d59-8a3e-7f6b2a4f9d11")),
        (b"i-1", Some("i-1")),
        (b"", None),
        (b"one two", None),
        (b"<script>", None),
        (b"\xff\xfe", None),
        (long.as_bytes(), None),
    ];
    for (value, expected) in rows {
        let mut headers = HeaderMap::new();
        headers.insert("x-azure-functions-invocationid", HeaderValue::from_bytes(value).unwrap());
        assert_eq!(Invocation::of(&headers, None).id.as_deref(), expected, "{value:?}");
    }
}

#[test]
fn what_is_for_one_hop_ends_there() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("connection", "keep-alive, x-own, \u{7f}"),
        ("keep-alive", "timeout=5"),
        ("x-own", "1"),
        ("te", "trailers"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("authorization", "Bearer one"),
        ("accept", "text/event-stream"),
    ] {
        if let Ok(value) = HeaderValue::from_bytes(value.replace('\u{7f}', "?").as_bytes()) {
            headers.append(name, value);
        }
    }
    strip_hop_by_hop(&mut headers);
    let mut left: Vec<_> = headers.keys().map(|name| name.as_str()).collect();
    left.sort_unstable();
    assert_eq!(left, ["accept", "authorization"]);
}

#[test]
fn the_functions_key_does_not_go_on() {
    let rows = [
        ("/v1/chat?code=s3cret", "/v1/chat"),
        ("/v1/chat?a=1&code=s3cret&b=2", "/v1/chat?a=1&b=2"),
        ("/v1/chat?CODE=s3cret&a=1&a=2", "/v1/chat?a=1&a=2"),
        ("/v1/chat?%63ode=s3cret", "/v1/chat"),
        ("/v1/chat?c%6Fd%65=s3cret&x", "/v1/chat?x"),
        ("/v1/chat?code", "/v1/chat"),
        ("/v1/chat?encode=1&codes=2", "/v1/chat?encode=1&codes=2"),
        ("/v1/chat?%", "/v1/chat?%"),
        ("/v1/chat?q=%20&&", "/v1/chat?q=%20&&"),
        ("/v1/chat", "/v1/chat"),
        ("http://127.0.0.1:8080/v1?code=1&z=2", "http://127.0.0.1:8080/v1?z=2"),
    ];
    for (sent, expected) in rows {
        let (mut head, ()) =
            Request::get(sent).header("x-functions-key", "s3cret").body(()).unwrap().into_parts();
        strip_key(&mut head);
        assert_eq!(head.uri.to_string(), expected);
        assert!(head.headers.is_empty());
    }
}
