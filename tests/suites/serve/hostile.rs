//! Requests that no client would send, byte by byte; and a server that serves on after each of them.

use conformance::http::send_raw;
use conformance::served::{Served, Settings};

#[test]
fn broken_http_is_refused_and_the_server_serves_on() {
    let many_headers =
        format!("POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x-a: 1\r\n".repeat(5000));
    let long_header =
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-a: {}\r\n\r\n", "a".repeat(1 << 20));
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(1 << 20));
    let rows: [(&str, &[u8]); 9] = [
        ("nonsense", b"\x00\x01\x02\xff quokka\r\n\r\n"),
        ("no version", b"GET /healthz\r\n\r\n"),
        ("another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("many headers", many_headers.as_bytes()),
        ("a long header", long_header.as_bytes()),
        ("a long path", long_path.as_bytes()),
        ("two lengths", b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde"),
        ("a length that is none", b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\nabc"),
        ("a chunk size that is none", b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
    ];
    let served = Served::start(&Settings::of_policy(super::policy()));
    for (name, bytes) in rows {
        let answer = send_raw(served.address(), bytes);
        assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)), "{name}");
        assert_eq!(served.call(&super::chat("Hello")).status, 200, "after {name}");
    }
}

#[test]
fn a_chunked_body_is_read_and_a_chunked_flood_is_cut() {
    let served = Served::start(&Settings::of_policy(super::policy()));
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let body = String::from_utf8(super::chat("drop table users").body).unwrap();
    let whole = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(send_raw(served.address(), whole.as_bytes()).map(|answer| answer.status), Some(403));
    let flood = format!("{head}{}0\r\n\r\n", format!("10000\r\n{}\r\n", "a".repeat(0x10000)).repeat(128));
    let (before, answer) = (served.record_count(), send_raw(served.address(), flood.as_bytes()));
    assert_eq!(answer.map(|answer| answer.status), Some(413));
    assert_eq!(served.records()[before]["outcome"], "too_large");
}

#[test]
fn one_who_leaves_in_mid_upload_harms_nobody() {
    use std::io::Write as _;
    let served = Served::start(&Settings::of_policy(super::policy()));
    for _ in 0..5 {
        let mut socket = std::net::TcpStream::connect(served.address()).unwrap();
        socket
            .write_all(
                b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 999\r\n\r\n{\"model\": \"quokka",
            )
            .unwrap();
    }
    assert_eq!(served.call(&super::chat("Hello")).status, 200);
    assert!(!served.everything_written().contains("quokka"));
}

#[test]
fn one_who_waits_to_be_asked_for_the_body_is_asked() {
    let served = Served::start(&Settings::of_policy(super::policy()));
    let request = super::chat("Hello").with("expect", "100-continue");
    assert_eq!(served.call(&request).status, 200);
}
