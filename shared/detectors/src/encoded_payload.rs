//! Text in another coat: base64, base32, hex, percent, character codes, entities, escapes, bits, rot13, letters turned
//! round, spelt out or swapped for digits, one inside another. What counts is what comes out: an instruction to the
//! model or a command. Hashes, ids, pictures, tokens, keys and source maps come out as nothing readable.

mod coats;
mod disguised;
mod grams;
mod orders;
mod runs;
mod spelt;
mod turns;
mod words;

use std::sync::LazyLock;

use policy::{Confidence, Span};

pub(crate) use coats::{from_base64, from_hex};

use crate::detector::{Detector, Hit, Shape};
use crate::neighbours::{self, Say};
use crate::view::ViewKind;
use crate::watch::Watch;
use crate::work;

/// Finds encoded instructions.
pub(crate) struct EncodedPayload;

impl Detector for EncodedPayload {
    fn id(&self) -> &'static str {
        "encoded_payload"
    }

    fn about(&self) -> &'static str {
        "encoded text that holds an instruction or a command once decoded"
    }

    fn shapes(&self) -> &'static [Shape] {
        static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| [orders::TURNED, disguised::SHAPES].concat());
        &SHAPES
    }

    // Lower, any order to decode something counts, whatever comes out.
    fn strict(&self) -> Confidence {
        Confidence::percent(46)
    }

    fn looks_after(&self) -> usize {
        60
    }

    fn combine(&self, found: &mut [Hit]) {
        neighbours::raise(found, NEIGHBOURS, technique, |_| Say::Share);
    }

    fn influence(&self) -> usize {
        neighbours::REACH
    }

    fn watch(&self, kind: ViewKind) -> Option<Box<dyn Watch>> {
        // The scanner decodes too, for all detectors; here the original is enough, all layers are looked through.
        (kind == ViewKind::Original).then(|| Box::new(runs::Runs::default()) as Box<dyn Watch>)
    }
}

/// That something is to be decoded and done says nothing of what comes out, however it is put: honest people ask for it,
/// too. Both are one technique.
fn technique(hit: &Hit) -> &'static str {
    if hit.shape.starts_with("obey:") { "encoded" } else { hit.shape }
}

/// How many neighbours of a hit are looked at.
const NEIGHBOURS: usize = 16;

/// Layers of encoding that are taken off.
const LAYERS: usize = 3;

/// Takes the coats off a run, and adds it if what comes out is an order.
fn judge(run: &str, span: Span, found: &mut Vec<Hit>) {
    work::done(run.len());
    let mut inner = run.to_owned();
    let mut layers = 0;
    while layers < LAYERS {
        let Some(next) = coats::take_off(&inner) else { break };
        layers += 1;
        inner = next;
    }
    let weight = if layers == 0 { orders::weight_in_digits(&inner) } else { orders::weight(&inner) };
    let weight = if layers > 1 && weight > 0 { (weight + 15).min(95) } else { weight };
    let shape = match layers {
        0 => "digits_run_together",
        1 => "encoded",
        _ => "nested",
    };
    add(weight, shape, span, found);
}

fn add(weight: u8, shape: &'static str, span: Span, found: &mut Vec<Hit>) {
    if weight > 0 {
        found.push(Hit { span, confidence: Confidence::percent(weight), shape });
    }
}
