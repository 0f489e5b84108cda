//! Azure Key Vault, through Azure's SDK: reading a version of a secret here, and what a rotation needs besides in
//! `rotation_store.rs`. The SDK shows the function's managed identity, and runs on the function's own HTTP client.
//!
//! A vault knows no stages. The current version of a secret is its newest, and the previous one the newest before that
//! which is enabled. A vault gives out values that have ended, have not begun or are switched off, so that is looked at
//! here.
//!
//! Contract: Azure Key Vault REST API, "Get Secret" and "Get Secret Versions", and "About Azure Key Vault secrets".

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::error::{Error, ErrorKind};
use azure_security_keyvault_secrets::models::{
    Secret as Found, SecretAttributes, SecretClientGetSecretOptions, SecretProperties,
};
use azure_security_keyvault_secrets::{ResourceExt as _, SecretClient, SecretClientOptions};
use enforcement::{Clock, Transport, TransportError};
use futures_util::TryStreamExt as _;
use host::secret_member;
use host::whole_answer::AnswerFault;
use http::Uri;
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};

use crate::credentials::Identity;
use crate::sdk_http::SdkHttp;

/// How long a read may take, its attempts and the time between them counted.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer, in bytes: a page of versions, or a value of 25 KB.
pub(crate) const MOST: usize = 512 * 1024;
/// The longest name of a secret.
const LONGEST_NAME: usize = 127;
/// What is said of an answer that cannot be read, for what a parser says may quote the value.
pub(crate) const STRANGE: &str = "its answer is not what it should be";

/// Where a credential is in the vault: a secret's name, and the member of it where its value is a JSON object. Written
/// `name#member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    name: String,
    member: Option<String>,
}

impl SecretPlace {
    /// Reads a place as it is written.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (name, member) = match text.split_once('#') {
            Some((name, member)) => (name, Some(member)),
            None => (text, None),
        };
        let good = is_name(name) && member.is_none_or(|member| !member.is_empty());
        good.then(|| Self { name: name.to_owned(), member: member.map(str::to_owned) })
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

/// Whether a vault would take this as the name of a secret.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// One vault.
#[derive(Clone)]
pub struct KeyVault {
    client: Result<Arc<SecretClient>, &'static str>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for KeyVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyVault").finish_non_exhaustive()
    }
}

/// What it takes to ask a vault.
pub struct VaultAccess<'a> {
    /// The vault's own address, such as `https://kv1.vault.azure.net`.
    pub url: &'a str,
    /// Where it is reached, where that is elsewhere.
    pub endpoint: Option<Uri>,
    /// Who asks.
    pub identity: &'a Identity,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// Tells whether a value has begun.
    pub clock: Arc<dyn Clock>,
}

impl KeyVault {
    /// The vault at an address. Nothing is asked yet.
    #[must_use]
    pub fn new(access: VaultAccess<'_>) -> Self {
        let http = SdkHttp { transport: access.transport, most: MOST, endpoint: access.endpoint };
        let options =
            SecretClientOptions { client_options: http.options(), ..SecretClientOptions::default() };
        let client = access.identity.credential().and_then(|credential| {
            let made = SecretClient::new(access.url, credential, Some(options));
            made.map(Arc::new).map_err(|_| "the vault's address is none")
        });
        Self { client, clock: access.clock }
    }

    /// The SDK's client.
    pub(crate) fn client(&self) -> Result<&SecretClient, VaultFault> {
        self.client.as_deref().map_err(|reason| VaultFault::Unasked(reason))
    }

    /// A version of a secret; the newest where none is named.
    pub(crate) async fn get(&self, name: &str, version: Option<&str>) -> Result<Found, VaultFault> {
        let secret_version = version.map(str::to_owned);
        let options = SecretClientGetSecretOptions { secret_version, ..Default::default() };
        in_time(async {
            let answer = self.client()?.get_secret(name, Some(options)).await;
            answer.and_then(azure_core::http::Response::into_model).map_err(|error| fault(&error))
        })
        .await
    }

    async fn found(&self, name: &str, stage: Stage) -> Result<Option<Found>, VaultFault> {
        match stage {
            Stage::Current => self.get(name, None).await.map(Some),
            Stage::Previous => match self.previous(name).await? {
                Some(version) => self.get(name, Some(&version)).await.map(Some),
                None => Ok(None),
            },
        }
    }

    /// Which version was current before the one that is.
    async fn previous(&self, name: &str) -> Result<Option<String>, VaultFault> {
        let mut versions = self.versions(name).await?;
        versions.sort_by_key(|version| std::cmp::Reverse(created_at(version.attributes.as_ref())));
        let before = versions.iter().skip(1).find(|version| is_enabled(version.attributes.as_ref()));
        before.map(|version| version_of(version.resource_id())).transpose()
    }

    /// Every version of a secret, without its value.
    pub(crate) async fn versions(&self, name: &str) -> Result<Vec<SecretProperties>, VaultFault> {
        in_time(async {
            let pager = self.client()?.list_secret_properties_versions(name, None);
            let mut pages = pager.map_err(|error| fault(&error))?.into_pages();
            let mut all = Vec::new();
            while let Some(page) = pages.try_next().await.map_err(|error| fault(&error))? {
                all.extend(page.into_model().map_err(|error| fault(&error))?.value);
            }
            Ok(all)
        })
        .await
    }

    async fn ask(&self, text: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: text.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(text).ok_or_else(|| invalid("this is no name of a secret"))?;
        let missing = || SecretError::Missing { name: text.to_owned(), stage };
        let found = self.found(&place.name, stage).await.map_err(|fault| fault.told(text, stage))?;
        let mut found = found.ok_or_else(missing)?;
        self.check(found.attributes.as_ref()).map_err(invalid)?;
        let version = version_of(found.resource_id()).map_err(|fault| fault.told(text, stage))?;
        let value = Secret::new(found.value.take().ok_or_else(missing)?);
        let value = secret_member::line(value, place.member.as_deref()).map_err(invalid)?;
        let ends = found.attributes.and_then(|attributes| attributes.expires);
        Ok(SecretVersion { value, version, expires_at_ms: ends.map(unix_ms) })
    }

    /// A vault gives a value out whether it may be used or not.
    fn check(&self, attributes: Option<&SecretAttributes>) -> Result<(), &'static str> {
        if !is_enabled(attributes) {
            return Err("it is disabled");
        }
        let begins = attributes.and_then(|attributes| attributes.not_before).map(unix_ms);
        if begins.is_some_and(|begins| begins > self.clock.unix_millis()) {
            return Err("it is not valid yet");
        }
        Ok(())
    }
}

impl SecretStore for KeyVault {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

/// In place of a vault where none is set: it has nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoVault;

impl SecretStore for NoVault {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        let missing = SecretError::Missing { name: name.to_owned(), stage };
        Box::pin(std::future::ready(Err(missing)))
    }
}

/// Why a vault did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum VaultFault {
    /// It said so, with its code.
    Refused { status: u16, code: String },
    /// No answer came, or none that could be read.
    Unanswered(&'static str),
    /// Nothing was asked.
    Unasked(&'static str),
}

impl VaultFault {
    /// What it means for who wanted to read a secret.
    fn told(self, name: &str, stage: Stage) -> SecretError {
        let name = name.to_owned();
        match self {
            Self::Refused { status: 404, .. } => SecretError::Missing { name, stage },
            Self::Refused { status: 403, code } if code == "SecretDisabled" => {
                SecretError::Invalid { name, reason: "it is disabled".to_owned() }
            }
            Self::Refused { status: status @ (401 | 403), code } => {
                SecretError::Denied { name, reason: format!("{status} {code}").trim_end().to_owned() }
            }
            Self::Refused { status: status @ (400 | 409), code } => {
                SecretError::Invalid { name, reason: format!("{status} {code}").trim_end().to_owned() }
            }
            Self::Refused { status, code } => {
                SecretError::Unreachable { name, reason: format!("{status} {code}").trim_end().to_owned() }
            }
            Self::Unanswered(reason) => SecretError::Unreachable { name, reason: reason.to_owned() },
            Self::Unasked(reason) => SecretError::Denied { name, reason: reason.to_owned() },
        }
    }
}

/// What an error of the SDK means. Of what the vault says only the code of the error is read.
pub(crate) fn fault(error: &Error) -> VaultFault {
    if is_untrusted(error) {
        return VaultFault::Unanswered(
            "its certificate is from nobody that is trusted, for another host, or over",
        );
    }
    match error.kind() {
        ErrorKind::Connection => VaultFault::Unanswered("it cannot be reached"),
        ErrorKind::Credential => VaultFault::Unanswered("the platform gave no token for it"),
        ErrorKind::DataConversion => VaultFault::Unanswered(STRANGE),
        ErrorKind::HttpResponse { status, error_code, raw_response } => {
            let inner = raw_response.as_ref().and_then(|answer| inner_code(answer.body()));
            let code = inner.or(error_code.clone()).unwrap_or_default();
            VaultFault::Refused { status: u16::from(*status), code: plain(&code) }
        }
        ErrorKind::Io => VaultFault::Unanswered("the connection broke"),
        _ => VaultFault::Unanswered("it cannot be asked"),
    }
}

/// Whether nothing was asked, for TLS did not prove who would hear it. The SDK wraps what it was told.
fn is_untrusted(error: &Error) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let untrusted = AnswerFault::Transport(TransportError::Untrusted);
    causes.into_iter().any(|cause| cause.downcast_ref() == Some(&untrusted))
}

/// The code that says the most.
fn inner_code(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    json.pointer("/error/innererror/code").and_then(|code| code.as_str()).map(str::to_owned)
}

/// A code as it may stand in a message: nothing but letters and digits.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, VaultFault>>) -> Result<T, VaultFault> {
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    answer.unwrap_or(Err(VaultFault::Unanswered("it did not answer in time")))
}

/// The version in a secret's id.
pub(crate) fn version_of(
    id: azure_core::Result<azure_security_keyvault_secrets::ResourceId>,
) -> Result<String, VaultFault> {
    let version = id.ok().and_then(|id| id.version).filter(|version| !version.is_empty());
    version.ok_or(VaultFault::Unanswered(STRANGE))
}

pub(crate) fn is_enabled(attributes: Option<&SecretAttributes>) -> bool {
    attributes.and_then(|attributes| attributes.enabled) != Some(false)
}

/// When a version was made, in Unix milliseconds.
pub(crate) fn created_at(attributes: Option<&SecretAttributes>) -> u64 {
    attributes.and_then(|attributes| attributes.created).map_or(0, unix_ms)
}

fn unix_ms(time: azure_core::time::OffsetDateTime) -> u64 {
    u64::try_from(time.unix_timestamp()).unwrap_or_default().saturating_mul(1000)
}

#[cfg(test)]
mod tests;
