//! A model API that makes, lists and revokes its own keys for whoever shows the admin's, and answers calls to whoever
//! shows one that is good.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::upstream::{Arrived, Script, Upstream};

/// The key of the admin API.
pub const ADMIN_KEY: &str = "admin-key-quokka";
/// The first key, which nobody minted here.
pub const FIRST_KEY: &str = "sk-quokka-first";

const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;

/// A provider that is up.
#[derive(Clone, Debug)]
pub struct Provider {
    upstream: Upstream,
    keys: Arc<Mutex<Keys>>,
}

#[derive(Debug, Default)]
struct Keys {
    good: Vec<Key>,
    made: usize,
}

#[derive(Clone, Debug)]
struct Key {
    id: String,
    value: String,
    tag: Option<String>,
}

impl Provider {
    /// Starts one that has the first key and no other.
    #[must_use]
    pub fn start() -> Self {
        let first = Key { id: "key_first".to_owned(), value: FIRST_KEY.to_owned(), tag: None };
        let keys = Arc::new(Mutex::new(Keys { good: vec![first], made: 0 }));
        let own = Arc::clone(&keys);
        let upstream = Upstream::start(Script::computed(move |arrived| answer(&mut locked(&own), arrived)));
        Self { upstream, keys }
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.upstream.url()
    }

    /// Where it listens, without TLS.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.upstream.address()
    }

    /// The keys that are good, in the order in which they were made.
    #[must_use]
    pub fn good(&self) -> Vec<String> {
        locked(&self.keys).good.iter().map(|key| key.value.clone()).collect()
    }

    /// How many keys it has made.
    #[must_use]
    pub fn made(&self) -> usize {
        locked(&self.keys).made
    }

    /// The keys that chats came with, in their order.
    #[must_use]
    pub fn chatted_with(&self) -> Vec<String> {
        let chats = self.upstream.arrived().into_iter().filter(|arrived| arrived.line.contains("/chat/"));
        let shown = chats.map(|arrived| arrived.values("authorization").concat());
        shown.map(|shown| shown.trim_start_matches("Bearer ").to_owned()).collect()
    }

    /// The value of a secret that holds the first key, for the strategy `http_credential`; the provider is called at
    /// this host.
    #[must_use]
    pub fn document(host: &str, admin_secret: &str) -> Value {
        let admin = json!({"authorization": "Bearer {admin}"});
        let keys = format!("https://{host}/v1/keys");
        json!({
            "id": "key_first", "value": FIRST_KEY,
            "provider": {
                "host": host, "admin_secret": admin_secret,
                "mint": {"method": "POST", "url": keys, "headers": admin, "body": {"name": "{tag}"},
                         "id": "/key/id", "value": "/key/secret"},
                "list": {"method": "GET", "url": keys, "headers": admin,
                         "items": "/data", "id": "/id", "tag": "/name", "more": "/has_more"},
                "verify": {"method": "GET", "url": format!("https://{host}/v1/models"),
                           "headers": {"authorization": "Bearer {value}"}},
                "revoke": {"method": "DELETE", "url": format!("{keys}/{{id}}"), "headers": admin},
            },
        })
    }
}

fn answer(keys: &mut Keys, arrived: &Arrived) -> Script {
    let shown = arrived.values("authorization").first().and_then(|value| value.strip_prefix("Bearer "));
    let is_good = keys.good.iter().any(|key| Some(key.value.as_str()) == shown);
    let mut words = arrived.line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match (method, path) {
        ("GET", "/v1/models") if is_good => Script::json(r#"{"data":[]}"#),
        ("POST", "/v1/chat/completions") if is_good => Script::json(CHATTED),
        (_, path) if path.starts_with("/v1/keys") && shown == Some(ADMIN_KEY) => {
            administer(keys, method, path, &arrived.body)
        }
        _ => refusal("authentication_error").status(401),
    }
}

fn administer(keys: &mut Keys, method: &str, path: &str, body: &[u8]) -> Script {
    match (method, path.strip_prefix("/v1/keys/")) {
        ("POST", None) => {
            keys.made += 1;
            let asked: Value = serde_json::from_slice(body).unwrap_or_default();
            let (id, value) = (format!("key_{}", keys.made), format!("sk-quokka-{}", keys.made));
            let made = json!({"key": {"id": id, "secret": value}});
            keys.good.push(Key { id, value, tag: asked["name"].as_str().map(str::to_owned) });
            Script::json(&made.to_string())
        }
        ("GET", None) => {
            let row = |key: &Key| json!({"id": key.id, "name": key.tag});
            let rows: Vec<_> = keys.good.iter().map(row).collect();
            Script::json(&json!({"data": rows, "has_more": false}).to_string())
        }
        ("DELETE", Some(id)) => {
            let before = keys.good.len();
            keys.good.retain(|key| key.id != id);
            let gone = keys.good.len() == before;
            if gone { refusal("not_found").status(404) } else { Script::json("{}") }
        }
        _ => refusal("not_found").status(404),
    }
}

fn refusal(kind: &str) -> Script {
    Script::json(&json!({"error": {"type": kind, "message": "no"}}).to_string())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
