//! The secret store: AWS Secrets Manager, asked with a signature of the function's role over the same HTTP client that
//! calls go through. Few operations are needed, so their messages are written by hand: here `GetSecretValue`, and in
//! `rotation_store.rs` those of a rotation. See the Secrets Manager API reference.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::whole_answer;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::credentials::RoleSigner;

/// How long the store may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer, in bytes: a value of 64 KiB, each byte of which may take six as JSON, and what stands around.
const MOST: usize = 512 * 1024;

/// Where a credential is: a secret, and the member of it where its value is a JSON object. Written `name#member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    secret: String,
    member: Option<String>,
}

impl SecretPlace {
    /// Reads `name`, `name#member`, or an ARN in place of the name.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (secret, member) = match text.split_once('#') {
            Some((secret, member)) => (secret, Some(member)),
            None => (text, None),
        };
        let of_name = |sign: char| sign.is_ascii_alphanumeric() || "/_+=.@-:".contains(sign);
        let named = !secret.is_empty() && secret.chars().all(of_name);
        let good = named && member.is_none_or(|member| !member.is_empty());
        good.then(|| Self { secret: secret.to_owned(), member: member.map(str::to_owned) })
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.secret)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

/// Secrets Manager of one region. The names that it is asked for are [`SecretPlace`]s.
pub struct SecretsManager {
    /// Where it is.
    pub endpoint: Uri,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// Signs for `secretsmanager`.
    pub signer: RoleSigner,
    /// Tells the time of signatures.
    pub clock: Arc<dyn Clock>,
}

/// What we read of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    secret_string: Option<String>,
    version_id: String,
}

impl SecretStore for SecretsManager {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

/// Why there was no answer.
#[derive(Debug)]
pub(crate) enum CallFault {
    /// None came, or none that could be read.
    Unanswered(String),
    /// Nothing was sent: it cannot be signed.
    Unsigned(String),
}

impl SecretsManager {
    async fn ask(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(name).ok_or_else(|| invalid("this is no name of a secret"))?;
        let answer = self.call("GetSecretValue", &question(&place, stage)).await;
        let (status, body) = answer.map_err(|fault| match fault {
            CallFault::Unanswered(reason) => SecretError::Unreachable { name: name.to_owned(), reason },
            CallFault::Unsigned(reason) => SecretError::Denied { name: name.to_owned(), reason },
        })?;
        if status != StatusCode::OK {
            return Err(refused(name, stage, status, &body));
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| SecretError::Unreachable {
            name: name.to_owned(),
            reason: "its answer is not what it should be".to_owned(),
        })?;
        let text = answer.secret_string.ok_or_else(|| invalid("it is binary"))?;
        let value = value(text, place.member.as_deref()).map_err(invalid)?;
        Ok(SecretVersion { value, version: answer.version_id, expires_at_ms: None })
    }

    /// Makes one call of its API, and gives the whole answer, whatever its status.
    pub(crate) async fn call(
        &self,
        operation: &str,
        message: &Value,
    ) -> Result<(StatusCode, Bytes), CallFault> {
        let mut request = self.request(operation, message)?;
        let now_ms = self.clock.unix_millis();
        self.signer.sign_at(&mut request, now_ms).map_err(|error| CallFault::Unsigned(error.reason))?;
        let answer = whole_answer::ask(self.transport.as_ref(), request, PATIENCE, MOST).await;
        answer.map_err(CallFault::Unanswered)
    }

    fn request(&self, operation: &str, message: &Value) -> Result<Request<Bytes>, CallFault> {
        let target = HeaderValue::try_from(format!("secretsmanager.{operation}"));
        let target = target.map_err(|_| CallFault::Unsigned("this is no operation".to_owned()))?;
        let mut request = Request::new(Bytes::from(message.to_string()));
        *request.method_mut() = Method::POST;
        request.uri_mut().clone_from(&self.endpoint);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert("x-amz-target", target);
        Ok(request)
    }
}

fn question(place: &SecretPlace, stage: Stage) -> Value {
    let stage = match stage {
        Stage::Current => "AWSCURRENT",
        Stage::Previous => "AWSPREVIOUS",
    };
    json!({"SecretId": place.secret, "VersionStage": stage})
}

/// The credential in a secret's value, or what is wrong with it.
fn value(text: String, member: Option<&str>) -> Result<Secret, &'static str> {
    let whole = Secret::new(text);
    let value = match member {
        None => whole,
        Some(member) => {
            let mut json: Value =
                serde_json::from_str(whole.expose()).map_err(|_| "it is not JSON, so it has no members")?;
            match json.get_mut(member).map(Value::take) {
                Some(Value::String(text)) => Secret::new(text),
                Some(_) => return Err("the member that is named is no text"),
                None => return Err("it has no member of that name"),
            }
        }
    };
    let text = value.expose();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("expected one line of text");
    }
    Ok(value)
}

/// What an answer other than 200 means.
fn refused(name: &str, stage: Stage, status: StatusCode, body: &[u8]) -> SecretError {
    let kind = error_kind(body);
    let (name, reason) = (name.to_owned(), format!("{} {kind}", status.as_u16()).trim_end().to_owned());
    match kind.as_str() {
        "ResourceNotFoundException" => SecretError::Missing { name, stage },
        "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
            SecretError::Invalid { name, reason }
        }
        kind if is_denial(kind) => SecretError::Denied { name, reason },
        _ => SecretError::Unreachable { name, reason },
    }
}

/// The type of an error: all that is read of the body of one.
pub(crate) fn error_kind(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = json.get("__type").and_then(Value::as_str).unwrap_or_default();
    let kind = kind.rsplit('#').next().unwrap_or_default();
    kind.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

/// Whether an error of this type is about what the function's role may do.
pub(crate) fn is_denial(kind: &str) -> bool {
    matches!(
        kind,
        "AccessDeniedException"
            | "DecryptionFailure"
            | "EncryptionFailure"
            | "ExpiredTokenException"
            | "IncompleteSignature"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "UnrecognizedClientException"
    )
}

#[cfg(test)]
mod tests;
