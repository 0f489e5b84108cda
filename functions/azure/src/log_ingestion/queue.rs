//! The records that are not out of this process yet. The host kills a function without a word, so no piece of
//! an answer goes out before the records until then are sent or, where that takes too long, stand on standard output.
//!
//! A record that is written out and then arrives after all is there twice, with the same hash.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrets::BoxFuture;
use tokio::sync::Notify;

use crate::log_format::Lines;

/// How long the end of an answer waits for its records.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many bytes of records are sent at once: the service takes 1 MiB of rows, and a row holds its record twice.
const BATCH: usize = 384 * 1024;

/// Records that wait to be sent, or are being sent.
pub struct RecordQueue {
    waiting: Mutex<Waiting>,
    /// There is something to be sent.
    put: Notify,
    /// Something is no longer waiting.
    settled: Notify,
    lines: Arc<Lines>,
}

#[derive(Default)]
struct Waiting {
    /// In the order in which they came, by number.
    records: BTreeMap<u64, Arc<str>>,
    /// The number of the last that came.
    last: u64,
    /// The number of the last that the sender has taken.
    taken: u64,
}

/// Records that the sender has taken, by number.
pub(super) type Batch = Vec<(u64, Arc<str>)>;

impl fmt::Debug for RecordQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordQueue").finish_non_exhaustive()
    }
}

impl RecordQueue {
    /// An empty one. What is not sent is written to these lines.
    #[must_use]
    pub fn new(lines: Arc<Lines>) -> Arc<Self> {
        let (put, settled) = (Notify::new(), Notify::new());
        Arc::new(Self { waiting: Mutex::default(), put, settled, lines })
    }

    /// Puts a record behind the others.
    pub fn put(&self, record: &str) {
        let mut waiting = self.locked();
        waiting.last += 1;
        let number = waiting.last;
        waiting.records.insert(number, record.into());
        drop(waiting);
        self.put.notify_one();
    }

    /// Whether there is something that is not out of this process.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.locked().records.is_empty()
    }

    /// Is done when everything that was put so far is out of this process.
    #[must_use]
    pub fn flush(self: Arc<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let last = self.locked().last;
            if tokio::time::timeout(PATIENCE, self.settle_up_to(last)).await.is_err() {
                let late: Vec<_> = self.locked().records.range(..=last).map(|(number, _)| *number).collect();
                self.spill(&late);
            }
        })
    }

    async fn settle_up_to(&self, last: u64) {
        loop {
            let settled = self.settled.notified();
            tokio::pin!(settled);
            // From here on nothing is missed that happens between the look and the wait.
            settled.as_mut().enable();
            if self.locked().records.range(..=last).next().is_none() {
                return;
            }
            settled.await;
        }
    }

    /// The next records to be sent, once there are any.
    pub(super) async fn next(&self) -> Batch {
        loop {
            let batch = self.take();
            if !batch.is_empty() {
                return batch;
            }
            self.put.notified().await;
        }
    }

    fn take(&self) -> Batch {
        let mut waiting = self.locked();
        let mut bytes = 0;
        let fits = |(_, record): &(&u64, &Arc<str>)| {
            let first = bytes == 0;
            bytes += record.len();
            first || bytes <= BATCH
        };
        let from = waiting.taken + 1;
        let batch: Batch = waiting
            .records
            .range(from..)
            .take_while(fits)
            .map(|(number, record)| (*number, Arc::clone(record)))
            .collect();
        waiting.taken = batch.last().map_or(waiting.taken, |(number, _)| *number);
        batch
    }

    /// They were sent.
    pub(super) fn sent(&self, numbers: impl IntoIterator<Item = u64>) {
        let mut waiting = self.locked();
        for number in numbers {
            waiting.records.remove(&number);
        }
        drop(waiting);
        self.settled.notify_waiters();
    }

    /// They were not sent, and are written out, unless that was done already.
    pub(super) fn spill(&self, numbers: &[u64]) {
        let mut waiting = self.locked();
        let unsent: Vec<_> = numbers.iter().filter_map(|number| waiting.records.remove(number)).collect();
        drop(waiting);
        for record in unsent {
            self.lines.spill(&record);
        }
        self.settled.notify_waiters();
    }

    /// Writes a record out that is sent as well, for it cannot be sent whole.
    pub(super) fn also_write(&self, record: &str) {
        self.lines.spill(record);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
