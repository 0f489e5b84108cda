//! The service that rotates: whole rotations by event, what comes twice, late or from a stranger, runs that end at any
//! call, and runs at the same time. In this process over the doubles of the conformance crate, and once more as the built
//! program (`served.rs`).

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod events;
mod load;
mod machine;
mod provider;
mod push;
mod served;
mod store;
mod world;
