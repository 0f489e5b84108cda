//! A passage at a gate: its texts are looked through, the policy is asked, and what is to be recorded of them is kept.

use detectors::Scan;
use dialects::{Answer, TextPart};
use policy::{Action, Case, ContentType, Gate, Judgement, Part};

use super::Passage;
use crate::judgement;

impl Passage {
    /// The first gate.
    pub(crate) fn judge_request(&mut self, request: &dialects::Request) -> Judgement {
        self.judge(Gate::Request, request.parts(), request.actions())
    }

    /// The second gate.
    pub(crate) fn judge_answer(&mut self, answer: &Answer) -> Judgement {
        self.judge(Gate::Answer, answer.parts(), answer.actions())
    }

    /// Looks through the texts of a gate and judges it.
    pub(crate) fn judge(&mut self, gate: Gate, texts: &[TextPart], actions: &[Action]) -> Judgement {
        let scan = self.active.scan(gate, pairs(texts));
        let parts: Vec<Part> = texts.iter().map(|text| text.part.clone()).collect();
        self.unread
            .extend(parts.iter().map(|part| part.content).filter(|content| *content != ContentType::Text));
        let judgement = self.ask_policy(gate, &parts, &scan, actions);
        self.keep_text(gate, texts, &parts, scan, &judgement);
        judgement
    }

    /// What the policy says of what was found at a gate.
    pub(crate) fn ask_policy(
        &self,
        gate: Gate,
        parts: &[Part],
        scan: &Scan,
        actions: &[Action],
    ) -> Judgement {
        self.active.policy.judge(&Case {
            gate,
            call: &self.known_call(),
            parts,
            findings: &scan.findings,
            failed_probes: &scan.failed,
            actions,
        })
    }

    /// Keeps the text of a gate for the record, covered, where a rule may ask for it.
    fn keep_text(
        &mut self,
        gate: Gate,
        texts: &[TextPart],
        parts: &[Part],
        scan: Scan,
        judgement: &Judgement,
    ) {
        let capture = self.active.policy.capture(&self.known_call(), judgement.decision, &self.decision_id);
        let (wanted, kept) = match gate {
            Gate::Answer => (capture.output, &mut self.output_text),
            Gate::Request => (capture.input, &mut self.input_text),
        };
        if wanted {
            let mut findings = scan.findings;
            findings.extend(self.active.scan_for_record(gate, pairs(texts)).findings);
            let redactions = self.active.policy.redact_for_record(gate, parts, &findings);
            *kept = Some(judgement::text_for_record(texts, &redactions));
        }
    }
}

fn pairs(texts: &[TextPart]) -> impl Iterator<Item = (&Part, &str)> {
    texts.iter().map(|text| (&text.part, text.text.as_str()))
}
