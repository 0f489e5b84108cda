//! What the `logging` rules want recorded of one decision.

use sha2::{Digest as _, Sha256};

use crate::call::Call;
use crate::checked::RuleKind;
use crate::compiled::Compiled;
use crate::condition::Conditions;
use crate::decision::Decision;
use crate::policy::Capture;
use crate::rules::logging::{CaptureWord, Logging, Trigger};

/// No record.
const NOTHING: Capture = Capture {
    record: false,
    request_id: false,
    agent_identity: false,
    model_used: false,
    input_tokens: false,
    output_tokens: false,
    policy_decisions: false,
    latency: false,
    input: false,
    output: false,
    input_hash: false,
    output_hash: false,
};

/// Where no rule says what to record: everything that is not text, nor made from it.
pub(crate) const DEFAULT: Capture = Capture {
    record: true,
    request_id: true,
    agent_identity: true,
    model_used: true,
    input_tokens: true,
    output_tokens: true,
    policy_decisions: true,
    latency: true,
    ..NOTHING
};

/// What all `logging` rules that speak of a call want, together. A rule in `monitor` mode is obeyed, too: to
/// record is not to change. Where none speaks of the call, the default is recorded, and so it is where a
/// condition could not be asked.
pub(crate) fn capture(compiled: &Compiled, call: &Call, decision: Decision, decision_id: &str) -> Capture {
    let conditions = Conditions::new(call);
    let mut spoken = false;
    let mut wanted = NOTHING;
    for rule in &compiled.rules {
        let RuleKind::Logging(logging) = &rule.rule.kind else { continue };
        match conditions.hold(rule.rule.when.as_ref()) {
            Ok(false) => continue,
            Ok(true) if records(logging, decision, decision_id) => add(&mut wanted, logging),
            Ok(true) => {}
            Err(_) => join(&mut wanted, DEFAULT),
        }
        spoken = true;
    }
    if spoken { wanted } else { DEFAULT }
}

fn records(logging: &Logging, decision: Decision, decision_id: &str) -> bool {
    let violation = match decision {
        Decision::Block | Decision::Constrain => true,
        Decision::Allow | Decision::Log => false,
    };
    match logging.trigger {
        Trigger::Never => false,
        Trigger::OnEveryRequest => violation || share(decision_id) < logging.sample,
        Trigger::OnViolation => violation,
    }
}

/// A number from 0 up to 1 that the id alone determines.
fn share(decision_id: &str) -> f64 {
    let digest = Sha256::digest(decision_id.as_bytes());
    let first = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    // The 53 bits that an `f64` holds exactly; more would round up to 1.
    (first >> 11) as f64 / (1_u64 << 53) as f64
}

fn add(wanted: &mut Capture, logging: &Logging) {
    match &logging.capture {
        None => join(wanted, DEFAULT),
        Some(words) => {
            wanted.record = true;
            words.iter().for_each(|word| *switch(wanted, *word) = true);
        }
    }
}

fn switch(capture: &mut Capture, word: CaptureWord) -> &mut bool {
    match word {
        CaptureWord::AgentIdentity => &mut capture.agent_identity,
        CaptureWord::Input => &mut capture.input,
        CaptureWord::InputHash => &mut capture.input_hash,
        CaptureWord::InputTokens => &mut capture.input_tokens,
        CaptureWord::Latency => &mut capture.latency,
        CaptureWord::ModelUsed => &mut capture.model_used,
        CaptureWord::Output => &mut capture.output,
        CaptureWord::OutputHash => &mut capture.output_hash,
        CaptureWord::OutputTokens => &mut capture.output_tokens,
        CaptureWord::PolicyDecisions => &mut capture.policy_decisions,
        CaptureWord::RequestId => &mut capture.request_id,
    }
}

fn join(wanted: &mut Capture, other: Capture) {
    wanted.record |= other.record;
    wanted.request_id |= other.request_id;
    wanted.agent_identity |= other.agent_identity;
    wanted.model_used |= other.model_used;
    wanted.input_tokens |= other.input_tokens;
    wanted.output_tokens |= other.output_tokens;
    wanted.policy_decisions |= other.policy_decisions;
    wanted.latency |= other.latency;
    wanted.input |= other.input;
    wanted.output |= other.output;
    wanted.input_hash |= other.input_hash;
    wanted.output_hash |= other.output_hash;
}
