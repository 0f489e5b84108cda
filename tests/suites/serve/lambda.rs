//! What only the function on AWS Lambda does: it signs for Bedrock as its role, reads credentials from Secrets Manager,
//! and refuses everything where its policy does not compile. The two services are upstreams that answer as they would.

use std::net::TcpListener;
use std::time::Duration;

use conformance::http::Request;
use conformance::lambda;
use conformance::program;
use conformance::served::Settings;
use conformance::upstream::{Gate, Script, Step, Stream, Upstream};

const CONVERSED: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#;

const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;

const KEY: &str = "sk-upstream-quokka-secret";

#[test]
fn a_call_to_bedrock_is_signed_as_the_functions_role_and_its_path_kept() {
    let upstream = Upstream::start(Script::json(CONVERSED));
    let served = lambda::serve(&Settings::of_policy(super::policy()).upstream("bedrock", &upstream.url()));
    let path = "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.m/converse";
    let body = r#"{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}"#;
    let callers = "AWS4-HMAC-SHA256 Credential=AKIACALLER/20260822/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=0";
    let request =
        Request::post(path, body).with("authorization", callers).with("x-amz-date", "20260822T100000Z");
    let answer = served.call(&request.with("x-amz-security-token", "token-of-the-caller"));
    assert_eq!((answer.status, answer.text().as_str()), (200, CONVERSED));
    let [arrived] = &upstream.arrived()[..] else { panic!("one request: {:?}", upstream.arrived()) };
    assert_eq!(arrived.line, format!("POST {path} HTTP/1.1"));
    let [signature] = arrived.values("authorization")[..] else { panic!("one: {arrived:?}") };
    assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/"), "{signature}");
    assert!(
        signature
            .contains("/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token,"),
        "{signature}"
    );
    assert_eq!(arrived.values("x-amz-security-token"), ["token-of-the-functions-role"]);
    assert!(!served.everything_written().contains("-of-the-functions-role"));
}

#[test]
fn the_trace_of_an_invocation_goes_on_to_bedrock_and_stands_in_the_log() {
    for (vendor, request, body, traces) in [
        ("bedrock", "/model/eu.m/converse", CONVERSED, &[lambda::TRACE][..]),
        ("openai", "/v1/chat/completions", CHATTED, &[]),
    ] {
        let upstream = Upstream::start(Script::json(body));
        let served = lambda::serve(&Settings::of_policy(super::policy()).upstream(vendor, &upstream.url()));
        let content = match vendor {
            "bedrock" => serde_json::json!([{"text": "Hello"}]),
            _ => "Hello".into(),
        };
        let asked = serde_json::json!({"model": "m", "messages": [{"role": "user", "content": content}]});
        let request =
            Request::post(request, asked.to_string()).with("x-amzn-trace-id", "Root=1-of-the-caller");
        let (answer, records) = served.call_recorded(&request);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let [arrived] = &upstream.arrived()[..] else { panic!("one request: {:?}", upstream.arrived()) };
        assert_eq!(arrived.values("x-amzn-trace-id"), traces, "{vendor}");
        let lines = served.stdout();
        let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let lines: Vec<_> = lines.filter(|line| line["record"].is_object()).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line["xrayTraceId"] == lambda::TRACE), "{lines:?}");
        assert!(records.iter().all(|record| !record.to_string().contains("Root=")), "{records:?}");
    }
}

#[test]
fn a_credential_comes_from_secrets_manager_and_is_asked_for_once() {
    let answer = serde_json::json!({"SecretString": format!("{{\"key\":\"{KEY}\"}}"), "VersionId": "v-1"});
    let store = Upstream::start(Script::json(&answer.to_string()));
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("AWS_ENDPOINT_URL_SECRETS_MANAGER", &store.url())
        .variable("SALLYPORT_SECRET_OPENAI", "llm/openai#key");
    let served = lambda::serve(&settings);
    assert!(store.arrived().is_empty(), "nothing is fetched before the first call");
    for _ in 0..3 {
        let answer = served.call(&super::chat("Hello").with("authorization", "Bearer of-the-caller"));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let arrived = upstream.arrived();
    assert!(arrived.iter().all(|arrived| arrived.values("authorization") == [format!("Bearer {KEY}")]));
    let [asked] = &store.arrived()[..] else { panic!("once: {:?}", store.arrived()) };
    assert_eq!(asked.values("x-amz-target"), ["secretsmanager.GetSecretValue"]);
    assert_eq!(asked.body, br#"{"SecretId":"llm/openai","VersionStage":"AWSCURRENT"}"#);
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn a_credential_comes_from_an_encrypted_parameter() {
    let parameter = serde_json::json!({"Type": "SecureString", "Value": KEY, "Version": 3});
    let answer = serde_json::json!({"Parameter": parameter}).to_string();
    let store = Upstream::start(Script::json(&answer));
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("AWS_ENDPOINT_URL_SSM", &store.url())
        .variable("SALLYPORT_SECRET_OPENAI", "ssm:/llm/openai");
    let served = lambda::serve(&settings);
    assert_eq!(served.call(&super::chat("Hello")).status, 200);
    assert_eq!(upstream.arrived()[0].values("authorization"), [format!("Bearer {KEY}")]);
    let [asked] = &store.arrived()[..] else { panic!("once: {:?}", store.arrived()) };
    assert_eq!(asked.values("x-amz-target"), ["AmazonSSM.GetParameter"]);
    assert_eq!(asked.body, br#"{"Name":"/llm/openai","WithDecryption":true}"#);
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn a_credential_is_read_through_the_extension() {
    let answer = serde_json::json!({"SecretString": KEY, "VersionId": "v-1"}).to_string();
    let extension = Upstream::start(Script::json(&answer));
    let upstream = Upstream::start(Script::json(CHATTED));
    let url = extension.url();
    let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("SALLYPORT_SECRETS_FROM", "extension")
        .variable("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", port)
        .variable("SALLYPORT_SECRET_OPENAI", "llm/openai");
    let served = lambda::serve(&settings);
    assert_eq!(served.call(&super::chat("Hello")).status, 200);
    assert_eq!(upstream.arrived()[0].values("authorization"), [format!("Bearer {KEY}")]);
    let [asked] = &extension.arrived()[..] else { panic!("once: {:?}", extension.arrived()) };
    let path = "/secretsmanager/get?secretId=llm%2Fopenai&versionStage=AWSCURRENT";
    assert_eq!(asked.line, format!("GET {path} HTTP/1.1"));
    assert_eq!(asked.values("x-aws-parameters-secrets-token"), ["token-of-the-functions-role"]);
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn without_its_credential_a_call_is_not_made() {
    let refusal = r#"{"__type":"AccessDeniedException","message":"quokka is not authorized"}"#;
    let store = Upstream::start(Script::json(refusal).status(400));
    let upstream = Upstream::start(Script::json(CHATTED));
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &upstream.url())
        .variable("AWS_ENDPOINT_URL_SECRETS_MANAGER", &store.url())
        .variable("SALLYPORT_SECRET_OPENAI", "llm/openai");
    let served = lambda::serve(&settings);
    let (answer, records) = served.call_recorded(&super::chat("Hello"));
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(records.last().unwrap()["outcome"], "internal", "{records:?}");
    assert!(upstream.arrived().is_empty());
    assert!(!served.everything_written().contains("quokka"));
}

#[test]
fn without_certificate_authorities_nothing_is_sent_and_the_log_says_why() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = Settings::of_policy(super::policy())
        .upstream("openai", &format!("https://{}", upstream.local_addr().unwrap()))
        .variable("SSL_CERT_FILE", "/dev/null")
        .variable("SSL_CERT_DIR", "/dev/null");
    let served = lambda::serve(&settings);
    let (answer, records) = served.call_recorded(&super::chat("Hello"));
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert_eq!(records.last().unwrap()["outcome"], "upstream_unreachable", "{records:?}");
    let told = served.stderr();
    assert_eq!(told.matches("no certificate authorities can be read").count(), 1, "{told}");
    upstream.set_nonblocking(true).unwrap();
    assert!(upstream.accept().is_err(), "nothing was sent");
}

#[test]
fn a_call_that_lambda_would_break_off_ends_before_that_and_is_recorded() {
    let left = Gate::default();
    let says = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello. And then some.\"}}]}\n\n";
    let stalls = Stream::of_events(vec![Step::Write(says.into()), Step::UntilLeft(left.clone())]);
    let rows = [(false, Script::Silence, 504), (true, Script::Stream(stalls), 200)];
    for (stream, script, status) in rows {
        let upstream = Upstream::start(script);
        let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream.url());
        let served = lambda::serve(&settings.longest_call(Duration::from_millis(1500)));
        let body = serde_json::json!({"model": "m", "stream": stream, "messages": [{"role": "user", "content": "Hi"}]});
        let (answer, records) =
            served.call_recorded(&Request::post("/v1/chat/completions", body.to_string()));
        assert_eq!((answer.status, answer.text().contains("\"error\"")), (status, true), "{}", answer.text());
        let [_, last] = &records[..] else { panic!("one for each gate: {records:?}") };
        assert_eq!((&last["outcome"], &last["final"]), (&"upstream_slow".into(), &true.into()), "{last}");
    }
    left.wait();
}

#[test]
fn a_policy_that_does_not_compile_refuses_every_call_and_says_so() {
    let bad = conformance::files::read("tests/testdata/serve/ten_faults.yaml");
    let served = lambda::serve(&Settings::of_policy(bad));
    let (answer, records) = served.call_recorded(&super::chat("Hello"));
    assert_eq!((answer.status, answer.header("x-should-retry")), (403, Some("false")), "{}", answer.text());
    let last = records.last().unwrap();
    assert_eq!((&last["decision"], &last["policy"]["name"]), (&"block".into(), &"invalid".into()), "{last}");
    assert_eq!(last["reasons"], serde_json::json!(["invalid_policy"]));
    let told = served.stderr();
    assert!(told.lines().filter(|line| line.contains("every call is refused")).count() >= 10, "{told}");
    assert!(told.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{told}");
}

#[test]
fn a_record_is_a_line_of_lambdas_log_that_proves_itself_and_is_counted() {
    let served = lambda::serve(&Settings::of_policy(super::policy()));
    for text in ["Hello", "drop table users"] {
        let _ = served.call(&super::chat(text));
    }
    let lines = served.stdout();
    let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (metrics, lines): (Vec<_>, Vec<_>) = lines.partition(|line| line["_aws"].is_object());
    assert_eq!(lines.len(), 3);
    // One for each call, and one for the rule that decided.
    let counted: Vec<_> = metrics.iter().map(|line| (&line["Outcome"], line["Rule"].as_str())).collect();
    let (allow, block) = ("allow".into(), "block".into());
    assert_eq!(counted, [(&allow, None), (&block, None), (&block, Some("no-sql"))]);
    for line in &lines {
        assert_eq!(
            (&line["level"], line["record"]["provider"].as_str()),
            (&"INFO".into(), Some("aws")),
            "{line}"
        );
        assert!(line["timestamp"].is_string() && line["requestId"].as_str().is_some_and(|id| id.len() == 36));
    }
    let _ = served.records();
    let verified = program::run(&["verify", &served.log_path().display().to_string()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn calls_at_once_are_answered_by_processes_of_their_own() {
    let served = lambda::serve(&Settings::of_policy(super::policy()));
    std::thread::scope(|scope| {
        let calls: Vec<_> =
            (0..4).map(|_| scope.spawn(|| served.call(&super::chat("Hello")).status)).collect();
        assert!(calls.into_iter().all(|call| call.join().unwrap() == 200));
    });
    let chains: std::collections::BTreeSet<_> =
        served.records().iter().map(|record| record["chain"]["id"].to_string()).collect();
    assert!((1..=4).contains(&chains.len()), "{chains:?}");
    assert_eq!(served.record_count(), 8);
}

#[test]
fn settings_with_faults_are_told_in_a_sentence_each_and_end_with_two() {
    let finished = program::run_function(
        "sallyport-aws-enforce",
        &[],
        &[("SALLYPORT_UPSTREAM_OPENAI", "quokka"), ("SALLYPORT_NONSENSE", "1")],
    );
    assert_eq!(finished.code, Some(2), "{finished:?}");
    let told: Vec<_> = finished.stderr.lines().collect();
    assert_eq!(told.len(), 3, "{finished:?}");
    for (line, word) in
        told.iter().zip(["AWS_LAMBDA_RUNTIME_API", "SALLYPORT_UPSTREAM_OPENAI", "SALLYPORT_NONSENSE"])
    {
        assert!(line.starts_with("sallyport: ") && line.contains(word), "{line}");
    }
    let help = program::run_function("sallyport-aws-enforce", &["--help"], &[]);
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("SALLYPORT_POLICY"), "{help:?}");
}
