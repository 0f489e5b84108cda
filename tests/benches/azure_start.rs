//! The cold start of the function that enforces on Azure Functions: from the start of the process to the first 200 of the
//! host's probe (`GET /`), and to that of the first call that goes through the gate, with the policy that `infra/azure`
//! deploys, against a bare handler (`tests/bare_handler`) that says hello. Both are built by the same release profile, and
//! started by turns. The floor asked for is 2 times. And the function's size.
//!
//! The host itself asks every 25 ms; here the probe comes again as soon as it was refused.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use conformance::http::Request;
use conformance::timing::{Readings, Table};
use conformance::upstream::{Script, Upstream};
use conformance::{files, released};

/// How often each is started.
const STARTS: usize = 200;
/// How long to wait after a refused probe, so that the program has the processor.
const BETWEEN: Duration = Duration::from_micros(50);
/// Where they listen: below the ports that systems give to who connects, for a probe from the port that it is for would
/// reach itself.
const PORTS: Range<u16> = 17_000..30_000;
/// What the platform sets, and the settings of the gate: a vault with one upstream's credential, and an upstream that is
/// called as the function itself. Both are called over TLS, so that certificates are read.
const OF_GATE: [(&str, &str); 8] = [
    ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"),
    ("IDENTITY_HEADER", "proof-of-the-function"),
    ("AZURE_CLIENT_ID", "3f1f5f5e-7d5c-4d0e-9c4f-000000000000"),
    ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
    ("SALLYPORT_UPSTREAM_AZURE_OPENAI", "https://name.openai.azure.com"),
    ("SALLYPORT_UPSTREAM_ANTHROPIC", "https://api.anthropic.com"),
    ("SALLYPORT_SECRET_ANTHROPIC", "anthropic"),
    ("SALLYPORT_VAULT_URL", "https://name.vault.azure.net"),
];
const CALL: &str = r#"{"model": "m", "messages": [{"role": "user", "content": "Hello"}]}"#;
const ANSWER: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;

fn main() {
    let bare = released::bare("bare_handler", "bare-handler");
    let gate = released::function("sallyport-azure", "sallyport-azure-enforce");
    let policy = files::root().join("infra/azure/policy/policy.yaml");
    let upstream = Upstream::start(Script::json(ANSWER));
    let [mut bare_starts, mut bare_calls, mut gate_starts, mut gate_calls] = [const { Vec::new() }; 4];
    let mut ports = PORTS.filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    let mut address = || SocketAddr::from((Ipv4Addr::LOCALHOST, ports.next().expect("a free port")));
    for _ in 0..STARTS {
        let (probed, called) = start(Command::new(&bare).env_clear(), address());
        bare_starts.push(probed);
        bare_calls.push(called);
        let mut gate = Command::new(&gate);
        gate.env_clear().envs(OF_GATE).env("SALLYPORT_POLICY", &policy);
        gate.env("SALLYPORT_UPSTREAM_OPENAI", upstream.url());
        let (probed, called) = start(&mut gate, address());
        gate_starts.push(probed);
        gate_calls.push(called);
    }
    let [bare_starts, bare_calls, gate_starts, gate_calls] =
        [bare_starts, bare_calls, gate_starts, gate_calls].map(Readings::of);
    for (times, of) in [(Readings::smallest as fn(&_) -> _, "smallest"), (Readings::median, "median")] {
        let against = |one, other| times(one).as_secs_f64() / times(other).as_secs_f64();
        let (probed, called) = (against(&gate_starts, &bare_starts), against(&gate_calls, &bare_calls));
        println!(
            "by the {of} of {STARTS}: to the probe's 200 {probed:.2} times, to the first call's {called:.2}"
        );
    }
    let table = Table::default()
        .row("a bare handler, to the probe's 200", bare_starts)
        .row("sallyport-azure-enforce, the same", gate_starts)
        .row("a bare handler, to the first call's", bare_calls)
        .row("sallyport-azure-enforce, the same", gate_calls);
    println!("{table}");
    for program in [&bare, &gate] {
        println!("{}", released::sizes(program));
    }
}

/// Starts a handler, and tells when it has answered the probe and when the first call.
fn start(command: &mut Command, address: SocketAddr) -> (Duration, Duration) {
    command.env("FUNCTIONS_CUSTOMHANDLER_PORT", address.port().to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let child = command.spawn().expect("it starts");
    let mut host = loop {
        match TcpStream::connect(address) {
            Ok(host) => break host,
            Err(refused) if refused.kind() == ErrorKind::ConnectionRefused => std::thread::sleep(BETWEEN),
            Err(other) => panic!("the probe cannot be sent: {other}"),
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it does not listen");
    };
    host.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").expect("the probe can be sent");
    let mut head = [0; 12];
    host.read_exact(&mut head).expect("the probe is answered");
    let probed = began.elapsed();
    assert_eq!(&head, b"HTTP/1.1 200");
    let call = Request::post("/v1/chat/completions", CALL).with("x-ms-invocation-id", "i-1");
    let answer = call.send(address);
    let called = began.elapsed();
    assert_eq!(answer.status, 200, "{}", answer.text());
    released::end(child);
    (probed, called)
}
