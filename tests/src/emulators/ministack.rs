//! `ministack`: Secrets Manager, Parameter Store, IAM and STS on a port of this machine, which checks signatures and
//! lets a role do what its policy says and no more.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::account::Account;
use crate::http::Request;
use crate::python::tell;

/// How long it may take to be healthy.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it is left alone before it is asked again.
const PAUSE: Duration = Duration::from_millis(30);

/// An emulator that is up, with nothing in it. It ends with the value.
#[derive(Debug)]
pub struct Ministack {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

/// Starts one; or tells that a test is skipped, and why.
///
/// # Panics
/// When it is there and does not start.
#[must_use]
pub fn start(test: &str) -> Option<Ministack> {
    match super::programs() {
        Ok(programs) => Some(Ministack::start(&programs.join("ministack"))),
        Err(reason) => {
            tell(&format!("skipped: {test}, {reason}"));
            None
        }
    }
}

impl Ministack {
    fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = |name: &str| folder.path().join(name);
        let address = free_address();
        let log = File::create(place("log")).expect("a file can be made");
        let mut command = Command::new(program);
        command.envs([
            ("AUTH", "true"),
            ("BIND_HOST", "127.0.0.1"),
            ("SERVICES", "iam,secretsmanager,ssm,sts"),
        ]);
        command.env("GATEWAY_PORT", address.port().to_string());
        // What listens on ports of its own, and what would talk to a Docker that happens to run here.
        command.envs([("IOT_MTLS_ENABLED", "false"), ("SFTP_ENABLED", "false")]);
        command.env("DOCKER_HOST", format!("unix://{}", place("no-docker").display()));
        for (name, value) in [("TMPDIR", folder.path().to_owned()), ("STATE_DIR", place("state"))] {
            command.env(name, value);
        }
        command.env("S3_DATA_DIR", place("s3")).env("HOME", folder.path()).env_remove("PYTHONPATH");
        let errors = log.try_clone().expect("a file can be shared");
        command.stdin(Stdio::null()).stdout(log).stderr(errors).current_dir(folder.path());
        let child = command.process_group(0).spawn().expect("the emulator can be started");
        let own = Self { child, address, folder };
        own.wait_until_healthy()
    }

    fn wait_until_healthy(mut self) -> Self {
        wait_until_it_listens(&mut self.child, self.address, &self.folder.path().join("log"));
        let start = Instant::now();
        while Request::fetch("/_ministack/health").send(self.address).status != 200 {
            assert!(
                start.elapsed() < PATIENCE,
                "the emulator is not healthy within a minute: {}",
                self.log()
            );
            std::thread::park_timeout(PAUSE);
        }
        self
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Who may do everything in it.
    #[must_use]
    pub fn root(&self) -> Account {
        Account::root(self.address)
    }

    /// What it has written.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}

/// Waits until somebody listens where a child was told to.
pub(crate) fn wait_until_it_listens(child: &mut Child, address: SocketAddr, log: &Path) {
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        let ended = child.try_wait().ok().flatten();
        let told = std::fs::read_to_string(log).unwrap_or_default();
        assert!(ended.is_none(), "the emulator ended at its start: {told}");
        assert!(start.elapsed() < PATIENCE, "the emulator does not listen within a minute: {told}");
        std::thread::park_timeout(PAUSE);
    }
}

/// Ends a child with everything that it has started; it leads a process group of its own.
pub(crate) fn end_group(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.wait();
}

/// An address that nobody has just now. Programs that cannot be given a socket are given this.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound socket has an address")
}
