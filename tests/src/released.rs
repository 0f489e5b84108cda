//! Programs as they are deployed: built as `release` builds them, for benches alone, since that takes minutes.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::files;

/// A function's program, for this machine.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn function(package: &str, name: &str) -> PathBuf {
    build(&["--package", package, "--bin", name], files::root(), &target());
    target().join("release").join(name)
}

/// The program of a crate that is no part of the workspace: its folder under `tests/`, and its name. It is built in a
/// folder of its own.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn bare(folder: &str, name: &str) -> PathBuf {
    let target = target().join(name);
    build(&[], &files::root().join("tests").join(folder), &target);
    target.join("release").join(name)
}

fn target() -> PathBuf {
    let own = std::env::current_exe().expect("a running program has a path");
    own.ancestors().nth(3).expect("cargo runs a bench in <target>/<profile>/deps").to_owned()
}

fn build(arguments: &[&str], folder: &Path, target: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    eprintln!("builds {} for release, which takes minutes the first time", folder.display());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--release", "--locked"]).args(arguments);
    let status = command.arg("--target-dir").arg(target).current_dir(folder).status();
    assert!(status.is_ok_and(|status| status.success()), "{} does not build", folder.display());
}

/// Ends a program that was measured.
pub fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// How large a program is, and how large a zip with it, in words.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn sizes(program: &Path) -> String {
    let size = std::fs::metadata(program).expect("the built program is there").len();
    let zipped =
        zipped(program).map_or("not zipped for want of `zip`".to_owned(), |size| shown(size) + " zipped");
    format!("{}: {} stripped, {zipped}", program.display(), shown(size))
}

/// How large a zip with the program is, in bytes.
fn zipped(program: &Path) -> Option<u64> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let zip = folder.path().join("program.zip");
    let packed = Command::new("zip").args(["--quiet", "--junk-paths"]).arg(&zip).arg(program).status();
    packed.ok().filter(std::process::ExitStatus::success)?;
    Some(std::fs::metadata(zip).ok()?.len())
}

fn shown(bytes: u64) -> String {
    format!("{:.2} MB", f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6)
}
