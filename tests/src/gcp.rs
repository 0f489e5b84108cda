//! Google Cloud, as a service on Cloud Run sees it: the service itself on a free port, and a double for each of the
//! platform's own services behind it.
//!
//! What it has not: the front end, which checks tokens and takes their signatures out (a test writes what it would), the
//! request's time-out, and other instances of the service.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Finished, Running};
use crate::served::{Served, Settings, upstream_variable};

pub mod id_tokens;
pub mod metadata;
pub mod secret_manager;

use metadata::Metadata;
use secret_manager::PROJECT;

/// The locations of Vertex AI that may be called where a test does not say.
const LOCATIONS: &str = "us-central1,us-east5,global";
/// What stands before an address in the service's first line.
const LISTENS: &str = "listens on 0.0.0.0:";

/// A service that is up.
#[derive(Debug)]
pub struct CloudRun {
    running: Running,
    metadata: Metadata,
    /// Its standard output: a file, so that what it has written is there when its answer is.
    output: PathBuf,
    /// What stands in for the vendors that the settings name no upstream for.
    _echo: Option<Box<Served>>,
}

/// Starts the service that enforces, with these settings.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve(settings: &Settings) -> Served {
    serve_beside(settings, Metadata::start())
}

/// The same beside this metadata server.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve_beside(settings: &Settings, metadata: Metadata) -> Served {
    let folder = tempfile::tempdir().expect("a folder can be made");
    settings.write_package(&folder, &[]);
    let echo = settings.echo();
    let url = echo.as_ref().map(|echo| echo.url()).unwrap_or_default();
    let mut all: Vec<_> =
        dialects::VENDORS.iter().map(|vendor| (upstream_variable(vendor.id), url.clone())).collect();
    all.extend(metadata.variables());
    all.extend(variables(settings, &folder));
    let output = folder.path().join("stdout");
    let file = File::create(&output).expect("a file can be made");
    let running = Running::start_function("sallyport-gcp-enforce", &all, file);
    let port = running.wait_for(|line| line.split_once(LISTENS)?.1.split('"').next()?.parse::<u16>().ok());
    let Some(port) = port else { panic!("the service ended at its start: {}", running.stderr()) };
    let log = folder.path().join("decisions.jsonl");
    let service = CloudRun { running, metadata, output, _echo: echo };
    Served::behind_cloud_run(service, ([127, 0, 0, 1], port).into(), log, folder)
}

fn variables(settings: &Settings, folder: &TempDir) -> Vec<(String, String)> {
    let place = |name: &str| folder.path().join(name).display().to_string();
    let callers = match &settings.keys {
        Some(_) => ("SALLYPORT_KEYS", place("keys.yaml")),
        None => ("SALLYPORT_ALLOW_ANONYMOUS", "true".to_owned()),
    };
    let given = [
        ("PORT", "0".to_owned()),
        ("K_SERVICE", "gate".to_owned()),
        ("K_REVISION", "gate-00001-abc".to_owned()),
        ("GOOGLE_CLOUD_PROJECT", PROJECT.to_owned()),
        ("SALLYPORT_POLICY", place("policy.yaml")),
        ("SALLYPORT_REGIONS", LOCATIONS.to_owned()),
        callers,
    ];
    let mut all: Vec<_> = given.map(|(name, value)| (name.to_owned(), value)).into();
    all.extend(settings.upstreams.iter().map(|(vendor, url)| (upstream_variable(vendor), url.clone())));
    let seconds = |name: &str, seconds: u64| (name.to_owned(), seconds.to_string());
    all.extend(settings.upstream_timeout.map(|time| seconds("SALLYPORT_UPSTREAM_TIMEOUT", time)));
    all.extend(settings.longest_call.map(|time| seconds("SALLYPORT_TIMEOUT", time.as_secs())));
    all.extend(settings.variables_of("gcp").map(|(name, value)| (name.clone(), whole_name(name, value))));
    all
}

/// Secrets go by their whole names here.
fn whole_name(variable: &str, value: &str) -> String {
    let names_secrets = variable.starts_with("SALLYPORT_SECRET_") || variable == "SALLYPORT_KEYS_SECRET";
    let whole = |name: &str| match name.starts_with("projects/") {
        true => name.to_owned(),
        false => format!("projects/{PROJECT}/secrets/{name}"),
    };
    if names_secrets { value.split(',').map(whole).collect::<Vec<_>>().join(",") } else { value.to_owned() }
}

impl CloudRun {
    /// The metadata server beside it.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The decision records that it has written, one a line.
    pub(crate) fn records(&self) -> String {
        self.written().lines().filter_map(record).map(|record| format!("{record}\n")).collect()
    }

    /// The file of its standard output.
    pub(crate) fn output(&self) -> &Path {
        &self.output
    }

    /// Its standard output so far.
    pub(crate) fn written(&self) -> String {
        std::fs::read_to_string(&self.output).expect("its standard output can be read")
    }

    /// Its standard error so far.
    pub(crate) fn stderr(&self) -> String {
        self.running.stderr()
    }

    /// Asks it to end, as the platform does, and waits until it has.
    pub(crate) fn stop(self) -> Finished {
        let finished = self.running.stop();
        let stdout = std::fs::read_to_string(&self.output).expect("its standard output can be read");
        Finished { stdout, ..finished }
    }
}

/// The record in a line, as it was sealed.
#[must_use]
pub fn record(line: &str) -> Option<&str> {
    line.split_once(",\"record\":")?.1.strip_suffix('}')
}
