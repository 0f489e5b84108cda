//! What a secret store is. A store is one file in a function crate that implements [`SecretStore`]; it owns
//! its timeouts and its retries, the cache in front of it owns everything else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

use crate::secret::Secret;

/// What an asynchronous method of a trait object gives back.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place where secrets live.
pub trait SecretStore: Send + Sync {
    /// Reads one version of a secret. Must end by itself: a store that does not answer in time is
    /// [`SecretError::Unreachable`].
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>>;

    /// The same past whatever the store is reached through that keeps values for a while. For when somebody
    /// refused the value: it may be an old one.
    fn read_anew<'a>(
        &'a self,
        name: &'a str,
        stage: Stage,
    ) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        self.read(name, stage)
    }
}

/// Which version of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The one to use.
    Current,
    /// The one before, which is good for a while after a rotation.
    Previous,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "current",
            Self::Previous => "previous",
        })
    }
}

/// One value of a secret.
#[derive(Debug)]
pub struct SecretVersion {
    /// The value.
    pub value: Secret,
    /// The store's own name for this version; another value has another name.
    pub version: String,
    /// When the value stops being good, in Unix milliseconds, where the store knows.
    pub expires_at_ms: Option<u64>,
}

/// Who has to act on a [`SecretError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretFault {
    /// The operator: a name, a permission or a value is wrong, and asking again does not help.
    Operator,
    /// The store: it may answer the next time.
    Store,
}

/// Why there is no secret. Holds names of secrets, never a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// The store does not let us read it.
    #[error("the secret store does not permit to read `{name}`: {reason}")]
    Denied {
        /// The secret's name.
        name: String,
        /// What the store said.
        reason: String,
    },
    /// The store's newest value is past its end.
    #[error("secret `{name}` has expired and the store has no newer version")]
    Expired {
        /// The secret's name.
        name: String,
    },
    /// There is a value, but not one that can be used: empty, binary, of the wrong form.
    #[error("secret `{name}` cannot be used: {reason}")]
    Invalid {
        /// The secret's name.
        name: String,
        /// What is wrong with it, without any part of it.
        reason: String,
    },
    /// There is no such secret, or none in that stage.
    #[error("secret `{name}` has no {stage} version")]
    Missing {
        /// The secret's name.
        name: String,
        /// The stage that was asked for.
        stage: Stage,
    },
    /// The store does not answer, or not in time, or says that it is too busy.
    #[error("the secret store cannot be reached for `{name}`: {reason}")]
    Unreachable {
        /// The secret's name.
        name: String,
        /// What happened.
        reason: String,
    },
}

impl SecretError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> SecretFault {
        match self {
            Self::Denied { .. } | Self::Expired { .. } | Self::Invalid { .. } | Self::Missing { .. } => {
                SecretFault::Operator
            }
            Self::Unreachable { .. } => SecretFault::Store,
        }
    }

    /// Whether the same question may be answered later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.fault() == SecretFault::Store
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unreachable_store_is_worth_asking_again() {
        let (name, reason) = ("upstream-key".to_owned(), "timed out".to_owned());
        let rows = [
            (SecretError::Denied { name: name.clone(), reason: reason.clone() }, false),
            (SecretError::Expired { name: name.clone() }, false),
            (SecretError::Invalid { name: name.clone(), reason: reason.clone() }, false),
            (SecretError::Missing { name: name.clone(), stage: Stage::Previous }, false),
            (SecretError::Unreachable { name, reason }, true),
        ];
        for (error, transient) in rows {
            assert_eq!(error.is_transient(), transient, "{error}");
            assert!(error.to_string().contains("`upstream-key`"), "{error}");
        }
    }

    #[test]
    fn a_version_keeps_its_value_out_of_debug() {
        let version = SecretVersion {
            value: Secret::new("hunter2".to_owned()),
            version: "7".to_owned(),
            expires_at_ms: None,
        };
        assert!(!format!("{version:?}").contains("hunter2"));
    }
}
