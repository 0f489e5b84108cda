//! From the start of the process to the first answered call: `sallyport serve` against a bare hyper server,
//! which is this program started with `--bare`. The smallest of 25 starts counts; the floor asked for is 3
//! times. And the size of the stripped program, for which 12 MB are asked.

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use conformance::http::Request;
use conformance::program;
use conformance::timing::{Readings, Table};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

/// How often each is started.
const STARTS: usize = 25;

fn main() {
    if std::env::args().any(|word| word == "--bare") {
        serve_bare();
    }
    let own = std::env::current_exe().expect("a running program has a path");
    let program = program::path();
    let (mut bare, mut full) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        bare.push(start(Command::new(&own).arg("--bare")));
        full.push(start(Command::new(program).args(["serve", "--listen", "127.0.0.1:0"])));
    }
    let (bare, full) = (Readings::of(bare), Readings::of(full));
    let ratio = full.smallest().as_secs_f64() / bare.smallest().as_secs_f64();
    let table = Table::default().row("a bare hyper server", bare).row("sallyport serve", full);
    println!("start to the first answered call: {ratio:.2} times, by the smallest of {STARTS}\n{table}");
    println!("sallyport: {:.2} MB as built, stripped as the release profile does it", megabytes(program));
}

fn megabytes(path: &Path) -> f64 {
    let bytes = std::fs::metadata(path).expect("the built program is there").len();
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}

/// Starts a server and calls it as soon as it has told its address on standard error.
fn start(command: &mut Command) -> Duration {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let address = told_address(&mut child);
    let body = r#"{"model": "echo-1", "max_tokens": 10, "messages": [{"role": "user", "content": "Hello"}]}"#;
    let answer = Request::post("/v1/chat/completions", body).send(address);
    let took = began.elapsed();
    assert_eq!(answer.status, 200, "the first call is answered");
    let _ = child.kill();
    let _ = child.wait();
    took
}

fn told_address(child: &mut Child) -> SocketAddr {
    let lines = BufReader::new(child.stderr.take().expect("its standard error is ours")).lines();
    let told =
        |line: String| line.split_once("serves on http://").and_then(|(_, rest)| rest.trim().parse().ok());
    lines.map_while(Result::ok).find_map(told).expect("it tells its address")
}

fn serve_bare() -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        eprintln!("bare serves on http://{}", listener.local_addr().expect("a bound socket has an address"));
        loop {
            let (socket, _) = listener.accept().await.expect("a connection");
            let service = service_fn(|_| std::future::ready(Ok::<_, Infallible>(answer())));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(socket), service)
                .await;
        }
    })
}

fn answer() -> hyper::Response<Full<Bytes>> {
    hyper::Response::new(Full::new(Bytes::from_static(b"{\"choices\": []}")))
}
