//! Every script can be read by what runs it, `scripts/package` says how it is called, and no file holds what a
//! merge left undone.

use std::path::Path;
use std::process::{Command, Output};

use conformance::files;

/// Where files stand that people read or programs run.
const FOLDERS: [&str; 6] = [".ci", "functions", "infra", "scripts", "shared", "tests"];
/// What a merge that was not finished leaves at the beginning of a line.
const UNDONE: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

#[test]
fn every_script_can_be_read() {
    let scripts: Vec<_> =
        ["scripts", ".ci"].into_iter().flat_map(|folder| files::under(folder, "")).collect();
    assert!(scripts.len() >= 5, "{scripts:?}");
    for script in scripts {
        let read = parse(&files::root().join(&script), &files::read(&script)).unwrap();
        assert!(read.status.success(), "`{}`: {}", script.display(), String::from_utf8_lossy(&read.stderr));
    }
}

#[test]
fn the_packages_script_says_how_it_is_called() {
    for arguments in [&[][..], &["spaceship"]] {
        let told = Command::new(files::root().join("scripts/package")).args(arguments).output().unwrap();
        let shown = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(2), "{arguments:?}: {shown}");
        for provider in ["aws", "azure", "gcp"] {
            assert!(shown.contains(&format!("scripts/package {provider}")), "{arguments:?}: {shown}");
        }
    }
}

#[test]
fn no_merge_was_left_undone() {
    let mut faults = Vec::new();
    for path in FOLDERS.into_iter().flat_map(|folder| files::under(folder, "")) {
        // What is no text is no concern of this.
        let text = std::fs::read_to_string(files::root().join(&path)).unwrap_or_default();
        faults.extend(undone(&text).map(|line| format!("{}:{line}", path.display())));
    }
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(
        undone("one\n<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> 1a2b3c4 (why)\n").collect::<Vec<_>>(),
        [2, 6]
    );
}

/// Has a script read, and nothing of it done.
fn parse(path: &Path, text: &str) -> std::io::Result<Output> {
    let first = text.lines().next().unwrap_or_default();
    let mut command = Command::new(if first.ends_with("python3") { "python3" } else { "bash" });
    if first.ends_with("python3") {
        command.args(["-c", "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())"]);
    } else {
        command.arg("-n");
    }
    command.arg(path).output()
}

/// The lines that a merge left undone begins with, counted from one.
fn undone(text: &str) -> impl Iterator<Item = usize> {
    let lines = text.lines().zip(1..);
    lines.filter(|(line, _)| UNDONE.iter().any(|mark| line.starts_with(mark))).map(|(_, number)| number)
}
