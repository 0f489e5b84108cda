//! Python environments for what is tried with Python: made once each, in the target folder, from a list of pinned
//! packages, and made anew when the list changes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;

/// The folder of an environment with this name, which holds the packages of a file of requirements.
///
/// # Errors
/// Why it cannot be made, in words for the line that tells what is skipped.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf, String> {
    made(name, requirements, &[])
}

/// The same without what the packages themselves need: for those that are taken for a program in them.
///
/// # Errors
/// As [`environment`].
pub fn environment_alone(name: &str, requirements: &str) -> Result<PathBuf, String> {
    made(name, requirements, &["--no-deps"])
}

fn made(name: &str, requirements: &str, options: &[&str]) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|fault| fault.to_string())?;
    let folder = own.ancestors().nth(3).ok_or("there is no target folder")?.join(name);
    let (stamp, wanted) = (folder.join("requirements.txt"), files::read(requirements));
    if std::fs::read_to_string(&stamp).is_ok_and(|made_for| made_for == wanted) {
        return Ok(folder);
    }
    let place = folder.to_string_lossy();
    run("python3 -m venv", Path::new("python3"), &["-m", "venv", "--clear", &place])?;
    let arguments = [&["-m", "pip", "install", "--quiet", "-r", requirements], options].concat();
    run("pip install", &folder.join("bin/python"), &arguments)?;
    std::fs::write(stamp, wanted).map_err(|fault| fault.to_string())?;
    Ok(folder)
}

/// Tells a line whether or not the test passes, which `println!` would not.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn run(name: &str, program: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).current_dir(files::root()).output();
    let output = output.map_err(|fault| format!("`{name}` cannot be run: {fault}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{name}` failed: {}", said.trim().lines().last().unwrap_or("it does not say why")))
}
