//! The function that enforces: it listens at once, and what answers calls is put together beside that, so that the host
//! need not wait for it. The settings are read once, the policy is compiled once, and one pipeline answers every call.

use std::process::ExitCode;
use std::sync::Arc;

use azure_functions_shim::{
    App, Body as ShimBody, Fault, FunctionKeys, Listener, Settings as Bounds, ShimError,
};
use enforcement::{
    BreakerSettings, Clock, Credential, Pipeline, PipelineSettings, Place, Transport, Upstream,
};
use host::clock::SystemClock;
use host::gate::{self, Run};
use host::{HostError, client, policy_file, program};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use sallyport_azure::answer;
use sallyport_azure::config::{HELP, Settings, Target};
use sallyport_azure::credentials::{Identity, MODELS, TokenSigner};
use sallyport_azure::error::AzureError;
use sallyport_azure::ingress::{self, Trust};
use sallyport_azure::log_format::{self, Lines};
use sallyport_azure::log_ingestion::{LogIngestion, RecordQueue};
use sallyport_azure::sdk_http::SdkHttp;
use sallyport_azure::secret_store::{KeyVault, NoVault, VaultAccess};
use secrets::{CacheSettings, SecretStore};
use tokio::sync::watch;

/// The largest answer of the platform with a token, in bytes.
const TOKEN_CAP: usize = 64 * 1024;

/// Where the host says that the package lies.
const APP_ROOT: &str = "FUNCTIONS_APP_ROOT_PATH";

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start. What it gives back is why there was none: the host ends a function that has started.
fn start() -> Result<(), AzureError> {
    let settings = Settings::read(std::env::vars().collect(), &program::package(std::env::var_os(APP_ROOT)))?;
    let clock = Arc::new(SystemClock::new());
    let lines = Arc::new(Lines::to_output(clock.clone()));
    let records = settings.logs.is_some().then(|| RecordQueue::new(Arc::clone(&lines)));
    log_format::begin(lines, records.clone())?;
    let runtime = program::runtime(tokio::runtime::Builder::new_multi_thread())?;
    runtime.block_on(serve(settings, clock, records))
}

/// What answers calls.
struct Gate {
    pipeline: Arc<Pipeline>,
    trust: Trust,
    records: Option<Arc<RecordQueue>>,
}

async fn serve(
    settings: Settings,
    clock: Arc<SystemClock>,
    records: Option<Arc<RecordQueue>>,
) -> Result<(), AzureError> {
    let listener = Listener::bind(settings.port.ok_or(ShimError::NotStartedByHost)?).await?;
    let (made, gate) = watch::channel(None::<Arc<Gate>>);
    let handler = move |request| {
        let mut gate = gate.clone();
        async move {
            // Without a gate the process is about to end.
            let Ok(gate) = gate.wait_for(Option::is_some).await.map(|gate| gate.clone()) else {
                return refused(StatusCode::SERVICE_UNAVAILABLE, "the function does not start");
            };
            match gate {
                Some(gate) => gate.answer(request).await,
                None => refused(StatusCode::SERVICE_UNAVAILABLE, "the function does not start"),
            }
        }
    };
    let app = App::new().http(handler).on_fault(log).settings(bounds(&settings));
    let making = tokio::task::spawn_blocking(move || Gate::make(settings, clock, records));
    let mut fault = None;
    let ended = async {
        match making.await.unwrap_or(Err(AzureError::Broken)) {
            Ok(gate) => {
                made.send_replace(Some(Arc::new(gate)));
                std::future::pending().await
            }
            Err(reason) => fault = Some(reason),
        }
    };
    app.serve(listener, ended).await;
    Err(fault.unwrap_or(AzureError::Broken))
}

fn bounds(settings: &Settings) -> Bounds {
    // What stands in a header is taken away by the ingress in either case.
    let function_keys = if settings.pass_code { FunctionKeys::Keep } else { FunctionKeys::Strip };
    Bounds { body_cap: ingress::BODY_CAP, function_keys, ..Bounds::default() }
}

fn log(fault: &Fault<'_>) {
    tracing::error!("a call was not answered: {}", fault.reason);
}

/// An answer of the function itself, to who has no right to one of the gate's.
fn refused(status: StatusCode, reason: &str) -> Response<ShimBody> {
    let body = serde_json::json!({"error": {"message": reason}}).to_string();
    let mut answer = Response::new(ShimBody::whole(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

impl Gate {
    /// Puts everything together: this takes the time that a start takes.
    fn make(
        settings: Settings,
        clock: Arc<SystemClock>,
        records: Option<Arc<RecordQueue>>,
    ) -> Result<Self, AzureError> {
        let http = Arc::new(client::ready_when_needed(settings.upstream_timeout, settings.uses_tls()));
        let client = Arc::clone(&http);
        // While the policy is compiled: most of a start would be the reading of certificates. A request waits for them.
        drop(tokio::task::spawn_blocking(move || client.prepare()));
        let policy = policy_file::load(&settings.policy)?.told();
        let parts = Parts::new(&settings, http, clock);
        if let Some((place, records)) = settings.logs.as_ref().zip(records.clone()) {
            let sender = LogIngestion::new(place, parts.identity.clone(), Arc::clone(&parts.http), records);
            let sender = sender.map_err(|_| HostError::Faults(vec![NO_PLACE.to_owned()]))?;
            drop(tokio::spawn(sender.run()));
        }
        let trust = Trust { easy_auth: settings.easy_auth, groups_claim: settings.groups_claim.clone() };
        let pipeline = Arc::new(Pipeline::new(policy, parts.pipeline_settings(settings)?));
        Ok(Self { pipeline, trust, records })
    }

    async fn answer(&self, request: Request<ShimBody>) -> Response<ShimBody> {
        let comments = answer::takes_comments(&request);
        let asked = match ingress::read(request, &self.trust).await {
            Ok(asked) => asked,
            Err(fault) => {
                tracing::error!("a call was not answered: {fault}");
                return refused(StatusCode::BAD_REQUEST, &fault.to_string());
            }
        };
        let answered = self.pipeline.handle(asked.request, asked.caller).await;
        answer::outgoing(answered, comments, self.records.as_ref()).await
    }
}

const NO_PLACE: &str = "`SALLYPORT_LOGS_ENDPOINT`: records cannot be sent to this address";

/// What the pipeline is made of.
struct Parts {
    http: Arc<dyn Transport>,
    identity: Identity,
    clock: Arc<SystemClock>,
    store: Arc<dyn SecretStore>,
}

impl Parts {
    fn new(settings: &Settings, http: Arc<dyn Transport>, clock: Arc<SystemClock>) -> Self {
        let sdk = SdkHttp { transport: Arc::clone(&http), most: TOKEN_CAP, endpoint: None };
        let (client_id, given) = (settings.identity.client_id.as_deref(), settings.identity.given);
        let identity = Identity::new(client_id, given, sdk);
        let store: Arc<dyn SecretStore> = match &settings.vault {
            None => Arc::new(NoVault),
            Some(place) => Arc::new(KeyVault::new(VaultAccess {
                url: &place.url,
                endpoint: place.endpoint.clone(),
                identity: &identity,
                transport: Arc::clone(&http),
                clock: clock.clone() as Arc<dyn Clock>,
            })),
        };
        Self { http, identity, clock, store }
    }

    fn pipeline_settings(self, settings: Settings) -> Result<PipelineSettings, AzureError> {
        let rows = settings.upstreams.iter().map(|target| self.upstream(target));
        let gate = gate::Gate {
            provider: "azure",
            instance: None,
            front: None,
            key_secrets: settings.key_secrets.iter().map(ToString::to_string).collect(),
            kept: CacheSettings::default(),
            upstreams: rows.collect(),
            region: settings.region,
            callers: settings.callers,
            store: self.store,
            transport: self.http,
            clock: self.clock,
            run: Run::new()?,
            body_cap: ingress::BODY_CAP,
        };
        Ok(gate.settings())
    }

    fn upstream(&self, target: &Target) -> Upstream {
        let credential = match &target.secret {
            Some(place) => Credential::Secret(place.to_string()),
            None if target.vendor == "azure_openai" => {
                Credential::Signed(Arc::new(TokenSigner { identity: self.identity.clone(), scope: MODELS }))
            }
            None => Credential::None,
        };
        Upstream {
            name: target.vendor.to_owned(),
            place: Place::At(target.url.clone()),
            transport: Arc::clone(&self.http),
            credential,
            breaker: BreakerSettings::default(),
            trace_header: None,
        }
    }
}
