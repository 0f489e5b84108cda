//! One request, and its whole answer in a bounded time and of a bounded size.

use std::time::Duration;

use bytes::Bytes;
use enforcement::Transport;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};

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
    let exchange = async {
        let answer = transport.send(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), most).collect().await;
        Ok((status, body.map_err(|_| "its answer broke off or is too large")?.to_bytes()))
    };
    tokio::time::timeout(patience, exchange)
        .await
        .unwrap_or_else(|_| Err("it did not answer in time".to_owned()))
}
