//! What a vault tells of its secrets through Event Grid, in either of its two schemas: CloudEvents 1.0 (structured, one
//! or a batch) and Event Grid's own. The trigger has done the subscription's handshake and unpacked the envelope.
//!
//! An event only says that one version of one secret expires: what is done about it depends on what the vault holds by
//! then. Events come more than once and out of order, and what a rotation writes makes events as well.
//!
//! Contract: Azure, "Azure Key Vault as Event Grid source". Its samples have blanks in names and values, numbers as
//! texts, and `id` in lower case, so names are compared without case and blanks. When the version expires is not read
//! here: the vault knows better.

use host::cloud_event::{self, CloudEvent};
use serde_json::{Map, Value};

use crate::error::AzureError;

/// The longest id of a version.
const LONGEST_VERSION: usize = 64;

/// What is watched: events about anything else are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The vault's name, such as `kv1`.
    pub vault: String,
    /// The secret's name.
    pub secret: String,
}

/// What one event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotationEvent {
    /// This version expires, or has expired: another is to take its place.
    Due {
        /// The vault's id of the version.
        version: String,
    },
    /// A version was made: nothing is to be done.
    Made,
}

impl RotationEvent {
    /// Reads one event.
    ///
    /// # Errors
    /// When it is none of a vault's, cannot be read, or is about something else. No error holds a part of it.
    pub fn read(event: Value, watched: &Watched) -> Result<Self, AzureError> {
        let (kind, data) = opened(event)?;
        let made = match kind.trim() {
            "Microsoft.KeyVault.SecretExpired" | "Microsoft.KeyVault.SecretNearExpiry" => false,
            "Microsoft.KeyVault.SecretNewVersionCreated" => true,
            _ => return Err(AzureError::NoRotation),
        };
        let version = checked(&data, watched)?;
        Ok(if made { Self::Made } else { Self::Due { version } })
    }
}

/// The type and the data of an event.
fn opened(event: Value) -> Result<(String, Map<String, Value>), AzureError> {
    let Value::Object(event) = event else { return Err(AzureError::NoRotation) };
    let mut event: Map<_, _> = event.into_iter().map(|(name, value)| (plain(&name), value)).collect();
    let (kind, data) = if cloud_event::is_structured(&event) {
        let event = CloudEvent::read(event).ok_or(AzureError::MalformedEvent { what: "CloudEvents form" })?;
        (event.kind, event.data)
    } else {
        let kind = event.get("eventtype").and_then(Value::as_str).ok_or(AzureError::NoRotation)?;
        (kind.to_owned(), event.remove("data").map(cloud_event::opened).unwrap_or_default())
    };
    match data {
        Value::Object(data) => {
            Ok((kind, data.into_iter().map(|(name, value)| (plain(&name), value)).collect()))
        }
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {
            Err(AzureError::MalformedEvent { what: "`data`" })
        }
    }
}

/// The version, where everything else is as it must be.
fn checked(data: &Map<String, Value>, watched: &Watched) -> Result<String, AzureError> {
    if !text(data, "`ObjectType`")?.eq_ignore_ascii_case("Secret") {
        return Err(AzureError::ForeignEvent { what: "kind of object" });
    }
    if !text(data, "`VaultName`")?.eq_ignore_ascii_case(&watched.vault) {
        return Err(AzureError::ForeignEvent { what: "vault" });
    }
    if !text(data, "`ObjectName`")?.eq_ignore_ascii_case(&watched.secret) {
        return Err(AzureError::ForeignEvent { what: "secret" });
    }
    let version = text(data, "`Version`")?.to_ascii_lowercase();
    let good = version.len() <= LONGEST_VERSION && version.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !good {
        return Err(AzureError::MalformedEvent { what: "`Version`" });
    }
    Ok(version)
}

/// A member that must be a text with something in it. `what` is its name as messages show it.
fn text<'a>(data: &'a Map<String, Value>, what: &'static str) -> Result<&'a str, AzureError> {
    let text = data.get(&plain(what.trim_matches('`'))).and_then(Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty()).ok_or(AzureError::MalformedEvent { what })
}

fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}
