//! The secret of an upstream, asked for before it is needed: while the call is still judged the store has the question.
//! A call that is refused does not wait for the answer; what was begun is dropped with it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;

use futures_util::future::{MaybeDone, maybe_done};
use secrets::{BoxFuture, SecretVersion};

use super::UpstreamError;

/// What is shown to the upstream, where it is a secret, or why it cannot be had.
pub(super) type Fetched = Result<Option<Arc<SecretVersion>>, UpstreamError>;

/// A secret that is asked for. Nothing happens until it is polled.
pub(crate) struct Fetch<'a>(MaybeDone<BoxFuture<'a, Fetched>>);

impl<'a> Fetch<'a> {
    pub(super) fn of(fetching: BoxFuture<'a, Fetched>) -> Self {
        Self(maybe_done(fetching))
    }

    /// Does something else, with the question asked before it begins, and looked after whenever it has to wait.
    pub(crate) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            // Whether it is there by now is asked when it is needed.
            let _ = Pin::new(&mut self.0).poll(context);
            work.as_mut().poll(context)
        })
        .await
    }

    /// What came of it.
    pub(super) async fn outcome(mut self) -> Fetched {
        let mut fetching = Pin::new(&mut self.0);
        fetching.as_mut().await;
        fetching.take_output().unwrap_or(Err(UpstreamError::Credential))
    }
}
