//! The permit: the value without which nothing can be sent upstream.
//!
//! Only [`Permit::after_record`] makes one, it is private to this crate, and it asks for the proof that the
//! decision was recorded. A permit is used up by the one call that it was made for.

/// Leave to send one request upstream.
#[derive(Debug)]
pub struct Permit {
    decision_id: String,
}

/// Proof that the record of a decision that lets the call go on was written.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) decision_id: String,
    pub(crate) lets_on: bool,
}

impl Permit {
    /// A permit, where the recorded decision lets the call go on.
    pub(crate) fn after_record(recorded: Recorded) -> Option<Self> {
        recorded.lets_on.then_some(Self { decision_id: recorded.decision_id })
    }

    /// The decision that it was given by.
    #[must_use]
    pub fn decision_id(&self) -> &str {
        &self.decision_id
    }
}
