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

/// Seconds since 1970.
fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn callers_keys_in_secrets_are_taken_until_their_end() {
    const HERS: &str = "sp_quokka-of-ada-0123456789abcdef0123";
    const NEXT: &str = "sp_quokka-of-ada-fedcba9876543210fedc";
    const HIS: &str = "sp_quokka-of-bob-0123456789abcdef0123";
    let key = |id: &str, key: &str| serde_json::json!({"id": id, "key": key});
    let hash = |id: &str, key: &str, not_after: u64| serde_json::json!({"id": id, "sha256": decision_log::sha256_hex(key.as_bytes()), "not_after": not_after});
    let keys = |rows: &[serde_json::Value]| serde_json::json!({"keys": rows}).to_string();
    for provider in PROVIDERS {
        let stores = SecretStores::start();
        stores.put("keys-of-ada", &keys(&[key("ada", HERS)]));
        stores.put("keys-of-bob", &keys(&[key("bob", HIS)]));
        let settings = Settings::of_policy(super::policy());
        let served = (provider.serve)(&stores.with_callers_in(settings, &["keys-of-ada", "keys-of-bob"]));
        let who = |shown: &str| {
            let (told, records) = served.call_recorded(&super::chat("Hello").with("x-api-key", shown));
            (told.status, records.last().unwrap()["identity"]["id"].as_str().map(str::to_owned))
        };
        let ada = (200, Some("ada".to_owned()));
        assert_eq!((who(HERS), who(HIS).1.as_deref()), (ada.clone(), Some("bob")), "{}", provider.id);
        assert_eq!(served.call(&super::chat("Hello")).status, 401, "{}", provider.id);

        stores.put("keys-of-ada", &keys(&[key("ada", NEXT), hash("ada", HERS, now() + 3600)]));
        assert_eq!((who(NEXT), who(HERS)), (ada.clone(), ada.clone()), "{}: both are good", provider.id);
        assert_eq!(who("sp_guessed"), (401, None), "{}", provider.id);

        let over = SecretStores::start();
        over.put("keys-of-ada", &keys(&[key("ada", NEXT), hash("ada", HERS, now() - 1)]));
        let settings = Settings::of_policy(super::policy());
        let later = (provider.serve)(&over.with_callers_in(settings, &["keys-of-ada"]));
        let status = |shown: &str| later.call(&super::chat("Hello").with("x-api-key", shown)).status;
        assert_eq!((status(NEXT), status(HERS)), (200, 401), "{}: the overlap is over", provider.id);
        let written = served.everything_written() + &later.everything_written();
        assert!(!written.contains("quokka"), "{}: {written}", provider.id);
    }
}

#[test]
fn without_the_secret_of_their_keys_nobody_is_let_in() {
    for provider in PROVIDERS {
        let stores = SecretStores::start();
        let settings = Settings::of_policy(super::policy());
        let served = (provider.serve)(&stores.with_callers_in(settings, &["keys-of-ada"]));
        let (told, records) = served.call_recorded(&super::chat("Hello").with("x-api-key", "sp_any"));
        assert_eq!(told.status, 503, "{}: {}", provider.id, told.text());
        let [record] = &records[..] else { panic!("{}: {records:?}", provider.id) };
        assert_eq!(
            (&record["outcome"], &record["decision"]),
            (&"internal".into(), &"block".into()),
            "{}: {record}",
            provider.id
        );
    }
}
