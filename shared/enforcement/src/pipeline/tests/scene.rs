//! What stands around the pipeline in its tests: an upstream that gives what is on its list, a log that keeps
//! records, and time that stands still.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use decision_log::{Chain, SealedRecord, Sink, SinkError};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full};
use limits::MemoryStore;
use policy::Policy;
use secrets::{
    BoxFuture, CacheSettings, MemorySecretStore, Secret, SecretCache, SecretError, SecretStore,
    SecretVersion, Stage,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::super::{Pipeline, PipelineSettings};
use crate::{
    AnswerBody, AuthSettings, Authenticator, Body, BreakerSettings, Caller, Clock, Credential, Ids, Place,
    Sending, Transport, TransportError, Upstream, Upstreams,
};

/// Time that stands still until it is told.
#[derive(Default)]
pub(super) struct Still(pub(super) AtomicU64);

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000 + self.0.load(Ordering::SeqCst)
    }
    fn monotonic_micros(&self) -> u64 {
        self.0.load(Ordering::SeqCst) * 1000
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn decision_id(&self) -> String {
        format!("{:032x}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Keeps records, or refuses them.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) lines: Mutex<Vec<Value>>,
    pub(super) broken: AtomicBool,
}

impl Sink for Kept {
    fn write(&self, sealed: &SealedRecord) -> Result<(), SinkError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(SinkError { reason: "the disk is full".into() });
        }
        self.lines.lock().unwrap().push(serde_json::from_str(sealed.line()).unwrap());
        Ok(())
    }
}

/// An upstream that gives what is on its list and keeps what it was sent.
#[derive(Default)]
pub(super) struct Scripted {
    answers: Mutex<Vec<Reply>>,
    sent: Mutex<Vec<(String, http::HeaderMap, Bytes)>>,
    methods: Mutex<Vec<http::Method>>,
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        let (head, body) = request.into_parts();
        self.methods.lock().unwrap().push(head.method);
        self.sent.lock().unwrap().push((head.uri.to_string(), head.headers, body));
        let answer = self.answers.lock().unwrap().remove(0);
        Box::pin(async move {
            let (status, kind, body) = match answer {
                Reply::Fails(fault) => return Err(fault),
                Reply::Silence => std::future::pending().await,
                Reply::Streams(body) => (200, "text/event-stream; charset=utf-8", body.boxed_unsync()),
                Reply::Whole(status, body) => {
                    let body = Full::new(Bytes::from(body)).map_err(|never| match never {});
                    (status, "application/json", body.boxed_unsync())
                }
            };
            let answer =
                Response::builder().status(status).header("x-request-id", "up-1").header("set-cookie", "c=1");
            Ok(answer.header("content-type", kind).body(body).unwrap())
        })
    }
}

/// One answer of the upstream.
pub(super) enum Reply {
    Fails(TransportError),
    /// Never comes.
    Silence,
    Streams(Pieces),
    Whole(u16, String),
}

impl From<Result<(u16, String), TransportError>> for Reply {
    fn from(answer: Result<(u16, String), TransportError>) -> Self {
        answer.map_or_else(Self::Fails, |(status, body)| Self::Whole(status, body))
    }
}

/// A body that gives what the test sends, when it sends it, and tells what became of it.
pub(super) struct Pieces {
    coming: mpsc::UnboundedReceiver<Result<Bytes, TransportError>>,
    fate: Arc<Fate>,
}

/// What became of a body.
#[derive(Default)]
pub(super) struct Fate {
    /// How many pieces were taken.
    pub(super) taken: AtomicU64,
    pub(super) dropped: AtomicBool,
}

/// The upstream's end of a body. When it is dropped, the body ends.
pub(super) struct Speaker {
    going: mpsc::UnboundedSender<Result<Bytes, TransportError>>,
    pub(super) fate: Arc<Fate>,
}

pub(super) fn pieces() -> (Speaker, Reply) {
    let (going, coming) = mpsc::unbounded_channel();
    let fate = Arc::new(Fate::default());
    (Speaker { going, fate: fate.clone() }, Reply::Streams(Pieces { coming, fate }))
}

impl Speaker {
    pub(super) fn send(&self, piece: impl Into<Bytes>) {
        // A body that was dropped does not listen any more.
        let _ = self.going.send(Ok(piece.into()));
    }

    pub(super) fn fail(&self, fault: TransportError) {
        let _ = self.going.send(Err(fault));
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.coming.poll_recv(context).map(|piece| {
            self.fate.taken.fetch_add(u64::from(piece.is_some()), Ordering::SeqCst);
            piece.map(|piece| piece.map(Frame::data))
        })
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.fate.dropped.store(true, Ordering::SeqCst);
    }
}

/// A secret store that may be slow. It notes how many records there were when it was asked.
#[derive(Default)]
pub(super) struct SlowStore {
    pub(super) memory: MemorySecretStore,
    pub(super) asked: Mutex<Vec<usize>>,
    sink: Arc<Kept>,
    /// Nobody gets an answer while this is held.
    pub(super) slow: tokio::sync::Mutex<()>,
}

impl SecretStore for SlowStore {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(async move {
            self.asked.lock().unwrap().push(self.sink.lines.lock().unwrap().len());
            let _ = self.slow.lock().await;
            self.memory.read(name, stage).await
        })
    }
}

pub(super) struct Scene {
    pub(super) pipeline: Arc<Pipeline>,
    upstream: Arc<Scripted>,
    pub(super) store: Arc<SlowStore>,
    pub(super) sink: Arc<Kept>,
    pub(super) clock: Arc<Still>,
}

pub(super) struct Told {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: String,
}

pub(super) const RULES: &str = r#"
apiVersion: v1
kind: AIPolicy
metadata: {name: scene}
spec:
  rules:
    - {name: no-sql, type: input_validation, pattern: '(?i)drop\s+table', action: BLOCK}
    - {name: hide-mail, type: input_validation, detectors: [email], action: REDACT, transform: token}
    - {name: ssn-out, type: output_filter, detectors: [us_ssn], action: REDACT, replacement: '[{detector} {n}]'}
    - {name: no-deletes, type: action_control, tools: ['delete_*'], action: BLOCK}
    - {name: few, type: budget, limit: 1000 tokens per hour, action: CONSTRAIN}
    - {name: short, type: model_access, models: ['small*'], action: CONSTRAIN, constrain: {max_tokens: 50}}
"#;

pub(super) fn scene(answers: Vec<Result<(u16, String), TransportError>>) -> Scene {
    scene_of(RULES, Some("absent"), answers.into_iter().map(Reply::from).collect())
}

/// A scene with these rules, and with this credential for Anthropic.
pub(super) fn scene_of(rules: &str, credential: Option<&str>, answers: Vec<Reply>) -> Scene {
    let upstream = Arc::new(Scripted { answers: Mutex::new(answers), ..Default::default() });
    let (sink, clock) = (Arc::new(Kept::default()), Arc::new(Still::default()));
    let store = Arc::new(SlowStore { sink: sink.clone(), ..Default::default() });
    store.memory.put("openai", version("1", "sk-upstream"));
    let row = |name: &str, credential: Option<&str>| Upstream {
        name: name.into(),
        place: Place::At("http://upstream.test".parse().unwrap()),
        transport: upstream.clone(),
        credential: credential.map_or(Credential::None, |name| Credential::Secret(name.to_owned())),
        trace_header: (name == "bedrock").then(|| http::HeaderName::from_static("x-trace")),
        breaker: BreakerSettings { failures: 2, pause_ms: 1000 },
    };
    let rows = dialects::VENDORS.iter().map(|vendor| match vendor.id {
        "anthropic" => row(vendor.id, credential),
        id => row(id, Some("openai")),
    });
    let settings = PipelineSettings {
        provider: "local".into(),
        region: String::new(),
        instance: None,
        authenticator: Authenticator::new(AuthSettings { anonymous: true, ..Default::default() }),
        upstreams: Upstreams::new(rows.collect(), SecretCache::new(store.clone(), CacheSettings::default())),
        limits: Arc::new(MemoryStore::new(1000)),
        sink: sink.clone(),
        chain: Chain::new("scene"),
        clock: clock.clone(),
        ids: Arc::new(Counted::default()),
        body_cap: 1024,
        answer_cap: 16_384,
    };
    let policy = Policy::load(rules, &detectors::detector_ids()).unwrap().policy;
    Scene { pipeline: Arc::new(Pipeline::new(policy, settings)), upstream, store, sink, clock }
}

pub(super) fn version(name: &str, value: &str) -> SecretVersion {
    SecretVersion { value: Secret::new(value.to_owned()), version: name.to_owned(), expires_at_ms: None }
}

pub(super) fn answer(text: &str) -> Result<(u16, String), TransportError> {
    let message = json!({"role": "assistant", "content": text});
    let body = json!({"id": "c1", "model": "small", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}});
    Ok((200, body.to_string()))
}

fn ask(text: &str) -> String {
    json!({"model": "small", "max_tokens": 40, "messages": [{"role": "user", "content": text}]}).to_string()
}

impl Told {
    pub(super) async fn of(answer: Response<AnswerBody>) -> Self {
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// A server may hand a call that waits to another thread.
fn movable<F: Future + Send>(call: F) -> F {
    call
}

impl Scene {
    pub(super) async fn post(&self, path: &str, body: impl Into<String>) -> Told {
        let request =
            Request::post(path).header("authorization", "Bearer sk-caller").header("x-note", "kept");
        self.send(request.body(Body::Whole(Bytes::from(body.into()))).unwrap()).await
    }

    pub(super) async fn chat(&self, text: &str) -> Told {
        self.post("/v1/chat/completions", ask(text)).await
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Told {
        let answer = self.pipeline.handle(request, Caller::default());
        Told::of(movable(answer).await).await
    }

    pub(super) fn records(&self) -> Vec<Value> {
        self.sink.lines.lock().unwrap().clone()
    }

    pub(super) fn methods(&self) -> Vec<http::Method> {
        self.upstream.methods.lock().unwrap().clone()
    }

    pub(super) fn sent(&self) -> Vec<(String, http::HeaderMap, String)> {
        let sent = self.upstream.sent.lock().unwrap();
        sent.iter()
            .map(|(uri, head, body)| (uri.clone(), head.clone(), String::from_utf8_lossy(body).into()))
            .collect()
    }
}
