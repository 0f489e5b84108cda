//! The server over real sockets, byte by byte.

use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::Full;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::*;

/// Says what came in. `/wait` never answers, `/panic` panics, `/flood` answers with more than a socket holds.
#[derive(Default)]
struct Mirror {
    waiting: Notify,
    left: Notify,
    calls: AtomicUsize,
}

struct Leaving<'a>(&'a Notify);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl Service for Arc<Mirror> {
    type Body = Full<Bytes>;

    async fn call(&self, request: http::Request<Ingress>, _: SocketAddr) -> http::Response<Full<Bytes>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let said = match (request.uri().path(), request.body()) {
            ("/panic", _) => panic!("the handler's own fault"),
            ("/wait", _) => {
                let _leaving = Leaving(&self.left);
                self.waiting.notify_one();
                std::future::pending().await
            }
            ("/flood", _) => "x".repeat(32 * 1024 * 1024),
            (_, Ingress::Broken) => "broken".to_owned(),
            (_, Ingress::TooLarge) => "too large".to_owned(),
            (_, Ingress::Whole(body)) => format!("{} {}", request.method(), String::from_utf8_lossy(body)),
        };
        http::Response::new(Full::new(Bytes::from(said)))
    }
}

struct Running {
    address: SocketAddr,
    mirror: Arc<Mirror>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<usize>,
}

#[expect(clippy::disallowed_methods, reason = "the test is the program here")]
async fn start(settings: Settings) -> Running {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address();
    let mirror = Arc::new(Mirror::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let service = Arc::clone(&mirror);
    let served = tokio::spawn(serve(listener, settings, service, async { drop(stopped.await) }));
    Running { address, mirror, stop, served }
}

fn small() -> Settings {
    Settings { body_cap: 1000, max_header_bytes: 2000, max_headers: 10, ..Settings::default() }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads until the server closes.
    async fn exchange(&self, sent: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(sent).await.unwrap();
        read_all(&mut stream).await
    }
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    // A reset after the answer is an end as well.
    let _ = stream.read_to_end(&mut received).await;
    String::from_utf8_lossy(&received).into_owned()
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains(end) {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).await.unwrap(), 1, "{}", String::from_utf8_lossy(&received));
        received.extend(byte);
    }
    String::from_utf8_lossy(&received).into_owned()
}

fn close(request: &str) -> Vec<u8> {
    request.replacen("\r\n", "\r\nhost: here\r\nconnection: close\r\n", 1).into_bytes()
}

#[tokio::test]
async fn each_request_is_told_apart() {
    let long = format!("GET / HTTP/1.1\r\nlong: {}\r\n\r\n", "x".repeat(4000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(20));
    let brim = format!("POST / HTTP/1.1\r\ncontent-length: 1000\r\n\r\n{}", "y".repeat(1000));
    let over = format!("POST / HTTP/1.1\r\ncontent-length: 1001\r\n\r\n{}", "y".repeat(1001));
    let chunk = format!("1f4\r\n{}\r\n", "z".repeat(500));
    let chunks = format!("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(3));
    let rows: &[(&str, &str, &str, &str)] = &[
        ("no body", "GET / HTTP/1.1\r\n\r\n", "200", "GET "),
        ("an odd method", "PURGE /x HTTP/1.1\r\n\r\n", "200", "PURGE "),
        ("a body", "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi", "200", "POST hi"),
        (
            "chunks",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            "200",
            "POST hi",
        ),
        ("a body up to the cap", &brim, "200", "yyy"),
        ("a body over the cap", &over, "200", "too large"),
        ("chunks over the cap", &chunks, "200", "too large"),
        ("broken chunks", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxx\r\n", "200", "broken"),
        ("a header too long", &long, "431", ""),
        ("too many headers", &many, "431", ""),
        ("no HTTP at all", "hello\r\n\r\n", "400", ""),
        ("two lengths", "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nhi", "400", ""),
    ];
    let server = start(small()).await;
    for (name, sent, status, said) in rows {
        let received = server.exchange(&close(sent)).await;
        assert!(received.starts_with(&format!("HTTP/1.1 {status}")), "{name}: {received}");
        assert!(received.contains(said), "{name}: {received}");
    }
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let server = start(small()).await;
    let received = server.exchange(&close("HEAD / HTTP/1.1\r\n\r\n")).await;
    assert!(received.starts_with("HTTP/1.1 200") && received.ends_with("\r\n\r\n"), "{received}");
}

#[tokio::test]
async fn a_connection_carries_several_calls() {
    let server = start(small()).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\nhi").await.unwrap();
        read_until(&mut stream, "POST hi").await;
    }
}

#[tokio::test]
async fn who_asks_before_sending_is_told_to_send() {
    let server = start(small()).await;
    let mut stream = server.connect().await;
    let asked = b"POST / HTTP/1.1\r\nhost: here\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    read_until(&mut stream, "100 Continue\r\n\r\n").await;
    stream.write_all(b"hi").await.unwrap();
    read_until(&mut stream, "POST hi").await;
}

#[tokio::test]
async fn who_asks_before_sending_too_much_is_told_not_to() {
    let server = start(small()).await;
    let asked = b"POST / HTTP/1.1\r\nhost: here\r\nexpect: 100-continue\r\ncontent-length: 5000\r\n\r\n";
    let received = server.exchange(asked).await;
    assert!(received.starts_with("HTTP/1.1 200") && received.contains("too large"), "{received}");
}

#[tokio::test]
async fn an_uploader_in_full_flow_still_gets_the_answer() {
    // More than two sockets hold between them, and within what is thrown away for a cap of 1 MiB.
    let server = start(Settings { body_cap: 1024 * 1024, ..small() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 12000000\r\n\r\n").await.unwrap();
    stream.write_all(&vec![b'y'; 12_000_000]).await.unwrap();
    read_until(&mut stream, "too large").await;
    // All of it was read, so the connection goes on.
    stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    read_until(&mut stream, "GET ").await;
}

#[tokio::test]
async fn an_endless_upload_is_cut() {
    let server = start(small()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 99999999\r\n\r\n").await.unwrap();
    while stream.write_all(&[b'y'; 1000]).await.is_ok() {}
}

#[tokio::test]
async fn slow_senders_are_cut() {
    let short = Duration::from_millis(60);
    let settings = Settings { header_timeout: short, body_timeout: short, ..small() };
    let server = start(settings).await;
    let mut waiting = Vec::new();
    for sent in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: he", "GET / HTTP/1.1\r\nhost: here\r\n\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    for mut stream in waiting {
        read_all(&mut stream).await;
    }
    let received = server.exchange(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\nslow").await;
    assert!(received.contains("broken"), "{received}");
}

#[tokio::test]
async fn who_takes_no_answer_is_cut() {
    let settings = Settings { write_timeout: Duration::from_millis(60), max_connections: 1, ..small() };
    let server = start(settings).await;
    let mut deaf = server.connect().await;
    deaf.write_all(b"GET /flood HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    // The only slot is free again when the deaf one has been cut.
    let received = server.exchange(&close("GET / HTTP/1.1\r\n\r\n")).await;
    assert!(received.starts_with("HTTP/1.1 200"), "{received}");
}

#[tokio::test]
async fn callers_over_the_limit_wait_their_turn() {
    let server = start(Settings { max_connections: 2, ..small() }).await;
    let (first, second) = (server.connect().await, server.connect().await);
    let mut third = server.connect().await;
    third.write_all(&close("GET / HTTP/1.1\r\n\r\n")).await.unwrap();
    drop((first, second));
    assert!(read_all(&mut third).await.contains("GET "));
}

#[tokio::test]
async fn a_caller_who_leaves_ends_the_call() {
    let server = start(small()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /wait HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    server.mirror.waiting.notified().await;
    drop(stream);
    server.mirror.left.notified().await;
}

#[tokio::test]
async fn a_panic_closes_one_connection_only() {
    let server = start(small()).await;
    let mut other = server.connect().await;
    assert_eq!(server.exchange(b"GET /panic HTTP/1.1\r\nhost: here\r\n\r\n").await, "");
    other.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    read_until(&mut other, "GET ").await;
}

#[tokio::test]
async fn a_shutdown_lets_idle_connections_go_and_ends() {
    let server = start(small()).await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    read_until(&mut idle, "GET ").await;
    server.stop.send(()).unwrap();
    assert_eq!(read_all(&mut idle).await, "");
    assert_eq!(server.served.await.unwrap(), 0);
    assert!(TcpStream::connect(server.address).await.is_err(), "the port is free again");
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_under_way() {
    let server = start(small()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: here\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, "100 Continue").await;
    server.stop.send(()).unwrap();
    stream.write_all(b"hi").await.unwrap();
    let received = read_all(&mut stream).await;
    assert!(received.contains("POST hi"), "{received}");
    assert_eq!(server.served.await.unwrap(), 0);
}

#[tokio::test]
async fn a_shutdown_cuts_what_takes_too_long() {
    let server = start(Settings { drain_timeout: Duration::from_millis(60), ..small() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /wait HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    server.mirror.waiting.notified().await;
    server.stop.send(()).unwrap();
    assert_eq!(server.served.await.unwrap(), 1);
    server.mirror.left.notified().await;
    assert_eq!(server.mirror.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_taken_port_is_said_to_be_taken() {
    let first = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let second = Listener::bind(first.address()).await.unwrap_err();
    assert_eq!(second.to_string(), format!("`{}` is in use by another program", first.address()));
    let elsewhere = Listener::bind("192.0.2.1:80".parse().unwrap()).await.unwrap_err();
    assert_eq!(elsewhere.to_string(), "`192.0.2.1:80` is not an address of this machine");
}
