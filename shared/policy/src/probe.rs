//! A probe: one thing that a rule wants looked for in text. The policy lists its probes, the detectors crate
//! looks for all of them in one pass, and the findings come back to the policy under the probe's id.

use std::sync::Arc;

use crate::endpoint::Endpoint;
use crate::finding::Confidence;

/// Index of a probe in [`crate::Policy::probes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProbeId(pub usize);

/// One thing to look for.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The word for it in records and replacements: a detector's id, a pattern's name, or `pattern`.
    pub label: String,
    /// What to look for.
    pub kind: ProbeKind,
}

/// What a probe looks for.
#[derive(Clone, Debug)]
pub enum ProbeKind {
    /// Characters outside a class. The pattern matches one run of characters that are not allowed.
    CharactersOutside(Pattern),
    /// What a detector finds, at this confidence or above.
    Detector {
        /// The detector's id.
        id: String,
        /// The lowest confidence that counts.
        min_confidence: Confidence,
    },
    /// A link or an image whose host is none of these; the finding covers the URL.
    LinkOutside(Arc<[Endpoint]>),
    /// The text after so many characters; the finding covers what is too much.
    LongerThan(usize),
    /// A text that is not JSON of this form; the finding covers all of it.
    NotJson(JsonForm),
    /// A regular expression.
    Pattern(Pattern),
}

/// A regular expression that the loader has checked: it parses, matches no empty string and is not too
/// large. It is compiled by who uses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    source: Arc<str>,
}

impl Pattern {
    /// The most that a pattern may need compiled, in bytes.
    pub const MAX_COMPILED_BYTES: usize = 2 * 1024 * 1024;

    /// Takes a source that the caller has checked, or that stands in this program.
    #[must_use]
    pub fn checked(source: impl Into<Arc<str>>) -> Self {
        Self { source: source.into() }
    }

    /// The expression as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

/// A compiled JSON Schema that a text must fit.
#[derive(Clone)]
pub struct JsonForm {
    validator: Arc<jsonschema::Validator>,
}

impl JsonForm {
    /// Wraps a validator that the loader has built.
    #[must_use]
    pub fn new(validator: jsonschema::Validator) -> Self {
        Self { validator: Arc::new(validator) }
    }

    /// Whether a text is JSON and fits.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        serde_json::from_str(text).is_ok_and(|value| self.fits_value(&value))
    }

    /// Whether a value fits.
    #[must_use]
    pub fn fits_value(&self, value: &serde_json::Value) -> bool {
        self.validator.is_valid(value)
    }
}

impl std::fmt::Debug for JsonForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JsonForm")
    }
}
