//! API keys that we give out. Only their SHA-256 is kept, so whoever reads the configuration cannot call.

use policy::{Identity, IdentityKind};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// One key, without the key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// What records call its holder.
    pub id: String,
    /// SHA-256 of the key. A key that we made has 256 random bits, so it needs no salt and no slow hash.
    pub sha256: [u8; 32],
    /// Groups of its holder.
    pub groups: Vec<String>,
}

/// Finds the holder of a key. Every key is compared, each in constant time, so that the time tells nothing.
pub(super) fn find<'k>(keys: impl Iterator<Item = &'k ApiKey> + Clone, shown: &str) -> Option<Identity> {
    let hash: [u8; 32] = Sha256::digest(shown.as_bytes()).into();
    let mut found = u64::MAX;
    for (index, key) in (0_u64..).zip(keys.clone()) {
        let same: Choice = key.sha256.as_slice().ct_eq(hash.as_slice());
        found.conditional_assign(&index, same);
    }
    let (_, key) = (0_u64..).zip(keys).find(|(index, _)| *index == found)?;
    Some(Identity {
        id: key.id.clone(),
        kind: IdentityKind::ApiKey,
        groups: key.groups.clone(),
        claims: std::collections::BTreeMap::new(),
    })
}
