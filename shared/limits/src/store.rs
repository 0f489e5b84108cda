//! What a store of limits is, and how a call's charges are put to one. A store is one file that implements
//! [`LimitStore`] on top of [`crate::Counter`]: the one in memory here, those that instances share in the
//! function crates.

use std::future::Future;
use std::pin::Pin;

use policy::{Charge, ChargeAnswer};

/// What an asynchronous method of a trait object gives back.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps counters. A limit of N grants N, however many ask at once.
///
/// A store that cannot be reached, or not in time, answers [`ChargeAnswer::Unavailable`]; the policy decides
/// what that means. It owns its timeouts.
pub trait LimitStore: Send + Sync {
    /// Asks for `charge.amount` units, and counts them if they are granted.
    fn charge<'a>(&'a self, charge: &'a Charge, now_ms: u64) -> BoxFuture<'a, ChargeAnswer>;

    /// Corrects a granted charge to what was used. `charged_at_ms` is the moment that was passed to
    /// [`LimitStore::charge`]: only the window of that moment is corrected. A store that cannot be reached
    /// lets the charge stand.
    fn settle<'a>(&'a self, charge: &'a Charge, actual: u64, charged_at_ms: u64) -> BoxFuture<'a, ()>;
}

/// Asks for all charges of a call, in order, also after a refusal: the longest wait is the one that the
/// caller has to be told, and a rule that only monitors must not keep another from counting.
///
/// When the answers come to holding the call back, [`give_back`] makes it use up nothing.
pub async fn charge_all(
    store: &dyn LimitStore,
    charges: &[Charge],
    now_ms: u64,
) -> Vec<(Charge, ChargeAnswer)> {
    let mut answers = Vec::with_capacity(charges.len());
    for charge in charges {
        answers.push((charge.clone(), store.charge(charge, now_ms).await));
    }
    answers
}

/// Gives back what was granted to a call that does not go on. `charged_at_ms` is the moment that was passed
/// to [`charge_all`].
pub async fn give_back(store: &dyn LimitStore, answers: &[(Charge, ChargeAnswer)], charged_at_ms: u64) {
    for (charge, answer) in answers {
        match answer {
            ChargeAnswer::Granted { .. } => store.settle(charge, 0, charged_at_ms).await,
            ChargeAnswer::Refused { .. } | ChargeAnswer::Unavailable => {}
        }
    }
}
