//! `input_validation`: what goes to the model.

use crate::decision::FindingCount;
use crate::rules::input_validation::InputValidation;
use crate::text::Part;

use super::{Facts, Outcome, texts};

pub(super) fn judge(rule: &InputValidation, facts: &Facts<'_>) -> Outcome {
    let speaks_of = |part: &Part| rule.roles.as_ref().is_none_or(|roles| roles.contains(&part.role));
    let findings = texts::findings(facts, speaks_of);
    let mut options: Vec<_> = too_many_messages(rule, facts).into_iter().collect();
    options.extend(
        facts.case.parts.iter().filter(|part| speaks_of(part)).filter_map(|part| wrong_type(rule, part)),
    );
    Outcome {
        applies: !findings.is_empty() || !options.is_empty(),
        findings,
        options,
        unchecked: texts::unchecked(facts, speaks_of),
        ..Outcome::default()
    }
}

fn too_many_messages(rule: &InputValidation, facts: &Facts<'_>) -> Option<FindingCount> {
    let count = facts.case.call.messages;
    let most = rule.max_messages?;
    (count > most).then(|| option("max_messages", "messages", count))
}

fn wrong_type(rule: &InputValidation, part: &Part) -> Option<FindingCount> {
    let types = rule.content_types.as_ref()?;
    (!types.contains(&part.content)).then(|| option("content_types", &part.field, 1))
}

fn option(name: &str, field: &str, count: usize) -> FindingCount {
    FindingCount { detector: name.to_owned(), field: field.to_owned(), count, spans: Vec::new() }
}
