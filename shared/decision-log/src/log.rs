//! The decision log of one process: its chain and its sink, held together so that what is sealed first is
//! written first.

use std::sync::{Arc, Mutex, PoisonError};

use crate::chain::{Chain, SealedRecord};
use crate::error::LogError;
use crate::record::Record;
use crate::sink::Sink;

/// Seals records and writes them.
pub struct DecisionLog {
    chain: Mutex<Chain>,
    sink: Arc<dyn Sink>,
}

impl DecisionLog {
    /// A log that begins a chain.
    #[must_use]
    pub fn new(chain: Chain, sink: Arc<dyn Sink>) -> Self {
        Self { chain: Mutex::new(chain), sink }
    }

    /// Writes one record. Others wait meanwhile: the log is in the order of the chain.
    ///
    /// # Errors
    /// When the record was not written: nothing may then leave. Its place in the chain goes to the next one.
    pub fn write(&self, record: &Record) -> Result<SealedRecord, LogError> {
        // The chain changes in one assignment, so a poisoned lock holds nothing half-done.
        let mut chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = chain.clone();
        let sealed = next.seal(record)?;
        self.sink.write(&sealed)?;
        *chain = next;
        Ok(sealed)
    }
}

impl std::fmt::Debug for DecisionLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecisionLog").field("chain", &self.chain).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::SinkError;
    use crate::record::tests::record;
    use crate::sink::MemorySink;
    use crate::verify::verify;

    #[test]
    fn a_record_that_is_not_written_takes_no_place_in_the_chain() {
        let sink = Arc::new(MemorySink::new());
        let log = DecisionLog::new(Chain::new("one"), Arc::clone(&sink) as Arc<dyn Sink>);
        log.write(&record(1)).unwrap();
        sink.fail_with(Some(SinkError { reason: "the disk is full".to_owned() }));
        let refused = log.write(&record(2)).unwrap_err();
        assert_eq!(refused.to_string(), "the decision log cannot be written: the disk is full");
        sink.fail_with(None);
        assert_eq!(log.write(&record(3)).unwrap().sequence(), 2);
        assert!(verify(sink.lines().join("\n").as_bytes(), &[]).unwrap().is_whole());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a race needs threads")]
    fn records_of_many_threads_are_written_in_the_order_of_the_chain() {
        let sink = Arc::new(MemorySink::new());
        let log = Arc::new(DecisionLog::new(Chain::new("one"), Arc::clone(&sink) as Arc<dyn Sink>));
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let log = Arc::clone(&log);
                std::thread::spawn(move || {
                    for number in 0..50 {
                        log.write(&record(thread * 50 + number)).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let verdict = verify(sink.lines().join("\n").as_bytes(), &[]).unwrap();
        assert!(verdict.is_whole(), "{verdict}");
        assert_eq!(verdict.lines, 400);
    }
}
