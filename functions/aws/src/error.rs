//! Why the function cannot start, or cannot answer an event. Every message is for the operator; none holds prompt
//! text, a part of an event or a secret.

use std::io;
use std::path::PathBuf;

use lambda_runtime::Diagnostic;
use rotation::{RotationError, RotationFault};

/// Why the function cannot start, or cannot answer an event.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// Settings that are wrong, or that contradict each other: one line each.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
    /// An event of a known kind in which something is not as that kind has it.
    #[error("the event's {what} cannot be read")]
    MalformedEvent {
        /// What is wrong in it.
        what: &'static str,
    },
    /// An event that is none of a rotation.
    #[error("the event is none of a rotation that Secrets Manager asks for")]
    NoRotation,
    /// A file that is no text.
    #[error("`{}` is not UTF-8 text", .0.display())]
    NotText(PathBuf),
    /// A step of a rotation that was not done.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// The runtime of Lambda ended.
    #[error("the Lambda runtime failed: {0}")]
    Runtime(String),
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
    /// An event of no kind that carries an HTTP request.
    #[error(
        "the event is none of a function URL, an HTTP API (payload format 2.0) or an application load balancer"
    )]
    UnknownEvent,
    /// A file that cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl AwsError {
    /// The word for it in Lambda's own report of a failed invocation.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Faults(_) => "Faults",
            Self::MalformedEvent { .. } => "MalformedEvent",
            Self::NoRotation => "NoRotation",
            Self::NotText(_) => "NotText",
            Self::Rotation(error) => match error.fault() {
                RotationFault::Operator => "RotationNeedsOperator",
                RotationFault::Scheduler => "RotationOutOfTurn",
                RotationFault::Service => "RotationToBeRetried",
            },
            Self::Runtime(_) => "Runtime",
            Self::System { .. } => "System",
            Self::TooLarge { .. } => "TooLarge",
            Self::UnknownEvent => "UnknownEvent",
            Self::Unreadable { .. } => "Unreadable",
        }
    }
}

impl From<AwsError> for Diagnostic {
    fn from(error: AwsError) -> Self {
        Self { error_type: error.kind().to_owned(), error_message: error.to_string() }
    }
}
