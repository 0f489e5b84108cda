//! `sallyport detect`: what the detectors make of a text, or of many; for whoever chooses or measures detectors.
//! No policy is asked, and nothing in production needs it.

mod batch;
mod list;
mod point;
mod probes;
mod readable;

use std::io::{BufReader, IsTerminal as _};
use std::path::PathBuf;

use host::source;
use policy::Confidence;

use crate::console::{Console, Outcome};
use crate::error::LocalError;
use batch::Batch;
use point::{Least, Point};
use probes::Probes;

/// Look for personal data, secrets, attacks, … in a text: which detector finds what, where, how surely and why
///
/// Places are bytes of the text, the first being 0. The matched text itself is never printed. A finding counts from
/// the confidence on that a rule without `min_confidence` asks for, 0.50. Ends with 1 when anything was found.
///
/// Every detector has two points, which --list shows beside what it finds: `balanced`, the 0.50 of a rule that asks for
/// nothing, and `strict`, for whoever would rather stop too much. A rule takes the latter by its number, as its
/// `min_confidence`; here it is --point strict.
///
/// With --jsonl, every line is a text of its own, a JSON object:
///
///   {"id": "a", "text": "My SSN is 536-22-8726."}
///
/// `id` may be missing, other members are passed over. For every line one comes out, in the same order and at once:
///
///   {"line": 1, "id": "a", "findings": [{"detector": "us_ssn", "span": [10, 21], "confidence": 95,
///    "shape": "dashed", "view": "original"}], "scores": {"us_ssn": 95}}
///
/// `confidence` is in hundredths, as in decision records. `shape` is the technique or the format, `view` says whether
/// it was found in the text as it is (`original`), after look-alike letters were folded and invisible ones removed
/// (`folded`), or after so many layers were decoded (`decoded_1`). `scores` has the surest that each detector found,
/// also where that is too unsure for a finding. `unchecked` names detectors that could not be run, if any.
///
/// A line that cannot be used is told on standard error with its number, and the next is read; in the end the
/// command ends with 2, otherwise with 0, whatever was found. No more than one line is held in memory at a time, and
/// none may be longer than 16 MiB.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Detect {
    /// The text, or with --jsonl the lines; standard input without it, or as `-`
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// Read one JSON object a line and write one a line
    #[arg(long)]
    jsonl: bool,
    /// Only these detectors; all of them without it
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', value_parser = detector)]
    detectors: Vec<&'static str>,
    /// From which of its two points on a detector's finding counts
    #[arg(long, value_enum, default_value_t = Point::Balanced)]
    point: Point,
    /// What counts as a finding instead, from 0 to 1, as in a policy
    #[arg(long, value_name = "FRACTION", value_parser = confidence, conflicts_with = "point")]
    min_confidence: Option<Confidence>,
    /// Say what there is to look with: ids, points, what each finds. Reads nothing; with --jsonl one object a line
    #[arg(long)]
    list: bool,
}

impl Detect {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        if self.list {
            console.out.write_all(list::told(&self.detectors, self.jsonl).as_bytes())?;
            return Ok(Outcome::Done);
        }
        let least = self.min_confidence.map_or(Least::At(self.point), Least::Fixed);
        let probes = Probes::new(&self.detectors, least);
        if !self.jsonl {
            let found = probes.look(&source::read_text(&self.file)?);
            console.out.write_all(readable::told(&found).as_bytes())?;
            return Ok(if found.is_clean() { Outcome::Done } else { Outcome::Found });
        }
        let unusable = |reason| LocalError::Unusable { what: "read", path: self.file.clone(), reason };
        let lines = BufReader::new(source::open(&self.file).map_err(unusable)?);
        // Lines on the same terminal say more than a counter, which they would tear apart.
        let progress = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        Batch::new(source::name(&self.file), progress)
            .run(lines, &probes, console)
            .map_err(|stopped| stopped.with(unusable))
    }
}

fn detector(text: &str) -> Result<&'static str, String> {
    let ids = detectors::detector_ids();
    let known = ids.iter().find(|id| **id == text).copied();
    known.ok_or_else(|| format!("there are {}", ids.join(", ")))
}

fn confidence(text: &str) -> Result<Confidence, String> {
    let fraction: Option<f64> = text.parse().ok().filter(|fraction| (0.0..=1.0).contains(fraction));
    let hundredths = fraction.map(|fraction| (fraction * 100.0).round());
    // Between 0 and 100 every whole number has its word.
    let found = hundredths.and_then(|wanted| (0..=100).find(|percent| f64::from(*percent) >= wanted));
    found.map(Confidence::percent).ok_or_else(|| "expected a number from 0 to 1, such as 0.8".to_owned())
}

#[cfg(test)]
mod tests;
