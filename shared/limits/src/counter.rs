//! The algorithm: what is left of a limit, and how a charge changes it. Pure, and exact in whole numbers.
//!
//! In each [`Window`] at most `count` units are granted. Where `burst` is less than `count` there is a bucket
//! of `burst` units, too, which refills evenly: `count` units in the length of a window. A charge must pass
//! both.

use policy::{ChargeAnswer, Limit};

use crate::window::Window;

const MS_PER_SECOND: u64 = 1_000;

/// What a store keeps for one key of one limit. The default has nothing charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// The start of the window that `used` belongs to, in Unix milliseconds.
    pub window_start_ms: u64,
    /// Units used in that window.
    pub used: u64,
    /// What is missing in the bucket, in units times the milliseconds in which the bucket gets back `count`
    /// units: every millisecond `count` of it comes back, with nothing to round. 0 where there is no bucket.
    pub owed: u128,
    /// The moment for which `owed` is right, in Unix milliseconds.
    pub owed_at_ms: u64,
}

impl Counter {
    /// Charges `amount` units: the counter after it, and the answer. A refused charge changes nothing that
    /// counts. A clock that stands before the counter's is taken to stand where the counter's does, so a
    /// clock that went back grants nothing twice.
    ///
    /// `retry_after` is when the same charge would be granted if nobody else charged in between; for an
    /// amount that no window could ever grant it is the end of the window.
    #[must_use]
    pub fn charge(&self, limit: &Limit, amount: u64, now_ms: u64) -> (Self, ChargeAnswer) {
        let mut next = self.at(limit, now_ms);
        let now_ms = now_ms.max(next.owed_at_ms);
        let wait_ms =
            next.window_wait_ms(limit, amount, now_ms).max(next.bucket_wait_ms(limit, amount, now_ms));
        if wait_ms > 0 {
            let retry_after = wait_ms.div_ceil(MS_PER_SECOND);
            return (next, ChargeAnswer::Refused { retry_after, remaining: next.remaining(limit) });
        }
        next.used = next.used.saturating_add(amount);
        if has_bucket(limit) {
            next.owed = next.owed.saturating_add(owed_for(limit, amount));
        }
        (next, ChargeAnswer::Granted { remaining: next.remaining(limit) })
    }

    /// Corrects a charge of `charged` units that was granted at `charged_at_ms` to `actual` units. May go
    /// over the limit, since it is used already; never gives back more than was charged, and nothing that
    /// has come back by itself since. A charge of an earlier window is over and done with.
    #[must_use]
    pub fn settle(&self, limit: &Limit, charged: u64, actual: u64, charged_at_ms: u64) -> Self {
        if Window::containing(limit, charged_at_ms).start_ms != self.window_start_ms {
            return *self;
        }
        let mut next = *self;
        next.used = self.used.saturating_sub(charged).saturating_add(actual);
        if has_bucket(limit) {
            next.settle_bucket(limit, charged, actual, charged_at_ms);
        }
        next
    }

    /// Units left in the window.
    #[must_use]
    pub fn remaining(&self, limit: &Limit) -> u64 {
        limit.count.saturating_sub(self.used)
    }

    /// From when on the counter says nothing that a new one would not say, in Unix milliseconds.
    #[must_use]
    pub fn expires_at_ms(&self, limit: &Limit) -> u64 {
        let window = Window::containing(limit, self.window_start_ms);
        let refilled_ms = self.owed_at_ms.saturating_add(ms_to_refill(limit, self.owed));
        if self.owed == 0 { window.end_ms } else { window.end_ms.max(refilled_ms) }
    }

    /// The counter as it stands at a moment: in a new window nothing is used, and the bucket has refilled.
    fn at(&self, limit: &Limit, now_ms: u64) -> Self {
        let now_ms = now_ms.max(self.window_start_ms).max(self.owed_at_ms);
        let window_start_ms = Window::containing(limit, now_ms).start_ms;
        let used = if window_start_ms == self.window_start_ms { self.used } else { 0 };
        let back = u128::from(now_ms.saturating_sub(self.owed_at_ms)) * u128::from(limit.count);
        Self { window_start_ms, used, owed: self.owed.saturating_sub(back), owed_at_ms: now_ms }
    }

    fn window_wait_ms(&self, limit: &Limit, amount: u64, now_ms: u64) -> u64 {
        if amount <= self.remaining(limit) {
            return 0;
        }
        Window::containing(limit, now_ms).end_ms.saturating_sub(now_ms).max(1)
    }

    fn bucket_wait_ms(&self, limit: &Limit, amount: u64, now_ms: u64) -> u64 {
        if !has_bucket(limit) || amount == 0 {
            return 0;
        }
        let Some(room) = limit.burst.checked_sub(amount) else {
            return Window::containing(limit, now_ms).end_ms.saturating_sub(now_ms).max(1);
        };
        ms_to_refill(limit, self.owed.saturating_sub(owed_for(limit, room)))
    }

    /// What was charged has come back in part; only the rest of it can be given back.
    fn settle_bucket(&mut self, limit: &Limit, charged: u64, actual: u64, charged_at_ms: u64) {
        let back = u128::from(self.owed_at_ms.saturating_sub(charged_at_ms)) * u128::from(limit.count);
        let still_owed = owed_for(limit, charged).saturating_sub(back);
        let should_owe = owed_for(limit, actual).saturating_sub(back);
        self.owed = self.owed.saturating_sub(still_owed).saturating_add(should_owe);
    }
}

/// A burst of the whole count, or more, is what the window grants anyway.
fn has_bucket(limit: &Limit) -> bool {
    limit.burst < limit.count
}

/// Both factors fit 64 bits, so the product fits.
fn owed_for(limit: &Limit, units: u64) -> u128 {
    u128::from(units) * u128::from(Window::refill_ms(limit))
}

fn ms_to_refill(limit: &Limit, owed: u128) -> u64 {
    u64::try_from(owed.div_ceil(u128::from(limit.count.max(1)))).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
