//! What is found in a log: the chains that it proves, and the first fault.

use std::fmt;

use crate::mask::cut;

/// The hash of one record, kept elsewhere than in the log: it proves all records of the chain up to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The chain.
    pub chain: String,
    /// The record's place in it. The record must be in the log, or be the one right before its first; a chain
    /// that is not in the log at all counts as cut off.
    pub sequence: u64,
    /// The record's hash, in lower-case hex.
    pub hash: String,
}

/// What a log proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Lines read, up to the fault where there is one.
    pub lines: u64,
    /// The chains in the log, by their names, up to the fault where there is one.
    pub chains: Vec<ChainSummary>,
    /// The first fault.
    pub fault: Option<Fault>,
}

/// A run of records that follow on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSummary {
    /// The chain's name.
    pub id: String,
    /// How many records.
    pub count: u64,
    /// The sequence of the first; more than 1 where the log begins in mid-chain, as a rotated file does.
    pub first_sequence: u64,
    /// The sequence of the last.
    pub last_sequence: u64,
    /// The hash of the last: keep it elsewhere, as the anchor of the next verification.
    pub last_hash: String,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1, at which it shows.
    pub line: u64,
    /// The chain that the line says it belongs to, where it says so.
    pub chain: Option<String>,
    /// The place in the chain that the line says it has.
    pub sequence: Option<u64>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Another record has this place in the chain.
    Added,
    /// The content does not give the hash.
    Changed,
    /// The chain ends before an anchor.
    CutOff,
    /// The same record stands on an earlier line.
    Duplicated,
    /// The records of the chain are not in their order.
    Moved,
    /// The line is no record.
    NotARecord,
    /// The hash is not the anchor's: the chain was written anew.
    NotTheAnchor,
    /// The content gives the hash, but is not written in the form of records.
    Reformatted,
    /// Records before this one are missing.
    Removed {
        /// The first missing place.
        first: u64,
        /// The last missing place.
        last: u64,
    },
    /// The last line ends before its record does.
    Truncated,
    /// The record does not carry the hash of the one before it.
    Unlinked,
}

impl Verdict {
    /// Whether there is at least one record, every chain is there from its first record, and nothing is
    /// wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.fault.is_none()
            && !self.chains.is_empty()
            && self.chains.iter().all(|chain| !chain.begins_in_mid_chain())
    }
}

impl ChainSummary {
    /// Whether the log holds the chain from a later record on. That is as it should be for a rotated file; the
    /// records before it are then proved by the file before it.
    #[must_use]
    pub fn begins_in_mid_chain(&self) -> bool {
        self.first_sequence > 1
    }

    /// What to keep elsewhere.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        Anchor { chain: self.id.clone(), sequence: self.last_sequence, hash: self.last_hash.clone() }
    }
}

impl Fault {
    /// Takes notice of an undamaged record behind the fault: what seemed removed was only moved.
    pub(super) fn hear_of(&mut self, chain: &str, sequence: u64) {
        if self.chain.as_deref() == Some(chain)
            && matches!(self.kind, FaultKind::Removed { first, .. } if first == sequence)
        {
            self.kind = FaultKind::Moved;
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lines == 0 && self.fault.is_none() {
            return f.write_str("the log is empty");
        }
        for chain in &self.chains {
            writeln!(f, "{chain}")?;
        }
        match &self.fault {
            Some(fault) => write!(f, "{fault}"),
            None => f.write_str("no record was changed, removed, added or moved"),
        }
    }
}

impl fmt::Display for ChainSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, count, last) = (printable(&self.id), self.count, self.last_sequence);
        if self.begins_in_mid_chain() {
            write!(f, "chain `{id}` begins at sequence {}: ", self.first_sequence)?;
        } else {
            write!(f, "chain `{id}`: ")?;
        }
        write!(f, "{count} records up to sequence {last}, hash {}", self.last_hash)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let (Some(chain), Some(sequence)) = (&self.chain, self.sequence) {
            write!(f, " (chain `{}`, sequence {sequence})", printable(chain))?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "another record with this sequence stands before it, so one of the two was added",
            Self::Changed => "the record was changed: its content does not give its hash",
            Self::CutOff => "the chain ends before this record, which an anchor proves: its end was cut off",
            Self::Duplicated => "the record was duplicated: it stands on an earlier line, too",
            Self::Moved => "the records of the chain were moved: they are not in their order here",
            Self::NotARecord => "this is not a decision record",
            Self::NotTheAnchor => {
                "the record is not the one that the anchor proves: the chain was written anew"
            }
            Self::Reformatted => {
                "the record was rewritten: it is not in the form in which records are written"
            }
            Self::Removed { first, last } if first == last => {
                return write!(f, "the record with sequence {first}, which belongs before it, was removed");
            }
            Self::Removed { first, last } => {
                return write!(f, "the records {first} to {last}, which belong before it, were removed");
            }
            Self::Truncated => "the log was truncated: its last line ends before the record does",
            Self::Unlinked => {
                "the record does not follow on the one before it: one of the two was replaced, or records \
                 between them were removed"
            }
        })
    }
}

/// A log is hostile until it is proved: what it calls a chain must not steer a terminal.
fn printable(name: &str) -> String {
    cut(name, 128).escape_debug().to_string()
}
