//! A rotation whose function is killed at each of its calls in turn, when the service has done what was asked for and
//! the function has not heard of it. Event Grid delivers the event again, to a new process, and all is well each time.

use conformance::emulators::passage::Moment;

use super::scene::{SECRET, Scene, killer};

/// Rotates again and again, each time killed one call later, until a rotation has no call left to be killed at; each has
/// the overlap of the one before behind it. To be killed before a call is, for all but the process, to be killed after
/// the call before it; so only the first call has both. The process that ends a rotation begins the next one.
fn kill_at_every_call(scene: &Scene, check: impl Fn(&str)) -> usize {
    let moments = std::iter::once((1, Moment::Before)).chain((1..).map(|at| (at, Moment::After)));
    let mut host = scene.rotator(&[]);
    for (kills, (at, moment)) in moments.enumerate() {
        let (version, count) = (scene.vault.current(SECRET).id, scene.count());
        scene.toll.stop_at(at, moment, killer(&host));
        let told = format!("killed at {at} {moment:?}");
        let ended = scene.tell(&host, &version);
        let calls = scene.toll.calls();
        scene.toll.begin();
        if let Ok(invoked) = ended {
            assert!(invoked.result.is_ok() && at > calls.len(), "{told}: {invoked:?} {:#?}", host.lines());
            check("not killed");
            return kills;
        }
        host = scene.rotator(&[]);
        let invoked = scene.tell(&host, &version).unwrap();
        let told = format!("{told} of {calls:#?}, then {:#?} {:#?}", scene.toll.calls(), host.lines());
        assert!(invoked.result.is_ok(), "{told}");
        assert_eq!((scene.count(), scene.is_pending()), (count + 1, false), "{told}");
        check(&told);
        scene.pass();
    }
    unreachable!("a rotation ends");
}

#[test]
fn a_rotation_of_an_accounts_key_that_is_killed_makes_no_key_anew_twice() {
    let Some(scene) = Scene::of_account("a rotation of an account's key that is killed") else { return };
    let kills = kill_at_every_call(&scene, |told| {
        let rotations = scene.count() - 2;
        // The turns of Key1 and Key2, one for each rotation.
        let turns: Vec<_> = ["Key1", "Key2"].into_iter().cycle().take(rotations).collect();
        assert_eq!(scene.account.regenerated(), turns, "{told}");
        let (value, keys) = (scene.value(), scene.account.keys());
        let place = usize::from(value["key_name"] == "key2");
        assert_eq!(value["key"], keys[place], "{told}");
    });
    assert!(kills > 25, "there are calls to be killed at: {kills}");
}

#[test]
fn a_rotation_of_an_apis_key_that_is_killed_leaves_no_key_behind() {
    let Some(scene) = Scene::of_provider("a rotation of an API's key that is killed") else { return };
    let kills = kill_at_every_call(&scene, |told| {
        let mut good = scene.provider.good();
        good.sort_unstable();
        let versions = scene.vault.versions(SECRET);
        let values = versions.iter().rev().take(2).map(|version| {
            let value: serde_json::Value = serde_json::from_str(&version.value).unwrap();
            value["value"].as_str().unwrap().to_owned()
        });
        let mut held: Vec<_> = values.collect();
        held.sort_unstable();
        assert_eq!(good, held, "the keys that are good are those that the secret holds: {told}");
    });
    assert!(kills > 25, "there are calls to be killed at: {kills}");
    assert!(scene.provider.made() > kills + 1, "some were minted for nothing: {}", scene.provider.made());
}
