//! The end that a provider sets to a call: what it would cut off without a word ends before that by itself, in the
//! caller's dialect and with its record. Only the upstream is waited for that long; all else is bounded anyway.

use std::time::Duration;

use crate::passage::Passage;

impl Passage {
    /// How long the upstream may still be waited for, where there is an end.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let end = self.caller.ends_by_ms?;
        Some(Duration::from_millis(end.saturating_sub(self.pipeline.settings.clock.unix_millis())))
    }
}

/// Waits for something, no longer than that. Where there is no time left, it is not even begun.
pub(crate) async fn within<T>(left: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match left {
        None => Some(work.await),
        Some(Duration::ZERO) => None,
        Some(left) => tokio::time::timeout(left, work).await.ok(),
    }
}
