//! What is added to a streamed answer: the time to its first delivered byte, and to its last, through `sallyport
//! serve` with the example policy and through a bare hyper proxy (this program, started with `--bare`), against the
//! same upstream called directly. The upstream sends a hundred events of about 20 bytes of text at once. The floor
//! asked for is that the first byte takes at most 1.5 times what the bare proxy adds.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use conformance::files;
use conformance::program;
use conformance::timing::{Readings, Table};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};

/// How many calls count, of each of the three.
const CALLS: usize = 1_000;

/// How many events the upstream sends.
const EVENTS: usize = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, rest @ ..] = arguments.as_slice() {
        match (word.as_str(), rest.first()) {
            ("--upstream", _) => serve(|_| async { Ok(scripted()) }),
            ("--bare", Some(upstream)) => serve_bare(upstream),
            _ => {}
        }
    }
    let own = std::env::current_exe().expect("a running program has a path");
    let mut upstream = Started::of(Command::new(&own).arg("--upstream"));
    let mut bare = Started::of(Command::new(&own).args(["--bare", &upstream.address.to_string()]));
    let folder = tempfile::tempdir().expect("a folder can be made");
    let policy = folder.path().join("policy.yaml");
    std::fs::write(&policy, policy_without_limits()).expect("the policy can be written");
    let mut full = Started::of(
        Command::new(program::path())
            .args(["serve", "--listen", "127.0.0.1:0", "--upstream"])
            .arg(format!("openai=http://{}", upstream.address))
            .arg("--policy")
            .arg(&policy),
    );
    let mut readings = [(); 3].map(|()| (Vec::new(), Vec::new()));
    for call in 0..CALLS + CALLS / 10 {
        for (started, (first, last)) in [&mut upstream, &mut bare, &mut full].into_iter().zip(&mut readings) {
            let (to_first, to_last) = started.call();
            if call >= CALLS / 10 {
                first.push(to_first);
                last.push(to_last);
            }
        }
    }
    let [direct, bare, full] = readings.map(|(first, last)| (Readings::of(first), Readings::of(last)));
    report("first delivered byte", direct.0, bare.0, full.0);
    report("last byte of 100 events", direct.1, bare.1, full.1);
}

fn report(what: &str, direct: Readings, bare: Readings, full: Readings) {
    let added = |readings: &Readings| {
        readings.median().saturating_sub(direct.median()).as_secs_f64().max(f64::MIN_POSITIVE)
    };
    let (by_bare, by_us) = (added(&bare), added(&full));
    println!(
        "{what}: a bare proxy adds {:.0} us, we add {:.0} us: {:.2} times\n{}",
        by_bare * 1e6,
        by_us * 1e6,
        by_us / by_bare,
        Table::default()
            .row("the upstream directly", direct)
            .row("through a bare hyper proxy", bare)
            .row("through sallyport serve", full)
    );
}

/// The example policy, with limits that a bench does not reach.
fn policy_without_limits() -> String {
    let example = files::read("functions/local/src/example.yaml");
    let changed = example.replace("limit: 30 per minute", "limit: 1000000 per minute");
    assert_ne!(changed, example, "the example limits calls per minute");
    changed.replace("limit: 1000000 tokens per day", "limit: 1000000000 tokens per day")
}

/// A server that was started, and a connection to it.
struct Started {
    child: Child,
    address: SocketAddr,
    connection: TcpStream,
}

impl Started {
    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its standard error is ours")).lines();
        let told = |line: String| {
            line.split_once("serves on http://").and_then(|(_, rest)| rest.trim().parse().ok())
        };
        let address: SocketAddr =
            lines.by_ref().map_while(Result::ok).find_map(told).expect("it tells its address");
        std::thread::spawn(move || lines.for_each(drop));
        let connection = TcpStream::connect(address).expect("it listens");
        connection.set_nodelay(true).expect("a socket can be told not to wait");
        Self { child, address, connection }
    }

    /// The time to the first byte of the answer's body, and to the last.
    fn call(&mut self) -> (Duration, Duration) {
        let body = r#"{"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}"#;
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let began = Instant::now();
        self.connection.write_all(request.as_bytes()).expect("a request can be sent");
        let mut answer = Vec::new();
        let mut first = None;
        let mut piece = [0; 1 << 16];
        loop {
            let length = self.connection.read(&mut piece).expect("an answer can be read");
            assert!(length > 0, "it answers: {}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(piece.get(..length).unwrap_or_default());
            if first.is_none() && find(&answer, b"data: ") {
                first = Some(began.elapsed());
            }
            if answer.ends_with(b"0\r\n\r\n") {
                return (first.expect("it says something"), began.elapsed());
            }
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

type Pieces = http_body_util::combinators::BoxBody<Bytes, hyper::Error>;

/// An answer in a hundred events.
fn scripted() -> Response<Pieces> {
    let words =
        ["The ferry leaves at ", "nine from the north ", "pier and takes forty ", "minutes to the isle. "];
    let event = |delta: serde_json::Value, end: Option<&str>| {
        let choice = serde_json::json!({"index": 0, "delta": delta, "finish_reason": end});
        let chunk = serde_json::json!({
            "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice],
        });
        format!("data: {chunk}\n\n")
    };
    let role = event(serde_json::json!({"role": "assistant", "content": ""}), None);
    let texts =
        words.iter().cycle().take(EVENTS).map(|text| event(serde_json::json!({"content": text}), None));
    let end = event(serde_json::json!({}), Some("stop"));
    let events = std::iter::once(role).chain(texts).chain([end, "data: [DONE]\n\n".to_owned()]);
    let frames = events.map(|event| Ok(Frame::data(Bytes::from(event)))).collect::<Vec<_>>();
    let body = StreamBody::new(futures_util::stream::iter(frames));
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(BodyExt::boxed(body))
        .expect("an answer")
}

fn serve_bare(upstream: &str) -> ! {
    let upstream = upstream.to_owned();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    serve(move |request: Request<Incoming>| {
        let (client, upstream) = (client.clone(), upstream.clone());
        async move {
            let (mut head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            head.uri = Uri::builder()
                .scheme("http")
                .authority(upstream)
                .path_and_query(head.uri.path())
                .build()
                .expect("a URL");
            let answer = client.request(Request::from_parts(head, Full::new(body))).await;
            Ok(answer.expect("the upstream answers").map(BodyExt::boxed))
        }
    })
}

fn serve<F, R>(answer: F) -> !
where
    F: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Response<Pieces>, hyper::Error>> + Send,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        eprintln!("it serves on http://{}", listener.local_addr().expect("a bound socket has an address"));
        loop {
            let (socket, _) = listener.accept().await.expect("a connection");
            socket.set_nodelay(true).expect("a socket can be told not to wait");
            let answer = answer.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let answered = answer(request);
                    async move { Ok::<_, Infallible>(answered.await.expect("it can be answered")) }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service)
                    .await;
            });
        }
    })
}
