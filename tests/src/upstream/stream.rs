//! An answer in chunks: what is written when, and what is waited for in between. A test lets the next piece go by
//! opening a [`Gate`], so that nothing depends on how long anything takes.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a gate is waited for before the one who waits fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long nothing must be taken of what is written until nobody is believed to read. Where that comes too early,
/// on a machine that is too busy, a test sees less than it could.
const STALL: Duration = Duration::from_millis(700);

/// An answer that is written step by step, and ends with the last chunk when there are no more.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The status.
    pub status: u16,
    /// Headers besides `transfer-encoding`.
    pub headers: Vec<(String, String)>,
    /// What is done.
    pub steps: Vec<Step>,
}

/// One step of an answer.
#[derive(Clone, Debug)]
pub enum Step {
    /// Closes the connection without the last chunk.
    BreakOff,
    /// Writes the same again and again.
    Flood(Flood),
    /// Opens a gate: the answer has come this far.
    Tell(Gate),
    /// Waits until the other side has closed the connection, and then opens a gate.
    UntilLeft(Gate),
    /// Waits until a gate is open.
    Wait(Gate),
    /// Writes a chunk.
    Write(Vec<u8>),
}

/// The same piece again and again, as fast as it is taken.
#[derive(Clone, Debug)]
pub struct Flood {
    /// The piece.
    pub piece: Vec<u8>,
    /// How often it is written.
    pub times: usize,
    /// Opened when no more is taken for a while, or when all has been written.
    pub stalled: Gate,
    /// How many times it has been written.
    pub written: Arc<AtomicUsize>,
}

/// Something that happens once, and that others wait for.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Lets everybody through, now and later.
    pub fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is open.
    ///
    /// # Panics
    /// When a minute has passed.
    pub fn wait(&self) {
        let start = Instant::now();
        let mut open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            let left = PATIENCE.checked_sub(start.elapsed()).expect("a gate is opened within a minute");
            open = self.0.1.wait_timeout(open, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Stream {
    /// A stream of server-sent events.
    #[must_use]
    pub fn of_events(steps: Vec<Step>) -> Self {
        let headers = vec![("content-type".to_owned(), "text/event-stream; charset=utf-8".to_owned())];
        Self { status: 200, headers, steps }
    }

    /// Whether the connection may go on.
    pub(super) fn play(&self, back: &mut TcpStream, from: &mut impl Read) -> bool {
        let mut head = format!("HTTP/1.1 {} Scripted\r\ntransfer-encoding: chunked\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        back.write_all(&[head.as_bytes(), b"\r\n"].concat()).is_ok()
            && self.steps.iter().all(|step| step.play(back, from))
            && back.write_all(b"0\r\n\r\n").is_ok()
    }
}

impl Step {
    /// Whether the answer goes on.
    fn play(&self, back: &mut TcpStream, from: &mut impl Read) -> bool {
        match self {
            Self::BreakOff => false,
            Self::Flood(flood) => flood.play(back),
            Self::Tell(gate) => {
                gate.open();
                true
            }
            Self::UntilLeft(gate) => {
                while from.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
                gate.open();
                false
            }
            Self::Wait(gate) => {
                gate.wait();
                true
            }
            Self::Write(bytes) => bytes.is_empty() || back.write_all(&chunk(bytes)).is_ok(),
        }
    }
}

impl Flood {
    fn play(&self, back: &mut TcpStream) -> bool {
        let _ = back.set_write_timeout(Some(STALL));
        let piece = chunk(&self.piece);
        let wrote = (0..self.times).all(|_| self.write(back, &piece));
        let _ = back.set_write_timeout(None);
        self.stalled.open();
        wrote
    }

    /// Writes one piece, however long that takes.
    fn write(&self, back: &mut TcpStream, mut rest: &[u8]) -> bool {
        while !rest.is_empty() {
            match back.write(rest) {
                Ok(taken) => rest = rest.get(taken..).unwrap_or_default(),
                Err(fault) if matches!(fault.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
                    self.stalled.open();
                }
                Err(_) => return false,
            }
        }
        self.written.fetch_add(1, Ordering::SeqCst);
        true
    }
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}
