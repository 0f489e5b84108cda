//! The hits of one detector in one view, until it is known what they say together.

use policy::Span;

use crate::detector::Hit;
use crate::known::Known;
use crate::scan::Wanted;
use crate::stream::level::{Found, LevelHit};
use crate::view::ViewKind;
use crate::watch::Watch;

/// The hits of one detector.
pub(crate) struct Gathering {
    /// Sorted as [`crate::Detector::combine`] wants them.
    hits: Vec<Hit>,
    /// Whether each of them was told; they stay for their influence on those to come.
    told: Vec<bool>,
    watch: Option<Box<dyn Watch>>,
    fresh: Vec<Hit>,
}

impl std::fmt::Debug for Gathering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gathering").field("hits", &self.hits.len()).finish_non_exhaustive()
    }
}

impl Gathering {
    /// Nothing before `from` is of interest.
    pub(crate) fn new(wanted: &Wanted, kind: ViewKind, known: Known<'_>, from: usize) -> Self {
        let mut watch = wanted.detector().watch(kind);
        if let Some(watch) = watch.as_mut().filter(|_| from > 0) {
            watch.begin_at(known, from);
        }
        Self { hits: Vec::new(), told: Vec::new(), watch, fresh: Vec::new() }
    }

    /// Takes a hit of a shape.
    pub(crate) fn add(&mut self, hit: Hit) {
        self.fresh.push(hit);
    }

    /// Lets the detector look by itself.
    pub(crate) fn watch(&mut self, known: Known<'_>) {
        if let Some(watch) = &mut self.watch {
            watch.advance(known, &mut self.fresh);
        }
    }

    /// The earliest place at which a hit could begin that was not told.
    pub(crate) fn open(&self) -> Option<usize> {
        let kept =
            self.hits.iter().zip(&self.told).filter(|(_, told)| !**told).map(|(hit, _)| hit.span.start);
        kept.chain(self.watch.as_ref().map(|watch| watch.open())).min()
    }

    /// Whether nothing that has come has a say in what is to come.
    pub(crate) fn rests(&self) -> bool {
        self.is_empty() && self.watch.as_ref().is_none_or(|watch| watch.rests())
    }

    /// Whether there are no hits.
    pub(crate) fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.fresh.is_empty()
    }

    /// Tells what can be told when every hit before `known_to` is there.
    pub(crate) fn decide(&mut self, wanted: &Wanted, known_to: usize, found: &mut Found) {
        let influence = wanted.detector().influence();
        if influence == 0 {
            self.fresh.drain(..).for_each(|hit| tell(wanted, hit, found));
            return;
        }
        // Where the text has ended, nothing is to come from the watch either.
        let watch = self.watch.as_ref().filter(|_| known_to < usize::MAX);
        let open = watch.map_or(known_to, |watch| watch.open().min(known_to));
        self.sort_in();
        let mut together = self.hits.clone();
        wanted.detector().combine(&mut together);
        debug_assert_eq!(
            together.len(),
            self.hits.len(),
            "a detector drops no hit, lest others be taken for it"
        );
        for ((hit, combined), told) in self.hits.iter().zip(together).zip(&mut self.told) {
            if !*told && hit.span.start.saturating_add(influence) < open {
                *told = true;
                tell(wanted, combined, found);
            }
        }
        self.forget(open.saturating_sub(2 * influence));
    }

    fn sort_in(&mut self) {
        for hit in self.fresh.drain(..) {
            let key = |hit: &Hit| (hit.span, hit.shape);
            let at = self.hits.partition_point(|other| key(other) <= key(&hit));
            self.hits.insert(at, hit);
            self.told.insert(at, false);
        }
    }

    fn forget(&mut self, before: usize) {
        let gone = self.hits.partition_point(|hit| hit.span.start < before);
        let gone = self.told.iter().take(gone).take_while(|told| **told).count();
        self.hits.drain(..gone);
        self.told.drain(..gone);
    }
}

fn tell(wanted: &Wanted, hit: Hit, found: &mut Found) {
    let Span { start, end } = hit.span;
    for probe in wanted.asking(&hit) {
        found.hits.push(LevelHit {
            probe,
            shape: hit.shape,
            span: Span::new(start, end),
            confidence: hit.confidence,
        });
    }
}
