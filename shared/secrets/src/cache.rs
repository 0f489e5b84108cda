//! The cache between a secret store and those who need a secret for every call.
//!
//! - One read at a time for each secret, however many ask ("single flight"); the others wait for its outcome.
//!   Whoever reads may be dropped half-way: the next one who waits reads instead.
//! - A value is renewed before its time is over, by the one caller who finds it due; the others go on with it.
//! - When the store cannot be reached the last value stays good for a bounded time; when the store answers
//!   that there is none, or that we may not, it does not.
//! - A failed read is remembered shortly, so that a store in trouble is not asked by every call.
//!
//! The names come from the configuration, so their number is bounded and nothing is ever dropped.

mod slot;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::{SecretError, SecretStore, SecretVersion, Stage};
use slot::{Slot, Standing};

/// How long values and faults are kept, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// How long a value is good after it was read; less if it expires earlier.
    pub ttl_ms: u64,
    /// How long before that it is renewed; never in the first half of its time.
    pub refresh_ahead_ms: u64,
    /// How long after `ttl_ms` a value is still given out while the store cannot be reached. Never past its
    /// own expiry.
    pub stale_bound_ms: u64,
    /// How long after a failed read the store is not asked again; also the shortest time between two reads
    /// that [`SecretCache::refresh`] forces without getting anything newer.
    pub error_ttl_ms: u64,
}

impl Default for CacheSettings {
    /// For a store that every read costs money: five minutes, renewed in the last of them, and an hour of a
    /// store that is away.
    fn default() -> Self {
        Self { ttl_ms: 300_000, refresh_ahead_ms: 60_000, stale_bound_ms: 3_600_000, error_ttl_ms: 1_000 }
    }
}

/// The versions of a secret that are good now.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The current one.
    pub current: Arc<SecretVersion>,
    /// The one before, where there is one.
    pub previous: Option<Arc<SecretVersion>>,
    /// Why the previous one could not be read, where that is something other than that there is none.
    pub previous_fault: Option<SecretError>,
}

/// Keeps what a store gave.
pub struct SecretCache {
    store: Arc<dyn SecretStore>,
    settings: CacheSettings,
    secrets: Mutex<HashMap<String, Arc<Slots>>>,
}

/// The two stages of one secret.
#[derive(Default)]
struct Slots {
    current: Slot,
    previous: Slot,
}

impl std::fmt::Debug for SecretCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretCache").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl SecretCache {
    /// An empty cache in front of a store.
    #[must_use]
    pub fn new(store: Arc<dyn SecretStore>, settings: CacheSettings) -> Self {
        Self { store, settings, secrets: Mutex::default() }
    }

    /// The current version of a secret.
    ///
    /// # Errors
    /// When there is no value that may be used: the store's answer, or its last one if that was just now.
    pub async fn current(&self, name: &str, now_ms: u64) -> Result<Arc<SecretVersion>, SecretError> {
        self.value(&self.slots(name).current, name, Stage::Current, now_ms).await
    }

    /// To be called after somebody refused the version `known_version`: reads the store again, unless
    /// somebody else already has and there is another version by now. What comes back may still be the known
    /// version: then there is nothing newer, and the refusal stands.
    ///
    /// # Errors
    /// As [`SecretCache::current`].
    pub async fn refresh(
        &self,
        name: &str,
        known_version: &str,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        let slots = self.slots(name);
        let slot = &slots.current;
        if slot.may_force(known_version, &self.settings, now_ms) {
            let reads = slot.reads();
            let _flight = slot.flight.lock().await;
            if slot.reads() == reads {
                slot.note_forced(now_ms);
                let answer = self.store.read_anew(name, Stage::Current).await;
                return self.take(slot, answer, name, now_ms);
            }
        }
        self.value(slot, name, Stage::Current, now_ms).await
    }

    /// The current and the previous version, for those who check callers' keys: after a rotation both are
    /// good for a while.
    ///
    /// # Errors
    /// When there is no current version that may be used. A previous one that cannot be read is none, and
    /// [`Versions::previous_fault`] says why.
    pub async fn versions(&self, name: &str, now_ms: u64) -> Result<Versions, SecretError> {
        let slots = self.slots(name);
        let current = self.value(&slots.current, name, Stage::Current, now_ms).await?;
        // After a rotation the previous version is another one, too, so what was known of it is void.
        if !slots.previous.stands_beside(&current.version) {
            let _flight = slots.previous.flight.lock().await;
            slots.previous.start_beside(&current.version);
        }
        let previous = self.value(&slots.previous, name, Stage::Previous, now_ms).await;
        let (previous, previous_fault) = match previous {
            Ok(version) => (Some(version), None),
            Err(SecretError::Missing { .. } | SecretError::Expired { .. }) => (None, None),
            Err(fault) => (None, Some(fault)),
        };
        Ok(Versions { current, previous, previous_fault })
    }

    fn slots(&self, name: &str) -> Arc<Slots> {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = secrets.get(name) {
            return Arc::clone(slots);
        }
        Arc::clone(secrets.entry(name.to_owned()).or_default())
    }

    async fn value(
        &self,
        slot: &Slot,
        name: &str,
        stage: Stage,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        match slot.standing(now_ms) {
            Standing::Due(version) => match slot.flight.try_lock() {
                Ok(_flight) => self.read_if_due(slot, name, stage, now_ms).await,
                Err(_) => Ok(version),
            },
            Standing::Faulted(error) => Err(error),
            Standing::Fresh(version) => Ok(version),
            Standing::Wanting => self.wait(slot, name, stage, now_ms).await,
        }
    }

    /// Between the look and the lock somebody may have come and gone.
    async fn read_if_due(
        &self,
        slot: &Slot,
        name: &str,
        stage: Stage,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        match slot.standing(now_ms) {
            Standing::Faulted(error) => Err(error),
            Standing::Fresh(version) => Ok(version),
            Standing::Due(_) | Standing::Wanting => self.read(slot, name, stage, now_ms).await,
        }
    }

    /// Waits for the read that is under way, or makes one. An outcome that came while waiting is taken as it
    /// is, also a bad one: otherwise a store in trouble would be asked once by every caller in the queue.
    async fn wait(
        &self,
        slot: &Slot,
        name: &str,
        stage: Stage,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        let reads = slot.reads();
        let _flight = slot.flight.lock().await;
        if slot.reads() == reads {
            return self.read(slot, name, stage, now_ms).await;
        }
        match slot.outcome(now_ms) {
            Some(outcome) => outcome,
            None => self.read(slot, name, stage, now_ms).await,
        }
    }

    /// Reads the store. Only for who holds the slot's flight.
    async fn read(
        &self,
        slot: &Slot,
        name: &str,
        stage: Stage,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        let answer = self.store.read(name, stage).await;
        self.take(slot, answer, name, now_ms)
    }

    fn take(
        &self,
        slot: &Slot,
        answer: Result<SecretVersion, SecretError>,
        name: &str,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        let answer = answer.and_then(|version| match version.expires_at_ms {
            Some(end) if end <= now_ms => Err(SecretError::Expired { name: name.to_owned() }),
            Some(_) | None => Ok(version),
        });
        slot.take(answer, &self.settings, now_ms)
    }
}

#[cfg(test)]
mod tests;
