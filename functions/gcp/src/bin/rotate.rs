//! The service that rotates: its cold start, and one answer for every delivery.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::clock::SystemClock;
use host::exchange::ProviderExchange;
use host::random::SystemRandom;
use host::{HostError, client, program};
use http::{Request, Response};
use http_body_util::Empty;
use listener::{Ingress, Listener, Service, Settings as Bounds};
use rotation::Tools;
use sallyport_gcp::clients::SecretManager;
use sallyport_gcp::credentials::Identity;
use sallyport_gcp::error::GcpError;
use sallyport_gcp::log_format;
use sallyport_gcp::metadata::Metadata;
use sallyport_gcp::rotation_config::{HELP, RotationSettings};
use sallyport_gcp::rotation_push::PushGuard;
use sallyport_gcp::rotation_store::SecretRotation;
use sallyport_gcp::rotator::Rotator;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// The largest delivery, in bytes: a message of Pub/Sub has 10 MB at most, one about a secret far less.
const BODY_CAP: usize = 1024 * 1024;
/// How long a provider may be silent.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    program::run(HELP, start)
}

/// The cold start.
fn start() -> Result<(), GcpError> {
    let settings = RotationSettings::read(std::env::vars().collect(), &program::package(None))?;
    let clock = Arc::new(SystemClock::new());
    log_format::begin(settings.service.clone(), clock.clone())?;
    program::runtime(Builder::new_current_thread())?.block_on(serve(settings, clock))
}

async fn serve(settings: RotationSettings, clock: Arc<dyn Clock>) -> Result<(), GcpError> {
    let failed = |reason| HostError::System { what: "cannot listen for signals", reason };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let listener = Listener::bind(settings.address).await?;
    tracing::info!("listens on {}", listener.address());
    let bounds = Bounds { body_cap: BODY_CAP, ..Bounds::default() };
    let shutdown = async {
        terminate.recv().await;
    };
    let cut = listener::serve(listener, bounds, Deliveries(rotator(settings, clock)), shutdown).await;
    if cut > 0 {
        tracing::warn!(
            "a rotation took too long to end and was cut off; it is gone on with at the next delivery"
        );
    }
    Ok(())
}

/// What answers deliveries.
struct Deliveries(Rotator);

impl Service for Deliveries {
    type Body = Empty<Bytes>;

    async fn call(&self, request: Request<Ingress>, _peer: SocketAddr) -> Response<Empty<Bytes>> {
        let (head, body) = request.into_parts();
        let mut answer = Response::new(Empty::<Bytes>::new());
        *answer.status_mut() = self.0.answer(&head.method, &head.headers, &body).await;
        answer
    }
}

fn rotator(settings: RotationSettings, clock: Arc<dyn Clock>) -> Rotator {
    let transport: Arc<dyn Transport> = Arc::new(client::ready_when_needed(PATIENCE, settings.uses_tls()));
    let metadata =
        Metadata::new(settings.clients.metadata.clone(), Arc::clone(&transport), Arc::clone(&clock));
    let identity = Identity::new(metadata, Arc::clone(&clock));
    let manager = SecretManager::new(identity, settings.clients.secrets_endpoint.clone());
    Rotator {
        guard: PushGuard::new(&settings.tokens, settings.account, &transport, Arc::clone(&clock)),
        store: SecretRotation::new(&settings.watched, manager.clone(), Arc::clone(&clock)),
        watched: settings.watched,
        strategy: settings.strategy,
        tools: Tools {
            random: Arc::new(SystemRandom),
            accounts: None,
            credentials: None,
            exchange: Some(Arc::new(ProviderExchange { transport })),
            secrets: Some(Arc::new(manager)),
            sql: settings.database,
        },
        overlap: settings.overlap,
        destroyed_after: settings.destroyed_after,
        clock,
    }
}
