//! What the server says of itself: the calls that it prints work as they stand, and each decision is a line.

use std::io::Write as _;
use std::process::Command;

use conformance::served::{Served, Settings};

#[test]
fn the_printed_calls_work_as_they_stand() {
    let served = Served::start(&Settings::default());
    let _ = served.wait_for(|line| line.contains("point an SDK").then_some(()));
    let printed: Vec<_> = served.stderr().lines().filter_map(call).collect();
    assert_eq!(printed.len(), dialects::DIALECTS.len(), "one call for each dialect:\n{}", served.stderr());
    if Command::new("curl").arg("--version").output().is_err() {
        let _ = writeln!(std::io::stderr(), "skipped: the printed calls, there is no `curl`");
        return;
    }
    for call in printed {
        let output = Command::new("sh").args(["-c", &format!("{call} --fail-with-body")]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && (said.contains("Hello") || call.contains("/embeddings")),
            "{call}\n{said}{output:?}"
        );
    }
    assert!(served.records().iter().all(|record| record["decision"] == "allow"), "{}", served.log());
}

#[test]
fn every_decision_is_told_once_on_the_output_and_once_in_the_log() {
    let served = Served::start(&Settings::of_policy(super::policy()));
    for text in ["Hello", "drop table users", "again"] {
        let _ = served.call(&super::chat(text));
    }
    let logged: Vec<String> =
        served.records().iter().map(|record| record["decision_id"].to_string()).collect();
    let (finished, _folder) = served.stop();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(logged.len(), 5);
    let blocks = finished.stdout.lines().filter(|line| line.contains("no-sql")).count();
    assert_eq!(blocks, 1, "{}", finished.stdout);
}

/// The call that stands on a line, where it is one.
fn call(line: &str) -> Option<String> {
    let call = line.trim();
    call.starts_with("curl ").then(|| call.to_owned())
}
