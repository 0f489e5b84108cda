//! The secret stores: how a place of a credential is written, which store holds it, and what is made of what a store
//! gave. The stores themselves are the files of `secret_store/`, one each, all over the one HTTP client that calls go
//! through. To add one: a file there that implements [`SecretStore`], and a row in [`SecretStores`] that picks it.

pub mod secrets_manager;

use std::fmt;

use secrets::{Secret, SecretError, Stage};
use serde_json::Value;

/// Where a credential is: a secret, and the member of it where its value is a JSON object. Written `name#member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    secret: String,
    member: Option<String>,
}

impl SecretPlace {
    /// Reads `name`, `name#member`, or an ARN in place of the name.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (secret, member) = match text.split_once('#') {
            Some((secret, member)) => (secret, Some(member)),
            None => (text, None),
        };
        let of_name = |sign: char| sign.is_ascii_alphanumeric() || "/_+=.@-:".contains(sign);
        let named = !secret.is_empty() && secret.chars().all(of_name);
        let good = named && member.is_none_or(|member| !member.is_empty());
        good.then(|| Self { secret: secret.to_owned(), member: member.map(str::to_owned) })
    }

    /// The credential in a secret's value, or what is wrong with it.
    fn value(&self, text: Secret) -> Result<Secret, &'static str> {
        let value = match &self.member {
            None => text,
            Some(member) => text_member(&text, member)?,
        };
        let text = value.expose();
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err("expected one line of text");
        }
        Ok(value)
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.secret)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

fn text_member(whole: &Secret, member: &str) -> Result<Secret, &'static str> {
    // What the parser has to say may quote the value.
    let json: Result<Value, _> = serde_json::from_str(whole.expose());
    match json.map_err(|_| "it is not JSON, so it has no members")?.get_mut(member).map(Value::take) {
        Some(Value::String(text)) => Ok(Secret::new(text)),
        Some(_) => Err("the member that is named is no text"),
        None => Err("it has no member of that name"),
    }
}

/// What an error of a store means. `kind` is the error's type, and all that is read of it.
fn refused(name: &str, stage: Stage, status: u16, kind: &str) -> SecretError {
    let (name, reason) = (name.to_owned(), format!("{status} {kind}").trim_end().to_owned());
    match kind {
        "ResourceNotFoundException" => SecretError::Missing { name, stage },
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
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "UnrecognizedClientException"
    )
}

#[cfg(test)]
mod tests;
