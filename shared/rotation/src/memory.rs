//! A store for rotations in memory: for this machine, and for tests, which can stop everything at a given call.
//!
//! It behaves as strictly as a store may: one pending version at a time, and no version gets another value.

use std::collections::{BTreeMap, HashMap};
use std::future::ready;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrets::{BoxFuture, Secret};

use crate::error::RotationError;
use crate::store::{Description, PendingValue, RotationStore, VersionStage};

/// Keeps secrets with all their versions.
#[derive(Debug, Default)]
pub struct MemoryRotationStore {
    fuse: Arc<Fuse>,
    now_ms: AtomicU64,
    secrets: Mutex<HashMap<String, Entry>>,
}

/// What a version holds.
#[derive(Debug)]
pub enum Content {
    /// Bytes that are no text.
    Binary,
    /// Nothing yet: a scheduler made the version.
    Empty,
    /// A value.
    Text(Secret),
}

#[derive(Debug, Default)]
struct Entry {
    rotation_disabled: bool,
    current_since_ms: u64,
    contents: HashMap<String, Content>,
    stages: BTreeMap<VersionStage, String>,
}

impl MemoryRotationStore {
    /// An empty store, every call of which goes through the fuse.
    #[must_use]
    pub fn new(fuse: Arc<Fuse>) -> Self {
        Self { fuse, ..Self::default() }
    }

    /// Tells the store the time, in Unix milliseconds.
    pub fn tell_time(&self, now_ms: u64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }

    /// Adds a version in this stage, as a scheduler or an operator does. No other version keeps the stage.
    pub fn add(&self, secret: &str, stage: VersionStage, version: &str, content: Content) {
        let now_ms = self.now_ms.load(Ordering::SeqCst);
        let mut secrets = self.lock();
        let entry = secrets.entry(secret.to_owned()).or_default();
        entry.contents.insert(version.to_owned(), content);
        entry.stages.insert(stage, version.to_owned());
        if stage == VersionStage::Current {
            entry.current_since_ms = now_ms;
        }
    }

    /// Switches the rotation of a secret on or off.
    pub fn enable_rotation(&self, secret: &str, enabled: bool) {
        if let Some(entry) = self.lock().get_mut(secret) {
            entry.rotation_disabled = !enabled;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        secret: &str,
        work: impl FnOnce(&mut Entry) -> Result<T, RotationError>,
    ) -> Result<T, RotationError> {
        let missing = || RotationError::Missing { secret: secret.to_owned(), stage: VersionStage::Current };
        self.fuse.run(|| work(self.lock().get_mut(secret).ok_or_else(missing)?))
    }
}

impl RotationStore for MemoryRotationStore {
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        Box::pin(ready(self.with(secret, |entry| Ok(entry.describe()))))
    }

    fn read<'a>(
        &'a self,
        secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>> {
        Box::pin(ready(self.with(secret, |entry| entry.read(secret, stage, version))))
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(ready(self.with(pending.secret, |entry| entry.put_pending(&pending))))
    }

    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        let now_ms = self.now_ms.load(Ordering::SeqCst);
        Box::pin(ready(self.with(secret, |entry| entry.move_current(secret, from, to, now_ms))))
    }

    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(ready(self.with(secret, |entry| {
            if entry.has(VersionStage::Pending, version) {
                entry.stages.remove(&VersionStage::Pending);
            }
            Ok(())
        })))
    }
}

impl Entry {
    fn describe(&self) -> Description {
        let stages_of = |version: &String| {
            let here = self.stages.iter().filter(|(_, staged)| *staged == version);
            (version.clone(), here.map(|(stage, _)| *stage).collect())
        };
        Description {
            rotation_enabled: !self.rotation_disabled,
            current_since_ms: self.current_since_ms,
            versions: self.contents.keys().map(stages_of).collect(),
        }
    }

    fn has(&self, stage: VersionStage, version: &str) -> bool {
        self.stages.get(&stage).is_some_and(|staged| staged == version)
    }

    fn read(
        &self,
        secret: &str,
        stage: VersionStage,
        version: Option<&str>,
    ) -> Result<Option<Secret>, RotationError> {
        let staged =
            self.stages.get(&stage).filter(|staged| version.is_none_or(|version| version == *staged));
        match staged.and_then(|staged| self.contents.get(staged)) {
            Some(Content::Binary) => Err(RotationError::invalid(secret, stage, "it is no text")),
            Some(Content::Text(value)) => Ok(Some(Secret::new(value.expose().to_owned()))),
            Some(Content::Empty) | None => Ok(None),
        }
    }

    fn put_pending(&mut self, pending: &PendingValue<'_>) -> Result<(), RotationError> {
        let conflict = |reason: &str| RotationError::Conflict {
            secret: pending.secret.to_owned(),
            reason: reason.to_owned(),
        };
        let staged = self.stages.get(&VersionStage::Pending);
        let other =
            staged.filter(|staged| *staged != pending.version && !self.has(VersionStage::Current, staged));
        if other.is_some() {
            return Err(conflict("another version is pending"));
        }
        match self.contents.get(pending.version) {
            Some(Content::Text(value)) if value != pending.value => {
                return Err(conflict("the version has another value"));
            }
            Some(Content::Binary) => return Err(conflict("the version has another value")),
            Some(Content::Text(_) | Content::Empty) | None => {}
        }
        let value = Secret::new(pending.value.expose().to_owned());
        self.contents.insert(pending.version.to_owned(), Content::Text(value));
        self.stages.insert(VersionStage::Pending, pending.version.to_owned());
        Ok(())
    }

    /// The pending stage stays where it is, as it does in the stores that have stages.
    fn move_current(&mut self, secret: &str, from: &str, to: &str, now_ms: u64) -> Result<(), RotationError> {
        if !self.has(VersionStage::Current, from) || !self.contents.contains_key(to) {
            let reason = "another version is current".to_owned();
            return Err(RotationError::Conflict { secret: secret.to_owned(), reason });
        }
        self.stages.insert(VersionStage::Previous, from.to_owned());
        self.stages.insert(VersionStage::Current, to.to_owned());
        self.current_since_ms = now_ms;
        Ok(())
    }
}

/// On which side of a call's effect a [`Fuse`] blows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call was made, and its answer never came.
    After,
    /// The call was not made.
    Before,
}

/// Counts calls, and ends them all from a given one on, as the end of a process does.
#[derive(Debug, Default)]
pub struct Fuse(Mutex<FuseState>);

#[derive(Debug, Default)]
struct FuseState {
    calls: usize,
    blows_at: Option<(usize, Moment)>,
    blown: bool,
    paused: bool,
}

impl Fuse {
    /// Counts from nothing again, and blows at this call, counted from one; never where none is given.
    pub fn set(&self, blows_at: Option<(usize, Moment)>) {
        *self.lock() = FuseState { blows_at, ..FuseState::default() };
    }

    /// How many calls there were, counted from the last [`Fuse::set`].
    #[must_use]
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    /// Lets calls by, uncounted, until it is told otherwise: for those that only look.
    pub fn pause(&self, paused: bool) {
        self.lock().paused = paused;
    }

    /// Makes a call through the fuse.
    ///
    /// # Errors
    /// Those of the call, and [`RotationError::Unreachable`] at the call where it blows and at all later ones.
    pub fn run<T>(&self, call: impl FnOnce() -> Result<T, RotationError>) -> Result<T, RotationError> {
        let moment = self.count();
        if moment == Some(Moment::Before) {
            return Err(ended());
        }
        let answer = call();
        if moment == Some(Moment::After) { Err(ended()) } else { answer }
    }

    fn count(&self) -> Option<Moment> {
        let mut state = self.lock();
        if state.paused {
            return None;
        }
        state.calls += 1;
        if state.blown {
            return Some(Moment::Before);
        }
        let moment = state.blows_at.filter(|(call, _)| *call == state.calls).map(|(_, moment)| moment);
        state.blown = moment.is_some();
        moment
    }

    fn lock(&self) -> MutexGuard<'_, FuseState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ended() -> RotationError {
    RotationError::Unreachable {
        service: "the process".to_owned(),
        action: "go on".to_owned(),
        reason: "it was ended".to_owned(),
    }
}
