//! The functions of Azure as they are built, and the services that they call, each under its own name and over TLS: the
//! vault, Azure Resource Manager, the models of an account, the API of a provider. The blobs with the lease are those of
//! an emulator that others wrote, and the database is a real one. Where something of it cannot be had, a line says so
//! and the test passes.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod database;
mod killed;
mod lease;
mod renewed;
mod scene;
mod trust;
mod webhook;
