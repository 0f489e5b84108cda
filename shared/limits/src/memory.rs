//! The store in memory: exact within one process, and unknown to any other.
//!
//! Its memory is bounded. Counters that say nothing any more are swept; when as many keys as fit are all
//! alive, a new key is answered [`ChargeAnswer::Unavailable`], and the policy's failure mode decides. The
//! keys that are known go on being counted.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use policy::{Charge, ChargeAnswer, Limit};

use crate::counter::Counter;
use crate::store::{BoxFuture, LimitStore};

const SHARDS: usize = 16;

/// A shard is swept when it has grown to this, and then whenever it has doubled.
const FIRST_SWEEP: usize = 64;

/// Counts in memory.
#[derive(Debug)]
pub struct MemoryStore {
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
    keys_per_shard: usize,
}

#[derive(Debug, Default)]
struct Shard {
    counters: HashMap<Arc<str>, (Limit, Counter)>,
    /// Sweep when there are this many.
    sweep_at: usize,
    /// No counter ends before this, so a sweep before it would find nothing.
    next_end_ms: u64,
}

impl MemoryStore {
    /// A store for about `keys` keys, at least one in each of its 16 shards.
    #[must_use]
    pub fn new(keys: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            keys_per_shard: keys.div_ceil(SHARDS).max(1),
        }
    }

    /// How many keys it holds, those included that are due to be swept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).counters.len()).sum()
    }

    /// Whether it holds no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `None` cannot be: the index is a remainder.
    fn shard(&self, key: &str) -> Option<MutexGuard<'_, Shard>> {
        let index = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).ok()?;
        self.shards.get(index).map(lock)
    }

    fn charge_now(&self, charge: &Charge, now_ms: u64) -> ChargeAnswer {
        let Some(mut shard) = self.shard(&charge.key) else {
            return ChargeAnswer::Unavailable;
        };
        if let Some((limit, counter)) = shard.counters.get_mut(&charge.key) {
            let (next, answer) = counter.charge(&charge.limit, charge.amount, now_ms);
            (*limit, *counter) = (charge.limit, next);
            return answer;
        }
        let (counter, answer) = Counter::default().charge(&charge.limit, charge.amount, now_ms);
        match answer {
            ChargeAnswer::Granted { .. } if !shard.make_room(self.keys_per_shard, now_ms) => {
                ChargeAnswer::Unavailable
            }
            ChargeAnswer::Granted { .. } => {
                shard.insert(charge, counter);
                answer
            }
            // Nothing was counted, so there is nothing to keep.
            ChargeAnswer::Refused { .. } | ChargeAnswer::Unavailable => answer,
        }
    }

    fn settle_now(&self, charge: &Charge, actual: u64, charged_at_ms: u64) {
        let Some(mut shard) = self.shard(&charge.key) else { return };
        if let Some((_, counter)) = shard.counters.get_mut(&charge.key) {
            *counter = counter.settle(&charge.limit, charge.amount, actual, charged_at_ms);
        }
    }
}

impl LimitStore for MemoryStore {
    fn charge<'a>(&'a self, charge: &'a Charge, now_ms: u64) -> BoxFuture<'a, ChargeAnswer> {
        Box::pin(std::future::ready(self.charge_now(charge, now_ms)))
    }

    fn settle<'a>(&'a self, charge: &'a Charge, actual: u64, charged_at_ms: u64) -> BoxFuture<'a, ()> {
        self.settle_now(charge, actual, charged_at_ms);
        Box::pin(std::future::ready(()))
    }
}

impl Shard {
    fn insert(&mut self, charge: &Charge, counter: Counter) {
        self.next_end_ms = self.next_end_ms.min(counter.expires_at_ms(&charge.limit));
        self.counters.insert(Arc::clone(&charge.key), (charge.limit, counter));
    }

    /// Whether one more key fits, after a sweep if there is cause for one.
    fn make_room(&mut self, most: usize, now_ms: u64) -> bool {
        let held = self.counters.len();
        if held >= self.sweep_at.max(FIRST_SWEEP).min(most) && now_ms >= self.next_end_ms {
            self.sweep(now_ms);
        }
        self.counters.len() < most
    }

    fn sweep(&mut self, now_ms: u64) {
        let mut next_end_ms = u64::MAX;
        self.counters.retain(|_, (limit, counter)| {
            let end_ms = counter.expires_at_ms(limit);
            if end_ms > now_ms {
                next_end_ms = next_end_ms.min(end_ms);
            }
            end_ms > now_ms
        });
        self.next_end_ms = next_end_ms;
        self.sweep_at = self.counters.len().saturating_mul(2);
    }
}

/// Every change under the lock is one assignment, so a poisoned lock holds nothing half-done.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use policy::{LimitUnit, Period};

    use super::*;
    use crate::store::{charge_all, give_back};

    const NOW: u64 = 1_700_000_000_000;
    const MINUTE: u64 = 60_000;

    fn charge(key: &str, count: u64, amount: u64) -> Charge {
        let limit =
            Limit { count, unit: LimitUnit::Requests, periods: 1, period: Period::Minute, burst: count };
        Charge { rule: 0, key: key.into(), limit, amount }
    }

    fn is_granted(answer: ChargeAnswer) -> bool {
        matches!(answer, ChargeAnswer::Granted { .. })
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a race needs threads")]
    fn a_limit_of_700_grants_700_of_1600() {
        let store = Arc::new(MemoryStore::new(100));
        let granted = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let (store, granted) = (Arc::clone(&store), Arc::clone(&granted));
                std::thread::spawn(move || {
                    for _ in 0..100 {
                        if is_granted(store.charge_now(&charge("calls/global", 700, 1), NOW)) {
                            granted.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(granted.load(Ordering::SeqCst), 700);
    }

    #[tokio::test]
    async fn a_call_that_is_held_back_uses_up_nothing() {
        let store = MemoryStore::new(100);
        let charges = [charge("first", 5, 3), charge("second", 1, 2), charge("third", 5, 5)];
        let answers = charge_all(&store, &charges, NOW).await;
        let granted: Vec<bool> = answers.iter().map(|(_, answer)| is_granted(*answer)).collect();
        assert_eq!(granted, [true, false, true], "all are asked");
        give_back(&store, &answers, NOW).await;
        for key in ["first", "third"] {
            assert!(is_granted(store.charge(&charge(key, 5, 5), NOW).await), "{key}");
        }
    }

    #[tokio::test]
    async fn an_estimate_is_settled() {
        let store = MemoryStore::new(100);
        let reserved = charge("tokens", 100, 60);
        assert!(is_granted(store.charge(&reserved, NOW).await));
        store.settle(&reserved, 10, NOW).await;
        assert_eq!(
            store.charge(&charge("tokens", 100, 90), NOW).await,
            ChargeAnswer::Granted { remaining: 0 }
        );
        store.settle(&charge("unknown", 100, 60), 10, NOW).await;
    }

    #[test]
    fn keys_are_counted_apart() {
        let store = MemoryStore::new(100);
        for key in ["calls/identity/a", "calls/identity/b"] {
            assert!(is_granted(store.charge_now(&charge(key, 1, 1), NOW)), "{key}");
            assert!(!is_granted(store.charge_now(&charge(key, 1, 1), NOW)), "{key}");
        }
    }

    #[test]
    fn a_full_store_says_so_and_goes_on_counting_what_it_knows() {
        let store = MemoryStore::new(64);
        let answers: Vec<_> =
            (0..1_000).map(|n| (n, store.charge_now(&charge(&format!("key-{n}"), 2, 1), NOW))).collect();
        assert!(store.len() <= 64);
        assert!(answers.iter().any(|(_, answer)| *answer == ChargeAnswer::Unavailable));
        for (n, first) in answers {
            let again = store.charge_now(&charge(&format!("key-{n}"), 2, 1), NOW);
            assert_eq!(is_granted(first), is_granted(again), "key-{n}");
        }
    }

    #[test]
    fn counters_that_have_ended_make_room() {
        let store = MemoryStore::new(64);
        for window in 0..50 {
            for n in 0..4 {
                let key = format!("window-{window}-key-{n}");
                let answer = store.charge_now(&charge(&key, 1, 1), NOW + window * MINUTE);
                assert!(is_granted(answer), "{key}");
            }
        }
        assert!(store.len() <= 64);
    }

    #[test]
    fn a_large_store_is_swept_long_before_it_is_full() {
        let store = MemoryStore::new(1_000_000);
        for window in 0..50 {
            for n in 0..500 {
                let key = format!("window-{window}-key-{n}");
                store.charge_now(&charge(&key, 1, 1), NOW + window * MINUTE);
            }
        }
        assert!(store.len() <= 16 * 2 * FIRST_SWEEP, "{}", store.len());
    }
}
