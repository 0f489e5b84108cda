//! What can go wrong here, in words for an operator. No message holds anything of a payload: names of members, of
//! inputs and of headers, at most.

use std::io;

/// Why a handler did not start, or why something that the host sent cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ShimError {
    /// An output that must be text is not.
    #[error("the body of the output `{0}` is not text")]
    BinaryOutput(String),
    /// The system would not let us listen, for a reason of its own.
    #[error("cannot listen on port {port}: {reason}")]
    CannotListen {
        /// The port that the host chose.
        port: u16,
        /// What the system says.
        reason: io::Error,
    },
    /// This user may not listen there.
    #[error("this user may not listen on port {0}")]
    Forbidden(u16),
    /// Another program has the port.
    #[error("port {0} is in use by another program")]
    InUse(u16),
    /// A call has no input under this name.
    #[error("the call has no input `{0}`")]
    NoInput(String),
    /// A call was expected to have exactly one input.
    #[error("the call has {0} inputs, and one was expected")]
    NotOneInput(usize),
    /// The host did not say where to listen.
    #[error(
        "`{}` is not set: this program is started by the Functions host, or by `func start`",
        crate::PORT_VARIABLE
    )]
    NotStartedByHost,
    /// What the host set is no port.
    #[error("`{}` must be a port, a number from 1 to 65535", crate::PORT_VARIABLE)]
    NotAPort,
    /// The body of an enveloped call is not JSON.
    #[error("the call is not JSON, at line {line}, column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Something has another form than the contract gives it.
    #[error("`{name}` must be {expected}")]
    WrongForm {
        /// The member or the input, by name.
        name: String,
        /// What it should have been.
        expected: &'static str,
    },
}

impl ShimError {
    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }

    pub(crate) fn wrong_form(name: &str, expected: &'static str) -> Self {
        Self::WrongForm { name: name.to_owned(), expected }
    }
}
