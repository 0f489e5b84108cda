//! Reads a log and finds the first record that was tampered with. For auditors: it needs the log and nothing
//! else, and proves it up to the fault that it names.
//!
//! A log may hold any number of chains, interleaved. Three things no log can show by itself: that the newest
//! records of a chain were cut off, that a whole chain was removed, and that one was written anew by somebody
//! who may write the log. An [`Anchor`] kept elsewhere shows all three.

mod report;
mod trail;

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use crate::error::LogError;
use trail::Trail;

pub use report::{Anchor, ChainSummary, Fault, FaultKind, Verdict};
pub(crate) use trail::Entry;

/// No record of ours comes near this many bytes.
const MAX_LINE_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a log to its end. Anchors are what is known of its chains from elsewhere, such as the end of the
/// file before a rotated one.
///
/// # Errors
/// [`LogError::Unreadable`] when the log cannot be read; a log that is wrong is no error but a verdict.
pub fn verify(mut log: impl BufRead, anchors: &[Anchor]) -> Result<Verdict, LogError> {
    let mut verifier = Verifier::new(anchors);
    let mut line = Vec::new();
    loop {
        line.clear();
        // One byte more than may be shows that there is too much.
        let read = std::io::Read::take(&mut log, MAX_LINE_BYTES + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(verifier.finish());
        }
        let complete = line.pop_if(|last| *last == b'\n').is_some();
        if !complete && read as u64 > MAX_LINE_BYTES {
            verifier.line_is(None, FaultKind::NotARecord);
            return Ok(verifier.finish());
        }
        verifier.read_line(&line, complete);
    }
}

#[derive(Default)]
struct Verifier {
    lines: u64,
    trails: BTreeMap<String, Trail>,
    anchors: HashMap<(String, u64), String>,
    fault: Option<Fault>,
}

impl Verifier {
    fn new(anchors: &[Anchor]) -> Self {
        let known = |anchor: &Anchor| ((anchor.chain.clone(), anchor.sequence), anchor.hash.clone());
        Self { anchors: anchors.iter().map(known).collect(), ..Self::default() }
    }

    fn read_line(&mut self, line: &[u8], complete: bool) {
        if self.fault.is_none() {
            self.lines += 1;
        }
        let entry = match Entry::read(line) {
            Ok(entry) => entry,
            Err(FaultKind::NotARecord) if !complete => return self.line_is(None, FaultKind::Truncated),
            Err(kind) => return self.line_is(None, kind),
        };
        if let Some(kind) = entry.damage {
            return self.line_is(Some(&entry), kind);
        }
        if let Some(fault) = &mut self.fault {
            return fault.hear_of(&entry.chain, entry.sequence);
        }
        if let Err(kind) = self.follow(&entry) {
            self.line_is(Some(&entry), kind);
        }
    }

    /// Puts an undamaged record at the end of its chain.
    fn follow(&mut self, entry: &Entry) -> Result<(), FaultKind> {
        let anchor = self.anchors.get(&(entry.chain.clone(), entry.sequence));
        let before = entry.sequence.saturating_sub(1);
        match self.trails.get_mut(&entry.chain) {
            Some(trail) => trail.follow(entry)?,
            None => {
                let before = self.anchors.get(&(entry.chain.clone(), before));
                let trail = Trail::begin(entry, before.map(String::as_str))?;
                self.trails.insert(entry.chain.clone(), trail);
            }
        }
        match anchor {
            Some(hash) if *hash != entry.hash => Err(FaultKind::NotTheAnchor),
            Some(_) | None => Ok(()),
        }
    }

    /// Notes a fault of the line just read, unless there was one before.
    fn line_is(&mut self, entry: Option<&Entry>, kind: FaultKind) {
        self.fault.get_or_insert_with(|| Fault {
            line: self.lines.max(1),
            chain: entry.map(|entry| entry.chain.clone()),
            sequence: entry.map(|entry| entry.sequence),
            kind,
        });
    }

    fn finish(mut self) -> Verdict {
        if self.fault.is_none() {
            self.fault = self.first_cut();
        }
        let chains = self.trails.into_iter().map(|(id, trail)| trail.summary(id)).collect();
        Verdict { lines: self.lines, chains, fault: self.fault }
    }

    /// A chain that ends before an anchor, or is not there at all.
    fn first_cut(&self) -> Option<Fault> {
        let mut cuts: Vec<&(String, u64)> = self
            .anchors
            .keys()
            .filter(|(chain, sequence)| {
                self.trails.get(chain).is_none_or(|trail| trail.last_sequence() < *sequence)
            })
            .collect();
        cuts.sort();
        let (chain, sequence) = cuts.first()?;
        Some(Fault {
            line: self.lines,
            chain: Some(chain.clone()),
            sequence: Some(*sequence),
            kind: FaultKind::CutOff,
        })
    }
}

#[cfg(test)]
mod tests;
