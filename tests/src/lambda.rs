//! Lambda, as a function sees it and as its callers do: a function URL in front, the Runtime API behind, and as many
//! processes of the function between them as there are calls at once. An HTTP request becomes an event (payload format
//! 2.0), the event an invocation, and the streamed answer comes out as it is made.
//!
//! What it has from Lambda: one invocation at a time for each process, which is used again before another is started;
//! an answer that is streamed as prelude, eight NULs and body; a caller who leaves does not stop the function. What it
//! has not: the caps of 6 MB on an event and 200 MB on an answer, time-outs, and freezing between two calls.
//!
//! Contracts: the Lambda developer guide, "Using the Lambda runtime API" and "Invoking Lambda function URLs".

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use crate::program;
use crate::served::{Served, Settings, upstream_variable};

mod front;
mod instance;
pub mod interface;
mod process;
pub mod watch;

pub use process::{Outcome, Process};

pub use instance::TRACE;
use instance::{Instance, Invocation, Piece};

/// How long an invocation may take.
const LONGEST: Duration = Duration::from_secs(300);

/// A function that is up.
#[derive(Debug)]
pub struct Lambda {
    function: Arc<Function>,
    address: SocketAddr,
    /// The emulator between callers and the function, where it is not this double.
    _emulator: Option<watch::Watch>,
    /// What stands in for the vendors that the settings name no upstream for.
    _echo: Option<Box<Served>>,
}

/// The function itself, and the processes that run it.
#[derive(Debug)]
struct Function {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    /// How long an invocation may take. It is told so, and not ended.
    longest: Duration,
    instances: Mutex<Vec<Arc<Instance>>>,
    /// What the function did that no function may, which fails the test.
    faults: Mutex<Vec<String>>,
    /// How much of the standard output has been looked through for records.
    read: Mutex<u64>,
}

/// Starts the function that enforces, with these settings.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve(settings: &Settings) -> Served {
    let (function, echo, folder) = package(settings);
    let lambda = Lambda::start(function, echo);
    let (address, log) = (lambda.address, folder.path().join("decisions.jsonl"));
    Served::behind_lambda(lambda, address, log, folder)
}

/// The function with these settings, not yet started, what stands in for vendors, and the folder that it lies in.
fn package(settings: &Settings) -> (Arc<Function>, Option<Box<Served>>, TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    settings.write_package(&folder, &[("decisions.jsonl", "")]);
    let served: Vec<_> = settings.upstreams.iter().map(|(vendor, _)| vendor.as_str()).collect();
    let echo = settings.echo();
    let mut variables = variables(settings, &folder);
    for vendor in dialects::VENDORS.iter().filter(|vendor| !served.contains(&vendor.id)) {
        let url = echo.as_ref().map(|echo| echo.url()).unwrap_or_default();
        variables.push((upstream_variable(vendor.id), url));
    }
    let function = Function {
        folder: folder.path().to_owned(),
        variables,
        longest: settings.longest_call.unwrap_or(LONGEST),
        instances: Mutex::default(),
        faults: Mutex::default(),
        read: Mutex::default(),
    };
    (Arc::new(function), echo, folder)
}

fn variables(settings: &Settings, folder: &TempDir) -> Vec<(String, String)> {
    let package = folder.path().display().to_string();
    let callers = match &settings.keys {
        Some(_) => ("SALLYPORT_KEYS", "keys.yaml"),
        None => ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
    };
    let given = [
        ("AWS_LAMBDA_FUNCTION_NAME", "gate"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "key-of-the-functions-role"),
        ("AWS_SESSION_TOKEN", "token-of-the-functions-role"),
        ("AWS_REGION", "eu-west-1"),
        ("LAMBDA_TASK_ROOT", &package),
        callers,
    ];
    let mut all: Vec<_> = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    all.extend(settings.upstreams.iter().map(|(vendor, url)| (upstream_variable(vendor), url.clone())));
    let timeout = settings.upstream_timeout.map(|seconds| seconds.to_string());
    all.extend(timeout.map(|seconds| ("SALLYPORT_UPSTREAM_TIMEOUT".to_owned(), seconds)));
    all.extend(settings.variables_of("aws").cloned());
    all
}

// === impl Lambda ===

impl Lambda {
    fn start(function: Arc<Function>, echo: Option<Box<Served>>) -> Self {
        let first = Instance::start(&function);
        first.wait_until_idle();
        locked(&function.instances).push(first);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        front::listen(listener, Arc::clone(&function));
        Self { function, address, _emulator: None, _echo: echo }
    }

    /// Ends every process when it has answered, and starts others for what comes meanwhile and later, as Lambda does
    /// with those that have been there for a while.
    pub(crate) fn renew_processes(&self) {
        let old: Vec<_> = locked(&self.function.instances).drain(..).collect();
        for instance in old {
            instance.wait_until_free();
            instance.kill();
        }
    }

    /// Brings the decision log up to what the function has written.
    pub(crate) fn gather_records(&self) {
        self.function.gather_records();
    }

    /// What the function's processes have written to one of their outputs.
    pub(crate) fn written(&self, output: &str) -> String {
        std::fs::read_to_string(self.function.folder.join(output)).unwrap_or_default()
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        for instance in locked(&self.function.instances).drain(..) {
            instance.kill();
        }
        let faults = locked(&self.function.faults).clone();
        assert!(faults.is_empty() || std::thread::panicking(), "the function misbehaved: {faults:?}");
    }
}

// === impl Function ===

impl Function {
    /// Has a process of the function answer an event.
    fn invoke(self: &Arc<Self>, event: String) -> Receiver<Piece> {
        let (instance, invocation, pieces) = {
            let mut instances = locked(&self.instances);
            // One that has answered is about to ask for the next event, and is not passed by.
            let free = instances.iter().find(|instance| instance.take()).cloned();
            let instance = free.unwrap_or_else(|| {
                let new = Instance::start(self);
                assert!(new.take(), "a new process is free");
                instances.push(Arc::clone(&new));
                new
            });
            let (invocation, pieces) = Invocation::new(event);
            (instance, invocation, pieces)
        };
        instance.give(invocation);
        pieces
    }

    fn start_process(&self, runtime_api: &str) -> Child {
        let output = |name: &str| {
            let file = File::options().append(true).create(true).open(self.folder.join(name));
            Stdio::from(file.expect("a file can be appended to"))
        };
        let mut command = Command::new(program::function("sallyport-aws-enforce"));
        command.env("AWS_LAMBDA_RUNTIME_API", runtime_api);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(output("stdout")).stderr(output("stderr"));
        command.spawn().expect("the built function can be started")
    }

    /// Appends the records among the lines that were written since the last time to the decision log, as they stand.
    fn gather_records(&self) {
        let mut read = locked(&self.read);
        let path = self.folder.join("stdout");
        if std::fs::metadata(&path).is_ok_and(|about| about.len() == *read) {
            return;
        }
        let Ok(mut written) = File::open(path) else { return };
        written.seek(SeekFrom::Start(*read)).expect("a file can be read on");
        let mut new = Vec::new();
        BufReader::new(written).read_to_end(&mut new).expect("a file can be read");
        let end = new.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let whole = String::from_utf8_lossy(new.get(..end).unwrap_or_default()).into_owned();
        *read += u64::try_from(end).unwrap_or_default();
        let records: String = whole.lines().filter_map(record).map(|record| format!("{record}\n")).collect();
        append(&self.folder.join("decisions.jsonl"), &records);
    }

    fn fault(&self, fault: impl Into<String>) {
        locked(&self.faults).push(fault.into());
    }
}

fn append(path: &Path, text: &str) {
    let file = File::options().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("the decision log can be written");
}

/// The record in a line of Lambda's JSON log format, as it was sealed.
fn record(line: &str) -> Option<&str> {
    line.split_once(",\"record\":")?.1.strip_suffix('}')
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers with a body that needs no chunks.
fn answer(to: &mut TcpStream, status: &str, headers: &str, body: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    to.write_all(format!("{head}{body}").as_bytes())
}
