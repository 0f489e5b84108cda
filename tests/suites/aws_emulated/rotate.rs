//! The function that rotates, driven as Secrets Manager drives it: where the stages are afterwards, and what is good.

use conformance::emulators::scheduler::{ROTATION_TOKEN, STEPS};
use conformance::lambda::Outcome;
use serde_json::{Value, json};

use super::rotating::{CALLERS_KEY, OVERLAP, Scene};

fn stages(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|&label| label.to_owned()).collect()
}

#[test]
fn callers_keys_are_renewed_and_the_old_one_has_an_end() {
    let Some(scene) = Scene::of_callers("the rotation of callers' keys") else { return };
    let first = scene.scheduler.version("AWSCURRENT").unwrap();
    let process = scene.process();
    let version = scene.scheduler.rotate(&process);
    let found = scene.scheduler.stages();
    assert_eq!(found[&first], stages(&["AWSPREVIOUS"]));
    // Secrets Manager leaves the label where it is, and so do its own templates.
    assert_eq!(found[&version], stages(&["AWSCURRENT", "AWSPENDING"]));
    let value = scene.scheduler.value("AWSCURRENT");
    let [new, old] = &value["keys"].as_array().unwrap()[..] else { panic!("two rows: {value}") };
    assert!(new["key"].as_str().is_some_and(|key| key.starts_with("sp_") && key != CALLERS_KEY), "{new}");
    assert_eq!((&old["id"], &old["groups"], &old["key"]), (&json!("batch"), &json!(["night"]), &Value::Null));
    assert!(old["not_after"].is_u64() && old["sha256"].is_string(), "{old}");
    let written = process.written();
    for hidden in [CALLERS_KEY, new["key"].as_str().unwrap(), ROTATION_TOKEN] {
        assert!(!written.contains(hidden), "{written}");
    }
    for step in ["create", "set", "test", "finish"] {
        assert!(
            written.contains(&format!("step `{step}` of secret `{}`: done", scene.scheduler.secret)),
            "{written}"
        );
    }
}

#[test]
fn a_rotation_within_the_overlap_of_the_last_is_refused_and_a_later_one_is_not() {
    let Some(scene) = Scene::of_callers("the rotation of callers' keys") else { return };
    let process = scene.process();
    let current = scene.scheduler.rotate(&process);
    let next = scene.scheduler.begin();
    let outcome = process.invoke(&scene.scheduler.event("createSecret", &next));
    let Outcome::Failed { kind, message } = outcome else { panic!("{outcome:?}") };
    assert_eq!(kind, "RotationOutOfTurn", "{message}");
    assert!(message.contains("its previous value is good until"), "{message}");
    assert_eq!(scene.scheduler.version("AWSCURRENT"), Some(current));
    scene.scheduler.pass(OVERLAP + 1);
    for step in STEPS {
        let outcome = process.invoke(&scene.scheduler.event(step, &next));
        assert_eq!(outcome, Outcome::Answered(Value::Null), "{step}: {}", process.written());
    }
    assert_eq!(scene.scheduler.version("AWSCURRENT"), Some(next));
}

#[test]
fn the_setup_is_tested_without_a_rotation() {
    let Some(scene) = Scene::of_callers("the test of a set-up") else { return };
    let before = scene.scheduler.stages();
    let version = scene.scheduler.begin();
    let process = scene.process();
    let outcome = process.invoke(&scene.scheduler.event("testSecret", &version));
    assert_eq!(outcome, Outcome::Answered(Value::Null), "{}", process.written());
    scene.scheduler.move_stage("AWSPENDING", &json!({"RemoveFromVersionId": version}));
    assert_eq!(scene.scheduler.stages(), before);
}

#[test]
fn a_key_of_an_api_is_minted_and_the_one_before_last_revoked() {
    let Some(scene) = Scene::of_provider("the rotation of an API's key") else { return };
    let (provider, _) = scene.provider.as_ref().unwrap();
    let process = scene.process();
    let mut held = provider.good();
    for _ in 0..3 {
        let _ = scene.scheduler.rotate(&process);
        let value = scene.scheduler.value("AWSCURRENT")["value"].as_str().unwrap().to_owned();
        held.push(value);
        // The current one and the one before it.
        let last_two = held.iter().rev().take(2).rev().cloned().collect::<Vec<_>>();
        assert_eq!(provider.good(), last_two, "{}", process.written());
        scene.scheduler.pass(OVERLAP + 1);
    }
    for value in &held {
        assert!(!process.written().contains(value.as_str()));
    }
}
