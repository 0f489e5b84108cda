//! What a rotation calls, as far as it matters here: a vault with versions, tags and attributes; Azure Resource Manager
//! with an account's two keys; the blob with the lease; the platform's tokens; and the model that takes a good key. It
//! counts calls, and can end a run before or after any of them.
//!
//! It is asked in the same process (it is a [`Transport`]), or over HTTP (`served.rs`). Its clock is the real one;
//! [`World::age`] makes everything in it older.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use enforcement::{Sending, Transport, TransportError};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

pub(crate) const SECRET: &str = "azure-openai";
pub(crate) const ACCOUNT: &str =
    "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.CognitiveServices/accounts/a1";
const PENDING: &str = "azure-openai-pending";

/// One version of a secret.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) enabled: bool,
    pub(crate) created: u64,
    pub(crate) expires: Option<u64>,
    pub(crate) tags: Map<String, Value>,
    pub(crate) content_type: Option<String>,
}

/// When a run ends: at which call, and whether what it asked for is still done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) call: usize,
    pub(crate) done: bool,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) secrets: BTreeMap<String, Vec<Version>>,
    pub(crate) keys: [String; 2],
    pub(crate) regenerated: usize,
    pub(crate) lease: Option<String>,
    pub(crate) calls: Vec<String>,
    pub(crate) end: Option<End>,
    pub(crate) refused: BTreeMap<String, u16>,
    blob: bool,
    made: usize,
}

#[derive(Debug, Default)]
pub(crate) struct World {
    state: Mutex<State>,
    /// Rings when a run has to end.
    pub(crate) ended: Notify,
}

/// A status, headers, and a body.
pub(crate) type Told = (u16, Vec<(&'static str, String)>, Value);

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

impl World {
    /// A vault with one version of the secret, which expires in some days, and an account whose first key it holds.
    pub(crate) fn new(value: &str, days: u64) -> Arc<Self> {
        let world = Self::default();
        {
            let mut state = world.state();
            state.keys = ["key-one".to_owned(), "key-two".to_owned()];
            let tags = Map::from_iter([("team".to_owned(), json!("ml"))]);
            let first = state.version(value, Some(now() + days * 86_400), tags, Some("application/json"));
            state.secrets.insert(SECRET.to_owned(), vec![Version { created: now() - 90_000, ..first }]);
            // As the stack makes it.
            let empty = state.version("put the credential in", None, Map::new(), None);
            state.secrets.insert(PENDING.to_owned(), vec![Version { enabled: false, ..empty }]);
        }
        Arc::new(world)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Makes everything older.
    pub(crate) fn age(&self, seconds: u64) {
        for version in self.state().secrets.values_mut().flatten() {
            version.created -= seconds;
            version.expires = version.expires.map(|expires| expires - seconds);
        }
    }

    pub(crate) fn current(&self) -> Version {
        self.state().secrets[SECRET].last().unwrap().clone()
    }

    pub(crate) fn versions(&self) -> Vec<Version> {
        self.state().secrets[SECRET].clone()
    }

    pub(crate) fn pending(&self) -> Vec<Version> {
        let pending = self.state().secrets[PENDING].clone();
        pending.into_iter().filter(|version| version.enabled).collect()
    }

    /// Whatever a run held when it was killed ends by itself.
    pub(crate) fn let_go(&self) {
        let mut state = self.state();
        (state.lease, state.end) = (None, None);
    }

    /// Answers one call; `None` when the run is to end at it.
    pub(crate) fn answer(
        &self,
        method: &str,
        path: &str,
        headers: &http::HeaderMap,
        body: &[u8],
    ) -> Option<Told> {
        let mut state = self.state();
        if path.contains("/token") || path.starts_with("/msi") {
            let ends = (now() + 3600).to_string();
            return Some((
                200,
                vec![],
                json!({"access_token": "token", "expires_on": ends, "resource": "r", "token_type": "Bearer", "expires_in": "3600", "ext_expires_in": "3600", "client_id": "c"}),
            ));
        }
        let call = state.calls.len();
        state.calls.push(format!("{method} {path}"));
        let end = state.end.filter(|end| end.call == call);
        if end.is_some_and(|end| !end.done) {
            return None;
        }
        let told = state.told(method, path, headers, body);
        end.is_none().then_some(told)
    }
}

impl State {
    fn version(
        &mut self,
        value: &str,
        expires: Option<u64>,
        tags: Map<String, Value>,
        kind: Option<&str>,
    ) -> Version {
        self.made += 1;
        // The vault's ids tell nothing of the order.
        let id = format!(
            "{:032x}",
            u128::try_from(self.made).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        );
        let content_type = kind.map(str::to_owned);
        Version { id, value: value.to_owned(), enabled: true, created: now(), expires, tags, content_type }
    }

    fn told(&mut self, method: &str, path: &str, headers: &http::HeaderMap, body: &[u8]) -> Told {
        let shown = headers.get("authorization").is_some_and(|value| value == "Bearer token");
        let plain = path.split('?').next().unwrap();
        let refused =
            self.refused.iter().find(|(part, _)| format!("{method} {plain}").contains(part.as_str()));
        if let Some((_, status)) = refused {
            return (
                *status,
                vec![],
                json!({"error": {"code": "Forbidden", "message": "hunter2", "innererror": {"code": "ForbiddenByRbac"}}}),
            );
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(rest) = plain.strip_prefix("/vault/secrets/") {
            let challenge = "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"";
            if !shown {
                return (401, vec![("www-authenticate", challenge.to_owned())], json!({}));
            }
            return self.vault(method, rest.trim_end_matches('/'), &body);
        }
        if plain.starts_with("/model/") {
            let good =
                headers.get("api-key").is_some_and(|key| self.keys.iter().any(|own| key == own.as_str()));
            let said = json!({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]});
            let refused =
                json!({"error": {"code": "401", "message": "Access denied due to invalid subscription key"}});
            return if good { (200, vec![], said) } else { (401, vec![], refused) };
        }
        if plain == "/openai/models" {
            let good =
                headers.get("api-key").is_some_and(|key| self.keys.iter().any(|own| key == own.as_str()));
            return (if good { 200 } else { 401 }, vec![], json!({}));
        }
        assert!(shown, "{method} {path} without a token");
        if let Some(rest) = plain.strip_prefix("/arm") {
            return self.account(method, rest, path, &body);
        }
        self.blob(method, path, headers)
    }

    fn vault(&mut self, method: &str, rest: &str, body: &Value) -> Told {
        let missing = || (404, vec![], json!({"error": {"code": "SecretNotFound", "message": "hunter2"}}));
        let disabled = || {
            (403, vec![], json!({"error": {"code": "Forbidden", "innererror": {"code": "SecretDisabled"}}}))
        };
        let (name, version) = rest.split_once('/').unwrap_or((rest, ""));
        if method == "PUT" {
            let expires = body.pointer("/attributes/exp").and_then(Value::as_u64);
            let tags = body["tags"].as_object().cloned().unwrap_or_default();
            let made =
                self.version(body["value"].as_str().unwrap(), expires, tags, body["contentType"].as_str());
            let told = shown(name, &made, true);
            self.secrets.entry(name.to_owned()).or_default().push(made);
            return (200, vec![], told);
        }
        let Some(versions) = self.secrets.get_mut(name) else { return missing() };
        if version == "versions" {
            let mut rows: Vec<_> = versions.iter().map(|version| shown(name, version, false)).collect();
            rows.sort_by_key(|row| row["id"].to_string());
            return (200, vec![], json!({"value": rows, "nextLink": null}));
        }
        let found = match version {
            "" => versions.last_mut(),
            id => versions.iter_mut().find(|version| version.id == id),
        };
        let Some(found) = found else { return missing() };
        if method == "PATCH" {
            found.enabled = body["attributes"]["enabled"].as_bool().unwrap_or(found.enabled);
            return (200, vec![], shown(name, found, false));
        }
        if found.enabled { (200, vec![], shown(name, found, true)) } else { disabled() }
    }

    fn account(&mut self, method: &str, plain: &str, path: &str, body: &Value) -> Told {
        assert!(method == "POST" && path.contains("api-version="), "{method} {path}");
        match plain.strip_prefix(ACCOUNT) {
            Some("/regenerateKey") => {
                self.regenerated += 1;
                let index = ["Key1", "Key2"].iter().position(|name| body["keyName"] == *name).unwrap();
                self.keys[index] = format!("key-made-{}", self.regenerated);
            }
            Some("/listKeys") => {}
            _ => return (404, vec![], json!({"error": {"code": "ResourceNotFound"}})),
        }
        (200, vec![], json!({"key1": self.keys[0], "key2": self.keys[1]}))
    }

    fn blob(&mut self, method: &str, path: &str, headers: &http::HeaderMap) -> Told {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        assert_eq!(
            (method, text("x-ms-version").is_some(), text("x-ms-date").is_some()),
            ("PUT", true, true)
        );
        let told = |status, code: &str| (status, vec![("x-ms-error-code", code.to_owned())], Value::Null);
        let lease = self.lease.clone();
        match (path, text("x-ms-lease-action").as_deref()) {
            ("/blob/sallyport?restype=container", _) => told(201, ""),
            ("/blob/sallyport/azure-openai", _) => {
                self.blob = true;
                told(201, "")
            }
            _ if !self.blob => told(404, "ContainerNotFound"),
            (_, Some("acquire")) if lease.is_some() => told(409, "LeaseAlreadyPresent"),
            (_, Some("acquire")) => {
                self.made += 1;
                let id = format!("lease-{}", self.made);
                self.lease = Some(id.clone());
                (201, vec![("x-ms-lease-id", id)], Value::Null)
            }
            _ if lease.is_none() || lease != text("x-ms-lease-id") => {
                told(409, "LeaseIdMismatchWithLeaseOperation")
            }
            (_, Some("renew")) => told(200, ""),
            (_, Some("release")) => {
                self.lease = None;
                told(200, "")
            }
            (path, action) => panic!("{path} {action:?}"),
        }
    }
}

fn shown(name: &str, version: &Version, value: bool) -> Value {
    let mut shown = json!({
        "id": format!("https://kv1.vault.azure.net/secrets/{name}/{}", version.id),
        "attributes": {"enabled": version.enabled, "created": version.created, "updated": version.created},
        "tags": version.tags,
    });
    if let Some(expires) = version.expires {
        shown["attributes"]["exp"] = expires.into();
    }
    if let Some(kind) = &version.content_type {
        shown["contentType"] = kind.clone().into();
    }
    if value {
        shown["value"] = version.value.clone().into();
    }
    shown
}

/// A world as what HTTP requests go through.
#[derive(Debug)]
pub(crate) struct Wire(pub(crate) Arc<World>);

impl Transport for Wire {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        Box::pin(async move {
            // Others get their turn at each call.
            tokio::task::yield_now().await;
            let path = request.uri().path_and_query().unwrap().as_str();
            let told = self.0.answer(request.method().as_str(), path, request.headers(), request.body());
            let Some((status, headers, body)) = told else {
                self.0.ended.notify_one();
                std::future::pending().await
            };
            let mut answer = Response::builder().status(status).header("content-type", "application/json");
            for (name, value) in headers {
                answer = answer.header(name, value);
            }
            let body = Full::new(Bytes::from(body.to_string()));
            let body = body.map_err(|never| -> TransportError { match never {} }).boxed_unsync();
            Ok(answer.body(body).unwrap())
        })
    }
}
