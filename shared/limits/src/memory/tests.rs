//! The store in memory under races, when it is full, and over many windows.

use std::sync::atomic::{AtomicUsize, Ordering};

use policy::{LimitUnit, Period};

use super::*;
use crate::store::{charge_all, give_back};

const NOW: u64 = 1_700_000_000_000;
const MINUTE: u64 = 60_000;

fn charge(key: &str, count: u64, amount: u64) -> Charge {
    let limit = Limit { count, unit: LimitUnit::Requests, periods: 1, period: Period::Minute, burst: count };
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
    assert_eq!(store.charge(&charge("tokens", 100, 90), NOW).await, ChargeAnswer::Granted { remaining: 0 });
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
