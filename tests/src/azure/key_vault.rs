//! A vault: secrets with their versions, read and written by who shows a token for vaults. What it answers is Key
//! Vault's own.
//!
//! Contract: Azure Key Vault REST API, "Get Secret", "Get Secret Versions", "Set Secret" and "Update Secret".

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::identity::token_for;
use crate::upstream::{Arrived, Script, Upstream};

/// The vault's own address, which the double is not at.
pub const URL: &str = "https://kv1.vault.azure.net";
/// The host of its own address.
pub const NAME: &str = "kv1.vault.azure.net";
/// When the first version was made that a test puts in, in Unix seconds.
const MADE: u64 = 1_780_000_000;

/// The versions of each secret, oldest first.
type Versions = Arc<Mutex<BTreeMap<String, Vec<Version>>>>;

/// One version of a secret.
#[derive(Clone, Debug)]
pub struct Version {
    /// The vault's id of it.
    pub id: String,
    /// Its value.
    pub value: String,
    /// With `created`.
    pub attributes: Map<String, Value>,
    tags: Value,
    kind: Value,
}

impl Version {
    /// Whether it can be read.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.attributes.get("enabled") != Some(&Value::Bool(false))
    }
}

/// A vault.
#[derive(Clone, Debug)]
pub struct KeyVault {
    service: Upstream,
    versions: Versions,
}

impl KeyVault {
    /// An empty one.
    #[must_use]
    pub fn start() -> Self {
        let versions = Versions::default();
        let told = Arc::clone(&versions);
        Self { service: Upstream::start(Script::computed(move |arrived| answer(arrived, &told))), versions }
    }

    /// Makes this the newest version of a secret.
    pub fn put(&self, name: &str, value: &str) {
        self.put_with(name, value, json!({"enabled": true}));
    }

    /// The same with other attributes (`enabled`, `nbf`, `exp`).
    ///
    /// # Panics
    /// When the attributes are none.
    pub fn put_with(&self, name: &str, value: &str, attributes: Value) {
        let Value::Object(mut attributes) = attributes else { panic!("attributes: {attributes}") };
        let mut versions = locked(&self.versions);
        let all = versions.entry(name.to_owned()).or_default();
        attributes.insert("created".to_owned(), (MADE + all.len() as u64).into());
        let (id, value) = (id(all.len()), value.to_owned());
        all.push(Version { id, value, attributes, tags: json!({}), kind: Value::Null });
    }

    /// The versions of a secret, oldest first.
    #[must_use]
    pub fn versions(&self, name: &str) -> Vec<Version> {
        locked(&self.versions).get(name).cloned().unwrap_or_default()
    }

    /// The newest version of a secret.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn current(&self, name: &str) -> Version {
        self.versions(name).pop().expect("the secret is there")
    }

    /// Lets time pass: everything in it gets older.
    pub fn pass(&self, seconds: u64) {
        for version in locked(&self.versions).values_mut().flatten() {
            for time in ["created", "exp", "nbf"] {
                let earlier = version.attributes.get(time).and_then(Value::as_u64).map(|at| at - seconds);
                version.attributes.extend(earlier.map(|at| (time.to_owned(), at.into())));
            }
        }
    }

    /// What a function is told, so that it finds this vault.
    #[must_use]
    pub fn variables(&self) -> [(String, String); 2] {
        [
            ("SALLYPORT_VAULT_URL".to_owned(), URL.to_owned()),
            ("SALLYPORT_VAULT_ENDPOINT".to_owned(), self.service.url()),
        ]
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.service.arrived()
    }

    /// Where it listens, without TLS.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.service.address()
    }

    /// Answers in another way from now on.
    pub fn change(&self, script: Script) {
        self.service.change(script);
    }
}

fn answer(arrived: &Arrived, versions: &Versions) -> Script {
    if arrived.values("authorization") != [format!("Bearer {}", token_for("https://vault.azure.net"))] {
        let challenge = r#"Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net""#;
        return refused(401, "Unauthorized", None).header("www-authenticate", challenge);
    }
    let mut words = arrived.line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split('?').next().unwrap_or_default();
    let mut words = path.strip_prefix("/secrets/").unwrap_or_default().split('/');
    let (name, part) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
    let mut versions = locked(versions);
    if method == "PUT" {
        return written(versions.entry(name.to_owned()).or_default(), name, &body);
    }
    let Some(all) = versions.get_mut(name) else { return refused(404, "SecretNotFound", None) };
    if part == "versions" {
        let rows: Vec<_> = all.iter().map(|version| row(name, version)).collect();
        return Script::json(&json!({"value": rows, "nextLink": null}).to_string());
    }
    let found = all.iter_mut().rfind(|version| part.is_empty() || part == version.id);
    match found {
        None => refused(404, "SecretNotFound", None),
        Some(version) if method == "PATCH" => {
            version.attributes.extend(body["attributes"].as_object().cloned().unwrap_or_default());
            Script::json(&row(name, version).to_string())
        }
        Some(version) if !version.is_enabled() => refused(403, "Forbidden", Some("SecretDisabled")),
        Some(version) => told(name, version),
    }
}

/// Any write is the newest version.
fn written(all: &mut Vec<Version>, name: &str, body: &Value) -> Script {
    let Some(value) = body["value"].as_str() else { return refused(400, "BadParameter", None) };
    let mut attributes = body["attributes"].as_object().cloned().unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    attributes.insert("created".to_owned(), now.as_secs().into());
    let (tags, kind) = (body["tags"].clone(), body["contentType"].clone());
    let version = Version { id: id(all.len()), value: value.to_owned(), attributes, tags, kind };
    let told = told(name, &version);
    all.push(version);
    told
}

fn told(name: &str, version: &Version) -> Script {
    let mut row = row(name, version);
    row["value"] = version.value.clone().into();
    Script::json(&row.to_string())
}

fn id(place: usize) -> String {
    format!("{place:032x}")
}

fn row(name: &str, version: &Version) -> Value {
    let Version { id, attributes, tags, kind, .. } = version;
    let mut row = json!({"id": format!("{URL}/secrets/{name}/{id}"), "attributes": attributes});
    for (member, value) in [("tags", tags), ("contentType", kind)] {
        if !value.is_null() {
            row[member] = value.clone();
        }
    }
    row
}

fn refused(status: u16, code: &str, inner: Option<&str>) -> Script {
    let inner = inner.map(|code| json!({"code": code}));
    let body = json!({"error": {"code": code, "message": "quokka is told here", "innererror": inner}});
    Script::json(&body.to_string()).status(status)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
