//! Where records go. A sink is one file in a function crate that implements [`Sink`] for a log service.

use std::sync::{Mutex, PoisonError};

use crate::chain::SealedRecord;
use crate::error::SinkError;

/// Takes records, one after the other.
///
/// It gets each record once, in the order of the chain, and must write [`SealedRecord::line`] as it is; it may
/// stand in an envelope of the service as long as the line can be taken out again. When `write` returns `Ok`
/// the record is in the service's hands: it would survive the end of this process.
pub trait Sink: Send + Sync {
    /// Writes one record.
    ///
    /// # Errors
    /// When the record was not written. The same record is then not written again.
    fn write(&self, record: &SealedRecord) -> Result<(), SinkError>;
}

/// Keeps the lines in memory, for tests.
#[derive(Debug, Default)]
pub struct MemorySink {
    lines: Mutex<Vec<String>>,
    broken: Mutex<Option<SinkError>>,
}

impl MemorySink {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines so far, without line breaks.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on every record is refused with this; `None` ends it.
    pub fn fail_with(&self, error: Option<SinkError>) {
        *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

impl Sink for MemorySink {
    fn write(&self, record: &SealedRecord) -> Result<(), SinkError> {
        if let Some(error) = &*self.broken.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(error.clone());
        }
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(record.line().to_owned());
        Ok(())
    }
}
