//! Why a function cannot start. Every message is for the operator; none holds a secret.

use std::io;
use std::path::PathBuf;

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Settings that are wrong, or that contradict each other: one line each.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
    /// A file that is no text.
    #[error("`{}` is not UTF-8 text", .0.display())]
    NotText(PathBuf),
    /// The system does not give what it must.
    #[error("{what}: {reason}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        reason: io::Error,
    },
    /// A file that is larger than anything of its kind.
    #[error("`{}` is larger than {most} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        most: u64,
    },
    /// A file that cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}
