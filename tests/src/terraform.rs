//! The real Terraform without a provider: a small server says what the resources of `infra/gcp` look like, so that
//! modules are validated, and their own tests run, with nothing made and nothing asked of a cloud.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::files;
use crate::python::environment;

/// The provider that the server stands in for.
const PROVIDER: &str = "registry.terraform.io/hashicorp/google";
/// The first version that knows conditions of an input on other inputs: 1.9.
const OLDEST: (u64, u64) = (1, 9);

/// Terraform, with the server that it asks for schemas. The server ends when this process does.
#[derive(Debug)]
pub struct Terraform {
    server: Child,
    reattach: String,
}

impl Terraform {
    /// Starts the server.
    ///
    /// # Errors
    /// What is missing, in words for the line that tells what is skipped.
    pub fn start() -> Result<Self, String> {
        check_version()?;
        let environment = environment("terraform-venv", "tests/infra/terraform/requirements.txt")?;
        let mut server = Command::new(environment.join("bin/python"))
            .args(["tests/infra/terraform/serve_schema.py", "tests/infra/terraform/schema.json"])
            .current_dir(files::root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|fault| fault.to_string())?;
        let mut port = String::new();
        let out = server.stdout.take().ok_or("the server of schemas has no output")?;
        BufReader::new(out).read_line(&mut port).map_err(|fault| fault.to_string())?;
        let port: u16 = port.trim().parse().map_err(|_| "the server of schemas does not start")?;
        let reattach = json!({PROVIDER: {
            "Protocol": "grpc",
            "ProtocolVersion": 5,
            "Pid": server.id(),
            "Test": true,
            "Addr": {"Network": "tcp", "String": format!("127.0.0.1:{port}")},
        }});
        Ok(Self { server, reattach: reattach.to_string() })
    }

    /// Runs a command of Terraform in a folder, to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut command = plain();
        command.args(arguments).current_dir(folder).env("TF_REATTACH_PROVIDERS", &self.reattach);
        command.output().expect("Terraform was there before")
    }
}

impl Drop for Terraform {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}

fn check_version() -> Result<(), String> {
    let told = plain().args(["version", "-json"]).output().map_err(|_| "terraform is not installed")?;
    let told: Value =
        serde_json::from_slice(&told.stdout).map_err(|_| "terraform does not tell its version")?;
    let version = told["terraform_version"].as_str().unwrap_or_default();
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    let known = numbers.next().zip(numbers.next()).is_some_and(|version| version >= OLDEST);
    if known { Ok(()) } else { Err(format!("terraform {version} is older than 1.9")) }
}

/// Terraform without whatever else this machine has set for it.
fn plain() -> Command {
    let mut command = Command::new("terraform");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TF_") {
            command.env_remove(name);
        }
    }
    command.envs([
        ("TF_CLI_CONFIG_FILE", "/dev/null"),
        ("CHECKPOINT_DISABLE", "1"),
        ("TF_IN_AUTOMATION", "1"),
    ]);
    command
}
