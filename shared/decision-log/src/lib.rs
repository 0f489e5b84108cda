//! The decision log: what one record holds, how it is masked and chained, where it is written, and how an
//! auditor finds out that nothing was removed or changed.
//!
//! A call has one or two records, which share a `decision_id`: `gate: request`, written before anything goes
//! upstream, and `gate: answer`, written before the answer leaves. The last one has `final: true`. Every
//! record is one line of canonical JSON, linked to the one before by a hash; see [`Chain`] for the form and
//! [`verify()`] for the proof.
//!
//! It knows no log service: those implement [`Sink`]. It knows no clock and makes no ids: both are passed in.

mod canonical;
mod chain;
mod error;
mod log;
mod mask;
mod record;
mod sink;
mod timestamp;
mod verify;

pub use chain::{Chain, SealedRecord, sha256_hex};
pub use error::{LogError, SinkError};
pub use log::DecisionLog;
pub use mask::CapturedText;
pub use record::{
    IdentityEntry, Latency, LimitUse, Outcome, PolicyEntry, Record, SCHEMA, UpstreamUse, Usage,
};
pub use sink::{MemorySink, Sink};
pub use timestamp::Timestamp;
pub use verify::{Anchor, ChainSummary, Fault, FaultKind, Verdict, verify};
