//! A service of this machine under a name and with a certificate, for what is only ever called as
//! `https://api.example.com`: TLS in front of its port, and a process whose file of hosts knows the name. The name
//! needs a mount namespace of the process's own; where the machine gives none a test says so and does nothing.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::ministack::end_group;
use crate::files;
use crate::python::tell;

/// The name.
pub const NAME: &str = "api.provider.test";

/// Puts its first argument in place of the file of hosts, and becomes the program that the others say.
const WITH_HOSTS: &str = "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"";

/// A name that is up. It ends with the value.
#[derive(Debug)]
pub struct Named {
    child: Child,
    folder: TempDir,
    port: u16,
}

/// Gives a port the name; or tells that a test is skipped, and why.
///
/// # Panics
/// When everything for it is there and it cannot be done.
#[must_use]
pub fn start(test: &str, to: SocketAddr) -> Option<Named> {
    let named = super::programs().map(|programs| Named::start(programs, to));
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
    fn start(programs: &Path, to: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("hosts"), format!("127.0.0.1 localhost {NAME}\n"))
            .expect("written");
        let mut command = Command::new(programs.join("python"));
        command.arg(files::root().join("tests/emulators/tls_front.py")).arg(folder.path()).arg(NAME);
        command.arg(to.port().to_string()).env_remove("PYTHONPATH").process_group(0);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a script can be started");
        let mut line = String::new();
        let printed = child.stdout.take().expect("its output is piped");
        BufReader::new(printed).read_line(&mut line).expect("its output can be read");
        let port = line.trim().parse().expect("it prints its port");
        Self { child, folder, port }
    }

    /// The name and the port, as they stand in a URL.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{NAME}:{}", self.port)
    }

    /// A program that knows the name and trusts the certificate.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let place = |name: &str| self.folder.path().join(name);
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", WITH_HOSTS, "sh"]).arg(place("hosts"));
        command.arg(program).env("SSL_CERT_FILE", place("ca.pem")).env_remove("SSL_CERT_DIR");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}
