//! A vault: secrets with their versions, read by who shows a token for vaults. What it answers is Key Vault's own.
//!
//! Contract: Azure Key Vault REST API, "Get Secret" and "Get Secret Versions".

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::identity::token_for;
use crate::upstream::{Arrived, Script, Upstream};

/// The vault's own address, which the double is not at.
pub const URL: &str = "https://kv1.vault.azure.net";

/// The versions of each secret, oldest first.
type Versions = Arc<Mutex<BTreeMap<String, Vec<Version>>>>;

#[derive(Clone, Debug)]
struct Version {
    value: String,
    /// Besides `created`.
    attributes: Map<String, Value>,
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
        let Value::Object(attributes) = attributes else { panic!("attributes: {attributes}") };
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        versions.entry(name.to_owned()).or_default().push(Version { value: value.to_owned(), attributes });
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
    let target = arrived.line.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let mut words = path.strip_prefix("/secrets/").unwrap_or_default().split('/');
    let (name, part) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let versions = versions.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(all) = versions.get(name) else { return refused(404, "SecretNotFound", None) };
    if part == "versions" {
        let rows: Vec<_> = all.iter().enumerate().map(|(place, version)| row(name, place, version)).collect();
        return Script::json(&json!({"value": rows, "nextLink": null}).to_string());
    }
    let found = all.iter().enumerate().rfind(|(place, _)| part.is_empty() || part == id(*place));
    match found {
        None => refused(404, "SecretNotFound", None),
        Some((_, version)) if version.attributes.get("enabled") == Some(&Value::Bool(false)) => {
            refused(403, "Forbidden", Some("SecretDisabled"))
        }
        Some((place, version)) => {
            let mut row = row(name, place, version);
            row["value"] = version.value.clone().into();
            Script::json(&row.to_string())
        }
    }
}

fn id(place: usize) -> String {
    format!("{place:032x}")
}

fn row(name: &str, place: usize, version: &Version) -> Value {
    let mut attributes = version.attributes.clone();
    attributes.insert("created".to_owned(), (1_780_000_000 + place).into());
    json!({"id": format!("{URL}/secrets/{name}/{}", id(place)), "attributes": attributes})
}

fn refused(status: u16, code: &str, inner: Option<&str>) -> Script {
    let inner = inner.map(|code| json!({"code": code}));
    let body = json!({"error": {"code": code, "message": "quokka is told here", "innererror": inner}});
    Script::json(&body.to_string()).status(status)
}
