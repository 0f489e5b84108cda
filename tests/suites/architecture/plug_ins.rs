//! Plug points: a thing that plugs in is a file, a row in a table and test data, all under one id. None of the
//! three stands alone.

use std::collections::BTreeSet;

use conformance::files;
use conformance::providers::PROVIDERS;

/// Ids, sorted.
type Ids = BTreeSet<String>;

/// One plug point as the repository has it.
struct PlugPoint {
    what: &'static str,
    files: Ids,
    rows: Ids,
    data: Ids,
}

#[test]
fn detectors_have_a_file_a_row_and_cases() {
    check(&PlugPoint {
        what: "detector",
        files: files_with("shared/detectors/src", "impl Detector for"),
        rows: detectors::DETECTORS.iter().map(|detector| detector.id().to_owned()).collect(),
        data: stems("tests/testdata/detectors", ".toml"),
    });
}

#[test]
fn dialects_have_a_file_a_row_and_cases() {
    check(&PlugPoint {
        what: "dialect",
        files: files_with("shared/dialects/src", "impl Dialect for"),
        rows: dialects::DIALECTS.iter().map(|dialect| dialect.id().to_owned()).collect(),
        data: stems("tests/testdata/dialects", ""),
    });
}

#[test]
fn rotation_strategies_have_a_file_a_row_and_cases() {
    check(&PlugPoint {
        what: "rotation strategy",
        files: files_with("shared/rotation/src/strategies", "impl Strategy for"),
        rows: rotation::STRATEGIES.iter().map(|strategy| strategy.id().to_owned()).collect(),
        data: stems("tests/testdata/rotation", ".toml"),
    });
}

#[test]
fn rule_types_have_a_file_a_row_and_cases() {
    let mut files = stems("shared/policy/src/rules", ".rs");
    files.remove("mod");
    let table = table(&files::read("shared/policy/src/rules/mod.rs"), "RULES");
    let rows = files.iter().filter(|id| table.contains(&format!("\"{id}\""))).cloned().collect();
    let mut data = stems("tests/testdata/policies", "");
    data.remove("bad");
    check(&PlugPoint { what: "rule type", files, rows, data });
}

#[test]
fn providers_have_a_folder_and_a_row() {
    let folders = stems("functions", "");
    check(&PlugPoint {
        what: "provider",
        files: folders.clone(),
        rows: PROVIDERS.iter().map(|provider| provider.id.to_owned()).collect(),
        data: folders,
    });
}

#[test]
fn what_stands_alone_is_found() {
    let ids = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Ids>();
    type Row = (&'static [&'static str], &'static [&'static str], &'static [&'static str], usize);
    let rows: [Row; 6] = [
        (&["email", "iban"], &["email", "iban"], &["email", "iban"], 0),
        (&["email"], &["email"], &[], 1),
        (&["email"], &[], &["email"], 1),
        (&[], &["email"], &["email"], 1),
        (&["email"], &["email", "iban"], &["email", "phone"], 2),
        (&[], &[], &[], 1),
    ];
    for (files, rows, data, expected) in rows {
        let found =
            faults(&PlugPoint { what: "detector", files: ids(files), rows: ids(rows), data: ids(data) });
        assert_eq!(found.len(), expected, "{found:?}");
    }
}

fn check(point: &PlugPoint) {
    assert_eq!(faults(point), Vec::<String>::new());
}

fn faults(point: &PlugPoint) -> Vec<String> {
    let all: Ids = [&point.files, &point.rows, &point.data].into_iter().flatten().cloned().collect();
    if all.is_empty() {
        return vec![format!("there is no {} at all", point.what)];
    }
    let mut faults = Vec::new();
    for id in &all {
        let places = [("file", &point.files), ("row", &point.rows), ("test data", &point.data)];
        let missing: Vec<_> =
            places.iter().filter(|(_, ids)| !ids.contains(id)).map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            faults.push(format!("{} `{id}` has no {}", point.what, missing.join(" and no ")));
        }
        if !well_formed(id) {
            faults.push(format!("{} `{id}` is not a word in lower case", point.what));
        }
    }
    faults
}

fn well_formed(id: &str) -> bool {
    id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// The stems of what stands in a folder and ends so; all folders where no ending is given.
fn stems(folder: &str, ending: &str) -> Ids {
    let names = files::names_in(folder).into_iter();
    let is_folder = |name: &String| files::root().join(folder).join(name).is_dir();
    if ending.is_empty() {
        return names.filter(is_folder).collect();
    }
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

/// The stems of the files in a folder whose code says so.
fn files_with(folder: &str, mark: &str) -> Ids {
    let says =
        |stem: &String| conformance::source::code(&files::read(format!("{folder}/{stem}.rs"))).contains(mark);
    stems(folder, ".rs").into_iter().filter(says).collect()
}

/// The text of a table's rows.
fn table(source: &str, name: &str) -> String {
    let start = source.find(&format!("{name}:")).unwrap_or_else(|| panic!("there is no table `{name}`"));
    let rows = source.get(start..).unwrap_or_default();
    rows.split("];").next().unwrap_or_default().to_owned()
}
