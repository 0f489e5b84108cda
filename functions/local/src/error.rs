//! Why a command could not do its work. Every message is for the operator; none holds prompt text or a secret.

use std::io;
use std::path::PathBuf;

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
    /// The port cannot be held.
    #[error("{0}; choose another with `--listen`")]
    Listen(#[from] listener::ListenerError),
    /// The log file is written by another process.
    #[error("`{}` is being written by another process", .0.display())]
    LogInUse(PathBuf),
    /// A file that is larger than anything of its kind.
    #[error("`{}` is larger than {most} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        most: u64,
    },
    /// The system does not give what it must.
    #[error("{what}: {reason}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        reason: io::Error,
    },
    /// A file that is no text.
    #[error("`{}` is not UTF-8 text", .0.display())]
    NotText(PathBuf),
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
            Self::Console(_) | Self::System { .. } => Outcome::Found,
            Self::BrokenLog { .. }
            | Self::Faults(_)
            | Self::Listen(_)
            | Self::LogInUse(_)
            | Self::NotText(_)
            | Self::TooLarge { .. }
            | Self::Unusable { .. } => Outcome::BadInput,
        }
    }
}

impl From<io::Error> for LocalError {
    fn from(error: io::Error) -> Self {
        Self::Console(error)
    }
}
