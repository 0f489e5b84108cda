//! Cases as data: what is sent, and what is to be answered and recorded. One TOML file is one server and the
//! calls made to it, in their order; `tests/testdata/serve/` holds them.
//!
//! A body may hold `{canary}`: each case gets a word of its own there, so that a search through everything that
//! was written tells which case leaked. JSON is looked into by pointers (`/error/code`); an expected `"*"` means
//! any value but `null`, `"abc*"` a text that begins so, and `"-"` that there is none.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::http::{Answer, Request};
use crate::providers::Provider;
use crate::served::{Served, Settings};

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// The server that they are tried on.
    #[serde(default)]
    pub server: Server,
    /// The cases.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// How the server of a file is started.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The name of a policy document in the same folder; the built-in example where there is none.
    pub policy: Option<String>,
    /// The name of a keys document in the same folder.
    pub keys: Option<String>,
    /// The names of further files in the same folder, to be put beside the documents.
    #[serde(default)]
    pub files: Vec<String>,
    /// Further arguments of `serve`.
    #[serde(default)]
    pub arguments: Vec<String>,
}

/// One call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What must hold, as a sentence.
    pub name: String,
    /// The method; `POST` where none is given.
    pub method: Option<String>,
    /// The path.
    pub path: String,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// Puts a text, so many times over, in place of `{filler}` in the body.
    pub filler: Option<Filler>,
    /// How often the call is made before the one that counts; 0 where nothing is said.
    #[serde(default)]
    pub times_before: usize,
    /// What is to come of it.
    pub expect: Expected,
}

/// A text to be repeated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filler {
    /// The text.
    pub text: String,
    /// How often.
    pub times: usize,
}

/// What is to come of a call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The status.
    pub status: u16,
    /// Headers of the answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Places in the answer's JSON.
    #[serde(default)]
    pub answer: BTreeMap<String, toml::Value>,
    /// Texts that stand in the answer.
    #[serde(default)]
    pub says: Vec<String>,
    /// Texts that stand nowhere in the answer, besides the case's own canary.
    #[serde(default)]
    pub hides: Vec<String>,
    /// Whether the case's canary may come back to the caller, as an echo does.
    #[serde(default)]
    pub echoes: bool,
    /// How many records it leaves; where nothing is said, at least one.
    pub records: Option<usize>,
    /// Places in the last record's JSON.
    #[serde(default)]
    pub record: BTreeMap<String, toml::Value>,
}

impl Cases {
    /// Reads a file of `tests/testdata/serve/`.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn read(name: &str) -> Self {
        let text = crate::files::read(format!("tests/testdata/serve/{name}.toml"));
        toml::from_str(&text).unwrap_or_else(|fault| panic!("`{name}`: {fault}"))
    }

    /// Starts the server and tries every case. All that went wrong is told at once.
    ///
    /// # Panics
    /// When a case did not come out as expected.
    pub fn run(&self, provider: &Provider) {
        let served = (provider.serve)(&self.server.settings());
        let mut wrong = Vec::new();
        for (number, case) in self.cases.iter().enumerate() {
            let canary = format!("canary{number}quokka");
            for fault in case.run(&served, &canary) {
                wrong.push(format!("{}: {fault}", case.name));
            }
            if served.everything_written().contains(&canary) {
                wrong.push(format!("{}: what was sent stands in the log or in an output", case.name));
            }
        }
        let strange = served.records().into_iter().filter(|record| record["provider"] != provider.id);
        wrong.extend(
            strange.map(|record| format!("a record of another provider than `{}`: {record}", provider.id)),
        );
        assert!(wrong.is_empty(), "{}: {} wrong:\n- {}", provider.id, wrong.len(), wrong.join("\n- "));
    }
}

impl Server {
    fn settings(&self) -> Settings {
        let text = |name: &String| crate::files::read(format!("tests/testdata/serve/{name}"));
        Settings {
            policy: self.policy.as_ref().map(text),
            keys: self.keys.as_ref().map(text),
            files: self.files.iter().map(|name| (name.clone(), text(name))).collect(),
            arguments: self.arguments.clone(),
            ..Settings::default()
        }
    }
}

impl Case {
    fn run(&self, served: &Served, canary: &str) -> Vec<String> {
        let request = self.request(canary);
        for _ in 0..self.times_before {
            let _ = served.call(&request);
        }
        let (answer, records) = served.call_recorded(&request);
        let mut wrong = self.expect.faults_of_answer(&answer);
        if !self.expect.echoes && answer.everything().contains(canary) {
            wrong.push("the answer gives back what was sent".to_owned());
        }
        wrong.extend(self.expect.faults_of_records(&records));
        if !wrong.is_empty() {
            wrong.push(format!("(answered {} {})", answer.status, answer.text()));
        }
        wrong
    }

    fn request(&self, canary: &str) -> Request {
        let mut body = self.body.replace("{canary}", canary);
        if let Some(filler) = &self.filler {
            body = body.replace("{filler}", &filler.text.repeat(filler.times));
        }
        let mut request = Request::post(&self.path, body);
        if let Some(method) = &self.method {
            request.method.clone_from(method);
        }
        for (name, value) in &self.headers {
            request = request.with(name, value);
        }
        request
    }
}

impl Expected {
    fn faults_of_answer(&self, answer: &Answer) -> Vec<String> {
        let mut wrong = Vec::new();
        if answer.status != self.status {
            wrong.push(format!("status {} instead of {}", answer.status, self.status));
        }
        for (name, value) in &self.headers {
            let own = answer.header(name);
            if !(own == Some(value) || own.is_some() && value == "*" || own.is_none() && value == "-") {
                wrong.push(format!("header `{name}` is {own:?} instead of `{value}`"));
            }
        }
        if !self.answer.is_empty() {
            match serde_json::from_slice(&answer.body) {
                Ok(json) => wrong.extend(differences(&json, &self.answer)),
                Err(fault) => wrong.push(format!("the answer is not JSON: {fault}")),
            }
        }
        let text = answer.text();
        let unsaid = self.says.iter().filter(|wanted| !text.contains(*wanted));
        wrong.extend(unsaid.map(|wanted| format!("`{wanted}` is missing from the answer")));
        let unhidden = self.hides.iter().filter(|banned| answer.everything().contains(*banned));
        wrong.extend(unhidden.map(|banned| format!("`{banned}` stands in the answer")));
        wrong
    }

    fn faults_of_records(&self, records: &[Value]) -> Vec<String> {
        let wanted = self.records.unwrap_or(records.len().max(1));
        let mut wrong = Vec::new();
        if records.len() != wanted {
            wrong.push(format!("{} records instead of {wanted}", records.len()));
        }
        if !self.record.is_empty() {
            let last = records.last().cloned().unwrap_or_default();
            let faults = differences(&last, &self.record);
            if !faults.is_empty() {
                wrong.push(format!("{} in the record {last}", faults.join(", ")));
            }
        }
        wrong
    }
}

/// What in a JSON value is not as expected.
///
/// # Panics
/// Never: TOML has no more types than JSON.
#[must_use]
pub fn differences(json: &Value, expected: &BTreeMap<String, toml::Value>) -> Vec<String> {
    let differs = |(pointer, wanted): (&String, &toml::Value)| {
        let own = json.pointer(pointer).unwrap_or(&Value::Null);
        let wanted = serde_json::to_value(wanted).expect("TOML has no more types than JSON");
        let fits = match wanted.as_str() {
            Some("*") => !own.is_null(),
            Some("-") => own.is_null(),
            Some(text) if text.ends_with('*') => {
                own.as_str().is_some_and(|own| own.starts_with(text.trim_end_matches('*')))
            }
            _ => *own == wanted,
        };
        (!fits).then(|| format!("`{pointer}` is {own} instead of {wanted}"))
    };
    expected.iter().filter_map(differs).collect()
}
