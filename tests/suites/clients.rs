//! The official SDKs, unmodified, against the running server. Their Python environment is made once, in the
//! target folder, from `tests/clients/requirements.txt`; where that cannot be done the scripts are skipped,
//! and a line says why.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use conformance::files;
use conformance::model::model;
use conformance::providers::PROVIDERS;
use conformance::python::{environment, tell};
use conformance::served::Settings;
use conformance::upstream::Upstream;

/// The scripts with a key and a limit, and the key that each calls with.
const SCRIPTS: [(&str, &str); 2] = [
    ("anthropic_messages.py", "key-of-the-anthropic-script"),
    ("openai_chat.py", "key-of-the-openai-script"),
];

/// Whose upstreams there are.
const VENDORS: [&str; 6] = ["anthropic", "azure_openai", "bedrock", "gemini", "openai", "vertex"];

/// SHA-256 of the two keys, in the same order.
const HASHES: [&str; 2] = [
    "7e72bfc4d40261515ae358d41663bc6b5446759de4cd4a2c528124a864b3b785",
    "139dfbca6258a6ad430caef6f27b24010b99a114b21c6a3792ddfef13b9396e3",
];

/// The scripts against the model that says what is ordered, how many cases each has, and how many of them need no gate
/// before the model. A key is not asked for.
const ORDERING_SCRIPTS: [(&str, usize, usize); 8] = [
    ("anthropic_clouds.py", 26, 10),
    ("anthropic_messages_streams.py", 9, 0),
    ("bedrock.py", 39, 11),
    ("gemini.py", 17, 9),
    ("langchain_tools.py", 9, 4),
    ("openai_azure.py", 12, 4),
    ("openai_chat_streams.py", 9, 0),
    ("openai_responses.py", 24, 11),
];

#[test]
fn the_official_sdks_work_unmodified() {
    let settings = Settings::of_policy(files::read("tests/testdata/clients.yaml")).keys(keys());
    for provider in PROVIDERS {
        let served = (provider.serve)(&settings);
        for (script, key) in SCRIPTS {
            run_script(script, &served.url(), key, served.log_path(), 5);
        }
    }
}

/// The model behind the server says what the scripts order.
#[test]
fn the_official_sdks_of_every_vendor_work_unmodified() {
    let upstream = Upstream::start(model());
    let settings = Settings::of_policy(files::read("tests/testdata/streams/policy.yaml"));
    let settings = VENDORS.iter().fold(settings, |all, vendor| all.upstream(vendor, &upstream.url()));
    for provider in PROVIDERS {
        let served = (provider.serve)(&settings);
        for (script, cases, _) in ORDERING_SCRIPTS {
            run_script(script, &served.url(), "any key will do", served.log_path(), cases);
        }
    }
}

/// What the model says is what the vendors' own clients understand, so that the other suites mean something.
#[test]
fn the_official_sdks_understand_the_model_itself() {
    let upstream = Upstream::start(model());
    for (script, _, cases) in ORDERING_SCRIPTS.into_iter().filter(|(_, _, cases)| *cases > 0) {
        run_script(script, &upstream.url(), "any key will do", Path::new("-"), cases);
    }
}

/// Runs a script, which has so many cases; or says why it cannot be run.
fn run_script(script: &str, url: &str, key: &str, log: &Path, cases: usize) {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => {
            tell(&format!("skipped: {script}, {reason}"));
            return;
        }
    };
    let script = files::root().join("tests/clients").join(script);
    let arguments = [script.as_os_str(), OsStr::new(url), OsStr::new(key), log.as_os_str()];
    let mut command = Command::new(python);
    // Nobody but the gate is to be asked for anything, and nothing of this machine is to be used.
    command.args(arguments).env_remove("PYTHONPATH");
    command.envs([("AWS_EC2_METADATA_DISABLED", "true"), ("LANGSMITH_TRACING", "false")]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().for_each(|line| tell(&format!("{}: {line}", script.file_stem().unwrap().display())));
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().count(), cases, "one line for each case: {said}");
}

fn keys() -> String {
    let row = |((script, _), hash): (&(&str, &str), &&str)| format!("  - {{id: {script}, sha256: {hash}}}\n");
    format!("keys:\n{}", SCRIPTS.iter().zip(&HASHES).map(row).collect::<String>())
}

/// The Python of an environment that holds what the scripts need; it is made once.
fn python() -> Result<&'static Path, &'static str> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = || environment("clients-venv", "tests/clients/requirements.txt");
    PYTHON.get_or_init(|| Ok(made()?.join("bin/python"))).as_deref().map_err(String::as_str)
}
