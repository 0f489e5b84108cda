//! The house as `Cargo.toml` and the folders have it, against the rules that hold it up: which crate may use
//! which, that `shared/` names no cloud, that every plug-in has its row and its test data, and that every file
//! says what it is, and that scripts can be read. Each check is a function on plain data, so that each is also shown to fail.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod arrows;
mod clouds;
mod heads;
mod plug_ins;
mod scripts;
