//! How logs look in Cloud Logging, as the one layer that takes this service's events: structured lines, one object of JSON
//! each, decision records on standard output and the service's own messages on standard error.
//!
//! A record stands in its line as it was sealed, as the last member, so that it can be taken out again byte for byte. Its
//! line has the record's own time and severity, the label `log: decision`, by which it is kept apart, and the record's
//! hash as its `insertId`: of lines with the same time and id Cloud Logging shows one.
//!
//! Contract: Cloud Logging, "Structured logging" and "Quotas and limits".

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use decision_log::Timestamp;
use enforcement::Clock;
use host::settings::Reading;
use host::{HostError, log_event};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::trace::{self, Trace};

/// The longest line, in bytes. Cloud Logging cuts, or drops, what is longer than 256 KB, and adds members of its own.
const LONGEST: usize = 240_000;

/// What lines say of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The project, to which traces belong.
    pub project: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its revision.
    pub revision: Option<String>,
}

impl Service {
    /// Reads what the platform and the deployment say: `GOOGLE_CLOUD_PROJECT`, `K_SERVICE` and `K_REVISION`.
    #[must_use]
    pub fn read(reading: &Reading) -> Self {
        Self {
            project: reading.foreign("GOOGLE_CLOUD_PROJECT"),
            name: reading.foreign("K_SERVICE"),
            revision: reading.foreign("K_REVISION"),
        }
    }
}

/// The layer of Cloud Logging's format. It says of each record what became of it.
pub struct CloudFormat {
    service: Service,
    clock: Arc<dyn Clock>,
    records: Mutex<Box<dyn Write + Send>>,
    messages: Mutex<Box<dyn Write + Send>>,
}

/// From now on the log goes to standard output and standard error.
///
/// # Errors
/// When another log was begun in this process: records would go there.
pub fn begin(service: Service, clock: Arc<dyn Clock>) -> Result<(), HostError> {
    let layer = CloudFormat::new(service, clock, Box::new(io::stdout()), Box::new(io::stderr()));
    log_event::begin(tracing_subscriber::registry().with(layer))
}

/// What is read of a record.
#[derive(Deserialize)]
struct Read<'a> {
    time: &'a str,
    severity: &'a str,
    chain: Link<'a>,
}

#[derive(Deserialize)]
struct Link<'a> {
    hash: &'a str,
}

impl CloudFormat {
    fn new(
        service: Service,
        clock: Arc<dyn Clock>,
        records: Box<dyn Write + Send>,
        messages: Box<dyn Write + Send>,
    ) -> Self {
        Self { service, clock, records: Mutex::new(records), messages: Mutex::new(messages) }
    }

    /// Writes one record. When this has returned, the line is the platform's.
    fn keep(&self, record: &str) -> io::Result<()> {
        let read: Read<'_> = serde_json::from_str(record).map_err(io::Error::other)?;
        let mut head = self.head(read.severity, &log_event::shown(record), Some("decision"));
        head.insert("time".to_owned(), read.time.into());
        head.insert(member("insertId"), read.chain.hash.into());
        let head = Value::Object(head).to_string();
        let head = head.strip_suffix('}').unwrap_or_default();
        let line = format!("{head},\"record\":{record}}}\n");
        if line.len() > LONGEST {
            return Err(io::Error::other("the record is longer than Cloud Logging takes"));
        }
        write(&self.records, &line)
    }

    fn tell(&self, event: &Event<'_>) {
        let severity = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            _ => "info",
        };
        let mut text = log_event::text(event);
        // Every sign may become six bytes.
        text.truncate(text.floor_char_boundary(LONGEST / 8));
        let mut line = self.head(severity, &text, None);
        line.insert("time".to_owned(), Timestamp::from_unix_ms(self.clock.unix_millis()).to_string().into());
        // There is nowhere left to tell when this fails.
        let _ = write(&self.messages, &format!("{}\n", Value::Object(line)));
    }

    fn head(&self, severity: &str, message: &str, log: Option<&str>) -> Map<String, Value> {
        let mut head = Map::new();
        head.insert("severity".to_owned(), severity.to_ascii_uppercase().into());
        head.insert("message".to_owned(), message.into());
        let Service { name, revision, .. } = &self.service;
        let labels = [("log", log), ("service", name.as_deref()), ("revision", revision.as_deref())];
        let labels: Map<_, _> =
            labels.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
        head.insert(member("labels"), labels.into());
        if let Some(trace) = trace::under_way() {
            head.extend(self.traced(&trace));
        }
        head
    }

    fn traced(&self, trace: &Trace) -> [(String, Value); 3] {
        let project = self.service.project.as_deref();
        let name =
            project.map_or(trace.id.clone(), |project| format!("projects/{project}/traces/{}", trace.id));
        [
            (member("trace"), name.into()),
            (member("spanId"), trace.span.clone().into()),
            (member("trace_sampled"), json!(trace.sampled)),
        ]
    }
}

impl<S: Subscriber> Layer<S> for CloudFormat {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        log_event::is_wanted(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if log_event::is_record(event) {
            log_event::keep_record(event, |record| self.keep(record));
        } else {
            self.tell(event);
        }
    }
}

/// A member that Cloud Logging takes out of the line and puts where it belongs.
fn member(name: &str) -> String {
    format!("logging.googleapis.com/{name}")
}

fn write(out: &Mutex<Box<dyn Write + Send>>, line: &str) -> io::Result<()> {
    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
    out.write_all(line.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests;
