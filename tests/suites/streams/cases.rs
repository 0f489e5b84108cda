//! Every file of cases. Each case is played as one write for each event, for each byte, and for all that comes
//! before the upstream waits; what comes of it is always the same.

use std::collections::{BTreeMap, BTreeSet};

use conformance::cases::{Filler, differences};
use conformance::files;
use conformance::heard::Heard;
use conformance::http::Answer;
use conformance::model::{Ends, Order, Wire, Writes};
use conformance::upstream::{Gate, Script, Step, Stream};
use serde::Deserialize;
use serde_json::Value;

use super::Stage;

#[test]
fn stops() {
    run("stops");
}

#[test]
fn members() {
    run("members");
}

#[test]
fn upstreams() {
    run("upstreams");
}

#[test]
fn no_file_of_cases_is_forgotten() {
    let own = [include_str!("cases.rs"), include_str!("cuts.rs")].concat();
    for name in files::names_in("tests/testdata/streams") {
        if let Some(stem) = name.strip_suffix(".toml") {
            assert!(own.contains(&format!("run(\"{stem}\")")), "`{name}` is not run");
        }
    }
}

/// The header with the decision's id.
const DECISION: &str = "x-sallyport-decision";

/// What the texts of the cases hold and no record does.
const NEVER_RECORDED: [&str; 5] = ["536-22", "OVERLORD", "ada@", "quokka", "wombat"];

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

/// One streamed call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What must hold, or what the upstream does.
    name: String,
    #[serde(default = "Case::policy")]
    policy: String,
    dialect: Wire,
    /// What the caller says.
    #[serde(default = "Case::asks")]
    asks: String,
    /// What does not reach the upstream.
    #[serde(default)]
    upstream_hides: Vec<String>,
    /// The head of the upstream's answer.
    #[serde(default)]
    upstream: Head,
    /// The body of the upstream's answer, see `stops.toml`. `bytes: …` holds bytes as `%FF`, `raw: …` is written as
    /// it stands.
    events: Vec<String>,
    #[serde(default)]
    ends: Ends,
    /// Puts a text, so many times over, in place of `{filler}`.
    filler: Option<Filler>,
    /// The ways in which it is written; all where nothing is said.
    writes: Option<Vec<Writes>>,
    expect: Expected,
}

/// The head of an upstream's answer.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    status: Option<u16>,
    content_type: Option<String>,
    content_encoding: Option<String>,
}

/// What is to come of a case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    /// 200 where nothing is said.
    status: Option<u16>,
    /// Whether it may be refused as a whole or in the middle.
    any_status: bool,
    /// That it is refused, as a whole or in the middle: what there is to say before it is not known.
    refused: bool,
    /// `abc*` begins so, `*` is anything, `-` nothing.
    headers: BTreeMap<String, String>,
    /// Places in the JSON of an answer that is no stream.
    answer: BTreeMap<String, toml::Value>,
    /// All texts that a client puts together.
    texts: Option<BTreeMap<String, String>>,
    /// All calls: the name and the arguments as JSON.
    calls: Option<BTreeMap<String, (String, String)>>,
    ends: Option<BTreeMap<String, String>>,
    /// Tokens in and out.
    usage: Option<[u64; 2]>,
    /// Whether it ends in an error.
    error: bool,
    /// Whether the body is what the upstream sent, byte for byte.
    unchanged: bool,
    says: Vec<String>,
    hides: Vec<String>,
    records: Option<usize>,
    record: BTreeMap<String, toml::Value>,
}

fn run(name: &str) {
    let text = files::read(format!("tests/testdata/streams/{name}.toml"));
    let cases: Cases = toml::from_str(&text).unwrap_or_else(|fault| panic!("`{name}`: {fault}"));
    let mut wrong = Vec::new();
    let policies: BTreeSet<&String> = cases.cases.iter().map(|case| &case.policy).collect();
    for policy in policies {
        Stage::on_each(policy, |stage| {
            for case in cases.cases.iter().filter(|case| case.policy == *policy) {
                wrong.extend(case.run(stage).into_iter().map(|fault| format!("{}: {fault}", case.name)));
            }
        });
    }
    assert!(wrong.is_empty(), "{} wrong:\n- {}", wrong.len(), wrong.join("\n- "));
}

impl Case {
    fn policy() -> String {
        "policy.yaml".to_owned()
    }

    fn asks() -> String {
        "Hello".to_owned()
    }

    fn run(&self, stage: &Stage) -> Vec<String> {
        let all = [Writes::Bytes, Writes::Events, Writes::Once];
        let mut wrong = Vec::new();
        for writes in self.writes.as_deref().unwrap_or(&all) {
            let faults = self.play(stage, *writes);
            wrong.extend(faults.into_iter().map(|fault| format!("in {writes:?}: {fault}")));
        }
        // An upstream that failed is not left alone when it serves well in between, as this one does.
        let well = stage.hear(self.dialect, &Order::of_texts(["Hello ", "there."]), true);
        assert_eq!(well.texts[self.dialect.text_field()], "Hello there.", "after {}", self.name);
        wrong
    }

    fn play(&self, stage: &Stage, writes: Writes) -> Vec<String> {
        let before = stage.served.record_count();
        let gates: Vec<(Gate, &str)> = self.waits().map(|text| (Gate::default(), text)).collect();
        let request = self.dialect.asks(&self.asks, true);
        let answer = stage.with(self.script(writes, &gates), || {
            let mut coming = request.open(stage.served.address());
            for (gate, text) in &gates {
                coming.read_until(text);
                gate.open();
            }
            coming.rest()
        });
        let mut wrong = self.faults(&answer);
        wrong.extend(self.expect.faults_of_records(&stage.served.records_after(before)));
        if !wrong.is_empty() {
            let shown: String = answer.everything().chars().take(3000).collect();
            wrong.push(format!("(answered {shown})"));
        }
        let arrived = stage.upstream.arrived().pop().expect("a request arrived");
        let asked = String::from_utf8_lossy(&arrived.body).into_owned();
        let leaked = self.upstream_hides.iter().filter(|banned| asked.contains(*banned));
        wrong.extend(leaked.map(|banned| format!("`{banned}` went upstream")));
        wrong
    }

    fn waits(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| event.strip_prefix("wait: "))
    }

    fn script(&self, writes: Writes, gates: &[(Gate, &str)]) -> Script {
        let mut steps = Vec::new();
        let mut gates = gates.iter();
        for events in self.events.chunk_by(|_, next| !next.starts_with("wait: ")) {
            let waits = events.first().is_some_and(|event| event.starts_with("wait: "));
            let gate = if waits { gates.next() } else { None };
            steps.extend(gate.map(|(gate, _)| Step::Wait(gate.clone())));
            let events = events.iter().map(|event| self.written(event));
            match writes {
                Writes::Bytes => steps.extend(events.flatten().map(|byte| Step::Write(vec![byte]))),
                Writes::Events => steps.extend(events.map(Step::Write)),
                Writes::Once => steps.push(Step::Write(events.flatten().collect())),
            }
        }
        steps.extend((self.ends == Ends::BreakOff).then_some(Step::BreakOff));
        let mut stream = Stream::of_events(steps);
        stream.status = self.upstream.status.unwrap_or(stream.status);
        if let Some(kind) = &self.upstream.content_type {
            stream.headers = vec![("content-type".to_owned(), kind.clone())];
        }
        let coding = self.upstream.content_encoding.as_ref();
        stream.headers.extend(coding.map(|coding| ("content-encoding".to_owned(), coding.clone())));
        Script::Stream(stream)
    }

    /// An event as it stands on the wire.
    fn written(&self, event: &str) -> Vec<u8> {
        let mut event = event.to_owned();
        if let Some(filler) = &self.filler {
            event = event.replace("{filler}", &filler.text.repeat(filler.times));
        }
        if event.starts_with("wait: ") {
            return Vec::new();
        }
        if let Some(raw) = event.strip_prefix("raw: ") {
            return raw.as_bytes().to_vec();
        }
        if let Some(bytes) = event.strip_prefix("bytes: ") {
            return percent_decoded(bytes);
        }
        let json: Value = serde_json::from_str(&event).unwrap_or_default();
        match json["type"].as_str() {
            Some(kind) => format!("event: {kind}\ndata: {event}\n\n").into_bytes(),
            None => format!("data: {event}\n\n").into_bytes(),
        }
    }

    fn faults(&self, answer: &Answer) -> Vec<String> {
        let mut wrong = self.expect.faults_of_head(answer);
        let text = answer.text();
        let unsaid = self.expect.says.iter().filter(|wanted| !text.contains(*wanted));
        wrong.extend(unsaid.map(|wanted| format!("`{wanted}` is missing from the answer")));
        // The id of a decision is random, and may hold any three digits.
        let everything = answer.everything().replace(answer.header(DECISION).unwrap_or("-"), "");
        let unhidden = self.expect.hides.iter().filter(|banned| everything.contains(*banned));
        wrong.extend(unhidden.map(|banned| format!("`{banned}` stands in the answer")));
        let sent = || self.events.iter().flat_map(|event| self.written(event)).collect::<Vec<_>>();
        if self.expect.unchanged && answer.body != sent() {
            wrong.push("the bytes are not those of the upstream".to_owned());
        }
        let streamed =
            answer.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        if streamed {
            match Heard::streamed(self.dialect, &answer.body) {
                Ok(heard) => wrong.extend(self.expect.faults_of_heard(&heard)),
                Err(fault) => wrong.push(fault),
            }
        }
        wrong
    }
}

impl Expected {
    fn faults_of_head(&self, answer: &Answer) -> Vec<String> {
        let mut wrong = Vec::new();
        let anything = self.any_status || self.refused && matches!(answer.status, 200 | 403);
        if !anything && answer.status != self.status.unwrap_or(200) {
            wrong.push(format!("status {} instead of {}", answer.status, self.status.unwrap_or(200)));
        }
        for (name, wanted) in &self.headers {
            let own = answer.header(name);
            let fits = match (own, wanted.strip_suffix('*')) {
                (Some(own), Some(begins)) => own.starts_with(begins),
                (Some(own), None) => own == wanted,
                (None, _) => wanted == "-",
            };
            if !fits {
                wrong.push(format!("header `{name}` is {own:?} instead of `{wanted}`"));
            }
        }
        if !self.answer.is_empty() {
            let json = serde_json::from_slice(&answer.body).unwrap_or_default();
            wrong.extend(differences(&json, &self.answer));
        }
        wrong
    }

    fn faults_of_heard(&self, heard: &Heard) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut compare = |what: &str, own: String, wanted: Option<String>| {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != own) {
                wrong.push(format!("{what} are {own} instead of {wanted}"));
            }
        };
        compare("texts", format!("{:?}", heard.texts), self.texts.as_ref().map(|texts| format!("{texts:?}")));
        let calls = self.calls.as_ref().map(|calls| {
            let call = |(field, (name, json)): (&String, &(String, String))| {
                (
                    field.clone(),
                    (name.clone(), serde_json::from_str(json).expect("expected arguments are JSON")),
                )
            };
            calls.iter().map(call).collect::<BTreeMap<String, (String, Value)>>()
        });
        compare("calls", format!("{:?}", heard.calls), calls.map(|calls| format!("{calls:?}")));
        let ends: BTreeMap<String, &String> =
            heard.ends.iter().map(|(choice, reason)| (choice.to_string(), reason)).collect();
        compare("ends", format!("{ends:?}"), self.ends.as_ref().map(|ends| format!("{ends:?}")));
        compare(
            "tokens",
            heard.usage.to_string(),
            self.usage.map(|usage| serde_json::json!(usage).to_string()),
        );
        if !self.any_status && heard.error.is_some() != self.error {
            wrong.push(format!("the error is {:?}", heard.error));
        }
        if !heard.complete {
            wrong.push("it has no end".to_owned());
        }
        let ended = |reason: &String| matches!(reason.as_str(), "content_filter" | "refusal");
        if self.refused && !heard.ends.values().all(ended) {
            wrong.push(format!("it ends with {:?}", heard.ends));
        }
        wrong
    }

    fn faults_of_records(&self, records: &[Value]) -> Vec<String> {
        let mut wrong = Vec::new();
        let wanted = self.records.unwrap_or(2);
        if records.len() != wanted {
            wrong.push(format!("{} records instead of {wanted}", records.len()));
        }
        if records.iter().filter(|record| record["final"] == true).count() != 1 {
            wrong.push("one record is the final one".to_owned());
        }
        let last = records.last().cloned().unwrap_or_default();
        let faults = differences(&last, &self.record);
        if !faults.is_empty() {
            wrong.push(format!("{} in the record {last}", faults.join(", ")));
        }
        let told = |banned: &&str| records.iter().any(|record| record.to_string().contains(banned));
        let leaked = NEVER_RECORDED.into_iter().filter(told);
        wrong.extend(leaked.map(|banned| format!("`{banned}` stands in a record")));
        wrong
    }
}

/// Bytes written as `%FF`.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digits: String =
            if byte == b'%' { bytes.by_ref().take(2).map(char::from).collect() } else { String::new() };
        decoded.push(u8::from_str_radix(&digits, 16).unwrap_or(byte));
    }
    decoded
}
