//! What must hold for every dialect, tried on `testdata/dialects/<id>/*.json`: all text is listed, covering it
//! leaves none behind, nothing else changes, and refusals look as clients expect.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what a test's helper cannot do ends the test")]

use std::fs;
use std::path::PathBuf;

use conformance::spoken::{address, address_of};
use dialects::{
    Address, Answer, DIALECTS, Dialect, DialectError, Edits, Refusal, RefusalKind, Request, TextPart,
};
use policy::{Constraints, ContentType, Role};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// One case: the dialect, the file's name without its ending, the body.
fn cases(prefix: &str) -> Vec<(&'static dyn Dialect, String, Vec<u8>)> {
    let mut cases = Vec::new();
    for dialect in DIALECTS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/dialects").join(dialect.id());
        let files = fs::read_dir(&folder).unwrap_or_else(|_| panic!("no cases for {}", dialect.id()));
        for file in files.map(|file| file.unwrap().path()) {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            if name.starts_with(prefix) && file.extension().is_some_and(|ending| ending == "json") {
                cases.push((*dialect, name, fs::read(&file).unwrap()));
            }
        }
    }
    cases.sort_by_key(|(dialect, name, _)| (dialect.id(), name.clone()));
    assert!(!cases.is_empty());
    cases
}

/// The dialects whose requests are a `model` and `messages`, which some of these tests are written for.
fn of_messages() -> [&'static dyn Dialect; 2] {
    ["anthropic_messages", "openai_chat"].map(|id| dialects::by_id(id).unwrap())
}

fn listing(parts: &[TextPart]) -> Vec<String> {
    let line = |part: &TextPart| {
        format!("{:?} {:?} {} = {}", part.part.role, part.part.content, part.part.field, part.text)
    };
    parts.iter().map(line).collect()
}

/// An edit that covers each part with text, but for those that must not be changed.
fn cover(parts: &[TextPart]) -> Vec<(usize, String)> {
    let texts = parts.iter().enumerate().filter(|(_, part)| part.part.content == ContentType::Text);
    texts.filter(|(_, part)| !sealed(part)).map(|(index, _)| (index, "[X]".to_owned())).collect()
}

fn sealed(part: &TextPart) -> bool {
    let endings = [".thinking", ".transcript", ".reasoningText.text"];
    endings.iter().any(|ending| part.part.field.ends_with(ending))
}

fn snapshot(dialect: &dyn Dialect, name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../testdata/dialects/{}", dialect.id()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

fn actions(actions: &[policy::Action]) -> Vec<String> {
    let line = |action: &policy::Action| {
        let urls: Vec<&str> = action.urls.iter().map(url::Url::as_str).collect();
        format!("{:?} {} {} {} {urls:?}", action.kind, action.name, action.field, action.arguments)
    };
    actions.iter().map(line).collect()
}

#[test]
fn requests_are_read_and_covered_as_recorded() {
    for (dialect, name, body) in cases("request_") {
        let address = address_of(dialect, &name);
        let request = dialect.read_request(&address, body.clone()).unwrap();
        let texts = cover(request.parts());
        let covered = request.rewrite(&Edits { texts, ..Edits::default() }).unwrap();
        let value = json!({
            "model": request.model(),
            "models": request.models(),
            "stream": request.stream(),
            "messages": request.messages(),
            "max_tokens": request.max_tokens(),
            "estimated_tokens": request.estimated_tokens(),
            "tools": request.tools(),
            "actions": actions(request.actions()),
            "last_user_text": request.last_user_text(),
            "parts": listing(request.parts()),
            "covered": serde_json::from_slice::<Value>(&covered).unwrap(),
        });
        snapshot(dialect, &name, &value);
        assert_eq!(request.rewrite(&Edits::default()).unwrap(), body, "{name}: unchanged bytes");
    }
}

#[test]
fn answers_are_read_and_covered_as_recorded() {
    for (dialect, name, body) in cases("answer_") {
        let address = address_of(dialect, &name);
        let answer = dialect.read_answer(&address, body.clone()).unwrap();
        let covered = answer.rewrite(&cover(answer.parts())).unwrap();
        let usage = answer.usage().map(|usage| [usage.input_tokens, usage.output_tokens]);
        let value = json!({
            "model": answer.model(),
            "usage": usage,
            "actions": actions(answer.actions()),
            "parts": listing(answer.parts()),
            "covered": serde_json::from_slice::<Value>(&covered).unwrap(),
        });
        snapshot(dialect, &name, &value);
        assert_eq!(answer.rewrite(&[]).unwrap(), body, "{name}: unchanged bytes");
        assert!(answer.parts().iter().all(|part| part.part.role == Role::Assistant), "{name}");
    }
}

#[test]
fn refusals_look_as_recorded() {
    for dialect in DIALECTS {
        let mut replies = Map::new();
        for kind in RefusalKind::ALL {
            let rule = (kind == RefusalKind::Policy).then(|| "no-sql".to_owned());
            let refusal = Refusal {
                kind,
                message: "Blocked by \"no-sql\".".to_owned(),
                rule,
                decision_id: "d-1".to_owned(),
            };
            let reply = dialect.refuse(&refusal);
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            let mut told = json!({"status": reply.status, "body": body});
            if !reply.headers.is_empty() {
                let headers = reply.headers.iter().map(|(name, value)| format!("{name}: {value}"));
                told["headers"] = headers.collect::<Vec<_>>().into();
            }
            replies.insert(format!("{kind:?}"), told);
        }
        snapshot(*dialect, "refusals", &Value::Object(replies));
    }
}

fn constrained(dialect: &str, body: &str, constraints: Constraints) -> Result<String, DialectError> {
    let request = dialects::by_id(dialect).unwrap().read_request(&Address::PLAIN, body.into()).unwrap();
    let edits = Edits { texts: Vec::new(), constraints };
    request.rewrite(&edits).map(|body| String::from_utf8(body).unwrap())
}

/// Dialect, body, constraints, body afterwards.
#[test]
fn constraints_change_what_they_name_and_nothing_else() {
    let tools = |names: &[&str]| Constraints {
        tools: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Constraints::default()
    };
    let tokens = || Constraints { max_tokens: Some(100), ..Constraints::default() };
    let warm = || Constraints { temperature: Some(0.5), ..Constraints::default() };
    let model = || Constraints { model: Some("m2".to_owned()), ..Constraints::default() };
    let prompts = || Constraints {
        system_prompts: vec!["A \"b\"".to_owned(), "C".to_owned()],
        ..Constraints::default()
    };
    let (openai, anthropic) = ("openai_chat", "anthropic_messages");
    let two =
        r#""tools":[{"type":"function","function":{"name":"a"}}, {"type":"custom","custom":{"name":"b"}}]"#;
    let rows: Vec<(&str, String, Constraints, String)> = vec![
        (openai, r#"{"model":"gpt-5","messages":[]}"#.into(), tokens(), r#"{"max_completion_tokens":100,"model":"gpt-5","messages":[]}"#.into()),
        (openai, r#"{"model":"llama3","messages":[]}"#.into(), tokens(), r#"{"max_tokens":100,"model":"llama3","messages":[]}"#.into()),
        (openai, r#"{"model":"m","messages":[],"max_tokens":200,"max_completion_tokens":50}"#.into(), tokens(), r#"{"model":"m","messages":[],"max_tokens":100,"max_completion_tokens":50}"#.into()),
        (openai, r#"{"model":"m","messages":[],"max_tokens":null}"#.into(), tokens(), r#"{"model":"m","messages":[],"max_tokens":100}"#.into()),
        (openai, r#"{"model":"m","messages":[],"temperature":0.9}"#.into(), warm(), r#"{"model":"m","messages":[],"temperature":0.5}"#.into()),
        (openai, r#"{"model":"m","messages":[],"temperature":0.30}"#.into(), warm(), r#"{"model":"m","messages":[],"temperature":0.30}"#.into()),
        (openai, r#"{"model":"m","messages":[]}"#.into(), warm(), r#"{"temperature":0.5,"model":"m","messages":[]}"#.into()),
        (openai, r#"{"model" : "m", "messages":[]}"#.into(), model(), r#"{"model" : "m2", "messages":[]}"#.into()),
        (openai, r#"{"model":"m","messages":[{"role":"user"}]}"#.into(), prompts(), r#"{"model":"m","messages":[{"role":"system","content":"A \"b\"\n\nC"},{"role":"user"}]}"#.into()),
        (openai, format!(r#"{{"model":"m",{two},"messages":[],"tool_choice":"auto"}}"#), tools(&["b"]), r#"{"model":"m","tools":[{"type":"custom","custom":{"name":"b"}}],"messages":[],"tool_choice":"auto"}"#.into()),
        (openai, format!(r#"{{"model":"m",{two},"tool_choice":{{"type":"function","function":{{"name":"a"}}}},"messages":[]}}"#), tools(&["b"]), r#"{"model":"m","tools":[{"type":"custom","custom":{"name":"b"}}],"messages":[]}"#.into()),
        (openai, format!(r#"{{{two},"model":"m","messages":[],"functions":[{{"name":"c"}}],"function_call":"auto","parallel_tool_calls":true,"web_search_options":{{}},"tool_choice":"required"}}"#), tools(&[]), r#"{"model":"m","messages":[]}"#.into()),
        (anthropic, r#"{"model":"m","messages":[],"max_tokens":200,"fallbacks":[{"model":"n","max_tokens":300}]}"#.into(), tokens(), r#"{"model":"m","messages":[],"max_tokens":100,"fallbacks":[{"model":"n","max_tokens":100}]}"#.into()),
        (anthropic, r#"{"model":"m","messages":[],"fallbacks":[{"model":"n"}]}"#.into(), model(), r#"{"model":"m2","messages":[]}"#.into()),
        (anthropic, r#"{"model":"m","messages":[]}"#.into(), prompts(), r#"{"system":"A \"b\"\n\nC","model":"m","messages":[]}"#.into()),
        (anthropic, r#"{"model":"m","system":"Z","messages":[]}"#.into(), prompts(), r#"{"model":"m","system":"A \"b\"\n\nC\n\nZ","messages":[]}"#.into()),
        (anthropic, r#"{"model":"m","system":[{"type":"text","text":"Z"}],"messages":[]}"#.into(), prompts(), r#"{"model":"m","system":[{"type":"text","text":"A \"b\"\n\nC"},{"type":"text","text":"Z"}],"messages":[]}"#.into()),
        (anthropic, r#"{"model":"m","messages":[],"tools":[{"name":"a"},{"type":"mcp_toolset","mcp_server_name":"crm"}],"tool_choice":{"type":"tool","name":"b"},"mcp_servers":[{"name":"crm","url":"https://c.example"}]}"#.into(), tools(&["a"]), r#"{"model":"m","messages":[],"tools":[{"name":"a"}]}"#.into()),
    ];
    for (dialect, body, constraints, wanted) in rows {
        assert_eq!(constrained(dialect, &body, constraints).unwrap(), wanted, "{body}");
    }
}

#[test]
fn a_tool_that_comes_in_mid_conversation_cannot_be_taken_out() {
    let body = r#"{"model":"m","messages":[{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"name":"rm"}}}]}]}"#;
    let constraints = Constraints { tools: Some(vec!["a".to_owned()]), ..Constraints::default() };
    let fault = constrained("anthropic_messages", body, constraints).unwrap_err();
    assert_eq!(fault, DialectError::Unconstrainable { field: "messages[0].content[0]".to_owned() });
}

#[test]
fn what_decisions_depend_on_must_have_its_type() {
    let rows = [
        ("model", json!(7)),
        ("model", json!("")),
        ("model", json!(null)),
        ("messages", json!("hello")),
        ("messages", json!(null)),
        ("stream", json!("true")),
        ("stream", json!(1)),
        ("max_tokens", json!(-1)),
        ("max_tokens", json!(1.5)),
        ("max_tokens", json!("100")),
        ("temperature", json!("hot")),
        ("tools", json!({"name": "a"})),
        ("tools", json!(["a"])),
        ("tools", json!([{}])),
    ];
    for dialect in &of_messages() {
        for (name, value) in &rows {
            let mut body = json!({"model": "m", "messages": [], "max_tokens": 9});
            body[*name] = value.clone();
            let fault = dialect.read_request(&address(*dialect), body.to_string().into_bytes()).unwrap_err();
            let DialectError::Wrong { field, .. } = fault else { panic!("{name}: {fault}") };
            assert!(field.starts_with(name), "{field}");
        }
    }
}

#[test]
fn a_known_member_in_another_letter_case_is_refused() {
    for (body, field) in [
        (r#"{"model":"m","Model":"n","messages":[]}"#, "model"),
        (r#"{"model":"m","messages":[],"MAX_TOKENS":9}"#, "max_tokens"),
        (r#"{"model":"m","messages":[],"ſtream":true}"#, "stream"),
        (r#"{"model":"m","messages":[{"role":"assistant","Role":"user"}]}"#, "messages[0].role"),
    ] {
        for dialect in &of_messages() {
            let fault = dialect.read_request(&address(*dialect), body.into()).unwrap_err();
            assert_eq!(fault, DialectError::Misspelt { field: field.to_owned() });
        }
    }
}

#[test]
fn signed_and_spoken_texts_are_not_changed() {
    let rows = [
        ("anthropic_messages", "answer_thinking"),
        ("openai_chat", "answer_audio"),
        ("anthropic_messages", "request_tools"),
    ];
    for (id, name) in rows {
        let (dialect, _, body) = cases(name).into_iter().find(|(dialect, ..)| dialect.id() == id).unwrap();
        let change = |parts: &[TextPart]| {
            let part = parts.iter().position(|part| sealed(part) && !part.text.is_empty()).unwrap();
            vec![(part, "[X]".to_owned())]
        };
        let fault = if name.starts_with("answer") {
            let answer: Answer = dialect.read_answer(&address(dialect), body).unwrap();
            answer.rewrite(&change(answer.parts())).unwrap_err()
        } else {
            let request: Request = dialect.read_request(&address(dialect), body).unwrap();
            request.rewrite(&Edits { texts: change(request.parts()), ..Edits::default() }).unwrap_err()
        };
        assert!(matches!(fault, DialectError::Signed { .. }), "{fault}");
    }
}

#[test]
fn an_edit_of_no_text_is_refused() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#;
    let request = dialects::by_id("openai_chat").unwrap().read_request(&Address::PLAIN, body.into()).unwrap();
    for part in [0, 99] {
        let edits = Edits { texts: vec![(part, "[X]".to_owned())], ..Edits::default() };
        assert_eq!(request.rewrite(&edits).unwrap_err(), DialectError::Misplaced { part });
    }
}

#[test]
fn covered_member_names_stay_apart() {
    let body = r#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\"ada@a.example\":1,\"bob@b.example\":2}"}}]}}]}"#;
    let answer = dialects::by_id("openai_chat").unwrap().read_answer(&Address::PLAIN, body.into()).unwrap();
    let names = answer.parts().iter().enumerate().filter(|(_, part)| part.text.contains('@'));
    let covered =
        answer.rewrite(&names.map(|(index, _)| (index, "[X]".to_owned())).collect::<Vec<_>>()).unwrap();
    assert!(String::from_utf8(covered).unwrap().contains(r#"{\"[X]\":1,\"[X] (2)\":2}"#));
}

#[test]
fn huge_and_deep_bodies_end_in_a_body_or_an_error() {
    let long =
        json!({"model": "m", "messages": [{"role": "user", "content": "a\"b".repeat(1 << 19)}]}).to_string();
    let deep = format!(r#"{{"model":"m","messages":[],"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let many = json!({"model": "m", "messages": [], "x": vec!["a"; 1 << 18]}).to_string();
    let number = format!(r#"{{"model":"m","messages":[],"x":{}}}"#, "9".repeat(1 << 20));
    for dialect in &of_messages() {
        let request = dialect.read_request(&address(*dialect), long.clone().into_bytes()).unwrap();
        assert_eq!(request.last_user_text().unwrap().len(), 3 << 19);
        assert!(matches!(
            dialect.read_request(&address(*dialect), deep.clone().into_bytes()),
            Err(DialectError::TooDeep { .. })
        ));
        assert_eq!(
            dialect.read_request(&address(*dialect), many.clone().into_bytes()).unwrap_err(),
            DialectError::TooManyTexts
        );
        assert!(dialect.read_request(&address(*dialect), number.clone().into_bytes()).is_ok());
    }
}

#[test]
fn ids_paths_and_notes_of_the_tables_are_in_order() {
    assert!(DIALECTS.iter().map(|dialect| dialect.id()).is_sorted());
    for dialect in DIALECTS {
        let mut rows: Vec<_> =
            dialect.fields().iter().map(|field| (field.path, format!("{:?}", field.way))).collect();
        let all = rows.len();
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), all, "a row of {} stands twice", dialect.id());
        assert!(dialect.fields().iter().all(|field| !field.note.is_empty()));
    }
}

/// JSON of the words that dialects know, in any place, so that wrong types come up everywhere.
fn body() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "model",
        "messages",
        "role",
        "user",
        "assistant",
        "content",
        "type",
        "text",
        "tool_calls",
        "function",
        "arguments",
        "name",
        "tools",
        "system",
        "input",
        "tool_use",
        "tool_result",
        "image_url",
        "source",
        "data",
        "thinking",
        "signature",
        "choices",
        "message",
        "usage",
        "logprobs",
        "stream",
        "n",
        "{\"a\":[1]}",
        "{\"a\":",
        "tool_choice",
        "mcp_servers",
        "url",
        "é😀",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<u32>().prop_map(Into::into),
        word.clone().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map(word.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_is_given_back_byte_by_byte_or_refused(mut body in body(), pretty in any::<bool>(), whole in any::<bool>()) {
        if let (Some(members), true) = (body.as_object_mut(), whole) {
            members.insert("model".to_owned(), "m".into());
            members.entry("messages").and_modify(|value| *value = json!([value.clone()])).or_insert(json!([]));
        }
        let bytes = if pretty { serde_json::to_vec_pretty(&body) } else { serde_json::to_vec(&body) }.unwrap();
        for dialect in DIALECTS {
            if let Ok(request) = dialect.read_request(&address(*dialect), bytes.clone()) {
                prop_assert_eq!(request.rewrite(&Edits::default()).unwrap(), bytes.clone());
            }
            let answer = dialect.read_answer(&address(*dialect), bytes.clone()).unwrap();
            prop_assert_eq!(answer.rewrite(&[]).unwrap(), bytes.clone());
        }
    }

    #[test]
    fn covered_texts_are_gone_and_the_rest_stands(body in body()) {
        for dialect in DIALECTS {
            let answer = dialect.read_answer(&address(*dialect), body.to_string().into_bytes()).unwrap();
            let edits: Vec<_> = cover(answer.parts()).into_iter().filter(|(index, _)| !answer.parts()[*index].text.is_empty()).collect();
            let covered = answer.rewrite(&edits);
            if matches!(covered, Err(DialectError::Signed { .. })) {
                continue;
            }
            let again = dialect.read_answer(&address(*dialect), covered.unwrap()).unwrap();
            let before: Vec<_> = edits.iter().map(|(index, _)| &answer.parts()[*index].text).collect();
            for part in again.parts().iter().filter(|part| !before.is_empty() && !sealed(part) && part.text.len() > 20) {
                prop_assert!(part.text.starts_with("[X]"), "{}", part.text);
            }
        }
    }

    #[test]
    fn damaged_bodies_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        for (dialect, name, mut body) in cases("") {
            let place = at.index(body.len());
            if cut { body.truncate(place) } else { body[place] = byte }
            if name.starts_with("request") {
                let _ = dialect.read_request(&address_of(dialect, &name), body).map(|request| request.rewrite(&Edits::default()));
            } else {
                let _ = dialect.read_answer(&address_of(dialect, &name), body).map(|answer| answer.rewrite(&cover(answer.parts())));
            }
        }
    }
}
