//! How logs look in CloudWatch, as the one layer that takes this function's events: lines of Lambda's JSON log format,
//! decision records on standard output and the function's own messages on standard error.
//!
//! A record stands in its line as it was sealed, as the last member, so that it can be taken out again byte for byte:
//! `{"timestamp":"…","level":"INFO","requestId":"…","xrayTraceId":"…","record":{…}}`. Its level is always `INFO`, for a log level that is
//! set higher for the function would drop records; how much it matters stands in the record.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use decision_log::Timestamp;
use enforcement::Clock;
use host::{HostError, log_event};
use serde_json::{Value, json};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::metrics;

/// The ids of the invocation that is under way. Lambda gives a process one at a time, and a streamed answer is made in
/// a task of its own, so that this holds where a span of `tracing` would not.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The members of a line that name it, as JSON.
    named: Arc<Mutex<String>>,
    /// The function's name, under which metrics are counted.
    function: Arc<str>,
}

impl Invocation {
    /// Of the function with a name; without one nothing is counted.
    #[must_use]
    pub fn of(function: &str) -> Self {
        Self { named: Arc::default(), function: function.into() }
    }

    /// The next one has begun, with its id and the trace that it belongs to.
    pub fn begin(&self, request_id: &str, trace: Option<&str>) {
        let mut named = format!("\"requestId\":{}", Value::from(request_id));
        if let Some(trace) = trace {
            named.push_str(&format!(",\"xrayTraceId\":{}", Value::from(trace)));
        }
        *self.named.lock().unwrap_or_else(PoisonError::into_inner) = named;
    }

    fn named(&self) -> String {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Before the first one.
        if named.is_empty() { "\"requestId\":\"\"".to_owned() } else { named }
    }
}

/// The layer of Lambda's JSON log format. It says of each record what became of it.
pub struct LambdaFormat {
    clock: Arc<dyn Clock>,
    invocation: Invocation,
    records: Mutex<Box<dyn Write + Send>>,
}

/// From now on the log goes to standard output and standard error.
///
/// # Errors
/// When another log was begun in this process: records would go there.
pub fn begin(clock: Arc<dyn Clock>, invocation: Invocation) -> Result<(), HostError> {
    let layer = LambdaFormat::new(clock, invocation, Box::new(io::stdout()));
    log_event::begin(tracing_subscriber::registry().with(layer))
}

impl LambdaFormat {
    fn new(clock: Arc<dyn Clock>, invocation: Invocation, records: Box<dyn Write + Send>) -> Self {
        Self { clock, invocation, records: Mutex::new(records) }
    }

    fn head(&self, level: &str) -> String {
        let time = Timestamp::from_unix_ms(self.clock.unix_millis());
        format!("{{\"timestamp\":\"{time}\",\"level\":\"{level}\",{}", self.invocation.named())
    }

    /// Writes one record, with what is counted of it. When this has returned, the lines are Lambda's.
    fn keep(&self, record: &str) -> io::Result<()> {
        let metrics = metrics::lines(record, &self.invocation.function, self.clock.unix_millis());
        let line = format!("{},\"record\":{record}}}\n{metrics}", self.head("INFO"));
        let mut out = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(line.as_bytes())?;
        out.flush()
    }

    fn message(&self, event: &Event<'_>) -> String {
        let text = json!(log_event::text(event));
        format!("{},\"message\":{text}}}\n", self.head(log_event::level(event)))
    }
}

impl<S: Subscriber> Layer<S> for LambdaFormat {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        log_event::is_wanted(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if log_event::is_record(event) {
            log_event::keep_record(event, |record| self.keep(record));
        } else {
            // There is nowhere left to tell when this fails.
            let _ = io::stderr().write_all(self.message(event).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use decision_log::{Chain, PolicyEntry, Record, SealedRecord, Sink as _};
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

    /// Keeps what is written, or takes nothing.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>, bool);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.1 { Err(io::ErrorKind::BrokenPipe.into()) } else { self.0.lock().unwrap().write(bytes) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn sealed(severity: Severity) -> SealedRecord {
        let policy = PolicyEntry { name: "mine".to_owned(), revision: "00".to_owned() };
        let call = Call {
            dialect: "openai_chat".to_owned(),
            model: "m".to_owned(),
            provider: "aws".to_owned(),
            region: "eu-west-1".to_owned(),
            stream: false,
            tools: Vec::new(),
            messages: 1,
            identity: Identity::anonymous(),
            ip: "203.0.113.9".to_owned(),
            estimated_tokens: 1,
        };
        let mut record =
            Record::new("d".to_owned(), Timestamp::from_unix_ms(1), Gate::Request, policy, &call);
        record.severity = severity;
        Chain::new("one").seal(&record).unwrap()
    }

    fn write(paper: &Paper, record: &SealedRecord) -> Result<(), decision_log::SinkError> {
        let invocation = Invocation::default();
        invocation.begin("id \"1\"", Some("Root=1-5;Sampled=1"));
        let layer = LambdaFormat::new(Arc::new(Still), invocation, Box::new(paper.clone()));
        with_default(tracing_subscriber::registry().with(layer), || EventSink.write(record))
    }

    #[test]
    fn a_record_of_any_severity_is_one_line_at_info_that_holds_it_as_it_was_sealed() {
        for severity in [Severity::Debug, Severity::Notice, Severity::Critical] {
            let (paper, record) = (Paper::default(), sealed(severity));
            write(&paper, &record).unwrap();
            let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
            let head = r#"{"timestamp":"2024-02-29T12:34:56.789Z","level":"INFO","requestId":"id \"1\"","xrayTraceId":"Root=1-5;Sampled=1","record":"#;
            assert_eq!(written, format!("{head}{}}}\n", record.line()), "{severity:?}");
            assert!(serde_json::from_str::<Value>(&written).unwrap()["record"].is_object());
        }
    }

    #[test]
    fn a_record_that_cannot_be_written_is_an_error() {
        let closed = Paper(Arc::default(), true);
        assert_eq!(write(&closed, &sealed(Severity::Info)).unwrap_err().reason, "broken pipe");
    }
}
