//! What Secret Manager tells of a secret through a topic, as a push subscription of Pub/Sub or a trigger of Eventarc
//! delivers it: the same message, wrapped alike; Eventarc has it as the data of a CloudEvent, in headers (binary mode) or
//! in the body (structured).
//!
//! One event asks for something: [`RotationEvent::Due`], that our secret is due. All others, also those that the rotation
//! itself brings about (each version that it adds, each alias that it moves), only say what has been done. Messages come
//! more than once and out of order, so whether the secret still is due depends on what is found there.
//!
//! Contract: Secret Manager, "Event notifications for secrets"; Pub/Sub, "Receive messages in push subscriptions";
//! Eventarc, `google.cloud.pubsub.topic.v1.messagePublished`. Both spellings of a member may be there (`publishTime`,
//! `publish_time`), and members that nobody knows.

use google_cloud_wkt::Timestamp;
use host::cloud_event::{self, CloudEvent};
use http::HeaderMap;
use serde_json::{Map, Value};

use crate::error::GcpError;
use crate::secret_store::is_name;

/// The type of the CloudEvent that has a message in it.
const PUBLISHED: &str = "google.cloud.pubsub.topic.v1.messagePublished";
/// The event that says that a secret is due.
const ROTATE: &str = "SECRET_ROTATE";
/// What the events of Secret Manager begin with.
const OF_SECRETS: &str = "SECRET_";
/// What Secret Manager tells a topic when it becomes one of a secret's.
const CONFIGURED: &str = "TOPIC_CONFIGURED";

/// A secret, as a project calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretName {
    /// The project: by its id, or by its number.
    pub project: String,
    /// The secret's id.
    pub secret: String,
}

/// What one event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotationEvent {
    /// The secret is due.
    Due {
        /// The number of its project, where the event has that in place of the id: whether it is the right one can only
        /// be told by who knows both.
        number: Option<String>,
        /// When the message was published, in Unix milliseconds.
        published_ms: u64,
    },
    /// Something was done to a secret of this topic: nothing is to be done.
    Told,
}

impl SecretName {
    /// Reads `projects/PROJECT/secrets/SECRET`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let ["projects", project, "secrets", secret] = parts.as_slice() else { return None };
        // The id of a project may begin with a domain.
        let good = is_name(project, b"-:.") && is_name(secret, b"-_");
        good.then(|| Self { project: (*project).to_owned(), secret: (*secret).to_owned() })
    }

    /// As the service wants it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("projects/{}/secrets/{}", self.project, self.secret)
    }
}

impl RotationEvent {
    /// Reads a delivery. `watched` is the one secret that events may ask something for.
    ///
    /// # Errors
    /// When it is no message of Secret Manager's, cannot be read, or says that another secret is due. No error holds a
    /// part of it.
    pub fn read(headers: &HeaderMap, body: &[u8], watched: &SecretName) -> Result<Self, GcpError> {
        let message = message(headers, body)?;
        let attributes = object(message.get("attributes"), "`message.attributes`")?;
        let kind = attributes.get("eventType").and_then(Value::as_str).ok_or(GcpError::NoRotation)?;
        if kind != ROTATE {
            let known = kind.starts_with(OF_SECRETS) || kind == CONFIGURED;
            return if known { Ok(Self::Told) } else { Err(GcpError::NoRotation) };
        }
        let secret = attributes.get("secretId").and_then(Value::as_str).and_then(SecretName::read);
        let secret = secret.ok_or(GcpError::MalformedEvent { what: "attribute `secretId`" })?;
        let number = number(secret, watched)?;
        let published_ms =
            published_ms(&message).ok_or(GcpError::MalformedEvent { what: "`publishTime`" })?;
        Ok(Self::Due { number, published_ms })
    }
}

/// The message, whichever way it came.
fn message(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, GcpError> {
    // What the parser has to say may quote the body.
    let body: Value = serde_json::from_slice(body).map_err(|_| GcpError::MalformedEvent { what: "body" })?;
    let attributes = cloud_event::attributes(headers);
    let data = match (attributes, body) {
        (Some(mut event), data) => {
            event.insert("data".to_owned(), data);
            published(event)?
        }
        (None, Value::Object(event)) if cloud_event::is_structured(&event) => published(event)?,
        (None, body) => body,
    };
    let wrapped = object(Some(&data), "body")?;
    object(wrapped.get("message"), "`message`").cloned()
}

/// What a CloudEvent about a message has in it.
fn published(event: Map<String, Value>) -> Result<Value, GcpError> {
    let event = CloudEvent::read(event).ok_or(GcpError::MalformedEvent { what: "CloudEvents form" })?;
    if event.kind == PUBLISHED { Ok(event.data) } else { Err(GcpError::NoRotation) }
}

/// The number of the event's project, where it has that in place of the id.
fn number(secret: SecretName, watched: &SecretName) -> Result<Option<String>, GcpError> {
    if secret.secret != watched.secret {
        return Err(GcpError::ForeignEvent { what: "secret" });
    }
    if secret.project == watched.project {
        return Ok(None);
    }
    let is_number = secret.project.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(Some(secret.project)).ok_or(GcpError::ForeignEvent { what: "project" })
}

fn published_ms(message: &Map<String, Value>) -> Option<u64> {
    let spellings = ["publishTime", "publish_time"].iter().filter_map(|name| message.get(*name)?.as_str());
    spellings.filter_map(|text| Timestamp::try_from(text).ok()).map(millis).next()
}

/// Unix milliseconds of a time; 0 before 1970.
pub(crate) fn millis(time: Timestamp) -> u64 {
    let seconds = u64::try_from(time.seconds()).unwrap_or_default();
    seconds.saturating_mul(1000).saturating_add(u64::try_from(time.nanos() / 1_000_000).unwrap_or_default())
}

fn object<'a>(value: Option<&'a Value>, what: &'static str) -> Result<&'a Map<String, Value>, GcpError> {
    value.and_then(Value::as_object).ok_or(GcpError::MalformedEvent { what })
}
