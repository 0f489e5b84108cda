//! The built program: built once for each test run, started, watched and stopped.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a test waits for something to be printed before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The path of the program `sallyport`, built in the profile that this test or bench was built in.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| built().join("sallyport"))
}

/// The path of a function's program, built as [`path`]'s is; in tests alone.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn function(name: &str) -> PathBuf {
    built().join(name)
}

/// The folder with the programs, which are built once.
fn built() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let own = std::env::current_exe().expect("a running program has a path");
        let folder = own.ancestors().nth(2).expect("cargo runs a test in <target>/<profile>/deps");
        build(folder);
        folder.to_owned()
    })
}

/// What a command that ran to its end has left.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

/// Runs a command of the program to its end.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(arguments: &[&str]) -> Finished {
    finished(Command::new(path()).args(arguments))
}

/// Runs a function's program to its end, with these variables besides the test's own.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run_function(name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
    finished(Command::new(function(name)).args(arguments).envs(variables.iter().copied()))
}

fn finished(command: &mut Command) -> Finished {
    let output = command.stdin(Stdio::null()).output().expect("the built program can be started");
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A started program whose output is gathered while it runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: Printed,
    stderr: Printed,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts the program with these arguments and variables, besides the test's own.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(arguments: &[String], variables: &[(String, String)]) -> Self {
        let mut command = Command::new(path());
        command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
        Self::of(command.stdout(Stdio::piped()))
    }

    /// Starts a function's program with these variables besides the test's own. What it prints is written to a file.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start_function(name: &str, variables: &[(String, String)], stdout: File) -> Self {
        let mut command = Command::new(function(name));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        Self::of(command.stdout(stdout))
    }

    fn of(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the built program can be started");
        let (stdout, stderr) = (Printed::default(), Printed::default());
        let readers = [
            child.stdout.take().map(|from| stdout.gather(from)),
            child.stderr.take().map(|from| stderr.gather(from)),
        ];
        Self { child, stdout, stderr, readers: readers.into_iter().flatten().collect() }
    }

    /// Waits until a line of standard error gives an answer, and tells it; `None` when the program ended.
    ///
    /// # Panics
    /// When a minute has passed.
    pub fn wait_for<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.stderr.wait_for(&wanted)
    }

    /// What it has written to its standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What it has written to its standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Asks it to end, as a terminal or an orchestrator would, and waits until it has.
    ///
    /// # Panics
    /// When the signal cannot be sent.
    #[must_use]
    pub fn stop(mut self) -> Finished {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.as_ref().is_ok_and(ExitStatus::success), "kill: {asked:?}");
        self.finish()
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When its end cannot be waited for.
    #[must_use]
    pub fn finish(&mut self) -> Finished {
        let status = self.child.wait().expect("a started program ends");
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        Finished { code: status.code(), stdout: self.stdout(), stderr: self.stderr() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program prints to one of its two outputs.
#[derive(Clone, Debug, Default)]
struct Printed(Arc<(Mutex<Text>, Condvar)>);

#[derive(Debug, Default)]
struct Text {
    lines: String,
    ended: bool,
}

impl Printed {
    fn gather(&self, from: impl Read + Send + 'static) -> JoinHandle<()> {
        let own = self.clone();
        std::thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                own.change(|text| text.lines.push_str(&String::from_utf8_lossy(&line)));
                line.clear();
            }
            own.change(|text| text.ended = true);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Text)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    fn text(&self) -> String {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).lines.clone()
    }

    fn wait_for<T>(&self, wanted: &impl Fn(&str) -> Option<T>) -> Option<T> {
        let start = Instant::now();
        let mut text = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = text.lines.lines().find_map(wanted) {
                return Some(found);
            }
            if text.ended {
                return None;
            }
            let left = PATIENCE.checked_sub(start.elapsed());
            let left = left.unwrap_or_else(|| panic!("not printed within a minute; so far:\n{}", text.lines));
            text = self.0.1.wait_timeout(text, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A debug build takes the same features as `cargo test --workspace` does (all members, one test target), so that
/// nothing is compiled a second time for it. A bench wants the program as users build it.
fn build(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = folder.parent().expect("a profile's folder stands in the target folder");
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--bin", "sallyport", "--target-dir"]);
    command.arg(target).current_dir(crate::files::root());
    if folder.ends_with("release") {
        command.args(["--release", "--package", "sallyport-local"]);
    } else {
        let functions = [
            "--bin",
            "sallyport-aws-enforce",
            "--bin",
            "sallyport-aws-rotate",
            "--bin",
            "sallyport-azure-enforce",
            "--bin",
            "sallyport-azure-rotate",
            "--bin",
            "sallyport-gcp-enforce",
        ];
        command.args(["--workspace", "--test", "harness"]).args(functions);
    }
    let status = command.status().expect("cargo can be started");
    assert!(status.success(), "`sallyport` does not build");
}
