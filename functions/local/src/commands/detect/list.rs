//! What there is to look with: every detector, from where on its findings count, what it finds.

use detectors::Detector;
use serde_json::json;

use super::point::Point;
use super::probes;

/// The detectors that were asked for, one a line.
pub(super) fn told(ids: &[&str], jsonl: bool) -> String {
    let rows = probes::wanted(ids).into_iter();
    if jsonl { rows.map(as_json).collect() } else { heads() + &rows.map(readable).collect::<String>() }
}

fn heads() -> String {
    format!("{:<24}  balanced  strict  finds\n", "detector")
}

fn readable(detector: &dyn Detector) -> String {
    let [balanced, strict] = points(detector).map(|percent| f64::from(percent) / 100.0);
    format!("{:<24}  {balanced:<8.2}  {strict:<6.2}  {}\n", detector.id(), detector.about())
}

fn as_json(detector: &dyn Detector) -> String {
    let [balanced, strict] = points(detector);
    let row = json!({"id": detector.id(), "balanced": balanced, "strict": strict, "finds": detector.about()});
    format!("{row}\n")
}

/// In hundredths.
fn points(detector: &dyn Detector) -> [u8; 2] {
    [Point::Balanced, Point::Strict].map(|point| point.of(detector).as_percent())
}
