//! The function that rotates: whole rotations by event and by timer, what comes twice or too late, runs that end at any
//! call, runs at the same time, and calls that go on meanwhile. Over the doubles of `world.rs` in the same process, and
//! once more as the built program behind the double of the host (`served.rs`).

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use azure_functions_shim::{Call, Invocation, Outcome};
use enforcement::{Clock, Transport};
use host::clock::SystemClock;
use host::exchange::ProviderExchange;
use host::random::SystemRandom;
use rotation::Tools;
use sallyport_azure::account_keys::ResourceAccountKeys;
use sallyport_azure::credentials::{Identity, MANAGEMENT, STORAGE, TokenSigner};
use sallyport_azure::rotation_event::Watched;
use sallyport_azure::rotation_lease::RotationLease;
use sallyport_azure::rotation_store::{PREVIOUS, VERSION, VaultRotation};
use sallyport_azure::rotator::Rotator;
use sallyport_azure::sdk_http::SdkHttp;
use sallyport_azure::secret_store::{KeyVault, VaultAccess};
use secrets::{SecretStore as _, Stage};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use world::{ACCOUNT, End, SECRET, Wire, World, now};

mod events;
mod served;
mod store;
mod webhook;
mod world;

const OVERLAP: u64 = 3900;
const DAY: u64 = 86_400;

/// The first value, with the first key of the account.
fn account_key() -> String {
    json!({"account": ACCOUNT, "key_name": "key1", "key": "key-one", "test_url": "https://a1.openai.azure.com/openai/models"})
        .to_string()
}

fn vault(world: &Arc<World>) -> KeyVault {
    let transport: Arc<dyn Transport> = Arc::new(Wire(Arc::clone(world)));
    KeyVault::new(VaultAccess {
        url: "https://kv1.vault.azure.net",
        endpoint: Some("http://double.test/vault".parse().unwrap()),
        identity: &identity(&transport),
        transport,
        clock: Arc::new(SystemClock::new()),
    })
}

fn identity(transport: &Arc<dyn Transport>) -> Identity {
    Identity::new(None, true, SdkHttp { transport: Arc::clone(transport), most: 65_536, endpoint: None })
}

/// The function as it starts.
fn rotator(world: &Arc<World>, strategy: &str, leased: bool) -> Rotator {
    let transport: Arc<dyn Transport> = Arc::new(Wire(Arc::clone(world)));
    let (clock, vault) = (Arc::new(SystemClock::new()) as Arc<dyn Clock>, vault(world));
    let signer = |scope| Arc::new(TokenSigner { identity: identity(&transport), scope });
    let accounts = ResourceAccountKeys {
        account: ACCOUNT.to_owned(),
        endpoint: "http://double.test/arm".parse().unwrap(),
        signer: signer(MANAGEMENT),
        transport: Arc::clone(&transport),
    };
    let lease = RotationLease {
        endpoint: "http://double.test/blob".parse().unwrap(),
        secret: SECRET.to_owned(),
        signer: signer(STORAGE),
        transport: Arc::clone(&transport),
        clock: Arc::clone(&clock),
    };
    Rotator {
        watched: Watched { vault: "kv1".to_owned(), secret: SECRET.to_owned() },
        store: VaultRotation { vault, clock: Arc::clone(&clock), validity: Duration::from_secs(60 * DAY) },
        strategy: rotation::strategy(strategy).unwrap(),
        tools: Tools {
            random: Arc::new(SystemRandom),
            accounts: Some(Arc::new(accounts)),
            credentials: None,
            exchange: Some(Arc::new(ProviderExchange { transport })),
            secrets: None,
            sql: None,
        },
        overlap: Duration::from_secs(OVERLAP),
        clock,
        lease: leased.then_some(lease),
        turn: Mutex::default(),
    }
}

fn call(input: &Value) -> Call {
    Call::read(json!({"Data": {"event": input}}).to_string().as_bytes(), Invocation::default()).unwrap()
}

fn event(version: &str) -> Value {
    json!({
        "id": "1", "source": "/vaults/kv1", "specversion": "1.0", "type": "Microsoft.KeyVault.SecretNearExpiry",
        "data": {"VaultName": "kv1", "ObjectType": "Secret", "ObjectName": SECRET, "Version": version},
    })
}

async fn told(world: &Arc<World>, version: &str) -> Outcome {
    rotator(world, "azure_account_key", true).on_events(&call(&event(version))).await
}

fn key(world: &World) -> (String, String) {
    let value: Value = serde_json::from_str(&world.current().value).unwrap();
    (value["key_name"].as_str().unwrap().to_owned(), value["key"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_event_renews_and_another_of_the_same_does_nothing() {
    let world = World::new(&account_key(), 29);
    let first = world.current();
    assert!(matches!(told(&world, &first.id).await, Outcome::Done(_)), "{:?}", world.state().calls);
    assert_eq!(key(&world), ("key2".to_owned(), "key-two".to_owned()));
    let next = world.current();
    let ends = next.expires.unwrap();
    assert!((now() + 60 * DAY - 60..=now() + 60 * DAY).contains(&ends), "it is good for 60 days");
    assert_eq!(next.content_type.as_deref(), Some("application/json"));
    assert_eq!((&next.tags["team"], &next.tags[PREVIOUS]), (&json!("ml"), &json!(first.id)));
    assert_eq!(next.tags[VERSION], json!(format!("renewal-of-{}", first.id)));
    assert!(world.versions().iter().all(|version| version.enabled), "both are good during the overlap");
    assert!(world.pending().is_empty() && world.state().regenerated == 0);
    for _ in 0..2 {
        assert!(matches!(told(&world, &first.id).await, Outcome::Done(_)));
    }
    // Of a version that never was, or that is gone.
    assert!(matches!(told(&world, "0000").await, Outcome::Done(_)));
    assert_eq!(world.versions().len(), 2);
}

#[tokio::test]
async fn a_rotation_in_the_overlap_of_the_one_before_waits() {
    let world = World::new(&account_key(), 29);
    told(&world, &world.current().id).await;
    let reason = told(&world, &world.current().id).await;
    assert!(matches!(&reason, Outcome::Retry(reason) if reason.contains("a short while ago")), "{reason:?}");
    world.age(OVERLAP + 10);
    assert!(matches!(told(&world, &world.current().id).await, Outcome::Done(_)));
    assert_eq!((key(&world), world.state().regenerated), (("key1".to_owned(), "key-made-1".to_owned()), 1));
}

#[tokio::test]
async fn the_timer_retires_what_is_over_and_renews_what_no_event_came_for() {
    let world = World::new(&account_key(), 29);
    let timer = async || {
        let ended = rotator(&world, "azure_account_key", true).on_timer().await;
        assert!(matches!(ended, Outcome::Done(_)), "{ended:?}");
    };
    timer().await;
    assert_eq!(world.versions().len(), 1, "an event may still come");
    world.age(2 * DAY);
    timer().await;
    assert_eq!(key(&world).0, "key2");
    for _ in 0..2 {
        timer().await;
        assert!(world.versions()[0].enabled && world.state().regenerated == 0, "the overlap is not over");
    }
    world.age(OVERLAP + 10);
    for _ in 0..2 {
        timer().await;
        let enabled: Vec<_> = world.versions().iter().map(|version| version.enabled).collect();
        assert_eq!((enabled, world.state().regenerated), (vec![false, true], 1), "the key before has ended");
    }
    assert_eq!(key(&world).1, "key-two");
    world.age(31 * DAY + 2 * DAY);
    timer().await;
    assert_eq!((key(&world).1.as_str(), world.state().regenerated), ("key-made-1", 1));
}

#[tokio::test]
async fn a_secret_without_an_end_is_renewed_by_nobody() {
    let world = World::new(&account_key(), 29);
    world.state().secrets.get_mut(SECRET).unwrap()[0].expires = None;
    rotator(&world, "azure_account_key", true).on_timer().await;
    assert_eq!(world.versions().len(), 1);
}

/// Ends a run at each call that it makes, before and after the call is done, then lets it come again as an event that
/// failed does: in the end all is as if nothing had happened.
#[tokio::test]
async fn a_run_may_end_at_any_call() {
    // The first rotation finds an idle key; the second makes one anew.
    for rotations in [1, 2] {
        let mut at = 0;
        loop {
            let mut reached = false;
            for done in [false, true] {
                reached |= ends_well(rotations, End { call: at, done }).await;
            }
            if !reached {
                break;
            }
            at += 1;
        }
        assert!(at > 30, "{at}");
    }
}

/// Whether there was such a call.
async fn ends_well(rotations: usize, end: End) -> bool {
    let world = World::new(&account_key(), 29);
    for _ in 1..rotations {
        told(&world, &world.current().id).await;
        world.age(OVERLAP + 10);
    }
    let (version, start) = (world.current().id, world.state().calls.len());
    world.state().end = Some(End { call: start + end.call, ..end });
    let ended = tokio::select! {
        biased;
        ended = told(&world, &version) => Some(ended),
        () = world.ended.notified() => None,
    };
    let reached = ended.is_none();
    world.let_go();
    let again = told(&world, &version).await;
    let calls = world.state().calls.split_off(start);
    assert!(matches!(again, Outcome::Done(_)), "{rotations} {end:?}: {again:?} {calls:#?}");
    let expected = [("key2", "key-two"), ("key1", "key-made-1")][rotations - 1];
    assert_eq!(key(&world), (expected.0.to_owned(), expected.1.to_owned()), "{end:?}");
    assert_eq!(world.state().regenerated, rotations - 1, "{end:?}: a key was made anew twice");
    assert_eq!(world.versions().len(), rotations + 1, "{end:?}: written twice");
    assert!(world.pending().is_empty(), "{end:?}: a pending value was left behind");
    assert_eq!(world.state().lease, None, "{end:?}");
    reached
}

#[tokio::test]
async fn who_comes_while_another_run_has_the_lease_comes_again() {
    let world = World::new(&account_key(), 29);
    let version = world.current().id;
    told(&world, "0000").await;
    world.state().lease = Some("another".to_owned());
    for ended in [told(&world, &version).await, rotator(&world, "azure_account_key", true).on_timer().await] {
        assert!(matches!(&ended, Outcome::Retry(reason) if reason.contains("another run")), "{ended:?}");
    }
    assert_eq!((world.versions().len(), world.state().lease.as_deref()), (1, Some("another")));
}

#[tokio::test]
async fn runs_at_the_same_time_renew_once() {
    for leased in [true, false] {
        for strategy in ["azure_account_key", "caller_keys"] {
            let keys =
                json!({"keys": [{"id": "batch", "key": "sp_0123456789012345678901234567890123456789"}]});
            let value = if strategy == "caller_keys" { keys.to_string() } else { account_key() };
            let world = World::new(&value, 29);
            let input = call(&event(&world.current().id));
            let run = async || rotator(&world, strategy, leased).on_events(&input).await;
            tokio::join!(run(), run(), run());
            run().await;
            let values: std::collections::BTreeSet<_> =
                world.versions().iter().skip(1).map(|version| version.value.clone()).collect();
            assert_eq!(values.len(), 1, "{strategy} {leased}: {:#?}", world.state().calls);
            assert!(world.pending().is_empty() && world.state().regenerated == 0);
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_told_and_holds_no_value() {
    let rows = [
        ("GET /vault/secrets/azure-openai/", 403, "read secret `azure-openai`: 403 ForbiddenByRbac"),
        ("PUT /vault/secrets/azure-openai-pending", 403, "write secret `azure-openai-pending`: 403"),
        ("PUT /vault/secrets/azure-openai", 404, "404"),
        ("GET /vault/secrets/azure-openai/versions", 403, "list the versions of secret `azure-openai`"),
        ("POST /arm", 403, "list the keys of the account: 403"),
        ("PUT /blob", 403, "take the lease"),
    ];
    for (part, status, says) in rows {
        let world = World::new(&account_key(), 29);
        world.state().refused.insert(part.to_owned(), status);
        let ended = told(&world, &world.current().id).await;
        assert!(matches!(&ended, Outcome::Retry(reason) if reason.contains(says)), "{part}: {ended:?}");
        assert!(!format!("{ended:?}").contains("hunter2") && !format!("{ended:?}").contains("key-"));
        assert_eq!(world.versions().len(), 1);
    }
}

#[tokio::test]
async fn the_keys_of_another_account_are_left_alone() {
    let world = World::new(&account_key().replace("/a1", "/a2"), 29);
    let ended = told(&world, &world.current().id).await;
    assert!(matches!(&ended, Outcome::Retry(reason) if reason.contains("SALLYPORT_ACCOUNT")), "{ended:?}");
    assert!(!world.state().calls.iter().any(|call| call.contains("/arm")));
}

#[tokio::test]
async fn a_secret_that_was_never_put_in_is_told() {
    let world = World::new(&account_key(), 29);
    world.state().secrets.get_mut(SECRET).unwrap()[0].enabled = false;
    let ended = told(&world, "0000").await;
    assert!(matches!(&ended, Outcome::Retry(reason) if reason.contains("has no current value")), "{ended:?}");
}

/// A value put in by hand while one was pending wins, and what was pending is a leftover.
#[tokio::test]
async fn a_value_that_was_put_in_by_hand_meanwhile_stays() {
    let world = World::new(&account_key(), 29);
    let version = world.current().id;
    // The pending value is there.
    for call in 0.. {
        let start = world.state().calls.len();
        world.state().end = Some(End { call: start + call, done: true });
        tokio::select! {
            biased;
            _ = told(&world, &version) => panic!("it went through"),
            () = world.ended.notified() => {}
        }
        world.let_go();
        if !world.pending().is_empty() {
            break;
        }
    }
    let first = world.versions()[0].clone();
    let by_hand = world::Version { id: "f".repeat(32), created: now(), ..first };
    world.state().secrets.get_mut(SECRET).unwrap().push(by_hand);
    told(&world, &version).await;
    assert_eq!((world.versions().len(), world.pending().len()), (2, 0));
}

/// Callers that keep a value for a while, as the gate does, through three rotations.
#[tokio::test]
async fn no_call_fails_while_the_key_is_renewed_three_times() {
    let world = World::new(&account_key(), 29);
    let done = std::cell::Cell::new(false);
    let calls = async {
        let (store, wire) = (vault(&world), Wire(Arc::clone(&world)));
        let (mut made, mut kept) = (0, None);
        while !done.get() {
            // A value is used for a while after it was read.
            if made % 7 == 0 {
                kept = Some(store.read("azure-openai#key", Stage::Current).await.unwrap().value);
            }
            let request = http::Request::get("https://a1.openai.azure.com/openai/models")
                .header("api-key", kept.as_ref().unwrap().expose());
            let answer = wire.send(request.body(bytes::Bytes::new()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), 200, "call {made}");
            made += 1;
        }
        made
    };
    let rotations = async {
        for _ in 0..3 {
            assert!(matches!(told(&world, &world.current().id).await, Outcome::Done(_)));
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            world.age(OVERLAP + 10);
            rotator(&world, "azure_account_key", true).on_timer().await;
        }
        done.set(true);
    };
    let (made, ()) = tokio::join!(calls, rotations);
    assert!(made > 100, "{made}");
    assert_eq!((world.versions().len(), world.state().regenerated), (4, 3));
}

/// The events of the data files, by name.
fn files() -> BTreeMap<String, Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/testdata/azure_events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    };
    files.map(read).collect()
}
