//! `detectors`: ids, or `{id, min_confidence}`.

use serde_json::{Value, json};

use crate::fields::leaves::{Fraction, OneOrMany};
use crate::finding::Confidence;
use crate::probe::{Probe, ProbeKind};
use crate::read::{Field, Read, Scope, record, unknown};
use crate::yaml::{Kind, Node};

/// The id of a detector that there is.
#[derive(Debug)]
pub(crate) struct DetectorId(String);

impl Read for DetectorId {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let id = String::read(node, scope)?;
        if scope.detectors.contains(&id.as_str()) {
            return Some(Self(id));
        }
        let message = unknown("detector", &id, scope.detectors.iter().copied());
        scope.fault(node.place, message);
        None
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"enum": detectors})
    }
}

record! {
    /// A detector and how sure it must be.
    pub(crate) struct DetectorFields {
        /// The detector's id.
        id: DetectorId => required,
        /// The lowest confidence that counts, 0 to 1; 0.5 unless given.
        min_confidence: Fraction<1>,
    }
}

/// One item of `detectors`.
#[derive(Debug)]
pub(crate) struct Detector {
    id: String,
    min_confidence: Confidence,
}

impl Read for Detector {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let id = DetectorId::read(node, scope)?.0;
            return Some(Self { id, min_confidence: Confidence::DEFAULT_MINIMUM });
        }
        let fields = DetectorFields::read(node, scope)?;
        let min_confidence = fields.min_confidence.take().map_or(Confidence::DEFAULT_MINIMUM, confidence);
        fields.id.take().map(|id| Self { id: id.0, min_confidence })
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"anyOf": [DetectorId::schema(detectors), DetectorFields::schema(detectors)]})
    }
}

fn confidence(fraction: Fraction<1>) -> Confidence {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction from 0 to 1 gives 0 to 100"
    )]
    Confidence::percent((fraction.0 * 100.0).round() as u8)
}

/// The probes of `detectors`.
pub(crate) fn probes(field: &Field<OneOrMany<Detector>>) -> impl Iterator<Item = Probe> {
    field.given().into_iter().flat_map(|detectors| &detectors.0).map(|detector| Probe {
        label: detector.id.clone(),
        kind: ProbeKind::Detector { id: detector.id.clone(), min_confidence: detector.min_confidence },
    })
}
