//! AWS Secrets Manager, through AWS's SDK: reading a version of a secret here, and what a rotation needs besides in
//! `rotation_store.rs`. The SDK signs as the function's role, and runs on the function's own HTTP client and clock
//! (`sdk_http.rs`). A call ends by itself: see the bounds below.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{
    BehaviorVersion, Config, IdentityCache, Region, StalledStreamProtectionConfig,
};
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_async::rt::sleep::TokioSleep;
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};

use super::{Holder, SecretPlace, ServiceAccess, plain_kind, refused};
use crate::sdk_http::{SdkClock, SdkHttp};

/// How long a call may take, its attempts and the time between them counted.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one attempt may take.
const PATIENCE_OF_ATTEMPT: Duration = Duration::from_secs(2);
/// How often a call is tried. Only what may go well the next time is tried again: a connection, a busy service.
const ATTEMPTS: u32 = 3;
/// The longest time before the second attempt; before the third it is twice that. Each is cut at random.
const BACKOFF: Duration = Duration::from_millis(100);
/// The largest answer, in bytes: a value of 64 KiB, each byte of which may take six as JSON, and what stands around.
pub(super) const MOST: usize = 512 * 1024;
/// What is said of an answer that cannot be read, for what a parser says may quote the value.
pub(crate) const STRANGE: &str = "its answer is not what it should be";

/// Secrets Manager of one region. The names that it is asked for are [`SecretPlace`]s.
#[derive(Clone, Debug)]
pub struct SecretsManager {
    client: Result<Client, &'static str>,
}

/// Why an operation was not done.
#[derive(Debug)]
pub(crate) enum CallFault {
    /// The service said so, with a type of error.
    Refused { kind: String, status: u16 },
    /// No answer came, or none that could be read.
    Unanswered(String),
    /// Nothing was sent: it cannot be signed.
    Unsigned(String),
}

impl SecretsManager {
    /// Through the SDK, over this HTTP client.
    #[must_use]
    pub fn new(access: ServiceAccess<'_>) -> Self {
        Self { client: config(access).map(Client::from_conf) }
    }

    /// The SDK's client.
    pub(crate) fn client(&self) -> Result<&Client, CallFault> {
        self.client.as_ref().map_err(|reason| CallFault::Unsigned((*reason).to_owned()))
    }

    async fn found(&self, place: &SecretPlace, stage: Stage) -> Result<(Option<Secret>, String), CallFault> {
        let asked = self.client()?.get_secret_value().secret_id(place.id()).version_stage(label(stage));
        let found = asked.send().await.map_err(|error| fault(&error))?;
        let version = found.version_id.ok_or_else(|| CallFault::Unanswered(STRANGE.to_owned()))?;
        Ok((found.secret_string.map(Secret::new), version))
    }

    async fn ask(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(name).filter(|place| place.holder == Holder::Secret);
        let place = place.ok_or_else(|| invalid("this is no name of a secret"))?;
        let (text, version) = self.found(&place, stage).await.map_err(|fault| match fault {
            CallFault::Refused { kind, status } => refused(name, stage, status, &kind),
            CallFault::Unanswered(reason) => SecretError::Unreachable { name: name.to_owned(), reason },
            CallFault::Unsigned(reason) => SecretError::Denied { name: name.to_owned(), reason },
        })?;
        let value = place.value(text.ok_or_else(|| invalid("it is binary"))?).map_err(invalid)?;
        Ok(SecretVersion { value, version, expires_at_ms: None })
    }
}

impl SecretStore for SecretsManager {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

/// The SDK's settings, none of which it reads from the environment.
fn config(access: ServiceAccess<'_>) -> Result<Config, &'static str> {
    let role = access.role.ok_or("the function has no credentials of a role")?;
    if access.region.is_empty() {
        return Err("the function's region is not known");
    }
    let timeouts =
        TimeoutConfig::builder().operation_timeout(PATIENCE).operation_attempt_timeout(PATIENCE_OF_ATTEMPT);
    Ok(Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(access.region.to_owned()))
        .endpoint_url(access.endpoint.to_string())
        .credentials_provider(role.credentials())
        .identity_cache(IdentityCache::no_cache())
        .http_client(SdkHttp { transport: access.transport, most: MOST })
        .time_source(SdkClock(access.clock))
        .sleep_impl(TokioSleep::new())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF))
        .timeout_config(timeouts.build())
        // It is for streams, and answers are read whole, in a bounded time.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build())
}

/// What an error of the SDK means. Of what the service says only the type of the error is read.
pub(crate) fn fault<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> CallFault {
    match error {
        SdkError::ConstructionFailure(_) => {
            CallFault::Unsigned("the request cannot be made or signed".to_owned())
        }
        SdkError::DispatchFailure(failure) => {
            let told = failure.as_connector_error().and_then(std::error::Error::source);
            let told = told.map_or("no answer came".to_owned(), ToString::to_string);
            CallFault::Unanswered(told)
        }
        SdkError::ServiceError(answer) => {
            let (status, kind) = (answer.raw().status(), answer.err().code().unwrap_or_default());
            if status.is_success() {
                return CallFault::Unanswered(STRANGE.to_owned());
            }
            CallFault::Refused { kind: plain_kind(kind), status: status.as_u16() }
        }
        SdkError::TimeoutError(_) => CallFault::Unanswered("it did not answer in time".to_owned()),
        SdkError::ResponseError(_) | _ => CallFault::Unanswered(STRANGE.to_owned()),
    }
}

/// How Secrets Manager calls a stage.
pub(super) fn label(stage: Stage) -> &'static str {
    match stage {
        Stage::Current => "AWSCURRENT",
        Stage::Previous => "AWSPREVIOUS",
    }
}

#[cfg(test)]
mod tests;
