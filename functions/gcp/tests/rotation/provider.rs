//! A credential that a provider's own API makes and revokes, through three rotations: whoever reads it as the gate does
//! always has one that works, and what is over is revoked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use rotation::{Exchange, HttpAnswer, HttpRequest, RotationError, Tools};
use sallyport_gcp::rotator::Rotator;
use secrets::{BoxFuture, Secret, SecretStore as _, Stage};
use serde_json::{Value, json};

use crate::world::{DAY, SECRET, World};

/// The provider: the values of its credentials and their tags, by id.
#[derive(Default)]
struct Provider(Mutex<BTreeMap<String, (String, Option<String>)>>);

impl Provider {
    fn takes(&self, value: &str) -> bool {
        self.0.lock().unwrap().values().any(|(own, _)| own == value)
    }

    fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    fn answer(&self, request: &HttpRequest) -> (u16, Value) {
        let shown =
            request.headers.iter().find(|(name, _)| name == "authorization").unwrap().1.expose().to_owned();
        let path = request.url.strip_prefix("https://api.example.com").unwrap();
        let shown = shown.strip_prefix("Bearer ").unwrap();
        if path == "/v1/models" {
            return (if self.takes(shown) { 200 } else { 401 }, json!({}));
        }
        assert_eq!(shown, "admin-key");
        let mut keys = self.0.lock().unwrap();
        match (request.method.as_str(), path.strip_prefix("/v1/keys/")) {
            ("DELETE", Some(id)) => (if keys.remove(id).is_some() { 200 } else { 404 }, json!({})),
            ("GET", None) => {
                let tagged =
                    keys.iter().filter_map(|(id, (_, tag))| Some(json!({"id": id, "name": tag.as_ref()?})));
                (200, json!({"data": tagged.collect::<Vec<_>>(), "has_more": false}))
            }
            ("POST", None) => {
                let asked: Value = serde_json::from_str(request.body.as_ref().unwrap().expose()).unwrap();
                let tag = asked["name"].as_str().unwrap();
                let (id, value) = (format!("id-{tag}"), format!("value-{tag}"));
                keys.insert(id.clone(), (value.clone(), Some(tag.to_owned())));
                (200, json!({"key": {"id": id, "secret": value}}))
            }
            (method, rest) => panic!("{method} {rest:?}"),
        }
    }
}

impl Exchange for Provider {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpAnswer, RotationError>> {
        let (status, body) = self.answer(&request);
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(HttpAnswer { status, body: Secret::new(body.to_string()) })
        })
    }
}

fn document() -> String {
    let admin = json!({"authorization": "Bearer {admin}"});
    let keys = "https://api.example.com/v1/keys";
    json!({"id": "k1", "value": "value-of-k1", "provider": {
        "host": "api.example.com",
        "admin_secret": "projects/p1/secrets/admin",
        "mint": {"method": "POST", "url": keys, "headers": admin, "body": {"name": "{tag}"},
                 "id": "/key/id", "value": "/key/secret"},
        "list": {"method": "GET", "url": keys, "headers": admin,
                 "items": "/data", "id": "/id", "tag": "/name", "more": "/has_more"},
        "verify": {"method": "GET", "url": "https://api.example.com/v1/models",
                   "headers": {"authorization": "Bearer {value}"}},
        "revoke": {"method": "DELETE", "url": format!("{keys}/{{id}}"), "headers": admin},
    }})
    .to_string()
}

#[tokio::test]
async fn no_call_fails_while_the_credential_is_renewed_three_times() {
    let (world, provider) = (World::new(), Arc::new(Provider::default()));
    let first = ("k1".to_owned(), ("value-of-k1".to_owned(), None));
    provider.0.lock().unwrap().extend([first]);
    world.manager.put("admin", "admin-key");
    world.manager.edit(SECRET, |stored| stored.versions[0].value = document().into_bytes());
    let manager = Arc::new(world.secrets());
    let own = world.rotator();
    let tools = Tools {
        exchange: Some(Arc::clone(&provider) as Arc<dyn Exchange>),
        secrets: Some(Arc::clone(&manager) as Arc<dyn secrets::SecretStore>),
        ..own.tools.clone()
    };
    let rotator = Rotator { strategy: rotation::strategy("http_credential").unwrap(), tools, ..own };
    let done = std::cell::Cell::new(false);
    let calls = async {
        let (mut made, mut kept, place) = (0, None, format!("projects/p1/secrets/{SECRET}#value"));
        while !done.get() {
            // A value is used for a while after it was read.
            if made % 7 == 0 {
                kept = Some(manager.read(&place, Stage::Current).await.unwrap().value);
            }
            assert!(provider.takes(kept.as_ref().unwrap().expose()), "call {made}");
            made += 1;
            tokio::task::yield_now().await;
        }
        made
    };
    let rotations = async {
        for rotations in 1..=3 {
            assert_eq!(world.deliver_to(&rotator, &world.tell()).await, StatusCode::NO_CONTENT);
            world.check(rotations, "renewed");
            assert_eq!(
                provider.ids().len(),
                2,
                "the one before is good during the overlap: {:?}",
                provider.ids()
            );
            world.age(40 * DAY);
        }
        done.set(true);
    };
    let (made, ()) = tokio::join!(calls, rotations);
    assert!(made > 100, "{made}");
    assert!(!provider.ids().contains(&"k1".to_owned()), "the first was revoked");
}
