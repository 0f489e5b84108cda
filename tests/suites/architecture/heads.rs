//! Every file opens by saying what it is, and none grows past what a reader takes in.

use conformance::{files, source};

/// The most lines of a file, tests at its end not counted; nine files in ten have at most [`LONG`].
const LONGEST: usize = 600;

/// The most lines of a file that is not called long.
const LONG: usize = 400;

/// Names that say nothing of what is in them.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "manager", "misc", "util", "utils"];

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let all = ["functions", "shared", "tests"].into_iter().flat_map(|folder| files::under(folder, ".rs"));
    let shown: Vec<_> = all.map(|path| path.to_string_lossy().into_owned()).collect();
    assert!(shown.len() > 20, "there is something to look at");
    let faults: Vec<_> = shown.iter().flat_map(|path| faults(path, &files::read(path))).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn nine_files_in_ten_are_short() {
    let all: Vec<_> =
        ["functions", "shared"].into_iter().flat_map(|folder| files::under(folder, ".rs")).collect();
    let long: Vec<_> = all.iter().filter(|path| lines(&files::read(path)) > LONG).collect();
    assert!(long.len() * 10 <= all.len(), "{} of {} are long: {long:?}", long.len(), all.len());
}

#[test]
fn a_bad_file_is_found() {
    let long = format!("//! Something that grew.\n{}", "fn one() {}\n".repeat(LONGEST));
    let tested =
        format!("//! Something short.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn one() {}\n".repeat(LONGEST));
    let rows = [
        ("shared/policy/src/a.rs", "//! What a policy is made of.\n", 0),
        ("shared/policy/src/a.rs", "fn one() {}\n", 1),
        ("shared/policy/src/a.rs", "//! a\n", 1),
        ("shared/policy/src/a.rs", "// A comment, not a head.\n", 1),
        ("shared/policy/src/a.rs", "", 1),
        ("shared/policy/src/a.rs", &long, 1),
        ("shared/policy/src/a.rs", &tested, 0),
        ("shared/policy/src/a/tests.rs", &long, 0),
        ("shared/policy/src/utils.rs", "//! What did not fit elsewhere.\n", 1),
    ];
    for (path, text, expected) in rows {
        assert_eq!(faults(path, text).len(), expected, "{path}: {:?}", faults(path, text));
    }
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem) {
        faults.push(format!("`{path}` has a name that says nothing"));
    }
    if !source::opens_with_its_purpose(text) {
        faults.push(format!("`{path}` does not open with a `//!` line that says what it is"));
    }
    let lines = lines(text);
    if lines > LONGEST && stem != "tests" {
        faults.push(format!("`{path}` has {lines} lines before its tests"));
    }
    faults
}

fn lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}
