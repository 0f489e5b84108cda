//! Every detector over its cases, through the scanner: what it must find, exactly, and what it must leave alone.
//!
//! The cases stand in `testdata/detectors/<id>.toml`: a `hit` names the exact texts that are found at confidence
//! `min` (50 where it is not given) or above, a `miss` is a text in which nothing is found at 50.

#![expect(
    clippy::panic,
    clippy::string_slice,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use detectors::{DETECTORS, Scan, Scanner};
use policy::{Confidence, Probe, ProbeId, ProbeKind};
use serde::Deserialize;

/// The fewest cases that a detector is accepted with.
const LEAST_HITS: usize = 8;
const LEAST_MISSES: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    hit: Vec<HitCase>,
    miss: Vec<MissCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HitCase {
    name: String,
    text: String,
    found: BTreeSet<String>,
    min: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MissCase {
    name: String,
    text: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/detectors")
}

fn cases(id: &str) -> Cases {
    let path = folder().join(format!("{id}.toml"));
    let file = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    toml::from_str(&file).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn ids() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.id()).collect()
}

/// What the detector finds at a confidence or above, as texts.
fn found(id: &str, least: Confidence, text: &str) -> BTreeSet<String> {
    let probe = Probe {
        label: id.to_owned(),
        kind: ProbeKind::Detector { id: id.to_owned(), min_confidence: least },
    };
    let mut scan = Scan::default();
    Scanner::new([(ProbeId(0), &probe)]).scan(0, text, &mut scan);
    assert_eq!(scan.failed, [], "{id} cannot be run");
    scan.findings.iter().map(|finding| text[finding.span.start..finding.span.end].to_owned()).collect()
}

#[test]
fn every_detector_has_a_file_of_cases_and_every_file_a_detector() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let stems: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let ids: BTreeSet<String> = ids().into_iter().map(str::to_owned).collect();
    assert_eq!(stems, ids);
}

#[test]
fn ids_are_unique_and_in_snake_case() {
    let ids = ids();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for id in ids {
        let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        assert!(plain && id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.ends_with('_'), "{id}");
    }
}

#[test]
fn every_detector_finds_its_hits() {
    let mut wrong = Vec::new();
    for id in ids() {
        for case in cases(id).hit {
            let seen = found(id, Confidence::percent(case.min.unwrap_or(50)), &case.text);
            if seen != case.found {
                wrong.push(format!("{id}: {}: wanted {:?}, found {seen:?}", case.name, case.found));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_detector_leaves_its_near_misses() {
    let mut wrong = Vec::new();
    for id in ids() {
        for case in cases(id).miss {
            let seen = found(id, Confidence::DEFAULT_MINIMUM, &case.text);
            if !seen.is_empty() {
                wrong.push(format!("{id}: {}: found {seen:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_detector_has_enough_cases_of_both_kinds() {
    for id in ids() {
        let cases = cases(id);
        assert!(cases.hit.len() >= LEAST_HITS, "{id} has {} hits", cases.hit.len());
        assert!(cases.miss.len() >= LEAST_MISSES, "{id} has {} misses", cases.miss.len());
    }
}
