//! The views of a text: what an attacker or an encoder has hidden, made plain. ASCII text without escapes and
//! long unbroken runs has none but itself, which is found out at about the speed of reading it.
//!
//! Decoded text is folded and decoded again, to [`MAX_LAYERS`]. No step makes text longer than
//! [`folded`] does, and each looks at every byte a fixed number of times.

mod decoded;
mod escapes;
mod folded;
mod offsets;

use policy::Span;

use crate::view::{View, ViewKind};
pub(crate) use offsets::{Draft, Offsets, Step};

/// How often what was decoded is decoded again.
const MAX_LAYERS: u8 = 3;

/// Shows the views of a text, the text itself first. `context` bytes around each change are kept.
pub(crate) fn each_view(text: &str, ascii: bool, context: usize, look: &mut dyn FnMut(&View<'_>)) {
    let original = View::original_of(text);
    look(&original);
    let draft = if ascii { None } else { folded::fold(text, context) };
    match &draft {
        Some(draft) => {
            let view = View::made_from(&original, &draft.text, ViewKind::Folded, &draft.offsets);
            look(&view);
            descend(&view, 1, context, look);
        }
        None => descend(&original, 1, context, look),
    }
}

fn descend(source: &View<'_>, layer: u8, context: usize, look: &mut dyn FnMut(&View<'_>)) {
    let Some(draft) = decoded::decode(source.text, context).filter(|_| layer <= MAX_LAYERS) else {
        return;
    };
    let kind = ViewKind::Decoded(layer);
    let view = View::made_from(source, &draft.text, kind, &draft.offsets);
    look(&view);
    let draft = if view.text.is_ascii() { None } else { folded::fold(view.text, context) };
    match &draft {
        Some(draft) => {
            let folded = View::made_from(&view, &draft.text, kind, &draft.offsets);
            look(&folded);
            descend(&folded, layer + 1, context, look);
        }
        None => descend(&view, layer + 1, context, look),
    }
}

/// Changes to a text. One buffer holds what all of them put in.
#[derive(Debug, Default)]
struct Changes {
    text: String,
    list: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    /// What is replaced.
    span: Span,
    /// What stands there instead, in the buffer.
    text: Span,
    step: Step,
    /// Bytes of the first step that are left out.
    into: usize,
}

impl Changes {
    /// `text` in place of `span`, in steps.
    fn push(&mut self, span: Span, text: &str, step: Step, into: usize) {
        let start = self.text.len();
        self.text.push_str(text);
        self.list.push(Change { span, text: Span::new(start, self.text.len()), step, into });
    }

    /// `text` in place of all of `span`.
    fn push_whole(&mut self, span: Span, text: &str) {
        self.push(span, text, Step { draft: text.len(), source: span.len() }, 0);
    }

    /// Makes the changes; one that overlaps the one before it is left out. Keeps `context` bytes of the source
    /// around each.
    fn apply(&mut self, source: &str, context: usize) -> Option<Draft> {
        self.list.sort_by_key(|change| (change.span.start, change.span.end));
        let first = self.list.first()?;
        let mut draft = Draft::default();
        let mut done = source.floor_char_boundary(first.span.start.saturating_sub(context));
        if done > 0 {
            draft.leave_out(Span::new(0, done));
        }
        for change in &self.list {
            if change.span.start >= done {
                keep_between(source, &mut draft, Span::new(done, change.span.start), context);
                let text = self.text.get(change.text.start..change.text.end).unwrap_or_default();
                draft.replace(text, change.span, change.step, change.into);
                done = change.span.end;
            }
        }
        let end = source.ceil_char_boundary(done.saturating_add(context));
        draft.copy(source, Span::new(done, end));
        Some(draft)
    }
}

/// Copies what lies between two changes, or its two ends where it is long.
fn keep_between(source: &str, draft: &mut Draft, between: Span, context: usize) {
    let head = source.floor_char_boundary(between.start.saturating_add(context));
    let tail = source.ceil_char_boundary(between.end.saturating_sub(context));
    if head < tail {
        draft.copy(source, Span::new(between.start, head));
        draft.leave_out(Span::new(head, tail));
        draft.copy(source, Span::new(tail, between.end));
    } else {
        draft.copy(source, between);
    }
}

#[cfg(test)]
mod tests;
