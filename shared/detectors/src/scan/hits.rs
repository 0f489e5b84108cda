//! What one scan gathers, and what of it is told.

use std::cmp::Reverse;

use policy::{Confidence, ProbeId, Span};

use crate::view::{View, ViewKind};

/// One hit and how it came about, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The probe that hit.
    pub probe: ProbeId,
    /// The shape of the detector; empty for everything but detectors.
    pub shape: &'static str,
    /// Where, in the original text.
    pub span: Span,
    /// How surely.
    pub confidence: Confidence,
    /// In which view of the text.
    pub view: ViewKind,
}

impl Explanation {
    /// What a scan tells of these hits in a text: sorted by probe and place, without those that say nothing new.
    #[must_use]
    pub fn settled(mut hits: Vec<Self>) -> Vec<Self> {
        settle(&mut hits);
        hits
    }
}

/// Sorts hits, and drops those that say nothing new: of the same probe at the same place the surest stays, and
/// one from a view goes where the text as it is has one that holds it.
pub(crate) fn settle(hits: &mut Vec<Explanation>) {
    let surest_first =
        |hit: &Explanation| (hit.probe, hit.span, Reverse(hit.confidence), hit.view != ViewKind::Original);
    hits.sort_by_key(surest_first);
    hits.dedup_by_key(|hit| (hit.probe, hit.span));
    // Of hits that begin together the longest goes first, so what an original one holds comes after it.
    hits.sort_by_key(|hit| {
        (hit.probe, hit.span.start, Reverse(hit.span.end), hit.view != ViewKind::Original)
    });
    let mut reached: Option<(ProbeId, usize)> = None;
    hits.retain(|hit| {
        let end = reached.filter(|(probe, _)| *probe == hit.probe).map_or(0, |(_, end)| end);
        if hit.view == ViewKind::Original {
            reached = Some((hit.probe, end.max(hit.span.end)));
            return true;
        }
        end < hit.span.end
    });
    hits.sort_by_key(surest_first);
}

/// What one scan gathers.
pub(crate) struct Pass {
    pub(crate) hits: Vec<Explanation>,
    pub(crate) failed: Vec<ProbeId>,
}

impl Pass {
    pub(crate) fn add(
        &mut self,
        probe: ProbeId,
        shape: &'static str,
        span: Span,
        confidence: Confidence,
        view: ViewKind,
    ) {
        self.hits.push(Explanation { probe, shape, span, confidence, view });
    }

    pub(crate) fn add_each(&mut self, probes: &[ProbeId], span: Span, view: &View<'_>) {
        if view.is_news(span) {
            for probe in probes {
                self.add(*probe, "", view.original(span), Confidence::CERTAIN, view.kind);
            }
        }
    }
}
