//! `output_filter`: what the model answers.

use super::{Facts, Outcome, texts};

pub(super) fn judge(facts: &Facts<'_>) -> Outcome {
    let findings = texts::findings(facts, |_| true);
    let unchecked = texts::unchecked(facts, |_| true);
    Outcome { applies: !findings.is_empty(), findings, unchecked, ..Outcome::default() }
}
