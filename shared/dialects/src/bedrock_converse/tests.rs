//! What must hold for Converse beside what the suites try on its cases: every row lists what stands there, constraints
//! change what they name, and bad input is an error that says where.

use policy::{Constraints, ContentType};
use serde_json::{Map, Value, json};

use super::*;
use crate::address::Streams;
use crate::fields::Reads;
use crate::request::Edits;
use crate::stream::StreamEdits;
use crate::walk::TextPart;
use crate::wire::Wire;

const MARKER: &str = "a marker, planted here";

/// A value with the marker where the rest of a path leads.
fn plant(steps: &[String]) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return MARKER.into();
    };
    let value = plant(rest);
    match step.strip_suffix("[]") {
        Some(name) => json!({name: [value]}),
        None if step.starts_with('*') => json!({"any name": value}),
        None => json!({step: value}),
    }
}

/// The steps of a row's path from the top of a body: before a shape, those of the first row that reads it.
fn steps(field: &Field) -> Vec<String> {
    let own: Vec<String> = field.path.split('.').map(str::to_owned).collect();
    let Some(shape) = own[0].strip_prefix('@') else { return own };
    let reads = |other: &&Field| matches!(other.reads, Reads::Shape(name) if name == shape);
    let near = |other: &&Field| other.way == field.way || field.way == Way::Both && other.way != Way::Stream;
    let place = fields::FIELDS.iter().filter(reads).find(near).unwrap();
    let mut all = steps(place);
    all.extend(own.into_iter().skip(1));
    all
}

fn address(purpose: Purpose) -> Address {
    Address { model: Some("m".to_owned()), streams: Streams::Never, purpose }
}

fn request_parts(body: Value) -> Result<Vec<TextPart>, DialectError> {
    let mut body = body;
    let purpose = if body.get("input").is_some() { Purpose::Count } else { Purpose::Answer };
    let inner = if purpose == Purpose::Count { &mut body["input"]["converse"] } else { &mut body };
    inner.as_object_mut().unwrap().entry("messages").or_insert(json!([]));
    for tool in inner.pointer_mut("/toolConfig/tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(tool) = tool.as_object_mut().filter(|tool| !tool.contains_key("systemTool")) {
            tool.entry("toolSpec")
                .or_insert(json!({}))
                .as_object_mut()
                .unwrap()
                .entry("name")
                .or_insert("t".into());
        }
    }
    let request = BedrockConverse.read_request(&address(purpose), body.to_string().into_bytes())?;
    Ok(request.parts().to_vec())
}

/// The texts of an event, after what has to come before it.
fn event_parts(path: &str, body: Value) -> Result<Vec<TextPart>, DialectError> {
    let mut body = body;
    body["contentBlockIndex"] = 0.into();
    let name = match path.split('.').next().unwrap() {
        "role" => "messageStart",
        "start" => "contentBlockStart",
        "delta" => "contentBlockDelta",
        _ => "metadata",
    };
    let call = json!({"contentBlockIndex": 0, "start": {"toolUse": {}}});
    let mut events = vec![("messageStart", json!({}))];
    events.extend(path.starts_with("delta.toolUse").then_some(("contentBlockStart", call)));
    events.retain(|_| name != "messageStart");
    events.push((name, body));
    events.push(("contentBlockStop", json!({"contentBlockIndex": 0})));
    let mut stream = BedrockConverse.stream(&address(Purpose::Answer), EVENT_FRAMES).unwrap();
    let mut read = Vec::new();
    for (name, data) in events {
        let piece = Streamed::over(&mut Frames::default(), "", &[WireEvent::new(name, data.to_string())]);
        stream.feed(&piece.pieces.concat(), &mut read)?;
    }
    let mut parts = Vec::new();
    for event in read {
        let window = |window: usize| stream.windows()[window].part.clone();
        parts.extend(
            event.deltas.into_iter().map(|delta| TextPart { part: window(delta.window), text: delta.text }),
        );
        parts.extend(event.parts);
    }
    Ok(parts)
}

/// The rows where decisions depend on the type, so that text there is an error.
const NOT_TEXT: [&str; 6] = [
    "@tool_config.tools[]",
    "inferenceConfig.maxTokens",
    "inferenceConfig.temperature",
    "input.converse.toolConfig",
    "outputConfig",
    "toolConfig",
];

#[test]
fn what_stands_at_each_row_is_listed() {
    for field in fields::FIELDS {
        let (steps, path) = (steps(field), field.path);
        let body = plant(&steps);
        let of_requests = ["messages[]", "system[]", "toolConfig"].contains(&steps[0].as_str());
        let parts = match field.way {
            Way::Stream => event_parts(path, body),
            Way::Request => request_parts(body),
            Way::Answer | Way::Both if !of_requests => {
                let body = body.to_string().into_bytes();
                BedrockConverse
                    .read_answer(&address(Purpose::Answer), body)
                    .map(|answer| answer.parts().to_vec())
            }
            Way::Answer | Way::Both => request_parts(body),
        };
        let parts = match parts {
            Err(DialectError::Wrong { .. }) if NOT_TEXT.contains(&path) => continue,
            parts => parts.unwrap_or_else(|fault| panic!("{path}: {fault}")),
        };
        let markers = parts.iter().filter(|part| part.text.contains(MARKER)).count();
        assert_eq!(markers, 1, "{path}: {parts:?}");
        let exact = matches!(field.reads, Reads::Opaque | Reads::Sealed(_) | Reads::Structure | Reads::Text);
        if exact && !steps.iter().any(|step| step.starts_with('*')) {
            assert!(parts.iter().all(|part| !part.part.field.contains('{')), "{path}: {parts:?}");
        }
        if let Reads::Content(content) = field.reads {
            assert!(parts.iter().any(|part| part.part.content == content), "{path}: {parts:?}");
        }
    }
}

fn constrained(purpose: Purpose, body: &str, constraints: Constraints) -> Result<String, DialectError> {
    let request = BedrockConverse.read_request(&address(purpose), body.into())?;
    let body = request.rewrite(&Edits { texts: Vec::new(), constraints })?;
    Ok(String::from_utf8(body).unwrap())
}

fn only(names: &[&str]) -> Constraints {
    let tools = Some(names.iter().map(|name| (*name).to_owned()).collect());
    Constraints { tools, ..Constraints::default() }
}

/// Body, constraints, body afterwards.
#[test]
fn constraints_change_what_they_name_and_nothing_else() {
    let both = || Constraints { max_tokens: Some(100), temperature: Some(0.5), ..Constraints::default() };
    let model = || Constraints { model: Some("n".to_owned()), ..Constraints::default() };
    let prompts = || Constraints { system_prompts: vec!["A \"b\"".to_owned()], ..Constraints::default() };
    let two = r#"{"toolSpec":{"name":"a"}}, {"systemTool":{"name":"b"}},{"cachePoint":{"type":"default"}}"#;
    let chosen = r#""toolChoice":{"tool":{"name":"a"}}"#;
    let rows: Vec<(String, Constraints, String)> = vec![
        (r#"{"messages":[]}"#.into(), both(), r#"{"inferenceConfig":{"maxTokens":100,"temperature":0.5},"messages":[]}"#.into()),
        (r#"{"messages":[],"inferenceConfig":null}"#.into(), both(), r#"{"messages":[],"inferenceConfig":{"maxTokens":100,"temperature":0.5}}"#.into()),
        (r#"{"messages":[],"inferenceConfig":{"maxTokens":200,"temperature":0.30}}"#.into(), both(), r#"{"messages":[],"inferenceConfig":{"maxTokens":100,"temperature":0.30}}"#.into()),
        (r#"{"messages":[]}"#.into(), model(), r#"{"messages":[]}"#.into()),
        (r#"{"messages":[]}"#.into(), prompts(), r#"{"system":[{"text":"A \"b\""}],"messages":[]}"#.into()),
        (r#"{"messages":[],"system":[{"text":"Z"}]}"#.into(), prompts(), r#"{"messages":[],"system":[{"text":"A \"b\""},{"text":"Z"}]}"#.into()),
        (format!(r#"{{"messages":[],"toolConfig":{{"tools":[{two}],{chosen}}}}}"#), only(&["b"]), r#"{"messages":[],"toolConfig":{"tools":[{"systemTool":{"name":"b"}},{"cachePoint":{"type":"default"}}]}}"#.into()),
        (format!(r#"{{"messages":[],"toolConfig":{{"tools":[{two}],{chosen}}}}}"#), only(&["a"]), format!(r#"{{"messages":[],"toolConfig":{{"tools":[{{"toolSpec":{{"name":"a"}}}},{{"cachePoint":{{"type":"default"}}}}],{chosen}}}}}"#)),
        (format!(r#"{{"messages":[],"toolConfig":{{"tools":[{two}],{chosen}}}}}"#), only(&[]), r#"{"messages":[]}"#.into()),
    ];
    for (body, constraints, wanted) in rows {
        assert_eq!(constrained(Purpose::Answer, &body, constraints).unwrap(), wanted, "{body}");
    }
    let counted = |body: &str| format!(r#"{{"input":{{"converse":{body}}}}}"#);
    let body = counted(r#"{"messages":[]}"#);
    assert_eq!(constrained(Purpose::Count, &body, both()).unwrap(), body, "nothing is answered");
    let body = counted(&format!(r#"{{"messages":[],"toolConfig":{{"tools":[{two}]}}}}"#));
    assert_eq!(constrained(Purpose::Count, &body, only(&[])).unwrap(), counted(r#"{"messages":[]}"#));
}

#[test]
fn a_tool_that_comes_in_mid_conversation_cannot_be_taken_out() {
    let body = r#"{"messages":[{"role":"user","content":[{"toolAddition":{"tool":{"name":"rm"}}}]}]}"#;
    let fault = constrained(Purpose::Answer, body, only(&["a"])).unwrap_err();
    assert_eq!(fault, DialectError::Unconstrainable { field: "messages[0].content[0]".to_owned() });
    assert_eq!(constrained(Purpose::Answer, body, only(&["rm"])).unwrap(), body);
}

#[test]
fn what_decisions_depend_on_must_have_its_type() {
    let tool = "a tool with a name";
    for (purpose, body, field, expected) in [
        (Purpose::Answer, r#"{}"#, "messages", "a list"),
        (Purpose::Answer, r#"{"messages":"hi"}"#, "messages", "a list"),
        (Purpose::Answer, r#"{"messages":[],"system":"hi"}"#, "system", "a list"),
        (Purpose::Answer, r#"{"messages":[],"inferenceConfig":[]}"#, "inferenceConfig", "an object"),
        (
            Purpose::Answer,
            r#"{"messages":[],"inferenceConfig":{"maxTokens":"9"}}"#,
            "maxTokens",
            "a whole number",
        ),
        (
            Purpose::Answer,
            r#"{"messages":[],"inferenceConfig":{"temperature":"hot"}}"#,
            "temperature",
            "a number",
        ),
        (Purpose::Answer, r#"{"messages":[],"toolConfig":[]}"#, "toolConfig", "an object"),
        (Purpose::Answer, r#"{"messages":[],"toolConfig":{"tools":{}}}"#, "tools", "a list"),
        (Purpose::Answer, r#"{"messages":[],"toolConfig":{"tools":[{}]}}"#, "toolConfig.tools[0]", tool),
        (Purpose::Answer, r#"{"messages":[],"toolConfig":{"tools":["a"]}}"#, "toolConfig.tools[0]", tool),
        (
            Purpose::Answer,
            r#"{"messages":[],"toolConfig":{"tools":[{"toolSpec":{"name":"a"},"systemTool":{"name":"b"}}]}}"#,
            "toolConfig.tools[0]",
            tool,
        ),
        (
            Purpose::Answer,
            r#"{"messages":[],"input":{"converse":{}}}"#,
            "input",
            "absent where nothing is counted",
        ),
        (Purpose::Count, r#"{"messages":[]}"#, "input", "an object"),
        (Purpose::Count, r#"{"input":{}}"#, "input.converse", "an object"),
        (Purpose::Count, r#"{"input":{"converse":{}}}"#, "input.converse.messages", "a list"),
        (
            Purpose::Count,
            r#"{"input":{"invokeModel":{"body":"e30="}}}"#,
            "input.invokeModel",
            "given as `input.converse`, which can be looked through",
        ),
    ] {
        let fault = BedrockConverse.read_request(&address(purpose), body.into()).unwrap_err();
        assert_eq!(fault, DialectError::Wrong { field: field.to_owned(), expected }, "{body}");
    }
}

/// A prompt that the vendor keeps has messages of its own.
#[test]
fn a_kept_prompt_needs_no_messages() {
    let arn = "arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:1";
    let address = Address { model: Some(arn.to_owned()), ..address(Purpose::Answer) };
    let body = r#"{"promptVariables":{"who":{"text":"Ada"}}}"#;
    let request = BedrockConverse.read_request(&address, body.into()).unwrap();
    assert_eq!((request.model(), request.messages()), (arn, 0));
    let parts: Vec<_> = request.parts().iter().map(|part| (&*part.part.field, part.part.content)).collect();
    assert_eq!(parts, [("promptVariables{0}.text", ContentType::Text), ("modelId", ContentType::Stored)]);
}

#[test]
fn what_is_no_stream_of_the_dialect_is_an_error() {
    let start = ("messageStart", r#"{"role":"assistant"}"#);
    let text = ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#);
    let call = ("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"toolUse":{"name":"f"}}}"#);
    let input = ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}"#);
    let signed =
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"#);
    let thought =
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"a"}}}"#);
    let stop = ("contentBlockStop", r#"{"contentBlockIndex":0}"#);
    let end = ("messageStop", r#"{"stopReason":"end_turn"}"#);
    let stray = "`output.message.content[0]` goes on, but has not begun or has ended";
    let early = "`output.message` goes on, but has not begun or has ended";
    let (cut, after) = ("the answer is cut short", "something follows the end of the answer");
    let rows: &[(&[(&str, &str)], &str)] = &[
        (&[], cut),
        (&[start], cut),
        (&[start, text, stop], cut),
        (&[text], early),
        (&[end], early),
        (&[start, start], early),
        (&[start, text, stop, text], stray),
        (&[start, text, stop, stop], stray),
        (&[start, input], stray),
        (&[start, call, text], stray),
        (&[start, text, call], stray),
        (&[start, call, end], stray),
        (&[start, thought, signed, thought], stray),
        (&[start, end, text], after),
        (&[start, end, end], after),
        (&[start, ("contentBlockDelta", "{}")], "`contentBlockIndex` must be a whole number"),
        (&[start, ("contentBlockDelta", r#"{"contentBlockIndex":0}"#)], "`delta` must be an object"),
        (&[start, ("contentBlockStart", r#"{"contentBlockIndex":0}"#)], "`start` must be an object"),
        (&[("messageStart", "[1]")], "`messageStart` must be an object"),
        (&[("messageStart", "")], "the body is not JSON: expected a value at byte 0"),
    ];
    for (events, wanted) in rows {
        let events: Vec<WireEvent> = events.iter().map(|(name, data)| WireEvent::new(name, *data)).collect();
        let bytes = Streamed::over(&mut Frames::default(), "", &events).pieces.concat();
        let (mut stream, mut read) =
            (BedrockConverse.stream(&Address::PLAIN, EVENT_FRAMES).unwrap(), Vec::new());
        let fault = stream.feed(&bytes, &mut read).and_then(|()| stream.finish(&mut read)).unwrap_err();
        assert_eq!(fault.to_string(), *wanted, "{events:?}");
    }
}

/// Each text of a list is a window of its own, and what was held of it goes out in its place of the list.
#[test]
fn what_was_held_of_a_list_goes_out_in_its_place() {
    let delta = json!({"contentBlockIndex": 0, "delta": {"toolResult": [{"text": "one"}, {"text": "two"}]}});
    let start = json!({"contentBlockIndex": 0, "start": {"toolResult": {"toolUseId": "t"}}});
    let events = [("messageStart", json!({})), ("contentBlockStart", start), ("contentBlockDelta", delta)];
    let events = events.map(|(name, data)| WireEvent::new(name, data.to_string()));
    let bytes = Streamed::over(&mut Frames::default(), "", &events).pieces.concat();
    let mut stream = BedrockConverse.stream(&address(Purpose::Answer), EVENT_FRAMES).unwrap();
    let mut read = Vec::new();
    stream.feed(&bytes, &mut read).unwrap();
    for event in read {
        let held = StreamEdits { deltas: vec![String::new(); event.deltas.len()], texts: Vec::new() };
        stream.write(event, &held).unwrap();
    }
    let rows = [(0, json!([{"text": "[A]"}])), (1, json!([{"text": ""}, {"text": "[A]"}]))];
    for (window, wanted) in rows {
        let (bytes, mut said) = (stream.say(window, "[A]"), Vec::new());
        Frames::default().feed(&bytes, &mut said).unwrap();
        let data: Value = serde_json::from_str(&said[0].data).unwrap();
        assert_eq!(data["delta"]["toolResult"], wanted, "{window}");
    }
}

#[test]
fn only_frames_are_a_stream() {
    for content_type in ["text/event-stream", "application/json", ""] {
        assert!(BedrockConverse.stream(&Address::PLAIN, content_type).is_none());
    }
}

/// Clients go by the header, and show the message.
#[test]
fn refusals_name_their_kind_in_a_header() {
    for kind in RefusalKind::ALL {
        let (message, decision_id) = ("No.".to_owned(), "d-1".to_owned());
        let reply = BedrockConverse.refuse(&Refusal { kind, message, rule: None, decision_id });
        let (name, value) = &reply.headers[0];
        assert_eq!((*name, value.ends_with("Exception")), ("x-amzn-errortype", true));
        let body: Map<String, Value> = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((&body["message"], reply.status), (&json!("No."), kind.status()));
    }
}
