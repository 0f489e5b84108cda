//! Streams that are damaged on their way from the upstream: cut off, with a wrong bit, with a length that no cap would
//! allow. Nothing of what cannot be read goes out, and the record says why the answer ended.

use conformance::model::{EVERY_WIRE, Framing, Order, Wire};
use conformance::upstream::{Script, Step};
use serde_json::Value;

use super::Stage;

const SAID: &str = "All is well so far, and it may go on like that. ";

/// The wires that are no text, each framing once.
fn wires() -> impl Iterator<Item = Wire> {
    let framed = |wire: &Wire| matches!(wire.framing(), Framing::Chunks | Framing::Frames | Framing::List);
    EVERY_WIRE.into_iter().filter(framed)
}

/// The bytes of an answer that says a text and then an animal's name.
fn answer(wire: Wire) -> Vec<Vec<u8>> {
    Order::of_texts([SAID, "A quokka ", "is an animal."]).events(wire)
}

/// What the caller sees, and the final record, of an answer in these bytes.
fn tried(stage: &Stage, wire: Wire, bytes: Vec<u8>) -> (String, Value) {
    // An upstream that serves well in between is not left alone.
    let _ = stage.hear(wire, &Order::of_texts(["Hello."]), true);
    let before = stage.served.record_count();
    let script = Script::Stream(wire.framing().stream(vec![Step::Write(bytes)]));
    let seen = stage.with(script, || stage.served.call(&wire.asks("Hello", true)));
    let records = stage.served.records_after(before);
    assert_eq!(records.len(), 2, "{wire:?}: {records:?}");
    let last = records.last().cloned().unwrap_or_default();
    assert_eq!(last["final"], true, "{wire:?}");
    (seen.everything(), last)
}

#[test]
fn an_answer_that_is_cut_off_is_never_taken_for_a_whole_one() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in wires() {
            let bytes = answer(wire).concat();
            for end in (1..bytes.len() - 1).step_by(37) {
                let (seen, record) = tried(stage, wire, bytes[..end].to_vec());
                let outcome = record["outcome"].as_str().unwrap_or_default();
                // An answer that has said its end is whole without what may follow it.
                let whole = outcome == "ok" && end > bytes.len() / 2;
                assert!(whole || outcome == "upstream_error", "{wire:?} after {end}: {record}\n{seen}");
            }
        }
    });
}

#[test]
fn a_wrong_bit_anywhere_ends_the_answer() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in wires().filter(|wire| wire.framing() != Framing::List) {
            let bytes = answer(wire).concat();
            for place in (0..bytes.len()).step_by(29) {
                let mut wrong = bytes.clone();
                wrong[place] ^= 1 << (place % 8);
                let (seen, record) = tried(stage, wire, wrong);
                let outcome = record["outcome"].as_str().unwrap_or_default();
                let told = ["answer_unreadable", "upstream_error"].contains(&outcome);
                assert!(told, "{wire:?}, bit in byte {place}: {record}\n{seen}");
            }
        }
    });
}

/// Were the length believed, the answer would wait for 2 GiB that never come.
#[test]
fn a_frame_over_the_cap_ends_the_answer_at_once() {
    Stage::on_each("policy.yaml", |stage| {
        for wire in wires().filter(|wire| wire.framing() != Framing::List) {
            let mut bytes = answer(wire);
            let frame = bytes.last_mut().expect("an event");
            frame[0] = 0x7f;
            let (seen, record) = tried(stage, wire, bytes.concat());
            assert_eq!(record["outcome"], "answer_unreadable", "{wire:?}: {seen}");
            assert!(!seen.contains("quokka") || wire.framing() == Framing::Frames, "{wire:?}: {seen}");
        }
    });
}

/// What stands between the objects of a list, and after it, is nothing that anybody else should read either.
#[test]
fn a_list_that_is_no_list_ends_the_answer() {
    let damages: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |bytes| [b"quokka".to_vec(), bytes].concat(),
        |bytes| [bytes, b"quokka".to_vec()].concat(),
        |bytes| String::from_utf8_lossy(&bytes).replacen(",\r\n", ";\r\n", 1).into_bytes(),
        |bytes| String::from_utf8_lossy(&bytes).replacen(",\r\n", ",\r\n\"quokka\",", 1).into_bytes(),
    ];
    Stage::on_each("policy.yaml", |stage| {
        for wire in wires().filter(|wire| wire.framing() == Framing::List) {
            for (index, damage) in damages.iter().enumerate() {
                let (seen, record) = tried(stage, wire, damage(answer(wire).concat()));
                assert_eq!(record["outcome"], "answer_unreadable", "{wire:?} {index}: {seen}");
            }
        }
    });
}
