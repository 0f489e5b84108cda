//! The functions of AWS against emulators that others wrote: secrets are read and rotated in one whose stages,
//! signatures and roles are not of our making. Where an emulator cannot be had, a line says so and the test passes.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod fetch;
mod interface;
mod killed;
mod load;
mod refused;
mod rotate;
mod rotating;
mod watch;
