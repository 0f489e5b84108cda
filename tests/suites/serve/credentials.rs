//! The credentials that the gate shows to upstreams, and that callers show to it, while they are renewed.

use conformance::http::Request;
use conformance::providers::PROVIDERS;
use conformance::secret_store::SecretStores;
use conformance::served::Settings;
use conformance::upstream::{Arrived, Script, Step, Stream, Upstream};

const OLD: &str = "sk-the-old-wombat";
const NEW: &str = "sk-the-new-quokka";

const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
const CONVERSED: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#;
const REFUSED: &str = r#"{"error":{"message":"no such key","type":"invalid_request_error"}}"#;

/// One vendor's API: the vendor, a call, the header with the credential, and an answer.
type Row = (&'static str, Request, &'static str, &'static str);

fn rows() -> [Row; 3] {
    let converse = r#"{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}"#;
    let chat = r#"{"messages":[{"role":"user","content":"Hello"}]}"#;
    [
        ("openai", super::chat("Hello"), "authorization", CHATTED),
        (
            "azure_openai",
            Request::post("/openai/deployments/mine/chat/completions?api-version=2024-10-21", chat),
            "api-key",
            CHATTED,
        ),
        ("bedrock", Request::post("/model/eu.m/converse", converse), "authorization", CONVERSED),
    ]
}

fn shows(arrived: &Arrived, header: &str, key: &str) -> bool {
    arrived.values(header).iter().any(|value| value.ends_with(key))
}

#[test]
fn a_key_that_is_renewed_under_a_call_does_not_fail_it() {
    for provider in PROVIDERS {
        for (vendor, request, header, answer) in rows() {
            let stores = SecretStores::start();
            stores.put(vendor, OLD);
            let renewing = stores.clone();
            let upstream = Upstream::start(Script::computed(move |arrived| {
                if shows(arrived, header, NEW) {
                    return Script::json(answer);
                }
                renewing.put(vendor, NEW);
                Script::json(REFUSED).status(401)
            }));
            let settings = Settings::of_policy(super::policy()).upstream(vendor, &upstream.url());
            let served = (provider.serve)(&stores.known_to(settings));
            let (told, records) = served.call_recorded(&request);
            let name = format!("{} {vendor}", provider.id);
            assert_eq!((told.status, told.text().as_str()), (200, answer), "{name}");
            let [old, new] = &upstream.arrived()[..] else { panic!("{name}: {:?}", upstream.arrived()) };
            assert!(shows(old, header, OLD) && shows(new, header, NEW), "{name}: {old:?} {new:?}");
            assert_eq!(old.body, new.body, "{name}");
            let [_, last] = &records[..] else { panic!("{name}: one for each gate: {records:?}") };
            let way = &last["upstream"];
            assert_eq!(
                (&way["retries"], &way["reason"], &way["status"]),
                (&1.into(), &"credential".into(), &200.into()),
                "{name}: {last}"
            );
            let written = served.everything_written();
            assert!(!written.contains("wombat") && !written.contains("quokka"), "{name}: {written}");
        }
    }
}

#[test]
fn a_key_that_is_refused_and_not_renewed_is_shown_once() {
    for provider in PROVIDERS {
        for (vendor, request, ..) in rows() {
            let stores = SecretStores::start();
            stores.put(vendor, OLD);
            for status in [401, 403] {
                let upstream = Upstream::start(Script::json(REFUSED).status(status));
                let settings = Settings::of_policy(super::policy()).upstream(vendor, &upstream.url());
                let served = (provider.serve)(&stores.known_to(settings));
                let (told, records) = served.call_recorded(&request);
                let name = format!("{} {vendor}", provider.id);
                assert_eq!((told.status, told.text().contains("no such key")), (status, true), "{name}");
                assert_eq!(upstream.arrived().len(), 1, "{name}");
                let last = records.last().unwrap();
                assert_eq!(
                    (records.len(), &last["outcome"]),
                    (2, &"upstream_error".into()),
                    "{name}: {last}"
                );
                assert_eq!(last["upstream"]["retries"], 0, "{name}: {last}");
            }
        }
    }
}

#[test]
fn a_stream_that_fails_in_the_middle_is_not_asked_for_again() {
    let says = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello. And then some.\"}}]}\n\n";
    let fails = "data: {\"error\":{\"message\":\"401 no such key\",\"type\":\"authentication_error\",\"code\":401}}\n\n";
    for provider in PROVIDERS {
        for end in [Step::Write(fails.into()), Step::BreakOff] {
            let stores = SecretStores::start();
            stores.put("openai", OLD);
            let stream = Stream::of_events(vec![Step::Write(says.into()), end]);
            let upstream = Upstream::start(Script::Stream(stream));
            let settings = Settings::of_policy(super::policy()).upstream("openai", &upstream.url());
            let served = (provider.serve)(&stores.known_to(settings));
            let ask = serde_json::json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]});
            let told = served.call(&Request::post("/v1/chat/completions", ask.to_string()));
            assert_eq!(told.status, 200, "{}: {}", provider.id, told.text());
            assert!(told.text().contains("Hello.") && told.text().contains("\"error\""), "{}", told.text());
            assert_eq!(upstream.arrived().len(), 1, "{}", provider.id);
            let records = served.records();
            assert_eq!(records.len(), 2, "{}: {records:?}", provider.id);
            assert_eq!(records[1]["upstream"]["retries"], 0, "{}", provider.id);
        }
    }
}
