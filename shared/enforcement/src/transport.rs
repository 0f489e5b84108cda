//! How a request gets to an upstream: the trait, and the HTTP client that implements it.
//!
//! A transport decides nothing and adds nothing: [`crate::Upstreams`] builds the request and is the only
//! one that sends it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio_rustls::rustls::Error as TlsError;

/// A future that a transport gives.
pub type Sending<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<TransportBody>, TransportError>> + Send + 'a>>;

/// The body that comes back, piece by piece.
pub type TransportBody = UnsyncBoxBody<Bytes, TransportError>;

/// Why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The connection broke after the request had gone out.
    #[error("the upstream broke the connection")]
    Broken,
    /// No connection could be made, or an idle one was closed before the request went out. Nothing was
    /// sent, so it may be tried again.
    #[error("the upstream cannot be reached")]
    Unreachable,
    /// Nothing came for longer than the idle time-out.
    #[error("the upstream is too slow")]
    Slow,
    /// Its certificate is from nobody that is trusted, is for another host, or has run out. Nothing was sent.
    #[error("the upstream's certificate is not trusted")]
    Untrusted,
}

/// Sends requests.
pub trait Transport: Send + Sync {
    /// Sends one request and gives the answer's head, with a body that is still to come.
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_>;
}

/// Settings of the HTTP client.
#[derive(Clone, Copy, Debug)]
pub struct HttpSettings {
    /// The longest that making a connection may take.
    pub connect_timeout: Duration,
    /// The longest that the upstream may be silent: before the head, and between two pieces of the body.
    pub idle_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), idle_timeout: Duration::from_secs(120) }
    }
}

/// The HTTP client: HTTP/1.1, TLS by rustls, connections kept for the next call.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: HttpClient,
    idle_timeout: Duration,
}

#[derive(Clone, Debug)]
enum HttpClient {
    Plain(PlainClient),
    Tls(TlsClient),
    /// Made when it is needed; `None` where it cannot be.
    TlsWhenNeeded(Arc<OnceLock<Option<TlsClient>>>, HttpSettings),
}

type PlainClient = Client<HttpConnector, Full<Bytes>>;
type TlsClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

impl HttpTransport {
    /// A client for `http://` alone. It loads no certificates, so it is made in no time.
    #[must_use]
    pub fn plain(settings: HttpSettings) -> Self {
        let client = HttpClient::Plain(builder().build(connector(settings)));
        Self { client, idle_timeout: settings.idle_timeout }
    }

    /// A client for `https://` and `http://` that trusts the system's certificate authorities
    /// (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).
    ///
    /// # Errors
    /// When the system has no certificates that can be read.
    pub fn with_native_roots(settings: HttpSettings) -> std::io::Result<Self> {
        let client = HttpClient::Tls(tls_client(settings)?);
        Ok(Self { client, idle_timeout: settings.idle_timeout })
    }

    /// The same, but the certificates are read by [`prepare`](Self::prepare), or else for the first request: they are
    /// most of what a start consists of. Where none can be read no request goes out, and the log says why.
    #[must_use]
    pub fn with_native_roots_when_needed(settings: HttpSettings) -> Self {
        let client = HttpClient::TlsWhenNeeded(Arc::default(), settings);
        Self { client, idle_timeout: settings.idle_timeout }
    }

    /// Reads the certificates, where that is still to be done. A request that comes meanwhile waits for it.
    pub fn prepare(&self) {
        match &self.client {
            HttpClient::Plain(_) | HttpClient::Tls(_) => {}
            HttpClient::TlsWhenNeeded(slot, settings) => {
                slot.get_or_init(|| tls_client_or_log(*settings));
            }
        }
    }

    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<TransportBody>, TransportError> {
        state_length(&mut request);
        let request = request.map(Full::new);
        let answer = match &self.client {
            HttpClient::Plain(client) => client.request(request),
            HttpClient::Tls(client) => client.request(request),
            HttpClient::TlsWhenNeeded(slot, settings) => {
                let client = slot.get_or_init(|| tls_client_or_log(*settings)).as_ref();
                client.ok_or(TransportError::Unreachable)?.request(request)
            }
        };
        let answer =
            tokio::time::timeout(self.idle_timeout, answer).await.map_err(|_| TransportError::Slow)?;
        Ok(answer
            .map_err(|fault| fault_of(&fault))?
            .map(|body| IdleBody::new(body, self.idle_timeout).boxed_unsync()))
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        Box::pin(self.exchange(request))
    }
}

fn tls_client(settings: HttpSettings) -> std::io::Result<TlsClient> {
    let mut http = connector(settings);
    http.enforce_http(false);
    let https =
        HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().wrap_connector(http);
    Ok(builder().build(https))
}

fn tls_client_or_log(settings: HttpSettings) -> Option<TlsClient> {
    let made = tls_client(settings);
    made.inspect_err(|reason| tracing::error!("no certificate authorities can be read: {reason}")).ok()
}

fn builder() -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    // A retry is the pipeline's to make and to record.
    builder
        .retry_canceled_requests(false)
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(60));
    builder
}

fn connector(settings: HttpSettings) -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(settings.connect_timeout));
    connector.set_nodelay(true);
    connector
}

/// The HTTP library leaves the length of no body out, and services answer 411 where a body could have been (RFC 9110,
/// 8.6).
fn state_length(request: &mut http::Request<Bytes>) {
    let may_have_body = [Method::PATCH, Method::POST, Method::PUT].contains(request.method());
    if may_have_body && request.body().is_empty() {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}

fn fault_of(fault: &hyper_util::client::legacy::Error) -> TransportError {
    let unsent = std::error::Error::source(fault)
        .and_then(|cause| cause.downcast_ref::<hyper::Error>())
        .is_some_and(hyper::Error::is_canceled);
    if std::error::Error::source(fault).is_some_and(is_of_certificate) {
        return TransportError::Untrusted;
    }
    if fault.is_connect() || unsent { TransportError::Unreachable } else { TransportError::Broken }
}

/// Whether this is, or wraps, what the TLS library says of a certificate.
fn is_of_certificate(cause: &(dyn std::error::Error + 'static)) -> bool {
    match cause.downcast_ref::<std::io::Error>() {
        Some(wrapping) => wrapping.get_ref().is_some_and(|inner| is_of_certificate(inner)),
        None => matches!(cause.downcast_ref(), Some(TlsError::InvalidCertificate(_))),
    }
}

/// A body that gives up when the upstream is silent for too long.
struct IdleBody {
    body: hyper::body::Incoming,
    idle_timeout: Duration,
    silence: Pin<Box<tokio::time::Sleep>>,
    fresh: bool,
}

impl IdleBody {
    fn new(body: hyper::body::Incoming, idle_timeout: Duration) -> Self {
        Self { body, idle_timeout, silence: Box::pin(tokio::time::sleep(idle_timeout)), fresh: true }
    }
}

impl http_body::Body for IdleBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, TransportError>>> {
        use std::task::Poll;
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.fresh = false;
            return Poll::Ready(frame.map(|piece| piece.map_err(|_| TransportError::Broken)));
        }
        if !self.fresh {
            // The wait starts anew after each piece.
            self.silence = Box::pin(tokio::time::sleep(self.idle_timeout));
            self.fresh = true;
        }
        self.silence.as_mut().poll(context).map(|()| Some(Err(TransportError::Slow)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
