//! The Logs Ingestion API: it takes rows for one stream of one rule, from who shows a token for it.
//!
//! Contract: Azure Monitor, "Logs Ingestion API in Azure Monitor".

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::identity::token_for;
use crate::upstream::{Arrived, Script, Upstream};

const PATH: &str =
    "/dataCollectionRules/dcr-0123456789abcdef/streams/Custom-SallyportDecisions_CL?api-version=2023-01-01";

/// The service.
#[derive(Clone, Debug)]
pub struct Ingestion {
    service: Upstream,
    rows: Arc<Mutex<Vec<Value>>>,
    /// What is answered before it takes rows, the next one last.
    refusals: Arc<Mutex<Vec<Script>>>,
}

impl Ingestion {
    /// Starts it. What it takes is appended to a log, before it says that it was taken.
    #[must_use]
    pub fn start(log: PathBuf) -> Self {
        let (rows, refusals) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<Mutex<Vec<Script>>>::default());
        let (taken, due) = (Arc::clone(&rows), Arc::clone(&refusals));
        let service = Upstream::start(Script::computed(move |arrived| {
            let refusal = due.lock().unwrap_or_else(PoisonError::into_inner).pop();
            refusal.unwrap_or_else(|| answer(arrived, &taken, &log))
        }));
        Self { service, rows, refusals }
    }

    /// What a function is told, so that it sends records here.
    #[must_use]
    pub fn variables(&self) -> [(String, String); 3] {
        [
            ("SALLYPORT_LOGS_ENDPOINT".to_owned(), self.service.url()),
            ("SALLYPORT_LOGS_RULE".to_owned(), "dcr-0123456789abcdef".to_owned()),
            ("SALLYPORT_LOGS_STREAM".to_owned(), "Custom-SallyportDecisions_CL".to_owned()),
        ]
    }

    /// Answers the next calls like this, one each.
    pub fn refuse(&self, scripts: Vec<Script>) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals = scripts.into_iter().rev().collect();
    }

    /// The rows that it has taken. It takes no more while they are looked at.
    pub fn rows<T>(&self, look: impl FnOnce(&[Value]) -> T) -> T {
        look(&self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was sent so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.service.arrived()
    }
}

fn answer(arrived: &Arrived, taken: &Mutex<Vec<Value>>, log: &Path) -> Script {
    let none = |status: u16| Script::Answer { status, headers: Vec::new(), body: Vec::new() };
    if arrived.line != format!("POST {PATH} HTTP/1.1")
        || arrived.values("content-type") != ["application/json"]
    {
        return none(400);
    }
    if arrived.values("authorization") != [format!("Bearer {}", token_for("https://monitor.azure.com"))] {
        return none(403);
    }
    match unpacked(arrived) {
        Some(rows) if rows.iter().all(|row| row["TimeGenerated"].is_string()) => {
            let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
            append(log, &rows);
            taken.extend(rows);
            none(204)
        }
        _ => none(400),
    }
}

fn append(log: &Path, rows: &[Value]) {
    let records = rows.iter().filter_map(|row| row["RecordText"].as_str());
    let text: String = records.map(|record| format!("{record}\n")).collect();
    let file = std::fs::File::options().append(true).create(true).open(log);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("the decision log can be written");
}

/// The rows of a call of at most 1 MiB.
fn unpacked(arrived: &Arrived) -> Option<Vec<Value>> {
    let mut text = String::new();
    match arrived.values("content-encoding")[..] {
        ["gzip"] => flate2::read::GzDecoder::new(arrived.body.as_slice()).read_to_string(&mut text).ok()?,
        _ => return None,
    };
    serde_json::from_str(&text).ok().filter(|_| text.len() <= 1024 * 1024)
}
