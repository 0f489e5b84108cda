//! How logs look on Azure, as the one layer that takes this function's events: one line of JSON for each, on standard
//! output alone, for the host takes every line on standard error for an error of the function.
//!
//! A decision is a line that people can read (`message`). Where records are sent to Azure Monitor, they are put into the
//! queue for that. Where they are not, or where one could not be sent, the record stands in its line as it was sealed, as
//! the last member, so that it can be taken out again byte for byte:
//! `{"timestamp":"…","level":"INFO","message":"…","record":{…}}`, with `"spilled":true` before it where it should have
//! been sent.
//!
//! Application Insights cuts or loses long lines without a word. So a record that makes its line too long comes in parts, a
//! line each: `"part":1,"parts":3,"hash":"…","record_part":"…"` in place of the record, whose text is what those of one hash
//! say, put together. Words that would be too long are cut, and the cut is marked.

mod room;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use decision_log::Timestamp;
use enforcement::Clock;
use host::{HostError, log_event};
use serde::Deserialize;
use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::log_ingestion::RecordQueue;

/// Where lines go.
pub struct Lines {
    clock: Arc<dyn Clock>,
    out: Mutex<Box<dyn Write + Send>>,
}

impl Lines {
    /// Lines to standard output.
    #[must_use]
    pub fn to_output(clock: Arc<dyn Clock>) -> Self {
        Self::new(clock, Box::new(io::stdout()))
    }

    pub(crate) fn new(clock: Arc<dyn Clock>, out: Box<dyn Write + Send>) -> Self {
        Self { clock, out: Mutex::new(out) }
    }

    /// Writes a record that could not be sent. There is nowhere left to tell when this fails.
    pub(crate) fn spill(&self, record: &str) {
        let _ = self.keep("WARN", record, ",\"spilled\":true");
    }

    /// A line for a decision with its record, or several. When this has returned, they are the host's.
    fn keep(&self, level: &str, record: &str, mark: &str) -> io::Result<()> {
        let words = log_event::shown(record);
        let whole = self.line(level, &words, &format!("{mark},\"record\":{record}"));
        if whole.len() <= room::LINE {
            return self.put(&whole);
        }
        let (pieces, hash) = (room::pieces(record), json!(hash_of(record)));
        let parts = pieces.len();
        let lines = pieces.iter().enumerate().map(|(index, piece)| {
            let (part, piece) = (index + 1, json!(piece));
            let place = format!("{mark},\"part\":{part},\"parts\":{parts},\"hash\":{hash}");
            self.line(level, &words, &format!("{place},\"record_part\":{piece}"))
        });
        self.put(&lines.collect::<String>())
    }

    /// A line for what people read, and nothing else.
    fn tell(&self, level: &str, words: &str) -> io::Result<()> {
        self.put(&self.line(level, words, ""))
    }

    /// A line of these words, with more members behind them.
    fn line(&self, level: &str, words: &str, more: &str) -> String {
        let time = Timestamp::from_unix_ms(self.clock.unix_millis());
        let message = json!(room::words(words));
        format!("{{\"timestamp\":\"{time}\",\"level\":\"{level}\",\"message\":{message}{more}}}\n")
    }

    fn put(&self, lines: &str) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(lines.as_bytes())?;
        out.flush()
    }
}

/// The layer of Azure's log format. It says of each record what became of it.
pub struct AzureFormat {
    lines: Arc<Lines>,
    queue: Option<Arc<RecordQueue>>,
}

/// From now on the log goes to these lines, and records into this queue, where there is one.
///
/// # Errors
/// When another log was begun in this process: records would go there.
pub fn begin(lines: Arc<Lines>, queue: Option<Arc<RecordQueue>>) -> Result<(), HostError> {
    let layer = AzureFormat { lines, queue };
    log_event::begin(tracing_subscriber::registry().with(layer))
}

impl AzureFormat {
    fn keep(&self, record: &str) -> io::Result<()> {
        match &self.queue {
            None => self.lines.keep("INFO", record, ""),
            Some(queue) => {
                queue.put(record);
                // It is on its way, whether this line can be written or not.
                let _ = self.lines.tell("INFO", &log_event::shown(record));
                Ok(())
            }
        }
    }
}

impl<S: Subscriber> Layer<S> for AzureFormat {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        log_event::is_wanted(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if log_event::is_record(event) {
            return log_event::keep_record(event, |record| self.keep(record));
        }
        // There is nowhere left to tell when this fails.
        let _ = self.lines.tell(log_event::level(event), &log_event::text(event));
    }
}

/// The hash by which a record is known, of which all its parts tell.
fn hash_of(record: &str) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Sealed {
        chain: Link,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Link {
        hash: String,
    }
    serde_json::from_str(record).map(|sealed: Sealed| sealed.chain.hash).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use enforcement::DECISION_TARGET;
    use serde_json::Value;
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

    const RECORD: &str = r#"{"chain":{"hash":"h"},"decision":"block","decision_id":"d1","dialect":"openai_chat","gate":"request","identity":{"id":"ada \"1\""},"model":"m","outcome":"refused","reasons":["no-sql"]}"#;

    fn log(paper: &Paper, queued: bool, what: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Lines::new(Arc::new(Still), Box::new(paper.clone())));
        let queue = queued.then(|| RecordQueue::new(Arc::clone(&lines)));
        with_default(tracing_subscriber::registry().with(AzureFormat { lines, queue }), what);
        let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn tell() {
        let record = RECORD;
        tracing::error!(target: DECISION_TARGET, record);
    }

    #[test]
    fn a_decision_is_a_line_to_be_read_that_ends_with_the_record_as_it_was_sealed() {
        let paper = Paper::default();
        let lines = log(&paper, false, tell);
        assert_eq!(lines[0]["message"], r#"block request openai_chat m ada "1" no-sql d1"#);
        assert_eq!(
            (&lines[0]["level"], &lines[0]["timestamp"]),
            (&"INFO".into(), &"2024-02-29T12:34:56.789Z".into())
        );
        let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert!(written.ends_with(&format!(",\"record\":{RECORD}}}\n")), "{written}");
    }

    /// What Application Insights keeps of a line.
    const KEPT: usize = 32_768;

    #[test]
    fn a_record_that_is_too_long_for_a_line_comes_in_parts_that_make_it_again() {
        let hostile = "\u{1}\\\"\u{1f512}é\n".repeat(9_000);
        for text in ["x".repeat(31_000), "x".repeat(40_000), hostile] {
            let mut record: Value = serde_json::from_str(RECORD).unwrap();
            record["input"] = text.clone().into();
            record["model"] = text.into();
            let record = record.to_string();
            for spilled in [false, true] {
                let paper = Paper::default();
                let out = Lines::new(Arc::new(Still), Box::new(paper.clone()));
                if spilled {
                    out.spill(&record);
                } else {
                    out.keep("INFO", &record, "").unwrap();
                }
                let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
                let lines: Vec<_> = written.lines().collect();
                assert!(
                    lines.iter().all(|line| line.len() <= KEPT),
                    "{:?}",
                    lines.iter().map(|line| line.len())
                );
                let lines: Vec<Value> =
                    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
                for (index, line) in lines.iter().enumerate() {
                    assert_eq!(
                        (&line["part"], &line["parts"], &line["hash"]),
                        (&(index + 1).into(), &lines.len().into(), &"h".into())
                    );
                    assert_eq!(line["spilled"] == true, spilled);
                    assert!(line["record"].is_null());
                }
                let parts = lines.iter().map(|line| line["record_part"].as_str().unwrap());
                assert!(lines.len() > 1 && parts.collect::<String>() == record);
            }
        }
    }

    #[test]
    fn words_that_are_too_long_are_cut_and_say_so() {
        let paper = Paper::default();
        let long = "\u{1}é\n".repeat(90_000);
        let lines = log(&paper, false, || tracing::error!("it ended: {long}"));
        let said = lines[0]["message"].as_str().unwrap();
        assert!(said.starts_with("it ended: ") && said.ends_with("(cut: 360010 bytes)"), "{}", said.len());
        assert!(paper.0.lock().unwrap().len() <= KEPT);
    }

    #[test]
    fn a_decision_whose_record_is_sent_is_a_line_without_it() {
        let paper = Paper::default();
        assert!(log(&paper, true, tell)[0]["record"].is_null());
    }

    #[test]
    fn what_the_function_says_goes_to_the_same_lines_with_its_level() {
        let paper = Paper::default();
        let lines = log(&paper, false, || {
            tracing::warn!(upstream = 3, "it ended");
            tracing::error!("no more");
        });
        let told: Vec<_> = lines.iter().map(|line| (&line["level"], &line["message"])).collect();
        assert_eq!(
            told,
            [(&"WARN".into(), &"it ended upstream=3".into()), (&"ERROR".into(), &"no more".into())]
        );
    }

    #[test]
    fn a_record_that_cannot_be_written_is_an_error() {
        let closed = Paper(Arc::default(), true);
        let lines = Arc::new(Lines::new(Arc::new(Still), Box::new(closed)));
        assert!(AzureFormat { lines, queue: None }.keep(RECORD).is_err());
    }
}
