//! The function that rotates: its cold start, and one step of a rotation for each invocation.

use std::process::ExitCode;
use std::sync::Arc;

use enforcement::{Clock, HttpSettings, HttpTransport, Transport};
use host::clock::SystemClock;
use host::exchange::ProviderExchange;
use host::random::SystemRandom;
use host::{HostError, program};
use lambda_runtime::{LambdaEvent, service_fn};
use rotation::{RotationStore, Tools};
use sallyport_aws::config;
use sallyport_aws::credential_service::UserCredentials;
use sallyport_aws::credentials::RoleSigner;
use sallyport_aws::error::AwsError;
use sallyport_aws::log_format;
use sallyport_aws::log_format::Invocation;
use sallyport_aws::rotation_config::{HELP, RotationSettings};
use sallyport_aws::rotator::Rotator;
use sallyport_aws::secret_store::ServiceAccess;
use sallyport_aws::secret_store::secrets_manager::SecretsManager;
use secrets::SecretStore;
use serde_json::Value;

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start. What it gives back is why there was none, or that Lambda ended the process.
fn start() -> Result<(), AwsError> {
    let settings = RotationSettings::read(std::env::vars().collect(), &config::package())?;
    let (clock, invocation) = (Arc::new(SystemClock::new()), Invocation::default());
    log_format::begin(clock.clone(), invocation.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|reason| HostError::System { what: "cannot start the runtime", reason })?;
    let rotator = rotator(settings, clock)?;
    runtime.block_on(serve(&rotator, &invocation))
}

async fn serve(rotator: &Rotator, invocation: &Invocation) -> Result<(), AwsError> {
    let handler = service_fn(async |event: LambdaEvent<Value>| {
        invocation.begin(&event.context.request_id, event.context.xray_trace_id.as_deref());
        // Nobody reads the answer; that there is one says that the step was done.
        rotator.answer(&event.payload).await.map(drop)
    });
    lambda_runtime::run(handler).await.map_err(|fault| AwsError::Runtime(fault.to_string()))
}

fn rotator(settings: RotationSettings, clock: Arc<SystemClock>) -> Result<Rotator, AwsError> {
    let transport = transport(&settings)?;
    let store = Arc::new(SecretsManager::new(ServiceAccess {
        endpoint: settings.secrets_endpoint,
        region: &settings.region,
        role: settings.role.as_ref(),
        transport: Arc::clone(&transport),
        clock: clock.clone() as Arc<dyn Clock>,
    }));
    let users = UserCredentials {
        endpoint: settings.users_endpoint,
        transport: Arc::clone(&transport),
        signer: RoleSigner::new(settings.role.as_ref(), settings.users_region, "iam"),
        clock: clock.clone() as Arc<dyn Clock>,
    };
    Ok(Rotator {
        secret: settings.secret,
        store: Arc::clone(&store) as Arc<dyn RotationStore>,
        strategy: settings.strategy,
        tools: Tools {
            random: Arc::new(SystemRandom),
            accounts: None,
            credentials: Some(Arc::new(users)),
            exchange: Some(Arc::new(ProviderExchange { transport })),
            secrets: Some(store as Arc<dyn SecretStore>),
            sql: settings.database,
        },
        overlap: settings.overlap,
        clock,
    })
}

/// The client for Secrets Manager, IAM and providers.
fn transport(settings: &RotationSettings) -> Result<Arc<dyn Transport>, AwsError> {
    let http = HttpSettings::default();
    // Keys of callers are made here; every other strategy calls a provider.
    if settings.strategy.id() == "caller_keys" && settings.secrets_endpoint.scheme_str() == Some("http") {
        return Ok(Arc::new(HttpTransport::plain(http)));
    }
    let failed = |reason| HostError::System { what: "no certificate authorities can be read", reason };
    Ok(Arc::new(HttpTransport::with_native_roots(http).map_err(failed)?))
}
