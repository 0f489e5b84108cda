//! What must hold of the module for Google Cloud: Terraform itself on it, without a provider; the module's own tests;
//! harm done to each promise, and found; and the page that tells of it. Without Terraform or Python the parts that need
//! them are skipped, and a line says why. A new promise is an assertion in `infra/gcp/tests/` and a row in `harm.rs`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

mod harm;
mod page;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use conformance::files;
use conformance::python::{environment, tell};
use conformance::terraform::Terraform;
use tempfile::TempDir;

/// Where the module stands.
const MODULE: &str = "infra/gcp";

/// The folders with a module that is the root of something: the module, and those that show how it is used.
const ROOTS: [&str; 3] = ["", "examples/minimal", "examples/hardened"];

#[test]
fn the_module_is_formatted_and_valid() {
    let Some(terraform) = terraform() else { return };
    let module = copy();
    let format = terraform.run(module.path(), &["fmt", "-check", "-diff", "-recursive", "-no-color"]);
    assert!(format.status.success(), "{}", said(&format));
    for root in ROOTS {
        let folder = module.path().join(root);
        let begin = terraform.run(&folder, &["init", "-backend=false", "-no-color"]);
        assert!(begin.status.success(), "{root}: {}", said(&begin));
        let valid = terraform.run(&folder, &["validate", "-no-color"]);
        assert!(valid.status.success(), "{root}: {}", said(&valid));
    }
}

#[test]
fn the_module_keeps_what_it_promises() {
    let Some(terraform) = terraform() else { return };
    let module = begun(terraform);
    let tested = terraform.run(module.path(), &["test", "-no-color"]);
    assert!(tested.status.success(), "{}", said(&tested));
}

#[test]
fn a_misspelled_argument_is_found() {
    let Some(terraform) = terraform() else { return };
    for (there, instead, expected) in [
        ("max_instance_request_concurrency", "max_instance_concurrency", "Unsupported argument"),
        ("startup_cpu_boost = true", "startup_cpu_boost = [true]", "Incorrect attribute value type"),
        ("    scaling {", "    scales {", "Unsupported block type"),
    ] {
        let module = begun(terraform);
        harm::change(module.path(), "main.tf", there, instead);
        let valid = terraform.run(module.path(), &["validate", "-no-color"]);
        assert!(said(&valid).contains(expected), "{instead}: {}", said(&valid));
    }
}

#[test]
fn the_policy_of_the_examples_loads() {
    let ids: Vec<_> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    if let Err(faults) = policy::Policy::load(&files::read("infra/gcp/policy/policy.yaml"), &ids) {
        panic!("{faults:?}");
    }
}

#[test]
fn the_linter_has_no_finding() {
    let folder = match environment("infra-venv", "tests/infra/requirements.txt") {
        Ok(folder) => folder,
        Err(reason) => return tell(&format!("skipped: checkov on {MODULE}, {reason}")),
    };
    let mut check = Command::new(folder.join("bin/checkov"));
    check.args(["--framework", "terraform", "--quiet", "--compact", "--skip-download", "-d", MODULE]);
    check.current_dir(files::root()).env_remove("PYTHONPATH").env("BC_SKIP_MAPPING", "TRUE");
    let check = check.output().unwrap();
    let said = said(&check);
    assert!(check.status.success() && said.contains("Failed checks: 0"), "checkov: {said}");
}

/// Terraform, begun once for all tests; or nothing, and a line says why.
fn terraform() -> Option<&'static Terraform> {
    static TERRAFORM: OnceLock<Result<Terraform, String>> = OnceLock::new();
    match TERRAFORM.get_or_init(Terraform::start) {
        Ok(terraform) => Some(terraform),
        Err(reason) => {
            tell(&format!("skipped: terraform on {MODULE}, {reason}"));
            None
        }
    }
}

/// A copy of the module, so that nothing that Terraform leaves behind stands in the repository.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for path in files_of_module() {
        let place = copy.path().join(path.strip_prefix(MODULE).unwrap());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, files::read(&path)).unwrap();
    }
    copy
}

/// A copy that `terraform init` has seen.
fn begun(terraform: &Terraform) -> TempDir {
    let module = copy();
    let begin = terraform.run(module.path(), &["init", "-backend=false", "-no-color"]);
    assert!(begin.status.success(), "{}", said(&begin));
    module
}

fn files_of_module() -> Vec<PathBuf> {
    let kinds = [".tf", ".hcl", ".yaml"];
    let found: Vec<_> = kinds.into_iter().flat_map(|kind| files::under(MODULE, kind)).collect();
    assert!(found.len() > 10, "there is something to look at");
    found
}

/// A file of the module.
fn read(name: &str) -> String {
    files::read(Path::new(MODULE).join(name))
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}
