//! What can go wrong when a record is written or a log is read. None of it is the caller's fault.

use thiserror::Error;

use crate::verify::FaultKind;

/// Why a record was not written, or a log not read.
#[derive(Debug, Error)]
pub enum LogError {
    /// The record that a chain was to go on with is not as it was sealed.
    #[error("the last record of the log does not hold: {0}")]
    Broken(FaultKind),
    /// A record holds a number with a fraction, which has no one canonical form. A fault of this program.
    #[error("a decision record holds a number that is not whole")]
    Fraction,
    /// The sink did not take the record.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// A record could not be turned into JSON. A fault of this program.
    #[error("a decision record cannot be written as JSON: {0}")]
    Unrepresentable(#[source] serde_json::Error),
    /// The log could not be read to its end.
    #[error("the decision log cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

/// Why a sink did not take a record. The call that it belongs to must not go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the decision log cannot be written: {reason}")]
pub struct SinkError {
    /// What happened: lower case, no full stop, nothing of the record.
    pub reason: String,
}
