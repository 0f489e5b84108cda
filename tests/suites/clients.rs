//! The official SDKs, unmodified, against the running server. Their Python environment is made once, in the
//! target folder, from `tests/clients/requirements.txt`; where that cannot be done the scripts are skipped,
//! and a line says why.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use conformance::files;
use conformance::model::model;
use conformance::providers::PROVIDERS;
use conformance::python::{environment, tell};
use conformance::served::{Served, Settings};
use conformance::upstream::Upstream;
use serde_json::json;

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

/// Every script through every provider. The model behind them says what the scripts order, and is tried alone, too: what
/// it says is what the vendors' own clients understand, so that the other suites mean something.
#[test]
fn the_official_sdks_work_unmodified() {
    let upstream = Upstream::start(model());
    let keyed = Settings::of_policy(files::read("tests/testdata/clients.yaml")).keys(keys());
    let ordering = Settings::of_policy(files::read("tests/testdata/streams/policy.yaml"));
    let ordering = VENDORS.iter().fold(ordering, |all, vendor| all.upstream(vendor, &upstream.url()));
    let doors = |settings| PROVIDERS.iter().map(|provider| (provider.serve)(settings)).collect::<Vec<_>>();
    let (keyed, ordering) = (doors(&keyed), doors(&ordering));
    let of_keys =
        keyed.iter().flat_map(|served| SCRIPTS.map(|(script, key)| Run::through(served, script, key, 5)));
    let of_orders = ordering.iter().flat_map(|served| {
        ORDERING_SCRIPTS.map(|(script, cases, _)| Run::through(served, script, ANY_KEY, cases))
    });
    let of_model = ORDERING_SCRIPTS.into_iter().filter(|(_, _, cases)| *cases > 0);
    let of_model = of_model.map(|(script, _, cases)| Run {
        script,
        url: upstream.url(),
        key: ANY_KEY,
        log: Path::new("-"),
        cases,
    });
    run_scripts(&of_keys.chain(of_orders).chain(of_model).collect::<Vec<_>>());
}

const ANY_KEY: &str = "any key will do";

/// A script, what it calls, and how many cases it has.
struct Run<'a> {
    script: &'static str,
    url: String,
    key: &'static str,
    /// The decision log; `-` where there is none.
    log: &'a Path,
    cases: usize,
}

impl<'a> Run<'a> {
    fn through(served: &'a Served, script: &'static str, key: &'static str, cases: usize) -> Self {
        Self { script, url: served.url(), key, log: served.live_log(), cases }
    }
}

/// Runs scripts, or says why they cannot be run.
fn run_scripts(runs: &[Run<'_>]) {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return tell(&format!("skipped: the SDKs, {reason}")),
    };
    let jobs: Vec<_> = runs.iter().map(|run| json!([run.script, run.url, run.key, run.log])).collect();
    let mut command = Command::new(python);
    // Nobody but the gate is to be asked for anything, and nothing of this machine is to be used.
    command.arg(files::root().join("tests/clients/each.py")).env_remove("PYTHONPATH");
    command.envs([("AWS_EC2_METADATA_DISABLED", "true"), ("LANGSMITH_TRACING", "false")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut all = command.spawn().unwrap();
    all.stdin.take().unwrap().write_all(json!(jobs).to_string().as_bytes()).unwrap();
    let output = all.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let came: Vec<(i32, String)> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(came.len(), runs.len(), "each has run");
    for (run, (status, said)) in runs.iter().zip(&came) {
        assert_eq!(*status, 0, "{} through {}: {said}", run.script, run.url);
        let passed: Vec<_> = said.lines().filter(|line| line.starts_with("ok: ")).collect();
        passed.iter().for_each(|line| tell(&format!("{}: {line}", run.script.trim_end_matches(".py"))));
        assert_eq!(passed.len(), run.cases, "one line for each case of {}: {said}", run.script);
    }
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
