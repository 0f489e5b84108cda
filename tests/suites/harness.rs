//! The harness itself: what the other suites look through must not be blind.

use conformance::heard::Heard;
use conformance::http::{Request, send_raw};
use conformance::model::{EVERY_WIRE, Ends, Framing, Order, Saying, Wire, Writes, model};
use conformance::source;
use conformance::timing::{Readings, Table};
use conformance::upstream::{Gate, Script, Step, Stream, Upstream};

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
fn a_stream_comes_piece_by_piece_and_the_end_of_the_connection_is_seen() {
    let (more, left) = (Gate::default(), Gate::default());
    let steps = vec![Step::Write(b"one ".to_vec()), Step::Wait(more.clone()), Step::Write(b"two".to_vec())];
    let upstream = Upstream::start(Script::Stream(Stream::of_events(steps)));
    let address = upstream.url().trim_start_matches("http://").parse().unwrap();
    let mut coming = Request::fetch("/").open(address);
    assert_eq!(coming.read_until("one"), "one ");
    more.open();
    assert_eq!(coming.rest().text(), "one two");
    let steps = vec![Step::Write(b"one".to_vec()), Step::UntilLeft(left.clone())];
    upstream.change(Script::Stream(Stream::of_events(steps)));
    let mut coming = Request::fetch("/").open(address);
    coming.read_until("one");
    assert!(!left.is_open());
    drop(coming);
    left.wait();
    upstream.change(Script::Stream(Stream::of_events(vec![Step::Write(b"one".to_vec()), Step::BreakOff])));
    let broken = std::panic::catch_unwind(|| Request::fetch("/").open(address).rest());
    assert!(broken.is_err(), "a body that breaks off is no body");
}

#[test]
fn the_model_says_the_same_streamed_and_whole() {
    let upstream = Upstream::start(model());
    let address = upstream.url().trim_start_matches("http://").parse().unwrap();
    let order = Order::of([
        Saying::text("Grüße \"an\" "),
        Saying::text("\u{1f600} alle."),
        Saying::call("send"),
        Saying::arguments("{\"a\":[1,"),
        Saying::arguments("\"\\u00e9\"]}"),
    ]);
    for wire in EVERY_WIRE {
        let whole = Heard::whole(wire, &wire.orders(&order, false).send(address).json());
        assert_eq!(whole.texts[wire.text_field()], "Grüße \"an\" \u{1f600} alle.", "{wire:?}");
        assert_eq!(whole.calls.len(), usize::from(wire.has_calls()), "{wire:?}");
        for writes in [Writes::Bytes, Writes::Events, Writes::Once] {
            for escaped in [false, true] {
                let order = Order { escaped, ..order.clone().in_writes(writes) };
                let answer = wire.orders(&order, true).send(address);
                let streamed = Heard::streamed(wire, &answer.body);
                let streamed =
                    streamed.unwrap_or_else(|fault| panic!("{wire:?}: {fault}: {}", answer.text()));
                // Where the tokens are told only in a stream, they are told there.
                let usage = if whole.usage.is_null() { streamed.usage.clone() } else { whole.usage.clone() };
                assert_eq!(streamed, Heard { usage, ..whole.clone() }, "{wire:?}: {}", answer.text());
                let plain = !escaped && wire.framing() != Framing::Chunks;
                assert_eq!(answer.text().contains("alle."), plain, "{wire:?}: {}", answer.text());
            }
        }
    }
}

#[test]
fn what_a_client_would_stumble_over_is_a_fault() {
    for wire in EVERY_WIRE {
        let body = Order::of_texts(["Hello"]).events(wire).concat();
        let whole = Heard::streamed(wire, &body).unwrap();
        assert!(whole.complete && whole.error.is_none(), "{whole:?}");
        assert!(Heard::streamed(wire, &[&body[..], b"data: {\"choices\":[]}\n\n"].concat()).is_err());
        let half = Heard::streamed(wire, &body[..body.len() - 1]);
        assert!(half.is_err() || half.is_ok_and(|heard| !heard.complete), "half an event: {wire:?}");
        let early = Order::of_texts(["Hello"]).ending(Ends::Early).events(wire).concat();
        assert!(!Heard::streamed(wire, &early).unwrap().complete);
        let failed = Order::of_texts(["Hello"]).ending(Ends::Error).events(wire).concat();
        assert!(Heard::streamed(wire, &failed).unwrap().error.is_some());
    }
    let rows = [
        (Wire::OpenaiChat, "data: {\"id\":\"c1\"}\n\n"),
        (Wire::AnthropicMessages, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        (Wire::AnthropicMessages, "event: ping\ndata: {\"type\":\"pong\"}\n\n"),
        (Wire::OpenaiChat, "nonsense\n\n"),
        (Wire::GeminiGenerate, "data: {\"text\":\"Hello\"}\n\n"),
        (Wire::GeminiList, "[{\"candidates\":[]} {\"candidates\":[]}]"),
        (Wire::GeminiList, "[{\"candidates\":["),
        (
            Wire::OpenaiResponses,
            "event: response.in_progress\ndata: {\"type\":\"response.in_progress\",\"sequence_number\":0}\n\n",
        ),
        (
            Wire::OpenaiResponses,
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0}\n\n\
             event: response.in_progress\ndata: {\"type\":\"response.in_progress\",\"sequence_number\":0}\n\n",
        ),
    ];
    for (wire, body) in rows {
        assert!(Heard::streamed(wire, body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn a_text_that_is_told_twice_and_not_the_same_is_a_fault() {
    let body = Order::of_texts(["Hello ", "there."]).events(Wire::OpenaiResponses).concat();
    let body = String::from_utf8(body).unwrap();
    let places: Vec<usize> = body.match_indices("Hello there.").map(|(place, _)| place).collect();
    assert_eq!(places.len(), 4, "{body}");
    for place in places {
        let changed = [&body[..place], "Howdy there.", &body[place + 12..]].concat();
        assert!(Heard::streamed(Wire::OpenaiResponses, changed.as_bytes()).is_err(), "at {place}");
    }
}

#[test]
fn a_message_of_which_a_bit_is_wrong_is_a_fault() {
    for wire in [Wire::BedrockConverse, Wire::BedrockNova] {
        let body = Order::of_texts(["Hello"]).events(wire).concat();
        for place in 0..body.len() {
            let mut body = body.clone();
            body[place] ^= 0x10;
            assert!(Heard::streamed(wire, &body).is_err(), "{wire:?} at {place}");
        }
    }
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
