//! Whole rotations of a secret with callers' keys over a fake of Secrets Manager, and what is refused.

use host::random::SystemRandom;
use lambda_runtime::Diagnostic;
use rotation::{RotationError, caller_keys};
use secrets::Secret;
use serde_json::json;

use super::*;
use crate::fake_secrets_manager::{ARN, FakeSecretsManager};

const OLD: &str = "11111111-0000-4000-8000-000000000000";
const NEW: &str = "22222222-0000-4000-8000-000000000000";
const NEXT: &str = "33333333-0000-4000-8000-000000000000";
const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];
const DAY_MS: u64 = 86_400_000;

struct Scene {
    fake: Arc<FakeSecretsManager>,
    rotator: Rotator,
}

impl Scene {
    fn new() -> Self {
        let fake = Arc::new(FakeSecretsManager::default());
        fake.state().now_ms = 1_790_000_000_000;
        let value = json!({"keys": [{"id": "batch", "key": "hunter2-hunter2-hunter2-hunter2-hunter2"}]});
        fake.add(OLD, "AWSCURRENT", Some(json!({"SecretString": value.to_string()})));
        let rotator = Rotator {
            secret: ARN.to_owned(),
            store: Arc::new(fake.store()),
            strategy: rotation::strategy("caller_keys").unwrap(),
            tools: Tools {
                random: Arc::new(SystemRandom),
                accounts: None,
                credentials: None,
                exchange: None,
                secrets: None,
                sql: None,
            },
            overlap: Duration::from_millis(DAY_MS),
            clock: Arc::clone(&fake) as Arc<dyn Clock>,
        };
        Self { fake, rotator }
    }

    async fn ask(&self, step: &str, version: &str) -> Result<Outcome, AwsError> {
        let event = json!({"Step": step, "SecretId": ARN, "ClientRequestToken": version});
        self.rotator.answer(&event).await
    }

    async fn rotate(&self, version: &str) -> Result<Outcome, AwsError> {
        self.fake.begin(version);
        for step in STEPS {
            self.ask(step, version).await?;
        }
        self.ask("finishSecret", version).await
    }

    /// What the gate reads: keys that are good, and those that end.
    fn keys(&self) -> (usize, usize) {
        let value = self.fake.at("AWSCURRENT").unwrap().1.unwrap();
        let value = Secret::new(value["SecretString"].as_str().unwrap().to_owned());
        let keys = caller_keys(ARN, &value).unwrap();
        let ending = keys.iter().filter(|key| key.not_after.is_some()).count();
        (keys.len() - ending, ending)
    }
}

fn is_silent(error: AwsError) -> bool {
    let told = format!("{error} {error:?}");
    let answer = Diagnostic::from(error);
    !format!("{told} {} {}", answer.error_type, answer.error_message).contains("hunter2")
}

#[tokio::test]
async fn four_steps_rotate_a_secret_and_the_old_key_stays_good() {
    let scene = Scene::new();
    assert_eq!(scene.rotate(NEW).await.unwrap(), Outcome::AlreadyCurrent);
    assert_eq!((scene.fake.at("AWSCURRENT").unwrap().0, scene.keys()), (NEW.to_owned(), (1, 1)));
    assert_eq!(scene.fake.at("AWSPREVIOUS").unwrap().0, OLD);
}

#[tokio::test]
async fn every_step_may_come_twice() {
    let scene = Scene::new();
    scene.fake.begin(NEW);
    for step in STEPS {
        scene.ask(step, NEW).await.unwrap();
        let before = (scene.fake.at("AWSCURRENT"), scene.fake.at("AWSPENDING"));
        scene.ask(step, NEW).await.unwrap();
        assert_eq!((scene.fake.at("AWSCURRENT"), scene.fake.at("AWSPENDING")), before, "{step}");
    }
    assert_eq!(scene.keys(), (1, 1));
}

#[tokio::test]
async fn a_second_rotation_waits_for_the_end_of_the_overlap() {
    let scene = Scene::new();
    scene.rotate(NEW).await.unwrap();
    scene.fake.state().now_ms += DAY_MS - 1;
    let early = scene.rotate(NEXT).await.unwrap_err();
    assert!(matches!(early, AwsError::Rotation(RotationError::TooSoon { .. })), "{early}");
    scene.fake.state().now_ms += 1001;
    scene.rotate(NEXT).await.unwrap();
    assert_eq!((scene.fake.at("AWSCURRENT").unwrap().0, scene.keys()), (NEXT.to_owned(), (1, 1)));
}

/// So the service tries a set-up when it is told not to rotate at once.
#[tokio::test]
async fn the_test_alone_tests_what_is_current_and_changes_nothing() {
    let scene = Scene::new();
    scene.fake.begin(NEW);
    assert_eq!(scene.ask("testSecret", NEW).await.unwrap(), Outcome::SetupTested);
    assert_eq!((scene.fake.at("AWSPENDING").unwrap().1, scene.keys()), (None, (1, 0)));
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_nothing_is_changed() {
    let scene = Scene::new();
    scene.fake.begin(NEW);
    let other = ARN.replace("callers", "others");
    let rows = [
        (ARN, "rotateSecret", NEW, "MalformedEvent", "the event's `Step` cannot be read"),
        (ARN, "createSecret", NEXT, "RotationOutOfTurn", "has no version"),
        (ARN, "setSecret", NEW, "RotationNeedsOperator", "has no pending value"),
        (&other, "createSecret", NEW, "RotationOutOfTurn", "and no other"),
        ("callers", "createSecret", NEW, "RotationOutOfTurn", "and no other"),
        (ARN.trim_end_matches("-AbCdEf"), "createSecret", NEW, "RotationOutOfTurn", "and no other"),
    ];
    for (secret, step, version, kind, word) in rows {
        let event = json!({"Step": step, "SecretId": secret, "ClientRequestToken": version});
        let fault = scene.rotator.answer(&event).await.unwrap_err();
        assert_eq!(fault.kind(), kind, "{step} of {secret}");
        assert!(fault.to_string().contains(word), "{fault}");
        assert!(is_silent(fault));
        assert_eq!((scene.fake.at("AWSPENDING").unwrap().1, scene.keys()), (None, (1, 0)));
    }
    scene.fake.state().rotation_disabled = true;
    let disabled = scene.ask("createSecret", NEW).await.unwrap_err();
    assert!(disabled.to_string().contains("not enabled"), "{disabled}");
}

#[tokio::test]
async fn no_error_holds_a_word_of_the_secret() {
    let values = [
        json!({"SecretString": "hunter2"}),
        json!({"SecretString": "{\"keys\": [{\"hunter2\": \"hunter2\"}]}"}),
        json!({"SecretString": "{\"keys\": [{\"id\": \"a\", \"key\": \"hunter2\"}]}"}),
        json!({"SecretBinary": "aHVudGVyMg=="}),
    ];
    for value in values {
        let scene = Scene::new();
        scene.fake.add(OLD, "AWSCURRENT", Some(value));
        scene.fake.begin(NEW);
        let fault = scene.ask("createSecret", NEW).await.unwrap_err();
        assert_eq!(fault.kind(), "RotationNeedsOperator");
        assert!(is_silent(fault));
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_away_is_told_apart_and_the_step_may_come_again() {
    let operations = [
        ("createSecret", "DescribeSecret"),
        ("createSecret", "PutSecretValue"),
        ("finishSecret", "UpdateSecretVersionStage"),
    ];
    for (step, operation) in operations {
        let scene = Scene::new();
        scene.fake.begin(NEW);
        if step == "finishSecret" {
            scene.ask("createSecret", NEW).await.unwrap();
        }
        scene.fake.state().failing = Some((operation, 500, "InternalServiceError"));
        let fault = scene.ask(step, NEW).await.unwrap_err();
        assert_eq!(fault.kind(), "RotationToBeRetried", "{operation}: {fault}");
        assert!(is_silent(fault));
        scene.fake.state().failing = None;
        assert_eq!(scene.ask(step, NEW).await.unwrap(), Outcome::Done, "{operation}");
    }
}
