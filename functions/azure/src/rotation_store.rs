//! Key Vault as a rotation sees it. A vault has no stages, names versions itself, and takes any write as the newest
//! version, which is what readers get: there is no comparing before a write. So:
//!
//! - **Current** is the newest version. It is never disabled here, for then readers would get nothing.
//! - **Pending** is a secret of its own beside it, `NAME-pending`, which nobody reads but this function. Its tag
//!   [`VERSION`] has our name for the version: [`renewal_of`] the vault's id of the version that it is to follow. A
//!   pending value that follows another version than the current one is a leftover, and is not told of.
//! - **Previous** is the version that the current one's tag [`PREVIOUS`] names; where it has none, the newest before it.
//!   A disabled version is none.
//!
//! The vault's ids are told of, so that the id in an event can be compared with the current one. The current version is
//! told of under our name as well, from its tag [`VERSION`]; that name sorts behind the vault's ids, which are
//! hexadecimal, so that [`Description::current`] finds the id.
//!
//! **Stopped at any call**: the pending value is written, becomes the newest version of the secret in one write, and is
//! then disabled (not deleted: a deleted name cannot be written for as long as it can be recovered). A run that was
//! stopped after that one write finds its name in the tag of the current version, and writes nothing more.
//!
//! **Two at the same time**: whoever rotates holds the lease of `rotation_lease.rs` where there is one. Without it, two
//! runs from one version give the pending value the same name, each looks after its write whether its value is the one
//! that stands, and whoever comes later finds the current version changed. Two versions that were written by both at
//! once have the same value, the same tags, and thus the same previous version.

mod version;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use azure_core::time::OffsetDateTime;
use azure_security_keyvault_secrets::ResourceExt as _;
use azure_security_keyvault_secrets::models::{
    SecretAttributes, SecretClientUpdateSecretPropertiesOptions, SecretProperties, SetSecretParameters,
    UpdateSecretPropertiesParameters,
};
use enforcement::Clock;
use rotation::{Description, PendingValue, RotationError, RotationStore, VersionStage};
use secrets::{BoxFuture, Secret};

use version::{Asking, Version};

use crate::secret_store::{KeyVault, VaultFault, created_at, fault, in_time, is_enabled, version_of};

/// The tag with our name for a version.
pub const VERSION: &str = "sallyport-version";
/// The tag with the vault's id of the version before.
pub const PREVIOUS: &str = "sallyport-previous";
/// What the name of the secret with the pending value ends with.
pub const PENDING: &str = "-pending";
/// Who does not answer, in messages.
const SERVICE: &str = "Key Vault";

/// Our name for the version that follows the one with this id.
#[must_use]
pub fn renewal_of(version: &str) -> String {
    format!("renewal-of-{version}")
}

/// A vault in which one secret is renewed.
#[derive(Clone)]
pub struct VaultRotation {
    /// The vault.
    pub vault: KeyVault,
    /// Tells when a value is to expire.
    pub clock: Arc<dyn Clock>,
    /// How long a new value is good: when it expires is the schedule of the next rotation.
    pub validity: Duration,
}

/// What is current, for who has to say whether it is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The vault's id of the version.
    pub version: String,
    /// When it expires, in Unix milliseconds.
    pub expires_at_ms: Option<u64>,
    /// Whether the version that follows it is being made.
    pub begun: bool,
}

impl VaultRotation {
    /// What is current.
    ///
    /// # Errors
    /// As [`RotationStore::describe`].
    pub async fn standing(&self, secret: &str) -> Result<Standing, RotationError> {
        let current = self.current(secret).await?;
        let begun = self.pending(secret, &renewal_of(&current.id)).await?.is_some();
        let expires = current.attributes.and_then(|attributes| attributes.expires);
        let expires_at_ms = expires.map(|time| millis(time.unix_timestamp()));
        Ok(Standing { version: current.id, expires_at_ms, begun })
    }

    /// Disables what nobody needs any more: leftovers of pending values, and, once its overlap is over, every version
    /// before one that was made here. Does nothing while a version is being made.
    ///
    /// # Errors
    /// Any [`RotationError`]. It may be called again.
    pub async fn sweep(&self, secret: &str, overlap: Duration) -> Result<(), RotationError> {
        let current = self.current(secret).await?;
        if self.pending(secret, &renewal_of(&current.id)).await?.is_some() {
            return Ok(());
        }
        self.close(secret).await?;
        let overlap_ms = u64::try_from(overlap.as_millis()).unwrap_or(u64::MAX);
        let over = self.clock.unix_millis() >= current.since_ms().saturating_add(overlap_ms);
        if !over || !current.tags.contains_key(VERSION) {
            return Ok(());
        }
        for version in self.versions(secret).await? {
            if is_enabled(version.attributes.as_ref()) && id_of(&version).as_deref() != Some(&current.id) {
                self.disable(secret, &version).await?;
            }
        }
        Ok(())
    }

    async fn current(&self, secret: &str) -> Result<Version, RotationError> {
        let missing = || RotationError::Missing { secret: secret.to_owned(), stage: VersionStage::Current };
        self.version(secret, None).await?.ok_or_else(missing)
    }

    /// A version, the newest where none is named; `None` where it is not there or disabled.
    async fn version(&self, secret: &str, version: Option<&str>) -> Result<Option<Version>, RotationError> {
        let asking = Asking { action: "read", secret };
        match self.vault.get(secret, version).await {
            Ok(found) => Version::of(found).map_err(|fault| asking.told(fault)),
            Err(VaultFault::Refused { status: 404, .. }) => Ok(None),
            Err(VaultFault::Refused { status: 403, code }) if code == "SecretDisabled" => Ok(None),
            Err(fault) => Err(asking.told(fault)),
        }
    }

    /// The pending value of this name.
    async fn pending(&self, secret: &str, name: &str) -> Result<Option<Version>, RotationError> {
        let found = self.version(&pending_name(secret), None).await?;
        Ok(found.filter(|found| found.tags.get(VERSION).is_some_and(|own| own == name)))
    }

    async fn versions(&self, secret: &str) -> Result<Vec<SecretProperties>, RotationError> {
        let asking = Asking { action: "list the versions of", secret };
        match self.vault.versions(secret).await {
            Err(VaultFault::Refused { status: 404, .. }) => Ok(Vec::new()),
            listed => listed.map_err(|fault| asking.told(fault)),
        }
    }

    /// The id of the version before the current one.
    async fn previous(&self, secret: &str, current: &Version) -> Result<Option<String>, RotationError> {
        let mut enabled = self.versions(secret).await?;
        enabled.retain(|version| is_enabled(version.attributes.as_ref()));
        if let Some(named) = current.tags.get(PREVIOUS) {
            let there = enabled.iter().any(|version| id_of(version).as_deref() == Some(named));
            return Ok(there.then(|| named.clone()));
        }
        let since = created_at(current.attributes.as_ref());
        let before = enabled.iter().filter(|version| {
            id_of(version).is_some_and(|id| id != current.id)
                && created_at(version.attributes.as_ref()) <= since
        });
        Ok(before.max_by_key(|version| created_at(version.attributes.as_ref())).and_then(id_of))
    }

    async fn write(&self, secret: &str, parameters: SetSecretParameters) -> Result<Version, RotationError> {
        let asking = Asking { action: "write", secret };
        let written = in_time(async {
            let content = parameters.try_into().map_err(|error| fault(&error))?;
            let answer = self.vault.client()?.set_secret(secret, content, None).await;
            answer.and_then(azure_core::http::Response::into_model).map_err(|error| fault(&error))
        });
        let written = written.await.and_then(Version::of).map_err(|fault| asking.told(fault))?;
        written.ok_or_else(|| asking.conflict("what was written is disabled"))
    }

    /// Disables every version of the pending value.
    async fn close(&self, secret: &str) -> Result<(), RotationError> {
        let name = pending_name(secret);
        for version in self.versions(&name).await? {
            if is_enabled(version.attributes.as_ref()) {
                self.disable(&name, &version).await?;
            }
        }
        Ok(())
    }

    async fn disable(&self, secret: &str, version: &SecretProperties) -> Result<(), RotationError> {
        let asking = Asking { action: "disable a version of", secret };
        let disabled = in_time(async {
            let attributes = SecretAttributes { enabled: Some(false), ..SecretAttributes::default() };
            let parameters = UpdateSecretPropertiesParameters {
                secret_attributes: Some(attributes),
                ..UpdateSecretPropertiesParameters::default()
            };
            let options = SecretClientUpdateSecretPropertiesOptions {
                secret_version: Some(version_of(version.resource_id())?),
                ..SecretClientUpdateSecretPropertiesOptions::default()
            };
            let content = parameters.try_into().map_err(|error| fault(&error))?;
            let answer = self.vault.client()?.update_secret_properties(secret, content, Some(options)).await;
            answer.map(drop).map_err(|error| fault(&error))
        });
        disabled.await.map_err(|fault| asking.told(fault))
    }

    /// Makes the pending value the newest version.
    async fn promote(
        &self,
        secret: &str,
        current: &Version,
        pending: &Version,
        to: &str,
    ) -> Result<(), RotationError> {
        let mut tags = current.tags.clone();
        tags.insert(VERSION.to_owned(), to.to_owned());
        tags.insert(PREVIOUS.to_owned(), current.id.clone());
        let now = i64::try_from(self.clock.unix_millis() / 1000).unwrap_or_default();
        let ends = now.saturating_add(i64::try_from(self.validity.as_secs()).unwrap_or(i64::MAX));
        let attributes = SecretAttributes {
            enabled: Some(true),
            expires: OffsetDateTime::from_unix_timestamp(ends).ok(),
            ..SecretAttributes::default()
        };
        let parameters = SetSecretParameters {
            content_type: current.content_type.clone(),
            secret_attributes: Some(attributes),
            tags: Some(tags),
            value: pending.value.as_ref().map(|value| value.expose().to_owned()),
        };
        self.write(secret, parameters).await?;
        let now_current = self.current(secret).await?;
        if now_current.tags.get(VERSION).is_none_or(|name| name != to) {
            let reason = "another version was written at the same time, and is current";
            return Err(Asking { action: "write", secret }.conflict(reason));
        }
        Ok(())
    }
}

impl RotationStore for VaultRotation {
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        Box::pin(async move {
            let current = self.current(secret).await?;
            let mut versions = BTreeMap::new();
            if let Some(previous) = self.previous(secret, &current).await? {
                versions.insert(previous, vec![VersionStage::Previous]);
            }
            let next = renewal_of(&current.id);
            if self.pending(secret, &next).await?.is_some() {
                versions.insert(next, vec![VersionStage::Pending]);
            }
            if let Some(own) = current.tags.get(VERSION).filter(|own| **own > current.id) {
                versions.insert(own.clone(), vec![VersionStage::Current]);
            }
            let current_since_ms = current.since_ms();
            versions.insert(current.id, vec![VersionStage::Current]);
            Ok(Description { rotation_enabled: true, current_since_ms, versions })
        })
    }

    fn read<'a>(
        &'a self,
        secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>> {
        Box::pin(async move {
            let current = self.current(secret).await?;
            let found = match stage {
                VersionStage::Current => Some(current).filter(|current| current.is_called(version)),
                VersionStage::Pending => {
                    let own = renewal_of(&current.id);
                    self.pending(secret, version.unwrap_or(&own)).await?
                }
                VersionStage::Previous => {
                    let named = self.previous(secret, &current).await?;
                    match named.filter(|named| version.is_none_or(|version| version == named)) {
                        Some(named) => self.version(secret, Some(&named)).await?,
                        None => None,
                    }
                }
            };
            let empty = || RotationError::Invalid {
                secret: secret.to_owned(),
                stage,
                reason: "it is empty".to_owned(),
            };
            found.map(|found| found.value.ok_or_else(empty)).transpose()
        })
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let name = pending_name(pending.secret);
            let asking = Asking { action: "write", secret: &name };
            let same = |found: &Version| {
                found.value.as_ref().is_some_and(|value| value.matches(pending.value.expose()))
            };
            if let Some(found) = self.pending(pending.secret, pending.version).await? {
                let other = || asking.conflict("its pending version has another value");
                return if same(&found) { Ok(()) } else { Err(other()) };
            }
            let tags = HashMap::from([(VERSION.to_owned(), pending.version.to_owned())]);
            let parameters = SetSecretParameters {
                tags: Some(tags),
                value: Some(pending.value.expose().to_owned()),
                ..SetSecretParameters::default()
            };
            self.write(&name, parameters).await?;
            match self.pending(pending.secret, pending.version).await? {
                Some(found) if same(&found) => Ok(()),
                _ => Err(asking.conflict("another pending value was written at the same time")),
            }
        })
    }

    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let asking = Asking { action: "write", secret };
            let current = self.current(secret).await?;
            if current.tags.get(VERSION).is_none_or(|name| name != to) {
                if current.id != from {
                    return Err(asking.conflict("another version is current"));
                }
                let pending = self.pending(secret, to).await?;
                let pending = pending.ok_or_else(|| asking.conflict("its pending value is gone"))?;
                self.promote(secret, &current, &pending, to).await?;
            }
            self.close(secret).await
        })
    }

    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            match self.pending(secret, version).await? {
                Some(_) => self.close(secret).await,
                None => Ok(()),
            }
        })
    }
}

/// The secret with the pending value.
fn pending_name(secret: &str) -> String {
    format!("{secret}{PENDING}")
}

fn id_of(version: &SecretProperties) -> Option<String> {
    version_of(version.resource_id()).ok()
}

fn millis(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or_default().saturating_mul(1000)
}
