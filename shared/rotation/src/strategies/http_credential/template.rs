//! The requests that a secret describes: how a template becomes a request, and what its answer says.
//!
//! What is filled in cannot change the request's form: in a URL it is percent-encoded, in a header it holds no
//! line end, in a body it stays inside its JSON text. What is filled in is not looked through again.

use secrets::Secret;
use serde_json::{Map, Value};

use super::super::https;
use crate::document::{Document, wipe};
use crate::error::RotationError;
use crate::services::{HttpAnswer, HttpRequest};

/// Headers that the exchange sets itself.
const OWN_HEADERS: &[&str] = &["connection", "content-length", "host", "te", "transfer-encoding", "upgrade"];

/// What the placeholders stand for; `None` where one has no meaning.
#[derive(Clone, Copy, Default)]
pub(super) struct Fill<'a> {
    pub(super) admin: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) tag: Option<&'a str>,
    pub(super) value: Option<&'a str>,
}

/// One described request.
pub(super) struct Template<'a> {
    document: &'a Document,
    name: &'static str,
    members: &'a Map<String, Value>,
    /// Where it goes to.
    pub(super) host: String,
}

/// An answer with a good status, read.
pub(super) struct Answer<'a> {
    template: &'a Template<'a>,
    root: Value,
}

/// Where a text is filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Header,
    Url,
}

impl<'a> Template<'a> {
    pub(super) fn read(document: &'a Document, name: &'static str) -> Result<Self, RotationError> {
        let host = document.text("/provider/host")?;
        if !https::is_host(host) {
            return Err(document.invalid("`provider.host` is no host of the form `api.example.com`"));
        }
        let members = document.map(&format!("/provider/{name}"))?;
        Ok(Self { document, name, members, host: host.to_owned() })
    }

    /// That the request can be made, whatever is filled in.
    pub(super) fn check(&self) -> Result<(), RotationError> {
        let (admin, any) = (Some("admin"), Some("any"));
        let fill = match self.name {
            "mint" => Fill { admin, tag: any, ..Fill::default() },
            "revoke" => Fill { admin, id: any, ..Fill::default() },
            "verify" => Fill { value: any, ..Fill::default() },
            _ => Fill { admin, ..Fill::default() },
        };
        self.request(fill)?;
        let pointers: &[&str] = match self.name {
            "mint" => &["id", "value"],
            "list" => &["items", "id", "tag"],
            _ => &[],
        };
        pointers.iter().try_for_each(|name| self.pointer(name).map(drop))
    }

    pub(super) fn request(&self, fill: Fill<'_>) -> Result<HttpRequest, RotationError> {
        let method = self.text("method")?;
        if !["DELETE", "GET", "PATCH", "POST", "PUT"].contains(&method) {
            return Err(self.invalid("method", "is not one of `DELETE`, `GET`, `PATCH`, `POST` and `PUT`"));
        }
        let url = self.fill("url", self.text("url")?, fill, Place::Url)?;
        match https::host(&url) {
            Ok(host) if host == self.host => {}
            Ok(_) => return Err(self.invalid("url", "has another host than `provider.host`")),
            Err(fault) => return Err(self.invalid("url", fault)),
        }
        let body = self.body(fill)?;
        let headers = self.headers(fill, body.is_some())?;
        Ok(HttpRequest { method: method.to_owned(), url, headers, body })
    }

    fn headers(&self, fill: Fill<'_>, with_body: bool) -> Result<Vec<(String, Secret)>, RotationError> {
        let mut headers = Vec::new();
        let described = match self.members.get("headers") {
            None => None,
            Some(described) => {
                Some(described.as_object().ok_or_else(|| self.invalid("headers", "is not an object"))?)
            }
        };
        for (name, value) in described.into_iter().flatten() {
            let lower = name.to_ascii_lowercase();
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if lower.is_empty() || !lower.bytes().all(fits) || OWN_HEADERS.contains(&lower.as_str()) {
                return Err(self.invalid("headers", "has a name that no header may have here"));
            }
            let value =
                value.as_str().ok_or_else(|| self.invalid("headers", "has a value that is no text"))?;
            headers.push((lower, Secret::new(self.fill("headers", value, fill, Place::Header)?)));
        }
        if with_body && !headers.iter().any(|(name, _)| name == "content-type") {
            headers.push(("content-type".to_owned(), Secret::new("application/json".to_owned())));
        }
        Ok(headers)
    }

    fn body(&self, fill: Fill<'_>) -> Result<Option<Secret>, RotationError> {
        let Some(described) = self.members.get("body") else { return Ok(None) };
        let mut body = described.clone();
        self.fill_body(&mut body, fill)?;
        let text = Secret::new(body.to_string());
        wipe(&mut body);
        Ok(Some(text))
    }

    fn fill_body(&self, value: &mut Value, fill: Fill<'_>) -> Result<(), RotationError> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill_body(item, fill)),
            Value::Object(map) => map.values_mut().try_for_each(|item| self.fill_body(item, fill)),
            Value::String(text) => {
                *text = self.fill("body", text, fill, Place::Body)?;
                Ok(())
            }
            Value::Bool(_) | Value::Null | Value::Number(_) => Ok(()),
        }
    }

    /// Puts values in the place of placeholders. Braces around anything else stay.
    fn fill(&self, member: &str, text: &str, fill: Fill<'_>, place: Place) -> Result<String, RotationError> {
        let mut filled = String::new();
        let mut pieces = text.split('{');
        filled.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (word, rest) = piece.split_once('}').unwrap_or(("", piece));
            let Some(value) = fill.value_of(word, place) else {
                filled.push('{');
                filled.push_str(piece);
                continue;
            };
            let value = value.ok_or_else(|| self.invalid(member, &format!("may not hold `{{{word}}}`")))?;
            self.put(&mut filled, value, place, member)?;
            filled.push_str(rest);
        }
        Ok(filled)
    }

    fn put(&self, filled: &mut String, value: &str, place: Place, member: &str) -> Result<(), RotationError> {
        match place {
            Place::Body => filled.push_str(value),
            Place::Header if value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => {
                filled.push_str(value)
            }
            Place::Header => return Err(self.invalid(member, "is given a value that no header may have")),
            Place::Url if matches!(value, "" | "." | "..") => {
                return Err(self.invalid(member, "is given an id that no path may have"));
            }
            Place::Url => value.bytes().for_each(|byte| put_encoded(filled, byte)),
        }
        Ok(())
    }

    /// The answer, where its status is good and it is JSON.
    pub(super) fn accept(&'a self, answer: &HttpAnswer) -> Result<Answer<'a>, RotationError> {
        self.accept_status(answer)?;
        let root = serde_json::from_str(answer.body.expose());
        let root = root.map_err(|_| self.refused("the answer is not JSON"))?;
        Ok(Answer { template: self, root })
    }

    pub(super) fn accept_status(&self, answer: &HttpAnswer) -> Result<(), RotationError> {
        let reason = format!("status {}", answer.status);
        match answer.status {
            200..=299 => Ok(()),
            408 | 425 | 429 | 500..=599 => Err(RotationError::Unreachable {
                service: self.host.clone(),
                action: format!("answer `{}`", self.name),
                reason,
            }),
            _ => Err(self.refused(&reason)),
        }
    }

    pub(super) fn refused(&self, reason: &str) -> RotationError {
        RotationError::Refused {
            service: self.host.clone(),
            action: format!("answer `{}` as described", self.name),
            reason: reason.to_owned(),
        }
    }

    fn text(&self, member: &str) -> Result<&'a str, RotationError> {
        self.document.text(&format!("/provider/{}/{member}", self.name))
    }

    fn pointer(&self, member: &str) -> Result<&'a str, RotationError> {
        let pointer = self.text(member)?;
        if pointer.starts_with('/') {
            Ok(pointer)
        } else {
            Err(self.invalid(member, "does not start with `/`"))
        }
    }

    fn invalid(&self, member: &str, fault: &str) -> RotationError {
        self.document.invalid(format!("`provider.{}.{member}` {fault}", self.name))
    }
}

impl Answer<'_> {
    /// The text that a member of the template points to, in the answer or in one of its items.
    pub(super) fn text(&self, member: &str, item: Option<&Value>) -> Result<String, RotationError> {
        let pointer = self.template.pointer(member)?;
        match item.unwrap_or(&self.root).pointer(pointer) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(Value::Array(_) | Value::Bool(_) | Value::Null | Value::Object(_)) | None => {
                Err(self.template.refused(&format!("there is no text where `{member}` points to")))
            }
        }
    }

    pub(super) fn items(&self) -> Result<&Vec<Value>, RotationError> {
        let items = self.root.pointer(self.template.pointer("items")?).and_then(Value::as_array);
        items.ok_or_else(|| self.template.refused("there is no list where `items` points to"))
    }

    /// Whether a member that may be left out points to something that is neither null, false nor empty.
    pub(super) fn flag(&self, member: &str) -> bool {
        let pointer = self.template.members.get(member).and_then(Value::as_str);
        match pointer.and_then(|pointer| self.root.pointer(pointer)) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Array(_) | Value::Bool(true) | Value::Number(_) | Value::Object(_)) => true,
        }
    }
}

/// An answer may hold a new credential.
impl Drop for Answer<'_> {
    fn drop(&mut self) {
        wipe(&mut self.root);
    }
}

impl<'a> Fill<'a> {
    /// What stands for a word: `None` where it is no placeholder, and `Some(None)` where it has no meaning. A
    /// URL ends up in logs, so no secret may stand in one.
    fn value_of(self, word: &str, place: Place) -> Option<Option<&'a str>> {
        let not_in_url = |value: Option<&'a str>| value.filter(|_| place != Place::Url);
        match word {
            "admin" => Some(not_in_url(self.admin)),
            "id" => Some(self.id),
            "tag" => Some(self.tag),
            "value" => Some(not_in_url(self.value)),
            _ => None,
        }
    }
}

fn put_encoded(text: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        text.push(char::from(byte));
    } else {
        text.push_str(&format!("%{byte:02X}"));
    }
}

#[cfg(test)]
mod tests;
