//! What the suites of all dialects do not reach: both spellings, the body of a count, lists that are streamed.

use policy::{ActionKind, Constraints, ContentType};
use serde_json::{Map, Value, json};

use super::*;
use crate::address::Purpose;
use crate::answer::Usage;
use crate::fields::Reads;
use crate::json::Document;
use crate::paths::snake_case;
use crate::request::Edits;
use crate::stream::{StreamEdits, StreamEvent};
use crate::walk::walk;

fn at(streams: Streams, purpose: Purpose) -> Address {
    Address { model: Some("m".to_owned()), streams, purpose }
}

fn read(body: &Value) -> Result<Request, DialectError> {
    GeminiGenerate.read_request(&at(Streams::Never, Purpose::Answer), body.to_string().into_bytes())
}

const MARKER: &str = "a marker, planted here";

/// A value with the marker where a path leads, and as few other members as can be.
fn plant(path: &str) -> Value {
    let mut value = Value::from(MARKER);
    for step in path.split('.').rev().filter(|step| !step.is_empty()) {
        let (name, list) = step.split_once('[').map_or((step, false), |(name, _)| (name, true));
        value = if list { json!([value]) } else { value };
        value = if name == "**" { json!({"any name": value}) } else { json!({name: value}) };
    }
    value
}

/// The places of a row from the top of a body: for a shape, behind the first row that reads it.
fn from_the_top(field: &Field) -> String {
    let Some((shape, rest)) =
        field.path.strip_prefix('@').map(|path| path.split_once('.').unwrap_or((path, "")))
    else {
        return field.path.to_owned();
    };
    let reads = |other: &&Field| matches!(other.reads, Reads::Shape(name) if name == shape);
    let near = |other: &&Field| {
        other.way == field.way || field.way == Way::Both && other.way == Way::Answer || other.way == Way::Both
    };
    let place = fields::FIELDS.iter().find(|other| reads(other) && near(other)).unwrap();
    format!("{}.{rest}", from_the_top(place)).trim_matches('.').to_owned()
}

fn respell(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(respell).collect(),
        Value::Object(members) => {
            let respelt = members.into_iter().map(|(name, value)| (snake_case(&name), respell(value)));
            respelt.collect::<Map<_, _>>().into()
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => value,
    }
}

#[test]
fn what_stands_at_each_row_is_listed_in_both_spellings() {
    for field in fields::FIELDS {
        let body = plant(&from_the_top(field));
        for body in [body.clone(), respell(body)] {
            let document = Document::read(body.to_string().into()).unwrap();
            let (paths, way) = match field.way {
                Way::Request => (&REQUEST, Way::Request),
                Way::Answer | Way::Both | Way::Stream => (&ANSWER, Way::Answer),
            };
            let parts = walk(&document, paths, way).unwrap().parts;
            let found = parts.iter().filter(|part| part.text.contains(MARKER)).count();
            assert_eq!(found, 1, "{}: {body} {parts:?}", field.path);
            let exact =
                matches!(field.reads, Reads::Opaque | Reads::Sealed(_) | Reads::Structure | Reads::Text);
            if exact && !field.path.ends_with("**") {
                assert!(parts.iter().all(|part| !part.part.field.contains('{')), "{}: {parts:?}", field.path);
            }
            if let Reads::Content(content) = field.reads {
                assert!(parts.iter().any(|part| part.part.content == content), "{}: {parts:?}", field.path);
            }
        }
    }
}

#[test]
fn a_member_in_two_spellings_or_in_another_letter_case_is_refused() {
    let rows = [
        json!({"contents": [], "systemInstruction": {}, "system_instruction": {}}),
        json!({"contents": [], "generationConfig": {"maxOutputTokens": 9, "max_output_tokens": 99}}),
        json!({"contents": [{"parts": [{"functionCall": {}, "function_call": {}}]}]}),
        json!({"contents": [], "tools": [{"functionDeclarations": [], "function_declarations": []}]}),
        json!({"contents": [], "cachedContent": null, "cached_content": "cachedContents/1"}),
    ];
    for body in rows {
        assert!(matches!(read(&body), Err(DialectError::Duplicate { .. })), "{body}");
    }
    for (body, field) in [
        (json!({"contents": [], "System_Instruction": {}}), "systemInstruction"),
        (json!({"contents": [], "systeminstruction": {}}), "systemInstruction"),
        (json!({"contents": [{"parts": [{"Text": "a"}]}]}), "contents[0].parts[0].text"),
    ] {
        assert_eq!(read(&body).unwrap_err(), DialectError::Misspelt { field: field.to_owned() });
    }
}

#[test]
fn what_decisions_depend_on_must_have_its_type() {
    let rows = [
        (json!({}), "contents"),
        (json!({"generateContentRequest": {"contents": []}}), "generateContentRequest"),
        (json!({"contents": null}), "contents"),
        (json!({"contents": "hello"}), "contents"),
        (json!({"contents": ["hello"]}), "contents[0]"),
        (json!({"contents": [], "model": 7}), "model"),
        (json!({"contents": [], "model": "models/other"}), "model"),
        (
            json!({"contents": [], "generationConfig": {"routingConfig": {"manualMode": {"modelName": "other"}}}}),
            "model",
        ),
        (json!({"contents": [], "system_instruction": "Be kind."}), "systemInstruction"),
        (json!({"contents": [], "generation_config": []}), "generationConfig"),
        (json!({"contents": [], "generationConfig": {"maxOutputTokens": "100"}}), "maxOutputTokens"),
        (json!({"contents": [], "generation_config": {"max_output_tokens": -1}}), "max_output_tokens"),
        (json!({"contents": [], "generationConfig": {"temperature": "hot"}}), "temperature"),
        (json!({"contents": [], "generationConfig": {"candidateCount": 1.5}}), "candidateCount"),
        (json!({"contents": [], "toolConfig": []}), "toolConfig"),
        (json!({"contents": [], "tools": "all"}), "tools"),
        (json!({"contents": [], "tools": ["a"]}), "tools[0]"),
        (json!({"contents": [], "tools": [{}]}), "tools[0]"),
        (
            json!({"contents": [], "tools": [{"functionDeclarations": [{}]}]}),
            "tools[0].functionDeclarations[0].name",
        ),
        (json!({"contents": [], "tools": [{"functionDeclarations": "a"}]}), "tools[0].functionDeclarations"),
        (
            json!({"contents": [], "tools": [{"mcpServers": [{"name": "a"}]}]}),
            "tools[0].mcpServers[0].streamableHttpTransport.url",
        ),
    ];
    for (body, wanted) in rows {
        let Err(DialectError::Wrong { field, .. }) = read(&body) else { panic!("{body}") };
        assert_eq!(field, wanted, "{body}");
    }
}

#[test]
fn the_body_may_name_the_model_of_the_path_again() {
    for model in ["m", "models/m", "publishers/google/models/m"] {
        assert_eq!(read(&json!({"contents": [], "model": model})).unwrap().model(), "m");
    }
}

#[test]
fn a_count_has_no_answer_and_its_request_may_stand_in_a_member() {
    let address = at(Streams::Never, Purpose::Count);
    let inner = json!({"model": "models/m", "contents": [{"parts": [{"text": "Hello"}]}], "generationConfig": {"maxOutputTokens": 900}});
    for body in [inner.clone(), json!({"generateContentRequest": inner})] {
        let request = GeminiGenerate.read_request(&address, body.to_string().into()).unwrap();
        assert_eq!((request.messages(), request.last_user_text()), (1, Some("Hello")), "{body}");
        assert_eq!(request.estimated_tokens(), 1);
    }
    for body in [
        json!({"generateContentRequest": {"model": "models/other", "contents": []}}),
        json!({"generate_content_request": {"contents": []}, "contents": []}),
        json!({"generateContentRequest": [{"contents": []}]}),
    ] {
        assert!(GeminiGenerate.read_request(&address, body.to_string().into()).is_err(), "{body}");
    }
}

#[test]
fn kept_contents_and_mcp_servers_are_told() {
    let body = json!({"contents": [], "cached_content": "cachedContents/1", "tools": {"mcp_servers": [{"name": "crm",
        "streamable_http_transport": {"url": "https://crm.example/mcp", "headers": {"X-Key": "k"}}}]}});
    let request = read(&body).unwrap();
    assert!(request.parts().iter().any(|part| part.part.content == ContentType::Stored));
    let [server] = request.actions() else { panic!("{:?}", request.actions()) };
    assert_eq!((server.kind, server.name.as_str()), (ActionKind::McpServer, "crm"));
    assert_eq!(server.urls[0].as_str(), "https://crm.example/mcp");
    assert_eq!(server.arguments, json!({"url": "https://crm.example/mcp", "headers": {"X-Key": "k"}}));
    assert_eq!(request.tools(), ["crm"]);
}

#[test]
fn media_are_what_their_type_says() {
    let rows = [
        (json!({"mimeType": "image/png", "data": "AAAA"}), ContentType::Image),
        (json!({"mime_type": "Audio/wav", "data": "AAAA"}), ContentType::Audio),
        (json!({"mimeType": "video/mp4", "data": "AAAA"}), ContentType::File),
        (json!({"mimeType": "text/plain", "data": "AAAA"}), ContentType::File),
        (json!({"mimeType": 7, "data": "AAAA"}), ContentType::File),
        (json!({"data": "AAAA"}), ContentType::File),
        (json!("AAAA"), ContentType::File),
        (json!([{"data": "AAAA"}]), ContentType::File),
    ];
    for (media, wanted) in rows {
        for name in ["inlineData", "inline_data", "fileData", "file_data"] {
            let body = json!({"contents": [{"parts": [{name: media}]}]});
            let content = read(&body).unwrap().parts()[0].part.content;
            assert_eq!(content, wanted, "{body}");
        }
    }
}

fn constrained(body: &str, constraints: Constraints) -> Result<String, DialectError> {
    let request = GeminiGenerate.read_request(&at(Streams::Never, Purpose::Answer), body.into()).unwrap();
    let rewritten = request.rewrite(&Edits { texts: Vec::new(), constraints });
    rewritten.map(|body| String::from_utf8(body).unwrap())
}

#[test]
fn bounds_are_lowered_in_the_spelling_that_is_there() {
    let both = Constraints { max_tokens: Some(100), temperature: Some(0.5), ..Constraints::default() };
    let rows = [
        (
            r#"{"contents":[]}"#,
            r#"{"generationConfig":{"maxOutputTokens":100,"temperature":0.5},"contents":[]}"#,
        ),
        (
            r#"{"contents":[],"generationConfig":null}"#,
            r#"{"contents":[],"generationConfig":{"maxOutputTokens":100,"temperature":0.5}}"#,
        ),
        (
            r#"{"contents":[],"generation_config":{}}"#,
            r#"{"contents":[],"generation_config":{"maxOutputTokens":100,"temperature":0.5}}"#,
        ),
        (
            r#"{"contents":[],"generation_config":{"max_output_tokens":200,"temperature":0.9}}"#,
            r#"{"contents":[],"generation_config":{"max_output_tokens":100,"temperature":0.5}}"#,
        ),
        (
            r#"{"contents":[],"generationConfig":{"maxOutputTokens":0,"temperature":0.3}}"#,
            r#"{"contents":[],"generationConfig":{"maxOutputTokens":100,"temperature":0.3}}"#,
        ),
        (
            r#"{"contents":[],"generationConfig":{"topK":9}}"#,
            r#"{"contents":[],"generationConfig":{"temperature":0.5,"maxOutputTokens":100,"topK":9}}"#,
        ),
    ];
    for (body, wanted) in rows {
        assert_eq!(constrained(body, both.clone()).unwrap(), wanted, "{body}");
    }
}

#[test]
fn tools_that_may_not_stay_go_with_what_would_choose_them() {
    let keep = |names: &[&str]| Constraints {
        tools: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Constraints::default()
    };
    let functions = r#""tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"}]},{"googleSearch":{}}]"#;
    let config = r#""toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["a","b"]}}"#;
    let rows = [
        (format!(r#"{{"contents":[],{functions},{config}}}"#), keep(&["b"]),
         r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"b"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["b"]}}}"#),
        (format!(r#"{{"contents":[],{functions},{config}}}"#), keep(&["google_search"]),
         r#"{"contents":[],"tools":[{"googleSearch":{}}],"toolConfig":{}}"#),
        (format!(r#"{{"contents":[],{functions},{config}}}"#), keep(&[]), r#"{"contents":[],"toolConfig":{}}"#),
        (r#"{"contents":[],"tools":{"function_declarations":{"name":"a"},"code_execution":{}},"tool_config":{"function_calling_config":{"allowed_function_names":["a"]}}}"#.to_owned(), keep(&["code_execution"]),
         r#"{"contents":[],"tools":{"code_execution":{}},"tool_config":{}}"#),
        (r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["c"]}}}"#.to_owned(), keep(&["a"]),
         r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}"#),
        (r#"{"contents":[],"tools":[{"mcpServers":[{"name":"crm","streamableHttpTransport":{"url":"https://c.example"}}]}]}"#.to_owned(), keep(&["a"]),
         r#"{"contents":[]}"#),
    ];
    for (body, constraints, wanted) in rows {
        assert_eq!(constrained(&body, constraints).unwrap(), wanted, "{body}");
    }
}

#[test]
fn a_text_is_put_in_front_of_the_instructions() {
    let prompts =
        Constraints { system_prompts: vec!["A \"b\"".to_owned(), "C".to_owned()], ..Constraints::default() };
    let rows = [
        (r#"{"contents":[]}"#, r#"{"systemInstruction":{"parts":[{"text":"A \"b\"\n\nC"}]},"contents":[]}"#),
        (
            r#"{"contents":[],"system_instruction":{"parts":[{"text":"Z"}]}}"#,
            r#"{"contents":[],"system_instruction":{"parts":[{"text":"A \"b\"\n\nC"},{"text":"Z"}]}}"#,
        ),
        (
            r#"{"contents":[],"system_instruction":{"parts":{"text":"Z"}}}"#,
            r#"{"contents":[],"system_instruction":{"parts":{"text":"A \"b\"\n\nC\n\nZ"}}}"#,
        ),
        (
            r#"{"contents":[],"systemInstruction":{}}"#,
            r#"{"contents":[],"systemInstruction":{"parts":[{"text":"A \"b\"\n\nC"}]}}"#,
        ),
    ];
    for (body, wanted) in rows {
        assert_eq!(constrained(body, prompts.clone()).unwrap(), wanted, "{body}");
    }
    let fault =
        constrained(r#"{"contents":[],"systemInstruction":{"parts":{"fileData":{}}}}"#, prompts).unwrap_err();
    assert_eq!(fault, DialectError::Unconstrainable { field: "systemInstruction.parts".to_owned() });
}

fn refusal(kind: RefusalKind) -> Refusal {
    Refusal {
        kind,
        message: "Blocked.".to_owned(),
        rule: Some("no-sql".to_owned()),
        decision_id: "d-1".to_owned(),
    }
}

/// What goes out of a stream when all may: by `finish`, if it is reached.
fn passed(stream: &mut dyn AnswerStream, bytes: &[u8], ends: bool) -> Result<Vec<u8>, DialectError> {
    let (mut events, mut out) = (Vec::new(), Vec::new());
    stream.feed(bytes, &mut events)?;
    if ends {
        stream.finish(&mut events)?;
    }
    for event in events {
        let deltas = event.deltas.iter().map(|delta| delta.text.clone()).collect();
        out.extend(stream.write(event, &StreamEdits { deltas, texts: Vec::new() })?);
    }
    Ok(out)
}

fn list_stream() -> Box<dyn AnswerStream> {
    GeminiGenerate.stream(&at(Streams::List, Purpose::Answer), "application/json").unwrap()
}

fn event_stream() -> Box<dyn AnswerStream> {
    GeminiGenerate.stream(&at(Streams::Always, Purpose::Answer), "text/event-stream").unwrap()
}

const ONE: &str = r#"{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"}}]}"#;
const LAST: &str =
    r#"{"candidates":[{"content":{"parts":[{"text":"b"}],"role":"model"},"finishReason":"STOP"}]}"#;

#[test]
fn a_list_is_streamed_as_a_list() {
    let came = format!("[{ONE}\n,\r\n{LAST}\n]\n");
    let out = passed(&mut *list_stream(), came.as_bytes(), true).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), format!("[{ONE},\r\n{LAST}]"));
    assert!(GeminiGenerate.stream(&at(Streams::Always, Purpose::Answer), "application/json").is_none());
    assert!(GeminiGenerate.stream(&at(Streams::Never, Purpose::Answer), "application/json").is_none());
    // A client asked for a list, and the server answers in events.
    assert!(GeminiGenerate.stream(&at(Streams::List, Purpose::Answer), "text/event-stream").is_some());
}

#[test]
fn a_refusal_in_a_list_leaves_a_list() {
    for (bytes, ends) in [("[", false), (&*format!("[{ONE}"), false), (&*format!("[{ONE},{LAST}]"), true)] {
        for kind in [RefusalKind::Policy, RefusalKind::UpstreamSlow] {
            let mut stream = list_stream();
            let mut out = passed(&mut *stream, bytes.as_bytes(), ends).unwrap();
            out.extend(stream.refuse(&refusal(kind)));
            let list: Vec<Value> =
                serde_json::from_slice(&out).unwrap_or_else(|fault| panic!("{fault} {bytes}"));
            let last = list.last().unwrap();
            match (ends, kind) {
                (true, _) => assert_eq!(list.len(), 2),
                (false, RefusalKind::Policy) => {
                    assert_eq!(last["candidates"][0]["finishReason"], "PROHIBITED_CONTENT");
                    assert_eq!(last["candidates"][0]["finishMessage"], "Blocked.");
                }
                (false, _) => assert_eq!(last["error"]["status"], "DEADLINE_EXCEEDED"),
            }
        }
    }
    // The end of the list was made, and did not go out.
    let mut stream = list_stream();
    let made = passed(&mut *stream, format!("[{ONE},{LAST}]").as_bytes(), true).unwrap();
    let went = made.strip_suffix(format!(",\r\n{LAST}]").as_bytes()).unwrap();
    let out = [went, &stream.fail(&refusal(RefusalKind::Internal))].concat();
    let list: Vec<Value> = serde_json::from_slice(&out).unwrap();
    assert_eq!(list[1]["error"]["code"], 500);
}

/// Google's client takes every other line for JSON.
#[test]
fn events_have_no_names_and_no_comments() {
    let mut stream = event_stream();
    let out = passed(&mut *stream, format!("event: x\ndata: {ONE}\n\n").as_bytes(), false).unwrap();
    let more = [out, stream.keep_alive().to_vec(), stream.refuse(&refusal(RefusalKind::Internal))].concat();
    let text = String::from_utf8(more).unwrap();
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with("data: {")), "{text}");
    // A client raises an error where it is the first member.
    assert!(text.contains("data: {\"error\":{"), "{text}");
}

#[test]
fn a_streamed_answer_says_what_the_whole_one_says_in_a_list_as_well() {
    let usage = Usage { input_tokens: 3, output_tokens: 4 };
    let says = crate::dialect::Says::Text("Hello, größe 🔑.".to_owned());
    let said = Said { id: "i".to_owned(), model: "m".to_owned(), created: 0, says, usage };
    let address = at(Streams::List, Purpose::Answer);
    let composed = GeminiGenerate.compose_stream(&address, &said, 2).unwrap();
    let mut stream = GeminiGenerate.stream(&address, composed.content_type).unwrap();
    let mut events: Vec<StreamEvent> = Vec::new();
    composed.pieces.iter().for_each(|piece| stream.feed(piece, &mut events).unwrap());
    stream.finish(&mut events).unwrap();
    let text: String =
        events.iter().flat_map(|event| &event.deltas).map(|delta| delta.text.as_str()).collect();
    assert_eq!(text, "Hello, größe 🔑.");
    assert_eq!(stream.usage(), Some(usage));
    assert_eq!(events.iter().position(|event| event.ends), Some(events.len() - 2));
}

/// The whole call is there before any of it goes out, and then goes out as one part.
#[test]
fn a_call_in_pieces_goes_out_whole() {
    let part = |call: &str| {
        format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"functionCall\":{call}}}]}}}}]}}\n\n")
    };
    let pieces = [
        part(r#"{"name":"fetch","id":"c1","willContinue":true}"#),
        part(
            r#"{"partialArgs":[{"jsonPath":"$.q","stringValue":"SEL","willContinue":true}],"willContinue":true}"#,
        ),
        part(r#"{"partial_args":[{"json_path":"$.q","string_value":"ECT"}],"will_continue":true}"#),
    ];
    let mut stream = event_stream();
    for piece in pieces {
        assert!(passed(&mut *stream, piece.as_bytes(), false).unwrap().is_empty(), "{piece}");
    }
    let out = passed(&mut *stream, part("{}").as_bytes(), false).unwrap();
    let wanted = r#"data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"functionCall":{"args":{"q":"SELECT"},"id":"c1","name":"fetch"}}]}}]}"#;
    assert_eq!(String::from_utf8(out).unwrap(), format!("{wanted}\n\n"));
}

/// What is held goes out before or with the signature of its part, and a new text begins after it.
#[test]
fn a_signature_ends_a_text() {
    let part = |part: &str| format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{part}]}}}}]}}\n\n");
    let (mut stream, mut events) = (event_stream(), Vec::new());
    for part in [
        part(r#"{"text":"a"}"#),
        part(r#"{"text":"b","thoughtSignature":"c2ln"}"#),
        part(r#"{"text":"c"}"#),
        part(r#"{"text":"","thought_signature":"c2ln"}"#),
    ] {
        stream.feed(part.as_bytes(), &mut events).unwrap();
    }
    let closes: Vec<&[usize]> = events.iter().map(|event| &*event.closes).collect();
    assert_eq!(closes, [&[][..], &[0], &[], &[1]]);
    let fields: Vec<&str> = stream.windows().iter().map(|window| window.part.field.as_str()).collect();
    assert_eq!(fields, ["candidates[0].content.parts[0].text", "candidates[0].content.parts[1].text"]);
}

/// Were pieces looked for one by one, this would not end in a day.
#[test]
fn many_parts_in_one_chunk_take_linear_time() {
    let parts = vec![r#"{"text":"a"}"#; 1 << 16].join(",");
    let bytes = format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{parts}]}}}}]}}\n\n");
    let (mut stream, mut events) = (event_stream(), Vec::new());
    stream.feed(bytes.as_bytes(), &mut events).unwrap();
    let edits = StreamEdits { deltas: vec![String::new(); 1 << 16], texts: Vec::new() };
    assert!(stream.write(events.remove(0), &edits).unwrap().is_empty());
}

const STRAY: &str = "`candidates[0].content.parts` goes on, but has not begun or has ended";
const CUT: &str = "the answer is cut short";
const AFTER: &str = "something follows the end of the answer";
const MISFIT: &str = "`candidates[0].content.parts[0].functionCall` must be pieces that fit together";

#[test]
fn what_is_no_stream_of_the_dialect_is_an_error() {
    let chunk = |candidates: &str| format!("data: {{\"candidates\":[{candidates}]}}\n\n");
    let parts = |parts: &str| chunk(&format!("{{\"content\":{{\"parts\":[{parts}]}}}}"));
    let call = |call: &str| parts(&format!("{{\"functionCall\":{{{call}}}}}"));
    let piece = |piece: &str| call(&format!("\"partialArgs\":[{{{piece}}}],\"willContinue\":true"));
    let text = parts(r#"{"text":"a"}"#);
    let end = chunk(r#"{"finishReason":"STOP"}"#);
    let begins = call(r#""name":"f","willContinue":true"#);
    let goes_on = piece(r#""jsonPath":"$.a","stringValue":"x","willContinue":true"#);
    let deep = format!("$.a{}", "[0]".repeat(70));
    let thoughts: String =
        (0..1025).map(|at| parts(&format!("{{\"text\":\"a\",\"thought\":{}}}", at % 2 == 0))).collect();
    let rows = [
        (String::new(), CUT),
        (text.clone(), CUT),
        ("data: {\"usageMetadata\":{}}\n\n".into(), CUT),
        (format!("{end}{text}"), STRAY),
        (format!("{end}{}", chunk(r#"{"index":1}"#)), AFTER),
        (format!("data: {{\"error\":{{}}}}\n\n{end}"), AFTER),
        ("data: hello\n\n".into(), "the body is not JSON: expected a value at byte 0"),
        ("data: [1]\n\n".into(), "`candidates` must be a list"),
        ("data: {\"choices\":[]}\n\n".into(), "`candidates` must be a list"),
        ("data: {\"candidates\":{}}\n\n".into(), "`candidates` must be a list"),
        (chunk("7"), "`candidates[0]` must be an object"),
        (chunk(r#"{"index":-1}"#), "`index` must be a whole number"),
        (chunk(r#"{"content":"a"}"#), "`candidates[0].content` must be an object"),
        (chunk(r#"{"content":{"parts":{}}}"#), "`parts` must be a list"),
        (parts("7"), "`candidates[0].content.parts` must be a list of objects"),
        (parts(r#"{"text":"a","thought":"yes"}"#), "`thought` must be true or false"),
        (parts(r#"{"Text":"a"}"#), "`candidates[0].content.parts[0].text` is written in another letter case"),
        (
            chunk(r#"{"finishReason":"STOP","finish_reason":"STOP"}"#),
            "a member name stands twice in one object, at byte 38",
        ),
        // Calls in pieces.
        (format!("{begins}{end}"), CUT),
        (format!("{begins}{text}"), STRAY),
        (format!("{begins}{}", call(r#""name":"g""#)), MISFIT),
        (format!("{begins}{goes_on}{}", call("")), MISFIT),
        (format!("{begins}{goes_on}{}", piece(r#""jsonPath":"$.b","stringValue":"y""#)), MISFIT),
        (format!("{begins}{goes_on}{}", piece(r#""jsonPath":"$.a","numberValue":1"#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$.a""#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$","stringValue":"x""#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$.a[1]","stringValue":"x""#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$..a","stringValue":"x""#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$[*]","stringValue":"x""#)), MISFIT),
        (format!("{begins}{}", piece(&format!("\"jsonPath\":\"{deep}\",\"stringValue\":\"x\""))), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$.a","stringValue":"x","boolValue":true"#)), MISFIT),
        (format!("{begins}{}", piece(r#""jsonPath":"$.a","stringValue":7"#)), MISFIT),
        (format!("{begins}{}", call(r#""partialArgs":{},"willContinue":true"#)), MISFIT),
        (thoughts, "more than 1024 texts and calls in one streamed answer"),
    ];
    for (bytes, wanted) in rows {
        let fault = passed(&mut *event_stream(), bytes.as_bytes(), true).unwrap_err();
        assert_eq!(fault.to_string(), wanted, "{}", bytes.get(..300).unwrap_or(&bytes));
    }
    let piece = "a".repeat(1 << 20);
    let piece = format!(r#"{{"jsonPath":"$.a","stringValue":"{piece}","willContinue":true}}"#);
    let piece = call(&format!("\"partialArgs\":[{piece}],\"willContinue\":true"));
    let fault = passed(&mut *event_stream(), piece.repeat(5).as_bytes(), true).unwrap_err();
    assert!(matches!(fault, DialectError::TooLong { what: "a tool call", .. }), "{fault}");
}
