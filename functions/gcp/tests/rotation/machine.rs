//! Whole rotations: what is asked for once, twice, late, at the same time, and after a run that ended at any call.

use std::sync::Arc;
use std::time::Duration;

use conformance::gcp::secret_manager::{ASIDE, Last, VersionState};
use http::StatusCode;
use rotation::{RotationStore as _, VersionStage};
use tokio::sync::Notify;

use crate::world::{DAY, OVERLAP, SECRET, World, caller_keys, message, now_ms};

#[tokio::test]
async fn an_event_renews_and_another_of_the_same_does_nothing() {
    let world = World::new();
    let notice = world.tell();
    assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT);
    world.check(1, "renewed");
    let stored = world.stored();
    assert_ne!(stored.current(), caller_keys());
    assert_eq!(stored.states(), [VersionState::Enabled; 2], "both are good during the overlap");
    for _ in 0..2 {
        assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT);
    }
    world.check(1, "replayed");
    assert_eq!(world.stored().current(), stored.current());
}

#[tokio::test]
async fn what_is_late_or_was_never_scheduled_does_nothing() {
    let world = World::new();
    let first = world.tell();
    world.deliver(&first).await;
    let second = world.tell_again();
    assert_eq!(world.deliver(&second).await, StatusCode::NO_CONTENT);
    world.check(2, "a period later");
    // Out of order, long after, and by hand.
    world.age(2 * OVERLAP);
    for late in [&first, &second, &message("SECRET_ROTATE", now_ms())] {
        assert_eq!(world.deliver(late).await, StatusCode::NO_CONTENT);
        world.check(2, "late");
    }
    // Without a schedule, a message counts by its own time.
    world.manager.edit(SECRET, |stored| stored.schedule = None);
    let third = message("SECRET_ROTATE", now_ms());
    for _ in 0..2 {
        assert_eq!(world.deliver(&third).await, StatusCode::NO_CONTENT);
        world.check(3, "without a schedule");
    }
}

/// The service may tell before it sets the next time.
#[tokio::test]
async fn a_schedule_that_has_not_moved_on_yet_is_due() {
    let world = World::new();
    let notice = world.tell();
    let due = now_ms() - 1;
    world.manager.edit(SECRET, |stored| stored.schedule.as_mut().unwrap().next_ms = due);
    world.deliver(&notice).await;
    world.check(1, "the next time is now");
}

#[tokio::test]
async fn what_is_over_is_disabled_and_later_destroyed_when_the_next_event_comes() {
    use VersionState::{Destroyed, Disabled, Enabled};
    let world = World::new();
    let states = [
        vec![Enabled, Enabled],
        vec![Disabled, Enabled, Enabled],
        vec![Destroyed, Disabled, Enabled, Enabled],
        vec![Destroyed, Destroyed, Disabled, Enabled, Enabled],
    ];
    for (rotations, expected) in (1..).zip(states) {
        let notice = world.tell_again();
        assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT);
        world.check(rotations, "in its turn");
        assert_eq!(world.stored().states(), expected);
        // A replay retires as well, once the overlap is over.
        world.deliver(&notice).await;
        assert_eq!(world.stored().states(), expected, "the overlap is not over");
    }
    world.age(OVERLAP + 1);
    world.deliver(&message("SECRET_ROTATE", now_ms() - 10 * DAY * 1000)).await;
    assert_eq!(world.stored().states()[3], Disabled, "the overlap is over");
    world.check(4, "nothing was renewed");
}

#[tokio::test]
async fn a_rotation_in_the_overlap_of_the_one_before_waits() {
    let world = World::new();
    world.deliver(&world.tell()).await;
    world.age(2);
    let early = world.tell();
    assert_eq!(world.deliver(&early).await, StatusCode::SERVICE_UNAVAILABLE);
    world.check(1, "too soon");
    world.age(OVERLAP);
    assert_eq!(world.deliver(&early).await, StatusCode::NO_CONTENT);
    world.check(2, "after the overlap");
}

/// Ends a run at each call that it makes, before and after the call is done, then delivers the event again: in the end
/// all is as if nothing had happened. Readers have a current value all along.
#[tokio::test]
async fn a_run_may_end_at_any_call() {
    let mut world = World::new();
    for rotations in [1, 3] {
        while world.stored().versions.len() < rotations {
            world.deliver(&world.tell_again()).await;
        }
        world.begin_from_here();
        let mut call = 0;
        // Before and after a call that changes nothing is the same.
        while let Some(line) = ends_well(&world, rotations as u64, Last { call, done: true }).await {
            if !line.starts_with("GET") {
                ends_well(&world, rotations as u64, Last { call, done: false }).await;
            }
            call += 1;
        }
        assert!(call > 20, "{call}");
    }
}

/// The call, where there was one.
async fn ends_well(world: &World, rotations: u64, last: Last) -> Option<String> {
    world.reset();
    let start = world.manager.calls().len();
    let (notice, ended) = (world.tell_again(), Arc::new(Notify::new()));
    let told = Arc::clone(&ended);
    world.manager.end_at(last, move || told.notify_one());
    let reached = tokio::select! {
        biased;
        () = ended.notified() => true,
        _ = world.deliver(&notice) => false,
    };
    world.manager.relent();
    if reached && world.stored().annotations.contains_key("sallyport-run") {
        let held = world.deliver(&notice).await;
        assert_eq!(held, StatusCode::SERVICE_UNAVAILABLE, "its lease has not ended: {last:?}");
        // Five minutes go by.
        world.age(301);
    }
    let stored = world.stored();
    let value = world.store().read(SECRET, VersionStage::Current, None).await.unwrap().unwrap();
    let newest = stored.aliases.get("current").copied().unwrap_or(rotations);
    assert!(value.matches(stored.value(newest)), "{last:?}");
    let again = world.deliver(&notice).await;
    assert_eq!(again, StatusCode::NO_CONTENT, "{rotations} {last:?} {:#?}", world.manager.calls());
    world.check(rotations, &format!("{rotations} {last:?}"));
    reached.then(|| world.manager.calls()[start + last.call].clone())
}

#[tokio::test]
async fn runs_at_the_same_time_renew_once() {
    let world = World::new();
    let notice = world.tell();
    let ended = tokio::join!(world.deliver(&notice), world.deliver(&notice), world.deliver(&notice));
    let ended = [ended.0, ended.1, ended.2];
    assert!(ended.contains(&StatusCode::NO_CONTENT), "{ended:?}");
    assert!(ended.contains(&StatusCode::SERVICE_UNAVAILABLE), "{ended:?}");
    world.check(1, "at the same time");
    assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT);
    world.check(1, "once more");
}

#[tokio::test]
async fn what_the_service_refuses_is_told_and_changes_nothing() {
    let rows = [
        (":access", 403, "PERMISSION_DENIED"),
        (":addVersion", 403, "PERMISSION_DENIED"),
        ("PATCH", 403, "PERMISSION_DENIED"),
        ("/versions", 403, "PERMISSION_DENIED"),
        ("GET", 404, "NOT_FOUND"),
        ("PATCH", 400, "FAILED_PRECONDITION"),
        (":addVersion", 429, "RESOURCE_EXHAUSTED"),
        ("GET", 500, "INTERNAL"),
    ];
    for (part, status, word) in rows {
        let world = World::new();
        let notice = world.tell();
        world.manager.refuse(part, status, word);
        assert_eq!(world.deliver(&notice).await, StatusCode::SERVICE_UNAVAILABLE, "{part} {word}");
        world.manager.relent();
        assert_eq!(world.stored().versions.len(), 1, "{part} {word}");
        let fault = {
            world.manager.refuse(part, status, word);
            let fault = world.store().sweep(Duration::ZERO, None).await.err().map(|fault| fault.to_string());
            world.manager.relent();
            fault.unwrap_or_default()
        };
        assert!(!fault.contains(ASIDE), "{fault}");
        world.age(301);
        assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT, "{part} {word}, put right");
        world.check(1, part);
    }
}

#[tokio::test]
async fn a_value_whose_checksum_is_wrong_is_not_taken() {
    let world = World::new();
    let notice = world.tell();
    world.manager.edit(SECRET, |stored| stored.versions[0].corrupt = true);
    assert_eq!(world.deliver(&notice).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.stored().versions.len(), 1);
    world.manager.edit(SECRET, |stored| stored.versions[0].corrupt = false);
    world.deliver(&notice).await;
    world.check(1, "good again");
    let sent = world.manager.asked();
    let added = sent.iter().find(|arrived| arrived.line.contains(":addVersion")).unwrap();
    assert!(String::from_utf8_lossy(&added.body).contains("dataCrc32c"));
}

#[tokio::test]
async fn a_secret_without_a_value_waits_for_one() {
    let world = World::new();
    world.manager.edit(SECRET, |stored| stored.versions[0].state = VersionState::Disabled);
    let notice = world.tell();
    assert_eq!(world.deliver(&notice).await, StatusCode::SERVICE_UNAVAILABLE);
    world.manager.edit(SECRET, |stored| stored.versions[0].state = VersionState::Enabled);
    world.deliver(&notice).await;
    world.check(1, "once it is there");
}

/// Whoever puts a value in by hand moves the alias to it; what was pending for another value is then a leftover.
#[tokio::test]
async fn a_value_that_was_put_in_by_hand_meanwhile_stays() {
    let world = World::new();
    world.deliver(&world.tell()).await;
    let notice = world.tell_again();
    let (ended, calls) = (Arc::new(Notify::new()), 10..60);
    for call in calls {
        let told = Arc::clone(&ended);
        world.manager.end_at(Last { call, done: true }, move || told.notify_one());
        tokio::select! {
            biased;
            () = ended.notified() => {}
            _ = world.deliver(&notice) => panic!("it went through"),
        }
        world.manager.relent();
        world.age(301);
        if world.stored().versions.len() == 3 {
            break;
        }
    }
    let by_hand = world.manager.put(SECRET, &caller_keys());
    world.manager.edit(SECRET, |stored| {
        stored.aliases.insert("current".to_owned(), by_hand);
    });
    assert_eq!(world.deliver(&notice).await, StatusCode::NO_CONTENT);
    let stored = world.stored();
    assert_eq!((stored.current(), stored.versions.len()), (caller_keys().as_str(), 4), "{stored:?}");
    // Later it is renewed like any other, and what was pending is ended.
    assert_eq!(world.deliver(&world.tell_again()).await, StatusCode::NO_CONTENT);
    let stored = world.stored();
    assert_eq!((stored.aliases["current"], stored.aliases["previous"], stored.versions.len()), (5, 4, 5));
    assert_eq!(stored.states()[2], VersionState::Disabled, "{stored:?}");
    assert!(!stored.aliases.contains_key("pending"));
}
