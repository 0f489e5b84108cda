//! An answer as it goes out: piece by piece, with a sign of life where the model is silent, and no piece before the
//! records that were made until then are out of this process.
//!
//! The platform cuts a call on which nothing has come for 230 seconds (its load balancer) or 240 (the host's proxy). So a
//! stream of server-sent events that has been silent for a while gets a comment, which clients skip, between two events.
//! Gemini's clients take a comment for an event that they cannot read, so theirs get none, and other wires have no
//! comments.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use azure_functions_shim::Body as ShimBody;
use bytes::Bytes;
use dialects::Endpoint;
use enforcement::AnswerBody;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use secrets::BoxFuture;
use tokio::time::Sleep;

use crate::log_ingestion::RecordQueue;

/// How long a stream may be silent before it gets a comment.
const SILENCE: Duration = Duration::from_secs(15);
/// The comment.
const PING: Bytes = Bytes::from_static(b": ping\n\n");
/// Dialects whose clients break at a comment.
const WITHOUT_COMMENTS: [&str; 1] = ["gemini_generate"];

/// Whether the clients that call like this skip comments in a stream of events.
#[must_use]
pub fn takes_comments<B>(request: &Request<B>) -> bool {
    let path = request.uri().path_and_query().map(|path| path.as_str()).unwrap_or_default();
    let has = |name: &str| request.headers().contains_key(name);
    let endpoint = Endpoint::of(request.method().as_str(), path, &has);
    endpoint.is_some_and(|endpoint| !WITHOUT_COMMENTS.contains(&endpoint.dialect.id()))
}

/// The answer as the host gets it. `comments` says whether its client skips them.
pub async fn outgoing(
    answer: Response<AnswerBody>,
    comments: bool,
    records: Option<&Arc<RecordQueue>>,
) -> Response<ShimBody> {
    let (head, body) = answer.into_parts();
    if body.size_hint().exact().is_none() {
        let comments = comments && is_events(&head.headers);
        let pieces = Pieces::new(body, comments, records.cloned());
        return Response::from_parts(head, ShimBody::streamed(pieces));
    }
    // All of it is there, and so are its records.
    if let Some(records) = records {
        Arc::clone(records).flush().await;
    }
    Response::from_parts(head, ShimBody::streamed(body))
}

fn is_events(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/event-stream")
}

/// A streamed answer.
struct Pieces {
    body: AnswerBody,
    /// Waits for the next comment, where there are any.
    silence: Option<Pin<Box<Sleep>>>,
    /// The last bytes that went out.
    tail: Vec<u8>,
    records: Option<Arc<RecordQueue>>,
    held: Option<Held>,
}

/// A piece, or the end, that waits for records.
struct Held {
    piece: Option<Frame<Bytes>>,
    flush: BoxFuture<'static, ()>,
}

impl Pieces {
    fn new(body: AnswerBody, comments: bool, records: Option<Arc<RecordQueue>>) -> Self {
        let silence = comments.then(|| Box::pin(tokio::time::sleep(SILENCE)));
        Self { body, silence, tail: Vec::new(), records, held: None }
    }

    fn let_go(&mut self, piece: Option<Frame<Bytes>>) -> Option<Result<Frame<Bytes>, Infallible>> {
        if let Some(bytes) = piece.as_ref().and_then(Frame::data_ref).cloned() {
            self.sent(&bytes);
        }
        piece.map(Ok)
    }

    fn sent(&mut self, piece: &Bytes) {
        self.tail.extend_from_slice(piece.get(piece.len().saturating_sub(4)..).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(4));
        if let Some(silence) = &mut self.silence {
            silence.as_mut().reset(tokio::time::Instant::now() + SILENCE);
        }
    }

    /// Whether one event is over and the next has not begun.
    fn is_between_events(&self) -> bool {
        self.tail.is_empty() || self.tail.ends_with(b"\n\n") || self.tail.ends_with(b"\r\n\r\n")
    }

    fn poll_comment(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(silence) = &mut self.silence else { return Poll::Pending };
        if silence.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        if self.is_between_events() {
            self.sent(&PING);
            return Poll::Ready(Some(Ok(Frame::data(PING))));
        }
        // In the middle of an event nothing can be said; its end is waited for.
        silence_anew(&mut self.silence, context)
    }
}

fn silence_anew<T>(silence: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> Poll<T> {
    if let Some(silence) = silence {
        silence.as_mut().reset(tokio::time::Instant::now() + SILENCE);
        // It has to be asked once to wake this up.
        let _ = silence.as_mut().poll(context);
    }
    Poll::Pending
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.held.is_none() {
            let piece = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Pending => return self.poll_comment(context),
                Poll::Ready(Some(Ok(piece))) => Some(piece),
                Poll::Ready(Some(Err(never))) => match never {},
                Poll::Ready(None) => None,
            };
            match self.records.as_ref().filter(|records| records.is_waiting()) {
                None => return Poll::Ready(self.let_go(piece)),
                Some(records) => self.held = Some(Held { piece, flush: Arc::clone(records).flush() }),
            }
        }
        if let Some(held) = &mut self.held
            && held.flush.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        let piece = self.held.take().and_then(|held| held.piece);
        Poll::Ready(self.let_go(piece))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::StreamBody;
    use tokio::sync::mpsc;

    use super::*;

    fn stream() -> (mpsc::UnboundedSender<&'static str>, AnswerBody) {
        let (sender, mut receiver) = mpsc::unbounded_channel::<&'static str>();
        let pieces = futures_util::stream::poll_fn(move |context| {
            receiver.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(Bytes::from(piece)))))
        });
        (sender, AnswerBody::pieces(StreamBody::new(pieces)))
    }

    fn answer(body: AnswerBody, kind: &'static str) -> Response<AnswerBody> {
        Response::builder().header(CONTENT_TYPE, kind).body(body).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_of_events_says_that_it_is_alive_between_two_of_them() {
        let (sender, body) = stream();
        let mut body =
            outgoing(answer(body, "text/event-stream; charset=utf-8"), true, None).await.into_body();
        assert_eq!(body.next().await.unwrap().unwrap(), PING, "before the first");
        sender.send("data: 1\n").unwrap();
        assert_eq!(body.next().await.unwrap().unwrap(), "data: 1\n");
        let waiting = tokio::time::timeout(SILENCE * 5, body.next()).await;
        assert!(waiting.is_err(), "nothing within an event");
        sender.send("\n").unwrap();
        assert_eq!(body.next().await.unwrap().unwrap(), "\n");
        assert_eq!(body.next().await.unwrap().unwrap(), PING);
        assert_eq!(body.next().await.unwrap().unwrap(), PING);
        drop(sender);
        assert!(body.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn other_streams_are_left_as_they_are() {
        for (kind, comments) in
            [("text/event-stream", false), ("application/vnd.amazon.eventstream", true), ("text/plain", true)]
        {
            let (sender, body) = stream();
            let mut body = outgoing(answer(body, kind), comments, None).await.into_body();
            assert!(tokio::time::timeout(SILENCE * 5, body.next()).await.is_err(), "{kind}");
            drop(sender);
        }
        let whole = outgoing(answer(AnswerBody::whole("all"), "text/event-stream"), true, None).await;
        assert_eq!(whole.into_body().collect().await.unwrap(), "all");
    }

    #[test]
    fn clients_of_gemini_get_no_comments_on_any_path() {
        let rows = [
            ("/v1/chat/completions", true),
            ("/openai/v1/responses", true),
            ("/anthropic/v1/messages", true),
            ("/v1beta/models/m:streamGenerateContent?alt=sse", false),
            ("/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent?alt=sse", false),
            ("/nowhere", false),
        ];
        for (path, expected) in rows {
            let request = Request::post(path).body(()).unwrap();
            assert_eq!(takes_comments(&request), expected, "{path}");
        }
    }
}
