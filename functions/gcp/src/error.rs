//! Why a service cannot start, or went on no longer. Every message is for the operator; none holds prompt text, a part of
//! an event or a secret.

use host::HostError;
use listener::ListenerError;

/// Why a service cannot start, or went on no longer.
#[derive(Debug, thiserror::Error)]
pub enum GcpError {
    /// What it is made of could not be put together, for no reason that is known.
    #[error("the service failed inside while it started")]
    Broken,
    /// An event about something else than the one secret that is renewed.
    #[error("the event is about another {what}")]
    ForeignEvent {
        /// What is another.
        what: &'static str,
    },
    /// What the machine does not give, or what is wrong with the settings.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The port cannot be held.
    #[error(transparent)]
    Listener(#[from] ListenerError),
    /// An event in which something is not as such an event has it.
    #[error("the event's {what} cannot be read")]
    MalformedEvent {
        /// What is wrong in it.
        what: &'static str,
    },
    /// An event that is none of Secret Manager's.
    #[error("the event is none of those that Secret Manager sends")]
    NoRotation,
}
