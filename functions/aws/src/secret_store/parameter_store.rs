//! Parameters of AWS Systems Manager, of type SecureString, as a store of credentials. One operation is asked for,
//! `GetParameter`, so its message is written here: the SDK of that service is many times the size of this program. See
//! the Systems Manager API reference.
//!
//! A parameter has numbered versions and no stages: the current version is the newest one, the previous one the version
//! before. A call is tried once: the cache in front of it asks again.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::whole_answer;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde::Deserialize;
use serde_json::json;

use super::secrets_manager::STRANGE;
use super::{Holder, SecretPlace, ServiceAccess, error_kind, refused};
use crate::credentials::RoleSigner;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer, in bytes: a value of 8 KiB, each byte of which may take six as JSON, and what stands around.
pub(super) const MOST: usize = 64 * 1024;

/// Parameters of one region. The names that it is asked for are [`SecretPlace`]s.
#[derive(Clone)]
pub struct ParameterStore {
    endpoint: Uri,
    transport: Arc<dyn Transport>,
    signer: Arc<RoleSigner>,
    clock: Arc<dyn Clock>,
}

/// What we read of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    #[serde(rename = "Type")]
    kind: String,
    value: String,
    version: u64,
}

impl ParameterStore {
    /// Over this HTTP client.
    #[must_use]
    pub fn new(access: ServiceAccess<'_>) -> Self {
        Self {
            endpoint: access.endpoint,
            transport: access.transport,
            signer: Arc::new(RoleSigner::new(access.role, access.region, "ssm")),
            clock: access.clock,
        }
    }

    async fn ask(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(name).filter(|place| place.holder == Holder::Parameter);
        let place = place.ok_or_else(|| invalid("this is no name of a parameter"))?;
        let current = self.call(name, stage, place.id()).await?;
        match stage {
            Stage::Current => version(name, &place, &current),
            Stage::Previous => {
                let number = newest(name, &current)?;
                let missing = || SecretError::Missing { name: name.to_owned(), stage };
                let before = number.checked_sub(1).filter(|before| *before > 0).ok_or_else(missing)?;
                version(name, &place, &self.call(name, stage, &format!("{}:{before}", place.id())).await?)
            }
        }
    }

    /// Asks for a parameter, or for a version of it, and gives the body of the answer.
    async fn call(&self, name: &str, stage: Stage, id: &str) -> Result<Bytes, SecretError> {
        let unreachable = |reason: String| SecretError::Unreachable { name: name.to_owned(), reason };
        let mut request = request(&self.endpoint, id);
        self.signer
            .sign_at(&mut request, self.clock.unix_millis())
            .map_err(|error| SecretError::Denied { name: name.to_owned(), reason: error.reason })?;
        let answer = whole_answer::ask(self.transport.as_ref(), request, PATIENCE, MOST).await;
        match answer.map_err(unreachable)? {
            (StatusCode::OK, body) => Ok(body),
            (status, body) => Err(refused(name, stage, status.as_u16(), &error_kind(&body))),
        }
    }
}

impl std::fmt::Debug for ParameterStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParameterStore").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl SecretStore for ParameterStore {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

fn request(endpoint: &Uri, id: &str) -> Request<Bytes> {
    let message = json!({"Name": id, "WithDecryption": true}).to_string();
    let mut request = Request::new(Bytes::from(message));
    *request.method_mut() = Method::POST;
    request.uri_mut().clone_from(endpoint);
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert("x-amz-target", HeaderValue::from_static("AmazonSSM.GetParameter"));
    request
}

/// The version in the body of an answer.
pub(super) fn version(name: &str, place: &SecretPlace, body: &[u8]) -> Result<SecretVersion, SecretError> {
    let parameter = parameter(name, body)?;
    let invalid = |reason: &str| SecretError::Invalid { name: name.to_owned(), reason: reason.to_owned() };
    let text = Secret::new(parameter.value);
    if parameter.kind != "SecureString" {
        return Err(invalid("it is not encrypted: expected a parameter of type SecureString"));
    }
    let value = place.value(text).map_err(invalid)?;
    Ok(SecretVersion { value, version: parameter.version.to_string(), expires_at_ms: None })
}

/// The number of the version in the body of an answer.
fn newest(name: &str, body: &[u8]) -> Result<u64, SecretError> {
    let parameter = parameter(name, body)?;
    // It is wiped, for it is not what is wanted.
    drop(Secret::new(parameter.value));
    Ok(parameter.version)
}

fn parameter(name: &str, body: &[u8]) -> Result<Parameter, SecretError> {
    let answer: Result<Answer, _> = serde_json::from_slice(body);
    let strange = |_| SecretError::Unreachable { name: name.to_owned(), reason: STRANGE.to_owned() };
    Ok(answer.map_err(strange)?.parameter)
}

#[cfg(test)]
mod tests;
