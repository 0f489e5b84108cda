//! The function app that rotates: its cold start, one function for events of the vault and one for a timer.

use std::process::ExitCode;
use std::sync::Arc;

use azure_functions_shim::{App, Body, Fault, Listener, Settings as Bounds, ShimError};
use enforcement::{Clock, HttpSettings, HttpTransport, Transport};
use host::clock::SystemClock;
use host::exchange::ProviderExchange;
use host::postgres::PostgresServer;
use host::random::SystemRandom;
use host::{HostError, jwks, program};
use http::{Request, Response};
use rotation::{AccountKeys, SqlServer, Tools};
use sallyport_azure::account_keys::ResourceAccountKeys;
use sallyport_azure::credentials::{Identity, MANAGEMENT, STORAGE, TokenSigner};
use sallyport_azure::error::AzureError;
use sallyport_azure::log_format::{self, Lines};
use sallyport_azure::rotation_config::{HELP, RotationSettings};
use sallyport_azure::rotation_lease::RotationLease;
use sallyport_azure::rotation_store::VaultRotation;
use sallyport_azure::rotation_webhook::{self, Webhook};
use sallyport_azure::rotator::Rotator;
use sallyport_azure::sdk_http::SdkHttp;
use sallyport_azure::secret_store::{KeyVault, VaultAccess};
use secrets::SecretStore;
use tokio::sync::Mutex;

/// The largest answer of the platform with a token, in bytes.
const TOKEN_CAP: usize = 64 * 1024;

/// The largest call, in bytes: a batch of events.
const BODY_CAP: usize = 2 * 1024 * 1024;

/// Where the host says that the package lies.
const APP_ROOT: &str = "FUNCTIONS_APP_ROOT_PATH";

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start. What it gives back is why there was none: the host ends a function that has started.
fn start() -> Result<(), AzureError> {
    let settings =
        RotationSettings::read(std::env::vars().collect(), &program::package(std::env::var_os(APP_ROOT)))?;
    let clock = Arc::new(SystemClock::new());
    log_format::begin(Arc::new(Lines::to_output(clock.clone())), None)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|reason| HostError::System { what: "cannot start the runtime", reason })?;
    runtime.block_on(serve(settings, clock))
}

async fn serve(mut settings: RotationSettings, clock: Arc<SystemClock>) -> Result<(), AzureError> {
    let listener = Listener::bind(settings.port.ok_or(ShimError::NotStartedByHost)?).await?;
    let deliverers = settings.deliverers.take();
    let transport = transport(&settings, deliverers.is_some())?;
    let webhook = deliverers.map(|deliverers| Webhook {
        subscriptions: deliverers.subscriptions,
        callers: deliverers.callers.authenticator(|place| jwks::source(place, &transport)),
        clock: clock.clone() as Arc<dyn Clock>,
    });
    let rotator = Arc::new(rotator(&settings, &transport, clock)?);
    let (told, timed) = (Arc::clone(&rotator), Arc::clone(&rotator));
    let app = App::new()
        .on("rotate", move |call| {
            let rotator = Arc::clone(&told);
            async move { rotator.on_events(&call).await }
        })
        .on("renew", move |_| {
            let rotator = Arc::clone(&timed);
            async move { rotator.on_timer().await }
        });
    let app = match webhook.map(Arc::new) {
        Some(webhook) => {
            app.http(move |request| deliver(Arc::clone(&webhook), Arc::clone(&rotator), request))
        }
        None => app,
    };
    let bounds = Bounds { body_cap: BODY_CAP, ..Bounds::default() };
    app.settings(bounds).on_fault(log).serve(listener, std::future::pending()).await;
    Ok(())
}

async fn deliver(webhook: Arc<Webhook>, rotator: Arc<Rotator>, request: Request<Body>) -> Response<Body> {
    match webhook.read(request).await {
        Ok(events) => rotation_webhook::answer(&rotator.answer(events).await),
        Err(answer) => *answer,
    }
}

fn log(fault: &Fault<'_>) {
    tracing::error!("a call failed: {}", fault.reason);
}

fn rotator(
    settings: &RotationSettings,
    transport: &Arc<dyn Transport>,
    clock: Arc<SystemClock>,
) -> Result<Rotator, AzureError> {
    let clock = clock as Arc<dyn Clock>;
    let identity = identity(settings, transport);
    let vault = KeyVault::new(VaultAccess {
        url: &settings.vault.url,
        endpoint: settings.vault.endpoint.clone(),
        identity: &identity,
        transport: Arc::clone(transport),
        clock: Arc::clone(&clock),
    });
    let lease = settings.storage.clone().map(|endpoint| RotationLease {
        endpoint,
        secret: settings.watched.secret.clone(),
        signer: Arc::new(TokenSigner { identity: identity.clone(), scope: STORAGE }),
        transport: Arc::clone(transport),
        clock: Arc::clone(&clock),
    });
    if lease.is_none() {
        tracing::warn!(
            "there is no storage account for a lease, so nothing keeps runs in other processes away"
        );
    }
    Ok(Rotator {
        watched: settings.watched.clone(),
        tools: tools(settings, &identity, transport, &vault)?,
        store: VaultRotation { vault, clock: Arc::clone(&clock), validity: settings.validity },
        strategy: settings.strategy,
        overlap: settings.overlap,
        clock,
        lease,
        turn: Mutex::default(),
    })
}

fn tools(
    settings: &RotationSettings,
    identity: &Identity,
    transport: &Arc<dyn Transport>,
    vault: &KeyVault,
) -> Result<Tools, AzureError> {
    let accounts = settings.account.clone().map(|account| {
        let signer = Arc::new(TokenSigner { identity: identity.clone(), scope: MANAGEMENT });
        let endpoint = settings.management.clone();
        let keys = ResourceAccountKeys { account, endpoint, signer, transport: Arc::clone(transport) };
        Arc::new(keys) as Arc<dyn AccountKeys>
    });
    let sql = match settings.strategy.id() {
        "postgres_password" => Some(Arc::new(PostgresServer::with_native_roots()?) as Arc<dyn SqlServer>),
        _ => None,
    };
    Ok(Tools {
        random: Arc::new(SystemRandom),
        accounts,
        credentials: None,
        exchange: Some(Arc::new(ProviderExchange { transport: Arc::clone(transport) })),
        secrets: Some(Arc::new(vault.clone()) as Arc<dyn SecretStore>),
        sql,
    })
}

fn identity(settings: &RotationSettings, transport: &Arc<dyn Transport>) -> Identity {
    let http = SdkHttp { transport: Arc::clone(transport), most: TOKEN_CAP, endpoint: None };
    Identity::new(settings.identity.client_id.as_deref(), settings.identity.given, http)
}

/// The client for everything. Certificates are only loaded where something is called over TLS.
fn transport(settings: &RotationSettings, keys: bool) -> Result<Arc<dyn Transport>, AzureError> {
    let http = HttpSettings::default();
    if !keys && !settings.uses_tls() {
        return Ok(Arc::new(HttpTransport::plain(http)));
    }
    let failed = |reason| HostError::System { what: "no certificate authorities can be read", reason };
    Ok(Arc::new(HttpTransport::with_native_roots(http).map_err(failed)?))
}
