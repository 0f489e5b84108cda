//! What goes upstream and what comes back: bytes, headers and credentials on their way through, and an
//! upstream that is slow, dead, broken or talks nonsense.

use conformance::http::{Answer, Request};
use conformance::providers::PROVIDERS;
use conformance::served::{Served, Settings};
use conformance::upstream::{self, Script, Upstream};

/// An answer in odd spacing and with members that nobody knows, so that a re-written one would tell.
const ODD_ANSWER: &str = "{ \"id\":\"c1\",\"object\" : \"chat.completion\", \"model\":\"m\",\"x_new\":[1.0,1e2],\n\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"caf\\u00e9 \\/ ok\"},\"finish_reason\":\"stop\"}] }";

/// A request in odd spacing and with members that nobody knows.
const ODD_REQUEST: &str = "{\"messages\" :[ {\"content\":\"caf\\u00e9 \\/ {canary}\",\"role\":\"user\",\"x_new\":1.50}],\n  \"model\":\"m-1\",\"seed\":12345678901234567890 }";

const CALLERS_KEY: &str = "key-of-the-support-team";
const UPSTREAMS_KEY: &str = "sk-upstream-quokka-secret";

#[test]
fn what_nothing_applies_to_goes_through_byte_for_byte() {
    for (served, upstream) in serve(Script::json(ODD_ANSWER)) {
        let answer = served.call(&Request::post("/v1/chat/completions?trace=1", ODD_REQUEST));
        assert_eq!((answer.status, answer.text().as_str()), (200, ODD_ANSWER));
        let [arrived] = &upstream.arrived()[..] else { panic!("one request: {:?}", upstream.arrived()) };
        assert_eq!(String::from_utf8_lossy(&arrived.body), ODD_REQUEST);
        assert_eq!(arrived.line, "POST /v1/chat/completions?trace=1 HTTP/1.1");
    }
}

#[test]
fn headers_of_one_connection_and_of_the_way_here_stay_here() {
    let script = Script::json(ODD_ANSWER)
        .header("x-request-id", "req-upstream-1")
        .header("set-cookie", "upstream=1")
        .header("keep-alive", "timeout=5")
        .header("connection", "x-hop-back")
        .header("x-hop-back", "1")
        .header("openai-processing-ms", "5");
    for (served, upstream) in serve(script) {
        let request = Request::post("/v1/chat/completions", ODD_REQUEST)
            .with("te", "trailers")
            .with("x-hop", "1")
            .with("connection", "x-hop")
            .with("proxy-authorization", "Basic eA==")
            .with("x-forwarded-for", "203.0.113.7")
            .with("cookie", "session=1")
            .with("openai-organization", "org-1")
            .with("user-agent", "conformance/1");
        let answer = served.call(&request);
        assert_eq!(answer.status, 200);
        let [arrived] = &upstream.arrived()[..] else { panic!("one request: {:?}", upstream.arrived()) };
        for name in ["te", "x-hop", "proxy-authorization", "x-forwarded-for", "cookie", "connection"] {
            assert_eq!(arrived.values(name), Vec::<&str>::new(), "`{name}` went upstream");
        }
        assert_eq!(arrived.values("openai-organization"), ["org-1"]);
        assert_eq!(arrived.values("user-agent"), ["conformance/1"]);
        assert_eq!(arrived.values("host"), [upstream.url().trim_start_matches("http://")]);
        for name in ["set-cookie", "keep-alive", "x-hop-back"] {
            assert_eq!(answer.header(name), None, "`{name}` came back");
        }
        assert_eq!(answer.header("openai-processing-ms"), Some("5"));
        let records = served.records();
        assert_eq!(records.last().unwrap()["upstream"]["request_id"], "req-upstream-1");
    }
}

#[test]
fn the_callers_credential_stays_here_and_the_upstreams_own_is_used() {
    let upstream = Upstream::start(Script::json(ODD_ANSWER));
    let settings = Settings::of_policy(super::policy())
        .keys(conformance::files::read("tests/testdata/serve/keys.yaml"))
        .file("jwks.json", conformance::files::read("tests/testdata/serve/jwks.json"))
        .upstream("openai", &upstream.url())
        .variable("SALLYPORT_SECRET_OPENAI", UPSTREAMS_KEY);
    let served = Served::start(&settings);
    let request = super::chat("Hello").with("authorization", &format!("Bearer {CALLERS_KEY}"));
    let answer = served.call(&request.with("x-api-key", CALLERS_KEY));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let [arrived] = &upstream.arrived()[..] else { panic!("one request: {:?}", upstream.arrived()) };
    assert_eq!(arrived.values("authorization"), [format!("Bearer {UPSTREAMS_KEY}")]);
    assert!(!format!("{arrived:?}").contains(CALLERS_KEY), "{arrived:?}");
    let written = served.everything_written() + &answer.everything();
    assert!(!written.contains(CALLERS_KEY) && !written.contains(UPSTREAMS_KEY), "{written}");
}

#[test]
fn an_answer_is_filtered_and_the_rest_of_it_kept() {
    let script = Script::json(&ODD_ANSWER.replace("ok\"", "ada@example.org\""));
    for (served, _upstream) in serve(script) {
        let answer = served.call(&super::chat("Hello"));
        let expected = ODD_ANSWER.replace("caf\\u00e9 \\/ ok", "caf\u{e9} / [REDACTED]");
        let same_meaning: serde_json::Value = serde_json::from_str(&expected).unwrap();
        assert_eq!(answer.json(), same_meaning);
        let (before, after) = (ODD_ANSWER.split("caf").next().unwrap(), "\"},\"finish_reason\":\"stop\"}] }");
        assert!(answer.text().starts_with(before.trim_end_matches('"')) && answer.text().ends_with(after));
    }
}

#[test]
fn a_tool_call_of_the_model_is_stopped() {
    let call = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"delete_user","arguments":"{\"id\": 7}"}}]},"finish_reason":"tool_calls"}]}"#;
    for (served, _upstream) in serve(Script::json(call)) {
        let answer = served.call(&super::chat("Hello"));
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        let last = served.records().pop().unwrap();
        assert_eq!((&last["gate"], &last["decision"]), (&"answer".into(), &"block".into()), "{last}");
        assert_eq!(last["reasons"], serde_json::json!(["no-deletes"]));
    }
}

#[test]
fn an_upstreams_own_error_comes_back_as_it_is_and_is_looked_through() {
    let error = r#"{"error":{"message":"no quota for ada@example.org","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
    for (served, _upstream) in serve(Script::json(error).status(429).header("retry-after", "7")) {
        let answer = served.call(&super::chat("Hello"));
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
        assert_eq!(answer.json()["error"]["message"], "no quota for [REDACTED]");
    }
}

#[test]
fn an_upstream_that_fails_is_told_in_the_callers_dialect_and_recorded() {
    let oversize = format!("{{\"choices\": [], \"x\": \"{}\"}}", "x".repeat(80 << 20));
    let html = Script::Answer {
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<html>quokka</html>".to_vec(),
    };
    let rows = [
        ("hangs up", Script::HangUp, 502, "upstream_"),
        ("talks nonsense", Script::Raw(b"quokka quokka\r\n\r\n".to_vec()), 502, "upstream_"),
        (
            "breaks off",
            Script::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nquokka".to_vec()),
            502,
            "upstream_",
        ),
        ("sends HTML", html, 502, "answer_unreadable"),
        ("sends half an answer", Script::json("{\"choices\": [{\"quokka\": "), 502, "answer_unreadable"),
        ("sends too much", Script::json(&oversize), 502, "answer_unreadable"),
        (
            "sends what it compressed",
            Script::json("quokka").header("content-encoding", "gzip"),
            502,
            "answer_unreadable",
        ),
        ("is silent", Script::Silence, 504, "upstream_slow"),
    ];
    for (name, script, status, outcome) in rows {
        for (served, _upstream) in serve(script) {
            let (answer, records) = served.call_recorded(&super::chat("a prompt with a wallaby"));
            assert_eq!(answer.status, status, "{name}: {}", answer.text());
            assert!(answer.json()["error"]["message"].is_string(), "{name}: {}", answer.text());
            assert_eq!(records.len(), 2, "{name}: one for each gate: {records:?}");
            let last = records.last().unwrap();
            assert!(last["outcome"].as_str().unwrap().starts_with(outcome), "{name}: {last}");
            assert_eq!(
                (&last["final"], &last["http_status"]),
                (&true.into(), &status.into()),
                "{name}: {last}"
            );
            let written = served.everything_written() + &answer.everything();
            assert!(!written.contains("quokka") && !written.contains("wallaby"), "{name}: {written}");
        }
    }
}

#[test]
fn an_upstream_that_is_not_there_is_tried_once_more_and_then_left_alone() {
    let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream::nobody());
    for served in PROVIDERS.iter().map(|provider| (provider.serve)(&settings)) {
        let (answer, records) = served.call_recorded(&super::chat("Hello"));
        assert_eq!(answer.status, 502, "{}", answer.text());
        let last = records.last().unwrap();
        assert_eq!(last["outcome"], "upstream_unreachable", "{last}");
        assert_eq!(last["upstream"]["retries"], 1, "{last}");
        assert!(last["upstream"]["reason"].is_string(), "{last}");
        let opened = (0..20).map(|_| served.call(&super::chat("Hello"))).find(|answer| answer.status == 503);
        let opened: Answer = opened.expect("the breaker opens");
        assert_eq!(opened.json()["error"]["message"].as_str().map(str::is_empty), Some(false));
        assert_eq!(served.records().last().unwrap()["outcome"], "circuit_open");
        let other = Request::post(
            "/v1/messages",
            r#"{"model":"echo-1","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"#,
        );
        assert_eq!(served.call(&other).status, 200, "the other vendor is not concerned");
    }
}

#[test]
fn the_breaker_opens_for_an_upstream_that_keeps_failing() {
    for (served, upstream) in serve(Script::json(r#"{"error":{"message":"down"}}"#).status(500)) {
        let statuses: Vec<u16> = (0..20).map(|_| served.call(&super::chat("Hello")).status).collect();
        assert_eq!((statuses.first(), statuses.last()), (Some(&500), Some(&503)), "{statuses:?}");
        let reached = upstream.arrived().len();
        assert_eq!(
            statuses.iter().filter(|status| **status == 500).count(),
            reached,
            "a 500 is not sent again"
        );
        assert!(reached < 20, "the upstream is left alone");
    }
}

#[test]
fn what_is_blocked_never_reaches_the_upstream() {
    for (served, upstream) in serve(Script::json(ODD_ANSWER)) {
        let answer = served.call(&super::chat("drop table users"));
        assert_eq!(answer.status, 403);
        assert!(upstream.arrived().is_empty(), "{:?}", upstream.arrived());
    }
}

/// One server of each provider, with an upstream of its own.
fn serve(script: Script) -> impl Iterator<Item = (Served, Upstream)> {
    PROVIDERS.iter().map(move |provider| {
        let upstream = Upstream::start(script.clone());
        let settings =
            Settings::of_policy(super::policy()).upstream("openai", &upstream.url()).upstream_timeout(1);
        ((provider.serve)(&settings), upstream)
    })
}
