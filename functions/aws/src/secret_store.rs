//! The secret stores: how a place of a credential is written, which store holds it, and what is made of what a store
//! gave. The stores themselves are the files of `secret_store/`, one each, all over the one HTTP client that calls go
//! through. To add one: a file there that implements [`SecretStore`], a [`Holder`] with the way in which its places are
//! written, and a line in [`SecretStores`] that picks it.

pub mod extension;
pub mod parameter_store;
pub mod secrets_manager;

use std::fmt;
use std::sync::Arc;

use enforcement::{Clock, Transport};
use host::secret_member;
use http::Uri;
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde_json::Value;

use crate::credentials::RoleCredentials;
use extension::Extension;
use parameter_store::ParameterStore;
use secrets_manager::SecretsManager;

/// What stands before the name of a parameter, which may look like the name of a secret.
const OF_PARAMETERS: &str = "ssm:";

/// Where a credential is: what holds it, and the member of it where its value is a JSON object. Written `name#member`
/// for a secret of Secrets Manager, `ssm:/path/name#member` for a parameter of Systems Manager, or with an ARN of either
/// in place of the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    holder: Holder,
    /// As it is written, without the member.
    written: String,
    member: Option<String>,
}

/// Which service holds a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// Systems Manager, as a parameter.
    Parameter,
    /// Secrets Manager, as a secret.
    Secret,
}

impl SecretPlace {
    /// Reads a place as it is written.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (written, member) = match text.split_once('#') {
            Some((written, member)) => (written, Some(member)),
            None => (text, None),
        };
        let holder = holder(written)?;
        let good = member.is_none_or(|member| !member.is_empty());
        good.then(|| Self { holder, written: written.to_owned(), member: member.map(str::to_owned) })
    }

    /// What the service calls it.
    fn id(&self) -> &str {
        self.written.strip_prefix(OF_PARAMETERS).unwrap_or(&self.written)
    }

    /// The credential in a secret's value, or what is wrong with it.
    fn value(&self, text: Secret) -> Result<Secret, &'static str> {
        secret_member::line(text, self.member.as_deref())
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

/// The stores of one function, as one: each place is read where it is.
#[derive(Debug)]
pub struct SecretStores {
    /// What values are read through, where that is set. Whatever it keeps may be old, so a value that was refused is
    /// read past it, and so is a parameter's previous version, which it cannot be asked for by its stage.
    pub extension: Option<Extension>,
    /// Systems Manager's parameters.
    pub parameters: ParameterStore,
    /// Secrets Manager.
    pub secrets: SecretsManager,
}

impl SecretStores {
    fn service(&self, name: &str) -> &dyn SecretStore {
        match SecretPlace::read(name).map(|place| place.holder) {
            Some(Holder::Parameter) => &self.parameters,
            // What is no place at all is told to be none there.
            Some(Holder::Secret) | None => &self.secrets,
        }
    }
}

impl SecretStore for SecretStores {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        let has = |extension: &&Extension| extension.holds(name, stage);
        match self.extension.as_ref().filter(has) {
            Some(extension) => extension.read(name, stage),
            None => self.service(name).read(name, stage),
        }
    }

    fn read_anew<'a>(
        &'a self,
        name: &'a str,
        stage: Stage,
    ) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        self.service(name).read(name, stage)
    }
}

/// What it takes to ask a service of AWS as the function's role.
pub struct ServiceAccess<'a> {
    /// Where it is.
    pub endpoint: Uri,
    /// The region that signatures are for.
    pub region: &'a str,
    /// Whose signatures. Without it nothing is asked.
    pub role: Option<&'a RoleCredentials>,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// Tells the time of signatures.
    pub clock: Arc<dyn Clock>,
}

/// Who holds what is written so, before a member's `#`.
fn holder(written: &str) -> Option<Holder> {
    let all_of = |text: &str, signs: &str| {
        !text.is_empty() && text.chars().all(|sign| sign.is_ascii_alphanumeric() || signs.contains(sign))
    };
    if let Some(parameter) = written.strip_prefix(OF_PARAMETERS) {
        // With a `:` it would be one version of it for ever.
        return all_of(parameter, "/_.-").then_some(Holder::Parameter);
    }
    if !written.starts_with("arn:") {
        return all_of(written, "/_+=.@-").then_some(Holder::Secret);
    }
    let parts: Vec<&str> = written.split(':').collect();
    match parts.as_slice() {
        [_, _, "secretsmanager", _, _, "secret", name] => all_of(name, "/_+=.@-").then_some(Holder::Secret),
        [_, _, "ssm", _, _, resource] => {
            let name = resource.strip_prefix("parameter/")?;
            all_of(name, "/_.-").then_some(Holder::Parameter)
        }
        _ => None,
    }
}

/// What an error of a store means. `kind` is the error's type, and all that is read of it.
fn refused(name: &str, stage: Stage, status: u16, kind: &str) -> SecretError {
    let (name, reason) = (name.to_owned(), format!("{status} {kind}").trim_end().to_owned());
    match kind {
        "ParameterNotFound" | "ParameterVersionNotFound" | "ResourceNotFoundException" => {
            SecretError::Missing { name, stage }
        }
        "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
            SecretError::Invalid { name, reason }
        }
        kind if is_denial(kind) => SecretError::Denied { name, reason },
        _ => SecretError::Unreachable { name, reason },
    }
}

/// The type of an error as it may stand in a message: without its namespace, and nothing but letters and digits.
fn plain_kind(kind: &str) -> String {
    let kind = kind.rsplit('#').next().unwrap_or_default();
    kind.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

/// The type of an error in an answer's body: all that is read of one.
fn error_kind(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    plain_kind(json.get("__type").and_then(Value::as_str).unwrap_or_default())
}

/// Whether an error of this type is about what the function's role may do.
pub(crate) fn is_denial(kind: &str) -> bool {
    matches!(
        kind,
        "AccessDeniedException"
            | "DecryptionFailure"
            | "EncryptionFailure"
            | "ExpiredTokenException"
            | "IncompleteSignature"
            | "InvalidClientTokenId"
            | "InvalidKeyId"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "UnrecognizedClientException"
    )
}

#[cfg(test)]
mod tests;
