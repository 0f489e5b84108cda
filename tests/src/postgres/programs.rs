//! Where the programs of a PostgreSQL server are, and as whom they run: a server refuses to be root.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::has;

/// What is needed of a server.
const NAMES: [&str; 2] = ["initdb", "postgres"];
/// Where Debian has its versions.
const PLACE: &str = "usr/lib/postgresql";

/// Libraries that every machine has, and must have its own of; and one that is large and only wanted for long queries.
const LEFT_OUT: [&str; 4] = ["libc6", "libgcc", "libllvm", "libstdc"];

/// The programs, and who runs them.
#[derive(Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    /// What a fetched server has its libraries from.
    libraries: Option<PathBuf>,
    /// The user, and the group, in the place of root.
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Those of the machine, or else of Debian's packages, which are unpacked in the target folder.
    pub(super) fn find() -> Result<Self, String> {
        run(Command::new("openssl").arg("version"))?;
        let user = user()?;
        if let Some(folder) = installed() {
            return Ok(Self { folder, libraries: None, user });
        }
        let own = std::env::current_exe().map_err(|fault| fault.to_string())?;
        let unpacked = own.ancestors().nth(3).ok_or("there is no target folder")?.join("postgresql");
        if of_version(&unpacked).is_none() {
            fetch(&unpacked)?;
        }
        let folder = of_version(&unpacked).ok_or("Debian's packages have no PostgreSQL server")?;
        Ok(Self { folder, libraries: Some(unpacked), user })
    }

    /// A program of the server's, as whom it runs.
    pub(super) fn server(&self, name: &str) -> Command {
        let mut command = self.as_server(&self.folder.join(name).to_string_lossy());
        if let Some(unpacked) = &self.libraries {
            let places = ["usr/lib", "lib"].map(|place| {
                let place = unpacked.join(place).join(format!("{}-linux-gnu", std::env::consts::ARCH));
                place.display().to_string()
            });
            command.env("LD_LIBRARY_PATH", places.join(":"));
        }
        command
    }

    /// Any program, as the user that the server runs as.
    pub(super) fn as_server(&self, program: &str) -> Command {
        let Some((user, group)) = self.user else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command
            .args([format!("--reuid={user}"), format!("--regid={group}")])
            .args(["--clear-groups", program]);
        command
    }

    /// Gives a folder to the user that the server runs as.
    pub(super) fn give(&self, folder: &Path) -> Result<(), String> {
        let Some((user, group)) = self.user else { return Ok(()) };
        chown(folder, Some(user), Some(group)).map_err(|fault| fault.to_string())
    }
}

/// Who runs the server, where we are root.
fn user() -> Result<Option<(u32, u32)>, String> {
    let id = |arguments: &[&str]| printed(Command::new("id").args(arguments));
    if id(&["-u"])? != "0" {
        return Ok(None);
    }
    let number = |text: String| text.parse().map_err(|_| "`id` names no number".to_owned());
    Ok(Some((number(id(&["-u", "nobody"])?)?, number(id(&["-g", "nobody"])?)?)))
}

fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&path).find(|folder| has(folder, &NAMES));
    of_version(Path::new("/")).or_else(on_path)
}

/// The newest version's programs, where versions lie side by side.
fn of_version(root: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(root.join(PLACE)).ok()?.flatten();
    let folders = versions.map(|version| version.path().join("bin")).filter(|folder| has(folder, &NAMES));
    folders.max()
}

/// Unpacks the server and the libraries that it names into a folder.
fn fetch(unpacked: &Path) -> Result<(), String> {
    let downloads = unpacked.join("packages");
    std::fs::create_dir_all(&downloads).map_err(|fault| fault.to_string())?;
    let versions = needed_by("postgresql")?;
    let server =
        versions.iter().find(|name| name.starts_with("postgresql-")).ok_or("there is no such package")?;
    let named = needed_by(server)?;
    let libraries = named.iter().filter(|name| name.starts_with("lib") && !has_start(name, &LEFT_OUT));
    let mut command = Command::new("apt-get");
    command.current_dir(&downloads).arg("download").arg(server).args(libraries);
    run(&mut command)?;
    for package in std::fs::read_dir(&downloads).map_err(|fault| fault.to_string())?.flatten() {
        run(Command::new("dpkg").arg("-x").arg(package.path()).arg(unpacked))?;
    }
    Ok(())
}

fn has_start(name: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| name.starts_with(start))
}

fn needed_by(package: &str) -> Result<Vec<String>, String> {
    let told = printed(Command::new("apt-cache").args(["depends", package]))?;
    let names = told.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    Ok(names.map(str::to_owned).collect())
}

fn printed(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::null()).output().map_err(|fault| told(command, &fault.to_string()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program to its end, which must be a good one.
pub(super) fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|fault| told(command, &fault.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(told(command, said.trim().lines().last().unwrap_or("it does not say why")))
}

fn told(command: &Command, why: &str) -> String {
    format!("`{}` failed: {why}", command.get_program().to_string_lossy())
}
