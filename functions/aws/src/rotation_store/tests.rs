//! What each operation of a rotation asks of Secrets Manager, and what is made of the answers.

use std::sync::Arc;

use rotation::RotationFault;
use serde_json::json;

use super::*;
use crate::fake_secrets_manager::{ARN, FakeSecretsManager};

const OLD: &str = "11111111-0000-4000-8000-000000000000";
const NEW: &str = "22222222-0000-4000-8000-000000000000";

fn fake() -> Arc<FakeSecretsManager> {
    let fake = Arc::new(FakeSecretsManager::default());
    fake.state().now_ms = 1_000_500;
    fake.add(OLD, "AWSCURRENT", Some(json!({"SecretString": "hunter2"})));
    fake.state().now_ms = 2_000_000;
    fake
}

fn pending<'a>(value: &'a Secret, token: Option<&'a Secret>) -> PendingValue<'a> {
    PendingValue { secret: ARN, version: NEW, value, rotation_token: token }
}

#[tokio::test]
async fn a_description_has_the_stages_and_the_time_from_which_an_overlap_counts() {
    let fake = fake();
    let store = fake.store();
    let alone = store.describe(ARN).await.unwrap();
    assert_eq!((alone.current(), alone.pending(), alone.current_since_ms), (Some(OLD), None, 1_000_500));
    fake.begin(NEW);
    let begun = store.describe(ARN).await.unwrap();
    assert_eq!(
        (begun.pending(), begun.current_since_ms),
        (Some(NEW), 1_000_500),
        "a pending version is none"
    );
    let value = Secret::new("new".to_owned());
    store.put_pending(pending(&value, None)).await.unwrap();
    store.move_current(ARN, OLD, NEW).await.unwrap();
    let moved = store.describe(ARN).await.unwrap();
    assert_eq!(
        (moved.current(), moved.previous(), moved.current_since_ms),
        (Some(NEW), Some(OLD), 2_000_000)
    );
    assert!(moved.rotation_enabled);
    fake.state().rotation_disabled = true;
    assert!(!store.describe(ARN).await.unwrap().rotation_enabled);
}

#[tokio::test]
async fn a_value_is_read_by_its_stage_and_its_version() {
    let fake = fake();
    let store = fake.store();
    let current = store.read(ARN, VersionStage::Current, None).await.unwrap().unwrap();
    assert_eq!(current.expose(), "hunter2");
    fake.begin(NEW);
    let rows = [
        (VersionStage::Pending, Some(NEW)),
        (VersionStage::Pending, Some(OLD)),
        (VersionStage::Current, Some(NEW)),
        (VersionStage::Previous, None),
    ];
    for (stage, version) in rows {
        assert_eq!(store.read(ARN, stage, version).await.unwrap(), None, "{stage} {version:?}");
    }
    fake.add(NEW, "AWSPENDING", Some(json!({"SecretBinary": "aHVudGVyMg=="})));
    let binary = store.read(ARN, VersionStage::Pending, Some(NEW)).await.unwrap_err();
    assert!(matches!(binary, RotationError::Invalid { .. }), "{binary}");
}

#[tokio::test]
async fn a_value_is_put_as_pending_with_the_schedulers_token_and_never_another_over_it() {
    let (fake, value) = (fake(), Secret::new("new".to_owned()));
    let (store, token) = (fake.store(), Secret::new("9a8b".to_owned()));
    for _ in 0..2 {
        store.put_pending(pending(&value, Some(&token))).await.unwrap();
    }
    assert_eq!(fake.at("AWSPENDING").unwrap(), (NEW.to_owned(), Some(json!({"SecretString": "new"}))));
    assert_eq!(fake.at("AWSCURRENT").unwrap().0, OLD);
    assert_eq!(fake.state().asked[0].1["RotationToken"], "9a8b");
    let other = Secret::new("other".to_owned());
    let conflict = store.put_pending(pending(&other, None)).await.unwrap_err();
    assert!(matches!(conflict, RotationError::Conflict { .. }), "{conflict}");
    assert_eq!(fake.state().asked[2].1.get("RotationToken"), None);
}

#[tokio::test]
async fn what_is_current_moves_only_from_where_it_was_seen() {
    let (fake, value) = (fake(), Secret::new("new".to_owned()));
    let store = fake.store();
    store.put_pending(pending(&value, None)).await.unwrap();
    let conflict = store.move_current(ARN, NEW, OLD).await.unwrap_err();
    assert!(matches!(conflict, RotationError::Conflict { .. }), "{conflict}");
    assert_eq!(fake.at("AWSCURRENT").unwrap().0, OLD);
    store.move_current(ARN, OLD, NEW).await.unwrap();
    assert_eq!(
        (fake.at("AWSCURRENT").unwrap().0, fake.at("AWSPREVIOUS").unwrap().0),
        (NEW.into(), OLD.into())
    );
}

#[tokio::test]
async fn a_pending_stage_is_dropped_as_often_as_one_likes() {
    let fake = fake();
    let store = fake.store();
    fake.begin(NEW);
    store.drop_pending(ARN, OLD).await.unwrap();
    assert!(fake.at("AWSPENDING").is_some(), "another version's stays");
    for _ in 0..2 {
        store.drop_pending(ARN, NEW).await.unwrap();
        assert!(fake.at("AWSPENDING").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_who_has_to_act_and_nothing_of_its_text() {
    let rows = [
        (400, "ResourceNotFoundException", RotationFault::Operator, false),
        (400, "AccessDeniedException", RotationFault::Operator, false),
        (400, "InvalidRequestException", RotationFault::Operator, false),
        (400, "ThrottlingException", RotationFault::Service, true),
        (500, "InternalServiceError", RotationFault::Service, true),
        (503, "", RotationFault::Service, true),
    ];
    let fake = fake();
    let store = fake.store();
    for (status, kind, fault, transient) in rows {
        fake.state().failing = Some(("DescribeSecret", status, kind));
        let error = store.describe(ARN).await.unwrap_err();
        assert_eq!((error.fault(), error.is_transient()), (fault, transient), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
    let other = store.read(&ARN.replace("callers", "others"), VersionStage::Current, None).await;
    assert_eq!(other.unwrap(), None);
}

#[tokio::test]
async fn without_a_role_nothing_is_asked() {
    let fake = fake();
    let store = fake.store_for(None);
    assert!(matches!(store.describe(ARN).await, Err(RotationError::Denied { .. })));
    assert!(fake.state().asked.is_empty());
}
