//! The harness of the conformance suites: it starts the built program, speaks HTTP to it byte by byte, stands
//! in for the model behind it, and reads cases from `tests/testdata/`. It knows the program from outside only:
//! its arguments, what it prints, what it answers and what it records. Only [`spoken`] knows a crate of it, for the
//! suites about single crates.
//!
//! The suites are in `tests/suites/`, one file for each thing that must hold; the benches in `tests/benches/`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the harness is a part of the tests: what it cannot do fails the test that asked for it"
)]

pub mod azure;
pub mod bicep;
pub mod cases;
pub mod cold_start;
pub mod emulators;
pub mod files;
pub mod frames;
pub mod gcp;
pub mod heard;
pub mod http;
pub mod lambda;
pub mod model;
pub mod postgres;
pub mod program;
pub mod providers;
pub mod python;
pub mod released;
pub mod secret_store;
pub mod served;
pub mod source;
pub mod spoken;
pub mod terraform;
pub mod timing;
pub mod upstream;
