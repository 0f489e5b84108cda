//! The thread on which connections to the handler live.

use std::future::Future;
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::HostError;

/// A thread that runs what is given to it until this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start() -> Result<Self, HostError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|reason| HostError::Refused { what: "start a runtime", reason })?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let run = move || drop(runtime.block_on(ended));
        Ok(Self { handle, end: Some(end), thread: Some(std::thread::spawn(run)) })
    }

    pub(super) fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.handle.spawn(work));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell but that something in it failed, which whoever waited for it has seen.
            let _ = thread.join();
        }
    }
}
