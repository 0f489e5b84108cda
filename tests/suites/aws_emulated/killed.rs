//! A rotation whose function is killed at each of its calls in turn, when the service has done what was asked for and
//! the function has not heard of it. Secrets Manager asks for the step again, of a new process, and all is well each time.

use conformance::emulators::passage::Moment;
use conformance::emulators::scheduler::STEPS;
use conformance::lambda::Outcome;
use serde_json::Value;

use super::rotating::{OVERLAP, Scene};

/// Rotates with a kill at one call, and tells whether there was such a call.
fn rotate_with_a_kill(scene: &Scene, at: usize, moment: Moment) -> bool {
    let previous = scene.scheduler.version("AWSCURRENT").unwrap();
    let version = scene.scheduler.begin();
    let mut process = scene.process();
    scene.toll.stop_at(at, moment, process.killer());
    let mut killed = false;
    for step in STEPS {
        let event = scene.scheduler.event(step, &version);
        let mut outcome = process.invoke(&event);
        if outcome == Outcome::Ended {
            assert!(!killed, "once is enough");
            killed = true;
            process = scene.process();
            outcome = process.invoke(&event);
        }
        let told = format!("{step}, killed at {at} {moment:?}: {}", process.written());
        assert_eq!(outcome, Outcome::Answered(Value::Null), "{told}");
    }
    let stages = scene.scheduler.stages();
    let of = |version: &str| stages.get(version).map(|labels| labels.join(" ")).unwrap_or_default();
    assert_eq!(of(&version), "AWSCURRENT AWSPENDING", "killed at {at} {moment:?}: {stages:?}");
    assert_eq!(of(&previous), "AWSPREVIOUS", "killed at {at} {moment:?}: {stages:?}");
    assert_eq!(stages.len(), 2, "nothing else has a stage: {stages:?}");
    killed
}

/// Rotates again and again, until a rotation has no call left to be killed at. Each has the overlap of the one before
/// behind it. To be killed before a call is, for all but the process, to be killed after the call before it, and of the
/// process nothing is left; so only the first call has both.
fn kill_at_every_call(scene: &Scene, check: impl Fn()) -> usize {
    let moments = std::iter::once((1, Moment::Before)).chain((1..).map(|at| (at, Moment::After)));
    let mut kills = 0;
    for (at, moment) in moments {
        if !rotate_with_a_kill(scene, at, moment) {
            break;
        }
        check();
        scene.scheduler.pass(OVERLAP + 1);
        kills += 1;
    }
    kills
}

#[test]
fn a_rotation_of_callers_keys_that_is_killed_is_done_again() {
    let Some(scene) = Scene::of_callers("a rotation that is killed") else { return };
    let kills = kill_at_every_call(&scene, || {
        let value = scene.scheduler.value("AWSCURRENT");
        let keys = value["keys"].as_array().unwrap();
        assert_eq!(keys.iter().filter(|row| row["key"].is_string()).count(), 1, "one key is good: {value}");
    });
    assert!(kills > 15, "there are calls to be killed at: {kills}");
}

#[test]
fn a_rotation_of_an_apis_key_that_is_killed_leaves_no_key_behind() {
    let Some(scene) = Scene::of_provider("a rotation of an API's key that is killed") else { return };
    let (provider, _) = scene.provider.as_ref().unwrap();
    let kills = kill_at_every_call(&scene, || {
        let good = provider.good();
        let held = ["AWSPREVIOUS", "AWSCURRENT"];
        let held = held.map(|stage| scene.scheduler.value(stage)["value"].as_str().unwrap().to_owned());
        assert_eq!(good, held, "the keys that are good are those that the secret holds");
    });
    assert!(kills > 25, "there are calls to be killed at: {kills}");
    // One was minted for each rotation, and one more whenever the answer or the value was lost.
    assert!(provider.made() > kills + 1, "some were minted for nothing: {}", provider.made());
}
