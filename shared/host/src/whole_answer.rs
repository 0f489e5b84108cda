//! One request, and its whole answer, of a bounded size and, where that is asked for, in a bounded time.

use std::time::Duration;

use bytes::Bytes;
use enforcement::{Transport, TransportError};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// Why there is no whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// It is larger than it may be.
    #[error("its answer is too large")]
    TooLarge,
    /// It did not come, or broke off.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Sends a request. Any status is an answer.
///
/// # Errors
/// What happened instead, in words that hold nothing of the request or its answer.
pub async fn ask(
    transport: &dyn Transport,
    request: Request<Bytes>,
    patience: Duration,
    most: usize,
) -> Result<(StatusCode, Bytes), String> {
    let answer = tokio::time::timeout(patience, exchange(transport, request, most)).await;
    let answer = answer.map_err(|_| "it did not answer in time".to_owned())?;
    let (head, body) = answer.map_err(|fault| fault.to_string())?.into_parts();
    Ok((head.status, body))
}

/// The same, without a bound of its own in time, and with the answer's headers.
///
/// # Errors
/// What happened instead of an answer.
pub async fn exchange(
    transport: &dyn Transport,
    request: Request<Bytes>,
    most: usize,
) -> Result<Response<Bytes>, AnswerFault> {
    let (head, body) = transport.send(request).await?.into_parts();
    let body = Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return AnswerFault::TooLarge;
        }
        let broken = error.downcast_ref::<TransportError>().copied();
        AnswerFault::Transport(broken.unwrap_or(TransportError::Broken))
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}
