//! What must hold for InvokeModel beside what the suites try on its cases: every row lists what stands there, and each
//! family's bodies are read, constrained and streamed in its form.

use policy::{Constraints, Part};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::address::{Purpose, Streams};
use crate::answer::Usage;
use crate::dialect::Says;
use crate::fields::Reads;
use crate::refusal::RefusalKind;
use crate::request::Edits;
use crate::stream::StreamEdits;
use crate::wire::frames::Frames;
use crate::wire::{EventKind, Wire, WireEvent};

const MARKER: &str = "a marker, planted here";

const MODELS: [&str; 11] = [
    "amazon.nova-lite-v1:0",
    "amazon.titan-embed-text-v2:0",
    "amazon.titan-text-express-v1",
    "anthropic.claude-sonnet-4",
    "cohere.command-r-v1:0",
    "cohere.command-text-v14",
    "meta.llama3-8b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mistral-large-2402-v1:0",
    "openai.gpt-oss-120b-1:0",
    "somebody.something",
];

fn address(model: &str) -> Address {
    Address { model: Some(model.to_owned()), streams: Streams::Never, purpose: Purpose::Answer }
}

/// The texts of an answer, and the names of the calls in it.
type Heard = (Vec<(Part, String)>, Vec<String>);

/// A value with the marker where a path leads.
fn plant(path: &str) -> Value {
    let Some((step, rest)) = path.split_once('.').or(Some((path, ""))).filter(|(step, _)| !step.is_empty())
    else {
        return MARKER.into();
    };
    let value = plant(rest);
    match step.strip_suffix("[]") {
        Some(name) => json!({name: [value]}),
        None if step.starts_with('*') => json!({"any name": value}),
        None => json!({step: value}),
    }
}

fn events(model: &str, events: &[Value]) -> Result<Heard, DialectError> {
    let bytes = events.iter().map(|event| WireEvent::new("", event.to_string())).collect::<Vec<_>>();
    read_stream(model, &Streamed::over(&mut Chunks::default(), "", &bytes).pieces.concat())
}

/// The texts of a stream, and the names of the calls in it.
fn read_stream(model: &str, bytes: &[u8]) -> Result<Heard, DialectError> {
    let mut stream = BedrockInvoke.stream(&address(model), EVENT_FRAMES).unwrap();
    let mut read = Vec::new();
    stream.feed(bytes, &mut read)?;
    stream.finish(&mut read)?;
    let (mut texts, mut calls): (Vec<(Part, String)>, _) = (Vec::new(), Vec::new());
    for event in read {
        for delta in event.deltas {
            let part = stream.windows()[delta.window].part.clone();
            match texts.iter_mut().find(|(known, _)| *known == part) {
                Some((_, text)) => text.push_str(&delta.text),
                None => texts.push((part, delta.text)),
            }
        }
        texts.extend(event.parts.into_iter().map(|part| (part.part, part.text)));
        calls.extend(event.actions.into_iter().map(|action| action.name));
    }
    Ok((texts, calls))
}

#[test]
fn what_stands_at_each_row_is_listed() {
    let rows = ["max_gen_len", "max_tokens", "num_generations", "stream", "temperature"];
    for field in fields::FIELDS {
        let path = field.path;
        let mut body = plant(path);
        let texts: Result<Vec<(Part, String)>, DialectError> = match field.way {
            Way::Stream => {
                body["stop_reason"] = "stop".into();
                events("meta.llama3-8b-instruct-v1:0", &[body]).map(|(texts, _)| texts)
            }
            Way::Request => {
                let conversation = path.starts_with("message");
                let name = if conversation { "message" } else { "prompt" };
                body.as_object_mut().unwrap().entry(name).or_insert("x".into());
                for tool in body["tools"].as_array_mut().into_iter().flatten() {
                    tool.as_object_mut().map(|tool| tool.entry("name").or_insert("t".into()));
                }
                body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
                let request =
                    BedrockInvoke.read_request(&address("cohere.command-r-v1:0"), body.to_string().into());
                request.map(|request| {
                    request.parts().iter().map(|part| (part.part.clone(), part.text.clone())).collect()
                })
            }
            Way::Answer | Way::Both => {
                let answer =
                    BedrockInvoke.read_answer(&address("cohere.command-r-v1:0"), body.to_string().into());
                answer.map(|answer| {
                    answer.parts().iter().map(|part| (part.part.clone(), part.text.clone())).collect()
                })
            }
        };
        let texts = match texts {
            Err(DialectError::Wrong { .. }) if rows.contains(&path) || path == "tools[]" => continue,
            texts => texts.unwrap_or_else(|fault| panic!("{path}: {fault}")),
        };
        assert_eq!(texts.iter().filter(|(_, text)| text.contains(MARKER)).count(), 1, "{path}: {texts:?}");
        let exact =
            matches!(field.reads, Reads::Opaque | Reads::Structure | Reads::Text) && !path.contains('*');
        assert!(!exact || texts.iter().all(|(part, _)| !part.field.contains('{')), "{path}: {texts:?}");
        if let Reads::Content(content) = field.reads {
            assert!(texts.iter().any(|(part, _)| part.content == content), "{path}: {texts:?}");
        }
    }
}

/// Model, body, constraints, body afterwards; or where the fault is.
type Row = (&'static str, &'static str, Constraints, Result<&'static str, &'static str>);

fn bounds() -> Constraints {
    Constraints { max_tokens: Some(100), temperature: Some(0.5), ..Constraints::default() }
}

fn prompts() -> Constraints {
    Constraints { system_prompts: vec!["Be \"kind\".".to_owned()], ..Constraints::default() }
}

fn only_a() -> Constraints {
    Constraints { tools: Some(vec!["a".to_owned()]), ..Constraints::default() }
}

fn check(rows: Vec<Row>) {
    for (model, body, constraints, wanted) in rows {
        let request = BedrockInvoke.read_request(&address(model), body.into()).unwrap();
        let done = request.rewrite(&Edits { texts: Vec::new(), constraints });
        let wanted = wanted.map(|body| body.as_bytes().to_vec());
        let wanted = wanted.map_err(|field| DialectError::Unconstrainable { field: field.to_owned() });
        assert_eq!(done, wanted, "{model} {body}");
    }
}

#[test]
fn constraints_are_made_in_the_forms_of_prompts() {
    let (llama, titan) = ("meta.llama3-8b-instruct-v1:0", "amazon.titan-text-express-v1");
    let nova = "amazon.nova-lite-v1:0";
    check(vec![
        (llama, r#"{"prompt":"Hi"}"#, bounds(), Ok(r#"{"temperature":0.5,"max_gen_len":100,"prompt":"Hi"}"#)),
        (
            llama,
            r#"{"prompt":"Hi","":{"max_gen_len":1},"max_gen_len":900}"#,
            bounds(),
            Ok(r#"{"temperature":0.5,"prompt":"Hi","":{"max_gen_len":1},"max_gen_len":100}"#),
        ),
        (llama, r#"{"prompt":"Hi"}"#, prompts(), Ok(r#"{"prompt":"Be \"kind\".\n\nHi"}"#)),
        (
            titan,
            r#"{"inputText":"Hi"}"#,
            bounds(),
            Ok(r#"{"textGenerationConfig":{"maxTokenCount":100,"temperature":0.5},"inputText":"Hi"}"#),
        ),
        (
            titan,
            r#"{"inputText":"Hi","textGenerationConfig":{"maxTokenCount":900,"temperature":0.1}}"#,
            bounds(),
            Ok(r#"{"inputText":"Hi","textGenerationConfig":{"maxTokenCount":100,"temperature":0.1}}"#),
        ),
        (titan, r#"{"inputText":"Hi"}"#, prompts(), Ok(r#"{"inputText":"Be \"kind\".\n\nHi"}"#)),
        (
            nova,
            r#"{"messages":[],"inferenceConfig":{"max_new_tokens":900,"temperature":0.1}}"#,
            bounds(),
            Ok(r#"{"messages":[],"inferenceConfig":{"max_new_tokens":100,"temperature":0.1}}"#),
        ),
        (
            nova,
            r#"{"messages":[],"inferenceConfig":{"max_new_tokens":900,"maxTokens":900,"temperature":0.1}}"#,
            bounds(),
            Ok(
                r#"{"messages":[],"inferenceConfig":{"max_new_tokens":100,"maxTokens":100,"temperature":0.1}}"#,
            ),
        ),
        (nova, r#"{"messages":[]}"#, prompts(), Ok(r#"{"system":[{"text":"Be \"kind\"."}],"messages":[]}"#)),
    ]);
}

#[test]
fn constraints_are_made_in_the_forms_of_conversations_or_refused() {
    let cohere = "cohere.command-r-v1:0";
    let (mistral, claude) = ("mistral.mistral-7b-instruct-v0:2", "anthropic.claude-sonnet-4");
    let (embed, unknown) = ("amazon.titan-embed-text-v2:0", "somebody.something");
    check(vec![
        (
            cohere,
            r#"{"message":"Hi","tools":[{"name":"a"},{"name":"b"}]}"#,
            only_a(),
            Ok(r#"{"message":"Hi","tools":[{"name":"a"}]}"#),
        ),
        (cohere, r#"{"message":"Hi","tools":[{"name":"b"}]}"#, only_a(), Ok(r#"{"message":"Hi"}"#)),
        (cohere, r#"{"message":"Hi"}"#, prompts(), Ok(r#"{"preamble":"Be \"kind\".","message":"Hi"}"#)),
        (
            cohere,
            r#"{"message":"Hi","preamble":"Z"}"#,
            prompts(),
            Ok(r#"{"message":"Hi","preamble":"Be \"kind\".\n\nZ"}"#),
        ),
        (
            mistral,
            r#"{"prompt":"Hi","max_tokens":50}"#,
            bounds(),
            Ok(r#"{"temperature":0.5,"prompt":"Hi","max_tokens":50}"#),
        ),
        (
            mistral,
            r#"{"messages":[]}"#,
            prompts(),
            Ok(r#"{"messages":[{"role":"system","content":"Be \"kind\"."}]}"#),
        ),
        (
            claude,
            r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":900,"temperature":1,"messages":[]}"#,
            bounds(),
            Ok(
                r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"temperature":0.5,"messages":[]}"#,
            ),
        ),
        (embed, r#"{"inputText":"Hi"}"#, bounds(), Ok(r#"{"inputText":"Hi"}"#)),
        (unknown, r#"{"prompt":"Hi"}"#, bounds(), Err("max_tokens")),
        (unknown, r#"{"prompt":"Hi"}"#, prompts(), Err("system")),
        (unknown, r#"{"prompt":"Hi"}"#, only_a(), Err("tools")),
        (unknown, r#"{"prompt":"Hi"}"#, Constraints::default(), Ok(r#"{"prompt":"Hi"}"#)),
        (
            unknown,
            r#"{"anthropic_version":"v","max_tokens":900,"messages":[]}"#,
            bounds(),
            Ok(r#"{"temperature":0.5,"anthropic_version":"v","max_tokens":100,"messages":[]}"#),
        ),
    ]);
}

#[test]
fn what_decisions_depend_on_must_have_its_type() {
    for (model, body, field) in [
        ("meta.llama3-8b-instruct-v1:0", r#"{}"#, "prompt"),
        ("meta.llama3-8b-instruct-v1:0", r#"{"prompt":["Hi"]}"#, "prompt"),
        ("meta.llama3-8b-instruct-v1:0", r#"{"prompt":"Hi","max_gen_len":"9"}"#, "max_gen_len"),
        (
            "amazon.titan-text-express-v1",
            r#"{"inputText":"Hi","textGenerationConfig":[]}"#,
            "textGenerationConfig",
        ),
        ("amazon.nova-lite-v1:0", r#"{"messages":"Hi"}"#, "messages"),
        ("cohere.command-r-v1:0", r#"{"message":"Hi","tools":[{}]}"#, "tools[0]"),
        ("cohere.embed-english-v3", r#"{"texts":"Hi"}"#, "texts"),
        ("somebody.something", r#"["Hi"]"#, "body"),
    ] {
        let fault = BedrockInvoke.read_request(&address(model), body.into()).unwrap_err();
        assert!(
            matches!(&fault, DialectError::Wrong { field: wrong, .. } if wrong == field),
            "{body}: {fault}"
        );
    }
}

/// What a client sees of an answer of which everything is held until a window closes.
fn held(model: &str, bytes: &[u8]) -> Result<Heard, DialectError> {
    let mut stream = BedrockInvoke.stream(&address(model), EVENT_FRAMES).unwrap();
    let (mut read, mut out) = (Vec::new(), Vec::new());
    stream.feed(bytes, &mut read)?;
    stream.finish(&mut read)?;
    let mut held = std::collections::BTreeMap::<usize, String>::new();
    for event in read {
        let mut edits = StreamEdits::default();
        for delta in &event.deltas {
            held.entry(delta.window).or_default().push_str(&delta.text);
            let closes = event.closes.contains(&delta.window);
            edits.deltas.push(if closes { held.remove(&delta.window).unwrap() } else { String::new() });
        }
        for window in &event.closes {
            out.extend(stream.say(*window, &held.remove(window).unwrap_or_default()));
        }
        out.extend(stream.write(event, &edits)?);
    }
    read_stream(model, &out)
}

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![
        "[a-z \"\\\\\n🔑]{1,30}".prop_map(Says::Text),
        ("[a-z_]{1,8}", "[a-z ]{0,9}")
            .prop_map(|(name, text)| Says::ToolCall { name, arguments: json!({"a": text}) }),
    ]
}

proptest! {
    /// Field by field, for every family.
    #[test]
    fn a_composed_stream_says_what_the_whole_answer_says(says in says(), piece in 1_usize..9) {
        for model in MODELS.iter().filter(|model| form_of(model) != Form::Embed) {
            let usage = Usage { input_tokens: 3, output_tokens: 4 };
            let said =
                Said { id: "a1".to_owned(), model: "m".to_owned(), created: 7, says: says.clone(), usage };
            let answer = BedrockInvoke.read_answer(&address(model), BedrockInvoke.compose(&address(model), &said)).unwrap();
            prop_assert!(answer.is_of_the_dialect());
            let bytes = BedrockInvoke.compose_stream(&address(model), &said, piece).unwrap().pieces.concat();
            let texts = |texts: Vec<(Part, String)>| {
                let mut texts: Vec<String> = texts.into_iter().map(|(_, text)| text).filter(|text| !text.is_empty()).collect();
                texts.sort();
                texts
            };
            let whole = texts(answer.parts().iter().map(|part| (part.part.clone(), part.text.clone())).collect());
            let calls: Vec<String> = answer.actions().iter().map(|action| action.name.clone()).collect();
            for (seen, heard) in [read_stream(model, &bytes).unwrap(), held(model, &bytes).unwrap()] {
                prop_assert_eq!(texts(seen), whole.clone(), "{}", model);
                prop_assert_eq!(&heard, &calls, "{}", model);
            }
        }
    }
}

/// A refusal is an exception where the form has no word for it.
#[test]
fn each_form_ends_in_its_own_way() {
    for (model, wanted) in [
        ("meta.llama3-8b-instruct-v1:0", "validationException"),
        ("somebody.something", "validationException"),
        ("anthropic.claude-sonnet-4", "refusal"),
        ("amazon.nova-lite-v1:0", "guardrail_intervened"),
        ("openai.gpt-oss-120b-1:0", "content_filter"),
    ] {
        for kind in [RefusalKind::Policy, RefusalKind::Internal] {
            let says = Says::Text("Hello".to_owned());
            let usage = Usage::default();
            let said = Said { id: "a1".to_owned(), model: "m".to_owned(), created: 7, says, usage };
            let bytes = BedrockInvoke.compose_stream(&address(model), &said, 2).unwrap().pieces;
            let (mut stream, mut read) =
                (BedrockInvoke.stream(&address(model), EVENT_FRAMES).unwrap(), Vec::new());
            stream.feed(&bytes.get(..3).unwrap().concat(), &mut read).unwrap();
            for event in read {
                let deltas = event.deltas.iter().map(|delta| delta.text.clone()).collect();
                stream.write(event, &StreamEdits { deltas, texts: Vec::new() }).unwrap();
            }
            let (message, decision_id) = ("No.".to_owned(), "d-1".to_owned());
            let out = stream.refuse(&Refusal { kind, message, rule: None, decision_id });
            let mut events = Vec::new();
            Frames::default().feed(&out, &mut events).unwrap();
            let failure = events.iter().find(|event| event.kind == EventKind::Failure);
            match failure {
                Some(failure) if kind == RefusalKind::Policy => assert_eq!(failure.name, wanted, "{model}"),
                Some(failure) => assert_eq!(failure.name, "internalServerException", "{model}"),
                None => {
                    let mut chunks = Vec::new();
                    Chunks::default().feed(&out, &mut chunks).unwrap();
                    let said: String = chunks.into_iter().map(|event| event.data).collect();
                    assert!(said.contains(wanted) && !said.contains("[DONE]"), "{model}: {said}");
                }
            }
            assert!(
                stream
                    .refuse(&Refusal { kind, message: String::new(), rule: None, decision_id: String::new() })
                    .is_empty()
            );
        }
    }
}

#[test]
fn what_is_no_stream_of_the_family_is_an_error() {
    let (llama, unknown) = ("meta.llama3-8b-instruct-v1:0", "somebody.something");
    let piece = json!({"generation": "a", "stop_reason": null});
    let metrics = json!({"generation": "", "amazon-bedrock-invocationMetrics": {}});
    let call = json!({"contentBlockStart": {"start": {"toolUse": {"name": "rm"}}, "contentBlockIndex": 0}});
    let stray = "`chunk` goes on, but has not begun or has ended";
    let early = "`output.message` goes on, but has not begun or has ended";
    let cut = "the answer is cut short";
    let rows: Vec<(&str, Vec<Value>, &str)> = vec![
        (llama, vec![], cut),
        (unknown, vec![], cut),
        (llama, vec![piece.clone()], cut),
        (llama, vec![metrics.clone(), piece.clone()], "something follows the end of the answer"),
        (unknown, vec![json!([1])], "`chunk` must be an object"),
        // In a form that shows only later, nobody has looked for calls.
        (unknown, vec![piece.clone(), call.clone()], stray),
        (unknown, vec![piece.clone(), json!({"type": "content_block_start", "index": 0})], stray),
        (unknown, vec![piece, json!({"choices": [{"delta": {"tool_calls": []}}]})], stray),
        (unknown, vec![call], early),
        (
            llama,
            vec![json!({"messageStart": {}}), json!({"generation": "a"})],
            "`chunk` must be one event of a conversation",
        ),
    ];
    for (model, sent, wanted) in rows {
        assert_eq!(events(model, &sent).unwrap_err().to_string(), wanted, "{sent:?}");
    }
    assert!(events(unknown, &[json!({"generation": "a"})]).is_ok(), "nobody knows how it ends");
}

/// The call comes whole in a later event.
#[test]
fn pieces_of_a_call_do_not_go_out_before_it_is_judged() {
    let model = "cohere.command-r-v1:0";
    let sent = [
        json!({"event_type": "tool-calls-chunk", "tool_call_delta": {"name": "rm"}}),
        json!({"event_type": "tool-calls-generation", "tool_calls": [{"name": "rm", "parameters": {"path": "/"}}]}),
        json!({"event_type": "stream-end", "is_finished": true}),
    ];
    let (texts, calls) = events(model, &sent).unwrap();
    assert_eq!(calls, ["rm"]);
    assert!(texts.iter().all(|(part, _)| part.field.starts_with("tool_calls[0].parameters")), "{texts:?}");
}
