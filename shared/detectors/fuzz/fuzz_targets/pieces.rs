//! Any text, cut anywhere, also within its characters, is found to hold what the whole text holds.
//!
//! The first byte chooses what is looked for, the second how many of the bytes that follow are lengths of pieces, used
//! over and over; the rest is the text.

#![no_main]

use std::sync::{Arc, LazyLock};

use detectors::{DETECTORS, Scan, Scanner, TextStream};
use libfuzzer_sys::fuzz_target;
use policy::{Confidence, Endpoint, Pattern, Probe, ProbeId, ProbeKind};

/// Patterns of every kind: bounded and not, with assertions, in Unicode and in bytes.
const PATTERNS: &[&str] = &[
    r"\bE-\d{6}\b",
    r"(?i)project\s+falcon",
    r"aab?",
    r"x[^\n]{0,20}?y",
    r"(?m)^to: .*$",
    r"\w+@\w+",
    r"(?s)begin.{0,40}end",
    r"\p{Greek}{2,}|é+",
    r"(?-u:\b)[0-9]{4}(?-u:\b)",
];

static SCANNERS: LazyLock<Vec<Arc<Scanner>>> = LazyLock::new(|| {
    let patterns = PATTERNS.iter().map(|source| ProbeKind::Pattern(Pattern::checked(*source)));
    let detectors = DETECTORS.iter().map(|row| ProbeKind::Detector {
        id: row.id().to_owned(),
        min_confidence: Confidence::percent(1),
    });
    let link = Endpoint::parse("ok.example").into_iter().map(|endpoint| ProbeKind::LinkOutside([endpoint].into()));
    let others = [
        ProbeKind::LongerThan(40),
        ProbeKind::CharactersOutside(Pattern::checked(r"[^\x00-\x7fé]+")),
    ];
    let single = patterns.chain(detectors).chain(link).chain(others);
    let probes: Vec<Probe> = single.map(|kind| Probe { label: "any".to_owned(), kind }).collect();
    let numbered = || probes.iter().enumerate().map(|(id, probe)| (ProbeId(id), probe));
    let alone = numbered().map(|probe| Arc::new(Scanner::new([probe])));
    std::iter::once(Arc::new(Scanner::new(numbered()))).chain(alone).collect()
});

fuzz_target!(|input: &[u8]| {
    let [choice, count, rest @ ..] = input else { return };
    let (lengths, text) = rest.split_at((usize::from(*count) % 8).min(rest.len()));
    let text = String::from_utf8_lossy(text);
    let Some(scanner) = SCANNERS.get(usize::from(*choice) % SCANNERS.len()) else { return };
    let mut whole = Scan::default();
    scanner.scan(0, &text, &mut whole);
    let pieces = in_pieces(scanner, text.as_bytes(), lengths);
    assert_eq!(pieces.findings, whole.findings, "{text:?} {lengths:?}");
});

fn in_pieces(scanner: &Arc<Scanner>, mut text: &[u8], lengths: &[u8]) -> Scan {
    let mut stream = TextStream::new(Arc::clone(scanner));
    let mut found = Scan::default();
    let mut lengths = lengths.iter().map(|length| usize::from(*length) + 1).cycle();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(lengths.next().unwrap_or(usize::MAX).min(text.len()));
        stream.push_bytes(0, piece, &mut found).expect("the text is UTF-8");
        text = rest;
    }
    stream.finish(0, &mut found);
    found.findings.sort_by_key(|finding| (finding.probe, finding.span));
    found
}
