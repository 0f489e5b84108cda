//! One view of a text as it comes: every expression and every detector over it, and the place up to which all that is
//! found is decided.

use policy::{Confidence, ProbeId, Span};

use crate::detector::{Candidate, Hit, Shape};
use crate::known::Known;
use crate::links::LinkWatch;
use crate::scan::{Owner, Scanner, Wanted};
use crate::stream::gathering::Gathering;
use crate::stream::tracker::{Reading, Told, Tracker};
use crate::view::ViewKind;
use crate::watch::Watch as _;

/// How many expressions that have nothing under way keep their means for the next time.
const KEPT: usize = 8;

/// One hit in a view, in its places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelHit {
    pub(crate) probe: ProbeId,
    pub(crate) shape: &'static str,
    pub(crate) span: Span,
    pub(crate) confidence: Confidence,
}

/// What a level has found since it was asked last.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) hits: Vec<LevelHit>,
    pub(crate) failed: Vec<ProbeId>,
}

/// One view.
pub(crate) struct Level {
    kind: ViewKind,
    /// Every place before this one was looked at.
    seen: usize,
    /// Every expression that could begin before this place was begun.
    begun: usize,
    /// The end of the last match.
    taken: usize,
    busy: Vec<Tracker>,
    /// Matches that wait for what follows them.
    waiting: Vec<Waiting>,
    gatherings: Vec<Gathering>,
    links: Vec<(ProbeId, LinkWatch)>,
}

/// A match of a shape that is not accepted yet.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    detector: usize,
    shape: &'static Shape,
    span: Span,
}

impl std::fmt::Debug for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Level").field("kind", &self.kind).field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl Level {
    /// A view of which nothing before `from` is of interest.
    pub(crate) fn new(scanner: &Scanner, kind: ViewKind, known: Known<'_>, from: usize) -> Self {
        let gatherings = scanner.detectors().iter().map(|wanted| Gathering::new(wanted, kind, known, from));
        let mut links = scanner.link_watches();
        links.iter_mut().filter(|_| from > 0).for_each(|(_, watch)| watch.begin_at(known, from));
        Self {
            kind,
            seen: from,
            begun: from,
            taken: 0,
            busy: Vec::new(),
            waiting: Vec::new(),
            gatherings: gatherings.collect(),
            links,
        }
    }

    /// The end of what was looked at.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    /// Looks at what has come.
    pub(crate) fn advance(&mut self, scanner: &Scanner, known: Known<'_>, found: &mut Found) {
        for position in 0..self.busy.len() {
            self.track(scanner, known, position, found);
        }
        // What has matched may settle what could begin behind it.
        while self.wake(scanner, known, found) {}
        self.seen = known.end();
        self.retire(scanner);
        self.accept(scanner, known);
        self.gather(scanner, known, found);
        self.follow_links(known, found);
    }

    /// The earliest place at which something that was not told could begin.
    pub(crate) fn open(&self) -> usize {
        let busy = self.busy.iter().filter_map(Tracker::open);
        let waiting = self.waiting.iter().map(|waiting| waiting.span.start);
        let gatherings = self.gatherings.iter().filter_map(Gathering::open);
        let links = self.links.iter().map(|(_, watch)| watch.open());
        busy.chain(waiting).chain(gatherings).chain(links).min().unwrap_or(self.begun).min(self.begun)
    }

    /// The end of the last match.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    /// Whether nothing that has come has a say in what is to come, but for what is under way.
    pub(crate) fn rests(&self) -> bool {
        self.waiting.is_empty()
            && self.gatherings.iter().all(Gathering::rests)
            && self.links.iter().all(|(_, watch)| watch.rests())
    }

    /// Begins every expression that could begin at a new place and has nothing under way, up to a place at which that is
    /// not settled yet. Says whether there was such a place.
    fn wake(&mut self, scanner: &Scanner, known: Known<'_>, found: &mut Found) -> bool {
        let (bytes, starts) = (known.text.as_bytes(), scanner.starts());
        let is_past =
            |index, place| self.busy.iter().any(|busy| busy.index == index && busy.has_matched(place));
        let (settled, told) = scanner.find_beginnings(known, self.begun, is_past);
        let mut told = told.into_iter().peekable();
        let mut woken = Vec::new();
        for place in self.begun..settled {
            let Some(here) = bytes.get(place - known.start..) else { continue };
            starts.at(here, |index| {
                if !self.busy.iter().any(|tracker| tracker.index == index && tracker.is_past(place)) {
                    woken.push(index);
                }
            });
            for index in woken.drain(..) {
                self.begin(scanner, known, index, place, found);
            }
            while let Some((_, index)) = told.next_if(|(told, _)| *told == place) {
                self.begin(scanner, known, index, place, found);
            }
        }
        let has_begun = settled > self.begun;
        self.begun = self.begun.max(settled);
        has_begun
    }

    fn begin(&mut self, scanner: &Scanner, known: Known<'_>, index: usize, place: usize, found: &mut Found) {
        if self.kind != ViewKind::Original && scanner.is_original_only(index) {
            return;
        }
        let position = self.busy.iter().position(|tracker| tracker.index == index);
        let position = position.unwrap_or_else(|| {
            self.busy.push(Tracker::new(index, place));
            self.busy.len() - 1
        });
        if let Some(tracker) = self.busy.get_mut(position) {
            if scanner.begins_with_literal(index) { tracker.tell(place) } else { tracker.skip_to(place) }
        }
        self.track(scanner, known, position, found);
    }

    /// Lets one expression go on, and takes what it tells.
    fn track(&mut self, scanner: &Scanner, known: Known<'_>, position: usize, found: &mut Found) {
        let Some(tracker) = self.busy.get_mut(position) else { return };
        let index = tracker.index;
        let Some((expression, owner)) = scanner.expression(index) else { return };
        let (bytes, cut) = scanner.reach_of(index);
        let told = scanner.begins_with_literal(index);
        let reading = Reading { expression, bytes, cut, last: usize::MAX, told };
        let mut told = Vec::new();
        if tracker.advance(reading, known, &mut told).is_err() {
            found.failed.extend(scanner.asking(owner));
            tracker.give_up(known.end());
        }
        for told in told {
            match told {
                Told::Match { start, end } => {
                    self.taken = self.taken.max(end);
                    let here = Span::new(start - known.start, end - known.start);
                    let covered = expression.cover(known.text, here);
                    let span = Span::new(covered.start + known.start, covered.end + known.start);
                    self.take(owner, span, found);
                }
                Told::TooLong => found.failed.extend(scanner.asking(owner)),
            }
        }
    }

    fn take(&mut self, owner: &Owner, span: Span, found: &mut Found) {
        match owner {
            Owner::Pattern(probes) => {
                let confidence = Confidence::CERTAIN;
                found.hits.extend(probes.iter().map(|probe| LevelHit {
                    probe: *probe,
                    shape: "",
                    span,
                    confidence,
                }));
            }
            Owner::Shape { detector, shape } => {
                self.waiting.push(Waiting { detector: *detector, shape, span });
            }
        }
    }

    /// Puts the means of expressions away that have nothing under way.
    fn retire(&mut self, scanner: &Scanner) {
        let mut kept = 0;
        let mut position = 0;
        while let Some(tracker) = self.busy.get(position) {
            let rests = tracker.open().is_none() && !tracker.has_matched(self.begun);
            kept += usize::from(rests);
            if rests && kept > KEPT {
                let tracker = self.busy.swap_remove(position);
                if let Some((expression, _)) = scanner.expression(tracker.index) {
                    tracker.retire(expression);
                }
            } else {
                position += 1;
            }
        }
    }

    fn follow_links(&mut self, known: Known<'_>, found: &mut Found) {
        let mut hits = Vec::new();
        for (probe, watch) in &mut self.links {
            watch.advance(known, &mut hits);
            found.hits.extend(hits.drain(..).map(|hit| link_hit(*probe, &hit)));
        }
    }

    /// Asks about every match whose surroundings have come.
    fn accept(&mut self, scanner: &Scanner, known: Known<'_>) {
        let gatherings = &mut self.gatherings;
        self.waiting.retain(|waiting| {
            let Some(wanted) = scanner.detectors().get(waiting.detector) else { return false };
            let Some(verdict) = accepted(waiting, known, wanted) else { return true };
            if let (Some(hit), Some(gathering)) = (verdict, gatherings.get_mut(waiting.detector)) {
                gathering.add(hit);
            }
            false
        });
    }

    /// Tells what detectors make of their hits.
    fn gather(&mut self, scanner: &Scanner, known: Known<'_>, found: &mut Found) {
        for (index, (gathering, wanted)) in self.gatherings.iter_mut().zip(scanner.detectors()).enumerate() {
            gathering.watch(known);
            if gathering.is_empty() {
                continue;
            }
            let waiting = self.waiting.iter().filter(|waiting| waiting.detector == index);
            let busy = self.busy.iter().filter(|tracker| scanner.works_for(tracker.index, index));
            let open = waiting.map(|waiting| waiting.span.start).chain(busy.filter_map(Tracker::open)).min();
            let open = open.unwrap_or(self.begun).min(self.begun);
            let known_to = if known.ended { usize::MAX } else { open };
            gathering.decide(wanted, known_to, found);
        }
    }
}

/// A URL that points elsewhere.
fn link_hit(probe: ProbeId, hit: &Hit) -> LevelHit {
    LevelHit { probe, shape: "", span: hit.span, confidence: hit.confidence }
}

/// The hit that a match is, if it is one; nothing yet, where that may depend on what is still to come.
fn accepted(waiting: &Waiting, known: Known<'_>, wanted: &Wanted) -> Option<Option<Hit>> {
    let shape = waiting.shape;
    let span = Span::new(waiting.span.start - known.start, waiting.span.end - known.start);
    let candidate = Candidate::new(known.text, span, shape.confidence, wanted.looks_after());
    let hit = shape.hit(&candidate, wanted.detector()).map(|hit| Hit { span: waiting.span, ..hit });
    (known.ended || !candidate.fell_short()).then_some(hit)
}
