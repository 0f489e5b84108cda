//! Requests, answers and composed answers of OpenAI Responses, where the suites do not reach.

use policy::{ActionKind, ContentType, Role};
use serde_json::{Map, json};

use super::*;
use crate::address::{Purpose, Streams};
use crate::fields::Reads;
use crate::request::Edits;
use crate::walk::TextPart;

const MARKER: &str = "a marker, planted here";

/// A value with the marker where the rest of a path leads.
fn plant(steps: &[String]) -> serde_json::Value {
    let Some((step, rest)) = steps.split_first() else { return MARKER.into() };
    let (name, selector) =
        step.split_once('[').map_or((step.as_str(), None), |(name, rest)| (name, Some(rest)));
    let mut value = plant(rest);
    if let Some(selector) = selector {
        if let Some(word) = selector.strip_prefix("type=") {
            let mut members =
                value.as_object().cloned().unwrap_or_else(|| Map::from_iter([("new".into(), value)]));
            members.insert("type".into(), word.trim_end_matches(']').into());
            value = members.into();
        }
        value = json!([value]);
    }
    match name {
        "*" | "**" => json!({"any name": value}),
        name => json!({name: value}),
    }
}

/// The steps of a row's path from the top of a body; before a shape, those of a row that reads it.
fn steps(field: &Field) -> Vec<String> {
    let own: Vec<String> = field.path.split('.').map(str::to_owned).collect();
    let Some((shape, selector)) =
        own[0].strip_prefix('@').map(|first| first.split_once('[').unwrap_or((first, "")))
    else {
        return own;
    };
    let reads = |other: &&Field| matches!(other.reads, Reads::Shape(name) if name == shape);
    let near = |other: &&Field| match field.way {
        Way::Both => other.way != Way::Stream,
        way @ (Way::Answer | Way::Request | Way::Stream) => other.way == way || other.way == Way::Both,
    };
    let places: Vec<&Field> = fields::FIELDS.iter().filter(reads).filter(near).collect();
    let place = places.iter().find(|other| !other.path.starts_with('@')).unwrap_or(&places[0]);
    let mut all = steps(place);
    let last = all.last_mut().unwrap();
    if !last.ends_with(']') && !selector.is_empty() {
        last.push_str(&format!("[{selector}"));
    }
    all.extend(own.into_iter().skip(1));
    all
}

fn request_parts(mut body: serde_json::Value) -> Result<Vec<TextPart>, DialectError> {
    let members = body.as_object_mut().unwrap();
    members.entry("model").or_insert("m".into());
    members.entry("input").or_insert("x".into());
    for (list, name, value) in [("input", "type", "new"), ("tools", "type", "function")] {
        for element in members.get_mut(list).and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            if let Some(element) = element.as_object_mut() {
                element.entry(name).or_insert(value.into());
            }
        }
    }
    let request = OpenaiResponses.read_request(&Address::PLAIN, body.to_string().into_bytes())?;
    Ok(request.parts().to_vec())
}

fn event_parts(path: &str, mut body: serde_json::Value) -> Vec<TextPart> {
    let kind = match path.split('.').next().unwrap() {
        "response" => "response.in_progress",
        "item" => "response.output_item.done",
        "part" => "response.content_part.done",
        "annotation" => "response.output_text.annotation.added",
        "delta" if path == "delta" => "response.output_text.delta",
        "delta" => "response.shell_call_output_content.delta",
        _ => "response.note",
    };
    let members = body.as_object_mut().unwrap();
    members.entry("type").or_insert(kind.into());
    for name in ["output_index", "content_index", "command_index", "annotation_index"] {
        members.insert(name.into(), 0.into());
    }
    let mut stream = OpenaiResponses.stream(&Address::PLAIN, EVENT_STREAM).unwrap();
    let mut events = Vec::new();
    if path == "type" {
        // What an event is must be a word.
        assert!(stream.feed(format!("data: {body}\n\n").as_bytes(), &mut events).is_err());
        return request_parts(json!({"user": MARKER})).unwrap();
    }
    stream.feed(format!("data: {body}\n\n").as_bytes(), &mut events).unwrap();
    let windows = stream.windows().to_vec();
    let deltas = events
        .iter()
        .flat_map(|event| &event.deltas)
        .map(|delta| TextPart { part: windows[delta.window].part.clone(), text: delta.text.clone() });
    deltas.chain(events.iter().flat_map(|event| event.parts.clone())).collect()
}

#[test]
fn what_stands_at_each_row_is_listed() {
    for field in fields::FIELDS.iter() {
        let steps = steps(field);
        let body = plant(&steps);
        let parts = match field.way {
            Way::Stream => Ok(event_parts(field.path, body)),
            Way::Answer => {
                let answer = OpenaiResponses.read_answer(&Address::PLAIN, body.to_string().into_bytes());
                answer.map(|answer| answer.parts().to_vec())
            }
            Way::Both | Way::Request => request_parts(body),
        };
        let parts = match parts {
            Ok(parts) => parts,
            // Decisions depend on the type.
            Err(DialectError::Wrong { .. }) => {
                let lists = ["@items[]", "@tool[]"].contains(&field.path) || field.path.ends_with("tools");
                let typed = ["max_output_tokens", "stream", "temperature"];
                assert!(lists || typed.contains(&field.path), "{}", field.path);
                continue;
            }
            Err(fault) => panic!("{}: {fault}", field.path),
        };
        let found = parts.iter().filter(|part| part.text.contains(MARKER)).count();
        assert_eq!(found, 1, "{} {:?}: {parts:?}", field.path, field.way);
        let exact = matches!(field.reads, Reads::Opaque | Reads::Structure | Reads::Text);
        if exact && !steps.iter().any(|step| step.starts_with('*')) {
            assert!(parts.iter().all(|part| !part.part.field.contains('{')), "{}: {parts:?}", field.path);
        }
        if let Reads::Content(content) = field.reads {
            assert!(parts.iter().any(|part| part.part.content == content), "{}: {parts:?}", field.path);
        }
    }
}

#[test]
fn an_area_of_an_event_is_read_as_in_an_answer() {
    let rows = |prefix: &str| -> Vec<String> {
        let rows = fields::FIELDS.iter().filter(|field| field.concerns(Way::Stream));
        rows.filter_map(|field| field.path.strip_prefix(prefix)).map(str::to_owned).collect()
    };
    let within: Vec<String> = rows("response.");
    let answers =
        fields::FIELDS.iter().filter(|field| field.concerns(Way::Answer) && !field.path.starts_with('@'));
    for field in answers {
        assert!(within.contains(&field.path.to_owned()), "{} is not read in events", field.path);
    }
}

/// The body, and what is said of it.
#[test]
fn what_decisions_depend_on_must_have_its_type() {
    let tool = |tool: serde_json::Value| json!({"tools": [tool]});
    for (members, field) in [
        (json!({"model": 7}), "model"),
        (json!({"input": null}), "input"),
        (json!({"input": {"role": "user"}}), "input"),
        (json!({"input": [{"id": "msg_1"}]}), "input[0]"),
        (json!({"input": [{"role": "user"}, "text"]}), "input[1]"),
        (json!({"instructions": ["a"]}), "instructions"),
        (json!({"max_output_tokens": "9"}), "max_output_tokens"),
        (json!({"temperature": "hot"}), "temperature"),
        (json!({"stream": 1}), "stream"),
        (json!({"tools": {}}), "tools"),
        (tool(json!({})), "tools[0]"),
        (tool(json!({"type": "namespace", "name": "a", "tools": 1})), "tools"),
        (tool(json!({"type": "namespace", "name": "a", "tools": ["b"]})), "tools[0].tools[0]"),
        (tool(json!({"type": "mcp", "server_label": "a"})), "tools[0].server_url"),
        (tool(json!({"type": "mcp", "server_label": "a", "server_url": "docs"})), "tools[0].server_url"),
        (
            tool(json!({"type": "mcp", "server_label": "a", "server_url": 7, "connector_id": "c"})),
            "tools[0].server_url",
        ),
        (json!({"input": [{"type": "additional_tools", "tools": 7}]}), "tools"),
    ] {
        let mut body = json!({"model": "m", "input": "x"});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let fault = OpenaiResponses.read_request(&Address::PLAIN, body.to_string().into_bytes()).unwrap_err();
        assert!(
            matches!(&fault, DialectError::Wrong { field: found, .. } if found == field),
            "{body}: {fault}"
        );
    }
}

#[test]
fn a_known_member_in_another_letter_case_is_refused() {
    let body = r#"{"model":"m","input":[{"role":"user","Content":"a"}]}"#;
    let fault = OpenaiResponses.read_request(&Address::PLAIN, body.into()).unwrap_err();
    assert_eq!(fault, DialectError::Misspelt { field: "input[0].content".to_owned() });
}

#[test]
fn constraints_change_what_they_name_and_nothing_else() {
    let tools = |names: &[&str]| Constraints {
        tools: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Constraints::default()
    };
    let tokens = || Constraints { max_tokens: Some(100), ..Constraints::default() };
    let prompts = || Constraints {
        system_prompts: vec!["A \"b\"".to_owned(), "C".to_owned()],
        ..Constraints::default()
    };
    let three = r#""tools":[{"type":"function","name":"a"}, {"type":"namespace","name":"n","tools":[{"type":"function","name":"b"},{"type":"function","name":"c"}]},{"type":"mcp","server_label":"s","server_url":"https://s.example"}]"#;
    for (body, constraints, wanted) in [
        (r#"{"model":"m","input":"x"}"#.to_owned(), tokens(), r#"{"max_output_tokens":100,"model":"m","input":"x"}"#),
        (r#"{"model":"m","input":"x","max_output_tokens":200}"#.into(), tokens(), r#"{"model":"m","input":"x","max_output_tokens":100}"#),
        (r#"{"model":"m","input":"x"}"#.into(), prompts(), r#"{"instructions":"A \"b\"\n\nC","model":"m","input":"x"}"#),
        (r#"{"model":"m","input":"x","instructions":null}"#.into(), prompts(), r#"{"model":"m","input":"x","instructions":"A \"b\"\n\nC"}"#),
        (r#"{"model":"m","input":"x","instructions":"Z"}"#.into(), prompts(), r#"{"model":"m","input":"x","instructions":"A \"b\"\n\nC\n\nZ"}"#),
        (format!(r#"{{"model":"m","input":"x",{three},"tool_choice":"auto"}}"#), tools(&["b"]), r#"{"model":"m","input":"x","tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"b"}]}],"tool_choice":"auto"}"#),
        (format!(r#"{{"model":"m","input":"x",{three},"tool_choice":{{"type":"mcp","server_label":"s"}}}}"#), tools(&["a"]), r#"{"model":"m","input":"x","tools":[{"type":"function","name":"a"}]}"#),
        (format!(r#"{{"model":"m","input":"x",{three},"tool_choice":{{"type":"allowed_tools","mode":"auto","tools":[{{"type":"function","name":"a"}},{{"type":"mcp","server_label":"s"}}]}}}}"#), tools(&["s"]), r#"{"model":"m","input":"x","tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example"}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"s"}]}}"#),
        (format!(r#"{{{three},"model":"m","input":"x","parallel_tool_calls":true,"tool_choice":"required"}}"#), tools(&[]), r#"{"model":"m","input":"x"}"#),
        (r#"{"model":"m","input":[{"type":"additional_tools","tools":[{"type":"function","name":"a"},{"type":"shell"}]}]}"#.into(), tools(&["a"]), r#"{"model":"m","input":[{"type":"additional_tools","tools":[{"type":"function","name":"a"}]}]}"#),
    ] {
        let request = OpenaiResponses.read_request(&Address::PLAIN, body.clone().into_bytes()).unwrap();
        let rewritten = request.rewrite(&Edits { texts: Vec::new(), constraints }).unwrap();
        assert_eq!(String::from_utf8(rewritten).unwrap(), wanted, "{body}");
    }
}

#[test]
fn what_the_vendor_keeps_is_told() {
    for (members, kept) in [
        (json!({"previous_response_id": "resp_1"}), true),
        (json!({"previous_response_id": null}), false),
        (json!({"conversation": "conv_1"}), true),
        (json!({"conversation": {"id": "conv_1"}}), true),
        (json!({"prompt": {"id": "pmpt_1"}}), true),
        (json!({"background": true}), true),
        (json!({"background": false}), false),
        (json!({"input": [{"type": "item_reference", "id": "msg_1"}]}), true),
        (json!({"input": [{"type": "reasoning", "summary": [], "encrypted_content": "abc="}]}), true),
        (json!({"input": [{"type": "reasoning", "summary": [], "encrypted_content": null}]}), false),
        (json!({"input": [{"type": "compaction", "encrypted_content": "abc="}]}), true),
    ] {
        let stored = request_parts(members.clone()).unwrap();
        let stored = stored.iter().any(|part| part.part.content == ContentType::Stored);
        assert_eq!(stored, kept, "{members}");
    }
}

#[test]
fn what_only_counts_is_given_no_bounds() {
    let address = Address { streams: Streams::Never, purpose: Purpose::Count, ..Address::PLAIN };
    let body = r#"{"model":"m","input":"Hello, you"}"#;
    let request = OpenaiResponses.read_request(&address, body.into()).unwrap();
    assert_eq!((request.estimated_tokens(), request.messages(), request.stream()), (2, 1, false));
    let constraints = Constraints { max_tokens: Some(5), ..Constraints::default() };
    assert_eq!(request.rewrite(&Edits { texts: Vec::new(), constraints }).unwrap(), body.as_bytes());
    let counted = r#"{"object":"response.input_tokens","input_tokens":12}"#;
    let usage = OpenaiResponses.read_answer(&address, counted.into()).unwrap().usage().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (12, 0));
}

#[test]
fn a_server_is_offered_and_named() {
    let tool = json!({"type": "mcp", "server_label": "docs", "server_url": "https://docs.example/mcp", "headers": {"x-key": "k"}});
    let body = json!({"model": "m", "input": "x", "tools": [tool]}).to_string();
    let request = OpenaiResponses.read_request(&Address::PLAIN, body.into_bytes()).unwrap();
    assert_eq!(request.tools(), ["docs"]);
    let server = request.actions().iter().find(|action| action.kind == ActionKind::McpServer).unwrap();
    assert_eq!(server.arguments, json!({"headers": {"x-key": "k"}}));
    assert_eq!(server.urls[0].as_str(), "https://docs.example/mcp");
    assert!(request.parts().iter().any(|part| part.part.role == Role::System && part.text == "x-key"));
}
