//! Every strategy over its rows in `tests/testdata/rotation/<id>.toml`.
//!
//! A `rotation` is a secret and what there is around it before; it is rotated step by step, with every step run
//! twice, all at once, and stopped at every call and then run again. A `refusal` is a value that a step must not
//! take: it says so without the value, and changes nothing.

mod property;
pub(crate) mod scene;
mod services;
mod world;

use crate::{
    Content, Fuse, Machine, Moment, Outcome, RotationError, STRATEGIES, Step, VersionStage, strategy,
};
use scene::{Row, SECRET, Scene, cases, steps, text};

const MOMENTS: [Moment; 2] = [Moment::After, Moment::Before];

/// A way to make a whole rotation; the number tells repeated runs apart.
type Way = fn(&Scene, usize) -> Result<Outcome, RotationError>;

fn by_steps(scene: &Scene, _run: usize) -> Result<Outcome, RotationError> {
    scene.run_steps("v2", 1)
}

/// Every call is made under another version, as events are told apart by their ids.
fn all_at_once(scene: &Scene, run: usize) -> Result<Outcome, RotationError> {
    scene.run_all(&format!("v2-{run}"), Some("v1"))
}

fn each_row(check: impl Fn(&'static str, &Row)) {
    for strategy in STRATEGIES {
        let cases = cases(strategy.id());
        assert!(!cases.rotation.is_empty() && cases.refusal.len() >= 5, "{} has rows", strategy.id());
        cases.rotation.iter().for_each(|row| check(strategy.id(), row));
    }
}

#[test]
fn a_rotation_ends_right_with_every_step_run_as_often_as_one_likes() {
    each_row(|id, row| {
        for times in [1, 2, 3] {
            let scene = Scene::new(id, row);
            assert_eq!(scene.run_steps("v2", times), Ok(Outcome::Done), "{id}: {}", row.name);
            scene.check_rotated(&format!("{id}: {}, every step {times} times", row.name));
        }
    });
}

#[test]
fn a_rotation_costs_the_calls_that_it_is_said_to() {
    let mut wrong = Vec::new();
    for strategy in STRATEGIES {
        for row in cases(strategy.id()).rotation {
            let calls = count_calls(strategy.id(), &row, by_steps);
            if calls != row.calls {
                wrong.push(format!("{}: {}: {calls}", strategy.id(), row.name));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_rotation_that_was_stopped_at_any_call_ends_right_when_it_is_run_again() {
    let ways: [(&str, Way); 2] = [("by steps", by_steps), ("all at once", all_at_once)];
    each_row(|id, row| {
        for (name, way) in ways {
            let calls = count_calls(id, row, way);
            for (call, moment) in (1..=calls).flat_map(|call| MOMENTS.map(|moment| (call, moment))) {
                let told = format!("{id}: {}, {name}, stopped {moment:?} call {call} of {calls}", row.name);
                stop_and_go_on(id, row, way, (call, moment), &told);
            }
        }
    });
}

fn count_calls(id: &'static str, row: &Row, way: Way) -> usize {
    let scene = Scene::new(id, row);
    scene.fuse.set(None);
    assert_eq!(way(&scene, 0), Ok(Outcome::Done), "{id}: {}", row.name);
    scene.check_rotated(&format!("{id}: {}", row.name));
    scene.fuse.calls()
}

fn stop_and_go_on(id: &'static str, row: &Row, way: Way, stop: (usize, Moment), told: &str) {
    let scene = Scene::new(id, row);
    scene.fuse.set(Some(stop));
    let stopped = way(&scene, 0);
    assert!(stopped.as_ref().is_err_and(RotationError::is_transient), "{told}: {stopped:?}");
    scene.fuse.set(None);
    scene.check_current_works(told);
    let again = way(&scene, 1);
    assert!(again.is_ok(), "{told}, then {again:?}");
    scene.check_rotated(told);
}

#[test]
fn a_second_rotation_waits_for_the_overlap_and_retires_the_first_value() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.run_steps("v2", 1).unwrap();
        let second = scene.value(VersionStage::Current);
        let early = scene.run_steps("v3", 1);
        assert!(matches!(early, Err(RotationError::TooSoon { .. })), "{id}: {early:?}");
        scene.check_current_works(id);
        scene.wait_for_overlap();
        assert_eq!(scene.run_steps("v3", 1), Ok(Outcome::Done), "{id}");
        assert_eq!(scene.value(VersionStage::Previous), second, "{id}");
        scene.check_clean(id);
    });
}

#[test]
fn the_previous_value_is_retired_once_its_overlap_is_over() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.run_steps("v2", 1).unwrap();
        let old = scene.value(VersionStage::Previous).unwrap();
        scene.retire().unwrap();
        assert!(scene.works(&old), "{id}: in its overlap");
        scene.wait_for_overlap();
        scene.retire().unwrap();
        assert_eq!(scene.works(&old), !row.retires, "{id}: after its overlap");
        scene.check_current_works(id);
    });
}

#[test]
fn a_step_that_was_taken_changes_nothing_when_it_is_taken_again() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.begin("v2");
        for (name, step) in steps() {
            scene.step(step, "v2").unwrap();
            let before = scene.state();
            scene.step(step, "v2").unwrap();
            assert_eq!(scene.state(), before, "{id}: {}: {name}", row.name);
        }
    });
}

#[test]
fn the_last_step_once_more_after_the_overlap_retires_the_previous_value() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.run_steps("v2", 1).unwrap();
        scene.wait_for_overlap();
        assert_eq!(scene.step(Step::Finish, "v2"), Ok(Outcome::AlreadyCurrent), "{id}");
        let old = scene.value(VersionStage::Previous).unwrap();
        assert_eq!(scene.works(&old), !row.retires, "{id}");
        scene.check_current_works(id);
    });
}

#[test]
fn nothing_is_retired_while_a_rotation_is_under_way() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.begin("v2");
        scene.step(Step::Create, "v2").unwrap();
        let before = scene.state();
        scene.retire().unwrap();
        assert_eq!(scene.step(Step::Finish, "v1"), Ok(Outcome::AlreadyCurrent), "{id}: late");
        assert_eq!(scene.state(), before, "{id}");
    });
}

#[test]
fn a_previous_value_that_is_no_text_is_in_nobodys_way() {
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        scene.store.add(SECRET, VersionStage::Previous, "v0", Content::Binary);
        assert_eq!(scene.run_steps("v2", 1), Ok(Outcome::Done), "{id}");
    });
}

#[test]
fn a_value_that_is_huge_or_deep_is_refused() {
    let rows = [("x".repeat(25_000), "longer than 25000 bytes"), ("[".repeat(20_000), "it is not JSON")];
    each_row(|id, row| {
        for (value, says) in &rows {
            let scene = Scene::new(id, row);
            scene.store.add(SECRET, VersionStage::Current, "v1", text(&format!("{{\"a\":{value}}}")));
            scene.wait_for_overlap();
            let error = scene.run_steps("v2", 1).unwrap_err();
            assert!(error.to_string().contains(says), "{id}: {error}");
        }
    });
}

#[test]
fn what_cannot_be_used_is_refused_without_a_word_of_it_and_without_a_trace() {
    for strategy in STRATEGIES {
        for refusal in &cases(strategy.id()).refusal {
            let told = format!("{}: {}", strategy.id(), refusal.name);
            let row = &cases(strategy.id()).rotation[0];
            let scene = Scene::new(strategy.id(), row);
            scene.refuse(refusal);
            let before = scene.state();
            let step = steps().into_iter().find(|(name, _)| *name == refusal.step).unwrap().1;
            let error = scene.step(step, "v2").expect_err(&told);
            assert!(error.to_string().contains(&refusal.says), "{told}: {error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{told}: {error:?}");
            assert_eq!(scene.state(), before, "{told}");
        }
    }
}

#[test]
fn ids_are_unique_and_found() {
    let mut ids: Vec<_> = STRATEGIES.iter().map(|strategy| strategy.id()).collect();
    assert!(ids.iter().all(|id| strategy(id).is_some_and(|found| found.id() == *id)));
    assert!(strategy("one_that_is_not").is_none());
    ids.dedup();
    assert_eq!(ids.len(), STRATEGIES.len());
}

#[test]
fn what_a_function_does_not_have_is_told() {
    each_row(|id, row| {
        let mut scene = Scene::new(id, row);
        (scene.tools.credentials, scene.tools.exchange) = (None, None);
        (scene.tools.secrets, scene.tools.sql, scene.tools.accounts) = (None, None, None);
        match scene.run_steps("v2", 1) {
            Err(error @ RotationError::WithoutTool { .. }) => {
                assert!(error.to_string().contains(id), "{error}")
            }
            other => assert!(id == "caller_keys" && other.is_ok(), "{id}: {other:?}"),
        }
    });
}

#[test]
fn futures_may_move_between_threads() {
    fn moves<T: Send>(_: &T) {}
    each_row(|id, row| {
        let scene = Scene::new(id, row);
        let machine: Machine<'_> = scene.machine();
        moves(&machine.retire(0));
        moves(&Fuse::default());
    });
}
