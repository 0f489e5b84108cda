//! Limits: how much of something may be used in a window of time, the trait of the stores that count it, and
//! the store in memory.
//!
//! The algorithm is pure and exact: whole numbers only, and time is passed in as Unix milliseconds. Stores
//! that are shared by several instances use [`Counter`] with a conditional write, so that every store counts
//! alike.

mod counter;
mod memory;
mod store;
mod window;

pub use counter::Counter;
pub use memory::MemoryStore;
pub use store::{BoxFuture, LimitStore, charge_all, give_back};
pub use window::Window;
