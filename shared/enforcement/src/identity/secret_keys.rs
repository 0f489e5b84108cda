//! Keys that we gave out and that stand in a secret, where they are renewed while the program runs.
//!
//! What the value looks like is not known here: the function brings what reads it ([`ReadKeys`]). A key may have an
//! end: after a renewal the one before is good until then. A key that is not known has the secret read again, as
//! often as the cache admits, so that one that was made just now is taken. Without the secret nobody is let in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use policy::Identity;
use secrets::{Secret, SecretCache, SecretVersion};

use super::IdentityError;
use super::api_key::{self, ApiKey};

/// Reads the keys out of the value of the secret of this name, or says what is wrong with it, without any part of it.
pub type ReadKeys = fn(&str, &Secret) -> Result<Vec<KeyInSecret>, String>;

/// One key of a secret.
#[derive(Clone, Debug)]
pub struct KeyInSecret {
    /// The key.
    pub key: ApiKey,
    /// Until when it is good, in seconds since 1970; for ever where there is none.
    pub not_after: Option<u64>,
}

/// The keys in one secret.
pub struct SecretKeys {
    secret: String,
    cache: Arc<SecretCache>,
    read: ReadKeys,
    /// What was read last, with the name of its version.
    last: Mutex<Option<(String, Keys)>>,
}

type Keys = Arc<[KeyInSecret]>;

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKeys").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl SecretKeys {
    /// The keys in the secret of this name.
    #[must_use]
    pub fn new(secret: String, cache: Arc<SecretCache>, read: ReadKeys) -> Self {
        Self { secret, cache, read, last: Mutex::default() }
    }

    async fn current(&self, now_ms: u64) -> Result<Arc<SecretVersion>, IdentityError> {
        self.cache.current(&self.secret, now_ms).await.map_err(|fault| unavailable(&fault.to_string()))
    }

    /// The current version, where it is another than this one by now.
    async fn newer(&self, than: &str, now_ms: u64) -> Result<Option<Arc<SecretVersion>>, IdentityError> {
        let newest = self.cache.refresh(&self.secret, than, now_ms).await;
        let newest = newest.map_err(|fault| unavailable(&fault.to_string()))?;
        Ok(Some(newest).filter(|newest| newest.version != than))
    }

    /// The holder of a key that is good at this time, where the version has one.
    fn holder(
        &self,
        version: &SecretVersion,
        shown: &str,
        now_ms: u64,
    ) -> Result<Option<Identity>, IdentityError> {
        let keys = self.keys(version)?;
        let good = keys.iter().filter(|row| row.not_after.is_none_or(|end| now_ms / 1000 < end));
        Ok(api_key::find(good.map(|row| &row.key), shown))
    }

    fn keys(&self, version: &SecretVersion) -> Result<Keys, IdentityError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, keys)) = &*last
            && *name == version.version
        {
            return Ok(Arc::clone(keys));
        }
        let keys: Keys =
            (self.read)(&self.secret, &version.value).map_err(|fault| unavailable(&fault))?.into();
        *last = Some((version.version.clone(), Arc::clone(&keys)));
        Ok(keys)
    }
}

/// Finds the holder of a key among the secrets: in what is known of them, and then in what is newer.
pub(super) async fn find(
    secrets: &[SecretKeys],
    shown: &str,
    now_ms: u64,
) -> Result<Identity, IdentityError> {
    // A secret that cannot be read may be the one with the key, so that nothing can be said of the key.
    let mut fault = IdentityError::Wrong;
    let mut known = Vec::with_capacity(secrets.len());
    for keys in secrets {
        match look(keys, None, shown, now_ms).await {
            Ok(Looked::Found(holder)) => return Ok(holder),
            Ok(Looked::Without(version)) => known.push((keys, version)),
            Err(unavailable) => fault = unavailable,
        }
    }
    for (keys, version) in known {
        match look(keys, Some(&version), shown, now_ms).await {
            Ok(Looked::Found(holder)) => return Ok(holder),
            Ok(Looked::Without(_)) => {}
            Err(unavailable) => fault = unavailable,
        }
    }
    Err(fault)
}

/// What was found in one secret: the holder, or none, in this version.
enum Looked {
    Found(Identity),
    Without(String),
}

/// Looks into the current version of a secret, or into what is newer than the one of this name.
async fn look(
    keys: &SecretKeys,
    newer_than: Option<&str>,
    shown: &str,
    now_ms: u64,
) -> Result<Looked, IdentityError> {
    let version = match newer_than {
        None => keys.current(now_ms).await?,
        Some(known) => match keys.newer(known, now_ms).await? {
            None => return Ok(Looked::Without(known.to_owned())),
            Some(newer) => newer,
        },
    };
    let holder = keys.holder(&version, shown, now_ms)?;
    Ok(holder.map_or_else(|| Looked::Without(version.version.clone()), Looked::Found))
}

/// Says in the log why nothing can be checked; the caller is told no more than that.
fn unavailable(fault: &str) -> IdentityError {
    tracing::error!("callers' keys cannot be had: {fault}");
    IdentityError::KeysUnavailable
}

#[cfg(test)]
mod tests;
