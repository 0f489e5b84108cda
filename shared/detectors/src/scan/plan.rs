//! From the probes of a policy to what a scanner holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use policy::{Confidence, ProbeId, ProbeKind};

use super::{Matcher, Owner, Simple, Wanted};
use crate::DETECTORS;
use crate::anatomies::Written;
use crate::detector::Detector;
use crate::literals::{Anatomy, Length, Need};
use crate::parsers::Parsers;
use crate::pattern::Expression;

/// The parts of a scanner while it is put together.
pub(super) struct Plan {
    pub(super) anatomies: Vec<Arc<Anatomy>>,
    pub(super) matchers: Vec<Matcher>,
    pub(super) detectors: Vec<Wanted>,
    pub(super) simple: Vec<(ProbeId, Simple)>,
    pub(super) broken: Vec<ProbeId>,
    /// Expressions that several probes ask for are run once.
    known: BTreeMap<(Arc<str>, bool), usize>,
    parsers: Parsers,
}

impl Plan {
    pub(super) fn new() -> Self {
        Self {
            anatomies: Vec::new(),
            matchers: Vec::new(),
            detectors: Vec::new(),
            simple: Vec::new(),
            broken: Vec::new(),
            known: BTreeMap::new(),
            parsers: Parsers::new(),
        }
    }

    pub(super) fn add(&mut self, id: ProbeId, kind: &ProbeKind) {
        match kind {
            ProbeKind::CharactersOutside(pattern) => self.add_pattern(id, pattern.as_str(), true),
            ProbeKind::Detector { id: detector, min_confidence } => {
                self.add_detector(id, detector, *min_confidence)
            }
            ProbeKind::LinkOutside(endpoints) => {
                self.simple.push((id, Simple::LinkOutside(Arc::clone(endpoints))))
            }
            ProbeKind::LongerThan(most) => self.simple.push((id, Simple::LongerThan(*most))),
            ProbeKind::NotJson(form) => self.simple.push((id, Simple::NotJson(form.clone()))),
            ProbeKind::Pattern(pattern) => self.add_pattern(id, pattern.as_str(), false),
        }
    }

    fn add_pattern(&mut self, id: ProbeId, source: &str, original_only: bool) {
        let source: Arc<str> = source.into();
        let key = (Arc::clone(&source), original_only);
        let known = self.known.get(&key).and_then(|known| self.matchers.get_mut(*known));
        if let Some(Matcher { owner: Owner::Pattern(probes), .. }) = known {
            probes.push(id);
            return;
        }
        self.known.insert(key, self.matchers.len());
        let (anatomy, expression) = self.read(Cow::Owned((*source).to_owned()), false, None);
        self.anatomies.push(anatomy);
        self.matchers.push(Matcher { expression, owner: Owner::Pattern(vec![id]), original_only });
    }

    fn add_detector(&mut self, id: ProbeId, detector: &str, least: Confidence) {
        if let Some(wanted) = self.detectors.iter_mut().find(|wanted| wanted.detector.id() == detector) {
            wanted.probes.push((id, least));
            return;
        }
        let Some(row) = DETECTORS.iter().find(|row| row.id() == detector) else {
            self.broken.push(id);
            return;
        };
        self.add_row(id, *row, least);
    }

    pub(super) fn add_row(&mut self, id: ProbeId, row: &'static dyn Detector, least: Confidence) {
        let detector = self.detectors.len();
        self.detectors.push(Wanted { detector: row, probes: vec![(id, least)] });
        let known = KNOWN_SHAPES.iter().find(|(id, _)| *id == row.id()).map(|(_, known)| known);
        let other = OnceLock::new();
        let shapes = known.unwrap_or(&other).get_or_init(|| self.read_shapes(row));
        for (shape, (anatomy, expression)) in row.shapes().iter().zip(shapes) {
            self.anatomies.push(Arc::clone(anatomy));
            let owner = Owner::Shape { detector, shape };
            self.matchers.push(Matcher { expression: Arc::clone(expression), owner, original_only: false });
        }
    }

    fn read_shapes(&mut self, row: &'static dyn Detector) -> Vec<Known> {
        let mut written = Written::of(row.id());
        let shapes = row.shapes().iter();
        shapes.map(|shape| self.read(Cow::Borrowed(shape.regex), true, written.next(shape))).collect()
    }

    /// Takes an expression apart, unless that is `done`. One that does not parse is kept, too: it fails when it is run, and it is run on every text.
    fn read(&mut self, source: Cow<'static, str>, grouped: bool, done: Option<Anatomy>) -> Known {
        let unknown = Anatomy { need: Need::Nothing, also: None, length: Length::UNKNOWN, row: None };
        let anatomy = done.or_else(|| Anatomy::read(&source, &mut self.parsers)).unwrap_or(unknown);
        (Arc::new(anatomy), Arc::new(Expression::new(source, grouped)))
    }
}

/// An expression and what is known of it.
type Known = (Arc<Anatomy>, Arc<Expression>);

/// A detector's id and, once they are read, its shapes.
type KnownShapes = (&'static str, OnceLock<Vec<Known>>);

/// The shapes of each detector, by its id. They are the same in every scanner, so they are read once, and what
/// was compiled outlives the policy that asked for it.
static KNOWN_SHAPES: LazyLock<Vec<KnownShapes>> =
    LazyLock::new(|| DETECTORS.iter().map(|row| (row.id(), OnceLock::new())).collect());
