//! The judgements of one gate that come one after the other, as one: what a record says of a streamed answer is what
//! it would say of the same answer as a whole.
//!
//! Of what was found only counts are kept, and the first spans, so that what is kept does not grow with the answer.

use policy::{AppliedRule, FindingCount, Judgement, RuleSummary};

/// Adds a judgement to the sum of those before. What has to be done for it is not taken over: that is done with each.
pub(super) fn add(sum: &mut Judgement, next: &Judgement, rules: &[RuleSummary]) {
    let order = |name: &str| rules.iter().position(|rule| rule.name == name).unwrap_or(rules.len());
    if next.decision > sum.decision {
        sum.reasons.clone_from(&next.reasons);
        sum.message.clone_from(&next.message);
    } else if next.decision == sum.decision {
        sum.reasons.extend_from_slice(&next.reasons);
        sum.reasons.sort_by_key(|name| order(name));
        sum.reasons.dedup();
    }
    sum.decision = sum.decision.max(next.decision);
    sum.severity = sum.severity.max(next.severity);
    sum.throttle = next.throttle.clone().or(sum.throttle.take());
    for (entries, more) in [(&mut sum.applied, &next.applied), (&mut sum.monitored, &next.monitored)] {
        add_rules(entries, more);
        entries.sort_by_key(|entry| order(&entry.rule));
    }
    for unchecked in &next.unchecked {
        if !sum.unchecked.contains(unchecked) {
            sum.unchecked.push(unchecked.clone());
        }
    }
    sum.unchecked.sort_by_key(|entry| order(&entry.rule));
}

fn add_rules(entries: &mut Vec<AppliedRule>, more: &[AppliedRule]) {
    for rule in more {
        match entries.iter_mut().find(|entry| entry.rule == rule.rule && entry.action == rule.action) {
            None => {
                let mut entry = AppliedRule { findings: Vec::new(), ..rule.clone() };
                add_findings(&mut entry, &rule.findings);
                entries.push(entry);
            }
            Some(entry) => {
                entry.actions.extend_from_slice(&rule.actions);
                add_findings(entry, &rule.findings);
            }
        }
    }
}

/// Counts of one label in one field become one; fields stay in the order in which something was found in them.
fn add_findings(entry: &mut AppliedRule, more: &[FindingCount]) {
    for finding in more {
        let same_field = |known: &FindingCount| known.field == finding.field;
        let same = |known: &&mut FindingCount| same_field(known) && known.detector == finding.detector;
        if let Some(known) = entry.findings.iter_mut().find(same) {
            known.count += finding.count;
            known.spans.extend_from_slice(&finding.spans);
            known.spans.sort_unstable();
            known.spans.truncate(FindingCount::MAX_SPANS);
            continue;
        }
        let before = |known: &FindingCount| same_field(known) && known.detector < finding.detector;
        let place = entry
            .findings
            .iter()
            .rposition(before)
            .map(|at| at + 1)
            .or_else(|| entry.findings.iter().position(same_field))
            .unwrap_or(entry.findings.len());
        entry.findings.insert(place, finding.clone());
    }
}

#[cfg(test)]
mod tests {
    use policy::{Case, Confidence, ContentType, Finding, Gate, Part, Policy, Role, Span};

    use super::*;

    const RULES: &str = r#"
apiVersion: v1
kind: AIPolicy
metadata: {name: sums}
spec:
  rules:
    - {name: first, type: output_filter, patterns: {b: b, a: a}, action: REDACT}
    - {name: second, type: output_filter, pattern: b, action: REDACT, mode: monitor}
    - {name: third, type: output_filter, pattern: c, action: LOG}
    - {name: fourth, type: output_filter, pattern: d, action: REDACT}
"#;

    fn policy() -> Policy {
        Policy::load(RULES, &detectors::detector_ids()).unwrap().policy
    }

    fn judge(policy: &Policy, findings: &[Finding]) -> Judgement {
        let call = policy::Call {
            dialect: String::new(),
            model: String::new(),
            provider: String::new(),
            region: String::new(),
            stream: true,
            tools: Vec::new(),
            messages: 0,
            identity: policy::Identity::anonymous(),
            ip: String::new(),
            estimated_tokens: 0,
        };
        let part =
            Part { role: Role::Assistant, content: ContentType::Text, field: "content[0].text".to_owned() };
        policy.judge(&Case {
            gate: Gate::Answer,
            call: &call,
            parts: &[part],
            findings,
            failed_probes: &[],
            actions: &[],
        })
    }

    /// A finding of each probe in turn.
    fn findings(policy: &Policy) -> Vec<Finding> {
        let probes = policy.probe_ids(Gate::Answer);
        let finding = |(at, probe): (usize, &policy::ProbeId)| Finding {
            part: 0,
            probe: *probe,
            span: Span::new(at, at + 1),
            confidence: Confidence::CERTAIN,
        };
        probes.iter().cycle().take(90).enumerate().map(finding).collect()
    }

    #[test]
    fn judgements_of_pieces_come_to_the_judgement_of_all_of_it() {
        let policy = policy();
        let findings = findings(&policy);
        let mut whole = judge(&policy, &findings);
        whole.redactions.clear();
        for length in [1, 2, 7, 90] {
            for backwards in [false, true] {
                let mut sum = judge(&policy, &[]);
                let mut pieces: Vec<_> = findings.chunks(length).collect();
                if backwards {
                    pieces.reverse();
                }
                pieces.iter().for_each(|piece| add(&mut sum, &judge(&policy, piece), policy.rules()));
                assert_eq!(sum, whole, "{length} at a time");
            }
        }
    }
}
