//! Why a command could not do its work. Every message is for the operator; none holds prompt text or a secret.

use std::io;
use std::path::PathBuf;

use host::HostError;

use crate::console::Outcome;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalError {
    /// A decision log whose end proves nothing, so that nothing may be linked to it.
    #[error(
        "nothing is appended to `{path}`: {reason}; `sallyport verify {path}` tells more, and `--log` takes \
         another file",
        path = path.display()
    )]
    BrokenLog {
        /// The file.
        path: PathBuf,
        /// What is wrong with its end.
        reason: String,
    },
    /// What the command prints cannot be printed.
    #[error("cannot print: {0}")]
    Console(#[source] io::Error),
    /// Settings that are wrong, or that contradict each other: one line each.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
    /// What the machine does not give, or what is wrong with a file.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The port cannot be held.
    #[error("{0}; choose another with `--listen`")]
    Listen(#[from] listener::ListenerError),
    /// The log file is written by another process.
    #[error("`{}` is being written by another process", .0.display())]
    LogInUse(PathBuf),
    /// A file that cannot be read or written.
    #[error("cannot {what} `{}`: {reason}", path.display())]
    Unusable {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl LocalError {
    /// How the program ends with it.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Console(_) | Self::Host(HostError::System { .. }) => Outcome::Found,
            Self::BrokenLog { .. }
            | Self::Faults(_)
            | Self::Host(
                HostError::Faults(_)
                | HostError::NotText(_)
                | HostError::TooLarge { .. }
                | HostError::Unreadable { .. },
            )
            | Self::Listen(_)
            | Self::LogInUse(_)
            | Self::Unusable { .. } => Outcome::BadInput,
        }
    }
}

impl From<io::Error> for LocalError {
    fn from(error: io::Error) -> Self {
        Self::Console(error)
    }
}
