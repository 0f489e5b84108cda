//! Answers that are cut at each place. What a client puts together of a streamed answer is what it is given whole,
//! and the record says the same of both.

use std::collections::BTreeMap;

use conformance::files;
use conformance::heard::Heard;
use conformance::model::{EVERY_WIRE, Order, Saying, Wire, Writes};
use conformance::providers::{self, PROVIDERS};
use conformance::served::Settings;
use conformance::upstream::Script;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, heard};

#[test]
fn a_text_comes_out_the_same_wherever_it_is_cut() {
    for case in run("values").cases {
        Stage::on_each("policy.yaml", |stage| {
            for &wire in stage.tried.wires {
                case.try_cuts(stage, wire);
            }
            for hidden in case.hides.iter().filter(|hidden| hidden.len() > 6) {
                assert!(
                    !stage.served.everything_written().contains(hidden),
                    "{}: `{hidden}` is told",
                    case.name
                );
            }
        });
    }
}

#[test]
fn the_arguments_of_a_call_come_out_the_same_wherever_they_are_cut() {
    let arguments =
        r#"{"to":"ada@example.org","note":"SSN 536-22-1234 \u0035\u0033\u0036-22-1234 ok","n":[1.50,2e3]}"#;
    Stage::on_each("policy.yaml", |stage| {
        for wire in stage.tried.wires.iter().copied().filter(|wire| wire.has_calls()) {
            let order = |pieces: &[&str]| {
                let pieces = pieces.iter().map(|piece| Saying::arguments(*piece));
                Order::of([Saying::text("One moment. "), Saying::call("send_mail")].into_iter().chain(pieces))
            };
            let whole = stage.hear(wire, &order(&[arguments]), false);
            assert!(whole.everything().contains("SSN [REDACTED] [REDACTED] ok"), "{whole:?}");
            for (before, after) in cuts(arguments).step_by(stage.tried.cut_step) {
                let streamed = stage.hear(wire, &order(&[before, after]), true);
                assert_eq!(streamed, whole, "cut after `{before}`");
            }
            let bytes = stage.hear(wire, &order(&each_character(arguments)).in_writes(Writes::Bytes), true);
            assert_eq!(bytes, whole);
        }
    });
}

#[test]
fn two_answers_come_out_the_same_however_they_take_turns() {
    let texts = ["It is 536-22-1234, yes.", "Ask ada@example.org."];
    Stage::on_each("policy.yaml", |stage| {
        let says = |(choice, text): (usize, &str)| Saying::text(text).of_choice(choice);
        let whole = stage.hear(Wire::OpenaiChat, &Order::of(texts.into_iter().enumerate().map(says)), false);
        for (first, second) in cuts(texts[0]).step_by(stage.tried.cut_step) {
            for (third, fourth) in cuts(texts[1]).step_by(3) {
                let order = Order::of([(0, first), (1, third), (0, second), (1, fourth)].map(says));
                assert_eq!(stage.hear(Wire::OpenaiChat, &order, true), whole, "{first}|{third}");
            }
        }
    });
}

#[test]
fn a_placeholder_is_put_back_wherever_it_is_cut() {
    let said = "Mail to <EMAIL_1>, not to <EMAIL_9> or <ads>.";
    let given = "Mail to ada@example.org, not to <EMAIL_9> or <ads>.";
    Stage::on_each("token.yaml", |stage| {
        for &wire in stage.tried.wires {
            let asked = wire.asks("I am ada@example.org.", true);
            for (before, after) in cuts(said).step_by(stage.tried.cut_step) {
                let order = Order::of_texts([before, after]);
                let script = Script::Stream(wire.framing().stream(order.steps(wire)));
                let answer = stage.with(script, || stage.served.call(&asked));
                assert_eq!(heard(wire, &answer).texts[wire.text_field()], given, "cut after `{before}`");
            }
        }
        let asked: Vec<_> = stage.upstream.arrived().into_iter().map(|arrived| arrived.body).collect();
        assert!(!String::from_utf8_lossy(&asked.concat()).contains("ada@"), "the address went upstream");
    });
}

#[test]
fn the_built_in_model_streams_as_it_answers() {
    // Behind a function stands a model with the pieces that it has by itself.
    let of_local = ["1", "4", "65536"].map(|piece| (&providers::LOCAL, piece));
    let others = PROVIDERS.iter().filter(|provider| provider.id != providers::LOCAL.id);
    for (provider, piece) in of_local.into_iter().chain(others.map(|provider| (provider, "12"))) {
        let policy = files::read("tests/testdata/streams/policy.yaml");
        let settings = Settings::of_policy(policy).arguments(["--echo-chunk", piece, "--echo-delay", "0"]);
        let served = (provider.serve)(&settings);
        for wire in EVERY_WIRE {
            let whole = served.call(&wire.asks("Grüße: 536-22-1234.", false));
            let whole = Heard::whole(wire, &whole.json());
            let streamed = heard(wire, &served.call(&wire.asks("Grüße: 536-22-1234.", true)));
            assert_eq!(whole.texts[wire.text_field()], "Grüße: [REDACTED].");
            // Some say in streams alone what it took.
            let usage = if whole.usage[0].is_null() { whole.usage.clone() } else { streamed.usage.clone() };
            assert_eq!(Heard { usage, ..streamed }, whole, "in pieces of {piece}");
        }
    }
}

/// The texts of `values.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

/// One text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    /// What stands nowhere in what comes out.
    hides: Vec<String>,
    /// What stands in the text that comes out.
    keeps: Vec<String>,
}

impl Case {
    fn try_cuts(&self, stage: &Stage, wire: Wire) {
        let before = stage.served.record_count();
        let whole = stage.hear(wire, &Order::of_texts([self.text.as_str()]), false);
        let text = whole.texts[wire.text_field()].as_str();
        assert!(self.keeps.iter().all(|kept| text.contains(kept)), "{}: {text}", self.name);
        let characters = Order::of_texts(each_character(&self.text));
        let escaped = |order: &Order| Order { escaped: true, ..order.clone() };
        let halves = cuts(&self.text)
            .step_by(stage.tried.cut_step)
            .map(|(before, after)| Order::of_texts([before, after]));
        let orders = halves.chain([
            characters.clone(),
            characters.clone().in_writes(Writes::Once),
            characters.clone().in_writes(Writes::Bytes),
            escaped(&characters),
            escaped(&Order::of_texts([self.text.as_str()]).in_writes(Writes::Bytes)),
        ]);
        let orders: Vec<Order> = orders.collect();
        for order in orders.iter().chain(&orders.iter().step_by(4).map(escaped).collect::<Vec<_>>()) {
            let answer = stage.stream(wire, order);
            assert_eq!(answer.status, 200, "{}: {}", self.name, answer.everything());
            assert_eq!(heard(wire, &answer), whole, "{}: {order:?}", self.name);
            // The names of members and events hold a name.
            let text = answer.text().replace("etadata", "");
            let told = self.hides.iter().find(|hidden| text.contains(*hidden));
            assert_eq!(told, None, "{}: {}", self.name, answer.text());
        }
        let records = stage.served.records_after(before);
        let finals = records.iter().filter(|record| record["final"] == true);
        // Cohere's whole answers repeat the conversation, and its streams the whole answer.
        let finals: Vec<_> = finals.skip(usize::from(wire == Wire::BedrockCohere)).collect();
        let (first, rest) = finals.split_first().expect("a record of each answer");
        for record in rest {
            let (mut streamed, whole) = (judged(record), judged(first));
            // Some say in streams alone what it took.
            streamed.entry("usage").and_modify(|usage| {
                if whole["usage"].is_null() {
                    *usage = Value::Null;
                }
            });
            assert_eq!(streamed, whole, "{} {wire:?}", self.name);
        }
    }
}

/// What a record says of the answer, but for what tells one call from another.
fn judged(record: &Value) -> BTreeMap<&str, Value> {
    let names = [
        "decision",
        "reasons",
        "rules",
        "severity",
        "outcome",
        "http_status",
        "usage",
        "unchecked",
        "left_out",
    ];
    names.into_iter().map(|name| (name, record.get(name).cloned().unwrap_or(json!(null)))).collect()
}

/// Each way to cut a text in two.
fn cuts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.char_indices().map(|(place, _)| text.split_at(place)).skip(1)
}

fn each_character(text: &str) -> Vec<&str> {
    let ends = text.char_indices().map(|(place, letter)| (place, place + letter.len_utf8()));
    ends.map(|(start, end)| &text[start..end]).collect()
}

fn run(name: &str) -> Values {
    let text = files::read(format!("tests/testdata/streams/{name}.toml"));
    toml::from_str(&text).unwrap_or_else(|fault| panic!("`{name}`: {fault}"))
}
