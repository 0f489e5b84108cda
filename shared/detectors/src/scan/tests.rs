//! The scanner against a plain reading of every expression over the whole text.

use policy::{Pattern, ProbeKind};
use proptest::prelude::*;

use super::*;
use crate::{Known, Watch};

fn probe(label: &str, kind: ProbeKind) -> Probe {
    Probe { label: label.to_owned(), kind }
}

fn pattern(source: &str) -> Probe {
    probe("pattern", ProbeKind::Pattern(Pattern::checked(source)))
}

fn scanner(probes: &[Probe]) -> Scanner {
    Scanner::new(probes.iter().enumerate().map(|(index, probe)| (ProbeId(index), probe)))
}

/// The probe and the text of each finding.
fn found<'t>(probes: &[Probe], text: &'t str) -> Vec<(usize, &'t str)> {
    let mut scan = Scan::default();
    scanner(probes).scan(3, text, &mut scan);
    assert!(scan.failed.is_empty());
    assert!(scan.findings.iter().all(|finding| finding.part == 3));
    scan.findings
        .iter()
        .map(|finding| (finding.probe.0, text.get(finding.span.start..finding.span.end).unwrap()))
        .collect()
}

#[test]
fn every_kind_of_probe_finds_its_kind() {
    let form = |schema: &str| {
        let schema = serde_json::from_str(schema).unwrap();
        policy::JsonForm::new(jsonschema::validator_for(&schema).unwrap())
    };
    let endpoint = Endpoint::parse("ok.example").unwrap();
    let probes = [
        pattern(r"E-\d{6}"),
        probe("characters", ProbeKind::CharactersOutside(Pattern::checked(r"[^ -~é]+"))),
        probe("long", ProbeKind::LongerThan(12)),
        probe("links", ProbeKind::LinkOutside([endpoint].into())),
        probe("json", ProbeKind::NotJson(form(r#"{"type": "object"}"#))),
    ];
    let rows: &[(&str, &[(usize, &str)])] = &[
        ("{}", &[]),
        ("E-123456", &[(0, "E-123456"), (4, "E-123456")]),
        ("é\u{2028}€{}", &[(1, "\u{2028}€"), (4, "é\u{2028}€{}")]),
        ("{\"a\": \"ééé\"}", &[]),
        ("{\"a\": \"éééé\"}", &[(2, "}")]),
        ("http://a.b", &[(3, "http://a.b"), (4, "http://a.b")]),
        ("", &[(4, "")]),
    ];
    for (text, wanted) in rows {
        assert_eq!(&found(&probes, text), wanted, "{text}");
    }
}

#[test]
fn a_finding_in_a_view_stands_on_the_original_once() {
    let probes = [pattern("(?i)drop table"), pattern("table"), pattern("drop t|ZHJ")];
    let rows: &[(&str, &[(usize, &str)])] = &[
        ("drop table x", &[(0, "drop table"), (1, "table"), (2, "drop t")]),
        ("dr\u{ad}op table", &[(0, "dr\u{ad}op table"), (1, "table"), (2, "dr\u{ad}op t")]),
        ("%64rop table", &[(0, "%64rop table"), (1, "table"), (2, "%64rop t")]),
        ("ZHJvcCB0YWJsZSBub3c=", &[(0, "ZHJvcCB0YWJsZS"), (1, "B0YWJsZS"), (2, "ZHJ"), (2, "ZHJvcCB0")]),
    ];
    for (text, wanted) in rows {
        let found = found(&probes, text);
        let places: Vec<usize> = found.iter().map(|(probe, _)| *probe).collect();
        assert_eq!(places, wanted.iter().map(|(probe, _)| *probe).collect::<Vec<_>>(), "{text}: {found:?}");
        for ((_, found), (_, wanted)) in found.iter().zip(*wanted) {
            assert!(found.contains(wanted) || wanted.contains(found), "{text}: {found}");
        }
    }
}

#[test]
fn what_cannot_be_run_is_said_at_every_scan() {
    let unknown = ProbeKind::Detector { id: "no_such".to_owned(), min_confidence: Confidence::CERTAIN };
    let probes = [pattern("fine"), pattern("foo("), probe("no_such", unknown), pattern(r"(\w{500}){500}")];
    let scanner = scanner(&probes);
    let mut scan = Scan::default();
    for part in 0..2 {
        scanner.scan(part, "fine, no word of it", &mut scan);
    }
    assert_eq!(scan.failed, [1, 2, 3].map(ProbeId));
    assert_eq!(scan.findings.len(), 2);
}

/// Finds `key=value`, covers the value, and drops values that begin with `x`; two together are surer.
struct Keys;

const KEYS: &[Shape] = &[Shape {
    name: "key",
    regex: r"key=(\w{1,20})",
    confidence: 60,
    accept: Some(|candidate| (!candidate.matched().starts_with('x')).then_some(candidate.confidence)),
}];

impl Detector for Keys {
    fn id(&self) -> &'static str {
        "keys"
    }

    fn about(&self) -> &'static str {
        "keys"
    }

    fn shapes(&self) -> &'static [Shape] {
        KEYS
    }

    fn watch(&self, _: ViewKind) -> Option<Box<dyn Watch>> {
        Some(Box::new(Loud))
    }

    fn combine(&self, found: &mut [Hit]) {
        assert!(found.is_sorted_by_key(|hit| hit.span));
        if found.len() > 1 {
            found.iter_mut().for_each(|hit| hit.confidence = Confidence::percent(90));
        }
    }
}

/// Finds `KEY`, in texts that are there as a whole.
struct Loud;

impl Watch for Loud {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        found.extend(text.text.match_indices("KEY").map(|(at, _)| Hit {
            span: Span::new(at, at + 3),
            confidence: Confidence::percent(10),
            shape: "loud",
        }));
    }

    fn open(&self) -> usize {
        0
    }

    fn begin_at(&mut self, _text: Known<'_>, _place: usize) {}

    fn rests(&self) -> bool {
        true
    }
}

#[test]
fn a_detector_has_its_say_in_every_view() {
    let mut plan = Plan::new();
    plan.add_row(ProbeId(0), &Keys, Confidence::percent(50));
    let scanner = Scanner::from_plan(plan);
    let rows = [
        ("key=abc", vec![("abc", 60, "key")]),
        ("key=xbc KEY", vec![]),
        ("KEY key=abc", vec![("KEY", 90, "loud"), ("abc", 90, "key")]),
        ("key=a%62c", vec![("a", 60, "key"), ("a%62c", 60, "key")]),
    ];
    for (text, wanted) in rows {
        let hits = scanner.explain(text);
        let hits: Vec<_> = hits
            .iter()
            .map(|hit| {
                (text.get(hit.span.start..hit.span.end).unwrap(), hit.confidence.as_percent(), hit.shape)
            })
            .collect();
        assert_eq!(hits, wanted, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Many patterns together find what each finds alone.
    #[test]
    fn patterns_do_not_disturb_each_other(words in prop::collection::vec(0_usize..12, 0..40)) {
        let texts = ["foo", "bar", "12", "-", "K", "ask", "a@b", " ", "é", "FOO", "34567", "\n"];
        let text: String = words.iter().map(|word| texts[*word]).collect();
        let sources = ["foo", "(?i)foo", r"\d{3,8}", r"\w+@\w", "(?i)ask", "o{2}b?", "[0-9]-[0-9]", "(?i)fooask|bar"];
        let probes: Vec<Probe> = sources.iter().map(|source| pattern(source)).collect();
        let together = found(&probes, &text);
        let alone = sources.iter().enumerate().flat_map(|(index, source)| {
            found(&[pattern(source)], &text).into_iter().map(move |(_, found)| (index, found))
        });
        prop_assert_eq!(&together, &alone.collect::<Vec<_>>());
    }
}
