//! The body of a request or of an answer: whole, or in pieces as they come. Requests are bounded here, in one place.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::sync::mpsc;

/// The largest body that the host passes on, in bytes.
const LARGEST: usize = 104_857_600;

/// How long the next piece of a body that is discarded may take.
const NEXT_PIECE: Duration = Duration::from_millis(500);

/// A body that is read, or sent, piece by piece. Trailers do not pass the host and are dropped.
pub struct Body(Kind);

/// Why a body did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It ended too early or broke the protocol.
    #[error("the body broke off")]
    Broken,
    /// It is larger than is read.
    #[error("the body is larger than is read")]
    TooLarge,
}

/// Where the pieces of a body from [`Body::channel`] go in. Dropping it ends the body.
#[derive(Clone, Debug)]
pub struct Sender(mpsc::Sender<Result<Bytes, BodyError>>);

/// What tells a sender that nobody reads the body any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody reads this body any more")]
pub struct Closed;

enum Kind {
    Channel(mpsc::Receiver<Result<Bytes, BodyError>>),
    Incoming { body: Incoming, left: usize },
    Streamed(UnsyncBoxBody<Bytes, BodyError>),
    Whole(Option<Bytes>),
}

// === impl Body ===

impl Body {
    /// A body that is made while it is sent: with room for so many pieces that were not taken yet.
    #[must_use]
    pub fn channel(room: usize) -> (Sender, Self) {
        let (sender, receiver) = mpsc::channel(room.max(1));
        (Sender(sender), Self(Kind::Channel(receiver)))
    }

    /// No bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self(Kind::Whole(None))
    }

    /// Any other body. Its failure cuts the connection, which is how the host learns of it.
    #[must_use]
    pub fn streamed<B: HttpBody<Data = Bytes> + Send + 'static>(body: B) -> Self {
        Self(Kind::Streamed(body.map_err(|_| BodyError::Broken).boxed_unsync()))
    }

    /// All of it at once.
    #[must_use]
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Whole(Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty())))
    }

    pub(crate) fn incoming(body: Incoming, cap: usize) -> Self {
        Self(Kind::Incoming { body, left: cap })
    }

    /// All of it, once it has come.
    ///
    /// # Errors
    /// It broke off or is larger than [`Settings::body_cap`](crate::Settings::body_cap).
    pub async fn collect(mut self) -> Result<Bytes, BodyError> {
        let collected = if self.is_told_to_be_too_large() {
            Err(BodyError::TooLarge)
        } else {
            BodyExt::collect(&mut self).await.map(http_body_util::Collected::to_bytes)
        };
        if matches!(collected, Err(BodyError::TooLarge)) {
            self.discard().await;
        }
        collected
    }

    fn is_told_to_be_too_large(&self) -> bool {
        match &self.0 {
            Kind::Incoming { body, left } => {
                usize::try_from(body.size_hint().lower()).map_or(true, |bytes| bytes > *left)
            }
            Kind::Channel(_) | Kind::Streamed(_) | Kind::Whole(_) => false,
        }
    }

    /// Reads on without keeping anything. The host sends all of a request before it reads an answer, and would take a
    /// connection that closes before that for a fault of ours. Who does not send is not waited for.
    async fn discard(&mut self) {
        let Kind::Incoming { body, .. } = &mut self.0 else { return };
        let mut most = LARGEST;
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(NEXT_PIECE, body.frame()).await {
            most = most.saturating_sub(piece.data_ref().map_or(0, Bytes::len));
            if most == 0 {
                return;
            }
        }
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        loop {
            match self.frame().await? {
                Ok(frame) => match frame.into_data() {
                    Ok(data) => return Some(Ok(data)),
                    Err(_trailers) => {}
                },
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Body").finish_non_exhaustive()
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Infallible> for BodyError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.get_mut().0 {
            Kind::Channel(receiver) => receiver.poll_recv(context).map(|piece| Some(piece?.map(Frame::data))),
            Kind::Incoming { body, left } => {
                Pin::new(body).poll_frame(context).map(|frame| Some(bounded(frame?, left)))
            }
            Kind::Streamed(body) => Pin::new(body).poll_frame(context),
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Channel(_) => false,
            Kind::Incoming { body, .. } => body.is_end_stream(),
            Kind::Streamed(body) => body.is_end_stream(),
            Kind::Whole(bytes) => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Channel(_) => SizeHint::default(),
            Kind::Incoming { body, .. } => body.size_hint(),
            Kind::Streamed(body) => body.size_hint(),
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
        }
    }
}

/// One frame, counted against what may still come.
fn bounded(frame: Result<Frame<Bytes>, hyper::Error>, left: &mut usize) -> Result<Frame<Bytes>, BodyError> {
    let frame = frame.map_err(|_| BodyError::Broken)?;
    let length = frame.data_ref().map_or(0, Bytes::len);
    *left = left.checked_sub(length).ok_or(BodyError::TooLarge)?;
    Ok(frame)
}

// === impl Sender ===

impl Sender {
    /// Sends a piece, once there is room for it.
    ///
    /// # Errors
    /// Nobody reads any more: the caller has left.
    pub async fn send(&self, piece: impl Into<Bytes>) -> Result<(), Closed> {
        self.0.send(Ok(piece.into())).await.map_err(|_| Closed)
    }

    /// The same for code that is not asynchronous.
    ///
    /// # Errors
    /// Nobody reads any more.
    ///
    /// # Panics
    /// Within a runtime, which it would block.
    pub fn send_blocking(&self, piece: impl Into<Bytes>) -> Result<(), Closed> {
        self.0.blocking_send(Ok(piece.into())).map_err(|_| Closed)
    }

    /// Ends the body as one that broke off, so that the host does not take it for complete.
    pub async fn abort(self) {
        // Whoever does not listen any more need not be told.
        let _ = self.0.send(Err(BodyError::Broken)).await;
    }

    /// Waits until nobody reads any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}
