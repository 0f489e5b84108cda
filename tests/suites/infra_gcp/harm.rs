//! Harm done to the module, and found by the module's own tests: one row for each assertion of theirs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use conformance::files;
use serde::Deserialize;

use crate::{MODULE, begun, read, said, terraform};

/// The rows.
const TABLE: &str = "tests/testdata/infra_gcp/harm.toml";

/// How many copies of the module are harmed, each with several rows; as many as there are rows would show each alone.
const ROUNDS: usize = 4;

/// How many of them at a time.
const AT_A_TIME: usize = 2;

/// One row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Harm {
    test: String,
    file: String,
    there: String,
    instead: String,
    found: String,
}

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    harm: Vec<Harm>,
}

#[test]
fn a_harmed_module_is_found() {
    let Some(terraform) = terraform() else { return };
    let (rounds, missed) = (Mutex::new(rounds().into_iter()), Mutex::new(Vec::new()));
    let next = || rounds.lock().unwrap().next();
    let work = || {
        while let Some(round) = next() {
            let module = begun(terraform);
            round.iter().for_each(|row| change(module.path(), &row.file, &row.there, &row.instead));
            let tests: BTreeSet<_> =
                round.iter().map(|row| format!("-filter=tests/{}.tftest.hcl", row.test)).collect();
            let arguments = ["test", "-no-color"].into_iter().chain(tests.iter().map(String::as_str));
            let said = said(&terraform.run(module.path(), &arguments.collect::<Vec<_>>()));
            // Terraform breaks its lines.
            let heard = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let silent: Vec<_> =
                round.iter().map(|row| &row.found).filter(|found| !heard.contains(*found)).collect();
            if !silent.is_empty() {
                missed.lock().unwrap().push(format!("{silent:?} not in {said}"));
            }
        }
    };
    std::thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(work))));
    assert_eq!(missed.into_inner().unwrap(), Vec::<String>::new());
}

/// The rows, in rounds of so many that one run of Terraform finds: no two in one that harm the same text, or that
/// would be found by the same assertion.
fn rounds() -> Vec<Vec<Harm>> {
    let mut rounds: Vec<Vec<Harm>> = vec![Vec::new(); ROUNDS];
    for row in table() {
        let same_text = |other: &Harm| {
            other.file == row.file && (other.there.contains(&row.there) || row.there.contains(&other.there))
        };
        let apart =
            |round: &&mut Vec<Harm>| round.iter().all(|other| !same_text(other) && other.found != row.found);
        let fitting = rounds.iter_mut().filter(apart).min_by_key(|round| round.len());
        fitting.expect("there are rounds enough").push(row);
    }
    rounds
}

fn table() -> Vec<Harm> {
    let table: Table = toml::from_str(&files::read(TABLE)).unwrap_or_else(|fault| panic!("{TABLE}: {fault}"));
    table.harm
}

#[test]
fn every_assertion_was_seen_to_fail() {
    let rows = table();
    for path in files::under(&format!("{MODULE}/tests"), ".tftest.hcl") {
        let (text, name) = (files::read(&path), path.to_string_lossy().into_owned());
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("error_message")) {
            let message = line.split_once('"').and_then(|(_, rest)| rest.strip_suffix('"')).unwrap();
            let seen = rows
                .iter()
                .any(|row| name.ends_with(&format!("/{}.tftest.hcl", row.test)) && row.found == message);
            assert!(seen, "{TABLE} has no row for `{message}` of {name}");
        }
    }
}

/// Every condition on an input has a row that it refuses.
#[test]
fn every_refusal_is_tried() {
    let (variables, rows) = (read("variables.tf"), read("tests/refusals.tftest.hcl"));
    for variable in variables.split("\nvariable \"").skip(1) {
        let name = variable.split('"').next().unwrap();
        let conditions = variable.matches("\n  validation {").count();
        let tried = rows.matches(&format!("expect_failures = [var.{name}]")).count();
        assert!(tried >= conditions, "`{name}` has {conditions} conditions, and {tried} rows try them");
    }
}

/// Puts another text in the place of the first that is there.
pub(crate) fn change(module: &Path, file: &str, there: &str, instead: &str) {
    let path = module.join(file);
    let whole = std::fs::read_to_string(&path).unwrap();
    let harmed = whole.replacen(there, instead, 1);
    assert_ne!(harmed, whole, "`{there}` is no longer in {file}");
    std::fs::write(path, harmed).unwrap();
}
