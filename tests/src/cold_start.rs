//! The cold start of a service that listens on a port which its platform names: from the start of the process to the open
//! port, to the first 200, and to the first answered call. For benches; a bare handler is started by turns with it, so that
//! what disturbs the one disturbs the other.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::Request;
use crate::released;
use crate::timing::{Readings, Table};

/// How often each is started.
const STARTS: usize = 200;
/// How long to wait after a refused connection, so that the program has the processor.
const BETWEEN: Duration = Duration::from_micros(50);
/// Where they listen: below the ports that systems give to who connects, for a probe from the port that it is for would
/// reach itself.
const PORTS: Range<u16> = 17_000..30_000;
const CALL: &str = r#"{"model": "m", "messages": [{"role": "user", "content": "Hello"}]}"#;

/// What a model answers to the first call.
pub const ANSWER: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;

/// What is measured.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The program that was built for release.
    pub program: &'a Path,
    /// Its name in what is printed.
    pub name: &'a str,
    /// Brings in its settings.
    pub set_up: &'a dyn Fn(&mut Command),
}

/// How it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// The variable by which the platform names the port.
    pub port: &'a str,
    /// What the platform asks for first.
    pub path: &'a str,
    /// Headers that the platform adds to a call.
    pub headers: &'a [(&'a str, &'a str)],
}

/// One start.
struct Start {
    open: Duration,
    probed: Duration,
    called: Duration,
}

/// What of a start is told.
type Part = fn(&Start) -> Duration;

/// Starts a bare handler and a service by turns, and prints what came of it.
///
/// # Panics
/// When one of them does not start, or does not answer with 200.
pub fn compare(bare: Subject<'_>, service: Subject<'_>, probe: Probe<'_>) {
    let mut ports = PORTS.filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    let mut address = || SocketAddr::from((Ipv4Addr::LOCALHOST, ports.next().expect("a free port")));
    let starts = |_| [bare, service].map(|subject| subject.start(address(), probe));
    let (bares, services): (Vec<_>, Vec<_>) =
        (0..STARTS).map(starts).map(|[one, other]| (one, other)).unzip();
    let parts: [(&str, Part); 3] = [
        ("to the open port", |start| start.open),
        ("to the probe's 200", |start| start.probed),
        ("to the first call's 200", |start| start.called),
    ];
    let mut table = Table::default();
    for (what, part) in parts {
        let [one, other] = [&bares, &services].map(|all| Readings::of(all.iter().map(part).collect()));
        for (times, of) in [(Readings::smallest as fn(&_) -> _, "smallest"), (Readings::median, "median")] {
            let ratio = times(&other).as_secs_f64() / times(&one).as_secs_f64();
            println!("{what}, by the {of} of {STARTS}: {ratio:.2} times");
        }
        table = table
            .row(&format!("{}, {what}", bare.name), one)
            .row(&format!("{}, the same", service.name), other);
    }
    println!("{table}");
    for subject in [bare, service] {
        println!("{}", released::sizes(subject.program));
    }
}

impl Subject<'_> {
    fn start(self, address: SocketAddr, probe: Probe<'_>) -> Start {
        let mut command = Command::new(self.program);
        command.env_clear();
        (self.set_up)(&mut command);
        command.env(probe.port, address.port().to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let child = command.spawn().expect("it starts");
        let mut platform = connection(address, began);
        let open = began.elapsed();
        let asked = format!("GET {} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", probe.path);
        platform.write_all(asked.as_bytes()).expect("the probe can be sent");
        let mut head = [0; 12];
        platform.read_exact(&mut head).expect("the probe is answered");
        let probed = began.elapsed();
        assert_eq!(&head, b"HTTP/1.1 200", "{}", self.name);
        let call = Request::post("/v1/chat/completions", CALL);
        let call = probe.headers.iter().fold(call, |call, (name, value)| call.with(name, value));
        let answer = call.send(address);
        let called = began.elapsed();
        assert_eq!(answer.status, 200, "{}: {}", self.name, answer.text());
        released::end(child);
        Start { open, probed, called }
    }
}

/// A connection as soon as there can be one.
fn connection(to: SocketAddr, began: Instant) -> TcpStream {
    loop {
        match TcpStream::connect(to) {
            Ok(connection) => return connection,
            Err(refused) if refused.kind() == ErrorKind::ConnectionRefused => std::thread::sleep(BETWEEN),
            Err(other) => panic!("the probe cannot be sent: {other}"),
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it does not listen");
    }
}
