//! The views of a text: what an attacker or an encoder has hidden, made plain. ASCII text without escapes and
//! long unbroken runs has none but itself, which is found out at about the speed of reading it.
//!
//! Decoded text is folded and decoded again, to [`MAX_LAYERS`]. No step makes text longer than
//! [`folded`] does, and each looks at every byte a fixed number of times.
//!
//! [`Folding`] and [`Decoding`] take a text as it comes and make as much of the view as is decided; a whole text is
//! one that has come at once and ended. So a view is the same wherever the text was cut.

mod decoded;
mod escapes;
mod folded;
mod offsets;
mod readable;
mod runs;

use crate::known::Known;
use crate::view::{View, ViewKind};
pub(crate) use decoded::Decoding;
pub(crate) use folded::Folding;
pub(crate) use offsets::{Draft, Offsets};

/// How often what was decoded is decoded again.
pub(crate) const MAX_LAYERS: u8 = 3;

/// Shows the views of a text, the text itself first.
pub(crate) fn each_view(text: &str, ascii: bool, look: &mut dyn FnMut(&View<'_>)) {
    let original = View::original_of(text);
    look(&original);
    let draft = if ascii { None } else { fold(text) };
    match &draft {
        Some(draft) => {
            let view = View::made_from(&original, &draft.text, ViewKind::Folded, &draft.offsets);
            look(&view);
            descend(&view, 1, look);
        }
        None => descend(&original, 1, look),
    }
}

fn descend(source: &View<'_>, layer: u8, look: &mut dyn FnMut(&View<'_>)) {
    let draft = if layer > MAX_LAYERS { None } else { decode(source.text) };
    let Some(draft) = draft else {
        return;
    };
    let kind = ViewKind::Decoded(layer);
    let view = View::made_from(source, &draft.text, kind, &draft.offsets);
    look(&view);
    let draft = if view.text.is_ascii() { None } else { fold(view.text) };
    match &draft {
        Some(draft) => {
            let folded = View::made_from(&view, &draft.text, kind, &draft.offsets);
            look(&folded);
            descend(&folded, layer + 1, look);
        }
        None => descend(&view, layer + 1, look),
    }
}

/// The text folded, if that changes it.
fn fold(text: &str) -> Option<Draft> {
    let mut draft = Draft::default();
    Folding::new().read(Known::whole(text), &mut draft);
    finished(text, draft)
}

/// The text decoded, if there is anything to decode in it.
fn decode(text: &str) -> Option<Draft> {
    let mut draft = Draft::default();
    Decoding::new().read(Known::whole(text), &mut draft);
    finished(text, draft)
}

/// A draft with what follows its last change, if there is one.
fn finished(text: &str, mut draft: Draft) -> Option<Draft> {
    if !draft.is_changed() {
        return None;
    }
    draft.catch_up(Known::whole(text), text.len());
    Some(draft)
}

#[cfg(test)]
mod tests;
