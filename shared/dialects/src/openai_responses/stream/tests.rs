//! What holds for the streamed answers of OpenAI Responses, where the suites do not reach.

use serde_json::{Value as Json, json};

use super::super::{EVENT_STREAM, OpenaiResponses};
use crate::address::Address;
use crate::answer::Usage;
use crate::dialect::{Dialect, Said, Says};
use crate::error::DialectError;
use crate::stream::{AnswerStream, StreamEdits, StreamEvent};

fn stream() -> Box<dyn AnswerStream> {
    OpenaiResponses.stream(&Address::PLAIN, EVENT_STREAM).unwrap()
}

fn data(event: &Json) -> String {
    format!("data: {event}\n\n")
}

/// An event about a part of the first item.
fn of_part(kind: &str, rest: &Json) -> String {
    let mut event = json!({"type": kind, "item_id": "msg_1", "output_index": 0, "content_index": 0});
    event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    data(&event)
}

fn delta(text: &str) -> String {
    of_part("response.output_text.delta", &json!({"delta": text}))
}

fn completed(text: &str) -> String {
    let item = json!({"type": "message", "content": [{"type": "output_text", "text": text}]});
    data(&json!({"type": "response.completed", "response": {"output": [item]}}))
}

fn added(kind: &str, index: usize) -> String {
    let item =
        json!({"type": kind, "id": format!("i{index}"), "name": format!("tool{index}"), "arguments": ""});
    data(&json!({"type": "response.output_item.added", "output_index": index, "item": item}))
}

fn of_call(kind: &str, index: usize, rest: &Json) -> String {
    let mut event =
        json!({"type": format!("response.function_call_arguments.{kind}"), "output_index": index});
    event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    data(&event)
}

fn fed(bytes: &str) -> Result<Vec<StreamEvent>, DialectError> {
    let (mut stream, mut events) = (stream(), Vec::new());
    stream.feed(bytes.as_bytes(), &mut events)?;
    stream.finish(&mut events)?;
    Ok(events)
}

/// What goes out when every text is covered, each window as a whole.
fn covered(bytes: &str) -> String {
    let (mut stream, mut events) = (stream(), Vec::new());
    stream.feed(bytes.as_bytes(), &mut events).unwrap();
    let mut out = Vec::new();
    for event in events {
        for window in &event.closes {
            out.extend(stream.say(*window, "[X]"));
        }
        let deltas = event.deltas.iter().map(|_| String::new()).collect();
        let texts = (0..event.parts.len()).map(|part| (part, "[X]".to_owned())).collect();
        out.extend(stream.write(event, &StreamEdits { deltas, texts }).unwrap());
    }
    String::from_utf8(out).unwrap()
}

fn composed(says: Says) -> String {
    let usage = Usage { input_tokens: 3, output_tokens: 4 };
    let said = Said { id: "a".to_owned(), model: "m".to_owned(), created: 1, says, usage };
    let streamed = OpenaiResponses.compose_stream(&Address::PLAIN, &said, 4).unwrap();
    String::from_utf8(streamed.pieces.concat()).unwrap()
}

#[test]
fn every_copy_says_what_went_and_is_looked_through_once() {
    let arguments = json!({"to": "ada@example.com"});
    let call = Says::ToolCall { name: "mail".to_owned(), arguments };
    for says in [Says::Text("Write to ada@example.com".to_owned()), call] {
        let bytes = composed(says);
        let events = fed(&bytes).unwrap();
        let pieces: String =
            events.iter().flat_map(|event| &event.deltas).map(|delta| delta.text.as_str()).collect();
        let parts: String =
            events.iter().flat_map(|event| &event.parts).map(|part| part.text.as_str()).collect();
        assert_eq!(pieces.matches("ada@").count() + parts.matches("ada@").count(), 1);
        assert_eq!(
            events.iter().map(|event| event.actions.len()).sum::<usize>(),
            usize::from(!parts.is_empty())
        );
        let out = covered(&bytes);
        assert!(!out.contains("ada@"), "{out}");
        let lines = out.lines().filter(|line| line.starts_with("data: ") && line.contains("[X]")).count();
        assert!(lines >= 4, "{out}");
        let numbers = out.lines().filter_map(|line| line.strip_prefix("data: "));
        let numbers: Vec<u64> = numbers
            .map(|line| serde_json::from_str::<Json>(line).unwrap()["sequence_number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>(), "without gaps");
    }
}

#[test]
fn what_is_not_what_came_is_looked_through() {
    let done = |text: &str| of_part("response.output_text.done", &json!({"text": text}));
    for (bytes, new) in [
        ([delta("a "), delta("b"), done("a b"), completed("a b")].concat(), vec![]),
        ([delta("a "), delta("b"), done("a c"), completed("a c")].concat(), vec!["a c"]),
        ([delta("a "), delta("b"), done("a b"), completed("a c")].concat(), vec!["a c"]),
        ([delta("a "), delta("b"), completed("a b")].concat(), vec![]),
        ([delta("a "), delta("b"), completed("a ")].concat(), vec!["a "]),
        (completed("a b"), vec!["a b"]),
    ] {
        let events = fed(&bytes).unwrap();
        let parts: Vec<&str> =
            events.iter().flat_map(|event| &event.parts).map(|part| part.text.as_str()).collect();
        assert_eq!(parts, new, "{bytes}");
        let out = covered(&bytes);
        assert!(!out.contains("a b") && !out.contains("a c"), "{out}");
    }
}

#[test]
fn calls_that_come_at_once_are_kept_apart() {
    let bytes = [
        added("function_call", 0),
        added("function_call", 1),
        of_call("delta", 1, &json!({"delta": "{\"b\":"})),
        of_call("delta", 0, &json!({"delta": "{\"a\":1}"})),
        of_call("delta", 1, &json!({"delta": "2}"})),
        of_call("done", 1, &json!({"arguments": "{\"b\":2}"})),
        of_call("done", 0, &json!({})),
        completed(""),
    ];
    let events = fed(&bytes.concat()).unwrap();
    let actions: Vec<_> = events.iter().flat_map(|event| &event.actions).collect();
    let said: Vec<_> =
        actions.iter().map(|action| (action.name.as_str(), action.arguments.to_string())).collect();
    assert_eq!(said, [("tool1", "{\"b\":2}".to_owned()), ("tool0", "{\"a\":1}".to_owned())]);
}

#[test]
fn what_is_no_stream_of_the_dialect_is_an_error() {
    let stray = "`output[0].content[0].text` goes on, but has not begun or has ended";
    let call = "`output[0]` goes on, but has not begun or has ended";
    let done = of_part("response.output_text.done", &json!({"text": "a"}));
    let arguments = of_call("done", 0, &json!({"arguments": "{}"}));
    let item = |index: usize| {
        let item = json!({"type": "message", "content": []});
        data(&json!({"type": "response.output_item.added", "output_index": index, "item": item}))
    };
    let begun =
        json!({"type": "response.in_progress", "response": {"output": [{"content": [{"text": "078-"}]}]}});
    for (bytes, wanted) in [
        (String::new(), "the answer is cut short"),
        (delta("a"), "the answer is cut short"),
        ("data: [DONE]\n\n".to_owned(), "the answer is cut short"),
        (format!("{}{}", completed("a"), delta("b")), "something follows the end of the answer"),
        (
            format!("{}data: [DONE]\n\ndata: [DONE]\n\n", completed("a")),
            "something follows the end of the answer",
        ),
        ("data: []\n\n".to_owned(), "`type` must be the kind of an event"),
        ("data: {}\n\n".to_owned(), "`type` must be the kind of an event"),
        ("data: {\"type\":\"a\\nb\"}\n\n".to_owned(), "`type` must be the kind of an event"),
        (
            data(&json!({"type": "response.output_text.delta", "delta": "a"})),
            "`output_index` must be a whole number",
        ),
        (
            data(&json!({"type": "response.output_item.added", "item": {}})),
            "`output_index` must be a whole number",
        ),
        (format!("{}{done}{}", delta("a"), delta("b")), stray),
        (format!("{}{}", data(&begun), delta("6789")), stray),
        (of_call("delta", 0, &json!({"delta": "{"})), call),
        (added("function_call", 0).repeat(2), call),
        (
            format!(
                "{}{arguments}{}",
                added("function_call", 0),
                of_call("delta", 0, &json!({"delta": "{"}))
            ),
            call,
        ),
        (data(&json!({"type": "response.shell_call_command.delta", "output_index": 0, "delta": "rm"})), call),
        ((0..1025).map(item).collect(), "more than 1024 texts and calls in one streamed answer"),
    ] {
        let fault = fed(&bytes).unwrap_err();
        assert_eq!(fault.to_string(), wanted, "{}", bytes.chars().take(300).collect::<String>());
    }
}

#[test]
fn an_error_of_the_upstream_ends_the_answer() {
    for bytes in [
        "event: error\ndata: {\"message\":\"no\"}\n\n".to_owned(),
        data(&json!({"type": "error", "message": "no"})),
        data(&json!({"error": {"message": "no"}})),
        data(&json!({"type": "response.failed", "response": {"error": {"message": "no"}}})),
    ] {
        let (mut stream, mut events) = (stream(), Vec::new());
        stream.feed(format!("{}{bytes}", delta("a")).as_bytes(), &mut events).unwrap();
        stream.finish(&mut events).unwrap();
        assert!(stream.failed() && events.last().unwrap().ends, "{bytes}");
        assert_eq!(events.last().unwrap().closes, [0], "{bytes}");
        assert_eq!(events.last().unwrap().parts[0].text, "no", "{bytes}");
    }
}

#[test]
fn what_is_kept_has_a_cap() {
    let text = delta(&"a".repeat(1 << 20));
    let fault = fed(&text.repeat(17)).unwrap_err();
    assert!(matches!(fault, DialectError::TooLong { what: "the text of a streamed answer", .. }), "{fault}");
    let piece = of_call("delta", 0, &json!({"delta": "a".repeat(1 << 20)}));
    let fault = fed(&(added("function_call", 0) + &piece.repeat(5))).unwrap_err();
    assert!(matches!(fault, DialectError::TooLong { what: "a tool call", .. }), "{fault}");
}

/// Were the way to each text kept with it, this would take gigabytes.
#[test]
fn many_texts_below_a_long_name_take_linear_time() {
    let item = json!({"type": "message", "n".repeat(1 << 20): vec!["a"; 1 << 15]});
    let bytes = data(&json!({"type": "response.output_item.done", "output_index": 0, "item": item}));
    assert!(fed(&(bytes + &completed("a"))).is_ok());
}
