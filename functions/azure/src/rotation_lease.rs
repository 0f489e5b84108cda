//! The right to rotate, which one run at a time has: a lease on a blob in the function app's own storage account. The
//! event and the timer come to instances of their own, so that nothing inside one process would do, and a vault has no
//! comparing before a write.
//!
//! A lease ends by itself a minute after a run was killed. A run that finds its lease gone stops where it is, as if it
//! had been killed.
//!
//! Contract: Azure, "Blob service REST API", `Lease Blob`, `Put Blob`, `Create Container`.

use std::sync::Arc;
use std::time::Duration;

use azure_core::time::{OffsetDateTime, to_rfc7231};
use bytes::Bytes;
use enforcement::{Clock, Signer, Transport};
use host::whole_answer;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use rotation::RotationError;

/// The version of the interface.
const API_VERSION: &str = "2023-11-03";
/// The container that the blob is in.
const CONTAINER: &str = "sallyport";
/// Who answers, in messages.
const SERVICE: &str = "Azure Storage";
/// How long a lease lasts without being renewed, in seconds: the most that can be asked for.
const SECONDS: &str = "60";
/// After how long it is renewed.
const RENEWAL: Duration = Duration::from_secs(20);
/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const MOST: usize = 64 * 1024;

/// The lease for one secret.
pub struct RotationLease {
    /// Where the storage account's blobs are.
    pub endpoint: Uri,
    /// The secret, after which the blob is called.
    pub secret: String,
    /// Shows requests to be the function's.
    pub signer: Arc<dyn Signer>,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// The time that requests are sent at.
    pub clock: Arc<dyn Clock>,
}

impl RotationLease {
    /// Does some work while no other run has the lease.
    ///
    /// # Errors
    /// When another run has it, when it cannot be had or is lost, or when the work fails.
    pub async fn hold<T>(
        &self,
        work: impl Future<Output = Result<T, RotationError>>,
    ) -> Result<T, RotationError> {
        let id = self.acquire().await?;
        tokio::pin!(work);
        let ended = loop {
            tokio::select! {
                ended = &mut work => break ended,
                () = tokio::time::sleep(RENEWAL) => {
                    if let Err(fault) = self.change(&[("x-ms-lease-action", "renew"), ("x-ms-lease-id", &id)]).await {
                        break Err(fault);
                    }
                }
            }
        };
        // Where this fails it ends by itself.
        let _ = self.change(&[("x-ms-lease-action", "release"), ("x-ms-lease-id", &id)]).await;
        ended
    }

    async fn acquire(&self) -> Result<String, RotationError> {
        let asked = [("x-ms-lease-action", "acquire"), ("x-ms-lease-duration", SECONDS)];
        let blob = format!("{CONTAINER}/{}", self.secret);
        let query = format!("{blob}?comp=lease");
        let mut answer = self.ask(&query, &asked).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            // What is there already is as good as made.
            self.ask(&format!("{CONTAINER}?restype=container"), &[]).await?;
            self.ask(&blob, &[("x-ms-blob-type", "BlockBlob"), ("if-none-match", "*")]).await?;
            answer = self.ask(&query, &asked).await?;
        }
        self.judge(&answer)?;
        let id = answer.headers().get("x-ms-lease-id").and_then(|id| id.to_str().ok());
        id.map(str::to_owned).ok_or_else(|| unreachable("its answer is not what it should be".to_owned()))
    }

    async fn change(&self, headers: &[(&str, &str)]) -> Result<(), RotationError> {
        self.judge(&self.ask(&format!("{CONTAINER}/{}?comp=lease", self.secret), headers).await?)
    }

    fn judge(&self, answer: &Response<Bytes>) -> Result<(), RotationError> {
        let (status, reason) = (answer.status().as_u16(), told(answer.status(), answer.headers()));
        match status {
            200..=299 => Ok(()),
            401 | 403 => {
                Err(RotationError::Denied { action: "take the lease of the rotation".to_owned(), reason })
            }
            409 | 412 => {
                let reason = "another run has the lease of its rotation".to_owned();
                Err(RotationError::Conflict { secret: self.secret.clone(), reason })
            }
            _ => Err(unreachable(reason)),
        }
    }

    async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Result<Response<Bytes>, RotationError> {
        let endpoint = self.endpoint.to_string();
        let url = format!("{}/{path}", endpoint.trim_end_matches('/'));
        let now = i64::try_from(self.clock.unix_millis() / 1000).unwrap_or_default();
        let now = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let request = Request::builder().method(Method::PUT).uri(url);
        let request = request.header("x-ms-version", API_VERSION).header("x-ms-date", to_rfc7231(&now));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Bytes::new());
        let mut request = request.map_err(|_| unreachable("its address is none".to_owned()))?;
        let signed = self.signer.sign(&mut request, 0).await;
        signed.map_err(|error| unreachable(error.reason))?;
        let answer = whole_answer::exchange(self.transport.as_ref(), request, MOST);
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        let answer = answer.map_err(|_| unreachable("it did not answer in time".to_owned()))?;
        answer.map_err(|fault| unreachable(fault.to_string()))
    }
}

fn unreachable(reason: String) -> RotationError {
    let action = "take the lease of the rotation".to_owned();
    RotationError::Unreachable { service: SERVICE.to_owned(), action, reason }
}

/// A status, with the code of the error.
fn told(status: StatusCode, headers: &HeaderMap) -> String {
    let code = headers.get("x-ms-error-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    format!("{} {code}", status.as_u16()).trim_end().to_owned()
}
