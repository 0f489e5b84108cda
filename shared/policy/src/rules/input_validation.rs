//! `input_validation`: what goes to the model. How a document gives such a rule.

use crate::canonical;
use crate::checked::{Constrain, RuleKind};
use crate::decision::{Cover, RuleAction};
use crate::fields::constrain::{self, ConstrainFields};
use crate::fields::cover::{self, Transform};
use crate::fields::detectors::{self, Detector};
use crate::fields::leaves::{Count, LARGEST, OneOrMany};
use crate::fields::patterns::{self, CharacterClass, Patterns};
use crate::probe::{Probe, ProbeKind};
use crate::read::{Entries, Field, Record, Scope, record};
use crate::rules::{Head, size};
use crate::text::{ContentType, Role};

/// The fields of an `input_validation` rule; at least one thing to check is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct InputValidation {
    /// Patterns, detectors, `max_length` and `allowed_characters`.
    #[serde(serialize_with = "canonical::probes")]
    pub(crate) probes: Vec<Probe>,
    /// Whose texts; `None` for everybody's.
    pub(crate) roles: Option<Vec<Role>>,
    /// The types that may be there; `None` where the rule does not say.
    pub(crate) content_types: Option<Vec<ContentType>>,
    /// The most messages in a request.
    pub(crate) max_messages: Option<usize>,
    /// What a `REDACT` rule, or `constrain: {redact: true}`, puts in place of a finding.
    #[serde(serialize_with = "canonical::cover")]
    pub(crate) cover: Cover,
    /// What a `CONSTRAIN` rule changes.
    pub(crate) constrain: Option<Constrain>,
}

record! {
    /// The fields as documents write them.
    pub(crate) struct Fields {
        /// A regular expression, or several, with or without names.
        pattern: Patterns,
        /// Regular expressions, with or without names.
        patterns: Patterns,
        /// Ids of detectors, or `{id, min_confidence}`.
        detectors: OneOrMany<Detector>,
        /// The most characters of one text.
        max_length: Count<LARGEST>,
        /// The most messages of one request.
        max_messages: Count<LARGEST>,
        /// The inside of a regex class, such as `a-zA-Z0-9 .,`: any other character applies the rule.
        allowed_characters: CharacterClass,
        /// Whose texts are looked at; everybody's unless given. Tool descriptions count as `system`.
        roles: OneOrMany<Role>,
        /// What a message may be made of; anything else applies the rule. `stored` is text that the vendor keeps and
        /// a call only refers to: `previous_response_id`, a conversation, a cached or encrypted text.
        content_types: OneOrMany<ContentType>,
        /// What stands in place of a finding; `{detector}` and `{n}` are filled in.
        replacement: String,
        /// How a finding is covered.
        transform: Transform,
        /// What a `CONSTRAIN` rule changes in the call.
        constrain: ConstrainFields,
    }
}

/// Reads a rule of this type.
pub(crate) fn read(entries: &Entries<'_>, head: &Head, scope: &mut Scope<'_>) -> Option<RuleKind> {
    let fields = Fields::read_fields(entries, scope);
    check(&fields, head, scope);
    let probes = probes(&fields);
    let constrain = constrain::read(fields.constrain, head.action, scope);
    let redact = constrain.as_ref().is_some_and(|constrain| constrain.redact);
    let cover = cover::read(fields.replacement, fields.transform, cover::covers(head.action, redact), scope);
    Some(RuleKind::InputValidation(InputValidation {
        probes,
        roles: fields.roles.take().map(|roles| roles.0),
        content_types: fields.content_types.take().map(|types| types.0),
        max_messages: fields.max_messages.given().map(size),
        cover,
        constrain,
    }))
}

fn probes(fields: &Fields) -> Vec<Probe> {
    let longer = fields
        .max_length
        .given()
        .map(|count| Probe { label: "max_length".to_owned(), kind: ProbeKind::LongerThan(size(count)) });
    let outside = fields.allowed_characters.given().map(|class| Probe {
        label: "allowed_characters".to_owned(),
        kind: ProbeKind::CharactersOutside(class.0.clone()),
    });
    let patterns = patterns::probes([&fields.pattern, &fields.patterns]);
    patterns.chain(detectors::probes(&fields.detectors)).chain(longer).chain(outside).collect()
}

fn check(fields: &Fields, head: &Head, scope: &mut Scope<'_>) {
    let text = fields.pattern.is_there()
        || fields.patterns.is_there()
        || fields.detectors.is_there()
        || fields.max_length.is_there()
        || fields.allowed_characters.is_there();
    let counts = fields.max_messages.is_there() || fields.content_types.is_there();
    head.refuse_idle(fields, scope);
    if let (Some(place), false) = (fields.roles.place(), text || !counts) {
        scope.fault(place, "`roles` says whose texts are looked at, and the rule looks for nothing in texts");
    }
    check_content_types(fields, text, scope);
    head.need_constrain(&fields.constrain, scope);
    check_covering(fields, head, text, scope);
}

fn check_content_types(fields: &Fields, text: bool, scope: &mut Scope<'_>) {
    let (Some(types), Some(place)) = (fields.content_types.given(), fields.content_types.place()) else {
        return;
    };
    let all =
        [ContentType::Audio, ContentType::File, ContentType::Image, ContentType::Stored, ContentType::Text];
    let nothing_else = !text && !fields.max_messages.is_there();
    if nothing_else && all.iter().all(|content| types.0.contains(content)) {
        scope.fault(place, "`content_types` names every type: the rule can never apply");
    }
}

fn check_covering(fields: &Fields, head: &Head, text: bool, scope: &mut Scope<'_>) {
    let redact = constrain_covers(&fields.constrain);
    if cover::covers(head.action, redact) != Some(true) {
        return;
    }
    let countable =
        [("max_messages", fields.max_messages.place()), ("content_types", fields.content_types.place())];
    for (name, place) in countable {
        if let (Some(place), Some(RuleAction::Redact)) = (place, head.action) {
            scope
                .fault(place, format!("`{name}` cannot be covered: put it into a rule with `action: BLOCK`"));
        }
    }
    if let (Some(place), false) = (fields.constrain.place(), text) {
        scope.fault(place, "`redact: true` covers what was found, and the rule looks for nothing in texts");
    }
}

fn constrain_covers(field: &Field<ConstrainFields>) -> bool {
    field.given().and_then(|fields| fields.redact.given()).is_some_and(|redact| *redact)
}
