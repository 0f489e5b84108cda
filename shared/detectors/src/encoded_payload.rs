//! Text in another coat: base64, base32, hex, percent, character codes, entities, escapes, bits, rot13, letters turned
//! round, spelt out or swapped for digits, one inside another. What counts is what comes out: an instruction to the
//! model or a command. Hashes, ids, pictures, tokens, keys and source maps come out as nothing readable.

mod coats;
mod orders;

use policy::{Confidence, Span};

pub(crate) use coats::{from_base64, from_hex};

use crate::detector::{Detector, Hit, Shape};
use crate::view::{View, ViewKind};

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
        orders::TURNED
    }

    fn find(&self, view: &View<'_>, found: &mut Vec<Hit>) {
        // The scanner decodes too, for all detectors; here the original is enough, all layers are looked through.
        if view.kind == ViewKind::Original {
            for run in coats::runs(view.text) {
                judge(view.text, run, found);
            }
        }
    }
}

/// Layers of encoding that are taken off.
const LAYERS: usize = 3;
/// No more of one run is decoded, in bytes: what an instruction says, it says early.
const MOST: usize = 16 * 1024;

fn judge(text: &str, run: Span, found: &mut Vec<Hit>) {
    let Some(mut inner) = text.get(run.start..run.end).map(|run| coats::cut(run, MOST).to_owned()) else {
        return;
    };
    let mut layers = 0;
    while layers < LAYERS {
        let Some(next) = coats::take_off(&inner) else { break };
        layers += 1;
        inner = next;
    }
    let weight = if layers == 0 { 0 } else { orders::weight(&inner) };
    let weight = if layers > 1 && weight > 0 { weight + 15 } else { weight };
    if weight > 0 {
        found.push(Hit {
            span: run,
            confidence: Confidence::percent(weight),
            shape: if layers > 1 { "nested" } else { "encoded" },
        });
    }
}
