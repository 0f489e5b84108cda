//! `azurite`: the blobs of a storage account on a port of this machine, over TLS, for who shows a token of Entra. It looks
//! at a token's claims and not at its signature.
//!
//! It is a package of Node.js, made once in the target folder from `tests/emulators/azurite.json`.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::ministack::{end_group, free_address, wait_until_it_listens};
use super::named::Named;
use crate::azure::identity::token_for;
use crate::files;
use crate::python::tell;

/// The host of the account's blobs.
pub const NAME: &str = "sallyport1.blob.core.windows.net";
/// The account and a key of it, which nobody shows.
const ACCOUNT: &str = "sallyport1:cXVva2thLXF1b2trYS1xdW9ra2E=";
/// What is installed.
const PACKAGE: &str = "tests/emulators/azurite.json";

/// Blobs that are up, with nothing in them. They end with the value.
#[derive(Debug)]
pub struct Azurite {
    child: Child,
    address: SocketAddr,
    authority: PathBuf,
    _folder: TempDir,
}

/// What a call was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its status.
    pub status: u16,
    /// Its headers, the names in small letters.
    pub headers: Vec<(String, String)>,
}

impl Told {
    /// The value of a header.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Starts one, with the certificate of these names; or tells that a test is skipped, and why.
///
/// # Panics
/// When it is there and does not start.
#[must_use]
pub fn start(test: &str, named: &Named) -> Option<Azurite> {
    match program() {
        Ok(program) => Some(Azurite::start(program, named)),
        Err(reason) => {
            tell(&format!("skipped: {test}, {reason}"));
            None
        }
    }
}

impl Azurite {
    fn start(program: &Path, named: &Named) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let log_path = folder.path().join("log");
        let log = File::create(&log_path).expect("a file can be made");
        let address = free_address();
        let mut command = Command::new("node");
        command.arg(program).args(["--inMemoryPersistence", "--silent", "--disableTelemetry"]);
        command.args(["--oauth", "basic", "--blobHost", "127.0.0.1", "--blobPort"]);
        command.arg(address.port().to_string());
        // The file has both.
        command.arg("--cert").arg(named.certificate()).arg("--key").arg(named.certificate());
        command.env("AZURITE_ACCOUNTS", ACCOUNT).current_dir(folder.path()).process_group(0);
        let errors = log.try_clone().expect("a file can be shared");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .expect("the emulator can be started");
        wait_until_it_listens(&mut child, address, &log_path);
        Self { child, address, authority: named.authority(), _folder: folder }
    }

    /// Its base URL, without a slash at the end, for who knows the name.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{NAME}:{}", self.address.port())
    }

    /// Calls it as who may do everything.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn call(&self, method: &str, path: &str, headers: &[&str]) -> Told {
        let python = super::programs().expect("there was one for the certificate").join("python");
        let mut command = Command::new(python);
        command.arg(files::root().join("tests/emulators/tls_call.py")).arg(&self.authority);
        command.args([method, NAME, &self.address.port().to_string(), path, "x-ms-version:2023-11-03"]);
        command.arg(format!("authorization:Bearer {}", token_for("https://storage.azure.com")));
        let output = command.args(headers).env_remove("PYTHONPATH").output().expect("a script can be run");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = printed.lines();
        let status = lines.next().and_then(|line| line.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let said = || String::from_utf8_lossy(&output.stderr).into_owned();
        Told { status: status.unwrap_or_else(|| panic!("no answer: {}", said())), headers }
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}

/// The emulator's script, installed where it is not yet.
fn program() -> Result<&'static Path, String> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    MADE.get_or_init(install).as_deref().map_err(Clone::clone)
}

fn install() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|fault| fault.to_string())?;
    let folder = own.ancestors().nth(3).ok_or("there is no target folder")?.join("azurite");
    let script = folder.join("node_modules/azurite/dist/src/blob/main.js");
    let (stamp, wanted) = (folder.join("installed.json"), files::read(PACKAGE));
    if std::fs::read_to_string(&stamp).is_ok_and(|made_for| made_for == wanted) {
        return Ok(script);
    }
    let write = |path: &Path| std::fs::write(path, &wanted).map_err(|fault| fault.to_string());
    std::fs::create_dir_all(&folder).map_err(|fault| fault.to_string())?;
    write(&folder.join("package.json"))?;
    let options = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    let output = Command::new("npm").args(options).current_dir(&folder).output();
    let output = output.map_err(|fault| format!("`npm` cannot be run: {fault}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = said.trim().lines().last().unwrap_or("it does not say why").to_owned();
        return Err(format!("`npm install` failed: {last}"));
    }
    write(&stamp)?;
    Ok(script)
}
