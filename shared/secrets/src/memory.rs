//! A secret store in memory: for this machine, and for tests, which can make it fail and count its reads.
//!
//! Not a cache: [`crate::SecretCache`] is that.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::secret::Secret;
use crate::store::{BoxFuture, SecretError, SecretStore, SecretVersion, Stage};

/// Keeps the current and the previous version of every secret.
#[derive(Debug, Default)]
pub struct MemorySecretStore {
    secrets: Mutex<HashMap<String, Versions>>,
    failing: Mutex<Option<SecretError>>,
    reads: AtomicUsize,
}

#[derive(Debug, Default)]
struct Versions {
    current: Option<SecretVersion>,
    previous: Option<SecretVersion>,
}

impl MemorySecretStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes this the current version; what was current becomes the previous one.
    pub fn put(&self, name: &str, version: SecretVersion) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = secrets.entry(name.to_owned()).or_default();
        versions.previous = versions.current.replace(version);
    }

    /// Takes a secret out, both versions.
    pub fn remove(&self, name: &str) {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// From now on every read fails with this; `None` ends it.
    pub fn fail_with(&self, error: Option<SecretError>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// How often it was read, failed reads included.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn find(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if let Some(error) = &*self.failing.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(error.clone());
        }
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let version = secrets.get(name).and_then(|versions| match stage {
            Stage::Current => versions.current.as_ref(),
            Stage::Previous => versions.previous.as_ref(),
        });
        version.map(copy).ok_or_else(|| SecretError::Missing { name: name.to_owned(), stage })
    }
}

impl SecretStore for MemorySecretStore {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(std::future::ready(self.find(name, stage)))
    }
}

/// A store hands out copies, as any store over a network does.
fn copy(version: &SecretVersion) -> SecretVersion {
    SecretVersion {
        value: Secret::new(version.value.expose().to_owned()),
        version: version.version.clone(),
        expires_at_ms: version.expires_at_ms,
    }
}
