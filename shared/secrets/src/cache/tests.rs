//! The cache against a store that is slow, fails and counts.

use std::sync::Arc;

use super::*;
use crate::{BoxFuture, MemorySecretStore, Secret};

const SETTINGS: CacheSettings =
    CacheSettings { ttl_ms: 1_000, refresh_ahead_ms: 200, stale_bound_ms: 5_000, error_ttl_ms: 100 };

/// Lets every other task run before it answers, so that whoever could ask at the same time does.
struct Slow(Arc<MemorySecretStore>);

impl SecretStore for Slow {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(async move {
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            self.0.read(name, stage).await
        })
    }
}

fn version(name: &str, expires_at_ms: Option<u64>) -> SecretVersion {
    SecretVersion { value: Secret::new(format!("value-{name}")), version: name.to_owned(), expires_at_ms }
}

fn unreachable() -> SecretError {
    SecretError::Unreachable { name: "key".to_owned(), reason: "timed out".to_owned() }
}

fn denied() -> SecretError {
    SecretError::Denied { name: "key".to_owned(), reason: "no role".to_owned() }
}

fn stocked(expires_at_ms: Option<u64>) -> (Arc<MemorySecretStore>, Arc<SecretCache>) {
    let store = Arc::new(MemorySecretStore::new());
    store.put("key", version("v1", expires_at_ms));
    (Arc::clone(&store), Arc::new(SecretCache::new(Arc::new(Slow(store)), SETTINGS)))
}

/// The name of the version, or the message of the error.
async fn ask(cache: &SecretCache, now_ms: u64) -> Result<String, SecretError> {
    cache.current("key", now_ms).await.map(|held| held.version.clone())
}

#[expect(clippy::disallowed_methods, reason = "a test of concurrency needs tasks")]
async fn ask_together(cache: &Arc<SecretCache>, now_ms: u64) -> Vec<Result<String, SecretError>> {
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let cache = Arc::clone(cache);
            tokio::spawn(async move { ask(&cache, now_ms).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn a_value_is_read_once_and_kept() {
    let (store, cache) = stocked(None);
    for now in [0, 1, 500, 799] {
        assert_eq!(ask(&cache, now).await.unwrap(), "v1");
    }
    assert_eq!(store.reads(), 1);
    assert_eq!(cache.current("key", 0).await.unwrap().value.expose(), "value-v1");
}

/// Reached through something that goes on giving the first version.
struct Through(Arc<MemorySecretStore>);

impl SecretStore for Through {
    fn read<'a>(&'a self, _: &'a str, _: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(std::future::ready(Ok(version("v1", None))))
    }

    fn read_anew<'a>(
        &'a self,
        name: &'a str,
        stage: Stage,
    ) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        self.0.read(name, stage)
    }
}

#[tokio::test]
async fn a_refused_value_is_read_past_what_keeps_it() {
    let store = Arc::new(MemorySecretStore::new());
    store.put("key", version("v2", None));
    let cache = SecretCache::new(Arc::new(Through(store)), SETTINGS);
    assert_eq!(ask(&cache, 0).await.unwrap(), "v1");
    assert_eq!(cache.refresh("key", "v1", 10).await.unwrap().version, "v2");
    assert_eq!(ask(&cache, 11).await.unwrap(), "v2", "and is kept from then on");
}

#[tokio::test]
async fn a_hundred_callers_make_one_read() {
    let (store, cache) = stocked(None);
    assert!(ask_together(&cache, 0).await.iter().all(|answer| answer.as_deref() == Ok("v1")));
    assert_eq!(store.reads(), 1);
}

#[tokio::test]
async fn a_hundred_callers_make_one_failed_read() {
    for error_ttl_ms in [0, 100] {
        let store = Arc::new(MemorySecretStore::new());
        store.fail_with(Some(unreachable()));
        let settings = CacheSettings { error_ttl_ms, ..SETTINGS };
        let cache = Arc::new(SecretCache::new(Arc::new(Slow(Arc::clone(&store))), settings));
        assert!(ask_together(&cache, 0).await.iter().all(|answer| *answer == Err(unreachable())));
        assert_eq!(store.reads(), 1, "error_ttl_ms {error_ttl_ms}");
    }
}

#[tokio::test]
async fn a_due_value_is_renewed_by_one_while_the_others_go_on_with_it() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    store.put("key", version("v2", None));
    let answers = ask_together(&cache, 850).await;
    assert_eq!(store.reads(), 2);
    assert_eq!(answers.iter().filter(|answer| answer.as_deref() == Ok("v2")).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.as_deref() == Ok("v1")).count(), 99);
    assert_eq!(ask(&cache, 851).await.unwrap(), "v2");
}

#[tokio::test]
async fn who_reads_may_go_away_half_way() {
    let (store, cache) = stocked(None);
    {
        let reading = std::pin::pin!(ask(&cache, 0));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(reading.poll(&mut context).is_pending());
    }
    assert_eq!(ask(&cache, 0).await.unwrap(), "v1");
    assert_eq!(store.reads(), 1);
}

#[tokio::test]
async fn a_stale_value_is_served_for_a_bounded_time() {
    let rows = [
        // (fault, when, what is served)
        (unreachable(), 900, Ok("v1")),
        (unreachable(), 1_000, Ok("v1")),
        (unreachable(), 5_999, Ok("v1")),
        (unreachable(), 6_000, Err(unreachable())),
        (denied(), 999, Ok("v1")),
        (denied(), 1_000, Err(denied())),
    ];
    for (fault, now, expected) in rows {
        let (store, cache) = stocked(None);
        ask(&cache, 0).await.unwrap();
        store.fail_with(Some(fault.clone()));
        let expected = expected.map(str::to_owned);
        assert_eq!(ask(&cache, now).await, expected, "{fault} at {now}");
        assert_eq!(ask(&cache, now).await, expected, "{fault} at {now}, again");
        assert_eq!(store.reads(), 2, "{fault} at {now}: a fault is remembered");
    }
}

#[tokio::test]
async fn a_fault_is_forgotten_after_its_time() {
    let (store, cache) = stocked(None);
    store.fail_with(Some(denied()));
    assert_eq!(ask(&cache, 0).await, Err(denied()));
    store.fail_with(None);
    assert_eq!(ask(&cache, 99).await, Err(denied()));
    assert_eq!(ask(&cache, 100).await.unwrap(), "v1");
}

#[tokio::test]
async fn an_expired_value_is_never_served() {
    let (store, cache) = stocked(Some(400));
    assert_eq!(ask(&cache, 0).await.unwrap(), "v1");
    store.fail_with(Some(unreachable()));
    assert_eq!(ask(&cache, 399).await.unwrap(), "v1");
    assert_eq!(ask(&cache, 400).await, Err(unreachable()));
    store.fail_with(None);
    assert_eq!(ask(&cache, 600).await, Err(SecretError::Expired { name: "key".to_owned() }));
}

#[tokio::test]
async fn a_short_lived_value_is_not_renewed_by_every_call() {
    let (store, cache) = stocked(Some(100));
    for now in 0..50 {
        ask(&cache, now).await.unwrap();
    }
    assert_eq!(store.reads(), 1);
}

#[tokio::test]
async fn a_refused_version_is_read_again_once() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    store.put("key", version("v2", None));
    assert_eq!(cache.refresh("key", "v1", 10).await.unwrap().version, "v2");
    assert_eq!(cache.refresh("key", "v1", 11).await.unwrap().version, "v2", "somebody already did");
    assert_eq!(store.reads(), 2);
}

#[tokio::test]
async fn a_refused_version_that_is_the_newest_does_not_make_a_read_for_every_refusal() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    for now in 10..100 {
        assert_eq!(cache.refresh("key", "v1", now).await.unwrap().version, "v1");
    }
    assert_eq!(store.reads(), 2);
    cache.refresh("key", "v1", 110).await.unwrap();
    assert_eq!(store.reads(), 3, "after `error_ttl_ms` it is worth another look");
}

#[tokio::test]
async fn a_refresh_without_a_store_goes_on_with_what_there_is() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    store.fail_with(Some(unreachable()));
    assert_eq!(cache.refresh("key", "v1", 10).await.unwrap().version, "v1");
}

#[tokio::test]
async fn both_versions_are_good_in_an_overlap() {
    let (store, cache) = stocked(None);
    let names = |held: &Versions| {
        (held.current.version.clone(), held.previous.as_ref().map(|previous| previous.version.clone()))
    };
    assert_eq!(names(&cache.versions("key", 0).await.unwrap()), ("v1".to_owned(), None));
    cache.versions("key", 1).await.unwrap();
    assert_eq!(store.reads(), 2, "that there is no previous version is remembered");

    store.put("key", version("v2", None));
    cache.refresh("key", "v1", 10).await.unwrap();
    let after = cache.versions("key", 10).await.unwrap();
    assert_eq!(names(&after), ("v2".to_owned(), Some("v1".to_owned())), "and forgotten at a rotation");
    assert!(after.previous_fault.is_none());
}

#[tokio::test]
async fn a_previous_version_that_cannot_be_read_is_none_and_says_why() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    store.fail_with(Some(unreachable()));
    let held = cache.versions("key", 1).await.unwrap();
    assert!(held.previous.is_none());
    assert_eq!(held.previous_fault, Some(unreachable()));
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_missing() {
    let (_, cache) = stocked(None);
    let missing = SecretError::Missing { name: "other".to_owned(), stage: Stage::Current };
    assert_eq!(cache.current("other", 0).await.unwrap_err(), missing);
}

#[tokio::test]
async fn a_removed_secret_is_not_served_past_its_time() {
    let (store, cache) = stocked(None);
    ask(&cache, 0).await.unwrap();
    store.remove("key");
    assert!(ask(&cache, 999).await.is_ok());
    assert!(ask(&cache, 1_100).await.is_err());
}
