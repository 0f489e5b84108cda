//! The service that enforces: it listens at once, and what answers calls is put together beside that, so that the platform
//! sees an open port before anything slow is done. The settings are read once, the policy is compiled once, and one
//! pipeline answers every call.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use enforcement::{AnswerBody, BreakerSettings, Clock, Credential, Pipeline, Place, Transport, Upstream};
use host::clock::SystemClock;
use host::gate::{self, Run};
use host::{HostError, client, policy_file, program};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use listener::{Ingress, Listener, Service};
use sallyport_gcp::clients::SecretManager;
use sallyport_gcp::config::{HELP, Settings, Target};
use sallyport_gcp::credentials::{Identity, TokenSigner};
use sallyport_gcp::error::GcpError;
use sallyport_gcp::ingress;
use sallyport_gcp::log_format;
use sallyport_gcp::metadata::Metadata;
use sallyport_gcp::trace::{self, TRACE_HEADER, Trace, TracedBody};
use sallyport_gcp::vertex;
use secrets::CacheSettings;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long calls under way may take to end when the service is told to. The platform ends it after ten seconds.
const DRAIN: Duration = Duration::from_secs(9);
/// How long the platform's front end may keep a connection that no call uses. It closes them by itself; if the service
/// did first, a call could come to nothing.
const IDLE: Duration = Duration::from_secs(650);

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start. What it gives back is why there was none, or that the platform ended the service.
fn start() -> Result<(), GcpError> {
    let settings = Settings::read(std::env::vars().collect(), &program::package(None))?;
    let clock = Arc::new(SystemClock::new());
    log_format::begin(settings.service.clone(), clock.clone())?;
    let runtime = program::runtime(tokio::runtime::Builder::new_multi_thread())?;
    runtime.block_on(serve(settings, clock))
}

async fn serve(settings: Settings, clock: Arc<SystemClock>) -> Result<(), GcpError> {
    let failed = |reason| HostError::System { what: "cannot listen for signals", reason };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let listener = Listener::bind(settings.address).await?;
    tracing::info!("listens on {}", listener.address());
    let longest_ms = u64::try_from(settings.timeout.as_millis()).unwrap_or(u64::MAX);
    let (made, gate) = watch::channel(None);
    let door = Door { gate, clock: clock.clone(), longest_ms };
    let making = tokio::spawn(Gate::make(settings, clock));
    let mut fault = None;
    let ended = async {
        let making = async {
            match making.await.unwrap_or(Err(GcpError::Broken)) {
                Ok(gate) => {
                    made.send_replace(Some(Arc::new(gate)));
                    std::future::pending().await
                }
                Err(reason) => reason,
            }
        };
        tokio::select! {
            reason = making => fault = Some(reason),
            _ = terminate.recv() => {}
        }
    };
    let cut = listener::serve(listener, bounds(), door, ended).await;
    if cut > 0 {
        tracing::warn!("{cut} calls took too long to end and were cut off");
    }
    fault.map_or(Ok(()), Err)
}

fn bounds() -> listener::Settings {
    listener::Settings {
        body_cap: ingress::BODY_CAP,
        drain_timeout: DRAIN,
        header_timeout: IDLE,
        ..listener::Settings::default()
    }
}

/// What takes calls, from the moment at which the port is open.
struct Door {
    /// Nothing until it is made.
    gate: watch::Receiver<Option<Arc<Gate>>>,
    clock: Arc<SystemClock>,
    longest_ms: u64,
}

impl Service for Door {
    type Body = TracedBody<AnswerBody>;

    async fn call(&self, request: Request<Ingress>, _: SocketAddr) -> Response<Self::Body> {
        let came_ms = self.clock.unix_millis();
        let trace = Arc::new(Trace::of(request.headers()));
        let answer = trace::within(Arc::clone(&trace), async {
            let mut gate = self.gate.clone();
            let gate = gate.wait_for(Option::is_some).await.ok().and_then(|gate| gate.clone());
            match gate {
                Some(gate) => {
                    let asked = ingress::read(request, came_ms, self.longest_ms);
                    gate.0.handle(asked.request, asked.caller).await
                }
                None => unavailable(),
            }
        });
        answer.await.map(|body| TracedBody::new(body, trace))
    }
}

/// An answer of the service itself, where there is no gate that could give one.
fn unavailable() -> Response<AnswerBody> {
    let body = serde_json::json!({"error": {"message": "the service does not start"}}).to_string();
    let mut answer = Response::new(AnswerBody::whole(body));
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// What answers calls.
struct Gate(Arc<Pipeline>);

impl Gate {
    /// Puts everything together: this takes the time that a start takes.
    async fn make(settings: Settings, clock: Arc<SystemClock>) -> Result<Self, GcpError> {
        let http = Arc::new(client::ready_when_needed(settings.upstream_timeout, settings.uses_tls()));
        let certificates = Arc::clone(&http);
        drop(tokio::task::spawn_blocking(move || certificates.prepare()));
        let path = settings.policy.clone();
        let policy = tokio::task::spawn_blocking(move || policy_file::load(&path));
        let http = http as Arc<dyn Transport>;
        let metadata = Metadata::new(settings.clients.metadata.clone(), Arc::clone(&http), clock.clone());
        let (region, policy) = tokio::join!(region(&metadata), policy);
        let policy = policy.map_err(|_| GcpError::Broken)??.told();
        let identity = Identity::new(metadata, clock.clone());
        let upstreams = settings.upstreams.iter().map(|target| upstream(target, &settings, &http, &identity));
        let store = SecretManager::new(identity.clone(), settings.clients.secrets_endpoint.clone());
        let gate = gate::Gate {
            provider: "gcp",
            region,
            instance: settings.service.revision.clone(),
            front: settings.google_tokens.as_ref().map(|tokens| tokens.front(&http)),
            key_secrets: settings.key_secrets.iter().map(ToString::to_string).collect(),
            store: Arc::new(store),
            kept: CacheSettings::default(),
            upstreams: upstreams.collect(),
            callers: settings.callers,
            transport: Arc::clone(&http),
            clock,
            run: Run::new()?,
            body_cap: ingress::BODY_CAP,
        };
        Ok(Self(Arc::new(Pipeline::new(policy, gate.settings()))))
    }
}

/// Where the service runs. Without it calls are answered all the same, and records say nothing of it.
async fn region(metadata: &Metadata) -> String {
    let region = metadata.region().await;
    region.inspect_err(|fault| tracing::warn!("the region is not known: {fault}")).unwrap_or_default()
}

fn upstream(
    target: &Target,
    settings: &Settings,
    http: &Arc<dyn Transport>,
    identity: &Identity,
) -> Upstream {
    let vertex = target.vendor == "vertex";
    let credential = match &target.secret {
        Some(place) => Credential::Secret(place.to_string()),
        None if vertex => Credential::Signed(Arc::new(TokenSigner(identity.clone()))),
        None => Credential::None,
    };
    let place = match vertex {
        true => Place::ByLocation(vertex::places(&target.url, &settings.locations)),
        false => Place::At(target.url.clone()),
    };
    Upstream {
        name: target.vendor.to_owned(),
        place,
        transport: Arc::clone(http),
        credential,
        breaker: BreakerSettings::default(),
        trace_header: vertex.then_some(TRACE_HEADER),
    }
}
