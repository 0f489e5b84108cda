//! A queue: the message's text, and what the host says of it beside.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::envelope::{member, number, unwrapped};

/// A message of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMessage {
    /// What was put into the queue.
    pub text: String,
    /// The message's id.
    pub id: Option<String>,
    /// How many times it was taken out, this time counted in.
    pub dequeue_count: Option<u64>,
    /// When it was put in, as the host writes it.
    pub inserted: Option<String>,
}

pub(super) fn read(text: Cow<'_, str>, metadata: &Map<String, Value>) -> QueueMessage {
    // Storage queues call it `Id`, Service Bus `MessageId` and `DeliveryCount`.
    let any = |names: [&str; 2]| names.iter().find_map(|name| member(metadata, name));
    QueueMessage {
        text: text.into_owned(),
        id: string(any(["Id", "MessageId"])),
        dequeue_count: number(any(["DequeueCount", "DeliveryCount"])),
        inserted: string(any(["InsertionTime", "EnqueuedTimeUtc"])),
    }
}

fn string(value: Option<&Value>) -> Option<String> {
    unwrapped(value?).as_str().map(str::to_owned)
}
