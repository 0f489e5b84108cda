//! Coverage, for every dialect alike: what stands at each row of its field table is found there, every string of the
//! vendor's own schema has a row, and the published list says what the tables say.
//!
//! A dialect brings `testdata/dialects/<id>/planting.toml`, which says how its bodies are made (see [`planting`]), and
//! the list of its vendor's strings, `testdata/schemas/<id>.txt`; no code.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod places;
mod planting;
mod published;
mod schemas;
mod wires;

use std::path::PathBuf;
use std::sync::LazyLock;

use detectors::{Scan, Scanner};
use dialects::{Chart, DIALECTS, Dialect, DialectError, Field, Named, Reads, Speaker, TextPart, Way};
use planting::Planting;
use policy::{Confidence, Probe, ProbeId, ProbeKind, Role};
use serde_json::{Value, json};

/// A secret as it may stand anywhere; no id, no word of a list, no payload.
const SECRET: &str = "her SSN is 536-22-8145";

const WAYS: [Way; 3] = [Way::Request, Way::Answer, Way::Stream];

fn testdata() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// What is planted at a row, by the way that it is read.
fn values(reads: Reads, way: Way) -> Vec<Value> {
    let text = || Value::from(SECRET);
    match reads {
        Reads::Arguments if way != Way::Stream => {
            vec![text(), json!({"a": [SECRET]}), json!({SECRET: 1}), json!({"a": SECRET}).to_string().into()]
        }
        Reads::Schema => vec![text(), json!({"properties": {"a": {"description": SECRET}}})],
        _ => vec![text()],
    }
}

/// Whether the parts hold the secret as they should: once, at its place, said by whom the row says, in a text in which
/// the detector finds it.
fn fault(parts: &[TextPart], place: &str, found: Named, way: Way) -> Option<String> {
    let with: Vec<_> = parts.iter().filter(|part| says(part)).collect();
    let [part] = with[..] else { return Some(format!("found {} times in {parts:?}", with.len())) };
    if !is_detected(&part.text) {
        return Some(format!("is not detected in `{}`", part.text));
    }
    if part.part.role != role(found.speaker, way) {
        return Some(format!("said by {:?}: {:?}", part.part.role, found.speaker));
    }
    if let Reads::Content(content) = found.field.reads
        && !parts.iter().any(|part| part.part.content == content)
    {
        return Some(format!("no {content:?} in {parts:?}"));
    }
    let field = places::without_numbers(&part.part.field);
    let expected = places::field_of(place);
    let known = field.split('{').next().unwrap_or_default();
    let stands = match way {
        _ if takes_all_below(found.field) => way == Way::Stream || expected.starts_with(known),
        // A part of an event is named as if the answer were not streamed.
        Way::Stream => field.contains('{') == expected.contains('{'),
        Way::Answer | Way::Both | Way::Request => field == expected,
    };
    (!stands).then(|| format!("stands at `{field}`, not at `{expected}`"))
}

fn is_detected(text: &str) -> bool {
    static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
        let kind =
            ProbeKind::Detector { id: "us_ssn".to_owned(), min_confidence: Confidence::DEFAULT_MINIMUM };
        Scanner::new([(ProbeId(0), &Probe { label: "us_ssn".to_owned(), kind })])
    });
    let mut scan = Scan::default();
    SCANNER.scan(0, text, &mut scan);
    scan.failed.is_empty() && !scan.findings.is_empty()
}

fn says(part: &TextPart) -> bool {
    part.text.contains(SECRET)
}

fn takes_all_below(field: &Field) -> bool {
    field.path.ends_with("**") || matches!(field.reads, Reads::Arguments | Reads::Schema)
}

/// Who speaks where nobody is named in a body.
fn role(speaker: Speaker, way: Way) -> Role {
    match speaker {
        _ if way != Way::Request => Role::Assistant,
        Speaker::Enclosing | Speaker::Member => Role::User,
        Speaker::Of(role) => role,
    }
}

/// Plants a value at a place and says what is wrong with what is found of it.
fn planted(
    dialect: &dyn Dialect,
    planting: &Planting,
    (way, chart): (Way, &Chart),
    place: &str,
    value: &Value,
) -> Option<String> {
    let place = &places::without_lost_type(place);
    let found = chart.named(place);
    match (planting.parts(dialect, way, place, value), found) {
        (Err(DialectError::Wrong { .. }), _) if planting.is_refused(way, place) => None,
        (Ok(_), _) if planting.is_refused(way, place) && value.is_string() => {
            Some("is not refused, as `refused` says".to_owned())
        }
        (_, None) => Some("no row".to_owned()),
        (Err(error), Some(_)) => Some(error.to_string()),
        // What repeats other text is taken out when that is changed, and not looked through again.
        (Ok(parts), Some(found)) if found.field.reads == Reads::Repeats && !parts.iter().any(says) => None,
        (Ok(parts), Some(found)) => fault(&parts, place, found, way),
    }
}

#[test]
fn what_stands_at_each_row_is_found_there() {
    let mut faults = Vec::new();
    for dialect in DIALECTS {
        let planting = Planting::of(dialect.id());
        let mut tried = vec![false; dialect.fields().len()];
        for way in WAYS.into_iter().filter(|way| planting.has(*way)) {
            let chart = Chart::new(dialect.fields(), way);
            for (row, place) in places::of_rows(dialect.fields(), way, planting.answers_stream()) {
                tried[row] = true;
                // The row of a whole body, which is never a text.
                if place.is_empty() {
                    continue;
                }
                for value in values(dialect.fields()[row].reads, way) {
                    let fault = planted(*dialect, &planting, (way, &chart), &place, &value);
                    faults.extend(fault.map(|fault| format!("{} {way:?} `{place}`: {fault}", dialect.id())));
                }
            }
        }
        let untried = dialect.fields().iter().zip(tried).filter(|(_, tried)| !tried);
        faults.extend(
            untried.map(|(field, _)| format!("{} `{}`: is led to by no row", dialect.id(), field.path)),
        );
    }
    assert!(faults.is_empty(), "{} rows:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_string_of_the_vendors_schema_has_a_row_and_is_found() {
    let mut faults = Vec::new();
    for dialect in DIALECTS {
        let planting = Planting::of(dialect.id());
        let strings = schemas::strings(planting.schemas());
        assert!(!strings.is_empty(), "{} has no list of its vendor's strings", dialect.id());
        let charts = WAYS.map(|way| (way, Chart::new(dialect.fields(), way)));
        for (way, place) in strings {
            let (_, chart) = charts.iter().find(|(other, _)| *other == way).unwrap();
            let fault = planted(*dialect, &planting, (way, chart), &place, &Value::from(SECRET));
            let fault = match fault {
                Some(_) if planting.leaks(*dialect, way, &place, SECRET) => Some("goes out".to_owned()),
                Some(_) if planting.is_excepted(way, &place) => None,
                None if planting.is_excepted(way, &place) => Some("is an exception without need".to_owned()),
                fault => fault,
            };
            faults.extend(fault.map(|fault| format!("{} {way:?} `{place}`: {fault}", dialect.id())));
        }
    }
    assert!(faults.is_empty(), "{} places:\n{}", faults.len(), faults.join("\n"));
}
