//! The small HTTP/1.1 server that stands before the pipeline where the provider brings none.
//!
//! It takes whole requests with a capped body, hands each to one [`Service`] and writes what comes back. It
//! bounds everything that a stranger could make it hold: connections, header sizes, the time to send a header
//! or a body, the time to take an answer. It knows no policy, no model API, no routes and no TLS: a body that
//! is too large or broken is handed on as such, so that the service can answer in the caller's own dialect.

mod ingress;
mod serve;
mod settings;
mod stall;

pub use ingress::Ingress;
pub use serve::{Listener, ListenerError, Service, serve};
pub use settings::Settings;
