//! From how sure a hit counts as a finding.

use detectors::Detector;
use policy::Confidence;

/// One of a detector's two documented confidences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Point {
    /// What a rule without `min_confidence` asks for: little is wrongly stopped
    Balanced,
    /// For whoever would rather stop too much: also what is likely, and samples in a vendor's form
    Strict,
}

impl Point {
    pub(super) fn of(self, detector: &dyn Detector) -> Confidence {
        match self {
            Self::Balanced => Confidence::DEFAULT_MINIMUM,
            Self::Strict => detector.strict(),
        }
    }
}

/// What a finding has to reach.
#[derive(Clone, Copy, Debug)]
pub(super) enum Least {
    /// A point of the detector that found it.
    At(Point),
    /// The same for every detector.
    Fixed(Confidence),
}

impl Least {
    pub(super) fn of(self, detector: &dyn Detector) -> Confidence {
        match self {
            Self::At(point) => point.of(detector),
            Self::Fixed(confidence) => confidence,
        }
    }
}
