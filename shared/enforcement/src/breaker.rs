//! A circuit breaker: an upstream that failed several times in a row is left alone for a while.
//!
//! Closed: calls go through and failures in a row are counted. Open: calls are refused until the pause is
//! over. Then one call is let through to try; its outcome closes the breaker or opens it again.

use std::sync::{Mutex, PoisonError};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BreakerSettings {
    /// Failures in a row that open it.
    pub failures: u32,
    /// The pause, in milliseconds.
    pub pause_ms: u64,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self { failures: 5, pause_ms: 10_000 }
    }
}

/// One upstream's breaker.
#[derive(Debug)]
pub struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when calls are refused; 0 when closed. While a try is under way it is pushed on by a pause.
    open_until_ms: u64,
}

impl Breaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(settings: BreakerSettings) -> Self {
        Self { settings, state: Mutex::default() }
    }

    /// Whether a call may be made now. The first one after the pause is the try: others are refused until it
    /// has ended, or until another pause is over.
    pub fn admits(&self, now_ms: u64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now_ms < state.open_until_ms {
            return false;
        }
        if state.open_until_ms > 0 {
            state.open_until_ms = now_ms.saturating_add(self.settings.pause_ms);
        }
        true
    }

    /// The upstream answered.
    pub fn succeeded(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The upstream did not answer, or said that it cannot.
    pub fn failed(&self, now_ms: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.settings.failures {
            state.open_until_ms = now_ms.saturating_add(self.settings.pause_ms).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_lets_one_call_try() {
        let breaker = Breaker::new(BreakerSettings { failures: 2, pause_ms: 100 });
        breaker.failed(1);
        breaker.succeeded();
        breaker.failed(2);
        assert!(breaker.admits(3), "two failures, but not in a row");
        breaker.failed(3);
        assert!(!breaker.admits(102), "open");
        assert!(breaker.admits(103), "the try");
        assert!(!breaker.admits(103), "one try at a time");
        breaker.failed(110);
        assert!(!breaker.admits(209), "open again");
        assert!(breaker.admits(210), "the next try");
        breaker.succeeded();
        assert!(breaker.admits(211) && breaker.admits(211), "closed");
    }

    #[test]
    fn a_try_that_never_ends_does_not_close_the_way_for_ever() {
        let breaker = Breaker::new(BreakerSettings { failures: 1, pause_ms: 100 });
        breaker.failed(0);
        assert!(breaker.admits(100));
        assert!(!breaker.admits(199));
        assert!(breaker.admits(200));
    }
}
