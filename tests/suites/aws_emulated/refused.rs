//! What the function that rotates refuses: with an error that says whose turn it is, a line in its log that holds no
//! value, and every stage as it was.

use conformance::lambda::{Outcome, Process};
use serde_json::{Value, json};

use super::rotating::{CALLERS_KEY, Scene};

const NO_VERSION: &str = "6f1c2d3e-0000-4000-8000-999999999999";

/// Asks for a step, which is refused so, with these words, and changes no stage.
fn is_refused(scene: &Scene, process: &Process, event: &Value, expected: &str, words: &str) {
    let before = scene.scheduler.stages();
    let outcome = process.invoke(event);
    let Outcome::Failed { kind, message } = &outcome else { panic!("{event}: {outcome:?}") };
    assert_eq!(kind, expected, "{event}: {message}");
    assert!(message.contains(words), "{event}: {message}");
    assert_eq!(scene.scheduler.stages(), before, "{event}");
    let written = process.written();
    let lines = written.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let errors: Vec<_> = lines.filter(|line| line["level"] == "ERROR").collect();
    let says = |line: &&Value| line["message"].as_str().is_some_and(|told| told.contains(words));
    assert!(errors.iter().any(|line| says(&line)), "{event}: {errors:?}");
    assert!(!written.contains(CALLERS_KEY) && !written.contains("quokka-binary"), "{written}");
}

#[test]
fn an_event_out_of_turn() {
    let Some(scene) = Scene::of_callers("events out of turn") else { return };
    let (scheduler, process) = (&scene.scheduler, scene.process());
    let version = scheduler.begin();
    let with = |name: &str, value: &str| {
        let mut event = scheduler.event("createSecret", &version);
        event[name] = value.into();
        event
    };
    let other = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:llm/admin-AbCdEf";
    let rows = [
        (with("SecretId", other), "RotationOutOfTurn", "and no other, but was asked for"),
        (with("ClientRequestToken", NO_VERSION), "RotationOutOfTurn", "has no version"),
        (with("ClientRequestToken", "short"), "MalformedEvent", "`ClientRequestToken` cannot be read"),
        (with("Step", "deleteSecret"), "MalformedEvent", "`Step` cannot be read"),
        (json!({"version": "2.0"}), "NoRotation", "none of a rotation"),
        // Nothing has been made yet.
        (scheduler.event("setSecret", &version), "RotationNeedsOperator", "has no pending value"),
        (scheduler.event("finishSecret", &version), "RotationNeedsOperator", "has no pending value"),
    ];
    for (event, kind, words) in rows {
        is_refused(&scene, &process, &event, kind, words);
    }
}

#[test]
fn a_stage_that_was_moved_meanwhile() {
    let Some(scene) = Scene::of_callers("a stage that was moved") else { return };
    let (scheduler, process) = (&scene.scheduler, scene.process());
    let version = scheduler.begin();
    for step in ["createSecret", "setSecret", "testSecret"] {
        let outcome = process.invoke(&scheduler.event(step, &version));
        assert_eq!(outcome, Outcome::Answered(Value::Null), "{}", process.written());
    }
    scheduler.move_stage("AWSPENDING", &json!({"RemoveFromVersionId": version}));
    scheduler.move_stage("held", &json!({"MoveToVersionId": version}));
    let event = scheduler.event("finishSecret", &version);
    is_refused(&scene, &process, &event, "RotationOutOfTurn", "is not pending");
    // Somebody stores another value: what is pending was made from one that is not current any more.
    scheduler.move_stage("AWSPENDING", &json!({"MoveToVersionId": version}));
    let row = json!({"id": "batch", "key": "sp_wombat_wombat_wombat_wombat_wombat"});
    let message = json!({"SecretId": scheduler.secret, "SecretString": json!({"keys": [row]}).to_string()});
    let _ = scene.emulator.root().secrets("PutSecretValue", &message);
    let current = scheduler.version("AWSCURRENT");
    let outcome = process.invoke(&event);
    let Outcome::Failed { kind, message } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(kind, "RotationOutOfTurn", "{message}");
    assert!(
        message.contains("was given up: it was not made from what is the current value now"),
        "{message}"
    );
    // It can never become current, so it stands in no new rotation's way.
    assert_eq!((scheduler.version("AWSCURRENT"), scheduler.version("AWSPENDING")), (current, None));
}

#[test]
fn a_value_that_is_none() {
    let Some(scene) = Scene::of_callers("values that are none") else { return };
    let (scheduler, process) = (&scene.scheduler, scene.process());
    let rows = [
        (json!({"SecretBinary": "cXVva2thLWJpbmFyeQ=="}), "it is no text"),
        (json!({"SecretString": CALLERS_KEY}), "it is not JSON"),
        (json!({"SecretString": format!("[\"{CALLERS_KEY}\"]")}), "cannot be used"),
        (json!({"SecretString": "{}"}), "cannot be used"),
    ];
    for (mut message, words) in rows {
        message["SecretId"] = scheduler.secret.clone().into();
        let _ = scene.emulator.root().secrets("PutSecretValue", &message);
        scheduler.pass(super::rotating::OVERLAP + 1);
        let version = scheduler.begin();
        let event = scheduler.event("createSecret", &version);
        is_refused(&scene, &process, &event, "RotationNeedsOperator", words);
    }
}

#[test]
fn a_role_that_may_not() {
    let Some(scene) = Scene::of_callers("a role that may not rotate") else { return };
    let process = scene.process_of_a_reader();
    let event = scene.scheduler.event("createSecret", &scene.scheduler.begin());
    is_refused(
        &scene,
        &process,
        &event,
        "RotationNeedsOperator",
        "there is no permission to run `PutSecretValue`",
    );
}
