//! Every file of cases, through every provider.

use conformance::cases::Cases;
use conformance::files;
use conformance::providers::PROVIDERS;

#[test]
fn gates() {
    through_every_provider("gates");
}

#[test]
fn bad_input() {
    through_every_provider("bad_input");
}

#[test]
fn callers() {
    through_every_provider("callers");
}

#[test]
fn limits() {
    through_every_provider("limits");
}

#[test]
fn decisions() {
    through_every_provider("decisions");
}

#[test]
fn no_file_of_cases_is_forgotten() {
    let own = include_str!("cases.rs");
    for name in files::names_in("tests/testdata/serve") {
        if let Some(stem) = name.strip_suffix(".toml") {
            assert!(own.contains(&format!("through_every_provider(\"{stem}\")")), "`{name}` is not run");
        }
    }
}

fn through_every_provider(name: &str) {
    let cases = Cases::read(name);
    for provider in PROVIDERS {
        cases.run(provider);
    }
}
