//! How a streamed answer ends: as it should, by a stop, or because the caller left. Each leaves one final record.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Response;
use policy::Gate;
use sha2::Digest;

use crate::body::AnswerBody;
use crate::judgement;
use crate::passage::estimated_tokens;
use crate::record;
use crate::refusal::Stop;
use crate::transport::TransportError;
use crate::upstream::UpstreamError;

use super::StreamedAnswer;

impl StreamedAnswer {
    /// The next bytes for a caller who has the head; nothing at the end. A stop is said in the dialect.
    pub(super) async fn next_or_stop(&mut self) -> Option<Bytes> {
        match self.next().await {
            Ok(next) => next,
            Err(stop) => Some(self.stop(stop).await),
        }
    }

    /// The end of the upstream's body, or what broke it. An answer that had come to its end is complete all the same,
    /// also where that is an error that the upstream tells of itself: the caller gets it, and the record says so.
    pub(super) async fn end(&mut self, fault: Option<TransportError>) -> Result<(), Stop> {
        self.upstream = None;
        let mut events = Vec::new();
        if self.events.finish(&mut events).is_err() {
            return Err(UpstreamError::from(fault.unwrap_or(TransportError::Broken)).into());
        }
        for event in events {
            self.event(event).await?;
        }
        if self.texts.iter().any(|text| !text.ended) {
            return Err(Stop::AnswerUnreadable("a text in it did not end".to_owned()));
        }
        let well = !self.events.failed();
        self.passage.settle(self.tokens(well)).await;
        self.tell_breaker(well);
        self.out.append(&mut self.waiting);
        self.conclude(&[]);
        let status = self.status.as_u16();
        let record = if well { record::released } else { record::failed };
        self.passage.write_last(record(&self.passage, status))
    }

    /// Refuses an answer of which nothing has gone out.
    pub(crate) async fn refuse(mut self, stop: Stop) -> Response<AnswerBody> {
        self.close(&stop).await;
        self.out.clear();
        self.conclude(&[]);
        self.passage.refuse(stop)
    }

    /// Ends an answer in the middle. What cannot be recorded is told as such, and nothing else.
    async fn stop(&mut self, stop: Stop) -> Bytes {
        self.close(&stop).await;
        let last = self.last_words(&stop);
        self.conclude(&last);
        match self.passage.write_stop(&stop, Some(self.status.as_u16())) {
            Ok(()) => self.out.extend(last),
            Err(failure) => self.out = self.failure(&failure),
        }
        self.send()
    }

    /// What the dialect has for a stop. A refusal ends what was begun; a failure says the same wherever it comes.
    fn last_words(&mut self, stop: &Stop) -> Vec<u8> {
        match stop {
            Stop::Policy { .. } | Stop::Throttled { .. } => {
                self.out.append(&mut self.waiting);
                self.events.refuse(&stop.refusal(&self.passage.decision_id))
            }
            Stop::RecordFailed => {
                self.out.clear();
                self.failure(stop)
            }
            Stop::AnswerUnreadable(_)
            | Stop::Broken
            | Stop::CallerLeft
            | Stop::ForeignLocation
            | Stop::Identity(_)
            | Stop::Malformed(_)
            | Stop::NotFound
            | Stop::TooLarge(_)
            | Stop::Upstream(_) => self.failure(stop),
        }
    }

    /// A failure, also where the end of the answer had been made already and did not go out.
    fn failure(&mut self, stop: &Stop) -> Vec<u8> {
        self.events.fail(&stop.refusal(&self.passage.decision_id))
    }

    /// What has to be done with the upstream and the limits when an answer stops.
    async fn close(&mut self, stop: &Stop) {
        self.upstream = None;
        self.passage.settle(self.tokens(false)).await;
        let broke = matches!(stop, Stop::Upstream(UpstreamError::Broken | UpstreamError::Slow));
        self.tell_breaker(!broke);
    }

    fn tell_breaker(&self, well: bool) {
        let settings = &self.passage.pipeline.settings;
        if let Some(endpoint) = &self.passage.endpoint {
            settings.upstreams.streamed(endpoint.vendor, well, settings.clock.unix_millis());
        }
    }

    /// The tokens to settle limits by: those that the upstream names. Where it names none, or did not come to its
    /// end, what was said counts, too, as requests are estimated.
    fn tokens(&self, complete: bool) -> u64 {
        let said = estimated_tokens(self.said);
        match self.events.usage() {
            Some(usage) if complete => usage.input_tokens.saturating_add(usage.output_tokens),
            Some(usage) => usage.input_tokens.saturating_add(usage.output_tokens.max(said)),
            None => self.passage.asked_tokens.saturating_add(said),
        }
    }

    /// Brings into the passage what the record is to say of the answer. `last` goes out after `out`.
    fn conclude(&mut self, last: &[u8]) {
        self.keep_text();
        let passage = &mut self.passage;
        passage.verdict = Some(judgement::merge(self.asked.clone(), self.judgement.clone()));
        passage.usage = self.events.usage();
        passage.held_bytes = Some(self.most_held);
        passage.upstream_us = passage.elapsed_us().saturating_sub(self.checks_us);
        passage.output_sha256 = self.digest.clone().map(|mut digest| {
            digest.update(&self.out);
            digest.update(last);
            hex(&digest.finalize())
        });
    }

    /// Keeps the text for the record, covered, where a rule asks for it.
    fn keep_text(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let passage = &mut self.passage;
        let policy = &passage.active.policy;
        let decision = self.judgement.decision;
        if policy.capture(&passage.known_call(), decision, &passage.decision_id).output {
            let pairs = || kept.texts().iter().map(|text| (&text.part, text.text.as_str()));
            let parts: Vec<_> = pairs().map(|(part, _)| part.clone()).collect();
            let mut findings = passage.active.scan(Gate::Answer, pairs()).findings;
            findings.extend(passage.active.scan_for_record(Gate::Answer, pairs()).findings);
            let redactions = policy.redact_for_record(Gate::Answer, &parts, &findings);
            passage.output_text = Some(judgement::text_for_record(&kept.into_texts(), &redactions));
        }
    }
}

/// The caller left, or the end has gone out.
impl Drop for StreamedAnswer {
    fn drop(&mut self) {
        if self.passage.ended {
            return;
        }
        self.upstream = None;
        self.passage.settle_at_once(self.tokens(false));
        self.out.clear();
        self.conclude(&[]);
        self.passage.write_left(self.released.then_some(self.status.as_u16()));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
