//! One process of the function, and the Runtime API that it asks for its next event and tells its answers.

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant as Moment, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::{Function, answer, locked};
use crate::http::{read_body, read_chunk, read_head};

/// How long a process may take to ask for its first event.
const PATIENCE: Duration = Duration::from_secs(60);
/// The trace that every invocation belongs to.
pub const TRACE: &str = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
/// What Lambda's own runtime library writes into a body when an answer's stream fails.
const ERROR_TEXT: &[u8] = b"Lambda-Runtime-Function-Error-";

/// A part of an answer, in its order.
#[derive(Debug)]
pub(super) enum Piece {
    /// The status and the headers.
    Head(u16, Vec<(String, String)>),
    /// Some of the body.
    Body(Vec<u8>),
    /// The end of the body.
    End,
    /// There is no answer.
    Failed,
}

/// An event on its way to a process.
#[derive(Debug)]
pub(super) struct Invocation {
    event: String,
    /// Takes no more than a piece that nobody has read.
    pieces: SyncSender<Piece>,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It answers an event.
    Busy,
    /// It starts, or has answered, and will ask for an event.
    Ready,
    /// It waits for an event.
    Waiting,
}

/// One process of the function.
#[derive(Debug)]
pub(super) struct Instance {
    function: Weak<Function>,
    child: Mutex<Child>,
    state: Mutex<State>,
    changed: Condvar,
    given: SyncSender<Invocation>,
    taken: Mutex<Receiver<Invocation>>,
    /// Where the pieces of the answer to the event at hand go.
    current: Mutex<Option<SyncSender<Piece>>>,
}

impl Invocation {
    pub(super) fn new(event: String) -> (Self, Receiver<Piece>) {
        let (sender, pieces) = sync_channel(0);
        (Self { event, pieces: sender }, pieces)
    }
}

impl Instance {
    pub(super) fn start(function: &Arc<Function>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (given, taken) = sync_channel(1);
        let own = Arc::new(Self {
            function: Arc::downgrade(function),
            child: Mutex::new(function.start_process(&address.to_string())),
            state: Mutex::new(State::Ready),
            changed: Condvar::new(),
            given,
            taken: Mutex::new(taken),
            current: Mutex::default(),
        });
        let serving = Arc::clone(&own);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let own = Arc::clone(&serving);
                std::thread::spawn(move || own.serve(connection));
            }
        });
        own
    }

    pub(super) fn wait_until_idle(&self) {
        let start = Moment::now();
        let mut state = locked(&self.state);
        while *state != State::Waiting {
            let ended = locked(&self.child).try_wait().ok().flatten();
            assert!(ended.is_none(), "the function ended at its start: {ended:?}{}", self.stderr());
            assert!(start.elapsed() < PATIENCE, "the function did not ask for an event within a minute");
            let wait = self.changed.wait_timeout(state, Duration::from_millis(20));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until it has answered, where it is answering.
    pub(super) fn wait_until_free(&self) {
        let mut state = locked(&self.state);
        while *state == State::Busy {
            let wait = self.changed.wait_timeout(state, Duration::from_millis(20));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether it is free; it is not afterwards.
    pub(super) fn take(&self) -> bool {
        let mut state = locked(&self.state);
        let free = *state != State::Busy;
        *state = State::Busy;
        free
    }

    pub(super) fn give(&self, invocation: Invocation) {
        self.given.send(invocation).expect("a process that is free takes an event");
    }

    pub(super) fn kill(&self) {
        let mut child = locked(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }

    fn stderr(&self) -> String {
        let path = self.function.upgrade().map(|function| function.folder.join("stderr"));
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        format!("\n{}", text.unwrap_or_default())
    }

    fn longest(&self) -> Duration {
        self.function.upgrade().map(|function| function.longest).unwrap_or_default()
    }

    fn gather_records(&self) {
        if let Some(function) = self.function.upgrade() {
            function.gather_records();
        }
    }

    fn fault(&self, fault: String) {
        if let Some(function) = self.function.upgrade() {
            function.fault(fault);
        }
    }

    /// The Runtime API on one connection.
    fn serve(&self, mut connection: TcpStream) {
        let _ = connection.set_nodelay(true);
        let mut from = BufReader::new(connection.try_clone().expect("a socket can be shared"));
        while let Some((first, headers)) = read_head(&mut from) {
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let done = match path.rsplit('/').next() {
                Some("next") => self.next(&mut connection),
                Some("response") => {
                    self.response(&mut from, &mut connection, &headers);
                    answer(&mut connection, "202 Accepted", "", "")
                }
                _ => {
                    let told = String::from_utf8_lossy(&read_body(&mut from, &headers, false)).into_owned();
                    self.error(&path, &told);
                    answer(&mut connection, "202 Accepted", "", "")
                }
            };
            if done.is_err() {
                break;
            }
        }
        // Whoever waits for an answer on a connection that is gone waits in vain.
        self.give_up();
    }

    fn give_up(&self) {
        let mut pieces = locked(&self.current).take();
        self.end(Piece::Failed, &mut pieces);
    }

    fn next(&self, connection: &mut TcpStream) -> std::io::Result<()> {
        {
            let mut state = locked(&self.state);
            if *state == State::Ready {
                *state = State::Waiting;
            }
            self.changed.notify_all();
        }
        let Ok(invocation) = locked(&self.taken).recv() else { return Err(std::io::ErrorKind::Other.into()) };
        *locked(&self.current) = Some(invocation.pieces);
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + self.longest();
        let headers = format!(
            "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             lambda-runtime-deadline-ms: {}\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:111122223333:function:gate\r\n\
             lambda-runtime-trace-id: {TRACE}\r\n\
             content-type: application/json\r\n",
            deadline.as_millis()
        );
        answer(connection, "200 OK", &headers, &invocation.event)
    }

    /// Reads an answer and hands it on as it comes.
    fn response(&self, from: &mut BufReader<TcpStream>, to: &mut TcpStream, headers: &[(String, String)]) {
        let mut pieces = locked(&self.current).take();
        let mode = headers.iter().find(|(name, _)| name == "lambda-runtime-function-response-mode");
        if mode.is_none_or(|(_, mode)| mode != "streaming") {
            self.fault("an answer is not streamed".to_owned());
        }
        let mut unread = Vec::new();
        let mut headed = false;
        let mut tail = Vec::new();
        while let Some(chunk) = read_chunk(from) {
            // What comes next is only sent when this was acknowledged, which would take 40 ms if we had nothing to say.
            let _ = to.write_all(b"HTTP/1.1 102 Processing\r\n\r\n");
            let piece = if headed {
                Some(chunk)
            } else {
                unread.extend(chunk);
                prelude(&mut unread).map(|(status, headers)| {
                    headed = true;
                    hand_on(&pieces, Piece::Head(status, headers));
                    std::mem::take(&mut unread)
                })
            };
            let Some(piece) = piece.filter(|piece| !piece.is_empty()) else { continue };
            tail.extend_from_slice(&piece);
            if tail.windows(ERROR_TEXT.len()).any(|window| window == ERROR_TEXT) {
                self.fault("a failure of the stream stands in the answer's body".to_owned());
            }
            tail.drain(..tail.len().saturating_sub(ERROR_TEXT.len()));
            // A record that was written before this piece is in the log before a caller has the piece.
            self.gather_records();
            hand_on(&pieces, Piece::Body(piece));
        }
        if !headed {
            self.fault("an answer has no prelude".to_owned());
        }
        self.end(if headed { Piece::End } else { Piece::Failed }, &mut pieces);
    }

    fn error(&self, path: &str, told: &str) {
        let json: Value = serde_json::from_str(told).unwrap_or_default();
        if !json["errorType"].is_string() || !json["errorMessage"].is_string() {
            self.fault(format!("`{path}` was told what is no error: {told}"));
        }
        self.give_up();
    }

    /// The process is free again before its caller knows that the answer has ended.
    fn end(&self, last: Piece, pieces: &mut Option<SyncSender<Piece>>) {
        let Some(pieces) = pieces.take() else { return };
        self.gather_records();
        *locked(&self.state) = State::Ready;
        let _ = pieces.send(last);
    }
}

/// One who has left reads no more, which does not stop the function.
fn hand_on(pieces: &Option<SyncSender<Piece>>, piece: Piece) {
    if let Some(pieces) = pieces {
        let _ = pieces.send(piece);
    }
}

/// The status and the headers, where they have come whole; what is behind them stays.
fn prelude(bytes: &mut Vec<u8>) -> Option<(u16, Vec<(String, String)>)> {
    let end = bytes.windows(8).position(|window| window == [0; 8])?;
    let json: Value = serde_json::from_slice(bytes.get(..end)?).expect("the prelude is JSON");
    bytes.drain(..end + 8);
    let status = json["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let headers = json["headers"].as_object().expect("the prelude has headers").iter();
    let headers = headers.map(|(name, value)| {
        let value = value.as_str().expect("a header has one value");
        (name.clone(), value.to_owned())
    });
    Some((status.expect("the prelude has a status"), headers.collect()))
}
