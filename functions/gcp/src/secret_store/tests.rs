//! Secret Manager as it answers, through the SDK: what is read, what is refused, and that no fault holds a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use conformance::gcp::metadata::Metadata as Server;
use conformance::gcp::secret_manager::{ASIDE, SecretManager as Double, TOKEN, VersionState};
use conformance::upstream::{Script, nobody};
use enforcement::{HttpSettings, HttpTransport};
use host::clock::SystemClock;
use host::settings::Reading;
use serde_json::{Value, json};

use super::*;
use crate::credentials::Identity;
use crate::metadata::{Metadata, MetadataPlace};

const LLM: &str = "projects/p1/secrets/llm";

fn store(endpoint: &str, server: &Server) -> SecretManager {
    let variables: BTreeMap<_, _> = server.variables().into();
    let place = MetadataPlace::read(&mut Reading::new(variables));
    let transport = Arc::new(HttpTransport::plain(HttpSettings::default()));
    let clock = Arc::new(SystemClock::new());
    let identity = Identity::new(Metadata::new(place, transport, clock.clone()), clock);
    SecretManager::new(identity, Some(endpoint.parse().unwrap()))
}

fn scene() -> (SecretManager, Double) {
    let double = Double::start();
    (store(&double.url(), &Server::start()), double)
}

async fn read(store: &SecretManager, place: &str, stage: Stage) -> Result<(String, String), SecretError> {
    let read = store.read(place, stage).await?;
    Ok((read.value.expose().to_owned(), read.version))
}

fn good(value: &str, version: &str) -> Result<(String, String), SecretError> {
    Ok((value.to_owned(), version.to_owned()))
}

#[test]
fn places_are_written_as_they_are_read() {
    let good = [
        LLM,
        "projects/example.com:p-1/secrets/a_B-9/versions/7",
        "projects/123/secrets/s/versions/current#value",
        "projects/p1/secrets/s#a/b#c",
    ];
    for text in good {
        assert_eq!(SecretPlace::read(text).unwrap().to_string(), text);
    }
    assert_eq!(
        SecretPlace::read("projects/p/secrets/s/versions/latest").unwrap().to_string(),
        "projects/p/secrets/s"
    );
    let bad = [
        "",
        "llm",
        "projects/p1/secrets/",
        "projects/p1/secrets/../x",
        "projects/p1/secrets/s/versions/",
        "projects/p1/secrets/s/versions/1/x",
        "projects/p1/secrets/s#",
        "projects/p1/secrets/s:access?x",
        "projects/p1/locations/eu/secrets/s",
        "projects/../secrets/s",
    ];
    for text in bad {
        assert_eq!(SecretPlace::read(text), None, "{text}");
    }
}

#[tokio::test]
async fn what_is_current_is_under_its_alias_or_the_newest_that_is_enabled() {
    let (store, double) = scene();
    double.put("llm", "one");
    assert_eq!(read(&store, LLM, Stage::Current).await, good("one", "1"));
    for value in ["two", "three", "four"] {
        double.put("llm", value);
    }
    assert_eq!(read(&store, LLM, Stage::Current).await, good("four", "4"));
    double.edit("llm", |stored| {
        stored.versions[2].state = VersionState::Destroyed;
        stored.versions[3].state = VersionState::Disabled;
    });
    assert_eq!(read(&store, LLM, Stage::Current).await, good("two", "2"), "over two pages");
    let missing = read(&store, LLM, Stage::Previous).await.unwrap_err();
    assert_eq!(missing, SecretError::Missing { name: LLM.to_owned(), stage: Stage::Previous });
    double
        .edit("llm", |stored| stored.aliases.extend([("current".to_owned(), 1), ("previous".to_owned(), 2)]));
    assert_eq!(read(&store, LLM, Stage::Current).await, good("one", "1"));
    assert_eq!(read(&store, LLM, Stage::Previous).await, good("two", "2"));
    double.edit("llm", |stored| stored.versions[0].state = VersionState::Disabled);
    let disabled = read(&store, LLM, Stage::Current).await.unwrap_err();
    assert_eq!(
        disabled.to_string(),
        format!("secret `{LLM}` cannot be used: its version is disabled or destroyed")
    );
}

#[tokio::test]
async fn a_pinned_version_is_that_one() {
    let (store, double) = scene();
    for value in ["one", r#"{"value":"two"}"#] {
        double.put("llm", value);
    }
    double.edit("llm", |stored| stored.aliases.extend([("current".to_owned(), 2)]));
    assert_eq!(read(&store, &format!("{LLM}/versions/1"), Stage::Current).await, good("one", "1"));
    assert_eq!(read(&store, &format!("{LLM}/versions/2#value"), Stage::Current).await, good("two", "2"));
    assert!(read(&store, &format!("{LLM}/versions/1"), Stage::Previous).await.is_err());
    assert!(read(&store, &format!("{LLM}/versions/9"), Stage::Current).await.is_err());
    let calls = double.calls();
    assert_eq!(calls[0], "GET /v1/projects/p1/secrets/llm/versions/1:access", "{calls:?}");
    let shown =
        double.asked().iter().all(|asked| asked.values("authorization") == [format!("Bearer {TOKEN}")]);
    assert!(shown, "as the service's account");
}

#[tokio::test]
async fn a_value_that_did_not_come_as_it_is_kept_is_refused() {
    let (store, double) = scene();
    double.put("llm", "hunter2");
    double.edit("llm", |stored| stored.versions[0].corrupt = true);
    let error = read(&store, LLM, Stage::Current).await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains("checksum"), "{error}");
    let answer = |payload: Value| {
        Script::json(&json!({"name": "projects/1/secrets/llm/versions/1", "payload": payload}).to_string())
    };
    let rows = [
        ("no checksum", answer(json!({"data": "aHVudGVyMg=="})), "checksum"),
        ("no payload", Script::json(r#"{"name": "projects/1/secrets/llm/versions/1"}"#), STRANGE),
        ("no version", Script::json(r#"{"payload": {"data": "aHVudGVyMg=="}}"#), STRANGE),
        ("no JSON", Script::json("hunter2"), STRANGE),
        ("no text", answer(json!({"data": "/w==", "dataCrc32c": "4278190080"})), "no text"),
    ];
    for (name, script, expected) in rows {
        double.change(script);
        let error = read(&store, LLM, Stage::Current).await.unwrap_err();
        assert!(
            format!("{error:?}").contains(expected) && !format!("{error:?}").contains("hunter2"),
            "{name}: {error}"
        );
    }
}

#[tokio::test]
async fn what_secret_manager_says_is_told_without_its_words() {
    let rows = [
        (403, "PERMISSION_DENIED", "Denied", false),
        (401, "UNAUTHENTICATED", "Denied", false),
        (404, "NOT_FOUND", "Missing", false),
        (400, "FAILED_PRECONDITION", "Invalid", false),
        (400, "INVALID_ARGUMENT", "Invalid", false),
        (429, "RESOURCE_EXHAUSTED", "Unreachable", true),
        (500, "INTERNAL", "Unreachable", true),
        (503, "UNAVAILABLE", "Unreachable", true),
    ];
    let server = Server::start();
    for (status, word, kind, transient) in rows {
        let double = Double::start();
        double.put("llm", "hunter2");
        double.refuse("/", status, word);
        let error = read(&store(&double.url(), &server), LLM, Stage::Current).await.unwrap_err();
        let told = format!("{error:?}");
        assert!(told.starts_with(kind) && !told.contains(ASIDE), "{word}: {told}");
        assert_eq!(error.is_transient(), transient, "{word}");
    }
    let away = read(&store(&nobody(), &server), LLM, Stage::Current).await.unwrap_err();
    assert!(away.is_transient() && away.to_string().contains("it cannot be reached"), "{away}");
    server.change(Script::json("").status(500));
    let fresh = Server::start();
    fresh.change(Script::json("").status(500));
    let unproved = read(&store(&nobody(), &fresh), LLM, Stage::Current).await.unwrap_err();
    assert!(unproved.is_transient() && unproved.to_string().contains("gave no token"), "{unproved}");
}

#[tokio::test]
async fn a_newest_version_that_is_off_is_told_also_where_the_others_may_not_be_listed() {
    let (store, double) = scene();
    double.put("llm", "one");
    double.put("llm", "two");
    double.edit("llm", |stored| stored.versions[1].state = VersionState::Disabled);
    double.refuse("GET /v1/projects/p1/secrets/llm/versions", 403, "PERMISSION_DENIED");
    let error = read(&store, LLM, Stage::Current).await;
    assert!(error.is_err(), "{error:?}");
}
