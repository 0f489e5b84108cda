//! What strategies call out to. Each is a trait that a function crate implements, and which owns its timeouts
//! and retries: a service that does not answer in time is [`RotationError::Unreachable`].
//!
//! Not here: the secret store, which is `store.rs`.

use std::fmt;
use std::sync::Arc;

use secrets::{BoxFuture, Secret, SecretStore};

use crate::error::RotationError;
use crate::strategy::{Staged, Work};

/// Everything that strategies may use. What a function does not have is `None`, and a strategy that needs it
/// says so.
#[derive(Clone)]
pub struct Tools {
    /// Random bytes.
    pub random: Arc<dyn Random>,
    /// The keys of accounts that have two.
    pub accounts: Option<Arc<dyn AccountKeys>>,
    /// Service credentials of users.
    pub credentials: Option<Arc<dyn CredentialService>>,
    /// HTTP.
    pub exchange: Option<Arc<dyn Exchange>>,
    /// Other secrets, read only: where administrators' credentials are.
    pub secrets: Option<Arc<dyn SecretStore>>,
    /// Database sessions.
    pub sql: Option<Arc<dyn SqlServer>>,
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tools").finish_non_exhaustive()
    }
}

/// The system's source of random bytes, fit for keys.
pub trait Random: Send + Sync {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// [`RotationError::Randomness`].
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RotationError>;
}

/// One HTTP request. The URL is `https` and was checked; it holds no secret.
#[derive(Debug)]
pub struct HttpRequest {
    /// The method, in upper case.
    pub method: String,
    /// Where to.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, Secret)>,
    /// The body.
    pub body: Option<Secret>,
}

/// One HTTP answer, whatever its status.
#[derive(Debug)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The body, which may hold a new credential.
    pub body: Secret,
}

impl HttpAnswer {
    /// What the answer to a call with a credential says of the credential. `place` is where the call went.
    pub(crate) fn judge(
        &self,
        work: Work<'_>,
        tested: Staged<'_>,
        service: &str,
        place: &str,
    ) -> Result<(), RotationError> {
        let (service, reason) = (service.to_owned(), format!("status {}", self.status));
        match self.status {
            200..=299 => Ok(()),
            401 | 403 => {
                let (secret, stage) = (work.secret.to_owned(), tested.stage);
                Err(RotationError::Unproven { secret, stage, service, reason })
            }
            408 | 425 | 429 | 500..=599 => {
                Err(RotationError::Unreachable { service, action: "test the key".to_owned(), reason })
            }
            _ => Err(RotationError::Refused { service, action: format!("answer at {place}"), reason }),
        }
    }
}

/// Sends HTTP requests. It follows no redirect, caps the body, and checks the certificate.
pub trait Exchange: Send + Sync {
    /// Sends one request. Any status is an answer.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpAnswer, RotationError>>;
}

/// A service credential, without its value, which is shown only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCredential {
    /// Its id.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made, in Unix milliseconds.
    pub created_at_ms: u64,
}

/// A service credential that was made just now.
#[derive(Debug)]
pub struct NewServiceCredential {
    /// Its id.
    pub id: String,
    /// What to call with.
    pub value: Secret,
}

/// Makes and ends the credentials that let a user call one service.
pub trait CredentialService: Send + Sync {
    /// All credentials of a user.
    fn list<'a>(&'a self, user: &'a str) -> BoxFuture<'a, Result<Vec<ServiceCredential>, RotationError>>;

    /// Makes one more. It is active at once.
    fn create<'a>(&'a self, user: &'a str) -> BoxFuture<'a, Result<NewServiceCredential, RotationError>>;

    /// Makes one unusable, which can be taken back. A success, too, where it is so, or gone.
    fn deactivate<'a>(&'a self, user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>>;

    /// Deletes one. A success, too, where it is gone.
    fn delete<'a>(&'a self, user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>>;
}

/// Which of the two keys of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// The first.
    Key1,
    /// The second.
    Key2,
}

impl KeyName {
    /// Reads what stands in a secret.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        [Self::Key1, Self::Key2].into_iter().find(|name| name.as_str() == text)
    }

    /// As it stands in a secret.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key1 => "key1",
            Self::Key2 => "key2",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Key1 => Self::Key2,
            Self::Key2 => Self::Key1,
        }
    }
}

/// Both keys of an account.
#[derive(Debug)]
pub struct KeyPair {
    /// The first.
    pub key1: Secret,
    /// The second.
    pub key2: Secret,
}

impl KeyPair {
    /// One of them; the other is wiped.
    #[must_use]
    pub fn take(self, name: KeyName) -> Secret {
        match name {
            KeyName::Key1 => self.key1,
            KeyName::Key2 => self.key2,
        }
    }
}

/// Reads and regenerates the keys of accounts that have two, so that one can be used while the other is renewed.
pub trait AccountKeys: Send + Sync {
    /// Both keys as they are now.
    fn list<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<KeyPair, RotationError>>;

    /// Gives a key a new value. Its old one ends at once.
    fn regenerate<'a>(&'a self, account: &'a str, name: KeyName) -> BoxFuture<'a, Result<(), RotationError>>;
}

/// Where and as whom to log in to a database.
#[derive(Clone, Copy, Debug)]
pub struct SqlLogin<'a> {
    /// The host.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The database.
    pub database: &'a str,
    /// The user.
    pub user: &'a str,
    /// The password.
    pub password: &'a Secret,
}

/// Opens database sessions, encrypted and with the server's certificate checked.
pub trait SqlServer: Send + Sync {
    /// Logs in. A login that the server turns down is [`RotationError::Refused`].
    fn open<'a>(&'a self, login: SqlLogin<'a>) -> BoxFuture<'a, Result<Box<dyn SqlSession>, RotationError>>;
}

/// A database session, closed when it is dropped.
pub trait SqlSession: Send {
    /// Runs one statement, with `$1`, `$2`, … for the parameters, and gives back the first column of its rows
    /// as text.
    fn run<'a>(
        &'a mut self,
        statement: &'a str,
        parameters: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<String>, RotationError>>;
}
