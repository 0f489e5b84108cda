//! What is recorded of a passage, at each of the moments at which something is.

use decision_log::{
    Latency, LimitUse, Outcome, PolicyEntry, Record, Timestamp, UpstreamUse, Usage, sha256_hex,
};
use policy::{ContentType, Decision, Gate, Judgement};

use crate::passage::Passage;
use crate::refusal::Stop;

/// The record of the first gate, before the call goes upstream.
pub(crate) fn on_the_way(passage: &Passage) -> Option<Record> {
    record(passage, Gate::Request, false, Outcome::Ok, None)
}

/// The last record of a call whose answer goes out.
pub(crate) fn released(passage: &Passage, status: u16) -> Option<Record> {
    let outcome = if status < 400 { Outcome::Ok } else { Outcome::UpstreamError };
    record(passage, Gate::Answer, true, outcome, Some(status))
}

/// The last record of an answer that went out and ended in an error of the upstream's own.
pub(crate) fn failed(passage: &Passage, status: u16) -> Option<Record> {
    record(passage, Gate::Answer, true, Outcome::UpstreamError, Some(status))
}

/// The only record of a decision without a model call.
pub(crate) fn answered(passage: &Passage, gate: Gate, judgement: &Judgement) -> Option<Record> {
    let outcome = match judgement.decision {
        Decision::Block => Outcome::Refused,
        _ if judgement.throttle.is_some() => Outcome::Throttled,
        Decision::Allow | Decision::Constrain | Decision::Log => Outcome::Ok,
    };
    record(passage, gate, true, outcome, Some(200))
}

/// The last record of a call that stops here. The status is the one that the caller was given, where it was.
pub(crate) fn stopped(passage: &Passage, stop: &Stop, status: Option<u16>) -> Option<Record> {
    let gate = if passage.journey.is_some() { Gate::Answer } else { Gate::Request };
    let mut record = record(passage, gate, true, stop.outcome(), status)?;
    if stop.is_refusal() {
        record.decision = Decision::Block;
    }
    Some(record)
}

/// A record, where the policy wants one of this decision.
fn record(
    passage: &Passage,
    gate: Gate,
    is_final: bool,
    outcome: Outcome,
    status: Option<u16>,
) -> Option<Record> {
    let policy = &passage.active.policy;
    let decision = match (&passage.verdict, outcome) {
        (Some(verdict), _) => verdict.decision,
        (None, Outcome::Ok) => Decision::Allow,
        (None, _) => Decision::Block,
    };
    let call = passage.known_call();
    let capture = policy.capture(&call, decision, &passage.decision_id);
    if !capture.record {
        return None;
    }
    let entry = PolicyEntry { name: policy.name().to_owned(), revision: policy.revision().to_owned() };
    let now = Timestamp::from_unix_ms(passage.pipeline.settings.clock.unix_millis());
    let mut record = Record::new(passage.decision_id.as_str(), now, gate, entry, &call);
    if passage.identity.is_none() {
        record.identity = None;
    }
    if let Some(verdict) = &passage.verdict {
        record.judge(verdict);
    }
    record.instance.clone_from(&passage.pipeline.settings.instance);
    record.is_final = is_final;
    record.outcome = Some(outcome);
    record.http_status = status;
    record.limits = passage.charges.iter().map(|(charge, answer)| LimitUse::new(charge, answer)).collect();
    record.usage = usage(passage);
    record.latency_us = Some(latency(passage));
    record.held_bytes = passage.held_bytes;
    record.upstream = upstream(passage);
    record.unchecked_content = passage.unread.iter().copied().collect::<Vec<ContentType>>();
    texts(passage, gate, &mut record, capture.input_hash, capture.output_hash);
    record.capture(&capture);
    Some(record)
}

/// The text of a gate stands in that gate's record. Hashes are made only where they are asked for.
fn texts(passage: &Passage, gate: Gate, record: &mut Record, input_hash: bool, output_hash: bool) {
    match gate {
        Gate::Answer => record.output.clone_from(&passage.output_text),
        Gate::Request => record.input.clone_from(&passage.input_text),
    }
    record.input_sha256 = passage.input.as_ref().filter(|_| input_hash).map(|body| sha256_hex(body));
    let whole = passage.output.as_ref().filter(|_| output_hash).map(|body| sha256_hex(body));
    record.output_sha256 = whole.or_else(|| passage.output_sha256.clone());
}

fn usage(passage: &Passage) -> Usage {
    passage.usage.map_or_else(Usage::default, |usage| Usage {
        input_tokens: Some(usage.input_tokens),
        output_tokens: Some(usage.output_tokens),
    })
}

fn latency(passage: &Passage) -> Latency {
    let total = passage.elapsed_us();
    let upstream = passage.journey.as_ref().map(|_| passage.upstream_us);
    Latency { checks: total.saturating_sub(passage.upstream_us), upstream }
}

fn upstream(passage: &Passage) -> Option<UpstreamUse> {
    let journey = passage.journey.as_ref()?;
    Some(UpstreamUse {
        name: journey.upstream.clone(),
        request_id: journey.request_id.clone(),
        status: journey.status,
        retries: u32::try_from(journey.retries.len()).unwrap_or(u32::MAX),
        reason: journey.retries.last().map(|reason| reason.word()),
    })
}
