//! One text through all detectors that were asked for: findings as a policy would have them, and what is surest of
//! each detector.

use std::collections::BTreeMap;

use detectors::{DETECTORS, Detector, Explanation, Scanner, ViewKind};
use policy::{Confidence, Probe, ProbeId, ProbeKind, Span};

use super::point::Least;

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
    /// From where on a finding of each counts.
    least: Vec<Confidence>,
    scanner: Scanner,
}

impl Probes {
    /// All detectors where none is named.
    pub(super) fn new(ids: &[&str], least: Least) -> Self {
        let wanted = wanted(ids);
        let least = wanted.iter().map(|detector| least.of(*detector)).collect();
        let scanner = scanner(&wanted);
        Self { wanted, least, scanner }
    }

    /// Looks through a text once: what counts is told exactly as a policy would tell it, the rest is for `scores`.
    pub(super) fn look(&self, text: &str) -> Look {
        let (hits, failed) = self.scanner.examine(text);
        Look {
            findings: self.counting(&hits).filter_map(|hit| self.found(&hit, text)).collect(),
            scores: self.scores(&hits),
            unchecked: failed.iter().filter_map(|probe| Some(self.detector(*probe)?.id())).collect(),
        }
    }

    /// What counts, by the least of each detector.
    fn counting(&self, hits: &[Explanation]) -> impl Iterator<Item = Explanation> {
        let counts =
            |hit: &&Explanation| self.least_of(hit.probe).is_some_and(|least| hit.confidence >= least);
        Explanation::settled(hits.iter().filter(counts).copied().collect()).into_iter()
    }

    fn least_of(&self, ProbeId(index): ProbeId) -> Option<Confidence> {
        self.least.get(index).copied()
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

    fn found(&self, hit: &Explanation, text: &str) -> Option<Found> {
        Some(Found {
            detector: self.detector(hit.probe)?,
            span: hit.span,
            confidence: hit.confidence,
            shape: hit.shape,
            view: hit.view,
            place: place(text, hit.span.start),
        })
    }
}

/// The detectors of these ids; all where there is none.
pub(super) fn wanted(ids: &[&str]) -> Vec<&'static dyn Detector> {
    let all = DETECTORS.iter().copied();
    all.filter(|one| ids.is_empty() || ids.contains(&one.id())).collect()
}

/// Tells every hit, however unsure.
fn scanner(wanted: &[&'static dyn Detector]) -> Scanner {
    let least = Confidence::percent(0);
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
