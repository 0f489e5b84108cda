//! The key file: who may call. YAML or JSON; every fault is told at once, by the path of its field.
//!
//! The file holds no key, only the SHA-256 of each: whoever reads it cannot call. Here is its text; to find and
//! read it, and the files of public keys that it names, is the function crates'.

mod fields;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::Uri;
use serde_json::Value;

use super::{ApiKey, AuthSettings, Authenticator, JwksSource, JwtAlgorithm, JwtIssuer, KeySet};
use fields::Fields;

/// The names of the algorithms that can be pinned.
const ALGORITHMS: [&str; 6] = ["EdDSA", "ES256", "ES384", "PS256", "RS256", "RS512"];
/// The claim that lists a caller's groups, where the file names none.
const GROUPS_CLAIM: &str = "groups";

/// Who may call.
#[derive(Debug, Default)]
pub struct KeyFile {
    /// Keys that we gave out.
    pub keys: Vec<ApiKey>,
    /// Issuers whose tokens are taken.
    pub issuers: Vec<Issuer>,
    /// Whether callers without a credential may call.
    pub anonymous: bool,
}

impl KeyFile {
    /// What tells these callers. `keys_at` finds an issuer's public keys.
    pub fn authenticator(self, keys_at: impl Fn(JwksPlace) -> Arc<dyn JwksSource>) -> Authenticator {
        let issuers = self.issuers.into_iter().map(|issuer| JwtIssuer {
            issuer: issuer.issuer,
            audiences: issuer.audiences,
            algorithms: issuer.algorithms,
            groups_claim: issuer.groups_claim,
            keys: KeySet::new(keys_at(issuer.jwks)),
        });
        Authenticator::new(AuthSettings {
            keys: self.keys,
            secrets: Vec::new(),
            jwt: issuers.collect(),
            front: None,
            anonymous: self.anonymous,
        })
    }
}

/// An issuer whose tokens are taken.
#[derive(Debug)]
pub struct Issuer {
    /// What `iss` must be.
    pub issuer: String,
    /// One of which must be in `aud`.
    pub audiences: Vec<String>,
    /// The algorithms that are taken.
    pub algorithms: Vec<JwtAlgorithm>,
    /// The claim that lists a caller's groups.
    pub groups_claim: String,
    /// Where its public keys are.
    pub jwks: JwksPlace,
}

/// Where an issuer's public keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwksPlace {
    /// A file.
    File(PathBuf),
    /// A URL: `https://`, or `http://` on this machine.
    Url(Uri),
}

impl KeyFile {
    /// Reads a text. Files that it names lie relative to `folder`.
    ///
    /// # Errors
    /// Every fault, each with the path of its field.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Vec<String>> {
        let document = if text.trim().is_empty() { Ok(Value::Null) } else { policy::yaml_value(text) };
        let document =
            document.map_err(|faults| faults.0.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let mut faults = Vec::new();
        let file = Self::read(&document, folder, &mut faults);
        file.filter(|_| faults.is_empty()).ok_or(faults)
    }

    fn read(document: &Value, folder: &Path, faults: &mut Vec<String>) -> Option<Self> {
        let mut fields = Fields::new(document, String::new(), &["keys", "jwt", "anonymous"], faults)?;
        let file = Self {
            keys: fields.list("keys", key),
            issuers: fields.list("jwt", |value, at, faults| issuer(value, at, folder, faults)),
            anonymous: fields.flag("anonymous"),
        };
        file.refuse_twins(faults);
        if faults.is_empty() && file.keys.is_empty() && file.issuers.is_empty() && !file.anonymous {
            faults.push("nobody could call; list `keys` or `jwt`, or say `anonymous: true`".to_owned());
        }
        Some(file)
    }

    fn refuse_twins(&self, faults: &mut Vec<String>) {
        for (index, key) in self.keys.iter().enumerate() {
            let mut before = self.keys.iter().take(index);
            if before.clone().any(|other| other.id == key.id) {
                faults.push(format!("keys[{index}].id: `{}` is there twice", key.id));
            }
            if before.any(|other| other.sha256 == key.sha256) {
                faults.push(format!("keys[{index}].sha256: two keys are the same"));
            }
        }
        for (index, row) in self.issuers.iter().enumerate() {
            if self.issuers.iter().take(index).any(|other| other.issuer == row.issuer) {
                faults.push(format!("jwt[{index}].issuer: `{}` is there twice", row.issuer));
            }
        }
    }
}

fn key(value: &Value, at: String, faults: &mut Vec<String>) -> Option<ApiKey> {
    let mut fields = Fields::new(value, at, &["id", "sha256", "groups", "key"], faults)?;
    if fields.has("key") {
        fields.fault("key", "a key must not stand in this file; put its SHA-256 in `sha256`");
        return None;
    }
    let id = fields.text("id");
    if id.as_deref().is_some_and(|id| id == "anonymous") {
        fields.fault("id", "`anonymous` is the name of callers without a key");
    }
    let hash = fields.text("sha256");
    let sha256 = hash.as_deref().and_then(from_hex);
    if hash.is_some() && sha256.is_none() {
        fields.fault("sha256", "expected the SHA-256 of the key in 64 hexadecimal digits");
    }
    let groups = fields.texts("groups");
    Some(ApiKey { id: id?, sha256: sha256?, groups })
}

fn issuer(value: &Value, at: String, folder: &Path, faults: &mut Vec<String>) -> Option<Issuer> {
    const KNOWN: &[&str] =
        &["issuer", "audience", "audiences", "jwks_url", "jwks_file", "algorithms", "groups_claim"];
    let mut fields = Fields::new(value, at, KNOWN, faults)?;
    let issuer = fields.text("issuer");
    let audiences = audiences(&mut fields);
    let algorithms = algorithms(&mut fields);
    let groups_claim = match fields.has("groups_claim") {
        true => fields.text("groups_claim"),
        false => Some(GROUPS_CLAIM.to_owned()),
    };
    let jwks = public_keys(&mut fields, folder);
    Some(Issuer { issuer: issuer?, audiences, algorithms, groups_claim: groups_claim?, jwks: jwks? })
}

fn audiences(fields: &mut Fields<'_>) -> Vec<String> {
    let name = if fields.has("audiences") { "audiences" } else { "audience" };
    if fields.has("audience") && name == "audiences" {
        fields.fault("audience", "`audiences` is there as well; keep one");
    }
    let audiences = fields.texts(name);
    if audiences.is_empty() && !fields.is_faulty(name) {
        fields.fault(name, "expected at least one audience; without one, tokens for other services would do");
    }
    audiences
}

fn algorithms(fields: &mut Fields<'_>) -> Vec<JwtAlgorithm> {
    let names = fields.texts("algorithms");
    if names.is_empty() && !fields.is_faulty("algorithms") {
        fields.fault("algorithms", &format!("expected at least one of {}", listed(&ALGORITHMS)));
    }
    let mut algorithms = Vec::new();
    for name in names {
        match JwtAlgorithm::from_name(&name) {
            Some(algorithm) => algorithms.push(algorithm),
            None => fields.fault("algorithms", &format!("`{name}` is none of {}", listed(&ALGORITHMS))),
        }
    }
    algorithms
}

fn public_keys(fields: &mut Fields<'_>, folder: &Path) -> Option<JwksPlace> {
    match (fields.has("jwks_url"), fields.has("jwks_file")) {
        (true, false) => {
            let url = fields.text("jwks_url")?;
            let place = jwks_url(&url).map(JwksPlace::Url);
            if place.is_none() {
                fields.fault("jwks_url", "expected an `https://` URL; `http://` only to this machine");
            }
            place
        }
        (false, true) => Some(JwksPlace::File(folder.join(fields.text("jwks_file")?))),
        (true, true) => {
            fields.fault("jwks_url", "`jwks_file` is there as well; keep one");
            None
        }
        (false, false) => {
            fields.fault("jwks_url", "expected the issuer's public keys: `jwks_url` or `jwks_file`");
            None
        }
    }
}

fn jwks_url(text: &str) -> Option<Uri> {
    let url: Uri = text.parse().ok()?;
    url.host()?;
    is_private(&url).then_some(url)
}

/// Whether nobody on the way can read or change what goes to this URL: it is called over TLS, or on this machine.
#[must_use]
pub fn is_private(url: &Uri) -> bool {
    let is_loopback = |host: &str| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
    };
    match url.scheme_str() {
        Some("https") => true,
        Some("http") => url.host().is_some_and(is_loopback),
        _ => false,
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Words as a person lists them.
fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
