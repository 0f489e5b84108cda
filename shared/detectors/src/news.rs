//! Of the places where an expression may match, those where a match may say something new in a view: a text that
//! was changed in one place need not be looked through twice.
//!
//! The matches of one expression follow from each other: the next is looked for behind the last. So places stay or
//! go together when a match at one of them could reach to another.

use policy::Span;

use crate::pattern::PATTERN_REACH;
use crate::prefilter::Candidates;
use crate::view::View;

/// How near to a change a match must come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nearness {
    /// The longest match, in bytes.
    pub(crate) reach: usize,
    /// How far from each other matches may still count together, in bytes.
    pub(crate) influence: usize,
}

impl Candidates {
    /// Leaves out places where no match can be news, nor have a part in what is.
    pub(crate) fn with_news(self, view: &View<'_>, near: Nearness) -> Self {
        match self {
            Self::Begins(begins) => Self::Begins(begins_with_news(begins, view, near)),
            Self::Everywhere => Self::Everywhere,
            Self::Matches(mut matches) => {
                matches.retain(|span| near.has_news(view, *span));
                Self::Matches(matches)
            }
            Self::Within(mut windows) => {
                windows.retain(|window| near.has_news(view, *window));
                Self::Within(windows)
            }
        }
    }

    /// Whether there is no place left.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Begins(begins) => begins.is_empty(),
            Self::Everywhere => false,
            Self::Matches(matches) => matches.is_empty(),
            Self::Within(windows) => windows.is_empty(),
        }
    }
}

impl Nearness {
    fn has_news(self, view: &View<'_>, window: Span) -> bool {
        // What is news begins at most a match before a change, whatever expression finds it.
        let around = if self.influence > 0 { self.influence.saturating_add(PATTERN_REACH) } else { 0 };
        let end = window.end.saturating_add(around).min(view.text.len());
        view.is_news(Span::new(window.start.saturating_sub(around), end))
    }

    /// Where matches lie that begin here.
    fn window(self, begin: (usize, usize), text: &str) -> Span {
        let (first, last) = begin;
        let end = text.ceil_char_boundary(last.saturating_add(self.reach));
        Span::new(text.floor_char_boundary(first), end)
    }
}

fn begins_with_news(begins: Vec<(usize, usize)>, view: &View<'_>, near: Nearness) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    let mut group: Option<Span> = None;
    let mut members = 0;
    for (index, begin) in begins.iter().enumerate() {
        let window = near.window(*begin, view.text);
        match &mut group {
            Some(group) if window.start <= group.end => group.end = group.end.max(window.end),
            Some(_) | None => {
                keep(&mut kept, &begins, members..index, group, view, near);
                members = index;
                group = Some(window);
            }
        }
    }
    keep(&mut kept, &begins, members..begins.len(), group, view, near);
    kept
}

fn keep(
    kept: &mut Vec<(usize, usize)>,
    begins: &[(usize, usize)],
    members: std::ops::Range<usize>,
    group: Option<Span>,
    view: &View<'_>,
    near: Nearness,
) {
    if group.is_some_and(|group| near.has_news(view, group)) {
        kept.extend(begins.get(members).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests;
