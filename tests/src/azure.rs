//! Azure Functions, as a function sees it: the double of its host in front, and behind it the services of the platform,
//! a double each: tokens, the vault, the service that takes records in.
//!
//! What it has not: Easy Auth itself (a test writes the headers that it would), the load balancer's limit of 230
//! seconds, and other instances of the function.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use azure_functions_shim::host::{Host, HostSettings, Level};
use serde_json::Value;
use tempfile::TempDir;

use crate::program;
use crate::served::{Served, Settings, upstream_variable};

pub mod accounts;
pub mod identity;
pub mod ingestion;
pub mod issuer;
pub mod key_vault;

use identity::Identities;
use ingestion::Ingestion;

/// A function app that is up.
#[derive(Debug)]
pub struct FunctionApp {
    host: Host,
    identities: Identities,
    ingestion: Ingestion,
    log: PathBuf,
    gathered: Mutex<Gathered>,
    /// What stands in for the vendors that the settings name no upstream for.
    _echo: Option<Box<Served>>,
}

/// Starts the function that enforces, with these settings.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve(settings: &Settings) -> Served {
    serve_by(settings, HostSettings::default())
}

/// The same under a host that is set up like this; the variables are added to its own.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve_by(settings: &Settings, by: HostSettings) -> Served {
    serve_as(&program::function("sallyport-azure-enforce"), settings, by)
}

/// The same by this program, which becomes the function.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn serve_as(program: &Path, settings: &Settings, mut by: HostSettings) -> Served {
    let folder = tempfile::tempdir().expect("a folder can be made");
    write_package(settings, &folder);
    let log = folder.path().join("decisions.jsonl");
    let (identities, ingestion) = (Identities::start(), Ingestion::start(log.clone()));
    let echo = settings.echo();
    let url = echo.as_ref().map(|echo| echo.url()).unwrap_or_default();
    let all = dialects::VENDORS.iter().map(|vendor| (upstream_variable(vendor.id), url.clone()));
    by.variables.extend(all);
    by.variables.extend(identities.variables());
    by.variables.extend(ingestion.variables());
    by.variables.extend(variables(settings, &folder));
    by.app_root = Some(folder.path().to_owned());
    let host = Host::start(program, by);
    let host = host.unwrap_or_else(|fault| panic!("the function does not start: {fault}"));
    let address = host.listen().expect("a free port");
    let app = FunctionApp {
        host,
        identities,
        ingestion,
        log: log.clone(),
        gathered: Mutex::default(),
        _echo: echo,
    };
    Served::behind_functions_host(app, address, log, folder)
}

fn write_package(settings: &Settings, folder: &TempDir) {
    let function = crate::files::read("functions/azure/app/enforce/gate/function.json");
    std::fs::create_dir(folder.path().join("gate")).expect("a folder can be made");
    settings.write_package(folder, &[("decisions.jsonl", ""), ("gate/function.json", function.as_str())]);
}

fn variables(settings: &Settings, folder: &TempDir) -> BTreeMap<String, String> {
    let place = |name: &str| folder.path().join(name).display().to_string();
    let callers = match &settings.keys {
        Some(_) => ("SALLYPORT_KEYS", place("keys.yaml")),
        None => ("SALLYPORT_ALLOW_ANONYMOUS", "true".to_owned()),
    };
    let given =
        [("SALLYPORT_POLICY", place("policy.yaml")), ("REGION_NAME", "West Europe".to_owned()), callers];
    let mut all: BTreeMap<_, _> = given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.extend(settings.upstreams.iter().map(|(vendor, url)| (upstream_variable(vendor), url.clone())));
    let timeout = settings.upstream_timeout.map(|seconds| seconds.to_string());
    all.extend(timeout.map(|seconds| ("SALLYPORT_UPSTREAM_TIMEOUT".to_owned(), seconds)));
    all.extend(settings.variables_of("azure").cloned());
    all
}

impl FunctionApp {
    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// What gives tokens.
    #[must_use]
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// What takes records in.
    #[must_use]
    pub fn ingestion(&self) -> &Ingestion {
        &self.ingestion
    }

    /// Brings the decision log up to what the function has sent, and to what it has written out.
    pub(crate) fn gather_records(&self) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = self.host.lines();
        let gathered = &mut *gathered;
        let parts = &mut gathered.parts;
        let unread = lines.iter().skip(gathered.lines);
        let mut new: Vec<_> = unread.filter_map(|line| parts.record(&line.text)).collect();
        gathered.lines = lines.len();
        self.ingestion.rows(|rows| {
            let sent = rows.iter().skip(gathered.rows);
            new.extend(sent.filter_map(|row| row["RecordText"].as_str().map(str::to_owned)));
            gathered.rows = rows.len();
        });
        if !new.is_empty() {
            gathered.records.extend(new.into_iter().map(|text| (place(&text), text)));
            let all: String = gathered.records.values().map(|text| format!("{text}\n")).collect();
            std::fs::write(&self.log, all).expect("the decision log can be written");
        }
    }

    /// What the function has written to one of its outputs.
    pub(crate) fn written(&self, output: &str) -> String {
        let of_output = |level: Level| (level == Level::Information) == (output == "stdout");
        let lines = self.host.lines();
        lines.iter().filter(|line| of_output(line.level)).map(|line| format!("{}\n", line.text)).collect()
    }
}

/// What was put together of the decision log so far.
#[derive(Debug, Default)]
struct Gathered {
    /// How many lines of the function, and rows that were taken in, were looked through.
    lines: usize,
    rows: usize,
    /// Records of which not all parts were there.
    parts: Parts,
    /// One process has one chain: the records by their places in it.
    records: BTreeMap<Option<u64>, String>,
}

/// Parts of records that were too long for a line, by the record's hash and by number.
#[derive(Debug, Default)]
struct Parts(BTreeMap<String, BTreeMap<u64, String>>);

impl Parts {
    /// The record that a line has, or that it makes whole, as it was sealed.
    fn record(&mut self, line: &str) -> Option<String> {
        let read: Value = serde_json::from_str(line).unwrap_or_default();
        let (Some(part), Some(text)) = (read["part"].as_u64(), read["record_part"].as_str()) else {
            return record(line).map(str::to_owned);
        };
        let parts = self.0.entry(read["hash"].to_string()).or_default();
        parts.insert(part, text.to_owned());
        let whole = u64::try_from(parts.len()).is_ok_and(|there| read["parts"] == there);
        whole.then(|| parts.values().map(String::as_str).collect())
    }
}

fn place(record: &str) -> Option<u64> {
    let record: Value = serde_json::from_str(record).unwrap_or_default();
    record["chain"]["sequence"].as_u64()
}

/// The record in a line, as it was sealed.
fn record(line: &str) -> Option<&str> {
    line.split_once(",\"record\":")?.1.strip_suffix('}')
}
