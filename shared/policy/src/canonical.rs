//! The canonical form of a checked document and its SHA-256, the revision: the same for two documents that
//! mean the same, whatever their layout, comments, order of keys and case of words. Not a format that anything
//! reads.

use std::fmt::Write as _;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::checked::{
    ArgumentRequirement, ArgumentTest, DefaultAction, FailureMode, Mode, NamePattern, Rule, RuleKind,
    RuleLimit,
};
use crate::decision::{Cover, RuleAction, Severity};
use crate::endpoint::Endpoint;
use crate::probe::{Probe, ProbeKind};

/// The revision of a document with these contents.
pub(crate) fn revision(name: &str, default_action: DefaultAction, rules: &[Rule]) -> String {
    let rules = rules.iter().map(CanonicalRule::of).collect();
    let mut digest = Digest(Sha256::new());
    // Neither hashing nor serializing values without maps of odd keys can fail.
    let _ = serde_json::to_writer(&mut digest, &CanonicalDocument { name, default_action, rules });
    digest.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What a rule checks, without what it does about it: the same for two rules that apply to the same.
pub(crate) fn check_of(rule: &Rule) -> String {
    let mut kind = rule.kind.clone();
    match &mut kind {
        RuleKind::ActionControl(fields) => fields.constrain = None,
        RuleKind::InputValidation(fields) => {
            fields.constrain = None;
            fields.cover = Cover::Mask;
        }
        RuleKind::ModelAccess(fields) => fields.constrain = None,
        RuleKind::OutputFilter(fields) => {
            fields.constrain = None;
            fields.cover = Cover::Mask;
        }
        RuleKind::Budget(_) | RuleKind::Logging(_) => {}
    }
    serde_json::to_string(&(kind, rule.when.as_ref().map(|when| &*when.source))).unwrap_or_default()
}

/// The order of the fields is part of the form.
#[derive(Serialize)]
struct CanonicalDocument<'a> {
    name: &'a str,
    default_action: DefaultAction,
    rules: Vec<CanonicalRule<'a>>,
}

#[derive(Serialize)]
struct CanonicalRule<'a> {
    name: &'a str,
    action: RuleAction,
    mode: Mode,
    failure_mode: FailureMode,
    when: Option<&'a str>,
    log_level: Option<Severity>,
    message: Option<&'a str>,
    kind: &'a RuleKind,
}

impl<'a> CanonicalRule<'a> {
    fn of(rule: &'a Rule) -> Self {
        Self {
            name: &rule.name,
            action: rule.action,
            mode: rule.mode,
            failure_mode: rule.failure_mode,
            when: rule.when.as_ref().map(|when| &*when.source),
            log_level: rule.log_level,
            message: rule.message.as_deref(),
            kind: &rule.kind,
        }
    }
}

/// Hashes what is written to it.
struct Digest(Sha256);

impl std::io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Serialize for NamePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exact(name) => serializer.serialize_str(name),
            Self::Prefix(beginning) => serializer.collect_str(&format_args!("{beginning}*")),
        }
    }
}

impl Serialize for RuleLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let limit = self.limit;
        (limit.count, limit.unit, limit.periods, limit.period, limit.burst, self.per).serialize(serializer)
    }
}

impl Serialize for ArgumentRequirement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pointer", &self.pointer)?;
        for test in &self.tests {
            match test {
                ArgumentTest::Enum(values) => map.serialize_entry("enum", values)?,
                ArgumentTest::Max(max) => map.serialize_entry("max", max)?,
                ArgumentTest::Pattern(pattern) => map.serialize_entry("pattern", pattern.as_str())?,
                ArgumentTest::Schema { source, .. } => map.serialize_entry("schema", source)?,
            }
        }
        map.end()
    }
}

/// For `serialize_with`: how a rule covers.
pub(crate) fn cover<S: Serializer>(cover: &Cover, serializer: S) -> Result<S::Ok, S::Error> {
    match cover {
        Cover::Mask => json!({"transform": "mask"}),
        Cover::Replace(text) => json!({"replacement": &**text}),
        Cover::Token => json!({"transform": "token"}),
    }
    .serialize(serializer)
}

/// For `serialize_with`: endpoints as they were written.
pub(crate) fn endpoints<S: Serializer>(endpoints: &[Endpoint], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(endpoints.iter().map(Endpoint::as_str))
}

/// For `serialize_with`: probes. The schema of a [`ProbeKind::NotJson`] stands beside them, as its source.
pub(crate) fn probes<S: Serializer>(probes: &[Probe], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(probes.iter().map(probe))
}

fn probe(probe: &Probe) -> Value {
    let what = match &probe.kind {
        ProbeKind::CharactersOutside(pattern) => json!({"characters_outside": pattern.as_str()}),
        ProbeKind::Detector { id, min_confidence } => {
            json!({"detector": id, "min_confidence": min_confidence.as_percent()})
        }
        ProbeKind::LinkOutside(hosts) => {
            json!({"link_outside": hosts.iter().map(Endpoint::as_str).collect::<Vec<_>>()})
        }
        ProbeKind::LongerThan(characters) => json!({"longer_than": characters}),
        ProbeKind::NotJson(_) => json!("not_json"),
        ProbeKind::Pattern(pattern) => json!({"pattern": pattern.as_str()}),
    };
    json!({"label": probe.label, "what": what})
}
