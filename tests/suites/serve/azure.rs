//! What only the function on Azure does: it believes the platform where that is switched on, calls as its identity,
//! reads credentials from a vault, and sends its records to Azure Monitor before an answer ends. The services are
//! doubles that answer as they would.

use std::time::Duration;

use azure_functions_shim::host::{Host, HostSettings, Level};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conformance::azure;
use conformance::azure::identity::token_for;
use conformance::azure::key_vault::KeyVault;
use conformance::http::Request;
use conformance::program;
use conformance::served::{Served, Settings};
use conformance::upstream::{Gate, Script, Step, Stream, Upstream};
use serde_json::{Value, json};

const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
const SAID: &str = r#"{"id":"m1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#;

const KEY: &str = "sk-upstream-quokka-secret";
const MODELS: &str = "https://cognitiveservices.azure.com";

fn calls_of_azure() -> [(Request, &'static str); 3] {
    let chat =
        |model: &str| json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]}).to_string();
    let claude = json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]});
    [
        (
            Request::post("/openai/deployments/mine/chat/completions?api-version=2024-10-21", chat("m")),
            CHATTED,
        ),
        (Request::post("/openai/v1/chat/completions", chat("mine")), CHATTED),
        (Request::post("/anthropic/v1/messages", claude.to_string()), SAID),
    ]
}

fn vault_settings(vault: &KeyVault, upstream: &Upstream, place: &str) -> Settings {
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("SALLYPORT_SECRET_OPENAI", place);
    vault.variables().iter().fold(settings, |settings, (name, value)| settings.variable(name, value))
}

/// The lines that a function has printed, each of which is JSON.
fn lines(served: &Served) -> Vec<Value> {
    let lines = served.function_app().host().lines();
    assert!(
        lines.iter().all(|line| line.level == Level::Information),
        "nothing to standard error: {lines:?}"
    );
    lines.iter().map(|line| serde_json::from_str(&line.text).unwrap()).collect()
}

#[test]
fn the_models_of_azure_are_called_with_a_token_of_the_functions_identity() {
    for (request, answer) in calls_of_azure() {
        let upstream = Upstream::start(Script::json(answer));
        let settings = Settings::of_policy(super::policy()).upstream("azure_openai", &upstream.url());
        let served = azure::serve(&settings.variable("AZURE_CLIENT_ID", "client-1"));
        for _ in 0..2 {
            let told = served.call(&request.clone().with("api-key", "key-of-the-caller"));
            assert_eq!(told.status, 200, "{}", told.text());
        }
        for arrived in upstream.arrived() {
            assert_eq!(arrived.values("authorization"), [format!("Bearer {}", token_for(MODELS))]);
            assert!(arrived.values("api-key").is_empty() && arrived.values("x-api-key").is_empty());
        }
        let asked = served.function_app().identities().asked();
        let for_models: Vec<_> =
            asked.iter().filter(|asked| asked.line.contains("cognitiveservices")).collect();
        assert_eq!(for_models.len(), 1, "a token is kept: {asked:?}");
        assert!(for_models[0].line.contains("client_id=client-1"), "{:?}", for_models[0].line);
        assert!(!served.everything_written().contains("token-for-"));
    }
}

#[test]
fn without_a_token_a_call_is_not_made() {
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy()).upstream("azure_openai", &upstream.url());
    let served = azure::serve(&settings);
    served.function_app().identities().change(Script::json(r#"{"error":"quokka"}"#).status(400));
    let [(request, _), ..] = calls_of_azure();
    let answer = served.call(&request);
    assert_eq!(answer.status, 503, "{}", answer.text());
    // Without a token the records are written out.
    let record = served.wait_for_record(|record| record["final"] == true);
    assert_eq!(record["outcome"], "internal", "{record}");
    assert!(upstream.arrived().is_empty() && !served.everything_written().contains("quokka"));
}

#[test]
fn the_models_of_azure_are_called_with_a_key_where_there_is_one() {
    for (request, answer) in calls_of_azure() {
        let (vault, upstream) = (KeyVault::start(), Upstream::start(Script::json(answer)));
        vault.put("azure-openai", &json!({"key": KEY}).to_string());
        let settings = Settings::of_policy(super::policy())
            .upstream("azure_openai", &upstream.url())
            .variable("SALLYPORT_SECRET_AZURE_OPENAI", "azure-openai#key");
        let settings =
            vault.variables().iter().fold(settings, |all, (name, value)| all.variable(name, value));
        let served = azure::serve(&settings);
        assert_eq!(served.call(&request).status, 200);
        let [arrived] = &upstream.arrived()[..] else { panic!("one: {:?}", upstream.arrived()) };
        let shown = [arrived.values("api-key"), arrived.values("x-api-key")].concat();
        assert!(shown.contains(&KEY) && shown.iter().all(|key| *key == KEY), "{arrived:?}");
        assert!(!served.everything_written().contains(KEY));
    }
}

#[test]
fn a_credential_comes_from_the_vault_and_is_asked_for_once() {
    let (vault, upstream) = (KeyVault::start(), Upstream::start(Script::json(CHATTED)));
    vault.put("openai", "an old one");
    vault.put_with(
        "openai",
        &json!({"value": KEY}).to_string(),
        json!({"enabled": true, "nbf": 1, "exp": 4_102_444_800_u64}),
    );
    let served = azure::serve(&vault_settings(&vault, &upstream, "openai#value"));
    for _ in 0..3 {
        let answer = served.call(&super::chat("Hello").with("authorization", "Bearer of-the-caller"));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let arrived = upstream.arrived();
    assert!(arrived.iter().all(|arrived| arrived.values("authorization") == [format!("Bearer {KEY}")]));
    // The vault says first whose token it wants.
    let [challenged, asked] = &vault.asked()[..] else { panic!("twice: {:?}", vault.asked()) };
    assert!(challenged.values("authorization").is_empty());
    assert!(
        asked.line.starts_with("GET /secrets/openai?api-version=")
            || asked.line.starts_with("GET /secrets/openai/?api-version="),
        "{}",
        asked.line
    );
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn a_credential_that_must_not_be_used_is_not() {
    let rows = [
        json!({"enabled": false}),
        json!({"enabled": true, "nbf": 4_102_444_800_u64}),
        json!({"enabled": true, "exp": 1_000_000_000}),
    ];
    for attributes in rows {
        let (vault, upstream) = (KeyVault::start(), Upstream::start(Script::json(CHATTED)));
        vault.put_with("openai", KEY, attributes.clone());
        let served = azure::serve(&vault_settings(&vault, &upstream, "openai"));
        let (answer, records) = served.call_recorded(&super::chat("Hello"));
        assert_eq!(answer.status, 503, "{attributes}: {}", answer.text());
        assert_eq!(records.last().unwrap()["outcome"], "internal", "{attributes}: {records:?}");
        assert!(upstream.arrived().is_empty(), "{attributes}");
        let written = served.everything_written();
        assert!(!written.contains("quokka"), "{attributes}: {written}");
    }
}

#[test]
fn the_key_of_a_function_lets_in_and_goes_no_further() {
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream.url());
    let by = HostSettings { function_key: Some("key-of-the-function".to_owned()), ..HostSettings::default() };
    let served = azure::serve_by(&settings, by);
    assert_eq!(served.call(&super::chat("Hello")).status, 401, "the host lets nobody in without it");
    let chat = super::chat("Hello");
    let in_query =
        Request { path: "/v1/chat/completions?code=key-of-the-function&x=1".to_owned(), ..chat.clone() };
    for request in [chat.with("x-functions-key", "key-of-the-function"), in_query] {
        let added = [
            ("x-azure-ref", "a"),
            ("x-arr-log-id", "a"),
            ("disguised-host", "a"),
            ("was-default-hostname", "a"),
        ];
        let request = added.iter().fold(request, |request, (name, value)| request.with(name, value));
        assert_eq!(served.call(&request).status, 200);
    }
    for arrived in upstream.arrived() {
        let shown = format!("{arrived:?}");
        assert!(!shown.contains("key-of-the-function"), "{shown}");
        let of_platform = ["x-ms-", "x-functions-", "x-azure-", "x-arr-", "disguised-", "was-default-"];
        let added = |(name, _): &&(String, String)| of_platform.iter().any(|start| name.starts_with(start));
        assert_eq!(arrived.headers.iter().find(added), None, "{shown}");
    }
    assert_eq!(upstream.arrived().len(), 2);
    // Nor is it told of what is refused: a call that a rule blocks, a path that nobody serves, a body that is none.
    for (path, text) in
        [("/v1/chat/completions", "drop table users"), ("/nowhere", "Hello"), ("/v1/models/key-of", "Hello")]
    {
        let path = format!("{path}?code=key-of-the-function");
        let answer = served.call(&Request { path, ..super::chat(text) });
        assert!(answer.status >= 400 && !answer.everything().contains("key-of-the-function"), "{answer:?}");
    }
    assert_eq!(upstream.arrived().len(), 2);
    let _ = served.records();
    let told = served.everything_written() + &served.log();
    assert!(!told.contains("key-of-the-function"), "{told}");
}

#[test]
fn a_callers_own_code_goes_on_only_where_it_cannot_be_a_key_of_the_function() {
    let request = || Request {
        path: "/v1/chat/completions?code=quokka-code&x=1".to_owned(),
        ..super::chat("Hello").with("x-functions-key", "quokka-key")
    };
    for (passes, arrives) in
        [("true", "POST /v1/chat/completions?code=quokka-code&x=1"), ("", "POST /v1/chat/completions?x=1")]
    {
        let upstream = Upstream::start(Script::json(CHATTED));
        let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream.url());
        let served = azure::serve(&settings.variable("SALLYPORT_PASS_CODE", passes));
        assert_eq!(served.call(&request()).status, 200);
        let [arrived] = &upstream.arrived()[..] else { panic!("one: {:?}", upstream.arrived()) };
        assert_eq!(arrived.line, format!("{arrives} HTTP/1.1"));
        assert!(!format!("{arrived:?}").contains("quokka-key"), "{arrived:?}");
        assert_eq!(served.records().len(), 2);
        let written = served.everything_written();
        assert!(!written.contains("quokka") && !served.log().contains("quokka"), "{written}");
    }
    let keyed = conformance::files::read("functions/azure/app/enforce/gate/function.json");
    let keyed = keyed.replace("anonymous", "function");
    let package = tempfile::tempdir().unwrap();
    std::fs::create_dir(package.path().join("gate")).unwrap();
    std::fs::write(package.path().join("gate/function.json"), keyed).unwrap();
    let root = package.path().display().to_string();
    let variables = [("SALLYPORT_PASS_CODE", "true"), ("FUNCTIONS_APP_ROOT_PATH", &root)];
    let finished = program::run_function("sallyport-azure-enforce", &[], &variables);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("`SALLYPORT_PASS_CODE`: a `code` could be the key"), "{finished:?}");
}

#[test]
fn a_record_that_is_too_long_for_the_log_stands_there_in_parts() {
    let policy = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: p}\nspec:\n  rules:\n    - {name: all, type: logging, trigger: on_every_request, capture: [input, output]}\n";
    let served = azure::serve(&Settings::of_policy(policy));
    let none = |status: u16| Script::Answer { status, headers: Vec::new(), body: Vec::new() };
    served.function_app().ingestion().refuse(vec![none(403), none(403)]);
    let _ = served.call(&super::chat(&"\"\n".repeat(10_000)));
    let host = served.function_app().host();
    let line = host.wait_for_line("\"record_part\":", Duration::from_secs(60)).unwrap();
    let line: Value = serde_json::from_str(&line.text).unwrap();
    let last = format!("\"part\":{0},\"parts\":{0},\"hash\":{1}", line["parts"], line["hash"]);
    let _ = host.wait_for_line(&last, Duration::from_secs(60)).unwrap();
    assert!(lines(&served).iter().all(|line| line.to_string().len() <= 32_768));
    assert_eq!(served.records().len(), 2);
    let verified = program::run(&["verify", &served.log_path().display().to_string()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

fn principal(id: &str) -> String {
    let claims = json!([{"typ": "oid", "val": id}, {"typ": "groups", "val": "batch"}]);
    STANDARD.encode(json!({"auth_typ": "aad", "claims": claims}).to_string())
}

#[test]
fn the_platforms_word_counts_where_it_proves_callers_and_nowhere_else() {
    let keys = format!("keys:\n  - {{id: ada, sha256: {}}}\n", "ab".repeat(32));
    for easy_auth in ["true", "false"] {
        let settings = Settings::of_policy(super::policy()).variable("SALLYPORT_EASYAUTH", easy_auth);
        let served =
            azure::serve(&settings.keys(keys.as_str()).variable("SALLYPORT_ALLOW_ANONYMOUS", "false"));
        let request = super::chat("Hello")
            .with("x-ms-client-principal", &principal("quokka-1"))
            .with("x-ms-client-principal-id", "quokka-1")
            .with("x-ms-client-principal-idp", "aad");
        let (answer, records) = served.call_recorded(&request);
        let identity = records.last().unwrap()["identity"].clone();
        if easy_auth == "true" {
            assert_eq!((answer.status, &identity["id"]), (200, &"quokka-1".into()), "{records:?}");
            assert_eq!(identity["kind"], "provider", "{identity}");
        } else {
            assert_eq!(
                (answer.status, &identity["id"]),
                (401, &Value::Null),
                "whoever wrote it: {records:?}"
            );
        }
        assert_eq!(served.call(&super::chat("Hello")).status, 401, "nobody was proved");
    }
    let served = azure::serve(&Settings::of_policy(super::policy()).variable("SALLYPORT_EASYAUTH", "true"));
    let answer = served.call(&super::chat("Hello").with("x-ms-client-principal", "%%"));
    assert_eq!(answer.status, 400, "what cannot be read is nobody: {}", answer.text());
    assert!(served.records().is_empty());
}

#[test]
fn every_record_is_a_row_before_its_answer_ends_and_proves_itself() {
    let served = azure::serve(&Settings::of_policy(super::policy()));
    for text in ["Hello", "drop table users"] {
        let before = served.function_app().ingestion().rows(<[_]>::len);
        let _ = served.call(&super::chat(text));
        assert!(served.function_app().ingestion().rows(<[_]>::len) > before, "it is there already");
    }
    let rows = served.function_app().ingestion().rows(<[_]>::to_vec);
    let columns: Vec<_> = rows[2].as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = vec![
        "TimeGenerated",
        "DecisionId",
        "Provider",
        "Decision",
        "Reasons",
        "Outcome",
        "Identity",
        "Dialect",
        "Model",
        "Policy",
        "Revision",
        "Record",
        "RecordText",
        "Sequence",
        "Hash",
    ];
    expected.sort_unstable();
    assert_eq!(columns, expected);
    assert_eq!(
        (&rows[2]["Decision"], &rows[2]["Reasons"], &rows[2]["Provider"]),
        (&"block".into(), &json!(["no-sql"]), &"azure".into())
    );
    assert_eq!(
        (rows.len(), &rows[2]["Sequence"], &rows[2]["Hash"]),
        (3, &3.into(), &rows[2]["Record"]["chain"]["hash"])
    );
    assert_eq!(rows[2]["Record"]["region"], "West Europe");
    let text = rows[2]["RecordText"].as_str().unwrap();
    assert_eq!(rows[2]["Record"], serde_json::from_str::<Value>(text).unwrap());
    let _ = served.records();
    let verified = program::run(&["verify", &served.log_path().display().to_string()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let host = served.function_app().host();
    let line = host.wait_for_line("block request openai_chat", Duration::from_secs(60)).unwrap();
    assert!(!line.text.contains("\"record\"") && line.level == Level::Information, "{line:?}");
}

#[test]
fn records_that_are_not_taken_at_once_are_sent_again_or_written_out() {
    let none = |status: u16| Script::Answer { status, headers: Vec::new(), body: Vec::new() };
    let soon = || none(429).header("retry-after", "0");
    let rows: [(Vec<Script>, bool); 5] = [
        (vec![soon(), soon()], false),
        (vec![none(429).header("retry-after", "60")], true),
        (vec![none(413)], true),
        (vec![none(403)], true),
        (vec![Script::HangUp], true),
    ];
    for (refusals, spilled) in rows {
        let served = azure::serve(&Settings::of_policy(super::policy()));
        served.function_app().ingestion().refuse(refusals.clone());
        assert_eq!(served.call(&super::chat("drop table users")).status, 403);
        let host = served.function_app().host();
        if spilled {
            let line = host.wait_for_line("\"spilled\":true", Duration::from_secs(60)).unwrap();
            let line: Value = serde_json::from_str(&line.text).unwrap();
            assert_eq!(line["record"]["decision"], "block", "{line}");
        } else {
            assert_eq!(served.function_app().ingestion().rows(<[_]>::len), 1, "{refusals:?}");
        }
        let [record] = &served.records()[..] else { panic!("{refusals:?}: {}", served.log()) };
        assert_eq!(record["decision"], "block");
        let verified = program::run(&["verify", &served.log_path().display().to_string()]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
        let _ = lines(&served);
    }
}

#[test]
fn without_a_place_for_records_they_are_lines_of_the_log() {
    let empty = ["SALLYPORT_LOGS_ENDPOINT", "SALLYPORT_LOGS_RULE", "SALLYPORT_LOGS_STREAM"];
    let settings = Settings::of_policy(super::policy());
    let served = azure::serve(&empty.iter().fold(settings, |settings, name| settings.variable(name, "")));
    assert_eq!(served.call(&super::chat("drop table users")).status, 403);
    let host = served.function_app().host();
    let line = host.wait_for_line("\"record\":", Duration::from_secs(60)).unwrap();
    let line: Value = serde_json::from_str(&line.text).unwrap();
    assert_eq!((&line["level"], &line["record"]["decision"]), (&"INFO".into(), &"block".into()));
    assert!(line["message"].as_str().unwrap().starts_with("block request openai_chat echo-1"), "{line}");
    assert!(line["spilled"].is_null());
    let _ = served.records();
    let verified = program::run(&["verify", &served.log_path().display().to_string()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn a_record_is_out_before_the_host_kills_the_function_in_the_middle_of_the_call() {
    let left = Gate::default();
    let says = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello. And then some.\"}}]}\n\n";
    let stalls = Stream::of_events(vec![Step::Write(says.into()), Step::UntilLeft(left)]);
    let upstream = Upstream::start(Script::Stream(stalls));
    let served = azure::serve(&Settings::of_policy(super::policy()).upstream("openai", &upstream.url()));
    let body = json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]});
    let mut coming = Request::post("/v1/chat/completions", body.to_string()).open(served.address());
    let _ = coming.read_until("Hello.");
    let record = served.wait_for_record(|record| record["gate"] == "request");
    assert_eq!((&record["decision"], &record["final"]), (&"allow".into(), &false.into()));
    let ingestion = served.function_app().ingestion().clone();
    drop(served);
    assert_eq!(ingestion.rows(|rows| rows[0]["DecisionId"].clone()), record["decision_id"]);
}

#[test]
fn a_policy_that_does_not_compile_refuses_every_call_and_says_so() {
    let bad = conformance::files::read("tests/testdata/serve/ten_faults.yaml");
    let served = azure::serve(&Settings::of_policy(bad));
    let (answer, records) = served.call_recorded(&super::chat("Hello"));
    assert_eq!((answer.status, answer.header("x-should-retry")), (403, Some("false")), "{}", answer.text());
    let last = records.last().unwrap();
    assert_eq!((&last["decision"], &last["policy"]["name"]), (&"block".into(), &"invalid".into()), "{last}");
    let host = served.function_app().host();
    let _ = host.wait_for_line("block request openai_chat", Duration::from_secs(60)).unwrap();
    let told = lines(&served);
    let refused =
        told.iter().filter(|line| line["message"].as_str().unwrap().contains("every call is refused"));
    assert!(refused.filter(|line| line["level"] == "ERROR").count() >= 10, "{told:?}");
}

#[test]
fn settings_with_faults_are_told_in_a_sentence_each_and_end_with_two() {
    type Variables = &'static [(&'static str, &'static str)];
    let rows: [(Variables, &[&str]); 3] = [
        (&[], &["FUNCTIONS_CUSTOMHANDLER_PORT"]),
        (
            &[("SALLYPORT_UPSTREAM_OPENAI", "quokka"), ("SALLYPORT_NONSENSE", "1")],
            &["FUNCTIONS_CUSTOMHANDLER_PORT", "SALLYPORT_UPSTREAM_OPENAI", "SALLYPORT_NONSENSE"],
        ),
        (
            &[
                ("FUNCTIONS_CUSTOMHANDLER_PORT", "7071"),
                ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com"),
                ("SALLYPORT_SECRET_OPENAI", "openai"),
                ("SALLYPORT_LOGS_RULE", "dcr-1"),
            ],
            &["SALLYPORT_LOGS_ENDPOINT", "SALLYPORT_VAULT_URL"],
        ),
    ];
    for (variables, words) in rows {
        let finished = program::run_function("sallyport-azure-enforce", &[], variables);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        let told: Vec<_> = finished.stderr.lines().collect();
        assert_eq!(told.len(), words.len(), "{finished:?}");
        for (line, word) in told.iter().zip(words) {
            assert!(line.starts_with("sallyport: ") && line.contains(word), "{line}");
        }
    }
    let help = program::run_function("sallyport-azure-enforce", &["--help"], &[]);
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("SALLYPORT_POLICY"), "{help:?}");
}

#[test]
fn a_policy_that_is_not_there_ends_the_function_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("none.yaml").display().to_string();
    let variables = [("SALLYPORT_POLICY".to_owned(), policy.clone())].into();
    let settings = HostSettings { variables, ..HostSettings::default() };
    // It may have answered the first probe by then, as the host sees it.
    match Host::start(&program::function("sallyport-azure-enforce"), settings) {
        Err(fault) => assert!(fault.to_string().contains(&policy), "{fault}"),
        Ok(host) => drop(host.wait_for_line(&policy, Duration::from_secs(60)).unwrap()),
    }
}
