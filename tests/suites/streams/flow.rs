//! When things happen: the first bytes come before the last were made, a slow caller holds the upstream back, one
//! who leaves ends the call, and the record is there before the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conformance::heard::Heard;
use conformance::model::{Ends, Order, Saying, WIRES, Wire};
use conformance::upstream::{Flood, Gate, Script, Step, Stream};

use super::{Stage, heard};

#[test]
fn the_first_bytes_come_before_the_last_were_made() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in WIRES {
            let gate = Gate::default();
            let order = Order::of_texts(["Hello there, how are you? ", "I am well."]);
            let script = paused(wire, &order, "I am well.", &gate);
            let answer = stage.with(script, || {
                let mut coming = wire.asks("Hello", true).open(stage.served.address());
                let so_far = coming.read_until("Hello there");
                assert!(!so_far.contains("well"), "{so_far}");
                let head = coming.so_far();
                assert_eq!((head.status, head.header("cache-control")), (200, Some("no-cache")));
                assert_eq!(head.header("content-length"), None);
                gate.open();
                coming.rest()
            });
            assert_eq!(heard(wire, &answer).texts[wire.text_field()], "Hello there, how are you? I am well.");
        }
    });
}

#[test]
fn what_may_still_become_a_value_waits_for_the_rest_of_it() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in WIRES {
            let gates = [Gate::default(), Gate::default()];
            let order = Order::of_texts([
                "The number of this good lady is 536-22",
                "-1234. Quite so, and that is how it has been for as long as anybody here remembers.",
            ]);
            let mut steps = Vec::new();
            for event in order.events(wire) {
                let rest = String::from_utf8_lossy(&event).contains("Quite so");
                steps.extend(rest.then(|| Step::Wait(gates[0].clone())));
                steps.push(Step::Write(event));
                steps.extend(rest.then(|| Step::Wait(gates[1].clone())));
            }
            let answer = stage.with(Script::Stream(Stream::of_events(steps)), || {
                let mut coming = wire.asks("Hello", true).open(stage.served.address());
                let before = coming.read_until("The number");
                gates[0].open();
                let after = coming.read_until("[REDACTED]");
                assert!(!before.contains("536") && !after.contains("536"), "{before}{after}");
                gates[1].open();
                coming.rest()
            });
            let expected = "The number of this good lady is [REDACTED]. Quite so, and that is how it has been for as long as anybody here remembers.";
            assert_eq!(heard(wire, &answer).texts[wire.text_field()], expected);
        }
    });
}

#[test]
fn a_call_waits_until_it_is_whole_and_text_before_it_does_not() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in WIRES {
            let gate = Gate::default();
            let order = Order::of([
                Saying::text("I shall look that up, this will take no time. "),
                Saying::call("get_weather"),
                Saying::arguments("{\"city\":\"Kangaroo"),
                Saying::arguments(" Valley\"}"),
            ]);
            let answer = stage.with(paused(wire, &order, " Valley", &gate), || {
                let mut coming = wire.asks("Hello", true).open(stage.served.address());
                let so_far = coming.read_until("I shall look");
                assert!(!so_far.contains("get_weather"), "{so_far}");
                gate.open();
                coming.rest()
            });
            let heard = heard(wire, &answer);
            let (name, arguments) = heard.calls.values().next().expect("a call");
            assert_eq!((name.as_str(), &arguments["city"]), ("get_weather", &"Kangaroo Valley".into()));
            assert!(!answer.text().contains("Kangaroo\""), "the arguments go out whole: {}", answer.text());
        }
    });
}

#[test]
fn the_record_is_there_before_the_end_is() {
    let rows = [
        (Ends::Finish, ["message_stop", "[DONE]"]),
        (Ends::BreakOff, ["\"error\":", "\"error\":"]),
        (Ends::Error, ["Overloaded", "Overloaded"]),
    ];
    Stage::on_each("policy.yaml", |stage| {
        for (wire, (ends, marks)) in WIRES.into_iter().flat_map(|wire| rows.map(|row| (wire, row))) {
            let before = stage.served.record_count();
            let order = Order::of_texts(["Hello there, how are you? ", "I am well."]).ending(ends);
            let mut coming = wire.orders(&order, true).open(stage.served.address());
            coming.read_until(marks[usize::from(wire == Wire::OpenaiChat)]);
            let records = stage.served.records_after(before);
            assert_eq!(records.len(), 2, "{ends:?}: {records:?}");
            assert_eq!(records[1]["final"], true, "{ends:?}: {records:?}");
            let _ = coming.rest();
            assert_eq!(stage.served.record_count(), before + 2, "{ends:?}: nothing more is recorded");
        }
    });
}

#[test]
fn a_caller_who_leaves_ends_the_call_upstream_and_is_recorded() {
    Stage::on_each_that_knows_who_left("policy.yaml", |stage| {
        for wire in WIRES {
            let left = Gate::default();
            let order = Order::of_texts(["Hello there, how are you? ", "I am w"]);
            let mut steps: Vec<Step> = order.ending(Ends::Early).steps(wire);
            steps.push(Step::UntilLeft(left.clone()));
            stage.with(Script::Stream(Stream::of_events(steps)), || {
                let mut coming = wire.asks("Hello", true).open(stage.served.address());
                coming.read_until("Hello there");
                drop(coming);
                left.wait();
            });
            let own = |record: &serde_json::Value| {
                record["dialect"] == wire.id() && record["final"] == true && record["gate"] == "answer"
            };
            let record = stage.served.wait_for_record(own);
            assert_eq!(record["outcome"], "caller_left", "{record}");
            assert_eq!(record["http_status"], 200, "{record}");
            let usage = [&record["usage"]["input_tokens"], &record["usage"]["output_tokens"]];
            assert!(wire == Wire::OpenaiChat || *usage[0] == 11, "{record}");
            let well = stage.hear(wire, &Order::of_texts(["Still ", "here."]), true);
            assert_eq!(well.texts[wire.text_field()], "Still here.");
        }
    });
}

#[test]
fn a_caller_who_leaves_before_the_first_byte_is_recorded_too() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    let scripts = [
        ("before the head", Script::Silence),
        ("within the head", Script::Stall(head.to_vec())),
        (
            "before the first event",
            Script::Stall([&head[..], b"transfer-encoding: chunked\r\n\r\n"].concat()),
        ),
    ];
    for (when, script) in scripts {
        Stage::on_each_that_knows_who_left("policy.yaml", |stage| {
            stage.with(script.clone(), || {
                let request = Wire::OpenaiChat.asks("Hello", true);
                let address = stage.served.address();
                let mut socket = std::net::TcpStream::connect(address).unwrap();
                std::io::Write::write_all(&mut socket, &request.bytes(address)).unwrap();
                let _ = stage.served.wait_for_record(|record| record["gate"] == "request");
                drop(socket);
                let record = stage.served.wait_for_record(|record| record["final"] == true);
                assert_eq!(record["outcome"], "caller_left", "{when}: {record}");
                assert_eq!(stage.served.record_count(), 2, "{when}");
            });
        });
    }
}

/// Less than the cap on answers, and mostly several times what the system keeps for the connections when nobody reads.
const FLOOD: usize = 30 << 20;

/// A busy system sometimes keeps all of it. Who reads ahead is never held back.
const FLOODS: usize = 5;

#[test]
fn a_caller_who_does_not_read_holds_the_upstream_back() {
    Stage::on_each("requests_only.yaml", |stage| {
        for wire in WIRES {
            assert!((0..FLOODS).any(|_| is_held_back(stage, wire)), "all of the answer was read ahead");
        }
    });
}

/// Whether an upstream could not write all of an answer as long as its caller did not read; whoever reads gets all.
fn is_held_back(stage: &Stage, wire: Wire) -> bool {
    let sentences = "A harmless sentence. ".repeat(800);
    let order = Order::of_texts(["Hello there, how are you? ", &sentences, "Done."]);
    let mut steps = order.steps(wire);
    let place = steps.iter().position(|step| matches!(step, Step::Write(piece) if piece.len() > 9000));
    let place = place.expect("a large event");
    let Step::Write(piece) = steps.remove(place) else { unreachable!("it was looked for") };
    let times = FLOOD / piece.len();
    let (stalled, written) = (Gate::default(), Arc::new(AtomicUsize::new(0)));
    let flood = Flood { piece, times, stalled: stalled.clone(), written: Arc::clone(&written) };
    steps.insert(place, Step::Flood(flood));
    let (answer, held) = stage.with(Script::Stream(Stream::of_events(steps)), || {
        let mut coming = wire.asks("Hello", true).open(stage.served.address());
        coming.read_until("Hello there");
        stalled.wait();
        let held = written.load(Ordering::SeqCst) < times;
        (coming.rest(), held)
    });
    let heard = heard(wire, &answer);
    let text = &heard.texts[wire.text_field()];
    assert_eq!(text.matches("A harmless sentence. ").count(), 800 * times);
    assert!(text.ends_with("Done.") && heard.complete);
    held
}

#[test]
fn a_silent_upstream_does_not_let_the_connection_go_silent() {
    Stage::on_all_at_once("policy.yaml", |stage| {
        let gate = Gate::default();
        let order = Order::of_texts(["Hello there, how are you? ", "I am well."]);
        let script = Script::computed({
            let (gate, order) = (gate.clone(), order.clone());
            move |arrived| {
                let anthropic = arrived.line.contains("/messages");
                let wire = if anthropic { Wire::AnthropicMessages } else { Wire::OpenaiChat };
                paused(wire, &order, "I am well.", &gate)
            }
        });
        stage.with(script, || {
            let open = |wire: Wire| wire.asks("Hello", true).open(stage.served.address());
            let mut coming = WIRES.map(|wire| (wire, open(wire)));
            for (_, answer) in &mut coming {
                answer.read_until("Hello there");
                answer.read_until("\n: ");
            }
            gate.open();
            for (wire, answer) in coming {
                let heard = heard(wire, &answer.rest());
                assert_eq!(heard.texts[wire.text_field()], "Hello there, how are you? I am well.");
            }
        });
    });
}

#[test]
fn what_goes_out_ends_where_it_ends_for_every_cut_of_the_upstreams_body() {
    let order = Order::of_texts(["Hello there, ", "this is all."]);
    Stage::on_each("policy.yaml", |stage| {
        for wire in WIRES {
            let body = order.events(wire).concat();
            for end in (0..=body.len()).step_by(7).chain([body.len()]) {
                let steps = vec![Step::Write(body[..end].to_vec()), Step::BreakOff];
                let request = wire.asks("Hello", true);
                let answer =
                    stage.with(Script::Stream(Stream::of_events(steps)), || stage.served.call(&request));
                let last = stage.served.last_record();
                assert_eq!(last["final"], true, "{last}");
                if answer.status == 502 {
                    assert!(answer.json()["error"]["message"].is_string(), "{}", answer.text());
                    assert_ne!(last["outcome"], "ok", "{last}");
                } else {
                    let heard = Heard::streamed(wire, &answer.body).unwrap();
                    let whole = heard.error.is_none() && !heard.ends.is_empty();
                    // Where every answer has said why it ended, the last word may be missing.
                    assert!(heard.complete || whole, "cut at {end}: {}", answer.text());
                    assert_eq!(last["outcome"] == "ok", whole, "cut at {end}: {last} {}", answer.text());
                }
                let _ = stage.hear(wire, &Order::of_texts(["Well."]), true);
            }
        }
    });
}

/// An answer that stops before the event that says something, until a gate is open.
fn paused(wire: Wire, order: &Order, before: &str, gate: &Gate) -> Script {
    let mut steps = Vec::new();
    for event in order.events(wire) {
        let here = String::from_utf8_lossy(&event).contains(before);
        steps.extend(here.then(|| Step::Wait(gate.clone())));
        steps.push(Step::Write(event));
    }
    Script::Stream(Stream::of_events(steps))
}
