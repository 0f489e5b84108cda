//! `sallyport verify` over the log of a real run: whole it passes, and whatever was done to it is named.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

use std::io::Write as _;

use conformance::http::Request;
use conformance::program;
use conformance::served::{Served, Settings};

/// What was done to a log: a name, the change of its lines, and the number of the line that has to be named.
type Damage = (&'static str, fn(&mut Vec<String>), usize);

#[test]
fn a_log_is_whole_until_a_record_is_changed_removed_or_moved() {
    let log = logged();
    assert!(log.len() > 8, "a log of some length: {}", log.len());
    assert_eq!(verify(&log).code, Some(0), "{:?}", verify(&log));
    let rows: [Damage; 9] = [
        ("a decision was changed", |lines| change(lines, 4, "\"block\"", "\"allow\""), 5),
        ("a time was changed", |lines| change(lines, 2, "\"time\":\"2", "\"time\":\"3"), 3),
        ("a hash was changed", |lines| change(lines, 2, "\"hash\":\"", "\"hash\":\"0"), 3),
        ("a record was removed", |lines| drop(lines.remove(3)), 4),
        ("two records were swapped", |lines| lines.swap(2, 3), 3),
        ("a record was doubled", |lines| lines.insert(3, lines[2].clone()), 4),
        ("a record was cut", |lines| lines[3].truncate(40), 4),
        ("something else stands there", |lines| lines[3] = "quokka".to_owned(), 4),
        ("a record was changed in its spacing", |lines| change(lines, 3, ":", ": "), 4),
    ];
    for (name, damage, line) in rows {
        let mut damaged = log.clone();
        damage(&mut damaged);
        assert_ne!(damaged, log, "{name}");
        let finished = verify(&damaged);
        assert_eq!(finished.code, Some(1), "{name}: {finished:?}");
        let told = finished.stdout + &finished.stderr;
        assert!(told.contains(&format!("line {line}")), "{name}: not line {line}:\n{told}");
        assert!(!told.contains("quokka"), "{name}: {told}");
    }
}

#[test]
fn what_is_no_log_is_told() {
    for path in ["/nowhere/decisions.jsonl", "/"] {
        let finished = program::run(&["verify", path]);
        assert!(finished.code == Some(2) && !finished.stderr.is_empty(), "{path}: {finished:?}");
    }
}

/// The lines of a log of two runs: a server that goes on with a log starts a chain or goes on with one, and
/// both verify.
fn logged() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let policy = conformance::files::read("tests/testdata/serve/policy.yaml");
    let settings = Settings { log: Some(path.clone()), ..Settings::of_policy(policy) };
    for _ in 0..2 {
        let served = Served::start(&settings);
        call_all(&served);
        assert_eq!(served.stop().0.code, Some(0));
    }
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

fn call_all(served: &Served) {
    for text in ["Hello", "it is 536-22-1234", "drop table users", "Hello again"] {
        let body = serde_json::json!({"model": "echo-1", "messages": [{"role": "user", "content": text}]});
        let _ = served.call(&Request::post("/v1/chat/completions", body.to_string()));
    }
    let _ = served.call(&Request::post("/v1/chat/completions", "not JSON"));
}

fn verify(lines: &[String]) -> program::Finished {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(format!("{}\n", lines.join("\n")).as_bytes()).unwrap();
    program::run(&["verify", &file.path().display().to_string()])
}

fn change(lines: &mut [String], index: usize, from: &str, to: &str) {
    assert!(lines[index].contains(from), "`{from}` is not in {}", lines[index]);
    lines[index] = lines[index].replacen(from, to, 1);
}
