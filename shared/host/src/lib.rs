//! What every function needs of the machine that it runs on, and that is the same on all of them: the clock, random
//! bytes, files, how settings are read, how a program begins and ends. Nothing here belongs to one provider: what does
//! stands in that provider's function.
//!
//! This is the one crate of `shared/` that looks at the machine, and no other crate of `shared/` may use it. It reads
//! no variable of the environment: the functions do, and pass them in.

pub mod caller_keys;
pub mod client;
pub mod clock;
pub mod cloud_event;
mod error;
pub mod exchange;
pub mod forwarded;
pub mod gate;
pub mod jwks;
pub mod key_file;
pub mod log_event;
pub mod policy_file;
pub mod postgres;
pub mod program;
pub mod random;
pub mod rotation_settings;
pub mod secret_member;
pub mod settings;
pub mod source;
pub mod whole_answer;

pub use error::HostError;
