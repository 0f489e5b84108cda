//! Secrets Manager as a rotation sees it: versions and their stages, which it keeps itself. A value is written as
//! pending and never as current; what is current is moved only away from the version that it was seen at. See the
//! Secrets Manager API reference: `DescribeSecret`, `GetSecretValue`, `PutSecretValue`, `UpdateSecretVersionStage`.

use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_sdk_secretsmanager::primitives::DateTime;
use rotation::{Description, PendingValue, RotationError, RotationStore, VersionStage};
use secrets::{BoxFuture, Secret};

use crate::secret_store::is_denial;
use crate::secret_store::secrets_manager::{CallFault, SecretsManager, fault};

/// Who does not answer, in messages.
const SERVICE: &str = "Secrets Manager";
/// The operation that moves stages.
const UPDATE: &str = "UpdateSecretVersionStage";

/// Why an operation was not done, as far as it means different things to different operations.
enum Refusal {
    /// The version is there, with another value.
    Exists,
    /// There is no such secret, version or stage.
    Missing,
    /// Anything else.
    Other(RotationError),
    /// The service does not do this in the secret's state.
    Wrong { kind: String, status: u16 },
}

impl RotationStore for SecretsManager {
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        Box::pin(async move {
            let described = self.described(secret).await?;
            let mut description = description(&described);
            let created = self.current_created_date(secret).await?;
            // Any change moves this date, also the making of a pending version: so only while there is none.
            let changed = described.last_changed_date().filter(|_| description.pending().is_none());
            let dates = [described.last_rotated_date(), created.as_ref(), changed];
            description.current_since_ms = dates.into_iter().flatten().map(millis).max().unwrap_or(0);
            Ok(description)
        })
    }

    fn read<'a>(
        &'a self,
        secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>> {
        Box::pin(async move {
            let binary = || RotationError::Invalid {
                secret: secret.to_owned(),
                stage,
                reason: "it is no text".to_owned(),
            };
            let found = self.version(secret, stage, version).await?;
            found.map(|found| found.secret_string.map(Secret::new).ok_or_else(binary)).transpose()
        })
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let asking = Asking { operation: "PutSecretValue", secret: pending.secret };
            let put = self
                .client()
                .map_err(|fault| asking.failed(fault))?
                .put_secret_value()
                .secret_id(pending.secret)
                .client_request_token(pending.version)
                .secret_string(pending.value.expose())
                // Without it the version would be current at once.
                .version_stages(label(VersionStage::Pending))
                .set_rotation_token(pending.rotation_token.map(|token| token.expose().to_owned()));
            asking.answered(put.send().await).map(drop).map_err(|refusal| asking.told(refusal))
        })
    }

    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let asking = Asking { operation: UPDATE, secret };
            match self.update_stage(&asking, VersionStage::Current, from, Some(to)).await {
                // So it says that the stage is at another version.
                Err(Refusal::Wrong { kind, .. }) if kind == "InvalidParameterException" => {
                    let reason = "another version is current".to_owned();
                    Err(RotationError::Conflict { secret: secret.to_owned(), reason })
                }
                moved => moved.map_err(|refusal| asking.told(refusal)),
            }
        })
    }

    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let described = self.described(secret).await?;
            let stages = described.version_ids_to_stages().and_then(|versions| versions.get(version));
            let pending = label(VersionStage::Pending);
            if !stages.is_some_and(|stages| stages.iter().any(|stage| stage == pending)) {
                return Ok(());
            }
            let asking = Asking { operation: UPDATE, secret };
            let dropped = self.update_stage(&asking, VersionStage::Pending, version, None).await;
            dropped.map_err(|refusal| asking.told(refusal))
        })
    }
}

impl SecretsManager {
    async fn described(&self, secret: &str) -> Result<DescribeSecretOutput, RotationError> {
        let asking = Asking { operation: "DescribeSecret", secret };
        let asked = self.client().map_err(|fault| asking.failed(fault))?.describe_secret().secret_id(secret);
        asking.answered(asked.send().await).map_err(|refusal| asking.told(refusal))
    }

    /// A version, where there is one in that stage.
    async fn version(
        &self,
        secret: &str,
        stage: VersionStage,
        version: Option<&str>,
    ) -> Result<Option<GetSecretValueOutput>, RotationError> {
        let asking = Asking { operation: "GetSecretValue", secret };
        let asked = self.client().map_err(|fault| asking.failed(fault))?.get_secret_value();
        let asked = asked.secret_id(secret).version_stage(label(stage));
        match asking.answered(asked.set_version_id(version.map(str::to_owned)).send().await) {
            Ok(found) => Ok(Some(found)),
            Err(Refusal::Missing) => Ok(None),
            Err(refusal) => Err(asking.told(refusal)),
        }
    }

    /// When the current version was made, which no description tells.
    async fn current_created_date(&self, secret: &str) -> Result<Option<DateTime>, RotationError> {
        let found = self.version(secret, VersionStage::Current, None).await?;
        Ok(found.and_then(|found| {
            // It is wiped, for it is not what is wanted.
            drop(found.secret_string.map(Secret::new));
            found.created_date
        }))
    }

    async fn update_stage(
        &self,
        asking: &Asking<'_>,
        stage: VersionStage,
        from: &str,
        to: Option<&str>,
    ) -> Result<(), Refusal> {
        let asked = self.client().map_err(|fault| Refusal::Other(asking.failed(fault)))?;
        let asked = asked.update_secret_version_stage().secret_id(asking.secret).version_stage(label(stage));
        let asked = asked.remove_from_version_id(from).set_move_to_version_id(to.map(str::to_owned));
        asking.answered(asked.send().await).map(drop)
    }
}

/// One call of an operation, as messages tell of it.
struct Asking<'a> {
    operation: &'static str,
    secret: &'a str,
}

impl Asking<'_> {
    fn action(&self) -> String {
        format!("run `{}` on secret `{}`", self.operation, self.secret)
    }

    fn answered<T, E: ProvideErrorMetadata>(
        &self,
        answer: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, Refusal> {
        answer.map_err(|error| match fault(&error) {
            CallFault::Refused { kind, status } => self.refused(kind, status),
            fault @ (CallFault::Unanswered(_) | CallFault::Unsigned(_)) => Refusal::Other(self.failed(fault)),
        })
    }

    /// What an answer other than 200 means.
    fn refused(&self, kind: String, status: u16) -> Refusal {
        match kind.as_str() {
            "ResourceExistsException" => Refusal::Exists,
            "ResourceNotFoundException" => Refusal::Missing,
            "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
                Refusal::Wrong { kind, status }
            }
            _ => Refusal::Other(self.failed(CallFault::Refused { kind, status })),
        }
    }

    fn failed(&self, fault: CallFault) -> RotationError {
        let action = self.action();
        match fault {
            CallFault::Refused { kind, status } => {
                let reason = format!("{status} {kind}").trim_end().to_owned();
                if is_denial(&kind) {
                    return RotationError::Denied { action, reason };
                }
                RotationError::Unreachable { service: SERVICE.to_owned(), action, reason }
            }
            CallFault::Unanswered(reason) => {
                RotationError::Unreachable { service: SERVICE.to_owned(), action, reason }
            }
            CallFault::Unsigned(reason) => RotationError::Denied { action, reason },
        }
    }

    fn told(&self, refusal: Refusal) -> RotationError {
        let name = self.secret.to_owned();
        match refusal {
            Refusal::Exists => {
                RotationError::Conflict { secret: name, reason: "the version has another value".to_owned() }
            }
            Refusal::Missing => RotationError::Missing { secret: name, stage: VersionStage::Current },
            Refusal::Other(error) => error,
            Refusal::Wrong { kind, status } => RotationError::Refused {
                service: SERVICE.to_owned(),
                action: self.action(),
                reason: format!("{status} {kind}"),
            },
        }
    }
}

/// Stages of the operator's own are left alone.
fn description(described: &DescribeSecretOutput) -> Description {
    let staged = |(version, labels): (&String, &Vec<String>)| {
        let stages = labels.iter().filter_map(|label| stage(label)).collect();
        (version.clone(), stages)
    };
    Description {
        rotation_enabled: described.rotation_enabled() == Some(true),
        current_since_ms: 0,
        versions: described.version_ids_to_stages().into_iter().flatten().map(staged).collect(),
    }
}

fn label(stage: VersionStage) -> &'static str {
    match stage {
        VersionStage::Current => "AWSCURRENT",
        VersionStage::Pending => "AWSPENDING",
        VersionStage::Previous => "AWSPREVIOUS",
    }
}

fn stage(text: &str) -> Option<VersionStage> {
    let stages = [VersionStage::Current, VersionStage::Pending, VersionStage::Previous];
    stages.into_iter().find(|stage| label(*stage) == text)
}

/// Unix milliseconds of a time, the later one where it lies between two; 0 before 1970.
fn millis(time: &DateTime) -> u64 {
    const NANOS: i128 = 1_000_000;
    u64::try_from(time.as_nanos().saturating_add(NANOS - 1) / NANOS).unwrap_or(0)
}

#[cfg(test)]
mod tests;
