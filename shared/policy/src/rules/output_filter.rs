//! `output_filter`: what the model answers. How a document gives such a rule.

use std::sync::Arc;

use crate::canonical;
use crate::checked::{Constrain, RuleKind};
use crate::decision::Cover;
use crate::endpoint::Endpoint;
use crate::fields::constrain::{self, ConstrainFields};
use crate::fields::cover::{self, Transform};
use crate::fields::detectors::{self, Detector};
use crate::fields::leaves::{Count, LARGEST, List, OneOrMany, SchemaText};
use crate::fields::patterns::{self, Patterns};
use crate::probe::{Probe, ProbeKind};
use crate::read::{Entries, Record, Scope, record};
use crate::rules::{Head, size};

/// The fields of an `output_filter` rule; at least one probe is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct OutputFilter {
    /// Patterns, detectors, `max_length`, `format` and `allowed_urls`.
    #[serde(serialize_with = "canonical::probes")]
    pub(crate) probes: Vec<Probe>,
    /// The JSON Schema of the `NotJson` probe, as written.
    pub(crate) form: Option<serde_json::Value>,
    /// What a `REDACT` rule, or `constrain: {redact: true}`, puts in place of a finding.
    #[serde(serialize_with = "canonical::cover")]
    pub(crate) cover: Cover,
    /// What a `CONSTRAIN` rule changes: nothing but `redact` can be set here.
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
        /// The form that the answer must have.
        format: Format,
        /// Hosts that a link or an image may point to; empty for none at all.
        allowed_urls: List<Endpoint>,
        /// What stands in place of a finding; `{detector}` and `{n}` are filled in.
        replacement: String,
        /// How a finding is covered.
        transform: Transform,
        /// `{redact: true}` for a `CONSTRAIN` rule.
        constrain: ConstrainFields,
    }
}

record! {
    /// The form of an answer.
    pub(crate) struct Format {
        /// The answer must be JSON that fits this JSON Schema.
        json_schema: SchemaText => required,
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
    let form = fields.format.take().and_then(|format| format.json_schema.take());
    Some(RuleKind::OutputFilter(OutputFilter {
        probes,
        form: form.map(|form| form.source),
        cover,
        constrain,
    }))
}

fn probes(fields: &Fields) -> Vec<Probe> {
    let longer = fields
        .max_length
        .given()
        .map(|count| Probe { label: "max_length".to_owned(), kind: ProbeKind::LongerThan(size(count)) });
    let form = fields
        .format
        .given()
        .and_then(|format| format.json_schema.given())
        .map(|schema| Probe { label: "format".to_owned(), kind: ProbeKind::NotJson(schema.form.clone()) });
    let outside = fields.allowed_urls.given().map(|hosts| Probe {
        label: "allowed_urls".to_owned(),
        kind: ProbeKind::LinkOutside(Arc::from(hosts.0.as_slice())),
    });
    let patterns = patterns::probes([&fields.pattern, &fields.patterns]);
    patterns.chain(detectors::probes(&fields.detectors)).chain(longer).chain(form).chain(outside).collect()
}

fn check(fields: &Fields, head: &Head, scope: &mut Scope<'_>) {
    head.refuse_idle(fields, scope);
    head.need_constrain(&fields.constrain, scope);
    if let (Some(constrain), Some(place)) = (fields.constrain.given(), fields.constrain.place()) {
        let call = constrain.present().iter().any(|name| *name != "redact");
        if call {
            scope.fault(place, "the answer is there already: an `output_filter` can change `redact` alone");
        }
    }
    if let (Some(Transform::Token), Some(place)) = (fields.transform.given(), fields.transform.place()) {
        scope.fault(
            place,
            "`transform: token` covers what goes to the model: it goes with `input_validation`",
        );
    }
}
