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
mod tests;
