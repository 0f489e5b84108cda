//! What a rotation needs of a secret store. A store is one file in a function crate that implements
//! [`RotationStore`]; it owns its timeouts and its retries.
//!
//! A store whose cloud knows no stages builds them, from aliases, tags or version states. Where its versions
//! cannot be named by us, it keeps our name for a version beside it.

use std::collections::BTreeMap;
use std::fmt;

use secrets::{BoxFuture, Secret};

use crate::error::RotationError;

/// What a version of a secret is to a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionStage {
    /// The one to use.
    Current,
    /// The one that is being made.
    Pending,
    /// The one before, which is good for a while after a rotation.
    Previous,
}

impl fmt::Display for VersionStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "current",
            Self::Pending => "pending",
            Self::Previous => "previous",
        })
    }
}

/// What a store tells of a secret without its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Whether the secret is to be rotated at all.
    pub rotation_enabled: bool,
    /// When the current version became current, in Unix milliseconds. A store that knows it only roughly gives
    /// the later time: the overlap is counted from here.
    pub current_since_ms: u64,
    /// The versions and their stages. A version may have none, and may have no value yet.
    pub versions: BTreeMap<String, Vec<VersionStage>>,
}

impl Description {
    /// The version in use.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        self.with(VersionStage::Current).next()
    }

    /// The version that is being made. Stores may leave that stage on a version that has become current: then
    /// nothing is being made.
    #[must_use]
    pub fn pending(&self) -> Option<&str> {
        self.with(VersionStage::Pending).find(|version| Some(*version) != self.current())
    }

    /// The version before the current one.
    #[must_use]
    pub fn previous(&self) -> Option<&str> {
        self.with(VersionStage::Previous).next()
    }

    fn with(&self, stage: VersionStage) -> impl Iterator<Item = &str> {
        let named = self.versions.iter().filter(move |(_, stages)| stages.contains(&stage));
        named.map(|(version, _)| version.as_str())
    }
}

/// A value on its way into a store.
#[derive(Debug)]
pub struct PendingValue<'a> {
    /// The secret's name.
    pub secret: &'a str,
    /// What its version is to be called.
    pub version: &'a str,
    /// The value.
    pub value: &'a Secret,
    /// What the scheduler wants to see again with the value, where it gave something.
    pub rotation_token: Option<&'a Secret>,
}

/// A place where secrets live and are renewed.
///
/// Every method ends by itself: a store that does not answer in time is [`RotationError::Unreachable`].
pub trait RotationStore: Send + Sync {
    /// The secret's versions and their stages.
    ///
    /// Fails with [`RotationError::Missing`] where there is no such secret.
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>>;

    /// The value of the version that has this stage and, where one is named, is this version: both, so that a
    /// stray version of another rotation is never taken. `None` where there is none, or it has no value yet.
    ///
    /// A value that is no text is [`RotationError::Invalid`].
    fn read<'a>(
        &'a self,
        secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>>;

    /// Writes a version and makes it the pending one; the current one stays. The same version with the same
    /// value once more is a success; with another value it is [`RotationError::Conflict`].
    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>>;

    /// Makes `to` the current version and `from` the previous one, if `from` still is the current one;
    /// otherwise nothing changes, and it is [`RotationError::Conflict`].
    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>>;

    /// Takes the pending stage off this version. A success, too, where it has none.
    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>>;
}
