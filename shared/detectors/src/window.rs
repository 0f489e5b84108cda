//! Where an expression is run, from the places where a match of it may begin: at single places, or over parts of a text.

use policy::Span;

use crate::pattern::Haystack;
use crate::stream::starts::Start;

/// How much more than looking through the parts as a whole it may cost to try single places, if all fail late.
const MAX_OVERLAP: usize = 4;

/// How to look for a match.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Windows {
    /// Through these parts, apart from each other.
    Merged(Vec<Span>),
    /// At these places alone: there are few, and nearly always what fails there fails at once.
    Tried(Vec<usize>),
}

impl Windows {
    /// Chooses for sorted ranges in which a match of at most `reach` bytes may begin, both ends included.
    pub(crate) fn of(begins: &[(usize, usize)], reach: usize, haystack: Haystack<'_>, start: &Start) -> Self {
        let next = |from, last| start.next_in(haystack, from, last);
        let mut together = 0;
        merge(begins, reach, haystack, |window| together += window.len());
        match tries(begins, reach, together, next) {
            Some(places) => Self::Tried(places),
            None => {
                let mut windows = Vec::new();
                merge(begins, reach, haystack, |window| windows.push(window));
                Self::Merged(windows)
            }
        }
    }

    /// The same for parts in which a match lies as a whole. It is tried at single places only where those are the
    /// beginnings of words.
    pub(crate) fn within(
        windows: &[Span],
        reach: usize,
        haystack: Haystack<'_>,
        start: &Start,
    ) -> Option<Vec<usize>> {
        let begins = windows.iter().map(|window| (window.start, window.end.saturating_sub(1)));
        let next = |from, last| start.next_in(haystack, from, last);
        let together = || windows.iter().map(|window| window.len()).sum();
        start.begins_words().then(|| tries(&begins.collect::<Vec<_>>(), reach, together(), next)).flatten()
    }
}

/// Shows the parts that hold all matches that begin there.
fn merge(begins: &[(usize, usize)], reach: usize, haystack: Haystack<'_>, mut show: impl FnMut(Span)) {
    let text = haystack.text;
    let mut open: Option<Span> = None;
    for (first, last) in begins {
        let end = last.saturating_add(reach);
        let (start, end) = match haystack.ascii {
            true => (*first, end.min(text.len())),
            false => (text.floor_char_boundary(*first), text.ceil_char_boundary(end)),
        };
        match &mut open {
            Some(window) if start <= window.end => window.end = window.end.max(end),
            Some(_) | None => open.replace(Span::new(start, end)).into_iter().for_each(&mut show),
        }
    }
    open.into_iter().for_each(show);
}

/// The places to try, in parts of so many bytes together; nothing, where there are too many.
fn tries(
    begins: &[(usize, usize)],
    reach: usize,
    together: usize,
    next: impl Fn(usize, usize) -> Option<usize>,
) -> Option<Vec<usize>> {
    let most = together.saturating_mul(MAX_OVERLAP) / reach.max(1);
    let mut places = Vec::with_capacity(begins.len().min(most));
    let mut from = 0;
    for (first, last) in begins {
        from = from.max(*first);
        while let Some(place) = next(from, *last) {
            if places.len() == most {
                return None;
            }
            places.push(place);
            from = place + 1;
        }
        from = from.max(last + 1);
    }
    Some(places)
}
