//! Services in trouble: what a strategy makes of answers that are no help, and of credentials that somebody else
//! ended.

use super::scene::{Scene, cases};
use crate::{Outcome, RotationError, RotationFault, Step, VersionStage};

fn scene(id: &'static str) -> Scene {
    Scene::new(id, &cases(id).rotation[0])
}

/// Two runs at the same time may take each other's new credential for one that was left behind.
#[test]
fn a_pending_credential_that_is_gone_is_given_up() {
    for (id, kept) in [("bedrock_api_key", "c1"), ("http_credential", "k1")] {
        for step in [Step::Test, Step::Finish] {
            let scene = scene(id);
            scene.begin("v2");
            scene.step(Step::Create, "v2").unwrap();
            scene.world.end_all_but(kept);
            let error = scene.step(step, "v2").unwrap_err();
            assert!(matches!(error, RotationError::Stale { .. }), "{id}: {error}");
            assert_eq!(scene.describe().pending(), None, "{id}");
            assert_eq!(scene.run_steps("v2b", 1), Ok(Outcome::Done), "{id}");
            scene.check_rotated(id);
        }
    }
}

#[test]
fn a_key_that_was_regenerated_by_hand_is_given_up_and_replaced() {
    let scene = scene("azure_account_key");
    scene.begin("v2");
    scene.step(Step::Create, "v2").unwrap();
    scene.world.regenerate_both();
    let error = scene.step(Step::Test, "v2").unwrap_err();
    assert!(matches!(error, RotationError::Stale { .. }), "{error}");
    assert_eq!(scene.run_steps("v2b", 1), Ok(Outcome::Done));
    scene.check_current_works("by hand");
    assert_eq!(scene.world.regenerated(), 0);
}

#[test]
fn a_set_up_whose_credential_is_gone_is_told_and_nothing_is_given_up() {
    for id in ["bedrock_api_key", "http_credential"] {
        let scene = scene(id);
        scene.begin("v2");
        scene.world.end_all_but("none");
        let error = scene.step(Step::Test, "v2").unwrap_err();
        let current = VersionStage::Current;
        assert!(matches!(error, RotationError::Invalid { stage, .. } if stage == current), "{id}: {error}");
        assert_eq!(scene.describe().pending(), Some("v2"), "{id}");
    }
}

/// What an operator does who learns that a key has leaked: ends it, and rotates.
#[test]
fn a_credential_that_was_ended_by_hand_is_replaced() {
    for id in ["bedrock_api_key", "http_credential"] {
        for ended_first in [true, false] {
            let scene = scene(id);
            scene.begin("v2");
            if !ended_first {
                scene.step(Step::Create, "v2").unwrap();
            }
            scene.world.end_all_but("made-1");
            assert_eq!(scene.run_steps("v2", 1), Ok(Outcome::Done), "{id}");
            scene.check_current_works(id);
            assert_eq!(scene.world.alive(), ["made-1"], "{id}");
        }
    }
}

#[test]
fn an_answer_that_is_no_help_is_told_without_a_word_of_it() {
    let service = RotationFault::Service;
    let operator = RotationFault::Operator;
    let rows: [(&str, Step, u16, &str, RotationFault, &str); 13] = [
        ("bedrock_api_key", Step::Test, 500, "hunter2", service, "could not test the key: status 500"),
        ("bedrock_api_key", Step::Test, 429, "hunter2", service, "status 429"),
        (
            "bedrock_api_key",
            Step::Test,
            404,
            "hunter2",
            operator,
            "refused to answer at `test_url`: status 404",
        ),
        ("bedrock_api_key", Step::Test, 302, "hunter2", operator, "status 302"),
        (
            "bedrock_api_key",
            Step::Test,
            401,
            "hunter2",
            service,
            "is not accepted by api.example.com: status 401",
        ),
        ("http_credential", Step::Create, 503, "hunter2", service, "could not answer `list`: status 503"),
        ("http_credential", Step::Create, 200, "hunter2", operator, "the answer is not JSON"),
        ("http_credential", Step::Create, 200, "", operator, "the answer is not JSON"),
        (
            "http_credential",
            Step::Create,
            200,
            r#"{"data":"hunter2"}"#,
            operator,
            "no list where `items` points to",
        ),
        (
            "http_credential",
            Step::Create,
            200,
            r#"{"data":[],"has_more":true,"x":"hunter2"}"#,
            operator,
            "there is more than one page",
        ),
        (
            "http_credential",
            Step::Create,
            200,
            r#"{"data":[{"name":"hunter2"}]}"#,
            operator,
            "no text where `id` points to",
        ),
        (
            "http_credential",
            Step::Test,
            301,
            "hunter2",
            operator,
            "refused to answer `verify` as described: status 301",
        ),
        // Minting is asked for once the list has no more to say, so this is the answer to both.
        (
            "http_credential",
            Step::Create,
            200,
            r#"{"data":[],"key":{"id":"x","secret":["hunter2"]}}"#,
            operator,
            "no text where `value` points to",
        ),
    ];
    for (id, step, status, body, fault, says) in rows {
        let scene = scene(id);
        scene.begin("v2");
        let before = scene.state();
        scene.world.answer_with(Some((status, body)));
        let error = scene.step(step, "v2").unwrap_err();
        assert!(error.to_string().contains(says), "{id}: {error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{id}: {error:?}");
        assert_eq!((error.fault(), error.is_transient()), (fault, fault == service), "{id}: {error}");
        assert_eq!(scene.state(), before, "{id}: {says}");
        scene.world.answer_with(None);
        assert_eq!(scene.run_steps("v2", 1), Ok(Outcome::Done), "{id}: {says}");
        scene.check_rotated(id);
    }
}
