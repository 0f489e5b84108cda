//! Nothing in `shared/` names a cloud: what differs between providers is passed in.

use std::path::Path;

use conformance::{files, source};

/// The words that stand for a cloud or for what only one of them has.
const CLOUDS: &[&str] = &["aws", "azure", "bicep", "cloudwatch", "dynamodb", "firestore", "gcp", "lambda"];

/// Names that hold such a word and mean something else: the library of cryptography.
const NOT_CLOUDS: &[&str] = &["aws_lc_rs", "aws-lc-rs", "aws_lc"];

/// Where the words are data: what keys and headers look like, whose API a model's is, whoever runs the gate. Files
/// and folders, each with the reason.
const MAY_NAME: &[(&str, &str)] = &[
    ("shared/azure-functions-shim/", "one host's contract, for whoever runs there; ours or not"),
    ("shared/dialects/src/", "clouds are vendors of model APIs, too"),
    ("shared/detectors/src/api_key.rs", "vendors whose names stand before keys"),
    ("shared/detectors/src/api_key/", "the shapes of vendors' keys"),
    ("shared/detectors/src/bank_account.rs", "words beside the numbers of accounts that are no bank's"),
    ("shared/detectors/src/exfiltration_url/names.rs", "parameters that hold signatures and keys"),
    ("shared/detectors/src/placeholder.rs", "keys that vendors print in their manuals"),
    ("shared/detectors/src/prompt_injection/agents.rs", "folders of credentials that planted orders ask for"),
    ("shared/rotation/src/strategies/", "clouds are vendors whose keys are renewed, too"),
    ("shared/enforcement/src/headers.rs", "headers that tell of the way here, which never go on"),
];

#[test]
fn shared_names_no_cloud() {
    let files = files::under("shared", ".rs");
    assert!(!files.is_empty(), "there is something to look at");
    let shown = files.iter().map(|path| path.to_string_lossy().into_owned());
    let faults: Vec<_> = shown.flat_map(|path| faults(&path, &files::read(path.as_str()))).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn no_exception_outlives_its_cause() {
    for (path, reason) in MAY_NAME {
        let within = |file: &&std::path::PathBuf| file.starts_with(path);
        let files = files::under("shared", ".rs");
        let mut texts = files.iter().filter(within).map(|file| files::read(&*file.to_string_lossy()));
        assert!(texts.any(|text| !words_in(&text).is_empty()), "`{path}` names no cloud any more: {reason}");
    }
}

#[test]
fn a_cloud_named_in_code_is_found() {
    let rows = [
        ("fn aws_region() {}", 1),
        ("struct AzureStore;", 1),
        ("let provider = \"gcp\";", 1),
        ("/// `aws`, `azure` or `gcp`.\nfn provider() {}", 0),
        ("fn flaws() {} /* on aws */", 0),
        ("use jsonwebtoken::crypto::aws_lc_rs;", 0),
        ("fn one() {}\n#[cfg(test)]\nmod tests { const AWS: u8 = 1; }", 0),
        ("let text = \"http://\"; let store = azure;", 1),
        ("let raw = r#\"a \"quoted\" // no comment\"#; let store = azure;", 1),
    ];
    for (text, expected) in rows {
        assert_eq!(faults("shared/policy/src/planted.rs", text).len(), expected, "{text}");
    }
    assert_eq!(
        faults("shared/policy/src/planted/tests.rs", "const AWS: u8 = 1;").len(),
        0,
        "a file of tests"
    );
}

fn faults(path: &str, text: &str) -> Vec<String> {
    if is_test(path) || MAY_NAME.iter().any(|(named, _)| Path::new(path).starts_with(named)) {
        return Vec::new();
    }
    words_in(text).into_iter().map(|word| format!("`{path}` names `{word}`")).collect()
}

fn words_in(text: &str) -> Vec<String> {
    let mut code = source::code(text);
    for name in NOT_CLOUDS {
        code = code.replace(name, "");
    }
    source::words(&code).into_iter().filter(|word| CLOUDS.contains(&word.as_str())).collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}
