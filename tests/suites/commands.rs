//! The operator's commands: what they print and how they end.

use conformance::files;
use conformance::program::{self, Finished};

#[test]
fn every_command_explains_itself() {
    let help = program::run(&["--help"]);
    assert_eq!(help.code, Some(0), "{help:?}");
    for command in ["serve", "check", "detect", "schema", "explain", "verify", "keys"] {
        assert!(help.stdout.contains(command), "`{command}` is not in the help:\n{}", help.stdout);
        let own = program::run(&[command, "--help"]);
        assert!(own.code == Some(0) && own.stdout.contains("Usage"), "{command}: {own:?}");
    }
    let unknown = program::run(&["srve"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("serve"), "{unknown:?}");
}

#[test]
fn check_tells_good_files_from_bad_ones() {
    let good = checked(&["tests/testdata/serve/policy.yaml", "tests/testdata/serve/limits.yaml"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    assert_eq!(good.stdout.lines().count(), 2, "one line for each: {good:?}");
    let bad = checked(&["tests/testdata/serve/policy.yaml", "tests/testdata/serve/ten_faults.yaml"]);
    assert_eq!(bad.code, Some(2), "{bad:?}");
    let told = bad.stdout + &bad.stderr;
    let faults = told.lines().filter(|line| line.contains("ten_faults.yaml:")).count();
    assert!(faults >= 10, "all ten are told: {told}");
    assert!(told.lines().any(|line| line.contains("serve/policy.yaml")), "{told}");
    assert_eq!(checked(&["no/such/file.yaml"]).code, Some(2));
}

#[test]
fn the_schema_is_the_one_in_the_repository() {
    let printed = program::run(&["schema"]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let schema: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    assert!(schema["$schema"].as_str().is_some_and(|dialect| dialect.contains("2020-12")), "{schema}");
    let kept: serde_json::Value = serde_json::from_str(&files::read("shared/policy/schema.json")).unwrap();
    assert_eq!(kept, schema, "`sallyport schema > shared/policy/schema.json` brings it up to date");
}

#[test]
fn explain_shows_the_decision_the_rules_and_what_would_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let request = folder.path().join("call.json");
    let rows = [
        ("Hello", "allow", ""),
        ("drop table users", "block", "no-sql"),
        ("I am E-123456", "constrain", "employee-numbers-in"),
    ];
    for (text, decision, rule) in rows {
        let body = serde_json::json!({"model": "echo-1", "messages": [{"role": "user", "content": text}]});
        std::fs::write(&request, body.to_string()).unwrap();
        let policy = files::root().join("tests/testdata/serve/policy.yaml").display().to_string();
        let request = request.display().to_string();
        let arguments = ["explain", "--policy", &policy, "--request", &request];
        let told = program::run(&arguments);
        assert!(told.stdout.contains(decision) && told.stdout.contains(rule), "{text}: {told:?}");
        let json = program::run(&[&arguments[..], &["--json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(json["decision"], decision, "{json}");
    }
}

#[test]
fn a_new_key_is_shown_once_with_the_row_for_the_file() {
    let (one, other) = (program::run(&["keys", "new", "support"]), program::run(&["keys", "new", "support"]));
    assert_eq!(one.code, Some(0), "{one:?}");
    assert!((one.stdout.clone() + &one.stderr).contains("sha256"), "{one:?}");
    assert_ne!(one.stdout, other.stdout, "each key is another");
}

fn checked(paths: &[&str]) -> Finished {
    let paths: Vec<_> = paths.iter().map(|path| files::root().join(path).display().to_string()).collect();
    let arguments: Vec<_> = ["check"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    program::run(&arguments)
}
