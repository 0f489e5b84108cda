//! What the two rule types that look through texts share: which findings count, and what could not be looked
//! through.

use std::collections::BTreeMap;

use crate::compiled::Compiled;
use crate::decision::{FindingCount, UncheckedReason};
use crate::finding::Finding;
use crate::text::{ContentType, Part};

use super::Facts;

/// The rule's findings in the parts that it speaks of. One in a part that is not there counts: it is safer to
/// hear than to lose.
pub(super) fn findings(facts: &Facts<'_>, speaks_of: impl Fn(&Part) -> bool) -> Vec<Finding> {
    let counts = |finding: &&Finding| facts.case.parts.get(finding.part).is_none_or(&speaks_of);
    facts.findings.iter().filter(counts).copied().collect()
}

/// What the rule's probes could not look through: all of it where one of them failed, and parts that are no
/// text, unless some rule of the policy admits their type.
pub(super) fn unchecked(facts: &Facts<'_>, speaks_of: impl Fn(&Part) -> bool) -> Vec<UncheckedReason> {
    let failed = facts.case.failed_probes.iter().any(|id| facts.rule.probes.binary_search(id).is_ok());
    let admitted = &facts.compiled.admitted_types;
    let unseen = |part: &Part| part.content != ContentType::Text && !admitted.contains(&part.content);
    let blind =
        !facts.rule.probes.is_empty() && facts.case.parts.iter().any(|part| speaks_of(part) && unseen(part));
    let reasons = [(blind, UncheckedReason::ContentType), (failed, UncheckedReason::Pattern)];
    reasons.into_iter().filter(|(is, _)| *is).map(|(_, reason)| reason).collect()
}

/// Findings for a record: counted for each part and label.
pub(crate) fn counts(compiled: &Compiled, parts: &[Part], findings: &[Finding]) -> Vec<FindingCount> {
    let mut counted: BTreeMap<(usize, &str), Vec<[usize; 2]>> = BTreeMap::new();
    for finding in findings {
        let spans = counted.entry((finding.part, compiled.label(finding.probe))).or_default();
        spans.push([finding.span.start, finding.span.end]);
    }
    counted.into_iter().map(|((part, label), spans)| count(parts, part, label, spans)).collect()
}

fn count(parts: &[Part], part: usize, label: &str, mut spans: Vec<[usize; 2]>) -> FindingCount {
    let count = spans.len();
    spans.sort_unstable();
    spans.truncate(FindingCount::MAX_SPANS);
    FindingCount {
        detector: label.to_owned(),
        field: parts.get(part).map(|part| part.field.clone()).unwrap_or_default(),
        count,
        spans,
    }
}
