//! What a probe found: which probe, in which part, where and how surely. Never the matched text.

use crate::probe::ProbeId;
use crate::text::Span;

/// How sure a detector is, in hundredths: 100 is certain. A whole number, so that records are the same
/// everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// No doubt: what a plain pattern finds.
    pub const CERTAIN: Self = Self(100);
    /// What a rule asks for when it names none.
    pub const DEFAULT_MINIMUM: Self = Self(50);

    /// A confidence of so many hundredths; more than 100 counts as 100.
    #[must_use]
    pub const fn percent(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// In hundredths.
    #[must_use]
    pub const fn as_percent(self) -> u8 {
        self.0
    }
}

/// One hit of one probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Index of the part that was looked through.
    pub part: usize,
    /// The probe that hit.
    pub probe: ProbeId,
    /// Where, in the original text of the part.
    pub span: Span,
    /// How surely.
    pub confidence: Confidence,
}
