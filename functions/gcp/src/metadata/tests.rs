//! The metadata server as it answers, and others in its place.

use std::collections::BTreeMap;

use conformance::gcp::metadata::{Metadata as Server, REGION};
use conformance::gcp::secret_manager::TOKEN;
use conformance::upstream::{Script, nobody};
use enforcement::{HttpSettings, HttpTransport};
use host::clock::SystemClock;

use super::*;

fn at(host: &str) -> Metadata {
    let variables = BTreeMap::from([("GCE_METADATA_HOST".to_owned(), host.to_owned())]);
    let place = MetadataPlace::read(&mut Reading::new(variables));
    Metadata::new(
        place,
        Arc::new(HttpTransport::plain(HttpSettings::default())),
        Arc::new(SystemClock::new()),
    )
}

fn of(server: &Server) -> Metadata {
    let [(_, host)] = server.variables();
    at(&host)
}

#[tokio::test]
async fn it_tells_the_region_and_gives_tokens_with_their_end() {
    let server = Server::start();
    let metadata = of(&server);
    assert_eq!(metadata.region().await.unwrap(), REGION);
    let before = SystemClock::new().unix_millis();
    let token = metadata.read("any", Stage::Current).await.unwrap();
    let ends = token.expires_at_ms.unwrap();
    assert_eq!(token.value.expose(), TOKEN);
    assert!((before + 3_500_000..before + 3_700_000).contains(&ends), "{ends}");
    assert!(server.asked().iter().all(|asked| asked.values("metadata-flavor") == ["Google"]));
}

#[tokio::test]
async fn whoever_is_not_the_metadata_server_gives_no_token() {
    let server = Server::start();
    let token = r#"{"access_token":"ya29.hunter2","expires_in":3599,"token_type":"Bearer"}"#;
    let googles = |script: Script| script.header("metadata-flavor", "Google");
    let rows = [
        ("unmarked", Script::json(token), "what answered is not the metadata server"),
        ("marked otherwise", Script::json(token).header("metadata-flavor", "Evil"), "what answered is not"),
        ("refused", googles(Script::json("hunter2").status(404)), "answered 404"),
        ("no JSON", googles(Script::json("hunter2")), "gave no token"),
        ("no end", googles(Script::json(r#"{"access_token":"hunter2"}"#)), "gave no token"),
        ("far too large", googles(Script::json(&"hunter2".repeat(MOST))), "too large"),
        ("hangs up", Script::HangUp, "did not answer"),
    ];
    for (name, script, expected) in rows {
        server.change(script);
        let error = of(&server).read("t", Stage::Current).await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(told.contains(expected) && !told.contains("hunter2"), "{name}: {told}");
        assert!(error.is_transient(), "{name}");
    }
    let away = at(nobody().trim_start_matches("http://"));
    assert!(away.region().await.unwrap_err().to_string().contains("cannot be reached"));
}
