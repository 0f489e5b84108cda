//! A double of the Functions host, for tests: it starts a handler as the host does, waits until it answers, proxies
//! HTTP requests to it, calls it by envelope, reads what it prints, and kills it. It needs the feature `host`.
//!
//! What it has from the host: the port and the five variables, a probe every 25 ms, streams both ways, the headers that
//! it sets and takes away, function keys, the encoding of inputs and the reading of outputs, retries, the levels of what
//! is printed, and no kindness at the end. What it has not: `enableForwardingHttpRequest`, routes, restarts of a handler
//! that ended, pauses between two tries, and anything that a subscription's own configuration would say.
//!
//! It is used from code that is not asynchronous: it has a thread of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Request;

use crate::body::Body;

mod call;
mod front;
mod process;
mod proxy;
mod worker;

pub use call::{Invoked, Output, Success, Trigger};
pub use process::{Level, Line};
pub use proxy::Answer;

use process::Process;
use worker::Worker;

/// The version that the double says it has.
const VERSION: &str = "4.1041.200.0";

/// How a host is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSettings {
    /// Where the app's files lie, as the handler is told. `None` is where this program runs.
    pub app_root: Option<PathBuf>,
    /// What the handler is started with.
    pub arguments: Vec<String>,
    /// The key that callers must show, as with `authLevel: function`. `None` is `anonymous`.
    pub function_key: Option<String>,
    /// How long an answer may rest without a byte: 230 s, after which the platform cuts it.
    pub idle_timeout: Duration,
    /// How many times a call by envelope that failed is tried again: never, as without a retry policy.
    pub retries: u64,
    /// How long the handler may take to answer the first probe: 30 s.
    pub startup_timeout: Duration,
    /// Whether the platform authenticates callers, and takes away what they say of themselves
    /// (`X-MS-CLIENT-PRINCIPAL…`): no.
    pub strip_principal: bool,
    /// The application settings, which the handler finds in its environment.
    pub variables: BTreeMap<String, String>,
}

/// A host with a handler that is ready.
#[derive(Debug)]
pub struct Host {
    process: Process,
    settings: HostSettings,
    worker: Worker,
    address: SocketAddr,
    invocations: Arc<AtomicU64>,
}

/// What the host could not do.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The answer broke off.
    #[error("the answer broke off")]
    Broken,
    /// The handler ended before it was ready.
    #[error("the handler ended before it answered, with status {status}; it printed:\n{printed}")]
    Ended {
        /// Its exit code, or the signal.
        status: String,
        /// All lines.
        printed: String,
    },
    /// An answer rested for too long.
    #[error("nothing came for {0:?}")]
    Idle(Duration),
    /// The handler did not answer a probe in time.
    #[error("the handler did not answer within {timeout:?}; it printed:\n{printed}")]
    NotReady {
        /// How long it was waited for.
        timeout: Duration,
        /// All lines.
        printed: String,
    },
    /// The system refused something.
    #[error("cannot {what}: {reason}")]
    Refused {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The handler cannot be reached, or hung up without an answer.
    #[error("the handler does not answer")]
    Unreachable,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            app_root: None,
            arguments: Vec::new(),
            function_key: None,
            idle_timeout: Duration::from_secs(230),
            retries: 0,
            startup_timeout: Duration::from_secs(30),
            strip_principal: false,
            variables: BTreeMap::new(),
        }
    }
}

// === impl Host ===

impl Host {
    /// Starts a handler and waits until it answers.
    ///
    /// # Errors
    /// It cannot be started, ends, or answers nothing in time.
    pub fn start(program: &Path, settings: HostSettings) -> Result<Self, HostError> {
        let worker = Worker::start()?;
        let address = free_address()?;
        let mut process = Process::start(program, address.port(), &settings)?;
        process.wait_until_ready(address, settings.startup_timeout)?;
        Ok(Self { process, settings, worker, address, invocations: Arc::new(AtomicU64::new(1)) })
    }

    /// Where the handler listens: for what no host would send.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of the handler's process: for who ends it while a call is under way.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Proxies a request as `enableProxyingHttpRequest` does, on a connection of its own. Gives back the answer's head
    /// as soon as it is there; dropping the answer is a caller who leaves. The request's address may be a path alone.
    ///
    /// # Errors
    /// The handler does not answer, or not in time.
    pub fn send(&self, request: Request<Body>) -> Result<Answer, HostError> {
        proxy::send(self, request)
    }

    /// Calls a function by envelope, and again while it fails and [`HostSettings::retries`] allows it.
    ///
    /// # Errors
    /// The handler does not answer at all. That a call failed is no error here, see [`Invoked::result`].
    pub fn invoke(&self, trigger: &Trigger) -> Result<Invoked, HostError> {
        call::invoke(self, trigger)
    }

    /// What the handler has printed so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.process.lines()
    }

    /// Waits for a line with this in it, and gives back the first.
    ///
    /// # Errors
    /// None came in time.
    pub fn wait_for_line(&self, part: &str, patience: Duration) -> Result<Line, HostError> {
        self.process.wait_for_line(part, patience).ok_or(HostError::Idle(patience))
    }

    /// Kills the handler as the host does: at once, without a word. Gives back all that it printed.
    #[must_use]
    pub fn kill(mut self) -> Vec<Line> {
        self.process.kill()
    }

    /// Opens a port at which the double proxies what comes, as [`Host::send`] does: for clients that speak HTTP by
    /// themselves. A caller who hangs up is one who left.
    ///
    /// # Errors
    /// There is no free port.
    pub fn listen(&self) -> Result<SocketAddr, HostError> {
        front::listen(self)
    }

    fn next_invocation(&self) -> String {
        next_invocation(&self.invocations)
    }
}

fn next_invocation(invocations: &AtomicU64) -> String {
    let number = invocations.fetch_add(1, Ordering::Relaxed);
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// A port that nothing listens on, and that no other host of this process was given.
fn free_address() -> Result<SocketAddr, HostError> {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let refused = |reason| HostError::Refused { what: "find a free port", reason };
    loop {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        if GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(address.port()) {
            return Ok(address);
        }
    }
}
