//! What the server refuses to start with, and how it says so.

use conformance::program;
use conformance::served::{Served, Settings};

#[test]
fn a_policy_with_faults_is_not_served_and_every_fault_is_told() {
    let bad = conformance::files::read("tests/testdata/serve/ten_faults.yaml");
    let finished = Served::refused(&Settings::of_policy(&bad));
    assert_eq!(finished.code, Some(2), "{finished:?}");
    for (line, word) in planted(&bad) {
        let place = format!("policy.yaml:{line}:");
        let told = finished.stderr.lines().find(|told| told.contains(&place) && told.contains(&word));
        assert!(told.is_some(), "`{word}` in line {line} is not told:\n{}", finished.stderr);
    }
}

#[test]
fn bad_settings_are_told_in_a_sentence_and_end_with_two() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let rows: [(&[&str], &str); 9] = [
        (&["serve", "--policy", "/nowhere/policy.yaml"], "/nowhere/policy.yaml"),
        (&["serve", "--keys", "/nowhere/keys.yaml"], "/nowhere/keys.yaml"),
        (&["serve", "--upstream", "openai"], "openai"),
        (&["serve", "--upstream", "nobody=http://127.0.0.1:9"], "nobody"),
        (&["serve", "--upstream", "openai=ftp://127.0.0.1:9"], "http"),
        (&["serve", "--listen", "somewhere"], "somewhere"),
        (&["serve", "--listen", "0.0.0.0:0"], "--allow-anonymous"),
        (&["serve", "--no-such-option"], "--no-such-option"),
        (&["serve", "--listen", &taken], &taken),
    ];
    for (arguments, word) in rows {
        let finished = program::run(arguments);
        assert!(matches!(finished.code, Some(1 | 2)), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.contains(word), "{arguments:?}: {finished:?}");
        assert!(!finished.stderr.contains("panicked"), "{arguments:?}: {finished:?}");
    }
}

#[test]
fn a_key_in_the_key_file_is_refused_and_not_repeated() {
    let keys = "keys:\n  - {id: ci, key: quokka-in-the-clear}\n";
    let finished = Served::refused(&Settings::of_policy(super::policy()).keys(keys));
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("sha256") && !finished.stderr.contains("quokka"), "{finished:?}");
}

#[test]
fn a_log_that_cannot_be_written_is_told() {
    let finished = program::run(&["serve", "--listen", "127.0.0.1:0", "--log", "/nowhere/decisions.jsonl"]);
    assert_ne!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stderr.contains("/nowhere/decisions.jsonl"), "{finished:?}");
}

/// The lines of a document that end in `# fault: <word>`, with the word.
fn planted(document: &str) -> Vec<(usize, String)> {
    let fault = |(index, line): (usize, &str)| Some((index + 1, line.split_once("# fault: ")?.1.to_owned()));
    let faults: Vec<_> = document.lines().enumerate().filter_map(fault).collect();
    assert_eq!(faults.len(), 10, "ten are planted");
    faults
}
