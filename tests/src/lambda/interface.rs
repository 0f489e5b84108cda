//! The function that enforces behind AWS's own Runtime Interface Emulator, which starts and stops its processes, ends
//! a call that takes too long, and cuts an event that is too large. It answers whole: the prelude, eight NULs, the body.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Function, package};
use crate::emulators::ministack::{end_group, free_address, wait_until_it_listens};
use crate::emulators::of_lambda;
use crate::http::{Answer, Request};
use crate::program;
use crate::served::{Served, Settings};

/// Where it lies in its package, behind the version of Python.
const PROGRAM: &str = "site-packages/samcli/local/rapid/aws-lambda-rie-x86_64";

/// The emulator, which starts the function at the first call. It ends with the value.
#[derive(Debug)]
pub struct Interface {
    emulator: Child,
    address: SocketAddr,
    folder: TempDir,
    _function: std::sync::Arc<Function>,
    _echo: Option<Box<Served>>,
}

/// The emulator's program.
///
/// # Errors
/// Why it cannot be had.
pub fn program() -> Result<PathBuf, String> {
    let folder = of_lambda()?.join("lib");
    let versions = std::fs::read_dir(folder).map_err(|fault| fault.to_string())?;
    let mut places = versions.flatten().map(|version| version.path().join(PROGRAM));
    let found = places.find(|place| place.exists()).ok_or("the emulator is not in its package")?;
    if cfg!(target_arch = "x86_64") { Ok(found) } else { Err("it is for another processor".to_owned()) }
}

impl Interface {
    /// Starts it with a function that may take so many seconds for a call.
    ///
    /// # Panics
    /// When it does not start. Whether it can be had [`program`] tells.
    #[must_use]
    pub fn start(settings: &Settings, seconds: u64) -> Self {
        let (function, echo, folder) = package(settings);
        let emulator = own_copy(&program().expect("it is there"), folder.path());
        let (address, runtime_api) = (free_address(), free_address());
        let mut command = Command::new(emulator);
        command.args(["--runtime-interface-emulator-address", &address.to_string()]);
        command.args(["--runtime-api-address", &runtime_api.to_string(), "--log-level", "error"]);
        command.arg(program::function("sallyport-aws-enforce"));
        command.envs(function.variables.iter().map(|(name, value)| (name, value)));
        command.env("AWS_LAMBDA_FUNCTION_TIMEOUT", seconds.to_string());
        let log = std::fs::File::create(folder.path().join("stdout")).expect("a file can be made");
        let errors = log.try_clone().expect("a file can be shared");
        command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
        let mut emulator = command.spawn().expect("the emulator can be started");
        wait_until_it_listens(&mut emulator, address, &folder.path().join("stdout"));
        Self { emulator, address, folder, _function: function, _echo: echo }
    }

    /// Invokes the function with the event of a function URL.
    #[must_use]
    pub fn call(&self, path: &str, body: &str) -> Answer {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "requestContext": {
                "accountId": "anonymous", "apiId": "abc123", "domainName": "abc123.lambda-url.eu-west-1.on.aws",
                "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9"},
                "requestId": "e1f2", "routeKey": "$default", "stage": "$default", "timeEpoch": 1_787_392_800_000_u64,
            },
            "body": body, "isBase64Encoded": false,
        });
        Request::post("/2015-03-31/functions/function/invocations", event.to_string()).send(self.address)
    }

    /// What the emulator and the function have written.
    #[must_use]
    pub fn written(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stdout")).unwrap_or_default()
    }
}

/// The prelude and the body of an answer; none of what is no answer of a function that streams.
#[must_use]
pub fn apart(answer: &Answer) -> Option<(Value, String)> {
    let end = answer.body.windows(8).position(|window| window == [0; 8])?;
    let (prelude, body) = answer.body.split_at(end);
    let body = body.get(8..).unwrap_or_default();
    Some((serde_json::from_slice(prelude).ok()?, String::from_utf8_lossy(body).into_owned()))
}

/// In its package it is a file that cannot be run.
fn own_copy(program: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("emulator");
    let done = Command::new("install").args(["-m", "700"]).arg(program).arg(&copy).status();
    assert!(done.is_ok_and(|status| status.success()), "the emulator can be copied");
    copy
}

impl Drop for Interface {
    fn drop(&mut self) {
        end_group(&mut self.emulator);
    }
}
