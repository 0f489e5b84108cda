//! Text to findings. Pure.

mod byte_class;
mod cover;
mod detector;
mod links;
mod literals;
mod pattern;
mod prefilter;
mod scan;
mod view;
mod views;
mod window;

pub use cover::Covers;
pub use detector::{Candidate, Detector, Hit, Shape};
pub use pattern::PATTERN_REACH;
pub use scan::{Explanation, Scan, Scanner};
pub use view::{View, ViewKind};

/// Every detector, by id.
pub static DETECTORS: &[&dyn Detector] = &[];
