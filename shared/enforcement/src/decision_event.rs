//! The way of a decision record through `tracing`: the sink tells it as an event, and the layer of this
//! provider's log format writes it. An event has no answer, but a record that is not kept must stop its call,
//! so the layer leaves the outcome where the sink finds it: both run in the thread that the record comes from.
//!
//! The layers are the function crates', one in each `log_format.rs`.

use std::cell::RefCell;
use std::io;

use decision_log::{SealedRecord, Sink, SinkError};
use policy::Severity;

/// The target of the events that carry a record, in the field [`DECISION_FIELD`].
pub const DECISION_TARGET: &str = "sallyport::decision";
/// The field that holds the record: its line, as it was sealed.
pub const DECISION_FIELD: &str = "record";

thread_local! {
    /// What became of the record that this thread tells at the moment.
    static OUTCOME: RefCell<Option<io::Result<()>>> = const { RefCell::new(None) };
}

/// Tells records as events.
#[derive(Debug)]
pub struct EventSink;

impl Sink for EventSink {
    fn write(&self, record: &SealedRecord) -> Result<(), SinkError> {
        OUTCOME.set(None);
        tell(record.severity(), record.line());
        let outcome = OUTCOME.take();
        let outcome = outcome.unwrap_or_else(|| Err(io::Error::other("no log takes decision records")));
        outcome.map_err(|error| SinkError { reason: error.to_string() })
    }
}

/// For the layer that writes records: what became of the record that the current event carries. With several layers, one that
/// failed is what counts.
pub fn leave_outcome(outcome: io::Result<()>) {
    OUTCOME.with_borrow_mut(|left| {
        if !matches!(left, Some(Err(_))) {
            *left = Some(outcome);
        }
    });
}

/// An event's level belongs to its place in the code, so each has one.
fn tell(severity: Severity, record: &str) {
    match severity {
        Severity::Critical | Severity::Error => tracing::error!(target: DECISION_TARGET, record),
        Severity::Debug => tracing::debug!(target: DECISION_TARGET, record),
        Severity::Info | Severity::Notice => tracing::info!(target: DECISION_TARGET, record),
        Severity::Warning => tracing::warn!(target: DECISION_TARGET, record),
    }
}
