//! The custom handler contract of Azure Functions, as a crate that a function app can be built on.
#![doc = include_str!("../README.md")]

mod app;
mod body;
mod envelope;
mod error;
#[cfg(feature = "host")]
pub mod host;
mod input;
mod invocation;
mod outcome;
mod serve;
mod settings;
mod start;

pub use app::{App, Fault};
pub use body::{Body, BodyError, Closed, Sender};
pub use envelope::{Call, RetryContext};
pub use error::ShimError;
pub use input::{HttpCall, Input, QueueMessage, ScheduleStatus, Timer};
pub use invocation::{FUNCTION_KEY, HOST_VERSION, INVOCATION_ID, Invocation, PROXIED_INVOCATION_ID};
pub use outcome::{Answer, Outcome};
pub use settings::{FunctionKeys, Settings};
pub use start::{EXIT_FAULT, EXIT_RESTART, Listener, PORT_VARIABLE, Port};
