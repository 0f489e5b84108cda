//! The page against the module: every input, output, role, metric and alert has its row, and no row is of something
//! that there is not. The settings that the module gives are ones that the services know.

use std::collections::BTreeSet;

use conformance::files;
use conformance::python::tell;

use crate::{MODULE, read};

/// Files in which roles are given.
const ROLES: [&str; 4] = ["identities.tf", "main.tf", "rotation.tf", "secrets.tf"];

/// The services, where their settings stand, and their program.
const SERVICES: [(&str, &str); 2] = [("enforce", "main.tf"), ("rotate", "rotation.tf")];

#[test]
fn the_page_tells_of_every_input_and_output() {
    let page = read("README.md");
    for (heading, file, kind) in
        [("## Inputs", "variables.tf", "variable"), ("## Outputs", "outputs.tf", "output")]
    {
        let told = rows(section(&page, heading));
        assert_eq!(told, names(&read(file), kind), "{heading}");
    }
}

#[test]
fn the_page_tells_of_every_role() {
    let (page, code) = (read("README.md"), ROLES.map(read).concat());
    let told: BTreeSet<_> = quoted(section(&page, "## What each account may do"), '`');
    let given: BTreeSet<_> =
        quoted(&code, '"').into_iter().filter(|text| text.starts_with("roles/")).collect();
    assert!(given.len() > 5, "there is something to look at: {given:?}");
    for role in &given {
        assert!(told.contains(role), "the page does not tell of {role}");
    }
    for role in told.iter().filter(|text| text.starts_with("roles/")) {
        assert!(given.contains(role), "nobody has {role}");
    }
    let lists = code.split("permissions = [").skip(1).map(|rest| rest.split(']').next().unwrap());
    for permission in lists.flat_map(|list| quoted(list, '"')) {
        assert!(told.contains(&permission), "the page does not tell of {permission}");
    }
}

#[test]
fn the_page_tells_what_is_counted_and_what_is_an_alert() {
    let page = read("README.md");
    let told = quoted(section(&page, "## Records, metrics and alerts"), '`');
    let metrics = [
        "decisions",
        "rule-RULE",
        "fail_open",
        "check_latency",
        "input_tokens",
        "output_tokens",
        "rotation_failed",
    ];
    for name in metrics {
        assert!(told.contains(name), "{MODULE} has a metric `{name}`, and the page does not tell of it");
    }
    let alerts = read("alerts.tf");
    let says = alerts.lines().filter_map(|line| line.trim().strip_prefix("says")?.split('"').nth(1));
    for alert in says.chain(["A rotation waits"]) {
        assert!(page.contains(&format!("| {alert} |")), "the page does not tell of the alert `{alert}`");
    }
}

#[test]
fn services_know_every_setting_that_they_are_given() {
    for (program, file) in SERVICES {
        let source = format!("functions/gcp/src/bin/{program}.rs");
        if !files::root().join(&source).exists() {
            tell(&format!("skipped: settings of {program} on Google Cloud, there is no {source}"));
            continue;
        }
        let known: String = files::under("functions/gcp/src", ".rs").into_iter().map(files::read).collect();
        for name in settings(&read(file)) {
            let family = ["UPSTREAM_", "SECRET_"].iter().any(|start| name == format!("SALLYPORT_{start}"));
            let shown = if family { format!("{name}<VENDOR>") } else { name };
            assert!(known.contains(&shown), "{program} is given `{shown}`, which is no setting");
        }
    }
}

/// The names of settings in a text.
fn settings(text: &str) -> BTreeSet<String> {
    let words = text.split(|sign: char| !(sign.is_ascii_uppercase() || sign == '_'));
    words.filter(|word| word.starts_with("SALLYPORT_")).map(str::to_owned).collect()
}

/// What is declared in a file of Terraform.
fn names(text: &str, kind: &str) -> BTreeSet<String> {
    let start = format!("{kind} \"");
    let declared = text.lines().filter_map(|line| line.strip_prefix(&start)?.split('"').next());
    declared.map(str::to_owned).collect()
}

/// What the first cells of a table's rows name.
fn rows(section: &str) -> BTreeSet<String> {
    let cells =
        section.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    cells.flat_map(|cell| quoted(cell, '`')).collect()
}

/// What stands between pairs of a mark.
fn quoted(text: &str, mark: char) -> BTreeSet<String> {
    let inside = |line: &str| line.split(mark).skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    text.lines().flat_map(inside).collect()
}

fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let rest = page.split(&format!("\n{heading}\n")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("the page has no section `{heading}`"));
    rest.split("\n## ").next().unwrap()
}
