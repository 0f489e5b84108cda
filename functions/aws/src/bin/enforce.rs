//! The function that enforces: its cold start, and one invocation after the other. The settings are read once, the
//! policy is compiled once, and one pipeline answers every call of this process.

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use enforcement::{
    AnswerBody, BreakerSettings, Caller, Clock, Credential, HttpTransport, Pipeline, PipelineSettings, Place,
    Transport, Upstream,
};
use host::clock::SystemClock;
use host::gate::{self, Run};
use host::policy_file::{self, Enforced};
use host::{client, program};
use http::Uri;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyDataStream;
use lambda_runtime::{LambdaEvent, MetadataPrelude, StreamResponse, service_fn};
use policy::Policy;
use sallyport_aws::config::{self, HELP, Settings, Target};
use sallyport_aws::credentials::{RoleSigner, bedrock_region};
use sallyport_aws::error::AwsError;
use sallyport_aws::log_format::Invocation;
use sallyport_aws::policy_source::{PolicyPlace, PolicySource, Reach};
use sallyport_aws::secret_store::extension::Extension;
use sallyport_aws::secret_store::parameter_store::ParameterStore;
use sallyport_aws::secret_store::secrets_manager::SecretsManager;
use sallyport_aws::secret_store::{SecretPlace, SecretStores, ServiceAccess};
use sallyport_aws::{ingress, log_format};
use secrets::CacheSettings;
use serde_json::Value;

/// How long before Lambda ends an invocation its answer has to have ended, in milliseconds.
const LAST_WORDS_MS: u64 = 1000;

/// The header in which services of AWS hand on the trace of a call.
const TRACE_HEADER: HeaderName = HeaderName::from_static("x-amzn-trace-id");

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start. What it gives back is why there was none, or that Lambda ended the process.
fn start() -> Result<(), AwsError> {
    let settings = Settings::read(std::env::vars().collect(), &config::package())?;
    let (clock, invocation) = (Arc::new(SystemClock::new()), Invocation::of(&settings.function));
    let enforced = match &settings.policy {
        PolicyPlace::File(path) => Some(policy_file::load(path)?),
        PolicyPlace::Remote(_) => None,
    };
    log_format::begin(clock.clone(), invocation.clone())?;
    let policy = enforced.map_or_else(Policy::refusing, Enforced::told);
    let runtime = program::runtime(tokio::runtime::Builder::new_current_thread())?;
    let groups_claim = settings.groups_claim.clone();
    let client = transport(&settings);
    let http = Arc::clone(&client) as Arc<dyn Transport>;
    let source = policy_source(&settings, &http, &clock);
    let pipeline = pipeline_settings(settings, http, clock.clone())?;
    let pipeline = Arc::new(Pipeline::new(policy, pipeline));
    prepare_aside(client);
    runtime.block_on(serve(Gate { pipeline, source, invocation, groups_claim, clock }))
}

/// Where the policy comes from, where it does not lie in the package.
fn policy_source(
    settings: &Settings,
    http: &Arc<dyn Transport>,
    clock: &Arc<SystemClock>,
) -> Option<PolicySource> {
    let PolicyPlace::Remote(remote) = &settings.policy else { return None };
    let reach = Reach {
        transport: Arc::clone(http),
        signer: RoleSigner::new(settings.role.as_ref(), &settings.region, remote.place.service()),
        clock: clock.clone() as Arc<dyn Clock>,
    };
    Some(PolicySource::new(remote.clone(), reach))
}

/// What answers invocations.
struct Gate {
    pipeline: Arc<Pipeline>,
    source: Option<PolicySource>,
    invocation: Invocation,
    groups_claim: String,
    clock: Arc<SystemClock>,
}

/// The body of an answer as it goes out. It has no errors: Lambda's runtime would write them into it.
type Pieces = BodyDataStream<AnswerBody>;

async fn serve(gate: Gate) -> Result<(), AwsError> {
    let gate = &gate;
    let handler = service_fn(move |event: LambdaEvent<Value>| gate.answer(event));
    let ran = lambda_runtime::run::<_, _, _, (), Pieces, Bytes, Infallible>(handler).await;
    ran.map_err(|fault| AwsError::Runtime(fault.to_string()))
}

impl Gate {
    async fn answer(&self, event: LambdaEvent<Value>) -> Result<StreamResponse<Pieces>, AwsError> {
        let trace = event.context.xray_trace_id.filter(|trace| !trace.is_empty());
        self.invocation.begin(&event.context.request_id, trace.as_deref());
        let asked = ingress::read(event.payload, &self.groups_claim);
        let asked = asked.inspect_err(|fault| tracing::error!("an event was not answered: {fault}"))?;
        if let Some(source) = &self.source {
            source.refresh(|policy| self.pipeline.replace_policy(policy)).await;
        }
        let ends_by_ms = ends_by(event.context.deadline, self.clock.unix_millis());
        let caller = Caller { ends_by_ms, trace: trace.and_then(|trace| trace.parse().ok()), ..asked.caller };
        let (head, body) = self.pipeline.handle(asked.request, caller).await.into_parts();
        let (status_code, headers) = (head.status, joined(&head.headers));
        let metadata_prelude = MetadataPrelude { status_code, headers, cookies: Vec::new() };
        Ok(StreamResponse { metadata_prelude, stream: BodyDataStream::new(body) })
    }
}

/// When an answer has to have ended, so that there is time left to say so and to write its record: a second before
/// Lambda ends the invocation, or half-way, where that is less. An emulator may tell a deadline that is no time.
fn ends_by(deadline_ms: u64, now_ms: u64) -> Option<u64> {
    let left = deadline_ms.checked_sub(now_ms)?;
    Some(deadline_ms - LAST_WORDS_MS.min(left / 2))
}

/// One value for each name, for the prelude of a streamed answer has room for no more.
fn joined(headers: &HeaderMap) -> HeaderMap {
    let value = |name| {
        let values: Vec<_> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        HeaderValue::from_bytes(&values.join(&b", "[..])).ok()
    };
    headers.keys().filter_map(|name| Some((name.clone(), value(name)?))).collect()
}

fn pipeline_settings(
    settings: Settings,
    http: Arc<dyn Transport>,
    clock: Arc<SystemClock>,
) -> Result<PipelineSettings, AwsError> {
    let store = secret_stores(&settings, &http, &clock);
    let rows = settings.upstreams.iter().map(|target| upstream(target, &settings, &http));
    let gate = gate::Gate {
        provider: "aws",
        instance: None,
        front: None,
        region: settings.region.clone(),
        key_secrets: settings.key_secrets.iter().map(SecretPlace::to_string).collect(),
        store: Arc::new(store),
        kept: CacheSettings::default(),
        upstreams: rows.collect(),
        callers: settings.callers,
        transport: http,
        clock,
        run: Run::new()?,
        body_cap: ingress::BODY_CAP,
    };
    Ok(gate.settings())
}

fn secret_stores(settings: &Settings, http: &Arc<dyn Transport>, clock: &Arc<SystemClock>) -> SecretStores {
    let (services, role) = (&settings.secret_services, settings.role.as_ref());
    let access = |endpoint: &Uri| ServiceAccess {
        endpoint: endpoint.clone(),
        region: &settings.region,
        role,
        transport: Arc::clone(http),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
    };
    let token = role.and_then(|role| role.session_token.as_ref());
    let extension = services.extension.clone();
    SecretStores {
        extension: extension.map(|place| Extension::new(place, Arc::clone(http), token)),
        parameters: ParameterStore::new(access(&services.parameters)),
        secrets: SecretsManager::new(access(&services.secrets)),
    }
}

fn upstream(target: &Target, settings: &Settings, http: &Arc<dyn Transport>) -> Upstream {
    let credential = match &target.secret {
        Some(place) => Credential::Secret(place.to_string()),
        None if target.vendor == "bedrock" => {
            let region = bedrock_region(&target.url, &settings.region);
            Credential::Signed(Arc::new(RoleSigner::new(settings.role.as_ref(), region, "bedrock")))
        }
        None => Credential::None,
    };
    Upstream {
        name: target.vendor.to_owned(),
        place: Place::At(target.url.clone()),
        transport: Arc::clone(http),
        credential,
        trace_header: (target.vendor == "bedrock").then_some(TRACE_HEADER),
        breaker: BreakerSettings::default(),
    }
}

/// Reads certificates while Lambda is asked for the first event: nothing needs them before, and they would be most of
/// the cold start. Without a thread, the first call reads them.
fn prepare_aside(client: Arc<HttpTransport>) {
    let _ = std::thread::Builder::new().spawn(move || client.prepare());
}

/// The client for upstreams, secrets, key sets and the policy. Certificates are only read where something is fetched
/// over TLS, see [`prepare_aside`].
fn transport(settings: &Settings) -> Arc<HttpTransport> {
    let secret =
        !settings.key_secrets.is_empty() || settings.upstreams.iter().any(|target| target.secret.is_some());
    let services = [&settings.secret_services.parameters, &settings.secret_services.secrets];
    let store = services.into_iter().filter(|_| secret);
    let policy = match &settings.policy {
        PolicyPlace::File(_) => None,
        PolicyPlace::Remote(remote) => Some(&remote.endpoint),
    };
    let upstreams = settings.upstreams.iter().map(|target| &target.url);
    let urls = upstreams.chain(client::key_sets(&settings.callers)).chain(store).chain(policy);
    Arc::new(client::ready_when_needed(settings.upstream_timeout, client::use_tls(urls)))
}
