//! Why a function cannot start. Every message is for the operator; none holds prompt text or a secret.

use azure_functions_shim::ShimError;
use host::HostError;

/// Why a function cannot start, or went on no longer.
#[derive(Debug, thiserror::Error)]
pub enum AzureError {
    /// What it is made of could not be put together, for no reason that is known.
    #[error("the function failed inside while it started")]
    Broken,
    /// What the machine does not give, or what is wrong with the settings.
    #[error(transparent)]
    Host(#[from] HostError),
    /// What is wrong between the host of the functions and this program.
    #[error(transparent)]
    Shim(#[from] ShimError),
}
