//! Two parsers, and checkov. Their Python environment is made once, in the target folder, from
//! `tests/infra/requirements.txt`; where that cannot be done they are skipped, and a line says why.

use std::path::Path;
use std::process::{Command, Output};

use conformance::files;
use conformance::python::{environment, tell};

use crate::stack::FOLDER;

#[test]
fn the_linters_have_no_finding() {
    let folder = match environment("infra-venv", "tests/infra/requirements.txt") {
        Ok(folder) => folder,
        Err(reason) => return tell(&format!("skipped: Bicep's syntax and checkov, {reason}")),
    };
    let copies = tempfile::tempdir().unwrap();
    let place = copies.path().to_string_lossy().into_owned();
    let all: Vec<_> =
        files::under(FOLDER, ".bicep").into_iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let mut arguments = vec!["tests/infra/bicep_files.py".to_owned(), place];
    arguments.extend(all.iter().cloned());
    let read = run(&folder.join("bin/python"), &arguments);
    assert!(read.status.success() && said(&read).is_empty(), "{}", said(&read));

    // Each of the two finds a fault by itself.
    let broken = copies.path().join("broken.bicep");
    for text in ["var a = {\n  b: 'c\n}\n", "resource a = 'b' {}\n", "var a = [\n"] {
        std::fs::write(&broken, text).unwrap();
        let place = broken.to_string_lossy().into_owned();
        let arguments = [arguments[0].clone(), arguments[1].clone(), place.clone()];
        let told = said(&run(&folder.join("bin/python"), &arguments));
        let (grammar, parser): (Vec<_>, Vec<_>) = told.lines().partition(|line| line.ends_with(": no Bicep"));
        assert!(!grammar.is_empty() && parser.len() == 1, "{text:?}: {told}");
    }

    // It would pass over what it cannot read, so what it found there is counted.
    let checks = ["--framework", "bicep", "--quiet", "--compact", "--skip-download", "-o", "json", "-d"];
    let mut arguments: Vec<_> = checks.map(str::to_owned).into();
    arguments.push(copies.path().join(FOLDER).to_string_lossy().into_owned());
    let check = run(&folder.join("bin/checkov"), &arguments);
    let told: serde_json::Value =
        serde_json::from_slice(&check.stdout).unwrap_or_else(|_| panic!("checkov: {}", said(&check)));
    assert_eq!(told["summary"]["failed"], 0, "checkov: {}", said(&check));
    assert!(
        told["summary"]["passed"].as_u64() > Some(40),
        "checkov looked at too little: {}",
        told["summary"]
    );
}

fn run(program: &Path, arguments: &[String]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(files::root()).env_remove("PYTHONPATH");
    // It would ask elsewhere for what the checks do not need.
    command.env("BC_SKIP_MAPPING", "TRUE").env("PYTHONDONTWRITEBYTECODE", "1");
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}
