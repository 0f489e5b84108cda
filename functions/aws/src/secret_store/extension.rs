//! The AWS Parameters and Secrets Lambda Extension: a layer beside the function that keeps what it read of Secrets
//! Manager and Systems Manager, asked over HTTP on this machine. It shares what it keeps with whatever else runs in the
//! function, and needs no TLS.
//!
//! What it costs: a value is as old as the extension keeps it (`SECRETS_MANAGER_TTL` and `SSM_PARAMETER_STORE_TTL`, 300 s
//! without them) before the cache of this function keeps it in turn, so that a renewed credential is seen later. It has
//! no way to be told that a value is old; after an upstream refused one, the services themselves are asked (see
//! [`super::SecretStores`]), so the function's role and its network must allow that in any case.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::Transport;
use host::whole_answer;
use http::{HeaderValue, Request, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde::Deserialize;

use super::secrets_manager::{self, STRANGE, label};
use super::{Holder, SecretPlace, parameter_store, refused};

/// How long a read may take, the time until the extension is ready counted.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked until it is ready, and the time between: it reads its own settings while the function starts.
const TRIES: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(100);
/// What it says until it is ready.
const NOT_READY: &str = "not ready to serve traffic";
/// The types of error of the services that it hands on, in a text of its own.
const KINDS: [&str; 10] = [
    "AccessDeniedException",
    "DecryptionFailure",
    "ExpiredTokenException",
    "InvalidKeyId",
    "InvalidParameterException",
    "InvalidRequestException",
    "ParameterNotFound",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
    "ValidationException",
];

/// The extension of this function. The names that it is asked for are [`SecretPlace`]s.
#[derive(Clone)]
pub struct Extension {
    /// Where it listens.
    pub endpoint: Uri,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// The session token of the function's role, which shows that it is the function that asks.
    pub token: Option<HeaderValue>,
}

/// What we read of a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    secret_string: Option<String>,
    version_id: String,
}

impl Extension {
    /// The extension that listens at a place, for the function with this session token.
    #[must_use]
    pub fn new(endpoint: Uri, transport: Arc<dyn Transport>, token: Option<&Secret>) -> Self {
        let token = token.and_then(|token| HeaderValue::from_str(token.expose()).ok()).map(|mut token| {
            token.set_sensitive(true);
            token
        });
        Self { endpoint, transport, token }
    }

    /// Whether it can be asked for this: a parameter's previous version has no name of its own.
    pub(super) fn holds(&self, name: &str, stage: Stage) -> bool {
        SecretPlace::read(name).is_some_and(|place| match place.holder {
            Holder::Parameter => stage == Stage::Current,
            Holder::Secret => true,
        })
    }

    async fn ask(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(name).filter(|_| self.holds(name, stage));
        let place = place.ok_or_else(|| invalid("the extension cannot be asked for this"))?;
        let request = self.request(&place, stage).ok_or_else(|| SecretError::Denied {
            name: name.to_owned(),
            reason: "the function has no session token of a role".to_owned(),
        })?;
        let answer = tokio::time::timeout(PATIENCE, self.answer(request)).await;
        let answer = answer.unwrap_or_else(|_| Err("the extension did not answer in time".to_owned()));
        let unreachable = |reason: String| SecretError::Unreachable { name: name.to_owned(), reason };
        match (answer.map_err(unreachable)?, place.holder) {
            ((StatusCode::OK, body), Holder::Parameter) => parameter_store::version(name, &place, &body),
            ((StatusCode::OK, body), Holder::Secret) => version(name, &place, &body),
            ((status, body), Holder::Parameter | Holder::Secret) => Err(told(name, stage, status, &body)),
        }
    }

    fn request(&self, place: &SecretPlace, stage: Stage) -> Option<Request<Bytes>> {
        let id = utf8_percent_encode(place.id(), NON_ALPHANUMERIC);
        let base = self.endpoint.to_string();
        let base = base.trim_end_matches('/');
        let url = match place.holder {
            Holder::Parameter => {
                format!("{base}/systemsmanager/parameters/get?name={id}&withDecryption=true")
            }
            Holder::Secret => {
                format!("{base}/secretsmanager/get?secretId={id}&versionStage={}", label(stage))
            }
        };
        let request = Request::get(url).header("x-aws-parameters-secrets-token", self.token.clone()?);
        request.body(Bytes::new()).ok()
    }

    /// Its answer, once it is ready.
    async fn answer(&self, request: Request<Bytes>) -> Result<(StatusCode, Bytes), String> {
        for _ in 0..TRIES {
            let (asked, most) = (request.clone(), secrets_manager::MOST);
            let (status, body) = whole_answer::ask(self.transport.as_ref(), asked, PATIENCE, most).await?;
            if status != StatusCode::BAD_REQUEST || !String::from_utf8_lossy(&body).contains(NOT_READY) {
                return Ok((status, body));
            }
            tokio::time::sleep(BETWEEN).await;
        }
        Err("the extension does not become ready".to_owned())
    }
}

impl std::fmt::Debug for Extension {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extension").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl SecretStore for Extension {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

/// The version of a secret in the body of an answer.
fn version(name: &str, place: &SecretPlace, body: &[u8]) -> Result<SecretVersion, SecretError> {
    let invalid = |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
    let answer: Result<Answer, _> = serde_json::from_slice(body);
    // What the parser has to say may quote the value.
    let strange = |_| SecretError::Unreachable { name: name.to_owned(), reason: STRANGE.to_owned() };
    let answer = answer.map_err(strange)?;
    let text = answer.secret_string.map(Secret::new).ok_or_else(|| invalid("it is binary"))?;
    let value = place.value(text).map_err(invalid)?;
    Ok(SecretVersion { value, version: answer.version_id, expires_at_ms: None })
}

/// What another answer means. Of its body nothing is read but whether one of the known types of error stands in it.
fn told(name: &str, stage: Stage, status: StatusCode, body: &[u8]) -> SecretError {
    let text = String::from_utf8_lossy(body);
    let code = status.as_u16();
    if let Some(kind) = KINDS.iter().find(|kind| text.contains(**kind)) {
        return refused(name, stage, code, kind);
    }
    let (name, reason) = (name.to_owned(), format!("the extension answered {code}"));
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SecretError::Denied { name, reason },
        _ => SecretError::Unreachable { name, reason },
    }
}

#[cfg(test)]
mod tests;
