//! Services of this machine under names and with a certificate, for what is only ever called as
//! `https://api.example.com`: TLS in front of a port, and processes whose file of hosts knows the names. The names
//! need a mount namespace of the process's own; where the machine gives none a test says so and does nothing.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::ministack::end_group;
use crate::files;
use crate::python::tell;

/// The name where none is asked for.
pub const NAME: &str = "api.provider.test";

/// Puts its first argument in place of the file of hosts, and becomes the program that the others say.
const WITH_HOSTS: &str = "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"";

/// Names that are up. They end with the value.
#[derive(Debug)]
pub struct Named {
    child: Child,
    folder: TempDir,
    port: u16,
    names: Vec<String>,
}

/// Gives a port the name; or tells that a test is skipped, and why.
///
/// # Panics
/// When everything for it is there and it cannot be done.
#[must_use]
pub fn start(test: &str, to: SocketAddr) -> Option<Named> {
    start_as(test, &[NAME], to)
}

/// Gives a port these names; or tells that a test is skipped, and why.
///
/// # Panics
/// When everything for it is there and it cannot be done.
#[must_use]
pub fn start_as(test: &str, names: &[&str], to: SocketAddr) -> Option<Named> {
    let named = super::programs().map(|programs| Named::start(programs, names, to));
    let fault = match named {
        Ok(named) if named.command(Path::new("true")).status().is_ok_and(|status| status.success()) => {
            return Some(named);
        }
        Ok(_) => "no process can have a file of hosts of its own here".to_owned(),
        Err(reason) => reason,
    };
    tell(&format!("skipped: {test}, {fault}"));
    None
}

impl Named {
    fn start(programs: &Path, names: &[&str], to: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut command = Command::new(programs.join("python"));
        command.arg(files::root().join("tests/emulators/tls_front.py")).arg(folder.path());
        command.arg(names.join(",")).arg(to.port().to_string());
        command.env_remove("PYTHONPATH").process_group(0);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a script can be started");
        let mut line = String::new();
        let printed = child.stdout.take().expect("its output is piped");
        BufReader::new(printed).read_line(&mut line).expect("its output can be read");
        let port = line.trim().parse().expect("it prints its port");
        let names = names.iter().map(|&name| name.to_owned()).collect();
        let own = Self { child, folder, port, names };
        own.know(&[]);
        own
    }

    /// Has processes that are started from now on know these names as well, which the certificate is not for.
    ///
    /// # Panics
    /// When that cannot be written.
    pub fn know(&self, others: &[&str]) {
        let names = self.names.iter().map(String::as_str).chain(others.iter().copied());
        let line = names.fold("127.0.0.1 localhost".to_owned(), |line, name| format!("{line} {name}"));
        std::fs::write(self.folder.path().join("hosts"), format!("{line}\n")).expect("a file can be written");
    }

    /// The first name and the port, as they stand in a URL.
    #[must_use]
    pub fn host(&self) -> String {
        self.names.first().map(|name| self.at(name)).expect("there is a name")
    }

    /// A name and the port, as they stand in a URL.
    #[must_use]
    pub fn at(&self, name: &str) -> String {
        format!("{name}:{}", self.port)
    }

    /// The file with who vouches for the certificate.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The file with the certificate and its key, for another who listens under one of the names.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("own.pem")
    }

    /// What [`Self::command`] starts a program with: another program, and its arguments.
    #[must_use]
    pub fn arguments(&self, program: &Path) -> (PathBuf, Vec<String>) {
        let fixed = ["--map-root-user", "--mount", "sh", "-c", WITH_HOSTS, "sh"].map(str::to_owned);
        let places = [self.folder.path().join("hosts"), program.to_owned()];
        let places = places.map(|place| place.display().to_string());
        (PathBuf::from("unshare"), fixed.into_iter().chain(places).collect())
    }

    /// A program that knows the names and trusts the certificate.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let (program, arguments) = self.arguments(program);
        let mut command = Command::new(program);
        command.args(arguments).env("SSL_CERT_FILE", self.authority()).env_remove("SSL_CERT_DIR");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}
