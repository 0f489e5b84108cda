//! What must hold for the streamed answers of every dialect, tried on `testdata/dialects/<id>/stream_*.txt`: the same
//! is read however the bytes are cut, what is written again says what came, what is held or covered is not there.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test's helper cannot do ends the test"
)]

mod drive;

use std::collections::BTreeMap;

use conformance::spoken::{address, stream};
use dialects::{DIALECTS, DialectError, Refusal, RefusalKind, Said, Says, StreamEdits, Usage};
use proptest::prelude::*;
use serde_json::{Value, json};

use drive::*;

#[test]
fn streams_are_read_and_covered_as_recorded() {
    for (dialect, name, bytes) in cases() {
        let (mut stream, mut events) = (stream(dialect).unwrap(), Vec::new());
        stream.feed(&bytes, &mut events).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        stream.finish(&mut events).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let window = |window: &dialects::Window| {
            format!("{}{}", window.part.field, if window.sealed { " sealed" } else { "" })
        };
        let value = json!({
            "windows": stream.windows().iter().map(window).collect::<Vec<_>>(),
            "events": events.iter().map(|event| listing(event, &*stream)).collect::<Vec<_>>(),
            "usage": stream.usage().map(|usage| [usage.input_tokens, usage.output_tokens]),
            "passed": lines(&Drive::new(dialect, Way::Pass).all(&[&bytes]).unwrap()),
            "covered": lines(&Drive::new(dialect, Way::Cover).all(&[&bytes]).unwrap()),
        });
        snapshot(dialect, &name, &value);
    }
}

/// Token probabilities and the like must not tell what is held.
#[test]
fn nothing_of_a_text_goes_out_while_it_is_held() {
    for (id, words) in [
        ("openai_chat", ["Write", "ada", "now", "QWE"].as_slice()),
        ("anthropic_messages", &["Write", "ada", "now", "🔑"]),
    ] {
        let mut drive = Drive::new(dialects::by_id(id).unwrap(), Way::Hold);
        let mut events = Vec::new();
        drive.stream.feed(&case(id, "stream_text"), &mut events).unwrap();
        let closing = events.iter().position(|event| !event.closes.is_empty()).unwrap();
        events.drain(..closing).try_for_each(|event| drive.event(event)).unwrap();
        let out = String::from_utf8(drive.out.clone()).unwrap();
        assert!(words.iter().all(|word| !out.contains(word)), "{out}");
    }
}

#[test]
fn what_is_written_says_what_came_whether_held_or_not() {
    for (dialect, name, bytes) in cases() {
        let wanted = seen(dialect, &[&bytes]).unwrap();
        for way in [Way::Pass, Way::Hold, Way::Lag] {
            let out = Drive::new(dialect, way).all(&[&bytes]).unwrap();
            let mut again = seen(dialect, &[&out]).unwrap();
            // Positions of members that no row names are counted from the event they stand in.
            let (mut a, mut b) = (plain(&wanted.texts), plain(&again.texts));
            a.sort();
            b.sort();
            assert_eq!(a, b, "{name}");
            again.texts.clone_from(&wanted.texts);
            assert_eq!(again, wanted, "{name}");
        }
    }
}

fn plain(texts: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let known = |field: &String| field.split('{').next().unwrap().to_owned();
    texts.iter().map(|(field, text)| (known(field), text.clone())).collect()
}

#[test]
fn a_stream_is_the_same_wherever_it_is_cut() {
    for (dialect, name, bytes) in cases() {
        let wanted = Drive::new(dialect, Way::Lag).all(&[&bytes]).unwrap();
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(Drive::new(dialect, Way::Lag).all(&single).unwrap(), wanted, "{name}");
        for cut in (0..=bytes.len()).step_by(3) {
            let pieces = [&bytes[..cut], &bytes[cut..]];
            assert_eq!(Drive::new(dialect, Way::Lag).all(&pieces).unwrap(), wanted, "{name} at {cut}");
        }
    }
}

/// Until the event that has the call's parts is written, nothing of it is.
#[test]
fn nothing_of_a_call_goes_out_before_it_is_judged() {
    let secrets = ["fetch", "a.exa", "SELECT", "older", "bob@", "srvtoolu", "who is", "toolu_1"];
    for (id, name) in [("openai_chat", "stream_tools"), ("anthropic_messages", "stream_tools")] {
        let bytes = case(id, name);
        let mut drive = Drive::new(dialects::by_id(id).unwrap(), Way::Pass);
        let mut events = Vec::new();
        drive.stream.feed(&bytes, &mut events).unwrap();
        let first = events.iter().position(|event| !event.actions.is_empty()).unwrap();
        events.drain(..first).try_for_each(|event| drive.event(event)).unwrap();
        let out = String::from_utf8(drive.out.clone()).unwrap();
        assert!(secrets.iter().all(|secret| !out.contains(secret)), "{out}");
    }
}

fn refusal(kind: RefusalKind) -> Refusal {
    Refusal {
        kind,
        message: "Blocked by \"no-sql\".".to_owned(),
        rule: Some("no-sql".to_owned()),
        decision_id: "d-1".to_owned(),
    }
}

/// After how many events the refusal comes, and how it looks then.
#[test]
fn refusals_in_a_stream_look_as_recorded() {
    for dialect in DIALECTS.iter().filter(|dialect| stream(**dialect).is_some()) {
        let mut rows = serde_json::Map::new();
        let cases = cases().into_iter().filter(|(other, ..)| other.id() == dialect.id());
        let known = ["stream_text", "stream_tools", "stream_error", "stream_filtered"];
        for (_, name, bytes) in cases.filter(|(_, name, _)| known.contains(&name.as_str())) {
            for (count, kind) in [
                (0, RefusalKind::Policy),
                (3, RefusalKind::Policy),
                (3, RefusalKind::UpstreamUnreachable),
                (99, RefusalKind::Policy),
            ] {
                let (mut drive, mut events) = (Drive::new(*dialect, Way::Pass), Vec::new());
                if count > 0 {
                    drive.stream.feed(&bytes, &mut events).unwrap();
                }
                events.into_iter().take(count).try_for_each(|event| drive.event(event)).unwrap();
                let out = lines(&drive.stream.refuse(&refusal(kind)));
                rows.insert(format!("{name} after {count} {kind:?}"), out.into());
            }
        }
        snapshot(*dialect, "stream_refusals", &rows.into());
    }
}

const STRAY: &str = "`content[0]` goes on, but has not begun or has ended";
const CUT: &str = "the answer is cut short";
const AFTER: &str = "something follows the end of the answer";
const MANY: &str = "more than 1024 texts and calls in one streamed answer";

/// What the wire format forbids, and what is said of it.
fn openai_faults() -> Vec<(String, &'static str)> {
    let chunk = |choices: &str| format!("data: {{\"choices\":[{choices}]}}\n\n");
    let text = |index: usize| chunk(&format!(r#"{{"index":{index},"delta":{{"content":"a"}}}}"#));
    let end = chunk(r#"{"index":0,"delta":{},"finish_reason":"stop"}"#);
    let late_call = chunk(r#"{"delta":{"tool_calls":[{"index":0}]}}"#);
    let ended = "`choices[0].message.content` goes on, but has not begun or has ended";
    let call_ended = "`choices[0].message.tool_calls` goes on, but has not begun or has ended";
    let misspelt = "`choices[0].delta.content` is written in another letter case";
    vec![
        (String::new(), CUT),
        (text(0), CUT),
        (format!("{end}{}", text(0)), ended),
        (format!("{end}{late_call}"), call_ended),
        (format!("data: [DONE]\n\n{}", text(0)), AFTER),
        (format!("data: {{\"error\":{{}}}}\n\n{}", text(0)), AFTER),
        ("data: hello\n\n".into(), "the body is not JSON: expected a value at byte 0"),
        ("data: {\"choices\":[".into(), "the body is not JSON: expected a value at byte 12"),
        ("data: [1]\n\n".into(), "`choices` must be a list"),
        ("data: {\"type\":\"message_start\"}\n\n".into(), "`choices` must be a list"),
        ("data: {\"choices\":{}}\n\n".into(), "`choices` must be a list"),
        (chunk("7"), "`choices[0]` must be an object"),
        (chunk(r#"{"index":-1}"#), "`index` must be a whole number"),
        (chunk(r#"{"delta":"a"}"#), "`choices[0].delta` must be an object"),
        (chunk(r#"{"delta":{"a":1,"a":2}}"#), "a member name stands twice in one object, at byte 28"),
        (chunk(r#"{"delta":{"Content":"a"}}"#), misspelt),
        (chunk(r#"{"delta":{"tool_calls":{}}}"#), "`tool_calls` must be a list"),
        (chunk(r#"{"delta":{"tool_calls":["a"]}}"#), "`tool_calls` must be a list of objects"),
        (chunk(r#"{"delta":{"function_call":"a"}}"#), "`function_call` must be an object"),
        ((0..1025).map(text).collect(), MANY),
    ]
}

/// The same for the other dialect.
fn anthropic_faults() -> Vec<(String, &'static str)> {
    let event = |kind: &str, rest: &str| format!("data: {{\"type\":\"{kind}\"{rest}}}\n\n");
    let start = event("message_start", r#","message":{}"#);
    let block = |index: usize, kind: &str| {
        let rest = format!(r#","index":{index},"content_block":{{"type":"{kind}","text":""}}"#);
        event("content_block_start", &rest)
    };
    let thinks = |signature: &str| {
        let block = json!({"type": "thinking", "thinking": "a", "signature": signature});
        event("content_block_start", &format!(",\"index\":0,\"content_block\":{block}"))
    };
    let (open, call) = (block(0, "text"), block(0, "tool_use"));
    let delta = |delta: &str| event("content_block_delta", &format!(",\"index\":0,\"delta\":{delta}"));
    let (text, json) = (delta(r#"{"text":"a"}"#), delta(r#"{"partial_json":"a"}"#));
    let (thought, signed) = (delta(r#"{"thinking":"a"}"#), delta(r#"{"signature":"c2ln"}"#));
    let (thinks, signed_thinks) = (block(0, "thinking"), thinks("c2ln"));
    let stop = event("content_block_stop", ",\"index\":0");
    let end = event("message_stop", "");
    let early = "`message` goes on, but has not begun or has ended";
    vec![
        (String::new(), CUT),
        (start.clone(), CUT),
        (start.repeat(2), early),
        (open.clone(), early),
        ("data: {\"choices\":[]}\n\n".into(), "`type` must be the kind of an event"),
        (event("a b", ""), "`type` must be the kind of an event"),
        (event("a\\nb", ""), "`type` must be the kind of an event"),
        (event("message_start", ""), "`message` must be an object"),
        (format!("{start}{open}{open}"), STRAY),
        (format!("{start}{text}"), STRAY),
        (format!("{start}{open}{stop}{text}"), STRAY),
        (format!("{start}{open}{stop}{stop}"), STRAY),
        (format!("{start}{open}{json}"), STRAY),
        (format!("{start}{call}{text}"), STRAY),
        (format!("{start}{call}{end}"), STRAY),
        (format!("{start}{call}{stop}"), CUT),
        (format!("{start}{thinks}{thought}{signed}{thought}"), STRAY),
        (format!("{start}{thinks}{signed}{thought}"), STRAY),
        (format!("{start}{signed_thinks}{thought}"), STRAY),
        (format!("{start}{end}{}", event("ping", "")), AFTER),
        (format!("{start}{}", (0..1025).map(|index| block(index, "text")).collect::<String>()), MANY),
    ]
}

#[test]
fn what_is_no_stream_of_the_dialect_is_an_error() {
    for (id, rows) in [("openai_chat", openai_faults()), ("anthropic_messages", anthropic_faults())] {
        for (bytes, wanted) in rows {
            let fault = seen(dialects::by_id(id).unwrap(), &[bytes.as_bytes()]).unwrap_err();
            assert_eq!(fault.to_string(), wanted, "{id} {}", &bytes[..bytes.len().min(300)]);
        }
    }
}

/// What else is in each delta; what comes, what goes out in its place, and whether its token probabilities do.
type Row = (&'static str, &'static [&'static str], &'static [&'static str], &'static [bool]);

#[test]
fn token_probabilities_go_out_with_their_text_or_not_at_all() {
    let rows: [Row; 6] = [
        ("", &["ab", "cd", "ef"], &["ab", "cd", "ef"], &[true, true, true]),
        ("", &["ab", "cd", "ef"], &["a", "bcd", "ef"], &[false, false, true]),
        ("", &["ab", "cd", "ef"], &["[X]", "cd", "ef"], &[false, false, false]),
        ("", &["x", "x", "x"], &["", "x", "x"], &[false, false, false]),
        ("", &["x", "x", "x"], &["", "xx", "x"], &[false, false, true]),
        (r#","tool_calls":[{"index":0,"function":{"name":"a"}}]"#, &["a", "b"], &["a", "b"], &[false, false]),
    ];
    for (call, came, goes, wanted) in rows {
        let mut stream = stream(dialects::by_id("openai_chat").unwrap()).unwrap();
        let mut there = Vec::new();
        for (came, goes) in came.iter().zip(goes) {
            let (mut events, probable) = (Vec::new(), r#"{"content":[{"token":"secret"}]}"#);
            let delta = format!("{{\"role\":\"assistant\",\"content\":\"{came}\"{call}}}");
            let chunk = format!("data: {{\"choices\":[{{\"delta\":{delta},\"logprobs\":{probable}}}]}}\n\n");
            stream.feed(chunk.as_bytes(), &mut events).unwrap();
            let edits = StreamEdits { deltas: vec![(*goes).to_owned()], texts: Vec::new() };
            let out = stream.write(events.remove(0), &edits).unwrap();
            there.push(String::from_utf8(out).unwrap().contains("secret"));
        }
        assert_eq!(there, wanted, "{came:?} {goes:?}");
    }
}

#[test]
fn a_call_has_a_cap() {
    let piece = "a".repeat(1 << 20);
    let openai =
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}}]});
    let start = json!({"type": "message_start", "message": {}});
    let block = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use"}});
    let delta = json!({"type": "content_block_delta", "index": 0, "delta": {"partial_json": piece}});
    for (id, first, again) in [
        ("openai_chat", String::new(), format!("data: {openai}\n\n")),
        ("anthropic_messages", format!("data: {start}\n\ndata: {block}\n\n"), format!("data: {delta}\n\n")),
    ] {
        let (mut stream, mut events) = (stream(dialects::by_id(id).unwrap()).unwrap(), Vec::new());
        stream.feed(first.as_bytes(), &mut events).unwrap();
        for _ in 0..3 {
            stream.feed(again.as_bytes(), &mut events).unwrap();
        }
        let fault = stream.feed(again.repeat(2).as_bytes(), &mut events).unwrap_err();
        assert!(matches!(fault, DialectError::TooLong { what: "a tool call", .. }), "{fault}");
    }
}

/// A signature covers what the model thinks; sound repeats what it says.
#[test]
fn a_sealed_window_goes_out_as_it_came_or_not_at_all() {
    for (id, name) in [("anthropic_messages", "stream_thinking"), ("openai_chat", "stream_odd")] {
        let bytes = case(id, name);
        let (mut stream, mut events) = (stream(dialects::by_id(id).unwrap()).unwrap(), Vec::new());
        stream.feed(&bytes, &mut events).unwrap();
        let sealed = stream.windows().iter().position(|window| window.sealed).unwrap();
        let event = events.into_iter().find(|event| event.deltas.iter().any(|delta| delta.window == sealed));
        let edits = StreamEdits { deltas: vec!["[X]".to_owned()], texts: Vec::new() };
        let fault = stream.write(event.unwrap(), &edits).unwrap_err();
        assert!(matches!(fault, DialectError::Signed { .. }), "{fault}");
    }
}

/// However long reasoning is held, its signature does not overtake it, wherever that stands.
#[test]
fn a_signature_goes_out_after_all_that_it_signs() {
    let data = |value: Value| format!("data: {value}\n\n");
    let block =
        |block: Value| data(json!({"type": "content_block_start", "index": 0, "content_block": block}));
    let delta = |delta: Value| data(json!({"type": "content_block_delta", "index": 0, "delta": delta}));
    let begins =
        |signature: &str| block(json!({"type": "thinking", "thinking": "Let ", "signature": signature}));
    let thinks = |text: &str| delta(json!({"type": "thinking_delta", "thinking": text}));
    let signed = || delta(json!({"type": "signature_delta", "signature": "c2ln"}));
    let unsigned = delta(json!({"type": "signature_delta", "signature": ""}));
    let both = delta(json!({"type": "thinking_delta", "thinking": "me.", "signature": "c2ln"}));
    for (events, thought) in [
        ([begins(""), thinks("me"), thinks("."), signed()].concat(), "Let me."),
        ([begins(""), unsigned, thinks("me."), signed()].concat(), "Let me."),
        ([begins(""), both].concat(), "Let me."),
        ([begins(""), thinks("me."), signed(), thinks(""), signed()].concat(), "Let me."),
        (begins("c2ln"), "Let "),
    ] {
        let start = data(json!({"type": "message_start", "message": {}}));
        let ends = ["content_block_stop", "message_stop"].map(|kind| data(json!({"type": kind, "index": 0})));
        let bytes = [start, events, ends.concat()].concat();
        for way in [Way::Pass, Way::Hold, Way::Lag] {
            let dialect = dialects::by_id("anthropic_messages").unwrap();
            let out = Drive::new(dialect, way).all(&[bytes.as_bytes()]).unwrap();
            let until = out.windows(4).position(|bytes| bytes == b"c2ln").unwrap();
            let until = until + out[until..].windows(2).position(|bytes| bytes == b"\n\n").unwrap() + 2;
            let (mut stream, mut events) = (stream(dialect).unwrap(), Vec::new());
            stream.feed(&out[..until], &mut events).unwrap();
            let said: String =
                events.iter().flat_map(|event| &event.deltas).map(|delta| delta.text.as_str()).collect();
            assert_eq!(said, thought, "{way:?} {}", String::from_utf8_lossy(&out));
        }
    }
}

/// Clients may wait for the last word where the server has none.
#[test]
fn an_answer_that_just_stops_is_given_its_end() {
    let dialect = dialects::by_id("openai_chat").unwrap();
    let ends = |index: usize| {
        let choice = json!({"index": index, "delta": {"content": "Hi."}, "finish_reason": "stop"});
        format!("data: {}\n\n", json!({"choices": [choice]}))
    };
    let done = "data: [DONE]\n\n";
    let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
    for (came, goes) in [
        (ends(0), format!("{}{done}", ends(0))),
        ([ends(0), ends(1)].concat(), format!("{}{}{done}", ends(0), ends(1))),
        (format!("{}{usage}", ends(0)), format!("{}{usage}{done}", ends(0))),
        (format!("{}{done}", ends(0)), format!("{}{done}", ends(0))),
    ] {
        let out = Drive::new(dialect, Way::Pass).all(&[came.as_bytes()]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), goes);
        let (mut stream, mut events) = (stream(dialect).unwrap(), Vec::new());
        stream.feed(came.as_bytes(), &mut events).unwrap();
        stream.finish(&mut events).unwrap();
        let count = events.len();
        stream.finish(&mut events).unwrap();
        assert_eq!(events.len(), count, "an end comes once");
    }
}

#[test]
fn edits_must_fit_their_event() {
    for (dialect, _, bytes) in cases() {
        let (mut stream, mut events) = (stream(dialect).unwrap(), Vec::new());
        stream.feed(&bytes, &mut events).unwrap();
        for event in events {
            let deltas = event.deltas.iter().map(|delta| delta.text.clone());
            let (beyond, some) = (event.parts.len(), event.deltas.len());
            let edits = if some > 0 {
                StreamEdits::default()
            } else {
                StreamEdits { deltas: deltas.collect(), texts: vec![(beyond, "[X]".to_owned())] }
            };
            let fault = stream.write(event, &edits).unwrap_err();
            assert!(matches!(fault, DialectError::Misplaced { .. }), "{fault}");
        }
    }
}

#[test]
fn huge_and_deep_events_end_in_an_event_or_an_error() {
    let deep = format!("data: {{\"choices\":{}{}}}\n\n", "[".repeat(100_000), "]".repeat(100_000));
    let wide = json!({"choices": [{"delta": {"x": vec!["a"; 5000]}}]});
    let many = json!({"choices": vec![json!({"index": 0, "finish_reason": "stop"}); 5000]});
    let long = json!({"choices": [{"delta": {"content": "a\"b".repeat(1 << 19)}, "finish_reason": "stop"}]});
    let openai = dialects::by_id("openai_chat").unwrap();
    let fault = |data: String| seen(openai, &[data.as_bytes()]).unwrap_err();
    assert!(matches!(fault(deep), DialectError::TooDeep { .. }));
    assert_eq!(fault(format!("data: {wide}\n\n")), DialectError::TooManyOpened);
    assert_eq!(fault(format!("data: {many}\n\n")), DialectError::TooManyOpened);
    let seen = seen(openai, &[format!("data: {long}\n\n").as_bytes()]).unwrap();
    assert_eq!(seen.texts["choices[0].message.content"].len(), 3 << 19);
}

fn says() -> impl Strategy<Value = Says> {
    let text = "[a-z \"\\\\\n\u{0}ü🔑]{0,40}";
    let arguments = proptest::collection::btree_map("[a-z]{1,5}", text, 0..4);
    prop_oneof![
        text.prop_map(Says::Text),
        ("[a-z_]{1,8}", arguments)
            .prop_map(|(name, arguments)| Says::ToolCall { name, arguments: json!(arguments) }),
    ]
}

proptest! {
    #[test]
    fn a_composed_stream_says_what_the_whole_answer_says(
        says in says(),
        piece in 0_usize..20,
        usage in (0_u64..1000, 0_u64..1000),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        way in prop_oneof![Just(Way::Pass), Just(Way::Hold), Just(Way::Lag)],
    ) {
        let usage = Usage { input_tokens: usage.0, output_tokens: usage.1 };
        let said = Said { id: "a1".to_owned(), model: "m".to_owned(), created: 7, says, usage };
        for dialect in DIALECTS.iter().filter(|dialect| stream(**dialect).is_some()) {
            let answer = dialect.read_answer(&address(*dialect), dialect.compose(&address(*dialect), &said)).unwrap();
            let bytes = dialect.compose_stream(&address(*dialect), &said, piece).unwrap().pieces.concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let out = Drive::new(*dialect, way).all(&pieces).unwrap();
            let seen = seen(*dialect, &[&out]).unwrap();
            let texts = answer.parts().iter().filter(|part| !part.text.is_empty());
            let texts: BTreeMap<_, _> =
                texts.map(|part| (part.part.field.clone(), part.text.clone())).collect();
            prop_assert_eq!(seen.texts, texts);
            prop_assert_eq!(&seen.actions, answer.actions());
            prop_assert_eq!(seen.usage, answer.usage());
        }
    }

    #[test]
    fn damaged_streams_never_panic(
        case in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        way in 0..3,
        cover in any::<bool>(),
    ) {
        let cases = cases();
        let (dialect, _, bytes) = case.get(&cases);
        let (mut bytes, place) = (bytes.clone(), at.index(bytes.len()));
        match way {
            0 => bytes.truncate(place),
            1 => bytes[place] = byte,
            _ => { bytes.remove(place); }
        }
        let _ = Drive::new(*dialect, if cover { Way::Cover } else { Way::Lag }).all(&[&bytes]);
    }
}
