//! Emulators that others wrote, started for one test each, so that it is not only our own doubles that say what a
//! cloud does: [`ministack`] for the services of AWS, [`azurite`] for the blobs of Azure. What they leave out stands
//! beside them: [`scheduler`] calls the rotation function as Secrets Manager does, and [`provider`] is a model API that
//! makes and revokes its own keys. A [`passage`] between a function and a service counts its calls and stops it at one
//! of them.
//!
//! They are packages of Python and of Node.js, pinned in `tests/emulators/`. Where they cannot be had a test says so
//! and does nothing.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::python::{environment, environment_alone};

pub mod account;
pub mod azurite;
pub mod ministack;
pub mod named;
pub mod passage;
pub mod provider;
pub mod scheduler;

/// The folder with the programs of the emulators' environment, which is made once.
fn programs() -> Result<&'static Path, String> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = || Ok(environment("emulators-venv", "tests/emulators/requirements.txt")?.join("bin"));
    MADE.get_or_init(made).as_deref().map_err(Clone::clone)
}

/// The folder of the environment with the two public emulators of Lambda's Runtime API: `cargo lambda watch`, and the
/// one of AWS, which lies in the package of its command line for applications. Neither needs what the packages name.
///
/// # Errors
/// Why it cannot be made.
pub fn of_lambda() -> Result<&'static Path, String> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = || environment_alone("lambda-venv", "tests/emulators/lambda.txt");
    MADE.get_or_init(made).as_deref().map_err(Clone::clone)
}
