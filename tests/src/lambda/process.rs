//! One process of any function's program, given any event: what a service sees that invokes a function and waits for
//! its answer. It answers whole; a function that streams is started by `instance.rs`.

use std::fs::File;
use std::io::BufReader;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::{answer, locked};
use crate::http::{read_body, read_head};

/// How long an invocation may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether the process is still there.
const PAUSE: Duration = Duration::from_millis(10);

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer.
    Answered(Value),
    /// The process ended before it answered.
    Ended,
    /// With an error, as the caller is told it.
    Failed {
        /// Its type.
        kind: String,
        /// What it says.
        message: String,
    },
}

/// A process that is up, or is about to be. It ends with the value.
#[derive(Debug)]
pub struct Process {
    child: Arc<Mutex<Child>>,
    events: Sender<Value>,
    told: Receiver<Outcome>,
    folder: TempDir,
}

impl Process {
    /// Starts a program with these variables besides the test's own and what Lambda sets.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(mut command: Command, variables: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (events, given) = channel();
        let (telling, told) = channel();
        serve(listener, given, telling);
        let output = |name: &str| {
            let file = File::create(folder.path().join(name)).expect("a file can be made");
            Stdio::from(file)
        };
        command.envs(of_lambda(address)).envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(output("stdout")).stderr(output("stderr"));
        let child = command.spawn().expect("the built function can be started");
        Self { child: Arc::new(Mutex::new(child)), events, told, folder }
    }

    /// Has it answer an event.
    ///
    /// # Panics
    /// When a minute has passed.
    #[must_use]
    pub fn invoke(&self, event: &Value) -> Outcome {
        self.events.send(event.clone()).expect("the Runtime API is there as long as the process");
        let start = Instant::now();
        loop {
            match self.told.recv_timeout(PAUSE) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Disconnected) => return Outcome::Ended,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if locked(&self.child).try_wait().is_ok_and(|ended| ended.is_some()) {
                return self.told.try_recv().unwrap_or(Outcome::Ended);
            }
            assert!(start.elapsed() < PATIENCE, "not answered within a minute: {}", self.written());
        }
    }

    /// What ends it at once, as a machine that fails would.
    pub fn killer(&self) -> impl FnOnce() + Send + 'static {
        let child = Arc::clone(&self.child);
        move || {
            let _ = locked(&child).kill();
        }
    }

    /// What it has written to both of its outputs.
    #[must_use]
    pub fn written(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        format!("{}{}", read("stdout"), read("stderr"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = locked(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn of_lambda(address: SocketAddr) -> [(&'static str, String); 4] {
    [
        ("AWS_LAMBDA_RUNTIME_API", address.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", "function".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
    ]
}

/// The Runtime API of one process.
fn serve(listener: TcpListener, given: Receiver<Value>, telling: Sender<Outcome>) {
    let given = Arc::new(Mutex::new(given));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (given, telling) = (Arc::clone(&given), telling.clone());
            std::thread::spawn(move || talk(connection, &given, &telling));
        }
    });
}

fn talk(mut connection: TcpStream, given: &Mutex<Receiver<Value>>, telling: &Sender<Outcome>) {
    let _ = connection.set_nodelay(true);
    let mut from = BufReader::new(connection.try_clone().expect("a socket can be shared"));
    while let Some((first, headers)) = read_head(&mut from) {
        let path = first.split(' ').nth(1).unwrap_or_default();
        let done = if path.ends_with("/next") {
            let Ok(event) = locked(given).recv() else { return };
            answer(&mut connection, "200 OK", &of_invocation(), &event.to_string())
        } else {
            let body = read_body(&mut from, &headers, false);
            let _ = telling.send(outcome(path, &body));
            answer(&mut connection, "202 Accepted", "", "")
        };
        if done.is_err() {
            return;
        }
    }
}

fn of_invocation() -> String {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + PATIENCE;
    format!(
        "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         lambda-runtime-deadline-ms: {}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:000000000000:function:function\r\n\
         content-type: application/json\r\n",
        deadline.as_millis()
    )
}

fn outcome(path: &str, body: &[u8]) -> Outcome {
    let json: Value = serde_json::from_slice(body).expect("a function answers with JSON");
    if path.ends_with("/response") {
        return Outcome::Answered(json);
    }
    let text = |name: &str| json[name].as_str().expect("an error has a type and a message").to_owned();
    Outcome::Failed { kind: text("errorType"), message: text("errorMessage") }
}
