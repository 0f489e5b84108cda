//! The step machine: `create`, `set`, `test`, `finish`, in whichever cloud, whatever is rotated.
//!
//! It is written once, for schedulers that ask for one step at a time ([`Machine::step`]) and for those that
//! ask once ([`Machine::run_all`]). It keeps nothing between calls: what was done is read from the store, so
//! that every step may be asked for twice, and may be stopped at any call that it makes.
//!
//! Invariants:
//! - A pending value becomes current only after it was seen to work, in the same step.
//! - A credential is retired only when it is held by no stage, or only as the previous one and its overlap is
//!   over. So one rotation starts no sooner than the overlap after the one before.

use std::fmt;

use secrets::Secret;

use crate::error::{RotationError, shown};
use crate::services::Tools;
use crate::store::{Description, PendingValue, RotationStore, VersionStage};
use crate::strategy::{Held, Staged, Strategy, Work};

/// One step of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Make the next value and store it as pending.
    Create,
    /// Make the pending value current.
    Finish,
    /// Make the pending value good where it is used.
    Set,
    /// Prove that it works.
    Test,
}

impl Step {
    /// The word for it in logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Finish => "finish",
            Self::Set => "set",
            Self::Test => "test",
        }
    }
}

/// What a scheduler asks for that calls once for each step.
#[derive(Debug)]
pub struct StepRequest<'a> {
    /// The secret, by the name that the machine is set up with.
    pub secret: &'a str,
    /// Which step.
    pub step: Step,
    /// The version that is being made. The scheduler has made it known to the store.
    pub version: &'a str,
    /// What the scheduler wants to see again with the value, where it gave something.
    pub rotation_token: Option<&'a Secret>,
}

/// What a scheduler asks for that calls once for a whole rotation, perhaps more than once for the same reason.
#[derive(Clone, Copy, Debug)]
pub struct Trigger<'a> {
    /// The secret, by the name that the machine is set up with.
    pub secret: &'a str,
    /// What a new version is to be called. A rotation that was begun goes on under the name it has.
    pub version: &'a str,
    /// Only if this version is still the current one: the one that the event told of.
    pub only_from: Option<&'a str>,
    /// Only if the current version became current before this, in Unix milliseconds: the time that the
    /// rotation was due.
    pub only_if_older_than_ms: Option<u64>,
}

/// How a request ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The version is the current one already. What had not been retired has been.
    AlreadyCurrent,
    /// The step, or the whole rotation, was done.
    Done,
    /// The rotation that was asked for has been made before.
    NotDue,
    /// There was no pending value, so the current one was tested.
    SetupTested,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyCurrent => "the version is current already",
            Self::Done => "done",
            Self::NotDue => "not due",
            Self::SetupTested => "nothing is pending, so the current value was tested",
        })
    }
}

/// Rotates one secret.
#[derive(Clone, Copy)]
pub struct Machine<'a> {
    /// The one secret that it rotates. A request for another is refused.
    pub secret: &'a str,
    /// Where it is.
    pub store: &'a dyn RotationStore,
    /// How it is renewed.
    pub strategy: &'a dyn Strategy,
    /// What the strategy calls out to.
    pub tools: &'a Tools,
    /// How long the previous value stays good after a rotation, in milliseconds. Longer than any cache keeps
    /// a value.
    pub overlap_ms: u64,
}

impl fmt::Debug for Machine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("secret", &self.secret).finish_non_exhaustive()
    }
}

/// A version that is being made, and what to store it with.
#[derive(Clone, Copy)]
struct Making<'a> {
    version: &'a str,
    rotation_token: Option<&'a Secret>,
    now_ms: u64,
}

impl Machine<'_> {
    /// Takes one step.
    ///
    /// # Errors
    /// Any [`RotationError`]. Unless it is [`RotationError::Stale`], the step may be asked for again.
    pub async fn step(&self, request: &StepRequest<'_>, now_ms: u64) -> Result<Outcome, RotationError> {
        let description = self.describe(request.secret).await?;
        let making = Making { version: request.version, rotation_token: request.rotation_token, now_ms };
        match self.standing(&description, request.version)? {
            Standing::Current => {
                if request.step == Step::Finish {
                    self.retire_leftovers(&description, now_ms).await?;
                }
                Ok(Outcome::AlreadyCurrent)
            }
            Standing::Pending => self.take(request.step, &description, making).await,
            Standing::Unknown => Err(RotationError::UnknownVersion {
                secret: self.secret.to_owned(),
                version: shown(request.version),
            }),
        }
    }

    /// Makes a whole rotation, or goes on with the one that was begun.
    ///
    /// # Errors
    /// Any [`RotationError`]. The same trigger may be given again.
    pub async fn run_all(&self, trigger: &Trigger<'_>, now_ms: u64) -> Result<Outcome, RotationError> {
        let description = self.describe(trigger.secret).await?;
        if let Some(begun) = description.pending() {
            let outcome = self.run_through(begun, now_ms).await;
            if begun == trigger.version || !matches!(outcome, Err(RotationError::Stale { .. })) {
                return outcome;
            }
        } else if !trigger.is_due(&description) {
            self.retire_leftovers(&description, now_ms).await?;
            return Ok(Outcome::NotDue);
        }
        if self.standing(&description, trigger.version)? == Standing::Current {
            self.retire_leftovers(&description, now_ms).await?;
            return Ok(Outcome::AlreadyCurrent);
        }
        self.run_through(trigger.version, now_ms).await
    }

    /// Retires what no stage holds any more, and the previous value once its overlap is over, without waiting
    /// for the next rotation. Does nothing while a rotation is under way.
    ///
    /// # Errors
    /// Any [`RotationError`]. It may be called again.
    pub async fn retire(&self, now_ms: u64) -> Result<Outcome, RotationError> {
        let description = self.describe(self.secret).await?;
        self.retire_leftovers(&description, now_ms).await?;
        Ok(Outcome::Done)
    }

    async fn run_through(&self, version: &str, now_ms: u64) -> Result<Outcome, RotationError> {
        let making = Making { version, rotation_token: None, now_ms };
        for step in [Step::Create, Step::Set, Step::Test, Step::Finish] {
            let description = self.describe(self.secret).await?;
            self.take(step, &description, making).await?;
        }
        Ok(Outcome::Done)
    }

    async fn describe(&self, secret: &str) -> Result<Description, RotationError> {
        if secret != self.secret {
            let (secret, configured) = (shown(secret), self.secret.to_owned());
            return Err(RotationError::OtherSecret { secret, configured });
        }
        let description = self.store.describe(secret).await?;
        if description.rotation_enabled {
            Ok(description)
        } else {
            Err(RotationError::Disabled { secret: secret.to_owned() })
        }
    }

    fn standing(&self, description: &Description, version: &str) -> Result<Standing, RotationError> {
        match description.versions.get(version) {
            None => Ok(Standing::Unknown),
            Some(stages) if stages.contains(&VersionStage::Current) => Ok(Standing::Current),
            Some(stages) if stages.contains(&VersionStage::Pending) => Ok(Standing::Pending),
            Some(_) => {
                Err(RotationError::NotPending { secret: self.secret.to_owned(), version: shown(version) })
            }
        }
    }

    async fn take(
        &self,
        step: Step,
        description: &Description,
        making: Making<'_>,
    ) -> Result<Outcome, RotationError> {
        let outcome = match step {
            Step::Create => self.create(description, making).await,
            Step::Finish => self.finish(description, making).await,
            Step::Set => self.set(description, making).await,
            Step::Test => self.test(description, making).await,
        };
        if matches!(outcome, Err(RotationError::Stale { .. })) {
            self.store.drop_pending(self.secret, making.version).await?;
        }
        outcome
    }

    async fn create(&self, description: &Description, making: Making<'_>) -> Result<Outcome, RotationError> {
        let values = self.values(description, Some(making.version), making.now_ms).await?;
        if values.pending.is_some() {
            return Ok(Outcome::Done);
        }
        let until_ms = self.overlap_ends_at_ms(description);
        if description.previous().is_some() && making.now_ms < until_ms {
            return Err(RotationError::TooSoon { secret: self.secret.to_owned(), until_ms });
        }
        let value = self.strategy.create(self.work(making), values.held()).await?;
        let pending = PendingValue {
            secret: self.secret,
            version: making.version,
            value: &value,
            rotation_token: making.rotation_token,
        };
        self.store.put_pending(pending).await?;
        Ok(Outcome::Done)
    }

    async fn set(&self, description: &Description, making: Making<'_>) -> Result<Outcome, RotationError> {
        let values = self.values(description, Some(making.version), making.now_ms).await?;
        let held = values.held();
        held.made(self.secret)?;
        self.strategy.set(self.work(making), held).await?;
        Ok(Outcome::Done)
    }

    /// A scheduler may ask for this step alone, to see whether the set-up is right, with a pending version that
    /// has no value.
    async fn test(&self, description: &Description, making: Making<'_>) -> Result<Outcome, RotationError> {
        let values = self.values(description, Some(making.version), making.now_ms).await?;
        let held = values.held();
        match held.made(self.secret) {
            Ok(made) => {
                self.strategy.test(self.work(making), made).await?;
                Ok(Outcome::Done)
            }
            Err(_) => {
                self.test_setup(making, held).await?;
                Ok(Outcome::SetupTested)
            }
        }
    }

    /// Nothing pending was tested, so nothing pending can be given up.
    async fn test_setup(&self, making: Making<'_>, held: Held<'_>) -> Result<(), RotationError> {
        let tested = self.strategy.test(self.work(making), Staged::current(held.current)).await;
        if let Err(RotationError::Stale { secret, reason }) = tested {
            return Err(RotationError::Invalid { secret, stage: VersionStage::Current, reason });
        }
        tested
    }

    async fn finish(&self, description: &Description, making: Making<'_>) -> Result<Outcome, RotationError> {
        let missing =
            || RotationError::Missing { secret: self.secret.to_owned(), stage: VersionStage::Current };
        let current = description.current().ok_or_else(missing)?;
        let values = self.values(description, Some(making.version), making.now_ms).await?;
        let held = values.held();
        self.strategy.test(self.work(making), held.made(self.secret)?).await?;
        self.strategy.finish(self.work(making), held).await?;
        self.store.move_current(self.secret, current, making.version).await?;
        Ok(Outcome::Done)
    }

    /// While a version is pending, what no stage holds may be what is about to become its value.
    async fn retire_leftovers(&self, description: &Description, now_ms: u64) -> Result<(), RotationError> {
        if description.pending().is_some() {
            return Ok(());
        }
        let values = self.values(description, None, now_ms).await?;
        let version = description.current().unwrap_or_default();
        let work = self.work(Making { version, rotation_token: None, now_ms });
        self.strategy.finish(work, values.held()).await
    }

    fn overlap_ends_at_ms(&self, description: &Description) -> u64 {
        description.current_since_ms.saturating_add(self.overlap_ms)
    }

    fn work<'a>(&'a self, making: Making<'a>) -> Work<'a> {
        Work {
            secret: self.secret,
            version: making.version,
            tools: self.tools,
            now_ms: making.now_ms,
            overlap_ms: self.overlap_ms,
        }
    }

    async fn values(
        &self,
        description: &Description,
        making: Option<&str>,
        now_ms: u64,
    ) -> Result<Values, RotationError> {
        let missing =
            || RotationError::Missing { secret: self.secret.to_owned(), stage: VersionStage::Current };
        let current = self.read(VersionStage::Current, None).await?.ok_or_else(missing)?;
        let pending = match making {
            Some(version) => self.read(VersionStage::Pending, Some(version)).await?,
            None => None,
        };
        let previous_is_over = now_ms >= self.overlap_ends_at_ms(description);
        let previous = match self.read(VersionStage::Previous, None).await {
            // What nobody needs any more may be of any form: it stands in the way of nothing.
            Err(RotationError::Invalid { .. }) if previous_is_over => None,
            read => read?,
        };
        Ok(Values { current, pending, previous, previous_is_over })
    }

    async fn read(
        &self,
        stage: VersionStage,
        version: Option<&str>,
    ) -> Result<Option<Secret>, RotationError> {
        self.store.read(self.secret, stage, version).await
    }
}

impl Trigger<'_> {
    fn is_due(&self, description: &Description) -> bool {
        let same = self.only_from.is_none_or(|version| description.current() == Some(version));
        let old = self.only_if_older_than_ms.is_none_or(|due_ms| description.current_since_ms < due_ms);
        same && old
    }
}

/// What a version is to a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Current,
    Pending,
    Unknown,
}

/// The values as they were read.
struct Values {
    current: Secret,
    pending: Option<Secret>,
    previous: Option<Secret>,
    previous_is_over: bool,
}

impl Values {
    fn held(&self) -> Held<'_> {
        Held {
            current: &self.current,
            pending: self.pending.as_ref(),
            previous: self.previous.as_ref(),
            previous_is_over: self.previous_is_over,
        }
    }
}

#[cfg(test)]
mod tests;
