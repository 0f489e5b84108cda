//! Ways in which gates in front of models have failed their users when answers were streamed. Each test is named
//! after the failure, and proves that it does not happen here.

use conformance::http::Answer;
use conformance::model::{EVERY_WIRE, Ends, Framing, Order, Saying, WIRES, Wire, Writes};
use conformance::upstream::{Gate, Script, Step};
use serde_json::Value;

use super::{Stage, heard};

/// Each piece is looked through alone, so neither holds the value; or the first half has gone when the second makes
/// it one.
#[test]
fn a_value_split_across_two_chunks_gets_through() {
    let text = "It is 4111 1111 1111 1111, as you asked.";
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE {
            for place in 7..24 {
                let (before, after) = text.split_at(place);
                let answer = stage.stream(wire, &Order::of_texts([before, after]));
                assert_eq!(text_of(wire, &answer), "It is [REDACTED], as you asked.", "cut at {place}");
                assert!(!answer.text().contains("111"), "cut at {place}: {}", answer.text());
            }
        }
    });
}

/// A fixed number of characters is carried over, and the value is longer, or comes in more than two pieces.
#[test]
fn a_value_outgrows_what_is_carried_from_piece_to_piece() {
    let address =
        format!("{}@{}.example.org", "a".repeat(60), ["b"; 3].map(|label| label.repeat(50)).join("."));
    let pieces: Vec<String> = format!("Mail {address} now").chars().map(String::from).collect();
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE {
            let order = Order::of_texts(pieces.iter().map(String::as_str));
            let whole = stage.hear(wire, &order, false);
            assert_eq!(whole.texts[wire.text_field()], "Mail [REDACTED] now");
            assert_eq!(stage.hear(wire, &order, true), whole);
        }
    });
}

/// One of the APIs streams by another road, on which no rule runs; the log says that all went well.
#[test]
fn a_stream_of_one_dialect_skips_the_rules_and_is_recorded_as_a_success() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE {
            let _ = stage.stream(wire, &Order::of_texts(["It is 536-22-1234."]));
            let record = last(stage);
            assert_eq!(
                (&record["decision"], &record["stream"]),
                (&"constrain".into(), &true.into()),
                "{record}"
            );
            assert_eq!(record["rules"][0]["rule"], "personal-data-out", "{record}");
            assert_eq!(record["rules"][0]["findings"][0]["field"], wire.text_field(), "{record}");
            assert_eq!(record["rules"][0]["findings"][0]["count"], 1, "{record}");
        }
    });
}

/// Rules about requests, limits and models are not asked when the answer is to be streamed.
#[test]
fn asking_for_a_stream_is_a_way_around_the_rules() {
    let policy = conformance::files::read("tests/testdata/streams/policy.yaml")
        + "    - name: one-model\n      type: model_access\n      models: [\"other-*\"]\n      action: BLOCK\n\
           \x20   - name: two-calls\n      type: budget\n      limit: \"2 requests per month\"\n      action: CONSTRAIN\n";
    for provider in conformance::providers::PROVIDERS {
        for wire in WIRES {
            let stage = Stage::start(provider, &policy);
            let reached = || stage.upstream.arrived().len();
            let answer = stage.served.call(&wire.asks("please drop table users", true));
            assert_eq!((answer.status, reached()), (403, 0), "{}", answer.everything());
            let mut request = wire.orders(&Order::of_texts(["Hi."]), true);
            request.body = String::from_utf8(request.body).unwrap().replace("m-1", "other-1").into_bytes();
            assert_eq!((stage.served.call(&request).status, reached()), (403, 0));
            let statuses: Vec<u16> =
                (0..3).map(|_| stage.stream(wire, &Order::of_texts(["Hi."])).status).collect();
            assert_eq!(
                statuses.iter().filter(|status| **status == 429).count(),
                3 - reached(),
                "{statuses:?}"
            );
            assert!(reached() <= 2, "{statuses:?}");
            assert_eq!(last(&stage)["outcome"], "throttled");
        }
    }
}

/// The pieces of a tool call reach the agent, which acts on them, before the rule has spoken.
#[test]
fn pieces_of_a_tool_call_reach_the_caller_before_the_verdict() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE.into_iter().filter(|wire| wire.has_calls()) {
            let order = Order::of([
                Saying::text("I shall see to that at once, if I may. "),
                Saying::call("delete_user"),
                Saying::arguments("{\"name\":"),
                Saying::arguments("\"wombat\"}"),
            ]);
            for writes in [Writes::Bytes, Writes::Events, Writes::Once] {
                let answer = stage.stream(wire, &order.clone().in_writes(writes));
                let text = answer.everything();
                for banned in ["delete_user", "wombat", "toolu_", "call_0", "partial_json"] {
                    assert!(!text.contains(banned), "`{banned}`: {text}");
                }
                assert_eq!(last(stage)["reasons"], serde_json::json!(["no-deletes"]));
            }
        }
    });
}

/// What cannot be covered makes the covering fail; the failure is swallowed, and the text goes out as it came.
#[test]
fn what_cannot_be_covered_goes_out_uncovered() {
    let says = [
        Saying::reasoning("I know that it is 536-22"),
        Saying::reasoning("-1234, of course."),
        Saying { signature: Some("c2lnbmVk".to_owned()), ..Saying::default() },
        Saying::text("Done."),
    ];
    Stage::on_each("policy.yaml", |stage| {
        let answer = stage.stream(Wire::AnthropicMessages, &Order::of(says.clone()));
        let text = answer.everything();
        assert!(!text.contains("536-22") && !text.contains("-1234") && !text.contains("Done."), "{text}");
        let record = last(stage);
        assert_eq!(
            (&record["decision"], &record["outcome"]),
            (&"block".into(), &"refused".into()),
            "{record}"
        );
    });
}

/// To be fast, only some of the pieces are looked through.
#[test]
fn only_some_of_the_pieces_are_looked_through() {
    let values: Vec<String> = (0..40).map(|number| format!("E-1000{number:02} is a badge. ")).collect();
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE {
            let answer = stage.stream(wire, &Order::of_texts(values.iter().map(String::as_str)));
            assert_eq!(text_of(wire, &answer), "[REDACTED] is a badge. ".repeat(40));
            assert_eq!(last(stage)["rules"][0]["findings"][0]["count"], 40);
        }
    });
}

/// The whole answer is gathered before it is looked through: the caller waits, and so does the next step.
#[test]
fn the_caller_waits_until_the_whole_answer_was_looked_through() {
    Stage::on_each("policy.yaml", |stage| {
        // What stands in chunks is in no letters that one could wait for.
        for wire in EVERY_WIRE.into_iter().filter(|wire| wire.framing() != Framing::Chunks) {
            let sentences: Vec<String> =
                (0..20).map(|number| format!("This is sentence {number}. ")).collect();
            let order = Order::of_texts(sentences.iter().map(String::as_str));
            let gates: Vec<Gate> = sentences.iter().map(|_| Gate::default()).collect();
            let mut steps = Vec::new();
            let mut waiting = gates.iter();
            for event in order.events(wire) {
                let says = String::from_utf8_lossy(&event).contains("This is sentence");
                steps.push(Step::Write(event));
                steps.extend(if says { waiting.next() } else { None }.map(|gate| Step::Wait(gate.clone())));
            }
            let answer = stage.with(Script::Stream(wire.framing().stream(steps)), || {
                let mut coming = wire.asks("Hello", true).open(stage.served.address());
                for (number, gate) in gates.iter().enumerate() {
                    coming.read_until(&format!("sentence {number}"));
                    gate.open();
                }
                coming.rest()
            });
            assert_eq!(text_of(wire, &answer), sentences.concat());
        }
    });
}

/// A rule that covers whole answers does nothing to streamed ones.
#[test]
fn streamed_text_is_never_covered() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE {
            for stream in [false, true] {
                let heard = stage.hear(wire, &Order::of_texts(["It is 536-22-1234."]), stream);
                assert_eq!(heard.texts[wire.text_field()], "It is [REDACTED].", "stream: {stream}");
            }
        }
    });
}

/// Blanks at the beginnings and ends of pieces, and pieces of nothing else, are lost on the way.
#[test]
fn blanks_between_pieces_are_lost() {
    let pieces = [" ", "One", " two", " ", "\n", "\n  ", "three ", "  ", "four\t", "", "five ", "\r\n", " "];
    for policy in ["policy.yaml", "monitor.yaml", "requests_only.yaml"] {
        Stage::on_each(policy, |stage| {
            for wire in EVERY_WIRE {
                for writes in [Writes::Bytes, Writes::Events, Writes::Once] {
                    let answer = stage.stream(wire, &Order::of_texts(pieces).in_writes(writes));
                    assert_eq!(text_of(wire, &answer), pieces.concat(), "{policy}");
                }
            }
        });
    }
}

/// What is found in a stream is something else than what is found in the same answer as a whole.
#[test]
fn a_stream_is_judged_otherwise_than_the_same_answer_as_a_whole() {
    let says = [
        Saying::text("Ask ada@exam"),
        Saying::text("ple.org or 536-22-1234, E-123456 "),
        Saying::call("send_mail"),
        Saying::arguments("{\"cc\":[\"536-22-1234\"],\"to\":\"eve@exa"),
        Saying::arguments("mple.org\"}"),
    ];
    Stage::on_each("policy.yaml", |stage| {
        for wire in EVERY_WIRE.into_iter().filter(|wire| wire.has_calls()) {
            let order = Order::of(says.clone());
            let whole = stage.hear(wire, &order, false);
            let of_whole = last(stage);
            for writes in [Writes::Bytes, Writes::Events, Writes::Once] {
                assert_eq!(stage.hear(wire, &order.clone().in_writes(writes), true), whole);
                let streamed = last(stage);
                for name in
                    ["decision", "reasons", "rules", "severity", "usage", "outcome", "http_status", "limits"]
                {
                    assert_eq!(streamed[name], of_whole[name], "`{name}`");
                }
            }
        }
    });
}

/// What the gate has to say comes after the end, when no client reads any more; or the answer has two ends.
#[test]
fn something_follows_the_end() {
    let harmless = "This is quite long and harmless, and it goes on. ";
    Stage::on_each("policy.yaml", |stage| {
        for wire in WIRES {
            let orders = [
                Order::of_texts(["Hello."]),
                Order::of_texts(["It is 536-22-1234"]),
                Order::of_texts([harmless, "OPERATION OVERLORD"]),
                Order::of_texts([harmless]).ending(Ends::BreakOff),
                Order::of_texts([harmless]).ending(Ends::Early),
                Order::of_texts([harmless]).ending(Ends::Error),
            ];
            for order in orders {
                let answer = stage.stream(wire, &order);
                if answer.status != 200 {
                    assert!(answer.json()["error"].is_object(), "{}", answer.everything());
                    continue;
                }
                // The reader takes nothing after the end, and wants one.
                let heard = heard(wire, &answer);
                assert!(heard.complete, "{order:?}: {}", answer.text());
                let ends = ["data: [DONE]", "event: message_stop", "event: error"];
                let count: usize = ends.iter().map(|end| answer.text().matches(end).count()).sum();
                assert_eq!(count, 1, "{}", answer.text());
            }
        }
    });
}

fn text_of(wire: Wire, answer: &Answer) -> String {
    heard(wire, answer).texts.remove(wire.text_field()).unwrap_or_default()
}

fn last(stage: &Stage) -> Value {
    stage.served.records().pop().expect("a record")
}
