//! Decision records to Azure Monitor, by its Logs Ingestion API: rows of a table that a data collection rule takes in. A
//! record is sent while the model answers; the end of the answer waits for it, see [`RecordQueue`].
//!
//! Records that came meanwhile go in one call. A call that is refused because it came too soon is made once more where
//! that is soon enough; one that is too large is split. What cannot be sent is written to standard output, whole and
//! marked, and for a while after such a fault the rest is, too, so that answers do not wait for a service that is away.
//!
//! Contract: Azure Monitor, "Logs Ingestion API in Azure Monitor".

mod queue;
mod row;

use std::collections::VecDeque;
use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Signer as _, Transport};
use flate2::Compression;
use flate2::write::GzEncoder;
use host::whole_answer;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use tokio::time::Instant;

use crate::credentials::{Identity, MONITOR, TokenSigner};

pub use queue::RecordQueue;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may be until a call is made once more. An answer waits no longer for it.
const SOON: Duration = Duration::from_secs(1);
/// How long nothing is sent after a fault, unless the service says how long.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest that nothing is sent, whatever the service says.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The largest answer, in bytes. It is not read.
const MOST: usize = 64 * 1024;
/// How often one call is made, at most.
const TRIES: u32 = 3;

/// Where records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogsPlace {
    /// The address of the data collection rule, or of its endpoint.
    pub endpoint: Uri,
    /// The rule's immutable id.
    pub rule: String,
    /// Its stream.
    pub stream: String,
}

impl LogsPlace {
    fn url(&self) -> Result<Uri, http::uri::InvalidUri> {
        let Self { endpoint, rule, stream } = self;
        let base = endpoint.to_string();
        let base = base.trim_end_matches('/');
        format!("{base}/dataCollectionRules/{rule}/streams/{stream}?api-version=2023-01-01").parse()
    }
}

/// What sends records.
pub struct LogIngestion {
    url: Uri,
    transport: Arc<dyn Transport>,
    signer: TokenSigner,
    queue: Arc<RecordQueue>,
}

impl fmt::Debug for LogIngestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIngestion").finish_non_exhaustive()
    }
}

/// What became of a call.
enum Told {
    /// It is not to be made again. Why, and how long to leave the service alone.
    Failed(String, Duration),
    /// It may be made again after that time.
    Later(Duration),
    /// The rows are there.
    Taken,
    /// There are too many rows in it.
    TooLarge,
}

impl LogIngestion {
    /// Sends what is in a queue, to a place, as an identity.
    ///
    /// # Errors
    /// When the place is none.
    pub fn new(
        place: &LogsPlace,
        identity: Identity,
        transport: Arc<dyn Transport>,
        queue: Arc<RecordQueue>,
    ) -> Result<Self, http::uri::InvalidUri> {
        let signer = TokenSigner { identity, scope: MONITOR };
        Ok(Self { url: place.url()?, transport, signer, queue })
    }

    /// Sends records for as long as the process lives.
    pub async fn run(self) {
        let mut closed_until: Option<Instant> = None;
        loop {
            let batch = self.queue.next().await;
            if closed_until.is_some_and(|until| Instant::now() < until) {
                self.queue.spill(&numbers(&batch));
            } else if let Some((reason, pause)) = self.send(batch).await {
                tracing::error!("decision records cannot be sent and are written here: {reason}");
                closed_until = Some(Instant::now() + pause.min(LONGEST_PAUSE));
            }
        }
    }

    /// Sends records, in as many calls as it takes. Gives back why some could not be sent, and how long to wait.
    async fn send(&self, batch: queue::Batch) -> Option<(String, Duration)> {
        let mut calls = VecDeque::from([batch]);
        while let Some(mut call) = calls.pop_front() {
            match self.call(&call).await {
                Told::Taken => self.queue.sent(call.into_iter().map(|(number, _)| number)),
                Told::TooLarge if call.len() > 1 => {
                    let rest = call.split_off(call.len() / 2);
                    calls.push_front(rest);
                    calls.push_front(call);
                }
                Told::TooLarge => self.queue.spill(&numbers(&call)),
                Told::Later(pause) => return Some(self.give_up(call, calls, "it is asked too often", pause)),
                Told::Failed(reason, pause) => return Some(self.give_up(call, calls, &reason, pause)),
            }
        }
        None
    }

    fn give_up(
        &self,
        call: queue::Batch,
        others: VecDeque<queue::Batch>,
        reason: &str,
        pause: Duration,
    ) -> (String, Duration) {
        for unsent in std::iter::once(call).chain(others) {
            self.queue.spill(&numbers(&unsent));
        }
        (reason.to_owned(), pause)
    }

    /// One call, made again where that is soon.
    async fn call(&self, batch: &queue::Batch) -> Told {
        let body = self.body(batch);
        let mut tries = 1;
        loop {
            match self.post(body.clone()).await {
                Told::Later(pause) if pause <= SOON && tries < TRIES => tokio::time::sleep(pause).await,
                told @ (Told::Failed(..) | Told::Later(_) | Told::Taken | Told::TooLarge) => return told,
            }
            tries += 1;
        }
    }

    fn body(&self, batch: &queue::Batch) -> Result<Bytes, &'static str> {
        let mut rows = Vec::with_capacity(batch.len());
        for (_, record) in batch {
            rows.push(row::of(record).ok_or("a record is none")?);
            if !row::fits(record) {
                self.queue.also_write(record);
            }
        }
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let written = packed.write_all(format!("[{}]", rows.join(",")).as_bytes());
        written.and_then(|()| packed.finish()).map(Bytes::from).map_err(|_| "they cannot be compressed")
    }

    async fn post(&self, body: Result<Bytes, &'static str>) -> Told {
        let failed = |reason: &str| Told::Failed(reason.to_owned(), PAUSE);
        let mut request = match body {
            Ok(body) => Request::new(body),
            Err(reason) => return failed(reason),
        };
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let sending = async {
            self.signer.sign(&mut request, 0).await.map_err(|fault| fault.reason)?;
            let answer = whole_answer::exchange(self.transport.as_ref(), request, MOST).await;
            answer.map_err(|fault| fault.to_string())
        };
        match tokio::time::timeout(PATIENCE, sending).await {
            Ok(Ok(answer)) => told(&answer),
            Ok(Err(reason)) => failed(&reason),
            Err(_) => failed("the service did not answer in time"),
        }
    }
}

/// What an answer means.
fn told(answer: &http::Response<Bytes>) -> Told {
    let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let after = after.map(Duration::from_secs);
    match answer.status() {
        status if status.is_success() => Told::Taken,
        StatusCode::PAYLOAD_TOO_LARGE => Told::TooLarge,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Told::Later(after.unwrap_or(PAUSE))
        }
        status => Told::Failed(format!("the service answers {}", status.as_u16()), after.unwrap_or(PAUSE)),
    }
}

fn numbers(batch: &queue::Batch) -> Vec<u64> {
    batch.iter().map(|(number, _)| *number).collect()
}

#[cfg(test)]
mod tests;
