//! A policy with the scanners that look for what it wants found. It is replaced as a whole, so a call is
//! judged by one version from its first gate to its last.

use std::sync::Arc;

use detectors::{Scan, Scanner, TextStream};
use policy::{Gate, Part, Policy, ProbeId};

/// The policy that is in force.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) policy: Policy,
    request: Scanner,
    answer: Arc<Scanner>,
    request_for_record: Scanner,
    answer_for_record: Scanner,
}

impl Active {
    /// Makes the scanners. No regular expression is compiled yet.
    pub(crate) fn new(policy: Policy) -> Self {
        let scanner = |ids: &[ProbeId]| {
            let probes = policy.probes();
            Scanner::new(ids.iter().filter_map(|id| probes.get(id.0).map(|probe| (*id, probe))))
        };
        Self {
            request: scanner(policy.probe_ids(Gate::Request)),
            answer: Arc::new(scanner(policy.probe_ids(Gate::Answer))),
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

    /// Looks through a text of an answer that comes in pieces; nothing where nothing is looked for.
    pub(crate) fn scan_stream(&self) -> Option<TextStream> {
        let looks = !self.policy.probe_ids(Gate::Answer).is_empty();
        looks.then(|| TextStream::new(Arc::clone(&self.answer)))
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

fn scan_all<'t>(scanner: &Scanner, texts: impl Iterator<Item = (&'t Part, &'t str)>) -> Scan {
    let mut scan = Scan::default();
    for (index, (_, text)) in texts.enumerate() {
        scanner.scan(index, text, &mut scan);
    }
    scan
}
