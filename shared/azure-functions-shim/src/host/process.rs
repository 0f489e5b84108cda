//! The handler's process: started as the host does, listened to, and killed.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{HostError, HostSettings};
use crate::start::PORT_VARIABLE;

/// How often the host asks whether the handler is there.
const PROBE_PAUSE: Duration = Duration::from_millis(25);

/// How the host logs a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Written to standard error.
    Error,
    /// Written to standard output.
    Information,
    /// Written to standard error, with "warn" in it.
    Warning,
}

/// What the handler printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How the host logs it.
    pub level: Level,
    /// The line, without its end.
    pub text: String,
}

/// The lines so far, and a bell that rings with each.
#[derive(Debug, Default)]
struct Heard {
    lines: Mutex<Vec<Line>>,
    bell: Condvar,
}

#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    heard: Arc<Heard>,
    readers: Vec<JoinHandle<()>>,
}

// === impl Process ===

impl Process {
    pub(super) fn start(program: &Path, port: u16, settings: &HostSettings) -> Result<Self, HostError> {
        let refused = |reason| HostError::Refused { what: "start the handler", reason };
        let mut command = Command::new(program);
        command.args(&settings.arguments).envs(&settings.variables).envs(variables(port, settings));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(refused)?;
        let heard = Arc::new(Heard::default());
        let out = child.stdout.take().map(|pipe| listen(pipe, &heard, |_| Level::Information));
        let error = child.stderr.take().map(|pipe| listen(pipe, &heard, level_of_error));
        Ok(Self { child, heard, readers: out.into_iter().chain(error).collect() })
    }

    /// Probes until there is an answer, whatever it says.
    pub(super) fn wait_until_ready(
        &mut self,
        address: SocketAddr,
        timeout: Duration,
    ) -> Result<(), HostError> {
        let end = Instant::now() + timeout;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(HostError::Ended { status: told(status), printed: printed(&self.kill()) });
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(HostError::NotReady { timeout, printed: printed(&self.kill()) });
            }
            if probe(address, left).is_ok() {
                return Ok(());
            }
            std::thread::sleep(PROBE_PAUSE.min(left));
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        self.heard.locked().clone()
    }

    pub(super) fn wait_for_line(&self, part: &str, patience: Duration) -> Option<Line> {
        let found = |lines: &[Line]| lines.iter().find(|line| line.text.contains(part)).cloned();
        let missing = |lines: &mut Vec<Line>| found(lines).is_none();
        let waited = self.heard.bell.wait_timeout_while(self.heard.locked(), patience, missing);
        found(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Ends the process and reads what is left of its output.
    pub(super) fn kill(&mut self) -> Vec<Line> {
        // One that has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        self.lines()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

// === impl Heard ===

impl Heard {
    fn locked(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn variables(port: u16, settings: &HostSettings) -> [(&'static str, String); 5] {
    let worker = "00000000-0000-4000-8000-0000000000ff".to_owned();
    let here = || std::env::current_dir().unwrap_or_default();
    let root = settings.app_root.clone().unwrap_or_else(here).display().to_string();
    [
        (PORT_VARIABLE, port.to_string()),
        ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", worker.clone()),
        ("FUNCTIONS_HTTPWORKER_PORT", port.to_string()),
        ("FUNCTIONS_HTTPWORKER_ID", worker),
        ("FUNCTIONS_APP_ROOT_PATH", root),
    ]
}

fn listen(pipe: impl Read + Send + 'static, heard: &Arc<Heard>, level: fn(&str) -> Level) -> JoinHandle<()> {
    let heard = Arc::clone(heard);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
            heard.locked().push(Line { level: level(&text), text });
            heard.bell.notify_all();
        }
    })
}

fn level_of_error(line: &str) -> Level {
    if line.to_ascii_lowercase().contains("warn") { Level::Warning } else { Level::Error }
}

/// One probe. Any answer will do; that nobody listens, or that nothing comes, is none.
fn probe(address: SocketAddr, patience: Duration) -> std::io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)
}

fn told(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| code.to_string())
}

fn printed(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text)).collect()
}
