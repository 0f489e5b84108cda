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
                let entry = AppliedRule { findings: Vec::new(), ..rule.clone() };
                entries.push(entry);
                entries.iter_mut().rev().take(1).for_each(|entry| add_findings(entry, &rule.findings));
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
