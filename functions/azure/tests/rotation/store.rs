//! The vault as a rotation's store, method by method: what may be asked for twice, and what is turned down.

use rotation::{PendingValue, RotationError, RotationStore as _, VersionStage};
use sallyport_azure::rotation_store::renewal_of;
use secrets::Secret;

use crate::world::{SECRET, Version, World, now};
use crate::{account_key, rotator};

#[tokio::test]
async fn a_pending_value_is_written_once_and_no_other_in_its_place() {
    let world = World::new(&account_key(), 29);
    let (store, name) = (rotator(&world, "caller_keys", false).store, renewal_of(&world.current().id));
    let put = async |value: &str| {
        let value = Secret::new(value.to_owned());
        let pending = PendingValue { secret: SECRET, version: &name, value: &value, rotation_token: None };
        store.put_pending(pending).await
    };
    put("one").await.unwrap();
    put("one").await.unwrap();
    assert!(matches!(put("two").await, Err(RotationError::Conflict { .. })));
    assert_eq!(world.pending().len(), 1);
    let description = store.describe(SECRET).await.unwrap();
    assert_eq!(
        (description.current(), description.pending()),
        (Some(world.current().id.as_str()), Some(name.as_str()))
    );
    for _ in 0..2 {
        store.drop_pending(SECRET, &name).await.unwrap();
        assert!(world.pending().is_empty());
    }
    put("two").await.unwrap();
    let read = store.read(SECRET, VersionStage::Pending, Some(&name)).await.unwrap();
    assert!(read.unwrap().matches("two"));
    assert!(store.read(SECRET, VersionStage::Pending, Some("another")).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_current_moves_once_and_only_from_where_it_was_seen() {
    let world = World::new(&account_key(), 29);
    let (store, from) = (rotator(&world, "caller_keys", false).store, world.current().id);
    let (name, value) = (renewal_of(&from), Secret::new("one".to_owned()));
    let moved = async |from: &str| store.move_current(SECRET, from, &name).await;
    assert!(matches!(moved(&from).await, Err(RotationError::Conflict { .. })), "nothing is pending");
    let pending = PendingValue { secret: SECRET, version: &name, value: &value, rotation_token: None };
    store.put_pending(pending).await.unwrap();
    assert!(matches!(moved("another").await, Err(RotationError::Conflict { .. })));
    assert_eq!(world.versions().len(), 1);
    for _ in 0..2 {
        moved(&from).await.unwrap();
        assert_eq!((world.versions().len(), world.pending().len()), (2, 0));
    }
    let (current, description) = (world.current().id, store.describe(SECRET).await.unwrap());
    assert_eq!(description.current(), Some(current.as_str()));
    assert_eq!((description.previous(), description.pending()), (Some(from.as_str()), None));
    assert_eq!(
        description.versions[&name],
        [VersionStage::Current],
        "our name is that of the current one, too"
    );
    assert!(store.read(SECRET, VersionStage::Previous, None).await.unwrap().is_some());
    // Somebody puts a value in by hand: it is current, and the one before it is the previous one.
    let by_hand =
        Version { id: "e".repeat(32), created: now() + 1, tags: Default::default(), ..world.current() };
    world.state().secrets.get_mut(SECRET).unwrap().push(by_hand);
    assert_eq!(store.describe(SECRET).await.unwrap().previous(), Some(current.as_str()));
    assert!(matches!(moved(&from).await, Err(RotationError::Conflict { .. })));
    assert_eq!(world.versions().len(), 3);
}
