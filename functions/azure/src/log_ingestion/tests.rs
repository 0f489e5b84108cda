//! Records on their way: one call for many, calls that are refused, and what happens to what cannot be sent.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write};
use std::sync::{Mutex, PoisonError};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::OffsetDateTime;
use enforcement::{Clock, Sending, TransportError};
use http::Response;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use super::*;
use crate::log_format::Lines;

#[derive(Debug)]
struct Tokens;

#[async_trait::async_trait]
impl TokenCredential for Tokens {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        assert_eq!(scopes, ["https://monitor.azure.com/.default"]);
        Ok(AccessToken::new("token-1", OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap()))
    }
}

struct Still;

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        0
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// What one call is answered with.
#[derive(Clone, Copy)]
enum Reply {
    Never,
    Status(u16, Option<&'static str>),
    Unreachable,
}

#[derive(Default)]
struct Service {
    replies: Mutex<VecDeque<Reply>>,
    /// The rows of each call.
    calls: Mutex<Vec<Vec<Value>>>,
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        assert_eq!(
            request.uri(),
            "https://rule.example/dataCollectionRules/dcr-1/streams/Custom-D_CL?api-version=2023-01-01"
        );
        assert_eq!(request.headers()["authorization"], "Bearer token-1");
        assert_eq!(
            (&request.headers()["content-encoding"], request.method()),
            (&"gzip".parse().unwrap(), &Method::POST)
        );
        let mut text = String::new();
        flate2::read::GzDecoder::new(&request.body()[..]).read_to_string(&mut text).unwrap();
        self.calls.lock().unwrap().push(serde_json::from_str(&text).unwrap());
        let reply = self.replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(204, None));
        Box::pin(async move {
            let (status, after) = match reply {
                Reply::Never => std::future::pending().await,
                Reply::Status(status, after) => (status, after),
                Reply::Unreachable => return Err(TransportError::Unreachable),
            };
            let body = Full::new(Bytes::new()).map_err(|never| -> TransportError { match never {} });
            let mut answer = Response::builder().status(status);
            if let Some(after) = after {
                answer = answer.header("retry-after", after);
            }
            Ok(answer.body(body.boxed_unsync()).unwrap())
        })
    }
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Scene {
    service: Arc<Service>,
    queue: Arc<RecordQueue>,
    paper: Paper,
}

fn scene(replies: &[Reply]) -> Scene {
    let (service, paper) = (Arc::new(Service::default()), Paper::default());
    service.replies.lock().unwrap().extend(replies);
    let queue = RecordQueue::new(Arc::new(Lines::new(Arc::new(Still), Box::new(paper.clone()))));
    let place = LogsPlace {
        endpoint: "https://rule.example/".parse().unwrap(),
        rule: "dcr-1".to_owned(),
        stream: "Custom-D_CL".to_owned(),
    };
    let identity = Identity::of(Arc::new(Tokens));
    let sender = LogIngestion::new(&place, identity, service.clone(), Arc::clone(&queue)).unwrap();
    drop(tokio::spawn(sender.run()));
    Scene { service, queue, paper }
}

impl Scene {
    /// How many rows each call had.
    fn calls(&self) -> Vec<usize> {
        self.service.calls.lock().unwrap().iter().map(Vec::len).collect()
    }

    /// The sequences of the records that were written out, each in one line or in parts.
    fn spilled(&self) -> Vec<u64> {
        let written = String::from_utf8(self.paper.0.lock().unwrap().clone()).unwrap();
        let (mut sequences, mut parts) = (Vec::new(), String::new());
        for line in written.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["spilled"], true, "{line}");
            let mut record = line["record"].clone();
            if let Some(part) = line["record_part"].as_str() {
                parts.push_str(part);
                if line["part"] != line["parts"] {
                    continue;
                }
                record = serde_json::from_str(&std::mem::take(&mut parts)).unwrap();
            }
            sequences.push(record["chain"]["sequence"].as_u64().unwrap());
        }
        sequences
    }

    async fn flush(&self) {
        Arc::clone(&self.queue).flush().await;
    }
}

fn record(sequence: u64, more: &str) -> String {
    json!({
        "chain": {"hash": format!("h{sequence}"), "id": "one", "sequence": sequence}, "decision": "block",
        "decision_id": "d1", "dialect": "openai_chat", "identity": {"id": "ada"}, "input": more, "model": "m \"1\"",
        "outcome": "refused", "policy": {"name": "mine", "revision": "00"}, "provider": "azure",
        "reasons": ["no-sql"], "time": "2026-01-01T00:00:00.000Z",
    })
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn a_row_has_the_columns_of_the_table_and_the_record_as_it_was_sealed() {
    let scene = scene(&[]);
    let sealed = record(7, "ü");
    scene.queue.put(&sealed);
    scene.flush().await;
    let calls = scene.service.calls.lock().unwrap().clone();
    assert_eq!(
        calls[0][0],
        json!({
            "TimeGenerated": "2026-01-01T00:00:00.000Z", "DecisionId": "d1", "Provider": "azure", "Decision": "block",
            "Reasons": ["no-sql"], "Outcome": "refused", "Identity": "ada", "Dialect": "openai_chat",
            "Model": "m \"1\"", "Policy": "mine", "Revision": "00", "Sequence": 7, "Hash": "h7",
            "Record": serde_json::from_str::<Value>(&sealed).unwrap(), "RecordText": sealed,
        })
    );
    assert!(scene.spilled().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_came_meanwhile_goes_in_one_call_and_large_ones_in_several() {
    let scene = scene(&[]);
    for sequence in 0..5 {
        scene.queue.put(&record(sequence, ""));
    }
    scene.flush().await;
    assert_eq!(scene.calls(), [5]);
    for sequence in 5..25 {
        scene.queue.put(&record(sequence, &"x".repeat(60_000)));
    }
    scene.flush().await;
    assert_eq!(scene.calls().iter().sum::<usize>(), 25);
    assert!(scene.calls().len() >= 4 && scene.spilled().is_empty(), "{:?}", scene.calls());
}

#[tokio::test(start_paused = true)]
async fn what_comes_too_soon_is_sent_again_and_what_is_too_large_in_halves() {
    let rows: [(&[Reply], &[usize]); 4] = [
        (&[Reply::Status(429, Some("0")), Reply::Status(204, None)], &[4, 4]),
        (&[Reply::Status(429, Some("1")), Reply::Status(204, None)], &[4, 4]),
        (&[Reply::Status(503, Some("0")), Reply::Status(204, None)], &[4, 4]),
        (&[Reply::Status(413, None), Reply::Status(413, None)], &[4, 2, 1, 1, 2]),
    ];
    for (replies, calls) in rows {
        let scene = scene(replies);
        for sequence in 0..4 {
            scene.queue.put(&record(sequence, ""));
        }
        scene.flush().await;
        assert_eq!((scene.calls().as_slice(), scene.spilled().len()), (calls, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_written_out_and_the_service_left_alone_for_a_while() {
    let rows = [
        Reply::Unreachable,
        Reply::Status(403, None),
        Reply::Status(429, Some("30")),
        Reply::Status(500, None),
    ];
    for reply in rows {
        let scene = scene(&[reply]);
        scene.queue.put(&record(1, ""));
        scene.flush().await;
        scene.queue.put(&record(2, ""));
        scene.flush().await;
        assert_eq!((scene.calls(), scene.spilled()), (vec![1], vec![1, 2]));
        tokio::time::advance(Duration::from_secs(31)).await;
        scene.queue.put(&record(3, ""));
        scene.flush().await;
        assert_eq!((scene.calls(), scene.spilled()), (vec![1, 1], vec![1, 2]));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_two_seconds_and_no_longer() {
    let scene = scene(&[Reply::Never]);
    scene.queue.put(&record(1, ""));
    let begun = Instant::now();
    scene.flush().await;
    assert_eq!((begun.elapsed().as_secs(), scene.spilled()), (2, vec![1]));
    let empty = Instant::now();
    scene.flush().await;
    assert_eq!(empty.elapsed(), Duration::ZERO, "nothing is waiting");
}

#[tokio::test(start_paused = true)]
async fn one_that_the_service_would_cut_is_written_out_as_well() {
    let scene = scene(&[Reply::Status(204, None), Reply::Status(413, None)]);
    scene.queue.put(&record(1, &"x".repeat(70_000)));
    scene.flush().await;
    assert_eq!((scene.calls(), scene.spilled()), (vec![1], vec![1]));
    scene.queue.put(&record(2, ""));
    scene.flush().await;
    assert_eq!(scene.spilled(), [1, 2], "one that is too large by itself");
}
