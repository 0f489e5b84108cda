//! The parts of a text that an expression is run over, from the places where a match of it may begin.

use policy::Span;

/// How much more than looking through the parts as a whole it may cost to try each beginning alone.
const MAX_OVERLAP: usize = 4;

/// How to look for a match.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Windows {
    /// At each beginning alone: there are few, and what fails there fails at once.
    Anchored,
    /// Through these parts, apart from each other.
    Merged(Vec<Span>),
}

impl Windows {
    /// Chooses for sorted places where a match of at most `reach` bytes may begin.
    pub(crate) fn of(begins: &[(usize, usize)], reach: usize, text: &str) -> Self {
        let mut windows: Vec<Span> = Vec::new();
        let mut alone = 0_usize;
        let mut together = 0_usize;
        for (first, last) in begins {
            let start = text.floor_char_boundary(*first);
            let end = text.ceil_char_boundary(last.saturating_add(reach));
            alone = alone.saturating_add((last - first + 1).saturating_mul(reach));
            together = together.saturating_add(end - start);
            match windows.last_mut() {
                Some(window) if start <= window.end => {
                    together = together.saturating_sub(window.end.min(end) - start);
                    window.end = window.end.max(end);
                }
                Some(_) | None => windows.push(Span::new(start, end)),
            }
        }
        if alone <= together.saturating_mul(MAX_OVERLAP) { Self::Anchored } else { Self::Merged(windows) }
    }
}
