//! From findings to what is covered: overlapping findings become one cover.

use std::cmp::Reverse;

use crate::compiled::Compiled;
use crate::decision::{Cover, Redaction};
use crate::finding::Finding;
use crate::text::{ContentType, Part};

/// Collects what rules want covered.
#[derive(Default)]
pub(crate) struct Redactions<'a> {
    wanted: Vec<Wanted<'a>>,
}

struct Wanted<'a> {
    finding: Finding,
    /// Index of the rule.
    rule: usize,
    cover: &'a Cover,
}

impl<'a> Redactions<'a> {
    /// Adds what one rule wants covered.
    pub(crate) fn add(&mut self, rule: usize, cover: &'a Cover, findings: &[Finding]) {
        self.wanted.extend(findings.iter().map(|&finding| Wanted { finding, rule, cover }));
    }

    /// Everything to cover, in the order of the parts and of their texts, not overlapping. Where findings
    /// overlap, all of them is covered as the first wants it: the one that starts first, then the longest,
    /// then that of the first rule in the document.
    pub(crate) fn finish(mut self, compiled: &Compiled, parts: &[Part]) -> Vec<Redaction> {
        self.wanted.retain(|wanted| {
            let is_text =
                parts.get(wanted.finding.part).is_some_and(|part| part.content == ContentType::Text);
            is_text && !wanted.finding.span.is_empty()
        });
        self.wanted.sort_by_key(|wanted| {
            let Finding { part, span, probe, .. } = wanted.finding;
            (part, span.start, Reverse(span.end), wanted.rule, probe)
        });
        let mut redactions: Vec<Redaction> = Vec::new();
        for wanted in self.wanted {
            let Finding { part, span, probe, .. } = wanted.finding;
            match redactions.last_mut() {
                Some(last) if last.part == part && last.span.overlaps(span) => {
                    last.span.end = last.span.end.max(span.end);
                }
                _ => {
                    let label = compiled.label(probe).to_owned();
                    redactions.push(Redaction { part, span, label, cover: wanted.cover.clone() });
                }
            }
        }
        redactions
    }
}
