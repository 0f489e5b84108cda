//! The real time, and the ids of decisions.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use enforcement::{Clock, Ids};

use crate::HostError;
use crate::random::random_bytes;

/// The clock of the machine that the program runs on.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time begins now.
    #[must_use]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn unix_millis(&self) -> u64 {
        // A clock before 1970 is no clock; 0 is as wrong as any, and does not fail.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic_micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Makes ids that no other process makes: 48 bits of time, so that they sort; 48 random bits of this process;
/// a 32-bit counter. They are unique, not secret.
#[derive(Debug)]
pub struct RunIds {
    clock: SystemClock,
    run: u64,
    next: AtomicU32,
}

impl RunIds {
    /// The ids of one process.
    ///
    /// # Errors
    /// When the system gives no random bits.
    pub fn new() -> Result<Self, HostError> {
        let [a, b, c, d, e, f, ..] = random_bytes::<8>()?;
        let run = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        Ok(Self { clock: SystemClock::new(), run, next: AtomicU32::new(0) })
    }
}

impl Ids for RunIds {
    fn decision_id(&self) -> String {
        let time = self.clock.unix_millis() & 0xffff_ffff_ffff;
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{time:012x}{:012x}{count:08x}", self.run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_32_hex_digits_sort_by_time_and_never_repeat() {
        let (one, other) = (RunIds::new().unwrap(), RunIds::new().unwrap());
        let ids: Vec<String> = (0..1000).map(|_| one.decision_id()).collect();
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert!(ids.is_sorted_by(|a, b| a < b), "each sorts after the one before");
        assert!(!ids.contains(&other.decision_id()));
    }
}
