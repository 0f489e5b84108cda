//! The policy documents of `tests/testdata/policies/`: every rule type has some, and all of them load;
//! those in `bad/` are refused with exactly the faults that stand at their end, after `# faults:`; and the
//! built-in example loads without a warning.

#![expect(clippy::unwrap_used, reason = "a suite is tests throughout, and what it cannot do fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use detectors::DETECTORS;
use policy::Policy;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn detector_ids() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.id()).collect()
}

/// The names of folders, or of files, in a folder of `tests/testdata/policies/`, sorted.
fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/testdata/policies").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn folder_names() -> Vec<String> {
    entries("").iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

/// The rule types, as the schema names them.
fn rule_types() -> Vec<String> {
    let schema = policy::schema(&[]);
    let words = schema.pointer("/$defs/rule/properties/type/enum").unwrap().as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_rule_type_has_documents_and_no_others_are_there() {
    let mut expected = rule_types();
    expected.push("bad".to_owned());
    expected.sort();
    assert_eq!(folder_names(), expected);
    for folder in &expected {
        assert!(!entries(folder).is_empty(), "{folder} is empty");
    }
}

#[test]
fn good_documents_load() {
    for folder in rule_types() {
        for path in entries(&folder) {
            let source = fs::read_to_string(&path).unwrap();
            assert!(source.contains(&folder), "{} has no rule of its type", path.display());
            if let Err(faults) = Policy::load(&source, &detector_ids()) {
                panic!("{}:\n{faults}", path.display());
            }
        }
    }
}

#[test]
fn bad_documents_are_refused_with_all_their_faults() {
    for path in entries("bad") {
        let source = fs::read_to_string(&path).unwrap();
        let (_, expected) = source.split_once("# faults:\n").expect("the faults stand at the end");
        let expected: Vec<_> = expected.lines().map(|line| line.trim_start_matches("# ")).collect();
        let faults = Policy::load(&source, &detector_ids()).expect_err("a document with faults");
        let found: Vec<_> = faults.0.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{}\n# {}", path.display(), found.join("\n# "));
    }
}

#[test]
fn the_example_policy_loads_without_a_warning() {
    let source = fs::read_to_string(root().join("functions/local/src/example.yaml")).unwrap();
    let loaded = Policy::load(&source, &detector_ids()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.policy.name(), "example");
}
