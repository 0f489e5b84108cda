//! A provider's front door, started for one suite on a free port, with everything that it writes kept in a folder of
//! its own: `sallyport serve`, or a function behind a double of its cloud.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::azure::FunctionApp;
use crate::gcp::CloudRun;
use crate::http::{Answer, Request};
use crate::lambda::Lambda;
use crate::program::{Finished, Running};

/// How long a record is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server is to be started. What is not said is left to the program's own defaults.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The policy document; the built-in example where there is none.
    pub policy: Option<String>,
    /// The keys document; anybody may call where there is none.
    pub keys: Option<String>,
    /// Further files that stand beside these two: name and text.
    pub files: Vec<(String, String)>,
    /// The decision log; one of its own where there is none.
    pub log: Option<PathBuf>,
    /// The upstreams: a vendor and a URL each. The others are models that say back what they hear.
    pub upstreams: Vec<(String, String)>,
    /// How long an upstream may be silent, in seconds.
    pub upstream_timeout: Option<u64>,
    /// How long a function's platform lets a call take; five minutes where it is not said.
    pub longest_call: Option<Duration>,
    /// Further arguments, which only `sallyport serve` has.
    pub arguments: Vec<String>,
    /// Variables of its environment, besides the test's own.
    pub variables: Vec<(String, String)>,
}

impl Settings {
    /// A server with this policy.
    #[must_use]
    pub fn of_policy(policy: impl Into<String>) -> Self {
        Self { policy: Some(policy.into()), ..Self::default() }
    }

    /// The same with these keys.
    #[must_use]
    pub fn keys(self, keys: impl Into<String>) -> Self {
        Self { keys: Some(keys.into()), ..self }
    }

    /// The same with one more file beside the documents.
    #[must_use]
    pub fn file(mut self, name: &str, text: impl Into<String>) -> Self {
        self.files.push((name.to_owned(), text.into()));
        self
    }

    /// The same with more arguments.
    #[must_use]
    pub fn arguments<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments.extend(arguments.map(str::to_owned));
        self
    }

    /// The same with an upstream for a vendor.
    #[must_use]
    pub fn upstream(mut self, vendor: &str, url: &str) -> Self {
        self.upstreams.push((vendor.to_owned(), url.to_owned()));
        self
    }

    /// The same with upstreams that may be silent for so many seconds.
    #[must_use]
    pub fn upstream_timeout(self, seconds: u64) -> Self {
        Self { upstream_timeout: Some(seconds), ..self }
    }

    /// The same on a platform that ends a call after this time. This machine never does.
    #[must_use]
    pub fn longest_call(self, time: Duration) -> Self {
        Self { longest_call: Some(time), ..self }
    }

    /// The variables for a provider's own function.
    pub(crate) fn variables_of(&self, provider: &str) -> impl Iterator<Item = &(String, String)> {
        let foreign = move |name: &str| {
            OF_ONE.iter().any(|(start, owner)| name.starts_with(start) && *owner != provider)
        };
        self.variables.iter().filter(move |(name, _)| !foreign(name))
    }

    /// The same with one more variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Settings about where secrets lie, which only one provider has: another one would refuse them.
const OF_ONE: [(&str, &str); 2] = [("SALLYPORT_SECRETS_ENDPOINT", "gcp"), ("SALLYPORT_VAULT_", "azure")];

/// What stands in a function's package, and behind it.
impl Settings {
    /// Writes the policy, the keys and the further files into a function's package, and what else stands in it: name and
    /// text.
    pub(crate) fn write_package(&self, folder: &TempDir, more: &[(&str, &str)]) {
        let policy = self.policy.clone();
        let policy = policy.unwrap_or_else(|| crate::files::read("functions/local/src/example.yaml"));
        let keys = self.keys.iter().map(|text| ("keys.yaml", text.as_str()));
        let others = self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let own = [("policy.yaml", policy.as_str())].into_iter().chain(more.iter().copied());
        for (name, text) in own.chain(keys).chain(others) {
            std::fs::write(folder.path().join(name), text).expect("a file can be written");
        }
    }

    /// What stands in for the vendors that no upstream is named for, where there are such: a model that says back what
    /// it hears.
    pub(crate) fn echo(&self) -> Option<Box<Served>> {
        let named = |vendor: &str| self.upstreams.iter().any(|(name, _)| name == vendor);
        let whole = dialects::VENDORS.iter().all(|vendor| named(vendor.id));
        (!whole).then(|| Box::new(Served::start(&Self::of_policy(NO_RULES))))
    }
}

/// A policy without rules, for the model behind a function that says back what it hears.
const NO_RULES: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: echo}\nspec: {rules: []}\n";

/// The variable that tells a function where a vendor's API is.
pub(crate) fn upstream_variable(vendor: &str) -> String {
    format!("SALLYPORT_UPSTREAM_{}", vendor.to_ascii_uppercase())
}

/// A server that is up.
#[derive(Debug)]
pub struct Served {
    door: Door,
    address: SocketAddr,
    log: PathBuf,
    folder: TempDir,
}

/// What is behind the address.
#[derive(Debug)]
enum Door {
    CloudRun(Box<CloudRun>),
    Functions(Box<FunctionApp>),
    Lambda(Lambda),
    Program(Running),
}

impl Served {
    pub(crate) fn behind_cloud_run(
        service: CloudRun,
        address: SocketAddr,
        log: PathBuf,
        folder: TempDir,
    ) -> Self {
        Self { door: Door::CloudRun(Box::new(service)), address, log, folder }
    }

    pub(crate) fn behind_functions_host(
        app: FunctionApp,
        address: SocketAddr,
        log: PathBuf,
        folder: TempDir,
    ) -> Self {
        Self { door: Door::Functions(Box::new(app)), address, log, folder }
    }

    pub(crate) fn behind_lambda(lambda: Lambda, address: SocketAddr, log: PathBuf, folder: TempDir) -> Self {
        Self { door: Door::Lambda(lambda), address, log, folder }
    }

    /// Starts `sallyport serve` and waits until it has told its address.
    ///
    /// # Panics
    /// When it ends instead.
    #[must_use]
    pub fn start(settings: &Settings) -> Self {
        let (running, folder) = launch(settings);
        let Some(address) = running.wait_for(told_address) else {
            panic!("the server ended at its start:\n{}{}", running.stdout(), running.stderr());
        };
        let log = log_path(settings, &folder);
        Self { door: Door::Program(running), address, log, folder }
    }

    /// Starts a server that is expected to refuse to start, and waits for its end.
    ///
    /// # Panics
    /// When it serves.
    #[must_use]
    pub fn refused(settings: &Settings) -> Finished {
        let (mut running, _folder) = launch(settings);
        if let Some(address) = running.wait_for(told_address) {
            panic!("the server should not have started, but listens at {address}");
        }
        running.finish()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends it a request.
    #[must_use]
    pub fn call(&self, request: &Request) -> Answer {
        request.send(self.address)
    }

    /// The decision log, as it stands in its file.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        match &self.door {
            Door::CloudRun(service) => {
                std::fs::write(&self.log, service.records()).expect("the decision log can be written");
            }
            Door::Functions(app) => app.gather_records(),
            Door::Lambda(lambda) => lambda.gather_records(),
            Door::Program(_) => {}
        }
        std::fs::read_to_string(&self.log).expect("the decision log can be read")
    }

    /// The file in which records stand as soon as they are made: one in each line, or in its member `record`.
    #[must_use]
    pub fn live_log(&self) -> &Path {
        match &self.door {
            Door::CloudRun(service) => service.output(),
            Door::Functions(_) | Door::Lambda(_) | Door::Program(_) => &self.log,
        }
    }

    /// The path of the decision log.
    #[must_use]
    pub fn log_path(&self) -> &Path {
        &self.log
    }

    /// The decision log's records.
    ///
    /// # Panics
    /// When a line of it is not JSON.
    #[must_use]
    pub fn records(&self) -> Vec<Value> {
        self.records_after(0)
    }

    /// How many records the decision log has.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.log().lines().count()
    }

    /// The decision log's records but for the first so many, which are not even read: a suite that makes thousands looks
    /// at a few at a time.
    ///
    /// # Panics
    /// When a line of it is not JSON.
    #[must_use]
    pub fn records_after(&self, count: usize) -> Vec<Value> {
        let read = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|fault| panic!("a record is not JSON, {fault}: {line}"))
        };
        self.log().lines().skip(count).map(read).collect()
    }

    /// The record that was made last.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn last_record(&self) -> Value {
        let last = self.records_after(self.record_count().saturating_sub(1)).pop();
        last.expect("a record was made")
    }

    /// Sends it a request; the answer, and the records that were made meanwhile.
    #[must_use]
    pub fn call_recorded(&self, request: &Request) -> (Answer, Vec<Value>) {
        let before = self.record_count();
        let answer = self.call(request);
        (answer, self.records_after(before))
    }

    /// Puts another version in place of the policy file.
    ///
    /// # Panics
    /// When it was not started with one, or the file cannot be written.
    pub fn change_policy(&self, policy: &str) {
        let path = self.folder.path().join("policy.yaml");
        assert!(path.exists(), "the server was started without a policy file");
        std::fs::write(path, policy).expect("the policy file can be written");
    }

    /// Has a function's processes replaced by new ones, which know nothing of the old ones' secrets; each when it has
    /// answered, so that no call is lost.
    ///
    /// # Panics
    /// When it is no function.
    pub fn renew_processes(&self) {
        match &self.door {
            Door::Lambda(lambda) => lambda.renew_processes(),
            Door::CloudRun(_) | Door::Functions(_) | Door::Program(_) => {
                panic!("only the processes behind Lambda are replaced")
            }
        }
    }

    /// The function app behind the door.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn function_app(&self) -> &FunctionApp {
        match &self.door {
            Door::Functions(app) => app,
            Door::CloudRun(_) | Door::Lambda(_) | Door::Program(_) => {
                panic!("only a function app has a host of functions")
            }
        }
    }

    /// The service of Cloud Run behind the door.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn cloud_run(&self) -> &CloudRun {
        match &self.door {
            Door::CloudRun(service) => service,
            Door::Functions(_) | Door::Lambda(_) | Door::Program(_) => {
                panic!("it is no service of Cloud Run")
            }
        }
    }

    /// Waits until there is a record such as this, for calls whose answer nobody reads to its end.
    ///
    /// # Panics
    /// When a minute has passed.
    pub fn wait_for_record(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            if let Some(found) = self.records().into_iter().find(&wanted) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "no such record within a minute; so far:\n{}", self.log());
            // Nothing tells when a record is written. To ask the server something gives it the time that it needs.
            let _ = self.call(&Request::fetch("/healthz"));
        }
    }

    /// Waits until a line of the standard error of `sallyport serve` gives an answer.
    ///
    /// # Panics
    /// When it is another program.
    pub fn wait_for<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        match &self.door {
            Door::CloudRun(_) | Door::Functions(_) | Door::Lambda(_) => {
                panic!("only `sallyport serve` is waited for")
            }
            Door::Program(running) => running.wait_for(wanted),
        }
    }

    /// Everything that it has written so far: both outputs and the decision log.
    #[must_use]
    pub fn everything_written(&self) -> String {
        format!("{}\n{}\n{}", self.stdout(), self.stderr(), self.log())
    }

    /// What it has written to its standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        match &self.door {
            Door::CloudRun(service) => service.stderr(),
            Door::Functions(app) => app.written("stderr"),
            Door::Lambda(lambda) => lambda.written("stderr"),
            Door::Program(running) => running.stderr(),
        }
    }

    /// What it has written to its standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        match &self.door {
            Door::CloudRun(service) => service.written(),
            Door::Functions(app) => app.written("stdout"),
            Door::Lambda(lambda) => lambda.written("stdout"),
            Door::Program(running) => running.stdout(),
        }
    }

    /// Asks `sallyport serve`, or the service of Cloud Run, to end and waits until it has; the folder with its log is kept.
    ///
    /// # Panics
    /// When it is another program.
    #[must_use]
    pub fn stop(self) -> (Finished, TempDir) {
        match self.door {
            Door::CloudRun(service) => (service.stop(), self.folder),
            Door::Functions(_) | Door::Lambda(_) => panic!("functions are not asked to end"),
            Door::Program(running) => (running.stop(), self.folder),
        }
    }
}

/// The address in the first line that the server prints when it is ready: `sallyport … serves on http://…`.
fn told_address(line: &str) -> Option<SocketAddr> {
    line.split_once(" serves on http://")?.1.trim().parse().ok()
}

fn log_path(settings: &Settings, folder: &TempDir) -> PathBuf {
    settings.log.clone().unwrap_or_else(|| folder.path().join("decisions.jsonl"))
}

fn launch(settings: &Settings) -> (Running, TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let mut arguments: Vec<_> = ["serve", "--listen", "127.0.0.1:0", "--log"].map(str::to_owned).into();
    arguments.push(log_path(settings, &folder).display().to_string());
    let documents = [("--policy", "policy.yaml", &settings.policy), ("--keys", "keys.yaml", &settings.keys)];
    for (option, name, document) in documents {
        if let Some(text) = document {
            std::fs::write(folder.path().join(name), text).expect("a document can be written");
            arguments.extend([option.to_owned(), place(name)]);
        }
    }
    for (name, text) in &settings.files {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    for (vendor, url) in &settings.upstreams {
        arguments.extend(["--upstream".to_owned(), format!("{vendor}={url}")]);
    }
    if let Some(seconds) = settings.upstream_timeout {
        arguments.extend(["--upstream-timeout".to_owned(), seconds.to_string()]);
    }
    arguments.extend(settings.arguments.iter().cloned());
    (Running::start(&arguments, &settings.variables), folder)
}
