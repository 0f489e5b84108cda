//! Where each byte of a rewritten text stands in the text that it was made from: runs of equal steps, so that
//! a long change costs as little memory as a short one. Places are counted in bytes from the beginning of either
//! text, also when the first part of it is gone.

use policy::Span;

use crate::detector::CONTEXT_BEFORE;
use crate::known::Known;

/// A text made from another, and where its bytes come from. It grows at its end.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The text, from `start` on.
    pub(crate) text: String,
    pub(crate) offsets: Offsets,
    start: usize,
    made: usize,
    changed_to: usize,
}

/// How many bytes of the draft stand for how many of the source. What lies between is rounded outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) draft: usize,
    pub(crate) source: usize,
}

impl Step {
    /// Copied text.
    const COPY: Self = Self { draft: 1, source: 1 };
}

/// The part of a source that is changed, and how what stands there instead goes along with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) span: Span,
    pub(crate) step: Step,
    /// Bytes of the first step that are left out.
    pub(crate) into: usize,
}

impl Draft {
    /// A draft that begins at a place, with what stands before it in the source at hand, which is the same.
    pub(crate) fn beginning_at(source: Known<'_>, place: usize) -> Self {
        let start = source.start.max(place.saturating_sub(CONTEXT_BEFORE));
        let start = source.start + source.text.ceil_char_boundary(start - source.start);
        let mut draft = Self { start, made: place, ..Self::default() };
        draft.offsets.end = start;
        let before = Span::new(start, place);
        draft.append(source.get(before).unwrap_or_default(), before);
        draft
    }

    /// The end of the last change, in the source; 0 where nothing was changed.
    pub(crate) const fn changed_to(&self) -> usize {
        self.changed_to
    }

    /// The place in the source up to which the draft has been made.
    pub(crate) const fn made(&self) -> usize {
        self.made
    }

    /// Whether the source has anything otherwise, as far as the draft has been made.
    pub(crate) const fn is_changed(&self) -> bool {
        self.changed_to > 0
    }

    /// The text at hand; `ended` says that the draft does not grow any more.
    pub(crate) fn known(&self, ended: bool) -> Known<'_> {
        Known { text: &self.text, start: self.start, ended }
    }

    /// What [`Offsets::is_changed`] and [`Offsets::source`] say of a part that ends here or before is final. A part
    /// that ends where the draft does must wait for one more byte: something may be left out just behind it.
    pub(crate) fn decided(&self, ended: bool) -> usize {
        let end = self.offsets.end;
        if ended || self.offsets.deleted { end } else { end.saturating_sub(1) }
    }

    /// What stands before this place in the draft will not be asked for again. It goes when that is worth it.
    pub(crate) fn forget(&mut self, before: usize) {
        let gone = self.text.floor_char_boundary(before.saturating_sub(self.start));
        if gone > self.text.len() / 2 {
            self.text.drain(..gone);
            self.start += gone;
        }
        self.offsets.forget(before);
    }

    /// Goes on with the source as it is, up to a place.
    pub(crate) fn catch_up(&mut self, source: Known<'_>, to: usize) {
        if self.made < to {
            let span = Span::new(self.made, to);
            self.append(source.get(span).unwrap_or_default(), span);
        }
    }

    /// Goes on with the source as it is up to a change, and with `text` in its place.
    pub(crate) fn change(&mut self, source: Known<'_>, text: &str, change: Change) {
        self.catch_up(source, change.span.start);
        self.replace(text, change);
    }

    /// Goes on with the source as it is up to `span`, and with `text` in place of the whole of that.
    pub(crate) fn change_whole(&mut self, source: Known<'_>, text: &str, span: Span) {
        self.catch_up(source, span.start);
        self.replace_whole(text, span);
    }

    /// Appends a part of the source as it is.
    pub(crate) fn copy(&mut self, source: &str, span: Span) {
        self.append(source.get(span.start..span.end).unwrap_or_default(), span);
    }

    /// Appends `text`, which stands for a part of the source as a whole.
    pub(crate) fn replace_whole(&mut self, text: &str, span: Span) {
        let step = Step { draft: text.len(), source: span.len() };
        self.replace(text, Change { span, step, into: 0 });
    }

    fn replace(&mut self, text: &str, change: Change) {
        self.made = self.made.max(change.span.end);
        self.changed_to = change.span.end;
        let Change { span, step, into } = change;
        self.push(text, Piece { source: span, step, into, ..Piece::changed_at(self.offsets.end) });
        self.offsets.deleted |= text.is_empty();
    }

    fn append(&mut self, text: &str, span: Span) {
        self.made = self.made.max(span.end);
        let piece = Piece::changed_at(self.offsets.end);
        self.push(text, Piece { source: span, step: Step::COPY, copied: true, ..piece });
    }

    fn push(&mut self, text: &str, piece: Piece) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.offsets.push(piece, text.len());
        }
    }
}

/// The places of a draft in its source, by pieces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Offsets {
    pieces: Vec<Piece>,
    /// The end of the draft.
    end: usize,
    /// Whether something of the source was left out after the last piece.
    deleted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// The first byte in the draft; the piece ends where the next begins.
    at: usize,
    source: Span,
    step: Step,
    into: usize,
    copied: bool,
    /// Whether something of the source was left out just before.
    behind_gap: bool,
}

impl Piece {
    const fn changed_at(at: usize) -> Self {
        let source = Span { start: 0, end: 0 };
        Self { at, source, step: Step::COPY, into: 0, copied: false, behind_gap: false }
    }

    fn continues_in(&self, next: &Self) -> bool {
        self.copied == next.copied
            && self.step == next.step
            && self.source.end == next.source.start
            && next.into == 0
            && !next.behind_gap
            && (self.step.draft == 1 || (next.at - self.at + self.into).is_multiple_of(self.step.draft))
    }

    fn start_of(&self, at: usize) -> usize {
        let steps = (at.saturating_sub(self.at) + self.into) / self.step.draft.max(1);
        (self.source.start + steps * self.step.source).min(self.source.end)
    }

    fn end_of(&self, at: usize) -> usize {
        let steps = (at.saturating_sub(self.at) + self.into).div_ceil(self.step.draft.max(1));
        (self.source.start + steps * self.step.source).min(self.source.end)
    }
}

impl Offsets {
    /// The part of the source that a part of the draft stands for.
    pub(crate) fn source(&self, span: Span) -> Span {
        let start = self.piece_at(span.start).map_or(0, |piece| piece.start_of(span.start));
        let end = match self.piece_at(span.end.saturating_sub(1)) {
            Some(piece) if !span.is_empty() => piece.end_of(span.end),
            Some(_) | None => start,
        };
        Span::new(start, end.max(start))
    }

    /// Whether a part of the draft holds something that the source has otherwise, or holds or touches a place
    /// where something of the source was left out.
    pub(crate) fn is_changed(&self, span: Span) -> bool {
        let pieces = self.pieces.iter().skip(self.index_at(span.start));
        let mut near = pieces.take_while(|piece| piece.at <= span.end);
        let is_behind_gap = |piece: &Piece| piece.behind_gap && span.start <= piece.at;
        near.any(|piece| is_behind_gap(piece) || (!piece.copied && piece.at < span.end))
            || (self.deleted && span.end == self.end)
    }

    /// The changed parts of the draft, in order.
    pub(crate) fn changed(&self) -> impl Iterator<Item = Span> + '_ {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.at).chain(std::iter::once(self.end));
        let pieces = self.pieces.iter().zip(ends);
        pieces.filter(|(piece, _)| !piece.copied).map(|(piece, end)| Span::new(piece.at, end))
    }

    fn push(&mut self, piece: Piece, length: usize) {
        let piece = Piece { behind_gap: std::mem::take(&mut self.deleted), ..piece };
        self.end += length;
        match self.pieces.last_mut() {
            Some(last) if last.continues_in(&piece) => last.source.end = piece.source.end,
            Some(_) | None => self.pieces.push(piece),
        }
    }

    fn forget(&mut self, before: usize) {
        let gone = self.index_at(before);
        if gone > self.pieces.len() / 2 {
            self.pieces.drain(..gone);
        }
    }

    fn index_at(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    fn piece_at(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(self.index_at(at))
    }
}
