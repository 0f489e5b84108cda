//! Google Secret Manager, through Google's SDK: reading a version of a secret.
//!
//! What is current of a secret whose place names no version: the version under its alias `current`, which a rotation
//! moves; where there is no such alias, the newest that is enabled. (Secret Manager's own `latest` is the newest, whether
//! it is enabled or not, and cannot be read when it is not.) Previous is the version under the alias `previous`.
//!
//! A value whose checksum is missing or does not hold is refused.
//!
//! Contract: Secret Manager API v1, `projects.secrets.versions.access` and `.list`.

use std::fmt;
use std::time::Duration;

use google_cloud_gax::error::Error;
use google_cloud_gax::error::rpc::Code;
use google_cloud_gax::paginator::ItemPaginator as _;
use google_cloud_secretmanager_v1::model::{AccessSecretVersionResponse, secret_version::State};
use host::secret_member;
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};

use crate::checksum::crc32c;
use crate::clients::SecretManager;
use crate::rotation_store::{CURRENT, PREVIOUS};

/// How long a read may take, its attempts and the time between them counted.
const PATIENCE: Duration = Duration::from_secs(5);
/// Secret Manager's own name for the newest version.
const LATEST: &str = "latest";
/// The longest name of a secret, and of an alias.
const LONGEST: usize = 255;
/// The longest name of a secret with its member.
const LONGEST_PLACE: usize = 2048;
/// What is said of an answer that cannot be read, for what a parser says may quote the value.
pub(crate) const STRANGE: &str = "its answer is not what it should be";

/// Where a credential is: a secret, a version of it where that is pinned, and the member of it where its value is a JSON
/// object. Written `projects/P/secrets/S/versions/V#member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    secret: String,
    version: Option<String>,
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
        let steps: Vec<_> = name.split('/').collect();
        let (project, secret, version) = match steps.as_slice() {
            ["projects", project, "secrets", secret] => (project, secret, None),
            ["projects", project, "secrets", secret, "versions", version] => {
                (project, secret, Some(*version))
            }
            _ => return None,
        };
        let named = is_name(project, b"-:.") && is_name(secret, b"-_");
        let pinned = version.is_none_or(|version| is_name(version, b"-_"));
        let whole = member.is_none_or(|member| !member.is_empty()) && text.len() <= LONGEST_PLACE;
        (named && pinned && whole).then(|| Self {
            secret: format!("projects/{project}/secrets/{secret}"),
            version: version.filter(|version| *version != LATEST).map(str::to_owned),
            member: member.map(str::to_owned),
        })
    }

    /// The secret's own name, `projects/P/secrets/S`.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.secret)?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, "/versions/{version}"))?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

/// Whether this can be one step of a secret's name; `others` are the signs that it may have besides letters and digits.
pub(crate) fn is_name(text: &str, others: &[u8]) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits) && !matches!(text, "." | "..")
}

/// Why Secret Manager did not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ManagerFault {
    /// It said so, with its code.
    Refused(Code),
    /// No answer came, or none that could be read.
    Unanswered(&'static str),
}

impl ManagerFault {
    /// What it means for who wanted to read a secret.
    pub(crate) fn told(self, name: &str, stage: Stage) -> SecretError {
        let name = name.to_owned();
        let said = |code: Code| code.name().to_owned();
        match self {
            Self::Refused(Code::NotFound) => SecretError::Missing { name, stage },
            Self::Refused(code @ (Code::PermissionDenied | Code::Unauthenticated)) => {
                SecretError::Denied { name, reason: said(code) }
            }
            Self::Refused(Code::FailedPrecondition) => {
                SecretError::Invalid { name, reason: "its version is disabled or destroyed".to_owned() }
            }
            Self::Refused(code @ (Code::InvalidArgument | Code::OutOfRange)) => {
                SecretError::Invalid { name, reason: said(code) }
            }
            Self::Refused(code) => SecretError::Unreachable { name, reason: said(code) },
            Self::Unanswered(reason) => SecretError::Unreachable { name, reason: reason.to_owned() },
        }
    }
}

/// What an error of the SDK means. Of what Secret Manager says only the code is read.
pub(crate) fn fault(error: &Error) -> ManagerFault {
    if let Some(status) = error.status() {
        return ManagerFault::Refused(status.code);
    }
    if let Some(status) = error.http_status_code() {
        return ManagerFault::Refused(code_of(status));
    }
    ManagerFault::Unanswered(if error.is_authentication() {
        "the metadata server gave no token for it"
    } else if error.is_timeout() || error.is_exhausted() {
        "it did not answer in time"
    } else if error.is_deserialization() {
        STRANGE
    } else {
        "it cannot be reached"
    })
}

/// The code that a bare status stands for, as Google's APIs have it.
fn code_of(status: u16) -> Code {
    match status {
        400 => Code::InvalidArgument,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        429 => Code::ResourceExhausted,
        503 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

pub(crate) async fn in_time<T>(
    asked: impl Future<Output = Result<T, ManagerFault>>,
) -> Result<T, ManagerFault> {
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    answer.unwrap_or(Err(ManagerFault::Unanswered("it did not answer in time")))
}

/// A value with the number of its version.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) value: Secret,
    pub(crate) version: String,
}

impl SecretManager {
    /// The value of a version, by the version's whole name.
    pub(crate) async fn access(&self, name: &str) -> Result<Found, ManagerFault> {
        let client = self.client().await.map_err(ManagerFault::Unanswered)?;
        let answer = client.access_secret_version().set_name(name).send().await;
        found(answer.map_err(|error| fault(&error))?)
    }

    async fn read_version(&self, place: &SecretPlace, stage: Stage) -> Result<Found, ManagerFault> {
        let named = |version: &str| format!("{}/versions/{version}", place.secret);
        match (stage, &place.version) {
            (Stage::Current, Some(version)) => self.access(&named(version)).await,
            (Stage::Previous, Some(_)) => Err(ManagerFault::Refused(Code::NotFound)),
            (Stage::Previous, None) => self.access(&named(PREVIOUS)).await,
            (Stage::Current, None) => match self.access(&named(CURRENT)).await {
                Err(ManagerFault::Refused(Code::NotFound | Code::InvalidArgument)) => {
                    self.newest(place).await
                }
                outcome => outcome,
            },
        }
    }

    /// The newest version that is enabled.
    async fn newest(&self, place: &SecretPlace) -> Result<Found, ManagerFault> {
        match self.access(&format!("{}/versions/{LATEST}", place.secret)).await {
            Err(ManagerFault::Refused(Code::FailedPrecondition)) => {}
            outcome => return outcome,
        }
        match self.newest_enabled(&place.secret).await {
            Ok(Some(version)) => self.access(&version).await,
            Ok(None) => Err(ManagerFault::Refused(Code::FailedPrecondition)),
            // That the newest cannot be read says more than that the others cannot be listed.
            Err(ManagerFault::Refused(Code::PermissionDenied)) => {
                Err(ManagerFault::Refused(Code::FailedPrecondition))
            }
            Err(fault) => Err(fault),
        }
    }

    async fn newest_enabled(&self, secret: &str) -> Result<Option<String>, ManagerFault> {
        let client = self.client().await.map_err(ManagerFault::Unanswered)?;
        let mut versions = client.list_secret_versions().set_parent(secret).by_item();
        let mut newest: Option<(u64, String)> = None;
        while let Some(version) = versions.next().await {
            let version = version.map_err(|error| fault(&error))?;
            let number = number_of(&version.name).and_then(|number| number.parse().ok());
            let number: u64 = number.ok_or(ManagerFault::Unanswered(STRANGE))?;
            let newer = newest.as_ref().is_none_or(|(before, _)| number > *before);
            if newer && version.state == State::Enabled {
                newest = Some((number, format!("{secret}/versions/{number}")));
            }
        }
        Ok(newest.map(|(_, name)| name))
    }

    async fn ask(&self, text: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let invalid =
            |reason: &str| SecretError::Invalid { name: text.to_owned(), reason: reason.to_owned() };
        let place = SecretPlace::read(text).ok_or_else(|| invalid("this is no name of a secret"))?;
        let found = in_time(self.read_version(&place, stage)).await;
        let Found { value, version } = found.map_err(|fault| fault.told(text, stage))?;
        let value = secret_member::line(value, place.member.as_deref()).map_err(invalid)?;
        Ok(SecretVersion { value, version, expires_at_ms: None })
    }
}

impl SecretStore for SecretManager {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(self.ask(name, stage))
    }
}

/// What came, if it came whole.
fn found(answer: AccessSecretVersionResponse) -> Result<Found, ManagerFault> {
    let version = number_of(&answer.name).ok_or(ManagerFault::Unanswered(STRANGE))?.to_owned();
    let payload = answer.payload.ok_or(ManagerFault::Unanswered(STRANGE))?;
    if payload.data_crc32c != Some(crc32c(&payload.data)) {
        return Err(ManagerFault::Unanswered("its answer has not the checksum that it should have"));
    }
    let value = String::from_utf8(payload.data.into());
    let value = value.map_err(|_| ManagerFault::Unanswered("its value is no text"))?;
    Ok(Found { value: Secret::new(value), version })
}

/// The number of a version, at the end of its name.
fn number_of(name: &str) -> Option<&str> {
    name.rsplit_once("/versions/").map(|(_, number)| number).filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests;
