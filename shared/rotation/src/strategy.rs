//! What a rotation strategy is: how one kind of credential is renewed. To add one, see `strategies/mod.rs`.
//!
//! The machine decides when each step runs, and what is stored where; a strategy only makes, sets, tests and
//! retires values.

use secrets::{BoxFuture, Secret};

use crate::error::RotationError;
use crate::services::Tools;
use crate::store::VersionStage;

/// How one kind of credential is renewed.
///
/// Every step may be run again, after it ended and after it was stopped at any call that it makes.
pub trait Strategy: Send + Sync {
    /// The word for it in settings, logs and test data.
    fn id(&self) -> &'static str;

    /// Makes the next value. Only called while there is no pending value and the previous one is out of its
    /// overlap. What an earlier call made, and nobody stored, is to be found and removed.
    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>>;

    /// Makes the pending value good where it is used. The current one stays good.
    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>>;

    /// Proves that a value works: the pending one, or the current one where only the set-up is tried. Changes
    /// nothing. [`RotationError::Stale`] says that it never will.
    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>>;

    /// Retires every credential of this secret but those in `held`, and the previous one, too, if its overlap
    /// is over. Called before the pending value becomes current, so that a stop in between loses nothing; and
    /// again at any time after it.
    fn finish<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>>;
}

/// What a step is about, and what it works with.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// The secret's name.
    pub secret: &'a str,
    /// The version that is being made; the current one where none is.
    pub version: &'a str,
    /// What to call out to.
    pub tools: &'a Tools,
    /// Now, in Unix milliseconds.
    pub now_ms: u64,
    /// How long the previous value stays good, in milliseconds.
    pub overlap_ms: u64,
}

/// The values that a secret holds.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The one in use.
    pub current: &'a Secret,
    /// The one that is being made.
    pub pending: Option<&'a Secret>,
    /// The one before.
    pub previous: Option<&'a Secret>,
    /// Whether the overlap of the previous one is over.
    pub previous_is_over: bool,
}

impl<'a> Held<'a> {
    /// The values whose credentials must go on working.
    pub fn kept(self) -> impl Iterator<Item = Staged<'a>> {
        let staged = |stage| move |value| Staged { stage, value };
        let previous = self.previous.filter(|_| !self.previous_is_over);
        let current = std::iter::once(Staged { stage: VersionStage::Current, value: self.current });
        current
            .chain(self.pending.map(staged(VersionStage::Pending)))
            .chain(previous.map(staged(VersionStage::Previous)))
    }

    /// The value that is being made, which every step but the first has.
    pub(crate) fn made(self, secret: &str) -> Result<Staged<'a>, RotationError> {
        let stage = VersionStage::Pending;
        let missing = || RotationError::Missing { secret: secret.to_owned(), stage };
        Ok(Staged { stage, value: self.pending.ok_or_else(missing)? })
    }
}

/// A value and what it is to the secret.
#[derive(Clone, Copy, Debug)]
pub struct Staged<'a> {
    /// Its stage.
    pub stage: VersionStage,
    /// The value.
    pub value: &'a Secret,
}

impl<'a> Staged<'a> {
    /// The value in use.
    #[must_use]
    pub fn current(value: &'a Secret) -> Self {
        Self { stage: VersionStage::Current, value }
    }

    /// The value before.
    pub(crate) fn previous(value: &'a Secret) -> Self {
        Self { stage: VersionStage::Previous, value }
    }
}

impl<'a> Work<'a> {
    /// A tool that not every function has.
    pub(crate) fn tool<T: ?Sized>(
        self,
        strategy: &dyn Strategy,
        tool: Option<&'a std::sync::Arc<T>>,
        what: &str,
    ) -> Result<&'a T, RotationError> {
        let lacking =
            || RotationError::WithoutTool { strategy: strategy.id().to_owned(), tool: what.to_owned() };
        tool.map(AsRef::as_ref).ok_or_else(lacking)
    }
}
