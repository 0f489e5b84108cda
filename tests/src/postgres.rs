//! A real PostgreSQL server of a test's own: with its own data and certificates in a temporary folder, on a port that is
//! free, stopped when the value goes. Its programs are those of the machine, or come from Debian's packages (see
//! [`programs`]); nothing is installed, and nobody need be root.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

mod programs;

use programs::{Programs, run};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(20);

/// What OpenSSL is told of certificates.
const CERTIFICATES: &str = "\
[req]
distinguished_name = nobody
[nobody]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[server]
basicConstraints = CA:FALSE
subjectAltName = ${ENV::NAMES}
";

/// Who may log in, and how: nobody unencrypted, nobody without a password.
const LOGINS: &str = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

/// The certificate that a server shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// The kind of key that signs it and that it is for, as `openssl req -newkey` has it.
    pub key: &'static str,
    /// The hash of the signature.
    pub hash: &'static str,
    /// The names that it is for.
    pub names: &'static str,
}

impl Default for Shown {
    fn default() -> Self {
        Self { key: "ec", hash: "sha256", names: "IP:127.0.0.1" }
    }
}

/// A server with its data, running or not.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Postgres {
    /// Makes the data: a superuser of whom nobody knows a password, and a database `app` in which these statements were
    /// run, one a line.
    ///
    /// # Errors
    /// Why there can be none here, in words for the line that tells what is skipped.
    pub fn make(statements: &str) -> Result<Self, String> {
        let programs = Programs::find()?;
        let folder = tempfile::tempdir().map_err(|fault| fault.to_string())?;
        programs.give(folder.path())?;
        let made = Self { programs, folder, port: free_port(), child: None };
        let data = made.path("data");
        let arguments =
            ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=reject", "--username=postgres", "-D"];
        run(made.programs.server("initdb").args(arguments).arg(&data))?;
        fs::write(data.join("pg_hba.conf"), LOGINS).map_err(|fault| fault.to_string())?;
        made.feed("postgres", "CREATE DATABASE app\n")?;
        made.feed("app", statements)?;
        Ok(made)
    }

    /// Starts it with this certificate, or unencrypted.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&mut self, shown: Option<Shown>) {
        self.stop();
        let mut command = self.programs.server("postgres");
        command.arg("-D").arg(self.path("data"));
        let port = self.port.to_string();
        let mut settings = vec![
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port),
            ("unix_socket_directories", String::new()),
            ("fsync", "off".to_owned()),
            ("log_statement", "all".to_owned()),
            ("log_connections", "on".to_owned()),
            ("log_disconnections", "on".to_owned()),
        ];
        if let Some(shown) = shown {
            self.certify(shown);
            settings.push(("ssl", "on".to_owned()));
            settings.push(("ssl_cert_file", self.path("server.pem").display().to_string()));
            settings.push(("ssl_key_file", self.path("server.key").display().to_string()));
        }
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let before = self.log().len();
        let log = File::options().append(true).create(true).open(self.folder.path().join("log"));
        let log = log.expect("a log can be written");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().expect("a server can be started"));
        self.wait(before);
    }

    /// Stops it; sessions end at once.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
        let _ = child.wait();
    }

    /// The port that it listens at, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Who vouches for the certificate that it was last started with, in PEM.
    ///
    /// # Panics
    /// When it was never started with one.
    #[must_use]
    pub fn authority(&self) -> Vec<u8> {
        fs::read(self.path("authority.pem")).expect("a server has a certificate")
    }

    /// What it has written to its log: connections, and every statement.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.path("log")).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has a server that nobody can reach run statements.
    fn feed(&self, database: &str, statements: &str) -> Result<(), String> {
        let file = self.path("statements");
        fs::write(&file, statements).map_err(|fault| fault.to_string())?;
        let file = File::open(file).map_err(|fault| fault.to_string())?;
        let mut command = self.programs.server("postgres");
        command.args(["--single", "-c", "exit_on_error=on", "-D"]).arg(self.path("data")).arg(database);
        run(command.stdin(file))
    }

    fn certify(&self, shown: Shown) {
        let made = fs::write(self.path("openssl.conf"), CERTIFICATES).map_err(|fault| fault.to_string());
        let curve = ["-pkeyopt", "ec_paramgen_curve:P-256"];
        let of_kind = if shown.key == "ec" { &curve[..] } else { &[] };
        let request = |subject: &str, extensions: &str, own: &str| {
            let mut command = self.programs.as_server("openssl");
            command.args([
                "req",
                "-config",
                "openssl.conf",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-subj",
                subject,
            ]);
            command.args(["-newkey", shown.key]).args(of_kind).arg(format!("-{}", shown.hash));
            command.args([
                "-extensions",
                extensions,
                "-keyout",
                &format!("{own}.key"),
                "-out",
                &format!("{own}.pem"),
            ]);
            command.current_dir(self.folder.path()).env("NAMES", shown.names);
            command
        };
        let authority = made.and_then(|()| run(&mut request("/CN=authority", "authority", "authority")));
        let signed_by = ["-CA", "authority.pem", "-CAkey", "authority.key"];
        let server = authority.and_then(|()| run(request("/CN=db", "server", "server").args(signed_by)));
        server.expect("OpenSSL makes certificates");
    }

    /// Waits until it says that it is ready, behind so much of its log.
    fn wait(&mut self, before: usize) {
        let start = Instant::now();
        while !self.log().get(before..).is_some_and(|new| new.contains("ready to accept connections")) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none() && start.elapsed() < PATIENCE, "it does not start: {}", self.log());
            sleep(PAUSE);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a listener has an address").port()
}

/// Whether all of these stand in a folder.
fn has(folder: &Path, names: &[&str]) -> bool {
    names.iter().all(|name| folder.join(name).is_file())
}
