//! Every delivery of `events/`: what begins with `due` renews, what begins with `told` asks for nothing, often as our own
//! echo, and what begins with `refused` is over, and renews nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use conformance::gcp::id_tokens::IdTokens;
use conformance::gcp::secret_manager::timestamp;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::world::{AUDIENCE, World, now_ms};

/// When the messages of the data were published.
const PUBLISHED: &str = "2026-08-22T10:00:00.123Z";

/// A delivery: its headers, and its body.
pub(crate) struct Delivery {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The deliveries of the data files, by name, with tokens that are let in; published now.
pub(crate) fn deliveries(world: &World) -> BTreeMap<String, Delivery> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rotation/events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), delivery(world, &path)))
        .collect()
}

fn delivery(world: &World, path: &std::path::Path) -> Delivery {
    let text = std::fs::read_to_string(path).unwrap().replace(PUBLISHED, &timestamp(now_ms()));
    let file: Value = serde_json::from_str(&text).unwrap();
    let more: Vec<_> = file["headers"].as_object().into_iter().flatten().collect();
    let more: Vec<_> = more.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let token = world.tokens.token(&IdTokens::claims(AUDIENCE));
    let body = file["text"].as_str().map_or_else(|| file["body"].to_string(), str::to_owned);
    Delivery { headers: world.headers_with(&token, &more), body }
}

#[tokio::test]
async fn each_delivery_does_what_its_name_says() {
    let world = World::new();
    let deliveries = deliveries(&world);
    assert!(deliveries.len() > 40, "{}", deliveries.len());
    for (name, delivery) in deliveries {
        world.reset();
        let before = world.manager.calls().len();
        let status = world.deliver_as(&delivery.headers, delivery.body.as_bytes()).await;
        let asked = world.manager.calls().len() > before;
        match name.split('_').next().unwrap() {
            "due" => {
                assert_eq!(status, StatusCode::NO_CONTENT, "{name}");
                world.check(1, &name);
            }
            "told" => assert_eq!((status, asked), (StatusCode::NO_CONTENT, false), "{name}"),
            "refused" => {
                // Whether a number is the project's own can only be asked.
                let asks = name == "refused_another_number";
                assert_eq!((status, asked), (StatusCode::ACCEPTED, asks), "{name}");
                assert_eq!(world.stored().versions.len(), 1, "{name}");
            }
            other => panic!("what is `{other}`?"),
        }
    }
}
