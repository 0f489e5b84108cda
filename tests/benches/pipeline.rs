//! What both gates add to a call of 1 kB: the pipeline with an echo model behind it, against the same echo
//! model called directly. The floor asked for is 200 microseconds at the median. And what one event of a streamed
//! answer costs, of about 20 bytes of text, at the beginning of a stream and far into it; the floor is 5 microseconds.

use std::future::ready;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use conformance::spoken::endpoint;
use conformance::timing::{Readings, Table};
use decision_log::{Chain, SealedRecord, Sink, SinkError};
use dialects::{Address, Dialect, Said, Says, Usage};
use enforcement::{
    AuthSettings, Authenticator, Body, BreakerSettings, Caller, Clock, Ids, Pipeline, PipelineSettings,
    Place, Sending, Transport, Upstream, Upstreams,
};
use http_body_util::{BodyExt, Full};
use hyper::body::Frame;
use limits::MemoryStore;
use policy::Policy;
use secrets::{CacheSettings, MemorySecretStore, SecretCache};

/// How often each is called.
const TIMES: usize = 3000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for dialect in benched() {
        let body = call(dialect);
        let echo = Arc::new(Echo { dialect });
        let pipeline = pipeline(dialect, echo.clone());
        let (direct, through) = Readings::take_both(
            TIMES,
            || drop(black_box(runtime.block_on(directly(&echo, body.clone())))),
            || drop(black_box(runtime.block_on(through(&pipeline, dialect, body.clone())))),
        );
        let added = through.median().saturating_sub(direct.median());
        let table =
            Table::default().row("the echo model directly", direct).row("through both gates", through);
        println!("{}, {} bytes: adds {added:?} at the median\n{table}", dialect.id(), body.len());
    }
    println!("{:<24} {:>12} {:>12} {:>12}", "an event of a stream", "at byte", "median", "smallest");
    for dialect in benched() {
        for length in LENGTHS {
            let events = runtime.block_on(streamed(dialect, length));
            let (median, smallest) = (events.median().as_secs_f64(), events.smallest().as_secs_f64());
            let of_one = |time: f64| format!("{:.2} us", time * 1e6 / TOGETHER as f64);
            println!("{:<24} {length:>12} {:>12} {:>12}", dialect.id(), of_one(median), of_one(smallest));
        }
    }
}

/// How much text there is before the events that are timed, in bytes.
const LENGTHS: [usize; 3] = [1_000, 100_000, 10_000_000];

/// How many bytes of text an event says.
const PIECE: usize = 20;

/// Events that are timed together.
const TOGETHER: usize = 50;

/// The times that events take on their way through the gate, far into a stream.
async fn streamed(dialect: &'static dyn Dialect, length: usize) -> Readings {
    let pipeline = pipeline(dialect, Arc::new(Talker { dialect, bytes: length + 200 * TOGETHER * PIECE }));
    let mut asked: serde_json::Value = serde_json::from_slice(&call(dialect)).expect("the call is JSON");
    asked["stream"] = true.into();
    let body = Bytes::from(asked.to_string());
    let request = http::Request::post(path(dialect)).body(Body::Whole(body)).expect("a request");
    let answer = pipeline.handle(request, Caller::default()).await;
    assert_eq!(answer.status(), 200, "the call goes through");
    let mut body = answer.into_body();
    for _ in 0..length / PIECE {
        body.frame().await.expect("there is more").expect("our bodies do not fail");
    }
    let mut readings = Vec::new();
    for _ in 0..150 {
        let start = Instant::now();
        for _ in 0..TOGETHER {
            black_box(body.frame().await.expect("there is more").expect("our bodies do not fail"));
        }
        readings.push(start.elapsed());
    }
    Readings::of(readings)
}

/// Says the same few sentences again and again, as a stream.
struct Talker {
    dialect: &'static dyn Dialect,
    bytes: usize,
}

impl Transport for Talker {
    fn send(&self, _request: http::Request<Bytes>) -> Sending<'_> {
        let text = "The ferry leaves at nine from the north pier, takes forty minutes to the island and \
                    comes back at noon. ";
        let said = Said {
            id: "talk-1".to_owned(),
            model: "echo-1".to_owned(),
            created: 0,
            says: Says::Text(text.chars().cycle().take(self.bytes).collect()),
            usage: Usage { input_tokens: 1, output_tokens: 1 },
        };
        let events = self
            .dialect
            .compose_stream(&Address::PLAIN, &said, PIECE)
            .expect("it streams")
            .pieces
            .into_iter();
        let frames = futures_util::stream::iter(events.map(|event| Ok(Frame::data(Bytes::from(event)))));
        let body = http_body_util::StreamBody::new(frames);
        let events = http::HeaderValue::from_static("text/event-stream");
        let mut answer = http::Response::new(BodyExt::boxed_unsync(body));
        answer.headers_mut().insert(http::header::CONTENT_TYPE, events);
        Box::pin(ready(Ok(answer)))
    }
}

/// Says back the last user message.
struct Echo {
    dialect: &'static dyn Dialect,
}

impl Transport for Echo {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        let asked = self
            .dialect
            .read_request(&Address::PLAIN, request.into_body().to_vec())
            .expect("the pipeline sends requests");
        let said = Said {
            id: "echo-1".to_owned(),
            model: asked.model().to_owned(),
            created: 0,
            says: Says::Text(asked.last_user_text().unwrap_or_default().to_owned()),
            usage: Usage { input_tokens: 1, output_tokens: 1 },
        };
        let body = Full::new(Bytes::from(self.dialect.compose(&Address::PLAIN, &said)))
            .map_err(|never| match never {});
        Box::pin(ready(Ok(http::Response::new(body.boxed_unsync()))))
    }
}

async fn directly(echo: &Echo, body: Bytes) -> Bytes {
    let answer = echo.send(http::Request::new(body)).await.expect("an echo answers");
    answer.into_body().collect().await.expect("an echo's body is whole").to_bytes()
}

async fn through(pipeline: &Arc<Pipeline>, dialect: &dyn Dialect, body: Bytes) -> Bytes {
    let request = http::Request::post(path(dialect)).body(Body::Whole(body)).expect("a request");
    let answer = pipeline.handle(request, Caller::default()).await;
    assert_eq!(answer.status(), 200, "the call goes through");
    answer.into_body().collect().await.expect("our bodies do not fail").to_bytes()
}

fn path(dialect: &dyn Dialect) -> String {
    dialect.compose_request("echo-1", "", false).path
}

/// The dialects that are timed: the two that most others are made like.
fn benched() -> impl Iterator<Item = &'static dyn Dialect> {
    ["anthropic_messages", "openai_chat"].into_iter().filter_map(dialects::by_id)
}

/// A call of about 1 kB of prose.
fn call(dialect: &dyn Dialect) -> Bytes {
    let text =
        "The ferry leaves at nine from the north pier and takes forty minutes to the island. ".repeat(11);
    let messages = serde_json::json!([{"role": "user", "content": text}]);
    let body = serde_json::json!({"model": "echo-1", "max_tokens": 100, "messages": messages}).to_string();
    dialect.read_request(&Address::PLAIN, body.clone().into_bytes()).expect("the call is one of the dialect");
    Bytes::from(body)
}

fn pipeline(dialect: &dyn Dialect, transport: Arc<dyn Transport>) -> Arc<Pipeline> {
    let upstream = Upstream {
        name: endpoint(path(dialect).as_str()).vendor.id.to_owned(),
        place: Place::At(http::Uri::from_static("http://127.0.0.1:9")),
        transport,
        credential: enforcement::Credential::None,
        trace_header: None,
        breaker: BreakerSettings::default(),
    };
    let cache = CacheSettings { ttl_ms: 1, refresh_ahead_ms: 0, stale_bound_ms: 0, error_ttl_ms: 0 };
    let secrets = SecretCache::new(Arc::new(MemorySecretStore::default()), cache);
    let settings = PipelineSettings {
        provider: "local".to_owned(),
        region: String::new(),
        instance: None,
        authenticator: Authenticator::new(AuthSettings { anonymous: true, ..AuthSettings::default() }),
        upstreams: Upstreams::new(vec![upstream], secrets),
        limits: Arc::new(MemoryStore::new(1000)),
        sink: Arc::new(Nowhere),
        chain: Chain::new("bench"),
        clock: Arc::new(LeapingClock(Instant::now(), AtomicU64::new(0))),
        ids: Arc::new(Counted(AtomicU64::new(0))),
        body_cap: 6 << 20,
        answer_cap: 1 << 30,
    };
    Arc::new(Pipeline::new(policy(), settings))
}

/// The example policy. Its limits are not reached, see the clock.
fn policy() -> Policy {
    let ids: Vec<&str> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    let source = conformance::files::read("functions/local/src/example.yaml");
    Policy::load(&source, &ids).expect("the example policy has no faults").policy
}

struct Nowhere;

impl Sink for Nowhere {
    fn write(&self, record: &SealedRecord) -> Result<(), SinkError> {
        black_box(record.line());
        Ok(())
    }
}

/// A clock on which an hour passes between two calls, so that no limit of the example policy is reached.
struct LeapingClock(Instant, AtomicU64);

impl Clock for LeapingClock {
    fn unix_millis(&self) -> u64 {
        1_700_000_000_000 + self.1.fetch_add(3_600_000, Ordering::Relaxed)
    }

    fn monotonic_micros(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

struct Counted(AtomicU64);

impl Ids for Counted {
    fn decision_id(&self) -> String {
        format!("{:032x}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}
