//! The rotation strategies: one file each, one row each in [`STRATEGIES`].
//!
//! To add one: write `strategies/<id>.rs` with a type that implements [`Strategy`], add it to the table, and put
//! cases into `tests/testdata/rotation/<id>.toml`: a whole rotation, which is tried step by step, with every
//! step run twice, and stopped at every call; and the values that it must refuse. A strategy describes the form
//! of its secret's value at the head of its file.

mod azure_account_key;
mod bedrock_api_key;
mod caller_keys;
mod generated;
mod http_credential;
mod https;
pub(crate) mod postgres_password;

pub use caller_keys::{CallerKey, caller_keys};

use crate::strategy::Strategy;

/// Every strategy.
pub const STRATEGIES: &[&dyn Strategy] = &[
    &azure_account_key::AzureAccountKey,
    &bedrock_api_key::BedrockApiKey,
    &caller_keys::CallerKeys,
    &http_credential::HttpCredential,
    &postgres_password::PostgresPassword,
];

/// The strategy with this id.
#[must_use]
pub fn strategy(id: &str) -> Option<&'static dyn Strategy> {
    STRATEGIES.iter().copied().find(|strategy| strategy.id() == id)
}
