//! What a provider's log format makes its lines of: which events of `tracing` are for the log, the words of one, and
//! the decision record in one, as it is and as people read it. What a line looks like is the provider's.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io;

use enforcement::{DECISION_FIELD, DECISION_TARGET, leave_outcome};
use serde::Deserialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::HostError;

/// From now on all events of this process go to `log`.
///
/// # Errors
/// When another log was begun: records would go there.
pub fn begin(log: impl Subscriber + Send + Sync) -> Result<(), HostError> {
    tracing::subscriber::set_global_default(log)
        .map_err(|error| HostError::System { what: "cannot begin the log", reason: io::Error::other(error) })
}

/// The word for an event's level in logs whose lines have one.
#[must_use]
pub fn level(event: &Event<'_>) -> &'static str {
    match *event.metadata().level() {
        Level::ERROR => "ERROR",
        Level::WARN => "WARN",
        _ => "INFO",
    }
}

/// Whether events of this kind are for the log: records, and messages from information upwards.
#[must_use]
pub fn is_wanted(metadata: &Metadata<'_>) -> bool {
    metadata.target() == DECISION_TARGET || *metadata.level() <= Level::INFO
}

/// Whether an event carries a decision record.
#[must_use]
pub fn is_record(event: &Event<'_>) -> bool {
    event.metadata().target() == DECISION_TARGET
}

/// Gives the record of an event to `keep`, and tells the pipeline what became of it.
pub fn keep_record(event: &Event<'_>, keep: impl Fn(&str) -> io::Result<()>) {
    event.record(&mut Keeping(keep));
}

/// The words of an event: its message, then its error and its other fields, in their order.
#[must_use]
pub fn text(event: &Event<'_>) -> String {
    let mut words = Words::default();
    event.record(&mut words);
    words.message + &words.fields
}

struct Keeping<K>(K);

impl<K: Fn(&str) -> io::Result<()>> Visit for Keeping<K> {
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == DECISION_FIELD {
            leave_outcome((self.0)(value));
        }
    }
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a text does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "error" => write!(self.fields, ": {value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

/// What a readable line shows of a record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shown<'a> {
    decision_id: String,
    decision: String,
    gate: String,
    dialect: String,
    #[serde(borrow)]
    model: Cow<'a, str>,
    identity: Who<'a>,
    reasons: Vec<String>,
    outcome: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Who<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// A record in one line that people can read.
#[must_use]
pub fn shown(record: &str) -> String {
    let shown: Shown<'_> = serde_json::from_str(record).unwrap_or_default();
    let dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let mut why = shown.reasons.join(", ");
    if !matches!(shown.outcome.as_str(), "" | "ok" | "refused") {
        why = format!("{why} ({})", shown.outcome).trim().to_owned();
    }
    let words = [
        dash(&shown.decision),
        dash(&shown.gate),
        dash(&shown.dialect),
        dash(&shown.model),
        dash(&shown.identity.id),
        dash(&why),
        dash(&shown.decision_id),
    ];
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Lines {
        fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
            is_wanted(metadata)
        }
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            assert!(!is_record(event));
            self.0.lock().unwrap().push(text(event));
        }
    }

    #[test]
    fn messages_from_information_upwards_are_told_with_their_fields() {
        let lines = Lines::default();
        with_default(tracing_subscriber::registry().with(lines.clone()), || {
            let error = io::Error::other("no more");
            tracing::warn!(%error, upstream = 3, "it ended");
            tracing::info!("{}", "as it should");
            tracing::debug!("nobody reads this");
        });
        assert_eq!(*lines.0.lock().unwrap(), ["it ended: no more upstream=3", "as it should"]);
    }
}
