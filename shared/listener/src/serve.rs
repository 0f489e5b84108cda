//! The server itself: accepts connections, speaks HTTP/1.1 on each, and drains them at the end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

use crate::ingress::{self, Ingress};
use crate::settings::Settings;
use crate::stall::Stalling;

/// How long to wait before accepting again when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What answers requests. When a caller goes away, the future of its call is dropped.
pub trait Service: Send + Sync + 'static {
    /// The body of an answer.
    type Body: http_body::Body<Data = Bytes, Error = Infallible> + Send + 'static;

    /// Answers one request from `peer`.
    fn call(
        &self,
        request: http::Request<Ingress>,
        peer: SocketAddr,
    ) -> impl Future<Output = http::Response<Self::Body>> + Send;
}

/// A port that is held, but not served yet: callers who connect wait.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

/// Why a port cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// The address is not one of this machine's.
    #[error("`{0}` is not an address of this machine")]
    NotHere(SocketAddr),
    /// The system forbids it.
    #[error("this user may not listen on `{0}`")]
    Forbidden(SocketAddr),
    /// Another program has it.
    #[error("`{0}` is in use by another program")]
    InUse(SocketAddr),
    /// Any other reason of the system's.
    #[error("cannot listen on `{address}`: {reason}")]
    Refused {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        reason: io::Error,
    },
}

// === impl Listener ===

impl Listener {
    /// Holds a port; port 0 is any free one.
    ///
    /// # Errors
    /// The port is taken, forbidden or not of this machine.
    pub async fn bind(address: SocketAddr) -> Result<Self, ListenerError> {
        let refused = |reason| ListenerError::of(address, reason);
        let socket = TcpListener::bind(address).await.map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        Ok(Self { socket, address })
    }

    /// The address with the port that was really taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for a free slot, then for a caller.
    async fn accept(
        &self,
        slots: &Arc<Semaphore>,
    ) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let slot = Arc::clone(slots).acquire_owned().await.map_err(io::Error::other)?;
        match self.socket.accept().await {
            Ok((stream, peer)) => Ok((stream, peer, slot)),
            Err(error) => {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                Err(error)
            }
        }
    }
}

// === impl ListenerError ===

impl ListenerError {
    fn of(address: SocketAddr, reason: io::Error) -> Self {
        if reason.kind() == io::ErrorKind::AddrInUse {
            Self::InUse(address)
        } else if reason.kind() == io::ErrorKind::AddrNotAvailable {
            Self::NotHere(address)
        } else if reason.kind() == io::ErrorKind::PermissionDenied {
            Self::Forbidden(address)
        } else {
            Self::Refused { address, reason }
        }
    }
}

/// Serves until `shutdown` is done, then waits for the calls under way. Gives back how many connections were
/// cut because they took longer than [`Settings::drain_timeout`].
pub async fn serve<S: Service>(
    listener: Listener,
    settings: Settings,
    service: S,
    shutdown: impl Future<Output = ()>,
) -> usize {
    let slots = Arc::new(Semaphore::new(settings.max_connections));
    let (close, closing) = watch::channel(false);
    let house = Arc::new(House { settings, service, closing });
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => report(ended),
            accepted = listener.accept(&slots) => match accepted {
                Ok((stream, peer, slot)) => {
                    connections.spawn(Arc::clone(&house).converse(stream, peer, slot));
                }
                Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
            },
        }
    }
    drop(listener);
    close.send_replace(true);
    // A time-out leaves the rest in the set, which cuts them when it is dropped.
    let _ = tokio::time::timeout(house.settings.drain_timeout, drain(&mut connections)).await;
    connections.len()
}

/// What all connections share.
struct House<S> {
    settings: Settings,
    service: S,
    closing: watch::Receiver<bool>,
}

impl<S: Service> House<S> {
    /// One connection, from its first byte to its last. The slot is given back when it ends.
    async fn converse(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, slot: OwnedSemaphorePermit) {
        let _slot = slot;
        // Answers are written in one go, and a small one must not wait for the peer's acknowledgement.
        let _ = stream.set_nodelay(true);
        let stream = TokioIo::new(Stalling::new(stream, self.settings.write_timeout));
        let house = &self;
        let answer = service_fn(move |request| Arc::clone(house).answer(request, peer));
        let connection = self.protocol().serve_connection(stream, answer);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.closing() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }

    async fn closing(&self) {
        // The sender outlives every connection, so this cannot fail.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    async fn answer(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<http::Response<S::Body>, Infallible> {
        let (request, rest) = ingress::collect(request, &self.settings).await;
        if let Some(rest) = rest {
            self.drain_aside(rest);
        }
        Ok(self.service.call(request, peer).await)
    }

    #[expect(clippy::disallowed_methods, reason = "the rest of a body is read while its answer is written")]
    fn drain_aside(self: &Arc<Self>, rest: Incoming) {
        let house = Arc::clone(self);
        tokio::spawn(async move { ingress::drain(rest, &house.settings).await });
    }

    fn protocol(&self) -> http1::Builder {
        let mut protocol = http1::Builder::new();
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(self.settings.header_timeout)
            .keep_alive(self.settings.keep_alive)
            .max_header_size(self.settings.max_header_bytes)
            .max_headers(self.settings.max_headers);
        protocol
    }
}

async fn drain(connections: &mut JoinSet<()>) {
    while let Some(ended) = connections.join_next().await {
        report(ended);
    }
}

fn report(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("answering a request failed inside; its connection was closed");
    }
}

#[cfg(test)]
mod tests;
