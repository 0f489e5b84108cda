//! A model endpoint that does what a test says: answers, streams, lingers, hangs up or talks nonsense. It remembers
//! every request as it came. How it streams stands in [`stream`].

use std::fmt;
use std::fmt::Write as _;
use std::io::{BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{read_body, read_head};

pub use stream::{Flood, Gate, Step, Stream};

mod stream;

/// What an upstream does with a request.
#[derive(Clone, Debug)]
pub enum Script {
    /// Answers.
    Answer {
        /// The status.
        status: u16,
        /// Headers besides `content-length`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Does what is worked out from the request.
    Computed(Computed),
    /// Closes the connection without a word.
    HangUp,
    /// Writes these bytes, which need not be HTTP, and closes.
    Raw(Vec<u8>),
    /// Never answers; the connection stays open until the caller leaves.
    Silence,
    /// Writes these bytes, which need not be HTTP, and then nothing more; the connection stays open until the caller
    /// leaves.
    Stall(Vec<u8>),
    /// Answers in chunks, one by one.
    Stream(Stream),
}

/// What is worked out from a request.
#[derive(Clone)]
pub struct Computed(Arc<dyn Fn(&Arrived) -> Script + Send + Sync>);

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Computed")
    }
}

impl Script {
    /// An answer with status 200 and a JSON body.
    #[must_use]
    pub fn json(body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    /// What a request asks for.
    #[must_use]
    pub fn computed(from: impl Fn(&Arrived) -> Self + Send + Sync + 'static) -> Self {
        Self::Computed(Computed(Arc::new(from)))
    }

    /// The same with another status. Only an answer has one; others stay as they are.
    #[must_use]
    pub fn status(mut self, new: u16) -> Self {
        if let Self::Answer { status, .. } | Self::Stream(Stream { status, .. }) = &mut self {
            *status = new;
        }
        self
    }

    /// The same with one more header. Only an answer has headers; others stay as they are.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } | Self::Stream(Stream { headers, .. }) = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The method and the path.
    pub line: String,
    /// Headers, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Arrived {
    /// The values of a header, named in lower case.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// An upstream that is up. It ends with the test.
#[derive(Clone, Debug)]
pub struct Upstream {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    script: Arc<Mutex<Script>>,
}

impl Upstream {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let own = Self { address, arrived: Arc::default(), script: Arc::new(Mutex::new(script)) };
        let served = own.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || served.serve(socket));
            }
        });
        own
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    #[must_use]
    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something else from the next request on.
    pub fn change(&self, script: Script) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    fn serve(&self, socket: TcpStream) {
        // A piece is on its way when it is written, not when the next one is.
        let _ = socket.set_nodelay(true);
        let Ok(mut back) = socket.try_clone() else { return };
        let mut from = BufReader::new(socket);
        while let Some((line, headers)) = read_head(&mut from) {
            let body = read_body(&mut from, &headers, false);
            let arrived = Arrived { line, headers, body };
            self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived.clone());
            let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner).clone();
            while let Script::Computed(Computed(from)) = &script {
                script = from(&arrived);
            }
            if !play(&script, &mut back, &mut from) {
                return;
            }
        }
    }
}

/// A base URL at which nobody listens.
///
/// # Panics
/// When there is no free port.
#[must_use]
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
}

/// Whether the connection may go on.
fn play(script: &Script, back: &mut TcpStream, from: &mut impl Read) -> bool {
    match script {
        Script::Answer { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                let _ = write!(head, "{name}: {value}\r\n");
            }
            back.write_all(&[head.as_bytes(), b"\r\n", body].concat()).is_ok()
        }
        Script::Computed(_) | Script::HangUp => false,
        Script::Raw(bytes) => {
            let _ = back.write_all(bytes);
            false
        }
        Script::Silence => {
            let _ = from.read(&mut [0]);
            false
        }
        Script::Stall(bytes) => {
            let _ = back.write_all(bytes).and_then(|()| from.read(&mut [0]));
            false
        }
        Script::Stream(stream) => stream.play(back, from),
    }
}
