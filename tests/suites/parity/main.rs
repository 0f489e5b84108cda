//! One policy, the same calls, every provider: the same request goes to the model, the same bytes come back to the caller,
//! and the records are byte for byte the same but for what is the provider's own.

use conformance::http::{Answer, Request};
use conformance::model::{EVERY_WIRE, Ends, Order, Saying, Wire};
use conformance::providers::PROVIDERS;
use conformance::served::{Served, Settings};
use conformance::upstream::{Script, Upstream};
use conformance::{files, frames};
use decision_log::sha256_hex;
use serde::Deserialize;
use serde_json::Value;

/// What in a record belongs to the provider, or to this one call: whom it ran on, when, under which id, how long it took,
/// and its place in the log.
const ITS_OWN: [&str; 8] =
    ["provider", "region", "instance", "request_id", "decision_id", "time", "latency_us", "chain"];

/// What of a head is about the connection, or about the time of this one call.
const OF_CONNECTION: [&str; 5] = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(rename = "case")]
    cases: Vec<Case>,
    plain: Vec<Plain>,
}

/// A call without a stream, as it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    name: String,
    path: String,
    body: String,
    /// What the model answers, and its status.
    answers: String,
    status: Option<u16>,
    decision: String,
}

/// A call, and what the model does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    asks: String,
    says: Vec<String>,
    calls: Option<String>,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    ends: Ends,
    /// Whether it is tried streamed only; both ways where it is not said.
    streamed: Option<bool>,
    /// The final record's decision, where it is the same in every dialect.
    decision: Option<String>,
}

/// What came of one call, as far as it may not depend on the provider.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    records: Vec<String>,
    forwarded: Vec<(String, Vec<u8>)>,
}

/// A provider's front door with a model behind it.
struct Stage {
    id: &'static str,
    served: Served,
    upstream: Upstream,
}

#[test]
fn what_becomes_of_a_call_is_the_same_through_every_provider() {
    let cases = Cases::read();
    let stages = Stage::of_all(&files::read("tests/testdata/parity/policy.yaml"));
    for case in &cases.cases {
        for wire in EVERY_WIRE.into_iter().filter(|wire| case.calls.is_none() || wire.has_calls()) {
            for stream in
                [false, true].into_iter().filter(|stream| case.streamed.is_none_or(|only| only == *stream))
            {
                let came =
                    same_through(&stages, &format!("{}, {wire:?}, streamed: {stream}", case.name), |stage| {
                        stage.upstream.change(case.script(wire, stream));
                        wire.asks(&case.asks, stream)
                    });
                let last: Value =
                    serde_json::from_str(came.records.last().expect("a record")).expect("a record is JSON");
                let decision =
                    case.decision.as_deref().unwrap_or_else(|| last["decision"].as_str().unwrap_or_default());
                assert_eq!(last["decision"], decision, "{}, {wire:?}: {last}", case.name);
            }
        }
    }
}

#[test]
fn what_becomes_of_a_call_without_streams_is_the_same_through_every_provider() {
    let stages = Stage::of_all(&files::read("tests/testdata/parity/policy.yaml"));
    for plain in Cases::read().plain {
        let came = same_through(&stages, &plain.name, |stage| {
            stage.upstream.change(Script::json(&plain.answers).status(plain.status.unwrap_or(200)));
            Request::post(&plain.path, plain.body.as_bytes())
        });
        let last: Value =
            serde_json::from_str(came.records.last().expect("a record")).expect("a record is JSON");
        assert_eq!(last["decision"], plain.decision, "{}: {last}", plain.name);
    }
}

#[test]
fn what_is_no_call_is_refused_the_same_through_every_provider() {
    let stages = Stage::of_all(&files::read("tests/testdata/parity/policy.yaml"));
    for wire in EVERY_WIRE {
        for (what, body) in [
            ("not JSON", &b"{\"model\": "[..]),
            ("a list", b"[1]"),
            ("nothing", b""),
            ("not UTF-8", b"\"\xff\""),
        ] {
            for stream in [false, true] {
                let came = same_through(&stages, &format!("{what}, {wire:?}"), |_| {
                    Request::post(&wire.path(stream), body)
                });
                assert!(came.status == 400 && came.forwarded.is_empty(), "{what}, {wire:?}: {came:?}");
            }
        }
    }
    for path in ["/v1/decisions", "/nowhere", "/v1/chat/completions/", "/v1/%00"] {
        let _ = same_through(&stages, path, |_| Request::post(path, "{}"));
    }
}

#[test]
fn a_throttled_call_is_refused_the_same_through_every_provider() {
    let stages = Stage::of_all(&files::read("tests/testdata/serve/limits.yaml"));
    for (count, wire) in EVERY_WIRE.into_iter().enumerate() {
        let order = Order::of_texts(["Well."]);
        let came = same_through(&stages, &format!("call {count}, {wire:?}"), |stage| {
            stage.upstream.change(Script::json(&order.whole(wire)));
            wire.asks("Hello.", false)
        });
        assert_eq!(came.status, if count < 2 { 200 } else { 429 }, "call {count}, {wire:?}: {came:?}");
    }
}

/// What comes of a call through each provider, which has to be one and the same.
fn same_through(stages: &[Stage], what: &str, ask: impl Fn(&Stage) -> Request) -> Came {
    let mut all = stages.iter().map(|stage| (stage.id, stage.call(&ask(stage))));
    let (first_id, first) = all.next().expect("there is a provider");
    for (id, came) in all {
        assert_eq!(came, first, "{what}: `{id}` differs from `{first_id}`");
    }
    first
}

// === impl Stage ===

impl Stage {
    fn of_all(policy: &str) -> Vec<Self> {
        let start = |id, serve: fn(&Settings) -> Served| {
            let upstream = Upstream::start(Script::Silence);
            let settings = dialects::VENDORS.iter().fold(Settings::of_policy(policy), |settings, vendor| {
                settings.upstream(vendor.id, &upstream.url())
            });
            Self { id, served: serve(&settings), upstream }
        };
        PROVIDERS.iter().map(|provider| start(provider.id, provider.serve)).collect()
    }

    fn call(&self, request: &Request) -> Came {
        let (records, arrived) = (self.served.record_count(), self.upstream.arrived().len());
        let answer = self.served.call(request);
        let log = self.served.log();
        let id = log.lines().nth(records).map(id_of).unwrap_or_default();
        let forwarded = self.upstream.arrived().split_off(arrived).into_iter();
        Came {
            status: answer.status,
            headers: kept(&answer, &id),
            body: without(&answer.body, &id),
            records: log.lines().skip(records).map(|line| shared_part(line, &answer.body)).collect(),
            forwarded: forwarded.map(|arrived| (arrived.line, arrived.body)).collect(),
        }
    }
}

/// The id of a call, which its answer may tell.
fn id_of(line: &str) -> String {
    let record: Value = serde_json::from_str(line).expect("a record is JSON");
    record["decision_id"].as_str().unwrap_or_default().to_owned()
}

/// The headers that are for the caller, in the order of their names.
fn kept(answer: &Answer, id: &str) -> Vec<(String, String)> {
    let own = |name: &String| OF_CONNECTION.contains(&name.to_ascii_lowercase().as_str());
    let kept = answer.headers.iter().filter(|(name, _)| !own(name));
    let mut kept: Vec<_> =
        kept.map(|(name, value)| (name.to_ascii_lowercase(), told(name, value, id))).collect();
    kept.sort();
    kept
}

fn told(name: &str, value: &str, id: &str) -> String {
    // The month goes on between two calls.
    match name {
        _ if name.eq_ignore_ascii_case("retry-after") => "some time".to_owned(),
        _ if id.is_empty() => value.to_owned(),
        _ => value.replace(id, "ID"),
    }
}

/// The body without the call's id: its bytes, where it has none, as most have. Frames have checksums, which an id changes,
/// and are read.
fn without(body: &[u8], id: &str) -> Vec<u8> {
    if id.is_empty() || !body.windows(id.len()).any(|window| window == id.as_bytes()) {
        return body.to_vec();
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => frames::to_text(body),
    };
    text.replace(id, "ID").into_bytes()
}

/// A record without what is the provider's own, in the bytes that it has in the log. The hash of what the caller got has
/// to be one of this answer.
fn shared_part(line: &str, body: &[u8]) -> String {
    let mut record: Value = serde_json::from_str(line).expect("a record is JSON");
    assert_eq!(record.to_string(), line, "to read a record loses nothing");
    let members = record.as_object_mut().expect("a record is an object");
    members.retain(|name, _| !ITS_OWN.contains(&name.as_str()));
    if let Some(hash) = members.remove("output_sha256") {
        assert_eq!(hash, sha256_hex(body), "the hash in {line}");
        members.insert("output_sha256".to_owned(), "of the body".into());
    }
    record.to_string()
}

// === impl Cases ===

impl Cases {
    fn read() -> Self {
        let text = files::read("tests/testdata/parity/cases.toml");
        toml::from_str(&text).expect("the cases can be read")
    }
}

// === impl Case ===

impl Case {
    fn script(&self, wire: Wire, stream: bool) -> Script {
        let call = self.calls.iter().map(|name| Saying::call(name));
        let arguments = self.arguments.iter().map(Saying::arguments);
        let order =
            Order::of(self.says.iter().map(Saying::text).chain(call).chain(arguments)).ending(self.ends);
        if stream {
            Script::Stream(wire.framing().stream(order.steps(wire)))
        } else {
            Script::json(&order.whole(wire))
        }
    }
}
