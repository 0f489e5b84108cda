//! Where each byte of a rewritten text stands in the text that it was made from: runs of equal steps, so that
//! a long change costs as little memory as a short one.

use policy::Span;

/// A text made from another, and where its bytes come from.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) offsets: Offsets,
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

impl Draft {
    /// Appends a part of the source as it is.
    pub(crate) fn copy(&mut self, source: &str, span: Span) {
        if let Some(text) = source.get(span.start..span.end).filter(|text| !text.is_empty()) {
            self.push(text, Piece { kind: Kind::Copied, ..self.piece(span, Step::COPY) });
        }
    }

    /// Appends `text`, which stands for a part of the source, in steps. `into` bytes of the first step are
    /// left out of `text`.
    pub(crate) fn replace(&mut self, text: &str, span: Span, step: Step, into: usize) {
        if !text.is_empty() {
            self.push(text, Piece { into, ..self.piece(span, step) });
        }
    }

    /// Appends `text`, which stands for a part of the source as a whole.
    pub(crate) fn replace_whole(&mut self, text: &str, span: Span) {
        self.replace(text, span, Step { draft: text.len(), source: span.len() }, 0);
    }

    /// Appends a line break for a part of the source that is left out because it is far from any change.
    pub(crate) fn leave_out(&mut self, span: Span) {
        self.push(
            "\n",
            Piece { kind: Kind::Seam, ..self.piece(span, Step { draft: 1, source: span.len() }) },
        );
    }

    fn piece(&self, span: Span, step: Step) -> Piece {
        Piece { at: self.text.len(), source: span, step, into: 0, kind: Kind::Changed }
    }

    fn push(&mut self, text: &str, piece: Piece) {
        let length = self.text.len();
        self.text.push_str(text);
        match self.offsets.pieces.last_mut() {
            Some(last) if last.continues_in(&piece, length) => last.source.end = piece.source.end,
            Some(_) | None => self.offsets.pieces.push(piece),
        }
    }
}

/// The places of a draft in its source, by pieces.
#[derive(Debug, Default)]
pub(crate) struct Offsets {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Changed,
    Copied,
    Seam,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// The first byte in the draft; the piece ends where the next begins.
    at: usize,
    source: Span,
    step: Step,
    into: usize,
    kind: Kind,
}

impl Piece {
    fn continues_in(&self, next: &Self, at: usize) -> bool {
        let whole_steps = (at - self.at + self.into).is_multiple_of(self.step.draft.max(1));
        self.kind == next.kind
            && self.kind != Kind::Seam
            && self.step == next.step
            && self.source.end == next.source.start
            && next.into == 0
            && whole_steps
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

    /// Whether a part of the draft holds, or touches, something that the source has otherwise, and none of
    /// the places where the source is left out.
    pub(crate) fn is_changed(&self, span: Span) -> bool {
        let first = self.index_at(span.start.saturating_sub(1));
        let mut changed = false;
        let mut previous: Option<&Piece> = None;
        for piece in self.pieces.iter().skip(first).take_while(|piece| piece.at <= span.end) {
            let gap = previous.is_some_and(|previous| previous.source.end != piece.source.start);
            let deleted = gap && span.start <= piece.at;
            let next = self.piece_after(piece);
            let inside = piece.at < span.end && span.start < next;
            match piece.kind {
                Kind::Seam if inside => return false,
                Kind::Changed if inside => changed = true,
                Kind::Changed | Kind::Copied | Kind::Seam => changed |= deleted,
            }
            previous = Some(piece);
        }
        changed
    }

    /// The changed parts of the draft, in order.
    pub(crate) fn changed(&self, length: usize) -> impl Iterator<Item = Span> + '_ {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.at).chain(std::iter::once(length));
        let pieces = self.pieces.iter().zip(ends);
        pieces.filter(|(piece, _)| piece.kind == Kind::Changed).map(|(piece, end)| Span::new(piece.at, end))
    }

    fn piece_after(&self, piece: &Piece) -> usize {
        self.pieces.get(self.index_at(piece.at) + 1).map_or(usize::MAX, |next| next.at)
    }

    fn index_at(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    fn piece_at(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(self.index_at(at))
    }
}
