//! The secret as a rotation's store, method by method: what may be asked for twice, and what is turned down.

use conformance::gcp::secret_manager::VersionState;
use rotation::{PendingValue, RotationError, RotationStore as _, VersionStage};
use sallyport_gcp::rotation_store::renewal_of;
use secrets::Secret;

use crate::world::{SECRET, World, caller_keys};

#[tokio::test]
async fn a_pending_value_is_written_once_and_no_other_in_its_place() {
    let world = World::new();
    let (store, name) = (world.store(), renewal_of(1));
    let put = async |value: &str| {
        let value = Secret::new(value.to_owned());
        let pending = PendingValue { secret: SECRET, version: &name, value: &value, rotation_token: None };
        store.put_pending(pending).await
    };
    put("one").await.unwrap();
    let stored = world.stored();
    assert_eq!(
        (stored.aliases["current"], stored.aliases["pending"]),
        (1, 2),
        "nobody reads it before it was tested"
    );
    put("one").await.unwrap();
    assert!(matches!(put("two").await, Err(RotationError::Conflict { .. })));
    assert_eq!(world.stored().versions.len(), 2);
    let description = store.describe(SECRET).await.unwrap();
    assert_eq!((description.current(), description.pending()), (Some("1"), Some(name.as_str())));
    let read = async |version| store.read(SECRET, VersionStage::Pending, Some(version)).await.unwrap();
    assert!(read(&name).await.unwrap().matches("one"));
    assert!(read("renewal-of-2").await.is_none());
    for _ in 0..2 {
        store.drop_pending(SECRET, &name).await.unwrap();
        let stored = world.stored();
        assert_eq!(stored.states(), [VersionState::Enabled, VersionState::Disabled]);
        assert!(!stored.aliases.contains_key("pending") && stored.annotations.is_empty());
    }
    put("two").await.unwrap();
    assert!(read(&name).await.unwrap().matches("two"));
}

#[tokio::test]
async fn what_is_current_moves_once_and_only_from_where_it_was_seen() {
    let world = World::new();
    let (store, name, value) = (world.store(), renewal_of(1), Secret::new("one".to_owned()));
    let moved = async |from: &str| store.move_current(SECRET, from, &name).await;
    assert!(matches!(moved("1").await, Err(RotationError::Conflict { .. })), "nothing is pending");
    let pending = PendingValue { secret: SECRET, version: &name, value: &value, rotation_token: None };
    store.put_pending(pending).await.unwrap();
    assert!(matches!(moved("7").await, Err(RotationError::Conflict { .. })));
    assert_eq!(world.stored().current(), caller_keys());
    for _ in 0..2 {
        moved("1").await.unwrap();
        world.check(1, "moved");
    }
    let description = store.describe(SECRET).await.unwrap();
    assert_eq!((description.current(), description.previous()), (Some("2"), Some("1")));
    assert_eq!(
        description.versions[&name],
        [VersionStage::Current],
        "our name is that of the current one, too"
    );
    assert!(store.read(SECRET, VersionStage::Previous, None).await.unwrap().unwrap().matches(&caller_keys()));
    // The alias goes back by hand: what had been relieved is current once more, and can be renewed anew.
    world.manager.edit(SECRET, |stored| {
        stored.aliases.insert("current".to_owned(), 1);
    });
    let description = store.describe(SECRET).await.unwrap();
    assert_eq!(
        (description.current(), description.previous(), description.versions.len()),
        (Some("1"), None, 1)
    );
}

#[tokio::test]
async fn without_an_alias_the_newest_that_is_enabled_is_current() {
    let world = World::new();
    for value in ["two", "three", "four"] {
        world.manager.put(SECRET, value);
    }
    world.manager.edit(SECRET, |stored| stored.versions[3].state = VersionState::Disabled);
    let store = world.store();
    assert_eq!(store.describe(SECRET).await.unwrap().current(), Some("3"));
    assert!(store.read(SECRET, VersionStage::Current, Some("3")).await.unwrap().unwrap().matches("three"));
    assert!(store.read(SECRET, VersionStage::Previous, None).await.unwrap().is_none());
}

/// Somebody changes the secret between its being read and its being written.
#[tokio::test]
async fn a_write_over_somebody_elses_is_a_conflict() {
    let world = World::new();
    world.manager.refuse("PATCH", 400, "FAILED_PRECONDITION");
    let value = Secret::new("one".to_owned());
    let pending =
        PendingValue { secret: SECRET, version: "renewal-of-1", value: &value, rotation_token: None };
    let refused = world.store().put_pending(pending).await.unwrap_err();
    assert!(matches!(refused, RotationError::Conflict { .. }) && refused.is_transient(), "{refused}");
    assert_eq!(world.stored().versions.len(), 1, "nothing is added before that is written down");
}
