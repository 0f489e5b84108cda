//! Whatever was asked for before, in whatever order, however often, and wherever it was stopped: a whole rotation
//! then ends right, and the current value worked all the time.

use proptest::prelude::*;

use super::scene::{Scene, cases, steps};
use crate::{Moment, Outcome, RotationError, STRATEGIES, VersionStage};

/// Something that happens to a secret.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A scheduler begins anew, whatever is pending.
    Begin,
    Retire,
    RunAll,
    Step(usize),
    /// The process will end at a call.
    Stop(usize, Moment),
    Wait(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let moment = prop_oneof![Just(Moment::After), Just(Moment::Before)];
    prop_oneof![
        2 => Just(Event::Begin),
        1 => Just(Event::Retire),
        2 => Just(Event::RunAll),
        6 => (0..4_usize).prop_map(Event::Step),
        3 => (1..12_usize, moment).prop_map(|(call, moment)| Event::Stop(call, moment)),
        2 => prop_oneof![Just(1_000), Just(2_000_000), Just(3_700_000)].prop_map(Event::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_whole_rotation_ends_right_after_anything(
        events in proptest::collection::vec(event(), 0..24),
        by_steps in any::<bool>(),
    ) {
        for strategy in STRATEGIES {
            let scene = Scene::new(strategy.id(), &cases(strategy.id()).rotation[0]);
            let mut version = "w0".to_owned();
            for (index, event) in events.iter().enumerate() {
                happen(&scene, *event, index, &mut version);
                scene.check_current_works(&format!("{}: after {:?}", strategy.id(), &events[..=index]));
            }
            scene.fuse.set(None);
            scene.wait_for_overlap();
            check_ends_right(&scene, by_steps, &format!("{}: {events:?}", strategy.id()));
        }
    }
}

/// What a scheduler is told does not matter here, only what is left.
fn happen(scene: &Scene, event: Event, index: usize, version: &mut String) {
    match event {
        Event::Begin => {
            *version = format!("w{}", index + 1);
            scene.begin(version);
        }
        Event::Retire => drop(scene.retire()),
        Event::RunAll => drop(scene.run_all(&format!("all{index}"), None)),
        Event::Step(step) => drop(scene.step(steps()[step].1, version)),
        Event::Stop(call, moment) => scene.fuse.set(Some((call, moment))),
        Event::Wait(ms) => scene.wait(ms),
    }
}

fn check_ends_right(scene: &Scene, by_steps: bool, told: &str) {
    let old = scene.value(VersionStage::Current);
    let ended = if by_steps { scene.run_steps("end", 1) } else { rest(scene) };
    assert_eq!(ended, Ok(Outcome::Done), "{told}");
    let description = scene.describe();
    let currents = description.versions.values().filter(|stages| stages.contains(&VersionStage::Current));
    assert_eq!(currents.count(), 1, "{told}");
    assert_eq!(description.pending(), None, "{told}");
    assert_eq!(scene.value(VersionStage::Previous), old, "{told}");
    assert_ne!(scene.value(VersionStage::Current), old, "{told}");
    scene.check_current_works(told);
    assert!(scene.works(&old.unwrap()), "{told}: the old value does not work in its overlap");
    scene.check_clean(told);
}

/// What was begun is ended; one that is given up is begun anew by the next call at the latest.
fn rest(scene: &Scene) -> Result<Outcome, RotationError> {
    match scene.run_all("end", None) {
        Err(RotationError::Stale { .. }) => scene.run_all("end2", None),
        other => other,
    }
}
