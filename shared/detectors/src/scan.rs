//! The scanner: all probes of a policy over one text, in one pass.

mod hits;
mod plan;

use std::sync::{Arc, OnceLock};

use policy::{Confidence, Endpoint, Finding, JsonForm, Probe, ProbeId, Span};

use crate::detector::{Candidate, Detector, Hit, Shape};
use crate::first_look::FirstLook;
use crate::known::Known;
use crate::links::LinkWatch;
use crate::news::Nearness;
use crate::pattern::{Expression, Failed, Haystack, PATTERN_REACH};
use crate::prefilter::{Candidates, Prefilter};
use crate::stream::beginnings::Beginnings;
use crate::stream::starts::Starts;
use crate::stream::tracker::{Reading, Told, find_long};
use crate::view::{View, ViewKind};
use crate::views::each_view;
use crate::watch::look_through;
use crate::word_starts::WordStarts;

pub use hits::Explanation;
pub(crate) use hits::{Pass, settle};
use plan::Plan;

/// What a scan has found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// What was found: part by part, sorted by probe and place.
    pub findings: Vec<Finding>,
    /// The probes that could not be run: a pattern that does not compile, a detector that does not exist.
    /// Sorted, each once.
    pub failed: Vec<ProbeId>,
}

/// Looks for all probes of a policy. Making one compiles nothing: an expression is compiled when a text first
/// holds what a match of it must contain.
#[derive(Debug)]
pub struct Scanner {
    prefilter: Prefilter,
    matchers: Vec<Matcher>,
    detectors: Vec<Wanted>,
    simple: Vec<(ProbeId, Simple)>,
    broken: Vec<ProbeId>,
    /// The longest match.
    reach: usize,
    /// Where each expression could begin, and which ones begin with literals; made for the first text that comes in pieces.
    starts: OnceLock<Starts>,
    beginnings: OnceLock<Beginnings>,
}

impl Scanner {
    /// Takes the probes to look for. One that cannot be run is reported by every scan.
    #[must_use]
    pub fn new<'p>(probes: impl IntoIterator<Item = (ProbeId, &'p Probe)>) -> Self {
        let mut plan = Plan::new();
        for (id, probe) in probes {
            plan.add(id, &probe.kind);
        }
        Self::from_plan(plan)
    }

    fn from_plan(plan: Plan) -> Self {
        let shapes = plan.matchers.iter().zip(&plan.anatomies).enumerate();
        let first_look =
            FirstLook::new(shapes.filter_map(|(index, (matcher, anatomy))| match &matcher.owner {
                Owner::Pattern(_) => None,
                Owner::Shape { shape, .. } => {
                    Some((index, shape.regex, anatomy.as_ref(), &matcher.expression))
                }
            }));
        let prefilter = Prefilter::new(plan.anatomies, first_look);
        let reaches = (0..plan.matchers.len()).map(|index| prefilter.reach(index, false));
        let reach = reaches.max().unwrap_or_default();
        let Plan { matchers, detectors, simple, broken, .. } = plan;
        Self {
            prefilter,
            matchers,
            detectors,
            simple,
            broken,
            reach,
            starts: OnceLock::new(),
            beginnings: OnceLock::new(),
        }
    }

    /// The longest match that an expression can have, in bytes of the text as it is.
    #[must_use]
    pub const fn reach(&self) -> usize {
        self.reach
    }

    /// Where each expression could begin that does not begin with a literal.
    pub(crate) fn starts(&self) -> &Starts {
        let others = || (0..).zip(&self.matchers).filter(|(index, _)| !self.begins_with_literal(*index));
        self.starts.get_or_init(|| {
            Starts::new(others().map(|(index, matcher)| (index, *matcher.expression.start())))
        })
    }

    /// Whether every match of an expression begins with a literal.
    pub(crate) fn begins_with_literal(&self, index: usize) -> bool {
        self.beginnings().tells(index)
    }

    /// The place up to which it is decided where those begin, and where that is: [`Beginnings::find`].
    pub(crate) fn find_beginnings(
        &self,
        known: Known<'_>,
        from: usize,
        is_past: impl Fn(usize, usize) -> bool,
    ) -> (usize, Vec<(usize, usize)>) {
        self.beginnings().find(&self.prefilter, known, from, is_past)
    }

    fn beginnings(&self) -> &Beginnings {
        self.beginnings.get_or_init(|| Beginnings::of(&self.prefilter))
    }

    /// The detectors that are asked for.
    pub(crate) fn detectors(&self) -> &[Wanted] {
        &self.detectors
    }

    /// What is asked for that needs no expression.
    pub(crate) fn simple(&self) -> &[(ProbeId, Simple)] {
        &self.simple
    }

    /// A watch for each probe that asks where links point to.
    pub(crate) fn link_watches(&self) -> Vec<(ProbeId, LinkWatch)> {
        let watch = |(probe, simple): &(ProbeId, Simple)| match simple {
            Simple::LinkOutside(endpoints) => Some((*probe, LinkWatch::new(Arc::clone(endpoints)))),
            Simple::LongerThan(_) | Simple::NotJson(_) => None,
        };
        self.simple.iter().filter_map(watch).collect()
    }

    /// The probes that cannot be run.
    pub(crate) fn broken(&self) -> &[ProbeId] {
        &self.broken
    }

    /// An expression by its index, and who asked for it.
    pub(crate) fn expression(&self, index: usize) -> Option<(&Expression, &Owner)> {
        self.matchers.get(index).map(|matcher| (matcher.expression.as_ref(), &matcher.owner))
    }

    /// Whether an expression is for the text as it is alone.
    pub(crate) fn is_original_only(&self, index: usize) -> bool {
        self.matchers.get(index).is_some_and(|matcher| matcher.original_only)
    }

    /// Whether an expression works for a detector.
    pub(crate) fn works_for(&self, index: usize, detector: usize) -> bool {
        let owner = self.matchers.get(index).map(|matcher| &matcher.owner);
        matches!(owner, Some(Owner::Shape { detector: own, .. }) if *own == detector)
    }

    /// How many bytes a match of an expression can have, and whether a longer one counts as a check that could not be
    /// made. A run of characters outside a set is as well found in parts.
    pub(crate) fn reach_of(&self, index: usize) -> (usize, bool) {
        let bytes = self.prefilter.reach(index, false);
        (bytes, bytes >= PATTERN_REACH && !self.is_original_only(index))
    }

    /// Looks through the text of a part, and adds what it finds.
    pub fn scan(&self, part: usize, text: &str, found: &mut Scan) {
        let mut pass = self.pass(text);
        settle(&mut pass.hits);
        found.findings.extend(pass.hits.iter().map(|hit| Finding {
            part,
            probe: hit.probe,
            span: hit.span,
            confidence: hit.confidence,
        }));
        found.failed.append(&mut pass.failed);
        found.failed.sort_unstable();
        found.failed.dedup();
    }

    /// Every hit and how it came about, also those that are a part of another.
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Explanation> {
        self.examine(text).0
    }

    /// The same, and the probes that could not be run. [`Explanation::settled`] says what a scan makes of the hits.
    #[must_use]
    pub fn examine(&self, text: &str) -> (Vec<Explanation>, Vec<ProbeId>) {
        let Pass { mut hits, mut failed } = self.pass(text);
        hits.sort_by_key(|hit| (hit.span, hit.probe));
        failed.sort_unstable();
        failed.dedup();
        (hits, failed)
    }

    fn pass(&self, text: &str) -> Pass {
        let mut pass = Pass { hits: Vec::new(), failed: self.broken.clone() };
        self.check_whole(text, &mut pass);
        each_view(text, text.is_ascii(), &mut |view| self.look(view, &mut pass));
        pass
    }

    /// What is asked of a text as a whole, as it is.
    fn check_whole(&self, text: &str, pass: &mut Pass) {
        for (probe, simple) in &self.simple {
            let span = match simple {
                Simple::LinkOutside(_) => None,
                Simple::LongerThan(most) => excess(text, *most),
                Simple::NotJson(form) => (!form.fits(text)).then(|| Span::new(0, text.len())),
            };
            if let Some(span) = span {
                pass.add(*probe, "", span, Confidence::CERTAIN, ViewKind::Original);
            }
        }
    }

    fn look(&self, view: &View<'_>, pass: &mut Pass) {
        let words = WordStarts::of(view.text);
        let haystack = Haystack::new(view.text, &words);
        let mut hits: Vec<Vec<Hit>> = vec![Vec::new(); self.detectors.len()];
        let candidates = self.prefilter.candidates(haystack);
        let haystack = if candidates.is_empty() { haystack } else { haystack.with_bytes() };
        for (index, candidates) in candidates {
            let Some(matcher) = self.matchers.get(index) else {
                continue;
            };
            if matcher.original_only && view.kind != ViewKind::Original {
                continue;
            }
            let reach = self.prefilter.reach(index, haystack.ascii);
            let influence = self.influence(&matcher.owner);
            let candidates = match view.kind {
                ViewKind::Original => candidates,
                ViewKind::Decoded(_) | ViewKind::Folded => {
                    candidates.with_news(view, Nearness { reach, influence })
                }
            };
            if candidates.is_empty() {
                continue;
            }
            let take = |span| match &matcher.owner {
                Owner::Pattern(probes) => pass.add_each(probes, span, view),
                Owner::Shape { detector, shape } => {
                    if let Some(hits) = hits.get_mut(*detector) {
                        let Some(wanted) = self.detectors.get(*detector) else { return };
                        let candidate =
                            Candidate::new(view.text, span, shape.confidence, wanted.looks_after());
                        hits.extend(shape.hit(&candidate, wanted.detector()));
                    }
                }
            };
            if self.find(index, matcher, haystack, &candidates, take).is_err() {
                pass.failed.extend(self.asking(&matcher.owner));
            }
        }
        for (wanted, hits) in self.detectors.iter().zip(hits) {
            wanted.finish(view, hits, pass);
        }
        self.look_for_links(view, pass);
    }

    /// All matches of an expression in a view. One that would go on over the bound of an expression that has none of
    /// its own is a failure, here as in a text that comes in pieces.
    fn find(
        &self,
        index: usize,
        matcher: &Matcher,
        haystack: Haystack<'_>,
        candidates: &Candidates,
        mut take: impl FnMut(Span),
    ) -> Result<(), Failed> {
        let expression = matcher.expression.as_ref();
        let (bytes, cut) = self.reach_of(index);
        if !cut || haystack.text.len() <= bytes {
            let reach = self.prefilter.reach(index, haystack.ascii);
            return expression.find(haystack, candidates, reach, take);
        }
        let reading = Reading { expression, bytes, cut, last: 0, told: false };
        let mut too_long = false;
        find_long(index, reading, haystack.text, candidates, |told| match told {
            Told::Match { start, end } => take(Span::new(start, end)),
            Told::TooLong => too_long = true,
        })?;
        if too_long { Err(Failed) } else { Ok(()) }
    }

    /// How far from each other matches of an expression may still count together with others.
    fn influence(&self, owner: &Owner) -> usize {
        match owner {
            Owner::Pattern(_) => 0,
            Owner::Shape { detector, .. } => {
                self.detectors.get(*detector).map_or(0, |wanted| wanted.detector.influence())
            }
        }
    }

    fn look_for_links(&self, view: &View<'_>, pass: &mut Pass) {
        for (probe, simple) in &self.simple {
            if let Simple::LinkOutside(endpoints) = simple {
                let mut found = Vec::new();
                look_through(&mut LinkWatch::new(Arc::clone(endpoints)), view.text, &mut found);
                found.iter().for_each(|hit| pass.add_each(&[*probe], hit.span, view));
            }
        }
    }

    /// The probes that an expression works for.
    pub(crate) fn asking(&self, owner: &Owner) -> Vec<ProbeId> {
        match owner {
            Owner::Pattern(probes) => probes.clone(),
            Owner::Shape { detector, .. } => {
                let wanted = self.detectors.get(*detector);
                wanted
                    .map(|wanted| wanted.probes.iter().map(|(probe, _)| *probe).collect())
                    .unwrap_or_default()
            }
        }
    }
}

/// The text after so many characters.
fn excess(text: &str, most: usize) -> Option<Span> {
    if text.len() <= most {
        return None;
    }
    text.char_indices().nth(most).map(|(at, _)| Span::new(at, text.len()))
}

/// An expression and who asked for it.
#[derive(Debug)]
struct Matcher {
    expression: Arc<Expression>,
    owner: Owner,
    original_only: bool,
}

#[derive(Debug)]
pub(crate) enum Owner {
    Pattern(Vec<ProbeId>),
    Shape { detector: usize, shape: &'static Shape },
}

/// A detector, and the probes that ask for it with their lowest confidence.
pub(crate) struct Wanted {
    detector: &'static dyn Detector,
    probes: Vec<(ProbeId, Confidence)>,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("detector", &self.detector.id()).field("probes", &self.probes).finish()
    }
}

impl Wanted {
    pub(crate) fn detector(&self) -> &'static dyn Detector {
        self.detector
    }

    /// The probes that a hit is sure enough for. What counts for nothing is for none.
    pub(crate) fn asking(&self, hit: &Hit) -> impl Iterator<Item = ProbeId> {
        let confidence = hit.confidence;
        let sure = move |least: Confidence| confidence.as_percent() > 0 && confidence >= least;
        self.probes.iter().filter(move |(_, least)| sure(*least)).map(|(probe, _)| *probe)
    }

    /// How far behind a match its shapes look.
    pub(crate) fn looks_after(&self) -> usize {
        self.detector.looks_after()
    }

    /// Lets the detector have its say on a view, and adds what remains.
    fn finish(&self, view: &View<'_>, mut hits: Vec<Hit>, pass: &mut Pass) {
        if let Some(mut watch) = self.detector.watch(view.kind) {
            look_through(&mut *watch, view.text, &mut hits);
        }
        hits.sort_by_key(|hit| (hit.span, hit.shape));
        self.detector.combine(&mut hits);
        for hit in hits.into_iter().filter(|hit| view.is_news(hit.span)) {
            for probe in self.asking(&hit) {
                pass.add(probe, hit.shape, view.original(hit.span), hit.confidence, view.kind);
            }
        }
    }
}

/// What needs no expression.
#[derive(Debug)]
pub(crate) enum Simple {
    LinkOutside(Arc<[Endpoint]>),
    LongerThan(usize),
    NotJson(JsonForm),
}

#[cfg(test)]
mod tests;
