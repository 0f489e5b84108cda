//! The keys of one account of Azure OpenAI or Foundry, listed and made anew through Azure Resource Manager as the
//! function's identity.
//!
//! Nothing here is tried again by itself: to regenerate a key twice would end the one that was just taken into use.
//!
//! Contract: Azure, "Cognitive Services REST API", `Accounts - List Keys` and `Accounts - Regenerate Key`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Signer, Transport};
use host::whole_answer;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, StatusCode, Uri};
use rotation::{AccountKeys, KeyName, KeyPair, RotationError};
use secrets::{BoxFuture, Secret};
use serde::Deserialize;
use serde_json::json;

/// The version of the interface.
const API_VERSION: &str = "2025-06-01";
/// Who answers, in messages.
const SERVICE: &str = "Azure Resource Manager";
/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer, in bytes.
const MOST: usize = 64 * 1024;

/// The keys of one account, and of no other.
pub struct ResourceAccountKeys {
    /// The account, by its resource id.
    pub account: String,
    /// Where Azure Resource Manager is.
    pub endpoint: Uri,
    /// Shows requests to be the function's.
    pub signer: Arc<dyn Signer>,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
}

/// What both operations answer.
#[derive(Deserialize)]
struct Keys {
    key1: String,
    key2: String,
}

impl AccountKeys for ResourceAccountKeys {
    fn list<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<KeyPair, RotationError>> {
        Box::pin(async move {
            let asking = Asking { action: "list the keys of the account", operation: "listKeys" };
            self.ask(account, &asking, Bytes::new()).await
        })
    }

    fn regenerate<'a>(&'a self, account: &'a str, name: KeyName) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let (action, key) = match name {
                KeyName::Key1 => ("regenerate the first key of the account", "Key1"),
                KeyName::Key2 => ("regenerate the second key of the account", "Key2"),
            };
            let asking = Asking { action, operation: "regenerateKey" };
            self.ask(account, &asking, json!({"keyName": key}).to_string().into()).await.map(drop)
        })
    }
}

impl ResourceAccountKeys {
    async fn ask(&self, account: &str, asking: &Asking, body: Bytes) -> Result<KeyPair, RotationError> {
        let own = self.account.trim_end_matches('/');
        // Ids of resources are the same in any case.
        if !account.trim_end_matches('/').eq_ignore_ascii_case(own) {
            return Err(asking.refused("the secret names another account than `SALLYPORT_ACCOUNT`"));
        }
        let request = self.request(asking, body).await?;
        let asked = whole_answer::ask(self.transport.as_ref(), request, PATIENCE, MOST).await;
        let (status, answer) = asked.map_err(|reason| asking.unreachable(reason))?;
        asking.judge(status, &answer)?;
        // What the parser has to say may quote a key.
        let keys: Result<Keys, _> = serde_json::from_slice(&answer);
        let keys = keys.map_err(|_| asking.unreachable("its answer is not what it should be".to_owned()))?;
        Ok(KeyPair { key1: Secret::new(keys.key1), key2: Secret::new(keys.key2) })
    }

    async fn request(&self, asking: &Asking, body: Bytes) -> Result<Request<Bytes>, RotationError> {
        let (endpoint, account) = (self.endpoint.to_string(), self.account.trim_end_matches('/'));
        let operation = asking.operation;
        let url =
            format!("{}{account}/{operation}?api-version={API_VERSION}", endpoint.trim_end_matches('/'));
        let mut request = Request::post(url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body)
            .map_err(|_| asking.refused("the account's id makes no address"))?;
        let signed = self.signer.sign(&mut request, 0).await;
        signed.map_err(|error| asking.unreachable(error.reason))?;
        Ok(request)
    }
}

/// One operation, as messages tell of it.
struct Asking {
    action: &'static str,
    operation: &'static str,
}

impl Asking {
    fn judge(&self, status: StatusCode, answer: &[u8]) -> Result<(), RotationError> {
        let reason = || format!("{} {}", status.as_u16(), code(answer)).trim_end().to_owned();
        match status.as_u16() {
            200..=299 => Ok(()),
            401 | 403 => Err(RotationError::Denied { action: self.action.to_owned(), reason: reason() }),
            408 | 409 | 425 | 429 | 500..=599 => Err(self.unreachable(reason())),
            _ => Err(self.refused(&reason())),
        }
    }

    fn refused(&self, reason: &str) -> RotationError {
        let (service, action) = (SERVICE.to_owned(), self.action.to_owned());
        RotationError::Refused { service, action, reason: reason.to_owned() }
    }

    fn unreachable(&self, reason: String) -> RotationError {
        let (service, action) = (SERVICE.to_owned(), self.action.to_owned());
        RotationError::Unreachable { service, action, reason }
    }
}

/// The code of an error, of which nothing else is read.
fn code(answer: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(answer).unwrap_or_default();
    let code = json.pointer("/error/code").and_then(serde_json::Value::as_str).unwrap_or_default();
    code.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}
