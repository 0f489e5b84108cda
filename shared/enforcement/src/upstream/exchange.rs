//! One request and its answer: what comes back is held as a whole, but for a stream, of which the head has come.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt;

use crate::headers;
use crate::transport::{TransportBody, TransportError};

use super::{
    Answered, Journey, Outgoing, RetryReason, Upstream, UpstreamAnswer, UpstreamError, UpstreamStream,
};

/// Sends a request and reads the answer; of one that is streamed, the head. What was not sent at all is sent once more.
pub(super) async fn exchange(
    upstream: &Upstream,
    request: http::Request<Bytes>,
    outgoing: &Outgoing<'_>,
    journey: &mut Journey,
) -> Result<Answered, UpstreamError> {
    let mut answer = upstream.transport.send(request.clone()).await;
    let first = !journey.retries.contains(&RetryReason::Unreachable);
    if first && matches!(answer, Err(TransportError::Unreachable)) {
        journey.again(RetryReason::Unreachable);
        answer = upstream.transport.send(request).await;
    }
    let (head, body) = answer?.into_parts();
    journey.status = Some(head.status.as_u16());
    journey.request_id = request_id(&head.headers);
    let (status, headers) = (head.status, head.headers);
    let to = outgoing.endpoint;
    let streamed = outgoing.stream && status.is_success() && !headers::is_encoded(&headers);
    let events = || to.dialect.stream(&to.address, &headers::media_type(&headers));
    if let Some(events) = streamed.then(events).flatten() {
        return Ok(Answered::Streamed(UpstreamStream { status, headers, body, events }));
    }
    let body = collect(body, outgoing.answer_cap).await?;
    Ok(Answered::Whole(UpstreamAnswer { status, headers, body }))
}

/// The vendors' own ids of a call: OpenAI's, Anthropic's, Amazon's, Azure's.
const REQUEST_IDS: [&str; 4] = ["x-request-id", "request-id", "x-amzn-requestid", "apim-request-id"];

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name))?.to_str().ok()?;
    Some(id.chars().take(128).collect())
}

async fn collect(mut body: TransportBody, cap: usize) -> Result<Bytes, UpstreamError> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        total = total.saturating_add(piece.len());
        if total > cap {
            return Err(UpstreamError::TooLarge);
        }
        match &first {
            None => first = Some(piece),
            Some(_) => rest.extend_from_slice(&piece),
        }
    }
    let first = first.unwrap_or_default();
    if rest.is_empty() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(total);
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(whole.freeze())
}
