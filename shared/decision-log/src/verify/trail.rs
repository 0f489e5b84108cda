//! One line of a log as a place in a chain, and the run of places seen so far.

use serde_json::Value;

use super::report::{ChainSummary, FaultKind};
use crate::canonical::canonical;
use crate::chain::{NO_PREVIOUS, sha256_hex};

/// A line that is a record.
pub(crate) struct Entry {
    pub(crate) chain: String,
    pub(crate) sequence: u64,
    pub(crate) hash: String,
    previous: String,
    /// What is wrong with the line alone.
    pub(crate) damage: Option<FaultKind>,
}

/// The records of one chain so far: each follows on the one before.
pub(super) struct Trail {
    first: u64,
    last: u64,
    last_hash: String,
    /// The first 8 bytes of each hash, to tell a record that comes twice from another one in its place.
    marks: Vec<u64>,
}

impl Entry {
    /// Reads a line without its line break.
    pub(crate) fn read(line: &[u8]) -> Result<Self, FaultKind> {
        let mut value: Value = serde_json::from_slice(line).map_err(|_| FaultKind::NotARecord)?;
        let form = canonical(&value).ok().filter(|form| form.as_bytes() == line);
        let link = value.get_mut("chain").and_then(Value::as_object_mut).ok_or(FaultKind::NotARecord)?;
        let Some(Value::String(hash)) = link.remove("hash") else { return Err(FaultKind::NotARecord) };
        let text = |name: &str| link.get(name).and_then(Value::as_str).map(str::to_owned);
        let chain = text("id").ok_or(FaultKind::NotARecord)?;
        let previous = text("previous").ok_or(FaultKind::NotARecord)?;
        let sequence = link.get("sequence").and_then(Value::as_u64).filter(|sequence| *sequence > 0);
        let sequence = sequence.ok_or(FaultKind::NotARecord)?;
        let content = canonical(&value).ok();
        let damage = match content.map(|content| sha256_hex(content.as_bytes())) {
            Some(computed) if computed != hash => Some(FaultKind::Changed),
            None => Some(FaultKind::Changed),
            Some(_) if form.is_none() => Some(FaultKind::Reformatted),
            Some(_) => None,
        };
        Ok(Self { chain, sequence, hash, previous, damage })
    }
}

impl Trail {
    /// Begins with a chain's first record in the log; `before` is the hash of the record before it, where an
    /// anchor tells.
    pub(super) fn begin(entry: &Entry, before: Option<&str>) -> Result<Self, FaultKind> {
        let linked = match before {
            _ if entry.sequence == 1 => entry.previous == NO_PREVIOUS,
            Some(hash) => entry.previous == hash,
            None => entry.previous != NO_PREVIOUS,
        };
        if !linked {
            return Err(FaultKind::Unlinked);
        }
        Ok(Self {
            first: entry.sequence,
            last: entry.sequence,
            last_hash: entry.hash.clone(),
            marks: vec![mark(&entry.hash)],
        })
    }

    /// Goes on to the next record.
    pub(super) fn follow(&mut self, entry: &Entry) -> Result<(), FaultKind> {
        let next = self.last.saturating_add(1);
        if entry.sequence < self.first {
            return Err(FaultKind::Moved);
        }
        if entry.sequence <= self.last {
            return Err(if self.holds(entry) { FaultKind::Duplicated } else { FaultKind::Added });
        }
        if entry.sequence > next {
            return Err(FaultKind::Removed { first: next, last: entry.sequence - 1 });
        }
        if entry.previous != self.last_hash {
            return Err(FaultKind::Unlinked);
        }
        self.last = entry.sequence;
        self.last_hash.clone_from(&entry.hash);
        self.marks.push(mark(&entry.hash));
        Ok(())
    }

    pub(super) fn last_sequence(&self) -> u64 {
        self.last
    }

    pub(super) fn summary(self, id: String) -> ChainSummary {
        ChainSummary {
            id,
            count: self.marks.len() as u64,
            first_sequence: self.first,
            last_sequence: self.last,
            last_hash: self.last_hash,
        }
    }

    fn holds(&self, entry: &Entry) -> bool {
        let index = usize::try_from(entry.sequence.saturating_sub(self.first)).ok();
        index.and_then(|index| self.marks.get(index)) == Some(&mark(&entry.hash))
    }
}

/// 0 for what is no hash; such a line is damaged and never comes here.
fn mark(hash: &str) -> u64 {
    hash.get(..16).and_then(|start| u64::from_str_radix(start, 16).ok()).unwrap_or(0)
}
