//! Secrets: the type that keeps one, the trait of the stores that hold them, and the cache that renews them.
//!
//! It knows no store and no clock: stores implement [`SecretStore`], and time is passed in as Unix
//! milliseconds.

mod cache;
mod memory;
mod secret;
mod store;

pub use cache::{CacheSettings, SecretCache, Versions};
pub use memory::MemorySecretStore;
pub use secret::Secret;
pub use store::{BoxFuture, SecretError, SecretFault, SecretStore, SecretVersion, Stage};
