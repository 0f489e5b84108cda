//! Secret Manager: secrets with numbered versions, their states, aliases, annotations and etags, read and changed by who
//! shows the token. A test sets the state up, looks at it, and may have a call be the last of whoever makes it.
//!
//! It has a page of [`PAGE`] versions, newest first, and answers with the project's number, whichever way it was asked.
//! It has no locations, no permissions of single accounts, no delayed destruction, and no time of its own:
//! [`SecretManager::age`] makes what is there older.
//!
//! Contract: Secret Manager API v1, `projects.secrets` and `projects.secrets.versions`; "Use entity tags for optimistic
//! concurrency control".

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::upstream::{Arrived, Script, Upstream};

/// The project's id, by which it is asked.
pub const PROJECT: &str = "p1";
/// The project's number, with which it answers.
pub const NUMBER: &str = "123456789012";
/// What callers must show as `Authorization: Bearer`.
pub const TOKEN: &str = "token-of-the-account";
/// How many versions a page has.
pub const PAGE: usize = 2;
/// What no answer of a function and no line of its log may hold: it stands in every message of this double.
pub const ASIDE: &str = "quokka";

/// The state of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionState {
    /// It cannot be read, and can be enabled again.
    Disabled,
    /// It is gone for good.
    Destroyed,
    /// It can be read.
    Enabled,
}

impl VersionState {
    /// Its word, and its number in the contract.
    fn told(self, as_number: bool) -> Value {
        let (word, number) = match self {
            Self::Enabled => ("ENABLED", 1),
            Self::Disabled => ("DISABLED", 2),
            Self::Destroyed => ("DESTROYED", 3),
        };
        if as_number { json!(number) } else { json!(word) }
    }
}

/// A version. Its number is its place, counted from 1.
#[derive(Clone, Debug)]
pub struct Version {
    /// The value; empty once it is destroyed.
    pub value: Vec<u8>,
    /// Its state.
    pub state: VersionState,
    /// When it was made, in Unix milliseconds.
    pub created_ms: u64,
    /// Whether its checksum is told wrong.
    pub corrupt: bool,
    etag: u64,
}

/// When a secret is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The next time, in Unix milliseconds.
    pub next_ms: u64,
    /// How often, in seconds.
    pub period_s: u64,
}

/// A secret.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// Which version each alias names.
    pub aliases: BTreeMap<String, u64>,
    /// What clients keep beside it.
    pub annotations: BTreeMap<String, String>,
    /// When it is due.
    pub schedule: Option<Schedule>,
    etag: u64,
}

impl Stored {
    /// The value of the version with this number.
    ///
    /// # Panics
    /// When there is none, or it is no text.
    #[must_use]
    pub fn value(&self, number: u64) -> &str {
        let version =
            place(number).and_then(|place| self.versions.get(place)).expect("there is such a version");
        std::str::from_utf8(&version.value).expect("the value is a text")
    }

    /// The value that the alias `current` leads to.
    ///
    /// # Panics
    /// When there is no such alias.
    #[must_use]
    pub fn current(&self) -> &str {
        self.value(*self.aliases.get("current").expect("there is an alias `current`"))
    }

    /// The states of all versions, oldest first.
    #[must_use]
    pub fn states(&self) -> Vec<VersionState> {
        self.versions.iter().map(|version| version.state).collect()
    }
}

/// Which call is the last: counted from 0, and whether what it asked for is still done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// The call.
    pub call: usize,
    /// Whether it is done.
    pub done: bool,
}

type Ending = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct State {
    secrets: BTreeMap<String, Stored>,
    calls: Vec<String>,
    refused: Vec<(String, u16, String)>,
    last: Option<(Last, Ending)>,
    made: u64,
}

/// Secret Manager.
#[derive(Clone)]
pub struct SecretManager {
    service: Upstream,
    state: Arc<Mutex<State>>,
}

impl fmt::Debug for SecretManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretManager").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl SecretManager {
    /// An empty one.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let told = Arc::clone(&state);
        let service = Upstream::start(Script::computed(move |arrived| answer(arrived, &told)));
        Self { service, state }
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.service.url()
    }

    /// Adds a version to a secret, which is made where there is none; its number.
    pub fn put(&self, secret: &str, value: &str) -> u64 {
        let mut state = lock(&self.state);
        let version = state.version(value.as_bytes().to_vec());
        let stored = state.secrets.entry(secret.to_owned()).or_default();
        stored.versions.push(version);
        stored.versions.len() as u64
    }

    /// A secret as it stands.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn secret(&self, secret: &str) -> Stored {
        lock(&self.state).secrets.get(secret).cloned().expect("there is such a secret")
    }

    /// Changes a secret, which is made where there is none; its etag changes, too.
    pub fn edit(&self, secret: &str, change: impl FnOnce(&mut Stored)) {
        let mut state = lock(&self.state);
        state.made += 1;
        let etag = state.made;
        let stored = state.secrets.entry(secret.to_owned()).or_default();
        change(stored);
        stored.etag = etag;
    }

    /// Makes all versions and schedules of a secret older.
    pub fn age(&self, secret: &str, seconds: u64) {
        self.edit(secret, |stored| {
            for version in &mut stored.versions {
                version.created_ms = version.created_ms.saturating_sub(seconds * 1000);
            }
            if let Some(schedule) = &mut stored.schedule {
                schedule.next_ms = schedule.next_ms.saturating_sub(seconds * 1000);
            }
        });
    }

    /// Refuses, from now on, the calls whose method and path hold this text: with this status, and this word for it.
    pub fn refuse(&self, part: &str, status: u16, word: &str) {
        lock(&self.state).refused.push((part.to_owned(), status, word.to_owned()));
    }

    /// Refuses nothing any more, and lets nobody end.
    pub fn relent(&self) {
        let mut state = lock(&self.state);
        state.refused.clear();
        state.last = None;
    }

    /// Does this instead of answering a call, which is counted from now on.
    pub fn end_at(&self, last: Last, ending: impl Fn() + Send + Sync + 'static) {
        let mut state = lock(&self.state);
        let call = state.calls.len() + last.call;
        state.last = Some((Last { call, ..last }, Arc::new(ending)));
    }

    /// The methods and paths of all calls so far, without their queries.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        lock(&self.state).calls.clone()
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.service.arrived()
    }

    /// Answers in another way from now on.
    pub fn change(&self, script: Script) {
        self.service.change(script);
    }
}

/// A request, as far as it matters.
struct Asked<'a> {
    /// The part of the path behind the secret, such as `versions/3:access`.
    rest: &'a str,
    query: &'a str,
    body: Value,
}

impl Asked<'_> {
    /// A parameter of the query, by its name as it stands there.
    fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(own, _)| *own == name).map(|(_, value)| value.replace("%2C", ",")).next()
    }

    fn wants_numbers(&self) -> bool {
        self.query.contains("enum-encoding")
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(arrived: &Arrived, state: &Mutex<State>) -> Script {
    let mut words = arrived.line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut state = lock(state);
    let call = state.calls.len();
    let line = format!("{method} {path}");
    state.calls.push(line.clone());
    let ending = state.last.clone().filter(|(last, _)| last.call == call);
    if let Some((Last { done: false, .. }, ending)) = &ending {
        ending();
        return Script::HangUp;
    }
    let refused = state.refused.iter().find(|(part, _, _)| line.contains(part.as_str()));
    let told = match refused {
        Some((_, status, word)) => refusal(*status, word),
        None if arrived.values("authorization") != [format!("Bearer {TOKEN}")] => {
            refusal(401, "UNAUTHENTICATED")
        }
        None => state.told(method, path, query, &arrived.body),
    };
    match ending {
        Some((_, ending)) => {
            ending();
            Script::HangUp
        }
        None => told,
    }
}

impl State {
    fn version(&mut self, value: Vec<u8>) -> Version {
        self.made += 1;
        let (state, etag) = (VersionState::Enabled, self.made);
        Version { value, state, created_ms: now_ms(), corrupt: false, etag }
    }

    fn told(&mut self, method: &str, path: &str, query: &str, body: &[u8]) -> Script {
        let known = [PROJECT, NUMBER]
            .iter()
            .find_map(|own| path.strip_prefix(&format!("/v1/projects/{own}/secrets/")));
        let Some(rest) = known else { return refusal(403, "PERMISSION_DENIED") };
        let end = rest.find(['/', ':']).unwrap_or(rest.len());
        let (id, rest) = rest.split_at(end);
        let asked = Asked {
            rest: rest.trim_start_matches('/'),
            query,
            body: serde_json::from_slice(body).unwrap_or_default(),
        };
        self.made += 1;
        let (etag, added) = (self.made, (rest == ":addVersion").then(|| self.version(Vec::new())));
        let Some(stored) = self.secrets.get_mut(id) else { return refusal(404, "NOT_FOUND") };
        match (method, added) {
            ("POST", Some(version)) => stored.add(id, version, &asked),
            ("GET", None) if rest.is_empty() => Script::json(&stored.told(id).to_string()),
            ("PATCH", None) if rest.is_empty() => stored.patch(id, etag, &asked),
            ("GET", None) if rest == "/versions" => stored.list(id, &asked),
            ("GET" | "POST", None) => stored.one(method, id, etag, &asked),
            _ => refusal(404, "NOT_FOUND"),
        }
    }
}

impl Stored {
    fn told(&self, id: &str) -> Value {
        let aliases: Map<_, _> =
            self.aliases.iter().map(|(name, number)| (name.clone(), json!(number.to_string()))).collect();
        let mut told = json!({
            "name": format!("projects/{NUMBER}/secrets/{id}"), "createTime": timestamp(0), "etag": quoted(self.etag),
            "replication": {"automatic": {}}, "versionAliases": aliases, "annotations": self.annotations,
        });
        if let Some(schedule) = self.schedule {
            told["topics"] = json!([{"name": format!("projects/{PROJECT}/topics/rotation")}]);
            told["rotation"] = json!({
                "nextRotationTime": timestamp(schedule.next_ms), "rotationPeriod": format!("{}s", schedule.period_s),
            });
        }
        told
    }

    fn row(&self, id: &str, place: usize, as_number: bool) -> Value {
        let Some(version) = self.versions.get(place) else { return Value::Null };
        json!({
            "name": format!("projects/{NUMBER}/secrets/{id}/versions/{}", place + 1),
            "createTime": timestamp(version.created_ms), "etag": quoted(version.etag),
            "state": version.state.told(as_number), "replicationStatus": {"automatic": {}},
        })
    }

    fn add(&mut self, id: &str, mut version: Version, asked: &Asked<'_>) -> Script {
        let payload = &asked.body["payload"];
        let Ok(value) = STANDARD.decode(payload["data"].as_str().unwrap_or_default()) else {
            return refusal(400, "INVALID_ARGUMENT");
        };
        let checksum = payload["dataCrc32c"].as_str().map(str::to_owned);
        if value.len() > 65_536 || checksum.is_some_and(|told| told != crc32c(&value).to_string()) {
            return refusal(400, "INVALID_ARGUMENT");
        }
        version.value = value;
        self.versions.push(version);
        Script::json(&self.row(id, self.versions.len() - 1, asked.wants_numbers()).to_string())
    }

    fn patch(&mut self, id: &str, etag: u64, asked: &Asked<'_>) -> Script {
        if asked.body["etag"].as_str().is_some_and(|told| !told.is_empty() && told != quoted(self.etag)) {
            return refusal(400, "FAILED_PRECONDITION");
        }
        let mask = asked.parameter("updateMask").unwrap_or_default();
        for field in mask.split(',') {
            match field {
                "versionAliases" | "version_aliases" => {
                    let Some(aliases) = self.checked_aliases(&asked.body["versionAliases"]) else {
                        return refusal(400, "INVALID_ARGUMENT");
                    };
                    self.aliases = aliases;
                }
                "annotations" => {
                    let given = asked.body["annotations"].as_object().cloned().unwrap_or_default();
                    let text = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
                    self.annotations = given.into_iter().filter_map(text).collect();
                }
                _ => return refusal(400, "INVALID_ARGUMENT"),
            }
        }
        self.etag = etag;
        Script::json(&self.told(id).to_string())
    }

    /// The aliases, where each is a name for a version that is there.
    fn checked_aliases(&self, given: &Value) -> Option<BTreeMap<String, u64>> {
        let given = given.as_object().cloned().unwrap_or_default();
        let read = |(name, number): (String, Value)| {
            let number = number.as_str().and_then(|text| text.parse().ok()).or(number.as_u64())?;
            let version = self.versions.get(place(number)?)?;
            let good = name != "latest" && version.state != VersionState::Destroyed;
            good.then_some((name, number))
        };
        given.into_iter().map(read).collect()
    }

    /// A page of versions, newest first.
    fn list(&self, id: &str, asked: &Asked<'_>) -> Script {
        let from: usize =
            asked.parameter("pageToken").and_then(|token| token.parse().ok()).unwrap_or_default();
        let places: Vec<_> = (0..self.versions.len()).rev().skip(from).take(PAGE).collect();
        let rows: Vec<_> = places.iter().map(|place| self.row(id, *place, asked.wants_numbers())).collect();
        let told = from + rows.len();
        let next = if told < self.versions.len() { told.to_string() } else { String::new() };
        Script::json(
            &json!({"versions": rows, "nextPageToken": next, "totalSize": self.versions.len()}).to_string(),
        )
    }

    /// One version: read, told of, or changed.
    fn one(&mut self, method: &str, id: &str, etag: u64, asked: &Asked<'_>) -> Script {
        let name = asked.rest.strip_prefix("versions/").unwrap_or_default();
        let (name, verb) = name.split_once(':').unwrap_or((name, ""));
        let by_alias = matches!((method, verb), ("GET", _));
        let number = match name.parse::<u64>() {
            Ok(number) => Some(number),
            Err(_) if by_alias && name == "latest" => Some(self.versions.len() as u64),
            Err(_) if by_alias => self.aliases.get(name).copied(),
            Err(_) => return refusal(400, "INVALID_ARGUMENT"),
        };
        let found = number.and_then(place).filter(|place| *place < self.versions.len());
        let Some(place) = found else { return refusal(404, "NOT_FOUND") };
        let row = self.row(id, place, asked.wants_numbers());
        let Some(version) = self.versions.get_mut(place) else { return refusal(404, "NOT_FOUND") };
        match (method, verb) {
            ("GET", "") => Script::json(&row.to_string()),
            ("GET", "access") if version.state == VersionState::Enabled => version.access(&row),
            ("GET", "access") => refusal(400, "FAILED_PRECONDITION"),
            ("POST", "disable" | "enable" | "destroy") => {
                let told = asked.body["etag"].as_str().unwrap_or_default();
                let gone = version.state == VersionState::Destroyed;
                if gone || !told.is_empty() && told != quoted(version.etag) {
                    return refusal(400, "FAILED_PRECONDITION");
                }
                version.etag = etag;
                version.change_state(verb);
                Script::json(&self.row(id, place, asked.wants_numbers()).to_string())
            }
            _ => refusal(404, "NOT_FOUND"),
        }
    }
}

impl Version {
    fn access(&self, row: &Value) -> Script {
        let checksum = crc32c(&self.value) ^ u32::from(self.corrupt);
        let payload = json!({"data": STANDARD.encode(&self.value), "dataCrc32c": checksum.to_string()});
        Script::json(&json!({"name": row["name"], "payload": payload}).to_string())
    }

    fn change_state(&mut self, verb: &str) {
        self.state = match verb {
            "destroy" => VersionState::Destroyed,
            "disable" => VersionState::Disabled,
            _ => VersionState::Enabled,
        };
        if self.state == VersionState::Destroyed {
            self.value.clear();
        }
    }
}

fn place(number: u64) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn quoted(etag: u64) -> String {
    format!("\"{etag:x}\"")
}

fn refusal(status: u16, word: &str) -> Script {
    let body = json!({"error": {"code": status, "message": format!("{ASIDE} is told here"), "status": word}});
    Script::json(&body.to_string()).status(status)
}

/// Now, in Unix milliseconds.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

/// A time as the service writes it (RFC 3339).
#[must_use]
pub fn timestamp(unix_ms: u64) -> String {
    let (days, rest) = (unix_ms / 86_400_000, unix_ms % 86_400_000);
    // Howard Hinnant's way from days to a date: years begin in March, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let (second, milli) = (rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// CRC-32C (Castagnoli), bit by bit.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, step)
}
