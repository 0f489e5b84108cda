//! Decision records on their way into this machine's log: each is written as it was sealed, and one that nobody
//! keeps is an error.

use std::path::Path;

use decision_log::{Chain, Record, Timestamp};
use policy::{Gate, Identity};
use tracing::subscriber::with_default;

use decision_log::{SealedRecord, Sink as _};
use enforcement::EventSink;
use policy::Severity;

use crate::log_format::{self, Lines};
use crate::record_log::paper::{Closed, Paper};
use crate::record_log::{LogFile, RecordLog};

/// A record that matters this much.
pub(crate) fn record(severity: Severity) -> Record {
    let policy = decision_log::PolicyEntry { name: "mine".to_owned(), revision: "00".to_owned() };
    let call = policy::Call {
        dialect: "openai_chat".to_owned(),
        model: "echo-1".to_owned(),
        provider: "local".to_owned(),
        region: String::new(),
        stream: false,
        tools: Vec::new(),
        messages: 1,
        identity: Identity::anonymous(),
        ip: "127.0.0.1".to_owned(),
        estimated_tokens: 1,
    };
    let time = Timestamp::from_unix_ms(1_700_000_000_000);
    let mut record = Record::new("call".to_owned(), time, Gate::Request, policy, &call);
    record.severity = severity;
    record
}

fn sealed(severity: Severity) -> SealedRecord {
    Chain::new("one").seal(&record(severity)).unwrap()
}

#[test]
fn a_record_of_any_severity_is_written_as_it_was_sealed() {
    for severity in [
        Severity::Debug,
        Severity::Info,
        Severity::Notice,
        Severity::Warning,
        Severity::Error,
        Severity::Critical,
    ] {
        let (paper, record) = (Paper::default(), sealed(severity));
        let log = RecordLog::new(None, Lines::Json, Box::new(paper.clone()));
        with_default(log_format::subscriber(log), || EventSink.write(&record)).unwrap();
        assert_eq!(paper.text(), format!("{}\n", record.line()), "{severity:?}");
    }
}

#[test]
fn a_record_that_no_layer_takes_is_an_error() {
    let record = sealed(Severity::Critical);
    let nobody = EventSink.write(&record).unwrap_err();
    assert_eq!(nobody.reason, "no log takes decision records");
    let deaf = with_default(tracing_subscriber::registry(), || EventSink.write(&record)).unwrap_err();
    assert_eq!(deaf, nobody);
    let log = RecordLog::new(None, Lines::Json, Box::new(Paper::default()));
    with_default(log_format::subscriber(log), || EventSink.write(&record)).unwrap();
    assert_eq!(EventSink.write(&record).unwrap_err(), nobody, "an outcome counts for one record");
}

#[test]
fn a_record_that_cannot_be_written_is_an_error() {
    let write = |log| with_default(log_format::subscriber(log), || EventSink.write(&sealed(Severity::Info)));
    let closed = RecordLog::new(None, Lines::Json, Box::new(Closed));
    assert_eq!(write(closed).unwrap_err().reason, "broken pipe");
    if let Ok((full, _)) = LogFile::open(Path::new("/dev/full")) {
        let log = RecordLog::new(Some(full), Lines::Json, Box::new(Paper::default()));
        assert!(write(log).is_err());
    }
}
