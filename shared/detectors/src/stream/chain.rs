//! The views of a text as it comes: each is made from the one before it, and is looked through by a level of its own.
//!
//! Ordinary text has no views but itself, so their levels are only made when something differs, or may differ from
//! here on while a match is under way. They begin at the last place at which nothing was under way in any view: from
//! there on they go the way that they would have gone from the beginning of the text, and they end at the next such
//! place.

use policy::Span;

use crate::known::Known;
use crate::scan::{Explanation, Scanner};
use crate::stream::level::{Found, Level, LevelHit};
use crate::view::ViewKind;
use crate::views::{Decoding, Draft, Folding, MAX_LAYERS};

/// How far back the place may lie at which the levels would begin. A text with no such place has all of them.
const FAR: usize = 16 * 1024;

/// The views other than the text itself.
#[derive(Debug)]
pub(crate) struct Chain {
    stages: Vec<Stage>,
    /// Where the levels begin, in the text and in each draft.
    from: usize,
    /// The place up to which every stage has decided, the last time.
    at: usize,
    /// The earliest place at which a match was under way there.
    under_way: usize,
    /// Whether the stages have levels.
    awake: bool,
}

/// One view, made from the one before it.
#[derive(Debug)]
struct Stage {
    rewriting: Rewriting,
    draft: Draft,
    kind: ViewKind,
    level: Option<Level>,
    /// Hits of which it is not known whether they say anything new, for what follows them.
    doubtful: Vec<LevelHit>,
}

#[derive(Debug)]
enum Rewriting {
    Decoding(Decoding),
    Folding(Folding),
}

impl Rewriting {
    fn advance(&mut self, source: Known<'_>, draft: &mut Draft) {
        match self {
            Self::Decoding(decoding) => decoding.advance(source, draft),
            Self::Folding(folding) => folding.advance(source, draft),
        }
    }

    fn undecided(&self) -> usize {
        match self {
            Self::Decoding(decoding) => decoding.undecided(),
            Self::Folding(folding) => folding.undecided(),
        }
    }
}

impl Stage {
    fn folding(kind: ViewKind, source: Known<'_>, from: usize) -> Self {
        Self::new(Rewriting::Folding(Folding::beginning_at(from)), kind, source, from)
    }

    fn decoding(kind: ViewKind, source: Known<'_>, from: usize) -> Self {
        Self::new(Rewriting::Decoding(Decoding::beginning_at(from)), kind, source, from)
    }

    fn new(rewriting: Rewriting, kind: ViewKind, source: Known<'_>, from: usize) -> Self {
        let draft = Draft::beginning_at(source, from);
        Self { rewriting, draft, kind, level: None, doubtful: Vec::new() }
    }

    /// Looks through what the draft has come to hold; the hits that say something new, in its places.
    fn look(&mut self, scanner: &Scanner, from: usize, ended: bool, found: &mut Found) {
        let known = self.draft.known(ended);
        let level = self.level.get_or_insert_with(|| Level::new(scanner, self.kind, known, from));
        let mut seen = Found::default();
        level.advance(scanner, known, &mut seen);
        found.failed.append(&mut seen.failed);
        self.doubtful.append(&mut seen.hits);
        let decided = self.draft.decided(ended);
        let offsets = &self.draft.offsets;
        let sure = self.doubtful.extract_if(.., |hit| hit.span.end <= decided);
        found.hits.extend(sure.filter(|hit| offsets.is_changed(hit.span)));
    }

    /// The earliest place in the draft at which something could begin that was not told.
    fn open(&self) -> Option<usize> {
        let doubtful = self.doubtful.iter().map(|hit| hit.span.start);
        doubtful.chain(self.level.as_ref().map(Level::open)).min()
    }
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self { stages: first_stages(Known::whole(""), 0), from: 0, at: 0, under_way: 0, awake: false }
    }

    /// Takes what has come. `original` is the level of the text itself, which has not looked at it yet; it is let look
    /// up to the place where the views may begin to differ.
    pub(crate) fn advance(
        &mut self,
        scanner: &Scanner,
        known: Known<'_>,
        original: &mut Level,
        found: &mut Found,
        hits: &mut Vec<Explanation>,
    ) {
        self.read(known);
        let at = self.decided();
        let before = original.seen();
        if at > before && !known.ended {
            original.advance(scanner, known.until(at), found);
        }
        let was_there = at > before || at == self.at;
        self.awake |= self.is_changed() || !was_there || known.end() - self.from > FAR;
        if at > before {
            self.under_way = original.open();
        }
        self.at = at;
        if self.awake {
            self.look(scanner, known, found, hits);
        }
        if at > before && !known.ended && self.rests(known, original) {
            self.begin_again(known, original.open());
        }
    }

    /// The earliest place of the text at which something could begin that was not told.
    pub(crate) fn open(&self, known: Known<'_>) -> usize {
        if known.ended {
            return known.end();
        }
        let mut open = self.at.min(known.end());
        if !self.awake {
            return if self.at < known.end() { open.min(self.under_way) } else { open };
        }
        for (index, stage) in self.stages.iter().enumerate() {
            if let Some(place) = stage.open() {
                open = open.min(self.place(index, place));
            }
        }
        open
    }

    /// The earliest place of the text that is needed again.
    pub(crate) fn needed(&self) -> usize {
        if self.awake { self.at } else { self.from.min(self.at) }
    }

    /// Makes the drafts as far as they are decided. Where something was decoded, there may be more to decode.
    fn read(&mut self, known: Known<'_>) {
        let mut index = 0;
        while index < self.stages.len() {
            let (before, after) = self.stages.split_at_mut(index);
            let source = before.last().map_or(known, |stage| stage.draft.known(known.ended));
            if let Some(stage) = after.first_mut() {
                stage.rewriting.advance(source, &mut stage.draft);
            }
            index += 1;
            if index == self.stages.len() {
                self.go_deeper(known);
            }
        }
    }

    /// One more layer, where the last one has decoded something or levels would lie too far back otherwise.
    fn go_deeper(&mut self, known: Known<'_>) {
        let Some(last) = self.stages.last() else { return };
        let ViewKind::Decoded(layer) = last.kind else { return };
        let wanted = last.draft.is_changed() || known.end() - self.from > FAR;
        if wanted && matches!(last.rewriting, Rewriting::Decoding(_)) {
            let source = last.draft.known(false);
            let folding = Stage::folding(ViewKind::Decoded(layer), source, self.from);
            let decoding = Stage::decoding(ViewKind::Decoded(layer + 1), source, self.from);
            self.stages.push(folding);
            self.stages.extend((layer < MAX_LAYERS).then_some(decoding));
        }
    }

    fn is_changed(&self) -> bool {
        self.stages.iter().any(|stage| stage.draft.is_changed())
    }

    /// The place of the text up to which every stage has decided.
    fn decided(&self) -> usize {
        let places = self.stages.iter().enumerate();
        let undecided = places.map(|(index, stage)| self.below(index, stage.rewriting.undecided()));
        undecided.min().unwrap_or(self.at)
    }

    /// Where a place in the draft of a stage stands in the text; its end is where the stage has come to.
    fn place(&self, stage: usize, place: usize) -> usize {
        let Some(own) = self.stages.get(stage) else { return place };
        let source = if place >= own.draft.known(false).end() {
            own.rewriting.undecided()
        } else {
            own.draft.offsets.source(Span::new(place, place + 1)).start
        };
        self.below(stage, source)
    }

    /// Where a place in the source of a stage stands in the text.
    fn below(&self, stage: usize, place: usize) -> usize {
        stage.checked_sub(1).map_or(place, |stage| self.place(stage, place))
    }

    /// Lets every level look.
    fn look(&mut self, scanner: &Scanner, known: Known<'_>, found: &mut Found, hits: &mut Vec<Explanation>) {
        for index in 0..self.stages.len() {
            let mut seen = Found::default();
            if let Some(stage) = self.stages.get_mut(index) {
                stage.look(scanner, self.from, known.ended, &mut seen);
            }
            found.failed.append(&mut seen.failed);
            hits.extend(seen.hits.iter().map(|hit| self.told(index, *hit)));
        }
        self.forget();
    }

    /// A hit of a stage, in the places of the text.
    fn told(&self, stage: usize, hit: LevelHit) -> Explanation {
        let mut span = hit.span;
        for stage in self.stages.iter().take(stage + 1).rev() {
            span = stage.draft.offsets.source(span);
        }
        let view = self.stages.get(stage).map_or(ViewKind::Original, |stage| stage.kind);
        Explanation { probe: hit.probe, shape: hit.shape, span, confidence: hit.confidence, view }
    }

    /// Lets go of what of the drafts is not needed any more.
    fn forget(&mut self) {
        for index in 0..self.stages.len() {
            let next = self.stages.get(index + 1).map(|stage| stage.rewriting.undecided());
            let Some(stage) = self.stages.get_mut(index) else { continue };
            let own = stage.open().unwrap_or(self.from);
            let deeper = next.unwrap_or(self.from);
            stage.draft.forget(own.min(deeper).saturating_sub(crate::detector::CONTEXT_BEFORE));
        }
    }

    /// Whether the levels could begin at the earliest place at which something is under way in the text itself: in no
    /// view is anything under way before it, and what was there has no say in what is to come.
    fn rests(&self, known: Known<'_>, original: &Level) -> bool {
        let from = original.open();
        let quiet = |(index, stage): (usize, &Stage)| {
            let open = stage.open().is_none_or(|open| self.place(index, open) >= from);
            let level = stage.level.as_ref();
            let rests = level.is_none_or(|level| level.rests() && self.place(index, level.taken()) <= from);
            let changed_to = stage.draft.changed_to();
            let apart = changed_to == 0 || self.below(index, changed_to) < from;
            open && rests && apart
        };
        original.rests()
            && original.taken() <= from
            && stands_apart(known, from)
            && self.stages.iter().enumerate().all(quiet)
    }

    /// Begins again at a place at which nothing is under way.
    fn begin_again(&mut self, known: Known<'_>, at: usize) {
        if self.awake || self.stages.len() > 2 {
            self.stages = first_stages(known, at);
            self.from = at;
            self.read(known);
            self.awake = self.is_changed();
            return;
        }
        self.from = at;
        self.forget();
    }
}

/// Before the place, all texts are the same.
fn first_stages(known: Known<'_>, from: usize) -> Vec<Stage> {
    vec![Stage::folding(ViewKind::Folded, known, from), Stage::decoding(ViewKind::Decoded(1), known, from)]
}

/// Whether a word or a run of encoded text that stands before a place, in any view, cannot reach over it. Lines of
/// encoded text may go on with each other.
fn stands_apart(known: Known<'_>, place: usize) -> bool {
    let byte = |at: Option<usize>| at.and_then(|at| known.text.as_bytes().get(at)).copied();
    let here = place.checked_sub(known.start);
    let separates = |byte: u8| {
        matches!(
            byte,
            b' ' | b','
                | b'.'
                | b'('
                | b')'
                | b'"'
                | b'\''
                | b':'
                | b'!'
                | b'?'
                | b'<'
                | b'>'
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'`'
                | b'*'
        )
    };
    byte(here.and_then(|here| here.checked_sub(1))).is_some_and(separates)
        || byte(here).is_some_and(separates)
}
