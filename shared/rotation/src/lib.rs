//! Rotation: how the credentials are renewed that the gate calls with and is called with, without one failed
//! call while it happens.
//!
//! [`Machine`] takes the steps, a [`Strategy`] knows one kind of credential, a [`RotationStore`] holds the
//! versions. The crate knows no store, no cloud and no clock: all of them are passed in. How to add a strategy
//! stands in `strategies/mod.rs`.

mod document;
mod error;
mod machine;
mod memory;
mod services;
mod store;
mod strategies;
mod strategy;

pub use error::{RotationError, RotationFault};
pub use machine::{Machine, Outcome, Step, StepRequest, Trigger};
pub use memory::{Content, Fuse, MemoryRotationStore, Moment};
pub use services::{
    AccountKeys, CredentialService, Exchange, HttpAnswer, HttpRequest, KeyName, KeyPair,
    NewServiceCredential, Random, ServiceCredential, SqlLogin, SqlServer, SqlSession, Tools,
};
pub use store::{Description, PendingValue, RotationStore, VersionStage};
pub use strategies::{CallerKey, STRATEGIES, caller_keys, strategy};
pub use strategy::{Held, Staged, Strategy, Work};

#[cfg(test)]
mod tests;
