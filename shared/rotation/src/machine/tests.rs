//! What the machine sees to whatever is rotated: who may ask for what, when, and what happens where somebody else
//! changed the secret meanwhile. Whole rotations are tried in `src/tests.rs`.

use std::sync::Mutex;

use secrets::{BoxFuture, Secret};

use crate::tests::scene::{SECRET, Scene, block_on, cases, steps, text};
use crate::{
    Content, Description, Machine, Outcome, PendingValue, RotationError, RotationFault, RotationStore, Step,
    StepRequest, Trigger, VersionStage,
};

fn scene() -> Scene {
    Scene::new("caller_keys", &cases("caller_keys").rotation[0])
}

#[test]
fn a_step_is_refused_that_has_no_business_with_the_secret() {
    type Prepare = fn(&Scene);
    let rows: [(&str, Prepare, &str, &str); 6] = [
        ("switched off", |scene| scene.store.enable_rotation(SECRET, false), "v2", "is not enabled"),
        ("unknown version", |_| {}, "v9", "has no version `v9`"),
        ("unknown version, hostile", |_| {}, "v\n9", "has no version `v?9`"),
        (
            "no longer pending",
            |scene| scene.begin("v3"),
            "v2",
            "version `v2` of secret `team/credential` is not pending",
        ),
        ("the one before", |_| {}, "v0", "version `v0` of secret `team/credential` is not pending"),
        (
            "no text",
            |scene| scene.store.add(SECRET, VersionStage::Current, "v1", Content::Binary),
            "v2",
            "it is no text",
        ),
    ];
    for (told, prepare, version, says) in rows {
        for (name, step) in steps() {
            let scene = scene();
            scene.store.add(SECRET, VersionStage::Previous, "v0", text("{}"));
            scene.begin("v2");
            prepare(&scene);
            let before = scene.state();
            let error = scene.step(step, version).expect_err(told);
            assert!(error.to_string().contains(says), "{told}, {name}: {error}");
            assert_eq!(scene.state(), before, "{told}, {name}");
        }
    }
}

#[test]
fn another_secret_is_refused_before_anything_is_asked() {
    let scene = scene();
    scene.fuse.set(None);
    let long = "x".repeat(1_000);
    for other in ["team/other", "", "team/credential ", &long] {
        let request = StepRequest { secret: other, step: Step::Create, version: "v2", rotation_token: None };
        let step = block_on(scene.machine().step(&request, 0)).unwrap_err();
        let trigger = Trigger { secret: other, version: "v2", only_from: None, only_if_older_than_ms: None };
        let run = block_on(scene.machine().run_all(&trigger, 0)).unwrap_err();
        assert!(matches!(step, RotationError::OtherSecret { .. }), "{step}");
        assert_eq!((step.fault(), step.is_transient()), (RotationFault::Scheduler, false));
        assert_eq!(step, run);
        assert!(step.to_string().len() < 400, "{step}");
    }
    assert_eq!(scene.fuse.calls(), 0);
}

#[test]
fn a_secret_that_is_missing_is_told() {
    let scene = scene();
    let machine = Machine { secret: "team/none", ..scene.machine() };
    let request =
        StepRequest { secret: "team/none", step: Step::Create, version: "v2", rotation_token: None };
    let error = block_on(machine.step(&request, 0)).unwrap_err();
    assert_eq!(error.to_string(), "secret `team/none` has no current value; store one, then rotate");
    assert_eq!(error.fault(), RotationFault::Operator);
}

#[test]
fn a_version_that_is_current_already_has_nothing_to_do() {
    let scene = scene();
    for (name, step) in steps() {
        let before = scene.state();
        assert_eq!(scene.step(step, "v1"), Ok(Outcome::AlreadyCurrent), "{name}");
        assert_eq!(scene.state(), before, "{name}");
    }
}

#[test]
fn the_set_up_is_tested_where_nothing_was_made() {
    let scene = scene();
    scene.begin("v2");
    let before = scene.state();
    assert_eq!(scene.step(Step::Test, "v2"), Ok(Outcome::SetupTested));
    assert_eq!(scene.state(), before);
    let error = scene.step(Step::Finish, "v2").unwrap_err();
    assert!(matches!(error, RotationError::Missing { stage: VersionStage::Pending, .. }), "{error}");
    assert_eq!(scene.state(), before);
}

#[test]
fn a_trigger_that_came_before_changes_nothing() {
    let scene = scene();
    assert_eq!(scene.run_all("v2", Some("v1")), Ok(Outcome::Done));
    let before = scene.state();
    scene.wait_for_overlap();
    assert_eq!(
        scene.run_all("v3", Some("v1")),
        Ok(Outcome::NotDue),
        "the event tells of a version that is old"
    );
    assert_eq!(scene.run_all("v2", None), Ok(Outcome::AlreadyCurrent), "the event comes under the same name");
    let since = scene.describe().current_since_ms;
    for (due_ms, outcome) in [(since, Outcome::NotDue), (since + 1, Outcome::Done)] {
        let only_if_older_than_ms = Some(due_ms);
        assert_eq!(scene.state(), before);
        let trigger = Trigger { secret: SECRET, version: "v3", only_from: None, only_if_older_than_ms };
        assert_eq!(block_on(scene.machine().run_all(&trigger, scene.now_ms())), Ok(outcome));
    }
}

#[test]
fn a_value_that_waited_too_long_is_given_up_and_a_new_rotation_can_start() {
    let scene = scene();
    scene.begin("v2");
    scene.step(Step::Create, "v2").unwrap();
    scene.wait_for_overlap();
    let error = scene.step(Step::Finish, "v2").unwrap_err();
    assert!(matches!(error, RotationError::Stale { .. }), "{error}");
    assert_eq!(scene.describe().pending(), None);
    assert_eq!(scene.describe().current(), Some("v1"));
    let again = scene.step(Step::Finish, "v2").unwrap_err();
    assert!(matches!(again, RotationError::NotPending { .. }), "{again}");
    assert_eq!(scene.run_steps("v3", 1), Ok(Outcome::Done));
}

#[test]
fn one_call_for_all_replaces_a_value_that_waited_too_long() {
    let scene = scene();
    scene.begin("v2");
    scene.step(Step::Create, "v2").unwrap();
    scene.wait_for_overlap();
    assert_eq!(scene.run_all("v3", None), Ok(Outcome::Done));
    assert_eq!(scene.describe().current(), Some("v3"));
}

#[test]
fn a_stage_that_moved_meanwhile_stays_where_it_went() {
    let scene = scene();
    scene.begin("v2");
    scene.step(Step::Create, "v2").unwrap();
    let meddler = Meddler { scene: &scene, seen_token: Mutex::default() };
    let machine = Machine { store: &meddler, ..scene.machine() };
    let request = StepRequest { secret: SECRET, step: Step::Finish, version: "v2", rotation_token: None };
    let error = block_on(machine.step(&request, scene.now_ms())).unwrap_err();
    assert!(matches!(error, RotationError::Conflict { .. }), "{error}");
    assert!(error.is_transient());
    assert_eq!(scene.describe().current(), Some("operators"));
}

#[test]
fn the_rotation_token_goes_with_the_value_and_nowhere_else() {
    let scene = scene();
    scene.begin("v2");
    let meddler = Meddler { scene: &scene, seen_token: Mutex::default() };
    let machine = Machine { store: &meddler, ..scene.machine() };
    let token = Secret::new("token-hunter2".to_owned());
    let request =
        StepRequest { secret: SECRET, step: Step::Create, version: "v2", rotation_token: Some(&token) };
    assert!(!format!("{request:?}").contains("hunter2"));
    block_on(machine.step(&request, scene.now_ms())).unwrap();
    assert_eq!(meddler.seen_token.lock().unwrap().as_deref(), Some("token-hunter2"));
}

/// A store in which an operator makes another version current while a rotation is about to end.
struct Meddler<'a> {
    scene: &'a Scene,
    seen_token: Mutex<Option<String>>,
}

impl RotationStore for Meddler<'_> {
    fn describe<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        self.scene.store.describe(secret)
    }

    fn read<'a>(
        &'a self,
        secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>> {
        self.scene.store.read(secret, stage, version)
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        *self.seen_token.lock().unwrap() = pending.rotation_token.map(|token| token.expose().to_owned());
        self.scene.store.put_pending(pending)
    }

    fn move_current<'a>(
        &'a self,
        secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        self.scene.store.add(secret, VersionStage::Current, "operators", text("{}"));
        self.scene.store.move_current(secret, from, to)
    }

    fn drop_pending<'a>(
        &'a self,
        secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        self.scene.store.drop_pending(secret, version)
    }
}
