//! What one of the shapes that are read together has found, as the text is read.

use policy::Span;

use super::Member;
use crate::pattern::{Failed, Haystack};
use crate::prefilter::Candidates;

/// Notes that patterns match here; those of them that are not done with an earlier match.
#[inline]
pub(super) fn note(
    patterns: &[u32],
    (start, end): (usize, usize),
    tracks: &mut [Track],
    matched: &mut Vec<usize>,
) {
    for pattern in patterns.iter().map(|pattern| *pattern as usize) {
        if let Some(track) = tracks.get_mut(pattern).filter(|track| track.free <= start) {
            if track.ends == 0 {
                matched.push(pattern);
            }
            track.ends += 1;
            track.last = end;
        }
    }
}

/// What one pattern has found.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    matches: Vec<Span>,
    /// The end of the last match: another begins there at the earliest.
    free: usize,
    /// How many ends a match can have that begins at the place that is read, and the last of them.
    ends: usize,
    last: usize,
    failed: bool,
}

impl Track {
    /// Takes the match that begins at a place. Which of several ends it has, the expression says, where it is not known to
    /// be the last.
    pub(super) fn take(&mut self, start: usize, haystack: Haystack<'_>, member: &Member, longest: bool) {
        let one = (longest || self.ends == 1).then(|| Span::new(start, self.last));
        self.ends = 0;
        let reach = member.reach(haystack.ascii);
        let matched =
            one.map_or_else(|| member.expression.match_at(haystack, start, reach), |one| Ok(Some(one)));
        match matched {
            Ok(Some(matched)) => {
                self.free = matched.end;
                self.matches.push(matched);
            }
            Ok(None) => {}
            Err(Failed) => self.failed = true,
        }
    }

    /// What is left to do for the expression.
    pub(super) fn candidates(self) -> Option<Candidates> {
        match (self.failed, self.matches) {
            (true, _) => Some(Candidates::Everywhere),
            (false, matches) if matches.is_empty() => None,
            (false, matches) => Some(Candidates::Matches(matches)),
        }
    }
}
