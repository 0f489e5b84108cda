//! The algorithm against rows of charges, and against a naive model that keeps every grant.

use policy::{LimitUnit, Period};
use proptest::prelude::*;

use super::*;

fn limit(count: u64, burst: u64, periods: u32, period: Period) -> Limit {
    Limit { count, unit: LimitUnit::Tokens, periods, period, burst }
}

fn granted(remaining: u64) -> ChargeAnswer {
    ChargeAnswer::Granted { remaining }
}

fn refused(retry_after: u64, remaining: u64) -> ChargeAnswer {
    ChargeAnswer::Refused { retry_after, remaining }
}

#[test]
fn charges_are_answered_as_the_limit_says() {
    let minute = limit(10, 10, 1, Period::Minute);
    let bucket = limit(60, 2, 1, Period::Minute);
    let rows = [
        ("at the limit is granted", minute, vec![(0, 10, granted(0)), (1, 1, refused(60, 0))]),
        ("the next window starts anew", minute, vec![(59_999, 10, granted(0)), (60_000, 10, granted(0))]),
        (
            "a refused charge uses nothing",
            minute,
            vec![(0, 9, granted(1)), (1, 2, refused(60, 1)), (2, 1, granted(0))],
        ),
        ("nothing is always granted", minute, vec![(0, 10, granted(0)), (0, 0, granted(0))]),
        ("the last second is a second", minute, vec![(59_000, 10, granted(0)), (59_999, 1, refused(1, 0))]),
        ("more than a window holds", minute, vec![(15_000, 11, refused(45, 10))]),
        ("a clock that goes back", minute, vec![(60_000, 10, granted(0)), (59_000, 1, refused(60, 0))]),
        (
            "a burst, then evenly",
            bucket,
            vec![
                (0, 2, granted(58)),
                (0, 1, refused(1, 58)),
                (1_000, 1, granted(57)),
                (1_001, 1, refused(1, 57)),
            ],
        ),
        (
            "a bucket is not refilled past its size",
            bucket,
            vec![(0, 2, granted(58)), (50_000, 3, refused(10, 58)), (50_000, 2, granted(56))],
        ),
        (
            "a bucket keeps its state over windows",
            bucket,
            vec![(59_999, 2, granted(58)), (60_000, 1, refused(1, 60))],
        ),
        ("more than a bucket holds", bucket, vec![(0, 3, refused(60, 60))]),
        ("a count of nothing", limit(0, 0, 1, Period::Hour), vec![(0, 1, refused(3_600, 0))]),
    ];
    for (name, limit, charges) in rows {
        let mut counter = Counter::default();
        for (now, amount, expected) in charges {
            let (next, answer) = counter.charge(&limit, amount, now);
            assert_eq!(answer, expected, "{name}: {amount} at {now}");
            counter = next;
        }
    }
}

#[test]
fn a_month_is_a_calendar_month() {
    let monthly = limit(5, 5, 1, Period::Month);
    let (february_end, march) = (1_772_323_199_000, 1_772_323_200_000);
    let (counter, _) = Counter::default().charge(&monthly, 5, february_end);
    assert_eq!(counter.charge(&monthly, 1, february_end).1, refused(1, 0));
    assert_eq!(counter.charge(&monthly, 5, march).1, granted(0));
}

#[test]
fn a_settled_charge_counts_as_what_it_was() {
    let minute = limit(100, 100, 1, Period::Minute);
    let bucket = limit(60, 10, 1, Period::Minute);
    let rows = [
        // (what, limit, charged, actual, charged at, looked at, then granted at most)
        ("less", minute, 50, 20, 0, 1, 80),
        ("nothing", minute, 50, 0, 0, 1, 100),
        ("more", minute, 50, 70, 0, 1, 30),
        ("more than the limit", minute, 50, 500, 0, 1, 0),
        ("of an earlier window", minute, 50, 500, 0, 60_000, 100),
        ("less, of a bucket", bucket, 10, 4, 0, 0, 6),
        ("more, of a bucket", bucket, 10, 12, 0, 0, 0),
        ("nothing, of a bucket that has half refilled", bucket, 10, 0, 0, 5_000, 10),
    ];
    for (name, limit, charged, actual, charged_at, now, expected) in rows {
        let (counter, answer) = Counter::default().charge(&limit, charged, charged_at);
        assert!(matches!(answer, ChargeAnswer::Granted { .. }), "{name}");
        let (counter, _) = counter.charge(&limit, 0, now);
        let counter = counter.settle(&limit, charged, actual, charged_at);
        let most = (0..=200).take_while(|&amount| is_granted(counter.charge(&limit, amount, now).1)).last();
        assert_eq!(most, Some(expected), "{name}");
    }
}

#[test]
fn a_late_settlement_gives_back_nothing_of_others() {
    let bucket = limit(60, 10, 1, Period::Minute);
    let (counter, _) = Counter::default().charge(&bucket, 10, 0);
    let (counter, others) = counter.charge(&bucket, 10, 10_000);
    assert_eq!(others, granted(40));
    let counter = counter.settle(&bucket, 10, 0, 0);
    assert_eq!(counter.used, 10);
    assert!(!is_granted(counter.charge(&bucket, 1, 10_000).1), "the bucket is empty by others' charges");
}

#[test]
fn a_window_is_settled_only_while_it_lasts() {
    let minute = limit(100, 100, 1, Period::Minute);
    let (counter, _) = Counter::default().charge(&minute, 30, 61_000);
    for charged_at in [0, 59_999, 120_000] {
        assert_eq!(counter.settle(&minute, 30, 0, charged_at), counter, "{charged_at}");
    }
}

fn is_granted(answer: ChargeAnswer) -> bool {
    match answer {
        ChargeAnswer::Granted { .. } => true,
        ChargeAnswer::Refused { .. } | ChargeAnswer::Unavailable => false,
    }
}

/// Keeps every grant and works out each answer from all of them.
struct Naive {
    limit: Limit,
    grants: Vec<(u64, u64)>,
}

impl Naive {
    fn used(&self, now: u64) -> u64 {
        let window = Window::containing(&self.limit, now);
        self.grants.iter().filter(|(at, _)| *at >= window.start_ms).map(|(_, amount)| amount).sum()
    }

    /// Replays the bucket one grant after the other, in fractions of `length` of a unit.
    fn owed(&self, now: u64, length: i128) -> i128 {
        let mut owed = 0;
        let mut last = 0;
        for &(at, amount) in &self.grants {
            owed = (owed - i128::from(at - last) * i128::from(self.limit.count)).max(0);
            owed += i128::from(amount) * length;
            last = at;
        }
        (owed - i128::from(now - last) * i128::from(self.limit.count)).max(0)
    }

    fn grants(&mut self, amount: u64, now: u64) -> bool {
        let length = i128::from(Window::refill_ms(&self.limit));
        let in_window = self.used(now) + amount <= self.limit.count;
        let burst = i128::from(self.limit.burst.min(self.limit.count));
        let in_bucket = self.limit.burst >= self.limit.count
            || amount == 0
            || self.owed(now, length) + i128::from(amount) * length <= burst * length;
        if in_window && in_bucket {
            self.grants.push((now, amount));
        }
        in_window && in_bucket
    }
}

fn any_limit() -> impl Strategy<Value = Limit> {
    let period = prop_oneof![
        Just(Period::Second),
        Just(Period::Minute),
        Just(Period::Hour),
        Just(Period::Day),
        Just(Period::Month)
    ];
    (1_u64..50, 1_u64..60, 1_u32..4, period)
        .prop_map(|(count, burst, periods, period)| limit(count, burst, periods, period))
}

proptest! {
    #[test]
    fn every_answer_is_the_naive_one(
        limit in any_limit(),
        start in 0_u64..4_000_000_000_000,
        steps in prop::collection::vec((0_u64..20, 0_u64..1_000), 1..80),
    ) {
        let mut model = Naive { limit, grants: Vec::new() };
        let (mut counter, mut now) = (Counter::default(), start);
        for (amount, share) in steps {
            now += Window::refill_ms(&limit) / 4_000 * share + share;
            let (next, answer) = counter.charge(&limit, amount, now);
            prop_assert_eq!(is_granted(answer), model.grants(amount, now));
            prop_assert_eq!(next.remaining(&limit), limit.count - model.used(now));
            counter = next;
        }
    }

    #[test]
    fn who_waits_as_told_is_granted_and_who_comes_a_second_early_is_not(
        limit in any_limit(),
        start in 0_u64..4_000_000_000_000,
        before in prop::collection::vec(1_u64..20, 0..20),
        amount in 1_u64..50,
    ) {
        let fits = amount <= limit.count.min(limit.burst.max(1));
        let mut counter = Counter::default();
        for taken in before {
            counter = counter.charge(&limit, taken, start).0;
        }
        let (counter, answer) = counter.charge(&limit, amount, start);
        if let ChargeAnswer::Refused { retry_after, .. } = answer {
            prop_assert!(retry_after >= 1);
            let then = start + retry_after * 1_000;
            prop_assert_eq!(is_granted(counter.charge(&limit, amount, then).1), fits);
            prop_assert!(!is_granted(counter.charge(&limit, amount, then - 1_000).1));
        }
    }

    #[test]
    fn an_expired_counter_is_as_good_as_a_new_one(
        limit in any_limit(),
        start in 0_u64..4_000_000_000_000,
        taken in prop::collection::vec(1_u64..20, 1..20),
        amount in 0_u64..60,
    ) {
        let mut counter = Counter::default();
        for units in taken {
            counter = counter.charge(&limit, units, start).0;
        }
        let then = counter.expires_at_ms(&limit).max(start);
        prop_assert_eq!(counter.charge(&limit, amount, then).1, Counter::default().charge(&limit, amount, then).1);
    }

    #[test]
    fn nothing_overflows(
        count: u64, burst: u64, periods: u32, amounts in prop::collection::vec(any::<u64>(), 1..8),
        now: u64, month: bool,
    ) {
        let limit = limit(count, burst, periods, if month { Period::Month } else { Period::Day });
        let mut counter = Counter::default();
        for amount in amounts {
            let (next, _) = counter.charge(&limit, amount, now);
            counter = next.settle(&limit, amount, u64::MAX, now);
            let _ = counter.expires_at_ms(&limit);
        }
    }
}
