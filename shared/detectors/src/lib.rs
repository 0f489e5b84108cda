//! Text to findings. Pure.

mod detector;
mod view;

pub use detector::{Candidate, Detector, Hit, Shape};
pub use view::{View, ViewKind};

/// Every detector, by id.
pub static DETECTORS: &[&dyn Detector] = &[];
