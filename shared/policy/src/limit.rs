//! Limits as a policy writes them (`10 per minute`, `200000 tokens per day`) and the charges that a call makes
//! against them. Counting is the business of the `limits` crate.

use std::sync::Arc;

use serde::Serialize;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// Calls, or actions.
    Requests,
    /// Tokens, in and out.
    Tokens,
}

/// The unit of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One second.
    Second,
    /// 60 seconds.
    Minute,
    /// 3,600 seconds.
    Hour,
    /// 24 hours, from midnight UTC.
    Day,
    /// A calendar month in UTC.
    Month,
}

/// Whose counter is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// One counter for everybody.
    Global,
    /// One for each identity.
    Identity,
    /// One for each network address.
    Ip,
    /// One for each model.
    Model,
    /// One for each tool.
    Tool,
}

/// A limit: at most `count` units in each window of `periods` × `period`, at most `burst` of them at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    /// Units in a window. At or under it is granted.
    pub count: u64,
    /// What is counted.
    pub unit: LimitUnit,
    /// How many periods make a window.
    pub periods: u32,
    /// The period.
    pub period: Period,
    /// How much may be taken at once; `count` unless the policy says less. What was taken comes back evenly,
    /// `count` in each window.
    pub burst: u64,
}

/// One charge that a call makes: the rule's limit, the counter, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Index of the rule in [`crate::Policy::rules`].
    pub rule: usize,
    /// The counter's name: the rule's name, the scope's word and its value, joined by `/`.
    pub key: Arc<str>,
    /// The limit to hold.
    pub limit: Limit,
    /// Units: 1 for requests; the estimate for tokens, to be settled later.
    pub amount: u64,
}

/// What a store said of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeAnswer {
    /// Within the limit, and counted.
    Granted {
        /// Units left in the window.
        remaining: u64,
    },
    /// Over the limit, and not counted.
    Refused {
        /// Seconds after which it would be granted, at least 1.
        retry_after: u64,
        /// Units left in the window.
        remaining: u64,
    },
    /// The store could not say.
    Unavailable,
}
