//! Many texts, one JSON object a line in and one a line out. One line is held at a time.

use std::io::{self, BufRead, Read as _};

use detectors::ViewKind;
use serde_json::{Map, Value, json};

use super::probes::{Found, Look, Probes};
use crate::console::{Console, Outcome};
use crate::error::LocalError;

/// The longest line, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;
/// How many lines go by between two words about the progress.
const PROGRESS_EVERY: u64 = 500;

/// One line of the input. Members besides are passed over.
struct Row {
    id: Option<Value>,
    text: String,
}

/// Why the lines could not be gone through to the end.
pub(super) enum Stopped {
    /// Nothing more can be printed.
    Printing(io::Error),
    /// Nothing more can be read.
    Reading(io::Error),
}

impl Stopped {
    pub(super) fn with(self, unreadable: impl FnOnce(io::Error) -> LocalError) -> LocalError {
        match self {
            Self::Printing(reason) => LocalError::Console(reason),
            Self::Reading(reason) => unreadable(reason),
        }
    }
}

/// A run over many lines, and how far it is.
pub(super) struct Batch {
    /// What messages call the input.
    name: String,
    /// Whether to tell how far it is.
    progress: bool,
    line: u64,
    bytes: u64,
    bad: u64,
}

impl Batch {
    pub(super) fn new(name: String, progress: bool) -> Self {
        Self { name, progress, line: 0, bytes: 0, bad: 0 }
    }

    /// Goes through all lines.
    pub(super) fn run(
        mut self,
        mut lines: impl BufRead,
        probes: &Probes,
        console: &mut Console<'_>,
    ) -> Result<Outcome, Stopped> {
        let mut line = Vec::new();
        while let Some(whole) = next(&mut lines, &mut line).map_err(Stopped::Reading)? {
            self.line += 1;
            self.bytes += line.len() as u64;
            let row = if whole { read(&line) } else { Err(format!("is longer than {LONGEST} bytes")) };
            self.answer(row, probes, console).map_err(Stopped::Printing)?;
        }
        self.finish(console).map_err(Stopped::Printing)
    }

    fn answer(
        &mut self,
        row: Result<Option<Row>, String>,
        probes: &Probes,
        console: &mut Console<'_>,
    ) -> io::Result<()> {
        match row {
            Ok(None) => {}
            Ok(Some(row)) => {
                let told = told(self.line, row.id, &probes.look(&row.text));
                writeln!(console.out, "{told}")?;
            }
            Err(fault) => {
                self.bad += 1;
                writeln!(console.err, "sallyport: {}:{}: the line {fault}", self.name, self.line)?;
            }
        }
        if self.progress && self.line.is_multiple_of(PROGRESS_EVERY) {
            write!(console.err, "\r{} lines, {} kB", self.line, self.bytes / 1000)?;
            console.err.flush()?;
        }
        Ok(())
    }

    fn finish(self, console: &mut Console<'_>) -> io::Result<Outcome> {
        if self.progress && self.line >= PROGRESS_EVERY {
            writeln!(console.err, "\r{} lines, {} kB", self.line, self.bytes / 1000)?;
        }
        if self.bad == 0 {
            return Ok(Outcome::Done);
        }
        writeln!(console.err, "sallyport: {} of {} lines could not be used", self.bad, self.line)?;
        Ok(Outcome::BadInput)
    }
}

/// Takes the next line, without its end. `None` is the end of the input; `false` a line that is too long, of which
/// the rest was passed over.
fn next(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    if lines.take(LONGEST + 1).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 > LONGEST {
        lines.skip_until(b'\n')?;
        return Ok(Some(false));
    }
    Ok(Some(true))
}

/// The row that a line holds; none in an empty one. The fault quotes nothing of the line.
fn read(line: &[u8]) -> Result<Option<Row>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    match serde_json::from_slice(line) {
        Ok(Value::Object(members)) => row(members).map(Some),
        Ok(_) => Err("is not a JSON object".to_owned()),
        Err(fault) => Err(format!("is not JSON, from byte {} on", fault.column())),
    }
}

fn row(mut members: Map<String, Value>) -> Result<Row, String> {
    match members.remove("text") {
        Some(Value::String(text)) => Ok(Row { id: members.remove("id"), text }),
        Some(_) => Err("has a `text` that is not a string".to_owned()),
        None => Err("has no `text`".to_owned()),
    }
}

fn told(line: u64, id: Option<Value>, look: &Look) -> Value {
    let findings: Vec<Value> = look.findings.iter().map(finding).collect();
    let scores: Map<String, Value> =
        look.scores.iter().map(|(id, score)| ((*id).to_owned(), score.as_percent().into())).collect();
    let mut told = json!({"line": line, "findings": findings, "scores": scores});
    if let Some(members) = told.as_object_mut() {
        members.extend(id.map(|id| ("id".to_owned(), id)));
        if !look.unchecked.is_empty() {
            members.insert("unchecked".to_owned(), json!(look.unchecked));
        }
    }
    told
}

fn finding(found: &Found) -> Value {
    json!({
        "detector": found.detector.id(),
        "span": [found.span.start, found.span.end],
        "confidence": found.confidence.as_percent(),
        "shape": found.shape,
        "view": view(found.view),
    })
}

fn view(kind: ViewKind) -> String {
    match kind {
        ViewKind::Decoded(layers) => format!("decoded_{layers}"),
        ViewKind::Folded => "folded".to_owned(),
        ViewKind::Original => "original".to_owned(),
    }
}
