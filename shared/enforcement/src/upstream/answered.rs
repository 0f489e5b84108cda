//! What comes back from an upstream: an answer, the head of one that is streamed, or the reason why there is none.

use bytes::Bytes;
use dialects::AnswerStream;
use http::{HeaderMap, StatusCode};

use crate::transport::{TransportBody, TransportError};

/// What an upstream answered.
pub(crate) enum Answered {
    /// A stream of events, of which only the head has come.
    Streamed(UpstreamStream),
    /// Anything else, all of it.
    Whole(UpstreamAnswer),
}

/// The head of a streamed answer, with the body that is still to come.
pub(crate) struct UpstreamStream {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: TransportBody,
    /// What reads the body.
    pub(crate) events: Box<dyn AnswerStream>,
}

/// What an upstream answered, all of it.
#[derive(Debug)]
pub(crate) struct UpstreamAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("the upstream broke the connection")]
    Broken,
    #[error("the upstream failed several times and is left alone for a while")]
    CircuitOpen,
    #[error("the upstream's credential cannot be had")]
    Credential,
    #[error("the time that a call may take is over, and the upstream has not said all")]
    Late,
    #[error("no upstream is configured for this API")]
    NotConfigured,
    #[error("the upstream's answer is too large")]
    TooLarge,
    #[error("the upstream cannot be reached")]
    Unreachable,
    #[error("the upstream is too slow")]
    Slow,
}

impl From<TransportError> for UpstreamError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Broken => Self::Broken,
            TransportError::Unreachable | TransportError::Untrusted => Self::Unreachable,
            TransportError::Slow => Self::Slow,
        }
    }
}
