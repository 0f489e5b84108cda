//! A secret store as each provider has one, with the same secrets in it: a folder of files for this machine, Secrets
//! Manager for Lambda, a vault for Azure, Secret Manager for Cloud Run. A test puts another version there while the gate runs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::azure::key_vault::KeyVault;
use crate::gcp::secret_manager::SecretManager;
use crate::served::Settings;
use crate::upstream::{Arrived, Script, Upstream};

/// The versions of each secret, oldest first.
type Versions = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// Secrets that every provider finds.
#[derive(Clone, Debug)]
pub struct SecretStores {
    folder: Arc<TempDir>,
    manager: Upstream,
    vault: KeyVault,
    googles: SecretManager,
    versions: Versions,
}

impl SecretStores {
    /// Empty ones.
    ///
    /// # Panics
    /// When there is no folder or no port to be had.
    #[must_use]
    pub fn start() -> Self {
        let versions = Versions::default();
        let told = Arc::clone(&versions);
        let manager = Upstream::start(Script::computed(move |arrived| answer(arrived, &told)));
        Self {
            folder: Arc::new(tempfile::tempdir().expect("a folder can be made")),
            manager,
            vault: KeyVault::start(),
            googles: SecretManager::start(),
            versions,
        }
    }

    /// Makes this the current version of a secret.
    ///
    /// # Panics
    /// When its file cannot be written.
    pub fn put(&self, name: &str, value: &str) {
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        versions.entry(service_name(name)).or_default().push(value.to_owned());
        self.vault.put(&service_name(name), value);
        let _ = self.googles.put(&service_name(name), value);
        replace(&self.folder.path().join(name), value);
    }

    /// A gate that finds them. The credential of each of its upstreams is the secret with the vendor's name.
    #[must_use]
    pub fn known_to(&self, settings: Settings) -> Settings {
        let folder = self.folder.path().display().to_string();
        let vendors: Vec<String> = settings.upstreams.iter().map(|(vendor, _)| vendor.clone()).collect();
        let known = settings
            .arguments(["--secrets", &folder])
            .variable("AWS_ENDPOINT_URL_SECRETS_MANAGER", &self.manager.url());
        let others = self
            .vault
            .variables()
            .into_iter()
            .chain([("SALLYPORT_SECRETS_ENDPOINT".to_owned(), self.googles.url())]);
        let known = others.fold(known, |known, (name, value)| known.variable(&name, &value));
        vendors.iter().fold(known, |known, vendor| {
            known
                .variable(&format!("SALLYPORT_SECRET_{}", vendor.to_ascii_uppercase()), &service_name(vendor))
        })
    }

    /// A gate that lets in those whose keys are in these secrets, and nobody else.
    #[must_use]
    pub fn with_callers_in(&self, settings: Settings, secrets: &[&str]) -> Settings {
        let known = self.known_to(settings).variable("SALLYPORT_KEYS_SECRET", &secrets.join(","));
        let known = known.variable("SALLYPORT_ALLOW_ANONYMOUS", "false");
        secrets.iter().fold(known, |known, secret| known.arguments(["--keys-secret", secret]))
    }

    /// What Secrets Manager was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.manager.arrived()
    }
}

/// The name that every service allows: a vault takes no `_`.
fn service_name(name: &str) -> String {
    name.replace('_', "-")
}

/// In one step, so that nobody reads half a file.
fn replace(path: &Path, value: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, value).expect("a secret can be written");
    std::fs::rename(&beside, path).expect("a secret can be put in its place");
}

/// What Secrets Manager answers to `GetSecretValue`.
fn answer(arrived: &Arrived, versions: &Versions) -> Script {
    let asked: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
    let versions = versions.lock().unwrap_or_else(PoisonError::into_inner);
    let all = asked["SecretId"].as_str().and_then(|name| versions.get(name)).map_or(&[][..], Vec::as_slice);
    let back = if asked["VersionStage"] == "AWSPREVIOUS" { 2 } else { 1 };
    match all.len().checked_sub(back).and_then(|place| Some((place, all.get(place)?))) {
        Some((place, value)) => {
            Script::json(&json!({"SecretString": value, "VersionId": format!("version-{place}")}).to_string())
        }
        None => Script::json(r#"{"__type":"ResourceNotFoundException"}"#).status(400),
    }
}
