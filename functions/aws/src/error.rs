//! Why the function cannot start, or cannot answer an event. Every message is for the operator; none holds prompt
//! text, a part of an event or a secret.

use host::HostError;
use lambda_runtime::Diagnostic;
use rotation::{RotationError, RotationFault};

/// Why the function cannot start, or cannot answer an event.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// What the machine does not give, or what is wrong with the settings.
    #[error(transparent)]
    Host(#[from] HostError),
    /// An event of a known kind in which something is not as that kind has it.
    #[error("the event's {what} cannot be read")]
    MalformedEvent {
        /// What is wrong in it.
        what: &'static str,
    },
    /// An event that is none of a rotation.
    #[error("the event is none of a rotation that Secrets Manager asks for")]
    NoRotation,
    /// A step of a rotation that was not done.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// The runtime of Lambda ended.
    #[error("the Lambda runtime failed: {0}")]
    Runtime(String),
    /// An event of no kind that carries an HTTP request.
    #[error(
        "the event is none of a function URL, an HTTP API (payload format 2.0) or an application load balancer"
    )]
    UnknownEvent,
}

impl AwsError {
    /// The word for it in Lambda's own report of a failed invocation.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Host(error) => match error {
                HostError::Faults(_) => "Faults",
                HostError::NotText(_) => "NotText",
                HostError::System { .. } => "System",
                HostError::TooLarge { .. } => "TooLarge",
                HostError::Unreadable { .. } => "Unreadable",
            },
            Self::MalformedEvent { .. } => "MalformedEvent",
            Self::NoRotation => "NoRotation",
            Self::Rotation(error) => match error.fault() {
                RotationFault::Operator => "RotationNeedsOperator",
                RotationFault::Scheduler => "RotationOutOfTurn",
                RotationFault::Service => "RotationToBeRetried",
            },
            Self::Runtime(_) => "Runtime",
            Self::UnknownEvent => "UnknownEvent",
        }
    }
}

impl From<AwsError> for Diagnostic {
    fn from(error: AwsError) -> Self {
        Self { error_type: error.kind().to_owned(), error_message: error.to_string() }
    }
}
