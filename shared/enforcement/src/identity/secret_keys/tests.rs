//! Callers whose keys stand in a secret, while it is renewed and while its store is away.

use secrets::{CacheSettings, MemorySecretStore, SecretError};
use sha2::{Digest as _, Sha256};

use super::super::{AuthSettings, Authenticator};
use super::*;

/// 2026-09-21, in seconds.
const NOW: u64 = 1_790_000_000;
const KEPT: CacheSettings =
    CacheSettings { ttl_ms: 60_000, refresh_ahead_ms: 0, stale_bound_ms: 600_000, error_ttl_ms: 1_000 };

/// A value of these tests: rows of an id, a key and, where it has one, its end.
fn read(_: &str, value: &Secret) -> Result<Vec<KeyInSecret>, String> {
    let row = |row: &str| {
        let mut words = row.split(' ');
        let (id, key) = (words.next()?.to_owned(), words.next()?);
        let key = ApiKey { id, sha256: Sha256::digest(key.as_bytes()).into(), groups: Vec::new() };
        Some(KeyInSecret { key, not_after: words.next().map(|end| end.parse().unwrap()) })
    };
    let rows: Option<Vec<_>> = value.expose().split(',').map(row).collect();
    rows.ok_or_else(|| "it has a row without a key".to_owned())
}

struct Gate {
    store: Arc<MemorySecretStore>,
    authenticator: Authenticator,
    versions: std::cell::Cell<u32>,
}

/// A gate with a secret for each of two callers.
fn gate(ada: &str, bob: &str) -> Gate {
    let store = Arc::new(MemorySecretStore::new());
    let cache = Arc::new(SecretCache::new(store.clone(), KEPT));
    let secrets = ["ada", "bob"].map(|name| SecretKeys::new(name.to_owned(), Arc::clone(&cache), read));
    let authenticator = Authenticator::new(AuthSettings::default()).with_secrets(secrets.into());
    let gate = Gate { store, authenticator, versions: Default::default() };
    gate.put("ada", ada);
    gate.put("bob", bob);
    gate
}

impl Gate {
    fn put(&self, secret: &str, value: &str) {
        self.versions.set(self.versions.get() + 1);
        let (value, version) = (Secret::new(value.to_owned()), self.versions.get().to_string());
        self.store.put(secret, SecretVersion { value, version, expires_at_ms: None });
    }

    /// Who shows this key so many seconds from the start.
    async fn who(&self, key: &str, after: u64) -> Result<String, IdentityError> {
        let mut headers = http::HeaderMap::new();
        headers.insert("x-api-key", key.parse().unwrap());
        let found = self.authenticator.authenticate(&headers, (NOW + after) * 1000).await;
        found.map(|identity| identity.id)
    }

    fn away(&self) {
        let away = SecretError::Unreachable { name: "ada".to_owned(), reason: "away".to_owned() };
        self.store.fail_with(Some(away));
    }
}

#[tokio::test]
async fn keys_of_each_secret_are_taken_and_the_one_before_until_its_end() {
    let gate = gate(&format!("ada new,ada old {}", NOW + 30), "bob his");
    assert_eq!(gate.who("new", 0).await, Ok("ada".to_owned()));
    assert_eq!(gate.who("old", 0).await, Ok("ada".to_owned()));
    assert_eq!(gate.who("old", 29).await, Ok("ada".to_owned()));
    assert_eq!(gate.who("his", 29).await, Ok("bob".to_owned()));
    assert_eq!(gate.who("old", 30).await, Err(IdentityError::Wrong), "its end has come");
    assert_eq!(gate.who("new", 30).await, Ok("ada".to_owned()));
}

#[tokio::test]
async fn a_key_that_was_made_just_now_is_taken_and_unknown_ones_do_not_flood_the_store() {
    let gate = gate("ada first", "bob his");
    assert_eq!(gate.who("first", 0).await, Ok("ada".to_owned()));
    gate.put("ada", &format!("ada second,ada first {}", NOW + 30));
    assert_eq!(gate.who("second", 1).await, Ok("ada".to_owned()));
    assert_eq!(gate.who("first", 1).await, Ok("ada".to_owned()));
    for _ in 0..50 {
        assert_eq!(gate.who("guessed", 3).await, Err(IdentityError::Wrong));
    }
    assert_eq!(
        gate.store.reads(),
        5,
        "each once at first and once for the guesses, and once for the new key"
    );
}

#[tokio::test]
async fn a_store_that_is_away_leaves_what_is_known_for_a_while_and_then_nobody_is_let_in() {
    let gate = gate("ada hers", "bob his");
    assert_eq!(gate.who("his", 0).await, Ok("bob".to_owned()));
    gate.away();
    for after in [1, 100, 600] {
        assert_eq!(gate.who("hers", after).await, Ok("ada".to_owned()), "{after}");
        assert_eq!(gate.who("guessed", after).await, Err(IdentityError::Wrong), "{after}");
    }
    assert_eq!(gate.who("hers", 660).await, Err(IdentityError::KeysUnavailable));
    gate.store.fail_with(None);
    assert_eq!(gate.who("hers", 662).await, Ok("ada".to_owned()), "it is back");
}

#[tokio::test]
async fn a_secret_that_was_never_read_lets_nobody_in_but_others_are_not_concerned() {
    let unread = gate("ada hers", "bob his");
    unread.away();
    assert_eq!(unread.who("hers", 0).await, Err(IdentityError::KeysUnavailable));

    let broken = gate("nonsense", "bob his");
    assert_eq!(broken.who("his", 0).await, Ok("bob".to_owned()));
    assert_eq!(broken.who("nonsense", 0).await, Err(IdentityError::KeysUnavailable));
    assert_eq!(broken.who("", 0).await, Err(IdentityError::Missing));
}
