//! The harness itself: what the other suites look through must not be blind.

use conformance::http::{Request, send_raw};
use conformance::source;
use conformance::timing::{Readings, Table};
use conformance::upstream::{Script, Upstream};

#[test]
fn a_request_arrives_as_it_was_sent_and_the_answer_as_it_was_scripted() {
    let upstream = Upstream::start(Script::json("{\"a\": 1}").status(418).header("x-a", "b"));
    let address = upstream.url().trim_start_matches("http://").parse().unwrap();
    let answer = Request::post("/path?x=1", "body").with("x-b", "c").send(address);
    assert_eq!((answer.status, answer.header("x-a"), answer.json()["a"].as_u64()), (418, Some("b"), Some(1)));
    let arrived = upstream.arrived().remove(0);
    assert_eq!((arrived.line.as_str(), arrived.body.as_slice()), ("POST /path?x=1 HTTP/1.1", &b"body"[..]));
    assert_eq!(arrived.values("x-b"), ["c"]);
    upstream.change(Script::HangUp);
    assert!(send_raw(address, b"GET / HTTP/1.1\r\n\r\n").is_none());
    upstream.change(Script::Raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec(),
    ));
    assert_eq!(Request::fetch("/").send(address).text(), "abc");
}

#[test]
fn code_is_what_is_left_without_comments_and_tests() {
    let text = "//! Head.\nlet a = \"// no comment\"; // one\n/* two /* nested */ */let b = '\"';\n\
                let c = r#\"raw \" // text\"#;\n#[cfg(test)]\nmod tests { let d = 1; }\n";
    let code = source::code(text);
    assert!(code.contains("\"// no comment\"") && code.contains("let b = '\"';"), "{code}");
    assert!(code.contains("r#\"raw \" // text\"#;"), "{code}");
    for left_out in ["Head", "one", "two", "nested", "let d"] {
        assert!(!code.contains(left_out), "`{left_out}` is in {code}");
    }
}

#[test]
fn a_table_tells_the_ratio_to_its_first_row() {
    let readings = |micros: [u64; 3]| Readings::of(micros.map(std::time::Duration::from_micros).to_vec());
    let table = Table::default().row("one", readings([3, 1, 2])).row("two", readings([9, 5, 6])).to_string();
    let last: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(last, ["two", "6.0", "us", "5.0", "us", "3.00"]);
}
