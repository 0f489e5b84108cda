//! Lines as Cloud Logging takes them.

use std::sync::Arc;

use decision_log::{Chain, PolicyEntry, Record, SealedRecord, Sink as _, SinkError};
use enforcement::EventSink;
use policy::{Call, Gate, Identity, Severity};
use tracing::subscriber::with_default;

use super::*;

struct Still;

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_709_210_096_789
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>, bool);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.1 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn service() -> Service {
    let text = |text: &str| Some(text.to_owned());
    Service { project: text("p1"), name: text("gate"), revision: text("gate-1") }
}

fn sealed(severity: Severity, model: &str) -> SealedRecord {
    let policy = PolicyEntry { name: "mine".to_owned(), revision: "00".to_owned() };
    let call = Call {
        dialect: "openai_chat".to_owned(),
        model: model.to_owned(),
        provider: "gcp".to_owned(),
        region: "europe-west1".to_owned(),
        stream: false,
        tools: Vec::new(),
        messages: 1,
        identity: Identity::anonymous(),
        ip: "203.0.113.9".to_owned(),
        estimated_tokens: 1,
    };
    let time = Timestamp::from_unix_ms(1_700_000_000_000);
    let mut record = Record::new("d".to_owned(), time, Gate::Request, policy, &call);
    record.severity = severity;
    Chain::new("one").seal(&record).unwrap()
}

fn log<T>(out: &Paper, err: &Paper, act: impl FnOnce() -> T) -> T {
    let layer = CloudFormat::new(service(), Arc::new(Still), Box::new(out.clone()), Box::new(err.clone()));
    with_default(tracing_subscriber::registry().with(layer), act)
}

fn write(record: &SealedRecord) -> (Result<(), SinkError>, Paper) {
    let out = Paper::default();
    (log(&out, &Paper::default(), || EventSink.write(record)), out)
}

#[test]
fn a_record_is_one_line_with_its_own_time_severity_and_id() {
    let rows = [
        (Severity::Debug, "DEBUG"),
        (Severity::Notice, "NOTICE"),
        (Severity::Warning, "WARNING"),
        (Severity::Critical, "CRITICAL"),
    ];
    for (severity, word) in rows {
        let record = sealed(severity, "m");
        let (written, out) = write(&record);
        written.unwrap();
        let text = out.text();
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["severity"], &line["time"]), (&word.into(), &"2023-11-14T22:13:20.000Z".into()));
        let labels = json!({"log": "decision", "service": "gate", "revision": "gate-1"});
        assert_eq!(line["logging.googleapis.com/labels"], labels);
        assert_eq!(line["logging.googleapis.com/insertId"], record.hash());
        assert_eq!(line["message"], "allow request openai_chat m anonymous - d");
        assert!(line.get("logging.googleapis.com/trace").is_none(), "no call is under way");
        assert!(text.ends_with(&format!(",\"record\":{}}}\n", record.line())), "as it was sealed: {text}");
    }
}

#[tokio::test]
async fn lines_within_a_call_have_its_trace() {
    let trace = Trace { id: "0".repeat(31) + "1", span: "0".repeat(15) + "2", sampled: true };
    let (out, err) = (Paper::default(), Paper::default());
    let layer = CloudFormat::new(service(), Arc::new(Still), Box::new(out.clone()), Box::new(err.clone()));
    let _log = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    trace::within(Arc::new(Some(trace.clone())), async {
        EventSink.write(&sealed(Severity::Info, "m")).unwrap();
        tracing::warn!(upstream = 3, "it ended");
    })
    .await;
    tracing::error!("no more");
    let told = [out.text(), err.text()].concat();
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines[..2] {
        assert_eq!(line["logging.googleapis.com/trace"], format!("projects/p1/traces/{}", trace.id));
        assert_eq!(line["logging.googleapis.com/spanId"], trace.span);
        assert_eq!(line["logging.googleapis.com/trace_sampled"], true);
    }
    let said: Vec<_> = lines[1..].iter().map(|line| (&line["severity"], &line["message"])).collect();
    assert_eq!(
        said,
        [(&"WARNING".into(), &"it ended upstream=3".into()), (&"ERROR".into(), &"no more".into())]
    );
    assert_eq!(lines[2]["time"], "2024-02-29T12:34:56.789Z");
    assert!(lines[2]["logging.googleapis.com/labels"].get("log").is_none(), "it is no decision");
}

#[test]
fn nothing_is_longer_than_the_log_takes() {
    let mut record = serde_json::from_str::<Value>(sealed(Severity::Info, "m").line()).unwrap();
    record["padding"] = "x".repeat(LONGEST).into();
    let out = Paper::default();
    let layer =
        CloudFormat::new(service(), Arc::new(Still), Box::new(out.clone()), Box::new(Paper::default()));
    assert!(layer.keep(&record.to_string()).is_err(), "the call is refused");
    assert_eq!(out.text(), "");
    let err = Paper::default();
    log(&out, &err, || tracing::error!("{}", "\u{1}é".repeat(LONGEST)));
    assert!(err.text().len() < LONGEST, "{}", err.text().len());
}

#[test]
fn a_record_that_cannot_be_written_is_an_error() {
    let closed = Paper(Arc::default(), true);
    let error =
        log(&closed, &Paper::default(), || EventSink.write(&sealed(Severity::Info, "m"))).unwrap_err();
    assert_eq!(error.reason, "broken pipe");
}
