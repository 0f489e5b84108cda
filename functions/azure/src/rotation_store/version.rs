//! One version of a secret as a rotation holds it, and one operation on a secret as messages tell of it.

use std::collections::HashMap;

use azure_security_keyvault_secrets::ResourceExt as _;
use azure_security_keyvault_secrets::models::{Secret as Found, SecretAttributes};
use rotation::RotationError;
use secrets::Secret;

use super::{SERVICE, VERSION};
use crate::secret_store::{VaultFault, created_at, is_enabled, version_of};

/// A version with its value, which is wiped when it goes.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) value: Option<Secret>,
    pub(super) content_type: Option<String>,
    pub(super) tags: HashMap<String, String>,
    pub(super) attributes: Option<SecretAttributes>,
}

impl Version {
    /// A version as it was found; `None` where it is disabled.
    pub(super) fn of(mut found: Found) -> Result<Option<Self>, VaultFault> {
        let (id, value) = (version_of(found.resource_id())?, found.value.take().map(Secret::new));
        let version = Self {
            id,
            value: value.filter(|value| !value.expose().is_empty()),
            content_type: found.content_type,
            tags: found.tags.unwrap_or_default(),
            attributes: found.attributes,
        };
        Ok(Some(version).filter(|version| is_enabled(version.attributes.as_ref())))
    }

    pub(super) fn is_called(&self, name: Option<&str>) -> bool {
        name.is_none_or(|name| name == self.id || self.tags.get(VERSION).is_some_and(|own| own == name))
    }

    /// Since when it is there, in Unix milliseconds: the end of the second that the vault tells.
    pub(super) fn since_ms(&self) -> u64 {
        created_at(self.attributes.as_ref()).saturating_add(999)
    }
}

/// One operation on a secret, as messages tell of it.
pub(super) struct Asking<'a> {
    pub(super) action: &'static str,
    pub(super) secret: &'a str,
}

impl Asking<'_> {
    pub(super) fn conflict(&self, reason: &str) -> RotationError {
        RotationError::Conflict { secret: self.secret.to_owned(), reason: reason.to_owned() }
    }

    pub(super) fn told(&self, fault: VaultFault) -> RotationError {
        let (service, action) = (SERVICE.to_owned(), format!("{} secret `{}`", self.action, self.secret));
        match fault {
            VaultFault::Refused { status, code } => {
                let reason = format!("{status} {code}").trim_end().to_owned();
                match status {
                    401 | 403 => RotationError::Denied { action, reason },
                    408 | 429 | 500..=599 => RotationError::Unreachable { service, action, reason },
                    _ => RotationError::Refused { service, action, reason },
                }
            }
            VaultFault::Unanswered(reason) => {
                RotationError::Unreachable { service, action, reason: reason.to_owned() }
            }
            VaultFault::Unasked(reason) => RotationError::Denied { action, reason: reason.to_owned() },
        }
    }
}
