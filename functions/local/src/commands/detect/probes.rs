//! One text through all detectors that were asked for: findings as a policy would have them, and what is surest of
//! each detector.

use std::collections::BTreeMap;

use detectors::{DETECTORS, Detector, Explanation, Scan, Scanner, ViewKind};
use policy::{Confidence, Finding, Probe, ProbeId, ProbeKind, Span};

/// What a detector found.
pub(super) struct Found {
    pub(super) detector: &'static dyn Detector,
    pub(super) span: Span,
    pub(super) confidence: Confidence,
    /// The technique or the format.
    pub(super) shape: &'static str,
    pub(super) view: ViewKind,
    /// Line and column, both from 1, the column in characters.
    pub(super) place: (usize, usize),
}

/// What became of one text.
#[derive(Default)]
pub(super) struct Look {
    /// By place.
    pub(super) findings: Vec<Found>,
    /// The surest of each detector, also below what counts.
    pub(super) scores: BTreeMap<&'static str, Confidence>,
    /// Detectors that could not be run.
    pub(super) unchecked: Vec<&'static str>,
}

impl Look {
    /// Whether nothing was found, and everything was looked for.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.unchecked.is_empty()
    }
}

/// The detectors that were asked for, ready to run.
pub(super) struct Probes {
    wanted: Vec<&'static dyn Detector>,
    /// As a rule has them that asks for this confidence.
    findings: Scanner,
    /// As a rule has them that takes whatever there is.
    everything: Scanner,
}

impl Probes {
    /// All detectors where none is named.
    pub(super) fn new(ids: &[&str], least: Confidence) -> Self {
        let wanted = DETECTORS.iter().copied();
        let wanted: Vec<_> = wanted.filter(|one| ids.is_empty() || ids.contains(&one.id())).collect();
        let (findings, everything) = (scanner(&wanted, least), scanner(&wanted, Confidence::percent(0)));
        Self { wanted, findings, everything }
    }

    /// Looks through a text, twice: what counts is found exactly as a policy finds it, the rest is for `scores`.
    pub(super) fn look(&self, text: &str) -> Look {
        let mut scan = Scan::default();
        self.findings.scan(0, text, &mut scan);
        let hits = self.everything.explain(text);
        Look {
            findings: scan.findings.iter().filter_map(|finding| self.found(finding, &hits, text)).collect(),
            scores: self.scores(&hits),
            unchecked: scan.failed.iter().filter_map(|probe| Some(self.detector(*probe)?.id())).collect(),
        }
    }

    fn detector(&self, ProbeId(index): ProbeId) -> Option<&'static dyn Detector> {
        self.wanted.get(index).copied()
    }

    fn scores(&self, hits: &[Explanation]) -> BTreeMap<&'static str, Confidence> {
        let mut scores = BTreeMap::new();
        for hit in hits {
            if let Some(detector) = self.detector(hit.probe) {
                let score = scores.entry(detector.id()).or_insert(hit.confidence);
                *score = hit.confidence.max(*score);
            }
        }
        scores
    }

    /// A finding and the hit that it came from.
    fn found(&self, finding: &Finding, hits: &[Explanation], text: &str) -> Option<Found> {
        let is_it = |hit: &&Explanation| {
            (hit.probe, hit.span, hit.confidence) == (finding.probe, finding.span, finding.confidence)
        };
        let hit = hits.iter().filter(is_it).min_by_key(|hit| hit.view != ViewKind::Original);
        Some(Found {
            detector: self.detector(finding.probe)?,
            span: finding.span,
            confidence: finding.confidence,
            shape: hit.map_or("", |hit| hit.shape),
            view: hit.map_or(ViewKind::Original, |hit| hit.view),
            place: place(text, finding.span.start),
        })
    }
}

fn scanner(wanted: &[&'static dyn Detector], least: Confidence) -> Scanner {
    let probe = |detector: &&'static dyn Detector| Probe {
        label: detector.id().to_owned(),
        kind: ProbeKind::Detector { id: detector.id().to_owned(), min_confidence: least },
    };
    let probes: Vec<Probe> = wanted.iter().map(probe).collect();
    Scanner::new(probes.iter().enumerate().map(|(index, probe)| (ProbeId(index), probe)))
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.bytes().filter(|byte| *byte == b'\n').count() + 1, line.chars().count() + 1)
}
