//! How a function's programs begin and end: `--help`, where the package lies, the runtime, and why there was no start.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use crate::HostError;

/// Runs a program. One that does not start ends with status 2 and says why on standard error.
pub fn run<E: Display>(help: &str, start: impl FnOnce() -> Result<(), E>) -> ExitCode {
    if std::env::args_os().skip(1).any(|word| word == "--help" || word == "-h") {
        return told(io::stdout(), help, ExitCode::SUCCESS);
    }
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let lines: String =
                fault.to_string().lines().map(|line| format!("sallyport: {line}\n")).collect();
            told(io::stderr(), &lines, ExitCode::from(2))
        }
    }
}

/// Where a function's package lies: `told` is what the provider says, and where it says nothing the program lies in it.
#[must_use]
pub fn package(told: Option<OsString>) -> PathBuf {
    let told = told.filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.parent()?.to_owned());
    told.or_else(beside).unwrap_or_default()
}

/// Starts a runtime, which waits for sockets and for times.
///
/// # Errors
/// What the system says.
pub fn runtime(mut of: Builder) -> Result<Runtime, HostError> {
    let started = of.enable_io().enable_time().build();
    started.map_err(|reason| HostError::System { what: "cannot start the runtime", reason })
}

fn told(mut out: impl Write, text: &str, code: ExitCode) -> ExitCode {
    // There is nowhere left to tell when this fails.
    let _ = out.write_all(text.as_bytes());
    code
}
