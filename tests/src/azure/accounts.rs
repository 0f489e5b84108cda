//! One account of Azure OpenAI: Azure Resource Manager, which lists its two keys and makes one of them anew for who
//! shows a token for it, and the account's own endpoint, which takes calls with either of them.
//!
//! Contract: Azure, "Cognitive Services REST API", `Accounts - List Keys` and `Accounts - Regenerate Key`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::identity::token_for;
use crate::upstream::{Arrived, Script, Upstream};

/// The account's resource id.
pub const ID: &str = "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.CognitiveServices/accounts/a1";
/// Where Azure Resource Manager is.
pub const MANAGEMENT: &str = "management.azure.com";
/// Where the account's models are.
pub const MODELS: &str = "a1.openai.azure.com";

/// The account.
#[derive(Clone, Debug)]
pub struct Account {
    service: Upstream,
    keys: Arc<Mutex<Keys>>,
}

#[derive(Debug)]
struct Keys {
    good: [String; 2],
    /// Which keys were made anew, in their order.
    regenerated: Vec<&'static str>,
}

impl Account {
    /// Starts it, with these keys.
    #[must_use]
    pub fn start(keys: [&str; 2]) -> Self {
        let keys = Keys { good: keys.map(str::to_owned), regenerated: Vec::new() };
        let keys = Arc::new(Mutex::new(keys));
        let own = Arc::clone(&keys);
        let service = Upstream::start(Script::computed(move |arrived| answer(&mut locked(&own), arrived)));
        Self { service, keys }
    }

    /// Where both of its services listen, without TLS.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.service.address()
    }

    /// The first and the second key.
    #[must_use]
    pub fn keys(&self) -> [String; 2] {
        locked(&self.keys).good.clone()
    }

    /// Which keys were made anew, in their order: `Key1` or `Key2`.
    #[must_use]
    pub fn regenerated(&self) -> Vec<&'static str> {
        locked(&self.keys).regenerated.clone()
    }
}

fn answer(keys: &mut Keys, arrived: &Arrived) -> Script {
    let mut words = arrived.line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let host = arrived.values("host").concat();
    if host.split(':').next() == Some(MODELS) {
        let shown = arrived.values("api-key");
        let is_good = keys.good.iter().any(|key| shown == [key.as_str()]);
        return if is_good { Script::json(r#"{"data":[]}"#) } else { refused(401, "401") };
    }
    if arrived.values("authorization") != [format!("Bearer {}", token_for("https://management.azure.com"))] {
        return refused(401, "InvalidAuthenticationToken");
    }
    if method == "POST" && arrived.values("content-length").is_empty() {
        return refused(411, "LengthRequired");
    }
    let body: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
    match (method, target.strip_prefix(ID)) {
        ("POST", Some("/listKeys?api-version=2025-06-01")) => {}
        ("POST", Some("/regenerateKey?api-version=2025-06-01")) => {
            let names = ["Key1", "Key2"];
            let Some(place) = names.iter().position(|name| body["keyName"] == *name) else {
                return refused(400, "InvalidRequestContent");
            };
            keys.regenerated.push(names[place]);
            keys.good[place] = format!("key-quokka-made-{}", keys.regenerated.len());
        }
        _ => return refused(404, "ResourceNotFound"),
    }
    Script::json(&json!({"key1": keys.good[0], "key2": keys.good[1]}).to_string())
}

fn refused(status: u16, code: &str) -> Script {
    Script::json(&json!({"error": {"code": code, "message": "quokka is told here"}}).to_string())
        .status(status)
}

fn locked(keys: &Mutex<Keys>) -> MutexGuard<'_, Keys> {
    keys.lock().unwrap_or_else(PoisonError::into_inner)
}
