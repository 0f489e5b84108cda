//! The metadata server: what the platform tells a service of itself, and the tokens of its account.
//!
//! Anybody who answers under its name could hand out tokens that are not the platform's, so an answer without the
//! header that marks the platform's own is none.
//!
//! Contract: Google Cloud, "About VM metadata" and "Container runtime contract" of Cloud Run.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::settings::{Reading, base_url};
use host::whole_answer;
use http::{Request, Response, StatusCode, Uri};
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde::Deserialize;

/// How long an answer may take. It comes from the same machine.
const PATIENCE: Duration = Duration::from_secs(3);
/// The largest answer, in bytes.
const MOST: usize = 64 * 1024;
/// The header that requests and answers have.
const FLAVOR: &str = "metadata-flavor";
/// Its value.
const GOOGLE: &str = "Google";

/// Where the metadata server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataPlace(Uri);

impl MetadataPlace {
    /// Reads it: `GCE_METADATA_HOST`, as all of Google's libraries have it, or else the platform's own name.
    pub fn read(reading: &mut Reading) -> Self {
        let name = "GCE_METADATA_HOST";
        let host = reading.foreign(name).unwrap_or("metadata.google.internal".to_owned());
        match base_url(&format!("http://{host}")).ok().filter(|url| url.path() == "/") {
            Some(url) => Self(url),
            None => {
                reading.fault(name, "expected a host, and behind a `:` its port");
                Self(Uri::from_static("http://metadata.google.internal"))
            }
        }
    }
}

/// The metadata server.
#[derive(Clone)]
pub struct Metadata {
    place: MetadataPlace,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

/// Why it did not tell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataFault {
    /// Nothing came that can be understood.
    #[error("the metadata server did not answer: {0}")]
    Unanswered(String),
    /// Whatever answered is not it.
    #[error("what answered is not the metadata server")]
    Foreign,
    /// It has no such thing.
    #[error("the metadata server answered {0}")]
    Refused(StatusCode),
}

/// What it says of a token.
#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

impl Metadata {
    /// The server at a place. Nothing is asked yet.
    #[must_use]
    pub fn new(place: MetadataPlace, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { place, transport, clock }
    }

    /// The region that the service runs in, such as `europe-west1`.
    ///
    /// # Errors
    /// Why it is not known.
    pub async fn region(&self) -> Result<String, MetadataFault> {
        let told = self.text("instance/region").await?;
        // It is told as `projects/123/regions/europe-west1`.
        Ok(told.rsplit('/').next().unwrap_or_default().trim().to_owned())
    }

    async fn text(&self, path: &str) -> Result<String, MetadataFault> {
        let strange = |_| MetadataFault::Unanswered("its answer is no text".to_owned());
        String::from_utf8(self.ask(path).await?.into()).map_err(strange)
    }

    async fn ask(&self, path: &str) -> Result<Bytes, MetadataFault> {
        let unanswered = |reason: &str| MetadataFault::Unanswered(reason.to_owned());
        let request = self.request(path).ok_or(unanswered("its address is none"))?;
        let asked = whole_answer::exchange(self.transport.as_ref(), request, MOST);
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let answer = answer.map_err(|_| unanswered("it did not answer in time"))?;
        told(answer.map_err(|fault| unanswered(&fault.to_string()))?)
    }

    fn request(&self, path: &str) -> Option<Request<Bytes>> {
        let mut parts = self.place.0.clone().into_parts();
        parts.path_and_query = Some(format!("/computeMetadata/v1/{path}").parse().ok()?);
        let request = Request::get(Uri::from_parts(parts).ok()?).header(FLAVOR, GOOGLE);
        request.body(Bytes::new()).ok()
    }

    async fn token(&self, name: &str) -> Result<SecretVersion, SecretError> {
        let unreachable = |reason: String| SecretError::Unreachable { name: name.to_owned(), reason };
        let asked_at = self.clock.unix_millis();
        let answer = self.ask("instance/service-accounts/default/token").await;
        let answer = answer.map_err(|fault| unreachable(fault.to_string()))?;
        // What a parser has to say may quote the token.
        let token: Result<Token, _> = serde_json::from_slice(&answer);
        let token = token.map_err(|_| unreachable("the metadata server gave no token".to_owned()))?;
        let ends = asked_at.saturating_add(token.expires_in.saturating_mul(1000));
        let version = ends.to_string();
        Ok(SecretVersion { value: Secret::new(token.access_token), version, expires_at_ms: Some(ends) })
    }
}

fn told(answer: Response<Bytes>) -> Result<Bytes, MetadataFault> {
    if answer.headers().get(FLAVOR).is_none_or(|value| value != GOOGLE) {
        return Err(MetadataFault::Foreign);
    }
    match answer.status() {
        StatusCode::OK => Ok(answer.into_body()),
        status => Err(MetadataFault::Refused(status)),
    }
}

/// Tokens of the service's account, so that a cache can stand in front of them. It has one, whatever its name.
impl SecretStore for Metadata {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(async move {
            match stage {
                Stage::Current => self.token(name).await,
                Stage::Previous => Err(SecretError::Missing { name: name.to_owned(), stage }),
            }
        })
    }
}

#[cfg(test)]
mod tests;
