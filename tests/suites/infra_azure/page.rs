//! The page tells what the stack has: every input, output, alert and grant; and the policy beside it loads.

use conformance::files;
use serde_json::Value;

use crate::rows::{ACTIONS, COLUMNS, GRANTS};
use crate::stack::{FOLDER, Stack};

#[test]
fn the_page_tells_what_the_stack_has() {
    let (stack, page) = (Stack::here(), files::read(format!("{FOLDER}/README.md")));
    let shown = |path: &str| -> Vec<String> {
        let declared = stack.file(path).iter().filter(|one| ["param", "output"].contains(&one.word.as_str()));
        declared.map(|one| one.name.clone()).collect()
    };
    let alerts = ["always", "rotation"].into_iter().flat_map(|list| {
        let rows =
            stack.one("modules/alerts.bicep", "var", list).value.as_array().cloned().unwrap_or_default();
        rows.into_iter().filter_map(|row| row["id"].as_str().map(str::to_owned))
    });
    let columns = COLUMNS.split_whitespace().map(str::to_owned);
    for name in shown("main.bicep").into_iter().chain(shown("events.bicep")).chain(alerts).chain(columns) {
        let told = page.lines().any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        assert!(told, "the page has no row for `{name}`");
    }
}

#[test]
fn the_page_tells_who_may_do_what() {
    let page = files::read(format!("{FOLDER}/README.md"));
    for (statement, ..) in GRANTS {
        let told = page.lines().any(|line| line.starts_with(&format!("| `{statement}` |")));
        assert!(told, "the page has no row for `{statement}`");
    }
    for (_, action) in ACTIONS {
        let short = action.split_once("/accounts/").or_else(|| action.split_once("/secrets/")).unwrap().1;
        assert!(page.contains(&format!("`{short}`")), "the page does not tell of `{short}`");
    }
}

#[test]
fn the_workbook_asks_for_columns_that_there_are() {
    let workbook: Value =
        serde_json::from_str(&files::read(format!("{FOLDER}/modules/workbook.json"))).unwrap();
    let queries: Vec<_> = workbook["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["content"]["query"].as_str())
        .collect();
    assert!(queries.len() > 3, "{queries:?}");
    for query in queries {
        let words = query.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
        let columns = words.filter(|word| {
            word.starts_with(char::is_uppercase)
                && !["Calls", "Rule", "Time", "SallyportDecisions_CL"].contains(word)
        });
        for column in columns {
            assert!(COLUMNS.split_whitespace().any(|known| known == column), "`{column}` in {query}");
        }
    }
}

#[test]
fn the_policy_that_is_deployed_loads() {
    let ids: Vec<_> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    if let Err(faults) = policy::Policy::load(&files::read(format!("{FOLDER}/policy/policy.yaml")), &ids) {
        panic!("{faults:?}");
    }
}
