//! The only way out: a request goes upstream with a permit and a credential: from the secret cache, or made for it by
//! a [`Signer`].
//!
//! A call is sent again in two cases, once in each: when nothing was sent, and when the upstream refused a credential
//! of which the secret store has a newer version by now. An upstream that keeps failing is left alone for a while by
//! its breaker. All of that is told to the record.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dialects::{Endpoint, Vendor};
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use http::uri::Uri;
use secrets::{BoxFuture, SecretCache, SecretError, SecretVersion};

use crate::breaker::{Breaker, BreakerSettings};
use crate::deadline::within;
use crate::environment::Clock;
use crate::headers;
use crate::permit::Permit;
use crate::transport::Transport;

mod answered;
mod exchange;
mod fetch;
mod journey;

pub(crate) use answered::{Answered, UpstreamAnswer, UpstreamError, UpstreamStream};
use exchange::exchange;
pub(crate) use fetch::Fetch;
use fetch::Fetched;
pub(crate) use journey::{Journey, RetryReason};

/// One upstream.
pub struct Upstream {
    /// The vendor that it serves, by its id.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// What shows it who calls.
    pub credential: Credential,
    /// The header in which it takes the trace of a call ([`crate::Caller`]), where it is one of the same provider.
    pub trace_header: Option<HeaderName>,
    /// When to leave it alone.
    pub breaker: BreakerSettings,
}

/// Where an upstream is. The request's path is put behind the path of the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At one place, whatever a call says.
    At(Uri),
    /// Where the call's path says that the vendor is to work, for each location that may be called; under the empty
    /// name for calls that say nothing of it. Calls to any other location are refused.
    ByLocation(BTreeMap<String, Uri>),
}

impl Place {
    /// Where a call goes; nothing where it may not be made.
    fn of(&self, endpoint: &Endpoint) -> Option<&Uri> {
        match self {
            Self::At(url) => Some(url),
            Self::ByLocation(all) => all.get(endpoint.location.as_deref().unwrap_or_default()),
        }
    }
}

/// What shows an upstream who calls.
#[derive(Clone)]
pub enum Credential {
    /// Nothing: it takes no credential.
    None,
    /// A key or a token of this name in the secret store, in the vendor's own headers.
    Secret(String),
    /// A proof that is made for each request.
    Signed(Arc<dyn Signer>),
}

/// Puts a proof of who calls on a request as it goes out: a signature, or a token of the function's own identity.
/// Nothing of the request may be changed after it.
pub trait Signer: Send + Sync {
    /// Adds the proof, at this time (milliseconds since 1970). Must end by itself.
    fn sign<'a>(
        &'a self,
        request: &'a mut http::Request<Bytes>,
        now_ms: u64,
    ) -> BoxFuture<'a, Result<(), SigningError>>;
}

/// Why a request has no proof, for the log. Holds nothing of a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no credential can be made for a request: {reason}")]
pub struct SigningError {
    /// What happened.
    pub reason: String,
}

/// Every upstream, by the vendor's name.
pub struct Upstreams {
    rows: Vec<(Upstream, Breaker)>,
    secrets: Arc<SecretCache>,
}

/// What is to be sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) endpoint: &'a Endpoint,
    /// With the query.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trace: Option<&'a HeaderValue>,
    pub(crate) answer_cap: usize,
    /// Whether the answer may be streamed.
    pub(crate) stream: bool,
    /// How long the answer may be waited for at most, besides what the transport waits for.
    pub(crate) time_left: Option<Duration>,
}

impl Upstreams {
    /// These upstreams, with their credentials from this cache.
    #[must_use]
    pub fn new(upstreams: Vec<Upstream>, secrets: impl Into<Arc<SecretCache>>) -> Self {
        let rows = upstreams.into_iter().map(|upstream| {
            let breaker = Breaker::new(upstream.breaker);
            (upstream, breaker)
        });
        Self { rows: rows.collect(), secrets: secrets.into() }
    }

    /// Whether a call may go where its path says. One for which there is no upstream goes nowhere.
    pub(crate) fn may_be_called_at(&self, endpoint: &Endpoint) -> bool {
        self.row(endpoint.vendor).is_none_or(|(upstream, _)| upstream.place.of(endpoint).is_some())
    }

    /// The secret that a vendor's upstream is called with, asked for before the call may be sent.
    pub(crate) fn fetch<'a>(&'a self, vendor: &Vendor, clock: &'a dyn Clock) -> Fetch<'a> {
        let row = self.row(vendor);
        Fetch::of(Box::pin(async move {
            match row {
                Some((upstream, _)) => self.secret(upstream, clock).await,
                None => Ok(None),
            }
        }))
    }

    /// Sends a request and reads the answer; of one that is streamed, the head. The permit is used up.
    pub(crate) async fn forward(
        &self,
        permit: Permit,
        secret: Fetch<'_>,
        outgoing: Outgoing<'_>,
        clock: &dyn Clock,
        journey: &mut Journey,
    ) -> Result<Answered, UpstreamError> {
        drop(permit);
        let (upstream, breaker) = self.row(outgoing.endpoint.vendor).ok_or(UpstreamError::NotConfigured)?;
        journey.upstream.clone_from(&upstream.name);
        if !breaker.admits(clock.unix_millis()) {
            return Err(UpstreamError::CircuitOpen);
        }
        let sending = self.send(upstream, secret, &outgoing, clock, journey);
        let answer = within(outgoing.time_left, sending).await.unwrap_or(Err(UpstreamError::Slow));
        match &answer {
            Ok(Answered::Streamed(_))
            | Err(
                UpstreamError::CircuitOpen
                | UpstreamError::Credential
                | UpstreamError::Late
                | UpstreamError::NotConfigured,
            ) => {}
            Ok(Answered::Whole(answer)) if !answer.status.is_server_error() => breaker.succeeded(),
            Err(UpstreamError::TooLarge) => breaker.succeeded(),
            Ok(Answered::Whole(_))
            | Err(UpstreamError::Broken | UpstreamError::Slow | UpstreamError::Unreachable) => {
                breaker.failed(clock.unix_millis());
            }
        }
        answer
    }

    /// Shows the upstream its credential; where it refuses that one and there is a newer one by now, that, too.
    async fn send(
        &self,
        upstream: &Upstream,
        secret: Fetch<'_>,
        outgoing: &Outgoing<'_>,
        clock: &dyn Clock,
        journey: &mut Journey,
    ) -> Result<Answered, UpstreamError> {
        let secret = secret.outcome().await?;
        let request = build(upstream, outgoing, secret.as_deref(), clock).await?;
        let answer = exchange(upstream, request, outgoing, journey).await;
        let refused = secret.as_deref().filter(|_| refuses(&answer));
        let Some(newer) = self.newer_secret(upstream, refused, clock).await else { return answer };
        journey.again(RetryReason::Credential);
        let request = build(upstream, outgoing, Some(&newer), clock).await?;
        exchange(upstream, request, outgoing, journey).await
    }

    /// Takes note of how a streamed answer of a vendor's upstream ended.
    pub(crate) fn streamed(&self, vendor: &Vendor, well: bool, now_ms: u64) {
        match self.row(vendor) {
            Some((_, breaker)) if well => breaker.succeeded(),
            Some((_, breaker)) => breaker.failed(now_ms),
            None => {}
        }
    }

    fn row(&self, vendor: &Vendor) -> Option<&(Upstream, Breaker)> {
        self.rows.iter().find(|(upstream, _)| upstream.name == vendor.id)
    }

    /// The secret that an upstream is called with, where it is called with one.
    async fn secret(&self, upstream: &Upstream, clock: &dyn Clock) -> Fetched {
        match &upstream.credential {
            Credential::None | Credential::Signed(_) => Ok(None),
            Credential::Secret(name) => {
                let secret = self.secrets.current(name, clock.unix_millis()).await;
                secret.map(Some).map_err(|error: SecretError| {
                    tracing::error!("{error}");
                    UpstreamError::Credential
                })
            }
        }
    }

    /// A newer version of a secret that the upstream has refused, where the store has one. How often the store is
    /// asked for it is bounded by the cache, so that an upstream that refuses everything costs no more reads.
    async fn newer_secret(
        &self,
        upstream: &Upstream,
        refused: Option<&SecretVersion>,
        clock: &dyn Clock,
    ) -> Option<Arc<SecretVersion>> {
        let (Credential::Secret(name), Some(refused)) = (&upstream.credential, refused) else { return None };
        let newest = self.secrets.refresh(name, &refused.version, clock.unix_millis()).await.ok()?;
        (newest.version != refused.version).then_some(newest)
    }
}

/// Whether an answer says that the credential is not taken. It has come whole, so nothing of it has gone out.
fn refuses(answer: &Result<Answered, UpstreamError>) -> bool {
    match answer {
        Ok(Answered::Whole(answer)) => {
            matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        }
        Ok(Answered::Streamed(_)) | Err(_) => false,
    }
}

async fn build(
    upstream: &Upstream,
    outgoing: &Outgoing<'_>,
    secret: Option<&SecretVersion>,
    clock: &dyn Clock,
) -> Result<http::Request<Bytes>, UpstreamError> {
    let mut request = http::Request::new(outgoing.body.clone());
    let method = outgoing.endpoint.route.method.parse();
    *request.method_mut() = method.map_err(|_| UpstreamError::NotConfigured)?;
    let url = upstream.place.of(outgoing.endpoint).and_then(|base| join(base, outgoing.path));
    *request.uri_mut() = url.ok_or(UpstreamError::NotConfigured)?;
    *request.headers_mut() = headers::for_upstream(outgoing.headers);
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let (Some(name), Some(trace)) = (&upstream.trace_header, outgoing.trace) {
        request.headers_mut().insert(name, trace.clone());
    }
    if let Some(secret) = secret {
        show(secret, outgoing.endpoint.vendor, request.headers_mut())?;
    }
    if let Credential::Signed(signer) = &upstream.credential {
        sign(signer.as_ref(), &mut request, clock).await?;
    }
    Ok(request)
}

/// Puts a secret into the vendor's own headers.
fn show(secret: &SecretVersion, vendor: &Vendor, headers: &mut HeaderMap) -> Result<(), UpstreamError> {
    for (header, value) in vendor.credential(secret.value.expose()) {
        let mut value = HeaderValue::from_str(&value).map_err(|_| UpstreamError::Credential)?;
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(())
}

async fn sign(
    signer: &dyn Signer,
    request: &mut http::Request<Bytes>,
    clock: &dyn Clock,
) -> Result<(), UpstreamError> {
    signer.sign(request, clock.unix_millis()).await.map_err(|error| {
        tracing::error!("{error}");
        UpstreamError::Credential
    })
}

/// The base URL with the request's path and query behind its own path. What the base ends in and the path begins
/// with (`…/v1` and `/v1/…`) stands there once.
fn join(base: &Uri, path: &str) -> Option<Uri> {
    let prefix = base.path().trim_end_matches('/');
    let starts = prefix.match_indices('/').filter_map(|(start, _)| prefix.get(start..));
    let doubled = |end: &&str| path.strip_prefix(*end).is_some_and(|rest| rest.starts_with('/'));
    let rest = starts.into_iter().find(doubled).and_then(|end| path.strip_prefix(end)).unwrap_or(path);
    let mut parts = base.clone().into_parts();
    parts.path_and_query = Some(format!("{prefix}{rest}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_and_a_path_make_one_url() {
        let rows = [
            ("https://api.openai.com", "/v1/chat/completions", "https://api.openai.com/v1/chat/completions"),
            (
                "https://api.openai.com/v1",
                "/v1/chat/completions",
                "https://api.openai.com/v1/chat/completions",
            ),
            ("http://127.0.0.1:9/x/", "/v1/messages?beta=true", "http://127.0.0.1:9/x/v1/messages?beta=true"),
            ("http://host/v1/", "/chat/completions", "http://host/v1/chat/completions"),
            ("http://host/openai/v1", "/openai/v1/embeddings", "http://host/openai/v1/embeddings"),
            ("http://host/x/openai", "/openai/v1/embeddings", "http://host/x/openai/v1/embeddings"),
            (
                "http://host/v1",
                "/v1beta/models/m:generateContent",
                "http://host/v1/v1beta/models/m:generateContent",
            ),
        ];
        for (base, path, url) in rows {
            let joined = join(&base.parse().unwrap(), path).unwrap();
            assert_eq!(joined.to_string(), url);
        }
    }
}
