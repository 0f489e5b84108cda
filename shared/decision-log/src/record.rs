//! The decision record: what the log says of one call at one gate. The comments on the fields are written for
//! auditors.
//!
//! Members without a value are left out of the line. No member holds a match, a credential, or text of a
//! prompt or an answer, but for `input` and `output`, which the policy has to ask for.

mod entries;

use policy::{
    AppliedRule, Call, Capture, ContentType, Decision, Gate, Judgement, LimitScope, Severity, Unchecked,
};
use serde::Serialize;

use crate::mask::{CapturedText, cut};
use crate::timestamp::Timestamp;

pub use entries::{IdentityEntry, Latency, LimitUse, Outcome, PolicyEntry, UpstreamUse, Usage};

/// The form of a record, and its version: a member that changes its meaning gets another one.
pub const SCHEMA: &str = "sallyport.decision/v1";

/// One record of the decision log.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The form of the record: [`SCHEMA`].
    schema: &'static str,
    /// The call: the same in both records of a call, and in no other.
    pub decision_id: String,
    /// When the decision was made.
    pub time: Timestamp,
    /// `request`: what goes to the model. `answer`: what comes back.
    pub gate: Gate,
    /// Whether this is the last record of the call. A call without a final record was broken off: the process
    /// ended, or its records were cut off.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// How much this matters to people, as the policy's `log_level` says.
    pub severity: Severity,
    /// The policy that decided.
    pub policy: PolicyEntry,
    /// `aws`, `azure`, `gcp` or `local`.
    pub provider: String,
    /// Where the model is called: the location that the call names, or else the provider's region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// The instance or the version of the function, as the provider calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The provider's own id of the call.
    #[serde(serialize_with = "short_option", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Who called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityEntry>,
    /// The wire format of the call; `decisions` where only a decision was asked for.
    pub dialect: String,
    /// The model that was asked for, cut at 256 bytes.
    #[serde(serialize_with = "short_option", skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether the answer was to be streamed.
    pub stream: bool,
    /// `allow`, `log`, `constrain` or `block`. Never `allow` where a check could not be made.
    pub decision: Decision,
    /// The rules that determined the decision.
    pub reasons: Vec<String>,
    /// Every rule that applied, with what it found: the detector, the place and how often, never the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<AppliedRule>,
    /// What rules in `monitor` mode would have done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub monitored: Vec<AppliedRule>,
    /// How many findings and actions `rules` and `monitored` leave out, so that no call makes a record too
    /// large for the log.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// Checks that could not be made, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<Unchecked>,
    /// Whether a check that could not be made was let by, because the policy says `failure_mode: open`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fail_open: bool,
    /// Kinds of content in the call that nothing can look through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked_content: Vec<ContentType>,
    /// What became of the call apart from the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The HTTP status that the caller was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The limits that were charged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<LimitUse>,
    /// Tokens, as the upstream counted them.
    #[serde(skip_serializing_if = "Usage::is_empty")]
    pub usage: Usage,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_us: Option<Latency>,
    /// Of a streamed answer: the most bytes of its text that were held back at a time, until what came after them had
    /// been looked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_bytes: Option<usize>,
    /// The model endpoint that the call was forwarded to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<UpstreamUse>,
    /// The text that went to the model, after all redactions, masked and cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<CapturedText>,
    /// The text that the model answered, after all redactions, masked and cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<CapturedText>,
    /// SHA-256 of the request's body as it came from the caller, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_sha256: Option<String>,
    /// SHA-256 of the answer's body as it went to the caller, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_sha256: Option<String>,
}

impl Record {
    /// The most findings and actions that a record lists.
    pub const MAX_LISTED: usize = 128;

    /// A record of a call about which nothing is decided yet: `allow`, without reasons, not final.
    #[must_use]
    pub fn new(
        decision_id: impl Into<String>,
        time: Timestamp,
        gate: Gate,
        policy: PolicyEntry,
        call: &Call,
    ) -> Self {
        Self {
            schema: SCHEMA,
            decision_id: decision_id.into(),
            time,
            gate,
            is_final: false,
            severity: Severity::Info,
            policy,
            provider: call.provider.clone(),
            region: call.region.clone(),
            instance: None,
            request_id: None,
            identity: Some(IdentityEntry::new(&call.identity)),
            dialect: call.dialect.clone(),
            model: Some(call.model.clone()).filter(|model| !model.is_empty()),
            stream: call.stream,
            decision: Decision::Allow,
            reasons: Vec::new(),
            rules: Vec::new(),
            monitored: Vec::new(),
            left_out: 0,
            unchecked: Vec::new(),
            fail_open: false,
            unchecked_content: Vec::new(),
            outcome: None,
            http_status: None,
            limits: Vec::new(),
            usage: Usage::default(),
            latency_us: None,
            held_bytes: None,
            upstream: None,
            input: None,
            output: None,
            input_sha256: None,
            output_sha256: None,
        }
    }

    /// Takes over what the policy answered. A call that a failed check let by is recorded as `log` at least,
    /// never as `allow`.
    pub fn judge(&mut self, judgement: &Judgement) {
        self.fail_open = judgement.unchecked.iter().any(|unchecked| unchecked.fail_open);
        let least = if self.fail_open { Decision::Log } else { Decision::Allow };
        self.decision = judgement.decision.max(least);
        self.severity = judgement.severity;
        self.reasons.clone_from(&judgement.reasons);
        self.unchecked.clone_from(&judgement.unchecked);
        let mut room = Self::MAX_LISTED;
        self.left_out = 0;
        self.rules = self.listed(&judgement.applied, &mut room);
        self.monitored = self.listed(&judgement.monitored, &mut room);
    }

    /// Drops what the policy does not want recorded. The decision, its reasons and the checks that could not
    /// be made always stay. Whether there is to be a record at all ([`Capture::record`]) is for who writes it.
    pub fn capture(&mut self, capture: &Capture) {
        self.capture_call(capture);
        self.capture_texts(capture);
        if !capture.policy_decisions {
            self.rules.clear();
            self.monitored.clear();
            self.left_out = 0;
        }
        if !capture.latency {
            self.latency_us = None;
            self.held_bytes = None;
        }
        if !capture.input_tokens {
            self.usage.input_tokens = None;
        }
        if !capture.output_tokens {
            self.usage.output_tokens = None;
        }
    }

    fn capture_call(&mut self, capture: &Capture) {
        if !capture.request_id {
            self.request_id = None;
            if let Some(upstream) = &mut self.upstream {
                upstream.request_id = None;
            }
        }
        if !capture.agent_identity {
            self.identity = None;
        }
        if !capture.model_used {
            self.model = None;
        }
        for limit in &mut self.limits {
            let told = match limit.scope {
                Some(LimitScope::Global | LimitScope::Tool) => true,
                Some(LimitScope::Model) => capture.model_used,
                Some(LimitScope::Identity | LimitScope::Ip) | None => capture.agent_identity,
            };
            if !told {
                limit.key = None;
            }
        }
    }

    fn capture_texts(&mut self, capture: &Capture) {
        if !capture.input {
            self.input = None;
        }
        if !capture.output {
            self.output = None;
        }
        if !capture.input_hash {
            self.input_sha256 = None;
        }
        if !capture.output_hash {
            self.output_sha256 = None;
        }
    }

    /// The rules with as many of their findings and actions as there is room for.
    fn listed(&mut self, rules: &[AppliedRule], room: &mut usize) -> Vec<AppliedRule> {
        let mut listed = rules.to_vec();
        for rule in &mut listed {
            self.left_out += keep(&mut rule.findings, room) + keep(&mut rule.actions, room);
            for finding in &mut rule.findings {
                shorten(&mut finding.field);
            }
            for action in &mut rule.actions {
                shorten(&mut action.field);
                shorten(&mut action.name);
            }
        }
        listed
    }
}

/// The most that a record holds of a name that comes from outside, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// Keeps what there is room for, and says how much it dropped.
fn keep<T>(items: &mut Vec<T>, room: &mut usize) -> usize {
    let dropped = items.len().saturating_sub(*room);
    items.truncate(*room);
    *room -= items.len();
    dropped
}

fn shorten(name: &mut String) {
    if name.len() > MAX_NAME_BYTES {
        *name = cut(name, MAX_NAME_BYTES).into_owned();
    }
}

fn short<S: serde::Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&cut(name, MAX_NAME_BYTES))
}

fn short_option<S: serde::Serializer>(name: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match name {
        Some(name) => short(name, serializer),
        None => serializer.serialize_none(),
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
pub(crate) mod tests;
