//! What the cache knows of one stage of one secret: the last value, the last fault, and until when each
//! counts. It never waits and never reads a store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::CacheSettings;
use crate::store::{SecretError, SecretVersion, Stage};

/// One stage of one secret.
#[derive(Default)]
pub(super) struct Slot {
    /// Held by who reads the store.
    pub(super) flight: tokio::sync::Mutex<()>,
    held: Mutex<Held>,
}

/// How things stand with a secret.
pub(super) enum Standing {
    /// There is a value, and it is time to renew it.
    Due(Arc<SecretVersion>),
    /// There is no value, and the store is not to be asked again yet.
    Faulted(SecretError),
    /// There is a value that may be used as it is.
    Fresh(Arc<SecretVersion>),
    /// There is nothing that may be used.
    Wanting,
}

#[derive(Default)]
struct Held {
    value: Option<Value>,
    fault: Option<Fault>,
    /// Reads that have ended, well or not.
    reads: u64,
    forced_at_ms: Option<u64>,
    /// The current version that a previous one was read beside.
    beside: Option<String>,
}

struct Value {
    version: Arc<SecretVersion>,
    refresh_at_ms: u64,
    fresh_until_ms: u64,
    usable_until_ms: u64,
}

struct Fault {
    error: SecretError,
    until_ms: u64,
}

impl Slot {
    pub(super) fn standing(&self, now_ms: u64) -> Standing {
        let held = self.held();
        let fault = held.fault.as_ref().filter(|fault| now_ms < fault.until_ms);
        match (&held.value, fault) {
            (Some(value), _) if now_ms < value.refresh_at_ms => Standing::Fresh(Arc::clone(&value.version)),
            (Some(value), None) if now_ms < value.fresh_until_ms => Standing::Due(Arc::clone(&value.version)),
            (Some(value), Some(fault)) if value.survives(&fault.error, now_ms) => {
                Standing::Fresh(Arc::clone(&value.version))
            }
            (_, Some(fault)) => Standing::Faulted(fault.error.clone()),
            (_, None) => Standing::Wanting,
        }
    }

    /// What the last read came to, for those who waited for it; `None` where it was too long ago to count.
    pub(super) fn outcome(&self, now_ms: u64) -> Option<Result<Arc<SecretVersion>, SecretError>> {
        let held = self.held();
        match (&held.value, &held.fault) {
            (Some(value), Some(fault)) if value.survives(&fault.error, now_ms) => {
                Some(Ok(Arc::clone(&value.version)))
            }
            (_, Some(fault)) => Some(Err(fault.error.clone())),
            (Some(value), None) if now_ms < value.fresh_until_ms => Some(Ok(Arc::clone(&value.version))),
            (Some(_) | None, None) => None,
        }
    }

    /// Takes what the store said, and answers with what may be used after it.
    pub(super) fn take(
        &self,
        answer: Result<SecretVersion, SecretError>,
        settings: &CacheSettings,
        now_ms: u64,
    ) -> Result<Arc<SecretVersion>, SecretError> {
        let mut held = self.held();
        held.reads = held.reads.wrapping_add(1);
        match answer {
            Ok(version) => {
                let value = Value::new(version, settings, now_ms);
                let version = Arc::clone(&value.version);
                (held.value, held.fault) = (Some(value), None);
                Ok(version)
            }
            Err(error) => {
                let until_ms = now_ms.saturating_add(rest(&error, settings));
                held.fault = Some(Fault { error: error.clone(), until_ms });
                let value = held.value.as_ref().filter(|value| value.survives(&error, now_ms));
                value.map(|value| Arc::clone(&value.version)).ok_or(error)
            }
        }
    }

    /// How many reads have ended.
    pub(super) fn reads(&self) -> u64 {
        self.held().reads
    }

    /// Whether a read is to be forced on behalf of somebody who knows that `version` was refused.
    pub(super) fn may_force(&self, version: &str, settings: &CacheSettings, now_ms: u64) -> bool {
        let held = self.held();
        let resting = held.forced_at_ms.is_some_and(|at| now_ms < at.saturating_add(settings.error_ttl_ms));
        !resting && held.value.as_ref().is_some_and(|value| value.version.version == version)
    }

    pub(super) fn note_forced(&self, now_ms: u64) {
        self.held().forced_at_ms = Some(now_ms);
    }

    /// Whether what is known was learnt beside this current version.
    pub(super) fn stands_beside(&self, current: &str) -> bool {
        self.held().beside.as_deref() == Some(current)
    }

    /// Forgets everything, to learn it again beside this current version. Only for who holds the flight:
    /// what a read brings that began before belongs to the version before.
    pub(super) fn start_beside(&self, current: &str) {
        let mut held = self.held();
        (held.value, held.fault) = (None, None);
        held.beside = Some(current.to_owned());
    }

    /// Nothing that is done under this lock can panic half-way, so a poisoned one holds nothing half-done.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Value {
    fn new(version: SecretVersion, settings: &CacheSettings, now_ms: u64) -> Self {
        let end = version.expires_at_ms.unwrap_or(u64::MAX);
        let fresh_until_ms = now_ms.saturating_add(settings.ttl_ms).min(end);
        let half_way_ms = now_ms.midpoint(fresh_until_ms);
        Self {
            version: Arc::new(version),
            refresh_at_ms: fresh_until_ms.saturating_sub(settings.refresh_ahead_ms).max(half_way_ms),
            fresh_until_ms,
            usable_until_ms: fresh_until_ms.saturating_add(settings.stale_bound_ms).min(end),
        }
    }

    /// Whether the value may be used although the store could not give it again.
    fn survives(&self, error: &SecretError, now_ms: u64) -> bool {
        now_ms < self.fresh_until_ms || (error.is_transient() && now_ms < self.usable_until_ms)
    }
}

/// How long the store is left alone after a fault. That there is no previous version is no fault, and stays
/// so until the next rotation, which [`Slot::start_beside`] hears of.
fn rest(error: &SecretError, settings: &CacheSettings) -> u64 {
    match error {
        SecretError::Missing { stage: Stage::Previous, .. } => settings.ttl_ms.max(settings.error_ttl_ms),
        SecretError::Denied { .. }
        | SecretError::Expired { .. }
        | SecretError::Invalid { .. }
        | SecretError::Missing { stage: Stage::Current, .. }
        | SecretError::Unreachable { .. } => settings.error_ttl_ms,
    }
}
