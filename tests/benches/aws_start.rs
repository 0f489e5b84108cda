//! The cold start of the function that enforces on AWS Lambda: from the start of the process to its first poll of the
//! Runtime API, with the policy that `infra/aws` deploys, against a bare function (`tests/bare_function`) that holds a
//! client of Secrets Manager. Both are built by the same release profile, and started by turns. The floor asked for is 2
//! times. And the function's size, for which 6 MB zipped are asked: what `scripts/package aws` makes is smaller, since
//! `cargo lambda` builds it with `panic = "abort"`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use conformance::timing::{Readings, Table};
use conformance::{files, released};

/// How often each is started.
const STARTS: usize = 200;
/// What Lambda sets for a function.
const OF_LAMBDA: [(&str, &str); 7] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "gate"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "key-of-the-functions-role"),
    ("AWS_SESSION_TOKEN", "token-of-the-functions-role"),
];
/// Settings of the gate: one upstream with a credential, one that is signed for.
const OF_GATE: [(&str, &str); 3] = [
    ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com"),
    ("SALLYPORT_SECRET_OPENAI", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:openai-AbCdEf"),
    ("SALLYPORT_UPSTREAM_BEDROCK", "https://bedrock-runtime.eu-west-1.amazonaws.com"),
];
/// What keeps the bare function from reading certificates, which it does before its first poll and the gate beside it.
const WITHOUT_CERTIFICATES: [(&str, &str); 2] =
    [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/dev/null")];

fn main() {
    let bare = released::bare("bare_function", "bare-function");
    let gate = released::function("sallyport-aws", "sallyport-aws-enforce");
    let policy = files::root().join("infra/aws/policy/policy.yaml");
    let [mut bare_starts, mut poor_starts, mut gate_starts] = [const { Vec::new() }; 3];
    for _ in 0..STARTS {
        bare_starts.push(start(Command::new(&bare).env_clear()));
        poor_starts.push(start(Command::new(&bare).env_clear().envs(WITHOUT_CERTIFICATES)));
        let mut gate = Command::new(&gate);
        gate_starts.push(start(gate.env_clear().envs(OF_GATE).env("SALLYPORT_POLICY", &policy)));
    }
    let [bare_starts, poor_starts, gate_starts] = [bare_starts, poor_starts, gate_starts].map(Readings::of);
    for (times, of) in [(Readings::smallest as fn(&_) -> _, "smallest"), (Readings::median, "median")] {
        let against = |other| times(&gate_starts).as_secs_f64() / times(other).as_secs_f64();
        let (bare, poor) = (against(&bare_starts), against(&poor_starts));
        println!(
            "start to the first poll, by the {of} of {STARTS}: {bare:.2} times, without certificates {poor:.2}"
        );
    }
    let table = Table::default()
        .row("a bare function", bare_starts)
        .row("the same, where it finds no certificates", poor_starts)
        .row("sallyport-aws-enforce", gate_starts);
    println!("{table}");
    for program in [&bare, &gate] {
        println!("{}", released::sizes(program));
    }
}

/// Starts a function, and ends it when it has asked for its first event.
fn start(command: &mut Command) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a listener has an address").to_string();
    command.envs(OF_LAMBDA).env("AWS_LAMBDA_RUNTIME_API", address).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let child = command.spawn().expect("it starts");
    let (connection, _) = listener.accept().expect("it asks for its first event");
    let asked = BufReader::new(connection).lines().next().and_then(Result::ok).unwrap_or_default();
    let took = began.elapsed();
    released::end(child);
    assert_eq!(asked, "GET /2018-06-01/runtime/invocation/next HTTP/1.1");
    took
}
