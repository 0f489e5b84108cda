//! A policy with the scanners that look for what it wants found. It is replaced as a whole, so a call is
//! judged by one version from its first gate to its last.

use std::sync::{Arc, OnceLock};

use detectors::{Scan, Scanner, TextStream};
use policy::{Gate, Part, Policy, ProbeId};

/// The policy that is in force.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) policy: Policy,
    request: Scanner,
    answer: Arc<Scanner>,
    /// Made for the first answer that is streamed.
    streamed: OnceLock<Streamed>,
    request_for_record: Scanner,
    answer_for_record: Scanner,
}

/// The scanners for texts of an answer that come in pieces; nothing where nothing is looked for.
#[derive(Debug)]
struct Streamed {
    /// Looks for what may change or stop the answer, so that text is held until it is looked through.
    enforced: Option<Arc<Scanner>>,
    /// Looks for what is recorded alone.
    watched: Option<Arc<Scanner>>,
}

impl Active {
    /// Makes the scanners. No regular expression is compiled yet.
    pub(crate) fn new(policy: Policy) -> Self {
        let scanner = |ids: &[ProbeId]| scanner(&policy, ids);
        Self {
            request: scanner(policy.probe_ids(Gate::Request)),
            answer: Arc::new(scanner(policy.probe_ids(Gate::Answer))),
            streamed: OnceLock::new(),
            request_for_record: scanner(policy.redaction_probe_ids(Gate::Request)),
            answer_for_record: scanner(policy.redaction_probe_ids(Gate::Answer)),
            policy,
        }
    }

    /// Looks through the texts of a request or an answer.
    pub(crate) fn scan<'t>(&self, gate: Gate, texts: impl Iterator<Item = (&'t Part, &'t str)>) -> Scan {
        scan_all(
            match gate {
                Gate::Answer => &self.answer,
                Gate::Request => &self.request,
            },
            texts,
        )
    }

    /// Looks through a text of an answer that comes in pieces: for what may change or stop it, and for what is
    /// recorded alone; nothing where nothing is looked for.
    pub(crate) fn scan_stream(&self) -> [Option<TextStream>; 2] {
        let streamed = self.streamed.get_or_init(|| self.streamed());
        let begin = |scanner: &Option<Arc<Scanner>>| scanner.as_ref().map(Arc::clone).map(TextStream::new);
        [begin(&streamed.enforced), begin(&streamed.watched)]
    }

    fn streamed(&self) -> Streamed {
        let (all, enforced) =
            (self.policy.probe_ids(Gate::Answer), self.policy.enforced_probe_ids(Gate::Answer));
        let watched: Vec<ProbeId> = all.iter().filter(|id| !enforced.contains(id)).copied().collect();
        let scanner = |ids: &[ProbeId]| match ids.len() {
            0 => None,
            some if some == all.len() => Some(Arc::clone(&self.answer)),
            _ => Some(Arc::new(scanner(&self.policy, ids))),
        };
        Streamed { enforced: scanner(enforced), watched: scanner(&watched) }
    }

    /// What else has to be covered in texts that are recorded: what the other gate's rules cover.
    pub(crate) fn scan_for_record<'t>(
        &self,
        gate: Gate,
        texts: impl Iterator<Item = (&'t Part, &'t str)>,
    ) -> Scan {
        scan_all(
            match gate {
                Gate::Answer => &self.answer_for_record,
                Gate::Request => &self.request_for_record,
            },
            texts,
        )
    }
}

fn scanner(policy: &Policy, ids: &[ProbeId]) -> Scanner {
    let probes = policy.probes();
    Scanner::new(ids.iter().filter_map(|id| probes.get(id.0).map(|probe| (*id, probe))))
}

fn scan_all<'t>(scanner: &Scanner, texts: impl Iterator<Item = (&'t Part, &'t str)>) -> Scan {
    let mut scan = Scan::default();
    for (index, (_, text)) in texts.enumerate() {
        scanner.scan(index, text, &mut scan);
    }
    scan
}
