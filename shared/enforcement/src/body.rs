//! The body of an answer to the caller: a sequence of pieces that cannot fail.
//!
//! A provider that meets an error in a body may write the error's text to the caller as if it were part of
//! the answer. So there is no error in this type: whatever goes wrong is said in the caller's dialect and
//! ends the body cleanly.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

/// What the caller gets.
#[derive(Debug)]
pub struct AnswerBody(UnsyncBoxBody<Bytes, Infallible>);

impl AnswerBody {
    /// An answer in one piece.
    #[must_use]
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Full::new(bytes.into()).boxed_unsync())
    }

    /// An answer in many pieces.
    #[must_use]
    pub fn pieces(body: impl Body<Data = Bytes, Error = Infallible> + Send + 'static) -> Self {
        Self(body.boxed_unsync())
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
