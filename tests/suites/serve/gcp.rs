//! What only the service on Cloud Run does: it checks Google's tokens, calls Vertex AI as its account and only where it
//! may, reads credentials from Secret Manager, and writes what Cloud Logging takes.

use std::time::Duration;

use conformance::gcp;
use conformance::gcp::id_tokens::{ACCOUNT, IdTokens, unsigned};
use conformance::gcp::metadata::{Metadata, REGION};
use conformance::gcp::secret_manager::{SecretManager, TOKEN};
use conformance::http::Request;
use conformance::program;
use conformance::served::{Served, Settings};
use conformance::upstream::{Gate, Script, Step, Stream, Upstream};
use serde_json::{Value, json};

const AUDIENCE: &str = "https://gate.example";
const KEY: &str = "sk-upstream-quokka-secret";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
const GENERATED: &str = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}"#;

/// A call to Vertex AI at a location; without one, to none.
fn generate(location: Option<&str>) -> Request {
    let place = location.map(|location| format!("projects/p1/locations/{location}/")).unwrap_or_default();
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]});
    Request::post(&format!("/v1/{place}publishers/google/models/m:generateContent"), body.to_string())
}

fn stream(text: &str) -> Request {
    let body = json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": text}]});
    Request::post("/v1/chat/completions", body.to_string())
}

fn says(text: &str) -> Step {
    let piece = json!({"id": "c1", "object": "chat.completion.chunk", "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}}]});
    Step::Write(format!("data: {piece}\n\n").into())
}

/// The lines of its standard output, which are records.
fn lines(written: &str) -> Vec<Value> {
    written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn who_calls_is_told_by_googles_token_and_the_token_goes_nowhere() {
    let tokens = IdTokens::start();
    let header = json!({"alg": "RS256", "kid": "k", "typ": "JWT"});
    let checked = format!("{}.SIGNATURE_REMOVED_BY_GOOGLE", unsigned(&header, &IdTokens::claims(AUDIENCE)));
    let signed = tokens.token(&IdTokens::claims(AUDIENCE));
    let foreign = tokens.token(&IdTokens::claims("https://other.example"));
    for platform_checks in [false, true] {
        let upstream = Upstream::start(Script::json(CHATTED));
        let settings = Settings::of_policy(super::policy())
            .upstream("openai", &upstream.url())
            .variable("SALLYPORT_ALLOW_ANONYMOUS", "false")
            .variable("SALLYPORT_AUDIENCE", AUDIENCE)
            .variable("SALLYPORT_GOOGLE_KEYS", &tokens.keys_url())
            .variable("SALLYPORT_PLATFORM_CHECKS", &platform_checks.to_string());
        let served = gcp::serve(&settings);
        let rows = [(&signed, 200), (&checked, if platform_checks { 200 } else { 401 }), (&foreign, 401)];
        for (token, status) in rows {
            for header in ["x-serverless-authorization", "authorization"] {
                let call = super::chat("Hello").with(header, &format!("Bearer {token}"));
                let (answer, records) = served.call_recorded(&call);
                assert_eq!(answer.status, status, "{header}, the platform checks: {platform_checks}");
                let who =
                    if status == 200 { json!({"id": ACCOUNT, "kind": "provider"}) } else { Value::Null };
                assert_eq!(records.last().unwrap()["identity"], who, "{records:?}");
            }
        }
        assert_eq!(served.call(&super::chat("Hello")).status, 401);
        let shown: Vec<_> = upstream.arrived().into_iter().flat_map(|arrived| arrived.headers).collect();
        assert!(!shown.iter().any(|(name, value)| name.contains("authorization") || value.contains("eyJ")));
        assert!(!served.everything_written().contains("eyJ"));
    }
}

#[test]
fn a_call_to_vertex_is_the_services_own_and_goes_on_with_its_trace() {
    let metadata = Metadata::start();
    let upstream = Upstream::start(Script::json(GENERATED));
    let settings = Settings::of_policy(super::policy()).upstream("vertex", &upstream.url());
    let served = gcp::serve_beside(&settings, metadata.clone());
    let told = |path: &str| metadata.asked().iter().filter(|asked| asked.line.contains(path)).count();
    assert_eq!(told("/token"), 0, "nothing is asked for before the first call");
    let google = format!("{TRACE}/13235353014750950193;o=1");
    for _ in 0..3 {
        let call = generate(Some("us-central1"))
            .with("authorization", "Bearer of-the-caller")
            .with("x-cloud-trace-context", &google)
            .with("x-goog-authenticated-user-email", "eve@example.com");
        assert_eq!(served.call(&call).status, 200);
    }
    assert_eq!(told("/token"), 1, "a token is kept");
    for arrived in upstream.arrived() {
        assert_eq!(arrived.values("authorization"), [format!("Bearer {TOKEN}")]);
        assert_eq!(arrived.values("x-cloud-trace-context"), [&google]);
        assert!(arrived.values("x-goog-authenticated-user-email").is_empty());
    }
    for line in lines(&served.stdout()) {
        assert_eq!(line["logging.googleapis.com/trace"], format!("projects/p1/traces/{TRACE}"));
        assert_eq!(line["logging.googleapis.com/spanId"], "b7ad6b7169203331");
        assert_eq!(line["logging.googleapis.com/trace_sampled"], true);
        assert_eq!(
            (&line["record"]["region"], &line["record"]["instance"]),
            (&json!("us-central1"), &json!("gate-00001-abc"))
        );
    }
    assert!(!served.everything_written().contains(TOKEN));
}

#[test]
fn a_call_to_a_location_that_may_not_be_called_is_refused_and_recorded() {
    let upstream = Upstream::start(Script::json(GENERATED));
    let settings = Settings::of_policy(super::policy())
        .upstream("vertex", &upstream.url())
        .variable("SALLYPORT_REGIONS", "europe-west1");
    let served = gcp::serve(&settings);
    for location in
        [Some("us-central1"), Some("global"), Some("europe-west1.evil.example"), Some("EUROPE-WEST1"), None]
    {
        let (answer, records) = served.call_recorded(&generate(location));
        let told = (answer.status, answer.header("x-should-retry"), &answer.json()["error"]["status"]);
        assert_eq!(
            told,
            (403, Some("false"), &json!("PERMISSION_DENIED")),
            "{location:?}: {}",
            answer.text()
        );
        let [record] = &records[..] else { panic!("{location:?}: {records:?}") };
        let told = (&record["decision"], &record["outcome"], &record["final"], &record["model"]);
        assert_eq!(
            told,
            (&json!("block"), &json!("foreign_location"), &json!(true), &json!("m")),
            "{record}"
        );
        assert_eq!(record["region"], location.unwrap_or(REGION), "{record}");
    }
    assert!(upstream.arrived().is_empty(), "nothing was sent");
    assert_eq!(served.call(&generate(Some("europe-west1"))).status, 200);
}

#[test]
fn a_policy_may_say_where_models_are_called() {
    let policy = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: here}\nspec:\n  rules:\n    - {name: not-everywhere, \
                  type: model_access, regions: [global], action: BLOCK}\n";
    let upstream = Upstream::start(Script::json(GENERATED));
    let served = gcp::serve(&Settings::of_policy(policy).upstream("vertex", &upstream.url()));
    assert_eq!(served.call(&generate(Some("us-central1"))).status, 200);
    let (answer, records) = served.call_recorded(&generate(Some("global")));
    assert_eq!((answer.status, &records[0]["reasons"]), (403, &json!(["not-everywhere"])), "{records:?}");
}

#[test]
fn a_credential_comes_from_secret_manager_and_is_asked_for_once() {
    let manager = SecretManager::start();
    let _ = manager.put("openai", &json!({"key": KEY}).to_string());
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("SALLYPORT_SECRETS_ENDPOINT", &manager.url())
        .variable("SALLYPORT_SECRET_OPENAI", "projects/p1/secrets/openai#key");
    let served = gcp::serve(&settings);
    assert!(manager.calls().is_empty(), "nothing is fetched before the first call");
    for _ in 0..3 {
        assert_eq!(
            served.call(&super::chat("Hello").with("authorization", "Bearer of-the-caller")).status,
            200
        );
    }
    let arrived = upstream.arrived();
    assert!(arrived.iter().all(|arrived| arrived.values("authorization") == [format!("Bearer {KEY}")]));
    let expected = ["current", "latest"]
        .map(|name| format!("GET /v1/projects/p1/secrets/openai/versions/{name}:access"));
    assert_eq!(manager.calls(), expected);
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn a_record_is_a_line_of_cloud_logging_that_proves_itself() {
    let served = gcp::serve(&Settings::of_policy(super::policy()));
    for text in ["Hello", "drop table users"] {
        let _ = served.call(&super::chat(text));
    }
    let written = lines(&served.stdout());
    assert_eq!(written.len(), 3);
    let mut ids: Vec<_> =
        written.iter().map(|line| line["logging.googleapis.com/insertId"].to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
    for line in &written {
        let labels = json!({"log": "decision", "service": "gate", "revision": "gate-00001-abc"});
        assert_eq!(line["logging.googleapis.com/labels"], labels);
        let (record, id) = (&line["record"], &line["logging.googleapis.com/insertId"]);
        assert_eq!((&line["time"], id), (&record["time"], &record["chain"]["hash"]));
        let severity = record["severity"].as_str().unwrap().to_ascii_uppercase();
        assert_eq!(
            (&line["severity"], &record["provider"], &record["region"]),
            (&json!(severity), &json!("gcp"), &json!(REGION))
        );
    }
    let _ = served.records();
    let verified = program::run(&["verify", &served.log_path().display().to_string()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn a_call_that_the_platform_would_break_off_ends_before_that_and_is_recorded() {
    let left = Gate::default();
    let stalls = Stream::of_events(vec![says("Hello. And then some."), Step::UntilLeft(left.clone())]);
    let rows = [(super::chat("Hi"), Script::Silence, 504), (stream("Hi"), Script::Stream(stalls), 200)];
    for (request, script, status) in rows {
        let upstream = Upstream::start(script);
        let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream.url());
        let served = gcp::serve(&settings.longest_call(Duration::from_secs(1)));
        let (answer, records) = served.call_recorded(&request);
        assert_eq!((answer.status, answer.text().contains("\"error\"")), (status, true), "{}", answer.text());
        let [_, last] = &records[..] else { panic!("one for each gate: {records:?}") };
        assert_eq!((&last["outcome"], &last["final"]), (&json!("upstream_slow"), &json!(true)), "{last}");
    }
    left.wait();
}

/// The platform ends a service ten seconds after it has told it to end.
#[test]
fn a_stream_that_is_under_way_when_the_service_is_told_to_end_comes_to_its_end() {
    let gate = Gate::default();
    let ends = Step::Write("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".into());
    let steps = vec![
        says("The first words. And some more of them."),
        Step::Wait(gate.clone()),
        says(" The last."),
        ends,
    ];
    let upstream = Upstream::start(Script::Stream(Stream::of_events(steps)));
    let served = gcp::serve(&Settings::of_policy(super::policy()).upstream("openai", &upstream.url()));
    let mut coming = stream("Hi").open(served.address());
    let _ = coming.read_until("first");
    let stopped = stop_aside(served, &gate);
    let told = coming.rest().text();
    assert!(told.contains("last.") && told.contains("[DONE]"), "{told}");
    let (finished, records) = stopped.join().unwrap();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let [_, last] = &records[..] else { panic!("one for each gate: {records:?}") };
    assert_eq!((&last["outcome"], &last["final"]), (&json!("ok"), &json!(true)), "{last}");
}

/// Tells it to end, and lets the model go on when nobody is let in any more.
fn stop_aside(served: Served, gate: &Gate) -> std::thread::JoinHandle<(program::Finished, Vec<Value>)> {
    let address = served.address();
    let stopping = std::thread::spawn(move || {
        let (finished, _folder) = served.stop();
        let records = lines(&finished.stdout).iter().map(|line| line["record"].clone()).collect();
        (finished, records)
    });
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    gate.open();
    stopping
}

#[test]
fn a_service_that_is_ready_says_so_where_the_platform_lets_it() {
    let served = gcp::serve(&Settings::of_policy(super::policy()));
    for path in ["/healthz", "/-/ready"] {
        let answer = served.call(&Request::fetch(path));
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("ok")), "{path}");
    }
}

#[test]
fn a_setting_that_is_wrong_is_one_sentence_and_an_end() {
    let rows: [(&[(&str, &str)], &str); 2] = [
        (&[("SALLYPORT_POLICY", "/none/policy.yaml"), ("PORT", "0")], "cannot read `/none/policy.yaml`"),
        (&[("SALLYPORT_UPSTREAM_VERTEX", "https://aiplatform.googleapis.com")], "`SALLYPORT_REGIONS`: "),
    ];
    for (variables, expected) in rows {
        let finished = program::run_function("sallyport-gcp-enforce", &[], variables);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.contains(expected), "{finished:?}");
    }
}
