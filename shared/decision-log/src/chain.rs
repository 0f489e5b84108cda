//! The chain: every record carries the hash of the one before, so that none can be changed, removed, added or
//! moved without the next one telling.
//!
//! A sealed record is one line: the canonical JSON ([RFC 8785]'s, whole numbers only) of the record with a
//! member `chain`:
//!
//! | member | is |
//! |---|---|
//! | `id` | the chain's name, one for each instance: several may share a log |
//! | `sequence` | 1 for the first record of the chain, then one more for each |
//! | `previous` | the `hash` of the record before; 64 zeros for the first |
//! | `hash` | SHA-256, in hex, of the canonical JSON of this record with `chain` but without `chain.hash` |
//!
//! What a chain cannot show by itself is that its newest records were cut off, that all of it was removed, or
//! that somebody who may write the log wrote all of it anew: the auditor needs one hash kept elsewhere for
//! that, an [`crate::Anchor`].
//!
//! [RFC 8785]: https://www.rfc-editor.org/rfc/rfc8785

use std::fmt::Write as _;

use policy::Severity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::canonical::canonical;
use crate::error::LogError;
use crate::record::Record;
use crate::timestamp::Timestamp;
use crate::verify::Entry;

/// What the first record of a chain has for `previous`.
pub(crate) const NO_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of a chain, to which the next record is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    id: String,
    sequence: u64,
    previous: String,
}

/// A record that has its place in a chain: the line to write, and what a log service wants beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    line: String,
    sequence: u64,
    hash: String,
    severity: Severity,
    time: Timestamp,
}

impl Chain {
    /// A chain without records. `id` must be used by no other chain in the same log, ever. A process that
    /// starts anew takes a new one, or goes on with [`Chain::after`].
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), sequence: 0, previous: NO_PREVIOUS.to_owned() }
    }

    /// The chain that this record, a line without its line break, is the last of. Only one process at a time
    /// may go on with a chain.
    ///
    /// # Errors
    /// [`LogError::Broken`] when the line is no record as it was sealed: what would be linked to it proves
    /// nothing.
    pub fn after(line: &str) -> Result<Self, LogError> {
        let entry = Entry::read(line.as_bytes()).map_err(LogError::Broken)?;
        match entry.damage {
            Some(damage) => Err(LogError::Broken(damage)),
            None => Ok(Self { id: entry.chain, sequence: entry.sequence, previous: entry.hash }),
        }
    }

    /// Gives a record the next place in the chain.
    ///
    /// # Errors
    /// When the record has no canonical form; the chain is then as it was.
    pub fn seal(&mut self, record: &Record) -> Result<SealedRecord, LogError> {
        let mut value = serde_json::to_value(record).map_err(LogError::Unrepresentable)?;
        let sequence = self.sequence.saturating_add(1);
        let mut link = json!({ "id": self.id, "previous": self.previous, "sequence": sequence });
        set(&mut value, "chain", link.clone());
        let hash = sha256_hex(canonical(&value)?.as_bytes());
        set(&mut link, "hash", Value::String(hash.clone()));
        set(&mut value, "chain", link);
        let line = canonical(&value)?;
        (self.sequence, self.previous) = (sequence, hash.clone());
        Ok(SealedRecord { line, sequence, hash, severity: record.severity, time: record.time })
    }
}

impl SealedRecord {
    /// The record as it is to be written: one line, without its line break.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Its place in the chain.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Its hash, in hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Its time.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }
}

/// SHA-256 of some bytes, in lower-case hex: what `input_sha256` and `output_sha256` hold of a body.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn set(value: &mut Value, name: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::record;
    use crate::verify::{FaultKind, verify};

    #[test]
    fn a_chain_goes_on_after_its_last_line() {
        let mut chain = Chain::new("one");
        let first = [chain.seal(&record(1)).unwrap(), chain.seal(&record(2)).unwrap()];
        let mut again = Chain::after(first[1].line()).unwrap();
        assert_eq!(again, chain);
        let third = again.seal(&record(3)).unwrap();
        let log = format!("{}\n{}\n{}\n", first[0].line(), first[1].line(), third.line());
        let verdict = verify(log.as_bytes(), &[]).unwrap();
        assert!(verdict.is_whole() && verdict.chains.len() == 1, "{verdict}");
    }

    #[test]
    fn nothing_goes_on_after_a_line_that_does_not_hold() {
        let line = Chain::new("one").seal(&record(1)).unwrap().line().to_owned();
        let rows = [
            (String::new(), FaultKind::NotARecord),
            ("{}".to_owned(), FaultKind::NotARecord),
            (line.trim_end_matches('}').to_owned(), FaultKind::NotARecord),
            (line.replace("agent-7", "agent-8"), FaultKind::Changed),
            (line.replace("\"sequence\":1", "\"sequence\":2"), FaultKind::Changed),
            (line.replacen(':', ": ", 1), FaultKind::Reformatted),
        ];
        for (line, kind) in rows {
            let fault = Chain::after(&line).unwrap_err();
            assert!(matches!(fault, LogError::Broken(found) if found == kind), "{line}: {fault}");
        }
        let fault = Chain::after("hello").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "the last record of the log does not hold: this is not a decision record"
        );
    }
}
