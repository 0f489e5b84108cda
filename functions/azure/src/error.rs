//! Why a function cannot start, or cannot answer an event. Every message is for the operator; none holds prompt text, a
//! part of an event or a secret.

use azure_functions_shim::ShimError;
use host::HostError;

/// Why a function cannot start, or went on no longer.
#[derive(Debug, thiserror::Error)]
pub enum AzureError {
    /// What it is made of could not be put together, for no reason that is known.
    #[error("the function failed inside while it started")]
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
    /// An event of the vault in which something is not as such an event has it.
    #[error("the event's {what} cannot be read")]
    MalformedEvent {
        /// What is wrong in it.
        what: &'static str,
    },
    /// An event that is none of a vault.
    #[error("the event is none of those that a vault sends about secrets")]
    NoRotation,
    /// What is wrong between the host of the functions and this program.
    #[error(transparent)]
    Shim(#[from] ShimError),
}
