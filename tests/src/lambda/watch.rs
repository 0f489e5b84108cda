//! The function that enforces behind `cargo lambda watch`, which is the Runtime API and the function URL of somebody
//! else: its events are not made by us, nor is what takes our streams apart.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Lambda, package};
use crate::emulators::ministack::{end_group, free_address, wait_until_it_listens};
use crate::emulators::of_lambda;
use crate::http::Request;
use crate::served::{Served, Settings};

/// The function's name in it.
const NAME: &str = "gate";

/// The emulator and the one process of the function that it has.
#[derive(Debug)]
pub(super) struct Watch {
    emulator: Child,
    function: Child,
}

/// Starts the function behind it.
///
/// # Panics
/// When it cannot be had or does not start. Whether it can be had [`of_lambda`] tells.
#[must_use]
pub fn serve(settings: &Settings) -> Served {
    let (function, echo, folder) = package(settings);
    let program = of_lambda().expect("the environment can be made").join("bin/cargo-lambda");
    let (emulator, address) = start(&program, folder.path());
    let child = function.start_process(&format!("http://{address}/.rt/{NAME}"));
    let own = Watch { emulator, function: child };
    let front = listen(address);
    // The first call waits until the function asks for it.
    let _ = Request::fetch("/healthz").send(front);
    let lambda = Lambda { function, address: front, _emulator: Some(own), _echo: echo };
    Served::behind_lambda(lambda, front, folder.path().join("decisions.jsonl"), folder)
}

/// Starts the emulator.
fn start(program: &Path, folder: &Path) -> (Child, SocketAddr) {
    let address = free_address();
    let port = address.port().to_string();
    let mut command = Command::new(program);
    command.args(["lambda", "watch", "--only-lambda-apis", "--disable-cors"]);
    command.args(["--invoke-address", "127.0.0.1", "--invoke-port", &port]);
    let log = std::fs::File::create(folder.join("watch")).expect("a file can be made");
    let errors = log.try_clone().expect("a file can be shared");
    command.current_dir(project(folder)).stdin(Stdio::null()).stdout(log).stderr(errors);
    let mut child = command.process_group(0).spawn().expect("the emulator can be started");
    wait_until_it_listens(&mut child, address, &folder.join("watch"));
    (child, address)
}

/// It wants a Cargo project with a binary of the function's name, though it builds nothing of it.
fn project(folder: &Path) -> PathBuf {
    let project = folder.join("project");
    let manifest = "[package]\nname = \"gate\"\nedition = \"2021\"\n[[bin]]\nname = \"gate\"\npath = \"main.rs\"\n[workspace]\n";
    std::fs::create_dir(&project).expect("a folder can be made");
    for (name, text) in [("Cargo.toml", manifest), ("main.rs", "fn main() {}\n")] {
        std::fs::write(project.join(name), text).expect("a file can be written");
    }
    project
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.function.kill();
        let _ = self.function.wait();
        end_group(&mut self.emulator);
    }
}

/// The emulator has its function URLs under a path, which calls are sent on to; all else goes through as it is.
fn listen(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a listener has an address");
    std::thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            std::thread::spawn(move || send_on(caller, to));
        }
    });
    address
}

/// One call on one connection.
fn send_on(caller: TcpStream, to: SocketAddr) {
    let Ok(mut far) = TcpStream::connect(to) else { return };
    let _ = (far.set_nodelay(true), caller.set_nodelay(true));
    let (back, answers) = (caller.try_clone(), far.try_clone());
    let (mut back, mut answers) = (back.expect("a socket can be shared"), answers.expect("a socket"));
    std::thread::spawn(move || {
        let mut piece = [0; 8192];
        while let Ok(length) = answers.read(&mut piece) {
            let piece = piece.get(..length).unwrap_or_default();
            if piece.is_empty() || back.write_all(piece).is_err() {
                break;
            }
        }
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut from = BufReader::new(caller);
    let mut first = Vec::new();
    let _ = from.read_until(b'\n', &mut first);
    let line = String::from_utf8_lossy(&first).replacen(" /", &format!(" /lambda-url/{NAME}/"), 1);
    let _ = far.write_all(line.as_bytes());
    let _ = std::io::copy(&mut from, &mut far);
    let _ = far.shutdown(Shutdown::Write);
}
