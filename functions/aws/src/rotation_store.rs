//! Secrets Manager as a rotation sees it: versions and their stages, which it keeps itself. A value is written as
//! pending and never as current; what is current is moved only away from the version that it was seen at. See the
//! Secrets Manager API reference: `DescribeSecret`, `GetSecretValue`, `PutSecretValue`, `UpdateSecretVersionStage`.

use std::collections::BTreeMap;

use http::StatusCode;
use rotation::{Description, PendingValue, RotationError, RotationStore, VersionStage};
use secrets::{BoxFuture, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::secret_store::{CallFault, SecretsManager, error_kind, is_denial};

/// Who does not answer, in messages.
const SERVICE: &str = "Secrets Manager";

/// What we read of a description. Dates are Unix seconds with a fraction.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    rotation_enabled: Option<bool>,
    last_changed_date: Option<f64>,
    last_rotated_date: Option<f64>,
    version_ids_to_stages: Option<BTreeMap<String, Vec<String>>>,
}

/// What we read of a version.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    secret_string: Option<String>,
    created_date: Option<f64>,
}

/// What we read where we need no answer.
#[derive(Deserialize)]
struct Taken {}

/// Why an operation was not done, as far as it means different things to different operations.
enum Refusal {
    /// The version is there, with another value.
    Exists,
    /// There is no such secret, version or stage.
    Missing,
    /// Anything else.
    Other(RotationError),
    /// The service does not do this in the secret's state.
    Wrong { kind: String, status: StatusCode },
}

impl RotationStore for SecretsManager {
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        Box::pin(async move {
            let described = self.described(secret).await?;
            let mut description = description(&described);
            let created = self.current_created_date(secret).await?;
            // Any change moves this date, also the making of a pending version: so only while there is none.
            let changed = described.last_changed_date.filter(|_| description.pending().is_none());
            let dates = [described.last_rotated_date, created, changed];
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
            let mut message = json!({"SecretId": secret, "VersionStage": label(stage)});
            if let (Some(version), Some(members)) = (version, message.as_object_mut()) {
                members.insert("VersionId".to_owned(), version.into());
            }
            let binary = || RotationError::Invalid {
                secret: secret.to_owned(),
                stage,
                reason: "it is no text".to_owned(),
            };
            match self.operate::<Version>("GetSecretValue", secret, &message).await {
                Ok(found) => found.secret_string.map(Secret::new).map(Some).ok_or_else(binary),
                Err(Refusal::Missing) => Ok(None),
                Err(refusal) => Err(refusal.told("GetSecretValue", secret)),
            }
        })
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let mut message = json!({
                "SecretId": pending.secret,
                "ClientRequestToken": pending.version,
                "SecretString": pending.value.expose(),
                // Without it the version would be current at once.
                "VersionStages": [label(VersionStage::Pending)],
            });
            if let (Some(token), Some(members)) = (pending.rotation_token, message.as_object_mut()) {
                members.insert("RotationToken".to_owned(), token.expose().into());
            }
            let put = self.operate::<Taken>("PutSecretValue", pending.secret, &message).await;
            put.map(drop).map_err(|refusal| refusal.told("PutSecretValue", pending.secret))
        })
    }

    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        let message = json!({
            "SecretId": secret,
            "VersionStage": label(VersionStage::Current),
            "MoveToVersionId": to,
            "RemoveFromVersionId": from,
        });
        Box::pin(async move {
            match self.update_stage(secret, &message).await {
                // So it says that the stage is at another version.
                Err(Refusal::Wrong { kind, .. }) if kind == "InvalidParameterException" => {
                    let reason = "another version is current".to_owned();
                    Err(RotationError::Conflict { secret: secret.to_owned(), reason })
                }
                moved => moved.map_err(|refusal| refusal.told("UpdateSecretVersionStage", secret)),
            }
        })
    }

    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        let pending = label(VersionStage::Pending);
        let message = json!({"SecretId": secret, "VersionStage": pending, "RemoveFromVersionId": version});
        Box::pin(async move {
            let described = self.described(secret).await?;
            let stages = described.version_ids_to_stages.as_ref().and_then(|versions| versions.get(version));
            if !stages.is_some_and(|stages| stages.iter().any(|stage| stage == pending)) {
                return Ok(());
            }
            let dropped = self.update_stage(secret, &message).await;
            dropped.map_err(|refusal| refusal.told("UpdateSecretVersionStage", secret))
        })
    }
}

impl SecretsManager {
    async fn described(&self, secret: &str) -> Result<Described, RotationError> {
        let described = self.operate("DescribeSecret", secret, &json!({"SecretId": secret})).await;
        described.map_err(|refusal| refusal.told("DescribeSecret", secret))
    }

    /// When the current version was made, which no description tells.
    async fn current_created_date(&self, secret: &str) -> Result<Option<f64>, RotationError> {
        let message = json!({"SecretId": secret, "VersionStage": label(VersionStage::Current)});
        match self.operate::<Version>("GetSecretValue", secret, &message).await {
            Ok(found) => {
                // It is wiped, for it is not what is wanted.
                drop(found.secret_string.map(Secret::new));
                Ok(found.created_date)
            }
            Err(Refusal::Missing) => Ok(None),
            Err(refusal) => Err(refusal.told("GetSecretValue", secret)),
        }
    }

    async fn update_stage(&self, secret: &str, message: &Value) -> Result<(), Refusal> {
        self.operate::<Taken>("UpdateSecretVersionStage", secret, message).await.map(drop)
    }

    async fn operate<T: DeserializeOwned>(
        &self,
        operation: &str,
        secret: &str,
        message: &Value,
    ) -> Result<T, Refusal> {
        let (status, body) = self.call(operation, message).await.map_err(|fault| match fault {
            CallFault::Unanswered(reason) => Refusal::Other(unreachable(operation, secret, reason)),
            CallFault::Unsigned(reason) => {
                Refusal::Other(RotationError::Denied { action: action(operation, secret), reason })
            }
        })?;
        if status != StatusCode::OK {
            return Err(refusal(operation, secret, status, &body));
        }
        // What the parser has to say may quote the value.
        let strange = |_| unreachable(operation, secret, "its answer is not what it should be".to_owned());
        serde_json::from_slice(&body).map_err(strange).map_err(Refusal::Other)
    }
}

impl Refusal {
    fn told(self, operation: &str, secret: &str) -> RotationError {
        let name = secret.to_owned();
        match self {
            Self::Exists => {
                RotationError::Conflict { secret: name, reason: "the version has another value".to_owned() }
            }
            Self::Missing => RotationError::Missing { secret: name, stage: VersionStage::Current },
            Self::Other(error) => error,
            Self::Wrong { kind, status } => RotationError::Refused {
                service: SERVICE.to_owned(),
                action: action(operation, secret),
                reason: format!("{} {kind}", status.as_u16()),
            },
        }
    }
}

/// What an answer other than 200 means. Of its body only the error's type is read.
fn refusal(operation: &str, secret: &str, status: StatusCode, body: &[u8]) -> Refusal {
    let kind = error_kind(body);
    let reason = format!("{} {kind}", status.as_u16()).trim_end().to_owned();
    match kind.as_str() {
        "ResourceExistsException" => Refusal::Exists,
        "ResourceNotFoundException" => Refusal::Missing,
        "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
            Refusal::Wrong { kind, status }
        }
        denial if is_denial(denial) => {
            Refusal::Other(RotationError::Denied { action: action(operation, secret), reason })
        }
        _ => Refusal::Other(unreachable(operation, secret, reason)),
    }
}

fn unreachable(operation: &str, secret: &str, reason: String) -> RotationError {
    RotationError::Unreachable { service: SERVICE.to_owned(), action: action(operation, secret), reason }
}

fn action(operation: &str, secret: &str) -> String {
    format!("run `{operation}` on secret `{secret}`")
}

/// Stages of the operator's own are left alone.
fn description(described: &Described) -> Description {
    let staged = |(version, labels): (&String, &Vec<String>)| {
        let stages = labels.iter().filter_map(|label| stage(label)).collect();
        (version.clone(), stages)
    };
    Description {
        rotation_enabled: described.rotation_enabled == Some(true),
        current_since_ms: 0,
        versions: described.version_ids_to_stages.iter().flatten().map(staged).collect(),
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

/// Unix milliseconds of Unix seconds, the later one where it lies between two.
fn millis(seconds: f64) -> u64 {
    // The cast takes what is no number or less than 0 for 0.
    (seconds * 1000.0).ceil() as u64
}

#[cfg(test)]
mod tests;
