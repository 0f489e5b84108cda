//! One expression as an automaton that takes a text byte by byte, from one place on where a match may begin. It says
//! when nothing that follows can change what matches there: the same as [`crate::pattern`] finds in the whole text.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::hybrid::{LazyStateID, dfa};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

use crate::known::Known;
use crate::spares::Spares;
use crate::work;

/// The memory that one expression in the middle of a match may take, in bytes. What does not fit is computed anew.
pub(crate) const CACHE_BYTES: usize = 256 * 1024;

/// How many caches an expression keeps for the next text: every view of a text may want one at the same time, and one that
/// is made anew computes its states anew.
const SPARE_CACHES: usize = 8;

/// An expression, ready to be stepped.
#[derive(Debug)]
pub(crate) struct Automaton {
    dfa: DFA,
    spare: Spares<Cache, SPARE_CACHES>,
}

impl Automaton {
    /// Compiles an expression; `limit` is the most that it may need, in bytes.
    pub(crate) fn new(hir: &Hir, limit: usize) -> Option<Self> {
        let config = thompson::Config::new().nfa_size_limit(Some(limit)).which_captures(WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).ok()?;
        let config = dfa::Config::new()
            .unicode_word_boundary(true)
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        Some(Self { dfa, spare: Spares::default() })
    }

    /// Where the match ends that begins at a place and has so many bytes at most, in a text that is there as a whole
    /// and is ASCII as far as the match can go. Fails where the automaton meets what it cannot step over.
    pub(crate) fn end_of_match(
        &self,
        cache: &mut Cache,
        text: &str,
        (start, bytes): (usize, usize),
    ) -> Result<Option<usize>, Stuck> {
        let reach = Reach { start, bytes, cut: false };
        let known = Known::whole(text);
        let end = reach.bound(known).min(text.len());
        let mut attempt = Attempt::begin(self, cache, known, start).ok_or(Stuck)?;
        let progress = match self.step_through(cache, &mut attempt, text.as_bytes().get(start..end)) {
            Some(progress) => progress,
            None if end < text.len() => attempt.at_bound(self, cache, known, false, true),
            None => attempt.at_end(self, cache, known, true),
        };
        work::done(attempt.at - start);
        match progress {
            Progress::Over(end) => Ok(end),
            Progress::Open | Progress::Stuck | Progress::TooLong(_) => Err(Stuck),
        }
    }

    /// Takes bytes as [`Attempt::advance`] does, where nothing but ASCII stands; nothing, where they do not decide. Most attempts
    /// fail within a few bytes, and there are very many: what has come is kept at hand, and noted once.
    fn step_through(
        &self,
        cache: &mut Cache,
        attempt: &mut Attempt,
        bytes: Option<&[u8]>,
    ) -> Option<Progress> {
        let first = attempt.at;
        let mut state = attempt.state;
        let bytes = bytes.unwrap_or_default();
        for (nth, byte) in bytes.iter().enumerate() {
            let Ok(next) = self.dfa.next_state(cache, state, *byte) else { return Some(Progress::Stuck) };
            state = next;
            if next.is_tagged() {
                attempt.at = first + nth;
                match () {
                    () if next.is_match() => attempt.matched = Some(attempt.at),
                    () if next.is_dead() => return Some(Progress::Over(attempt.matched)),
                    () if next.is_quit() => return Some(Progress::Stuck),
                    () => {}
                }
            }
        }
        attempt.state = state;
        attempt.at = first + bytes.len();
        None
    }

    /// Whether it matches nowhere in a part of a text, for sure.
    pub(crate) fn rules_out(&self, input: &Input<'_>) -> bool {
        let mut cache = self.cache();
        let found = self.dfa.try_search_fwd(&mut cache, &input.clone().earliest(true));
        self.keep(cache);
        found.is_ok_and(|found| found.is_none())
    }

    /// The states of the expression.
    pub(crate) fn nfa(&self) -> &NFA {
        self.dfa.get_nfa()
    }

    /// Means for attempts.
    pub(crate) fn cache(&self) -> Cache {
        self.spare.take(|| self.dfa.create_cache())
    }

    /// Takes means back.
    pub(crate) fn keep(&self, cache: Cache) {
        self.spare.keep(cache);
    }
}

/// The automaton cannot step over what stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stuck;

/// How far an attempt to match has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// What follows may still decide.
    Open,
    /// Nothing that follows changes it: the match ends here, or there is none.
    Over(Option<usize>),
    /// It went to the bound of an expression without one, and was not over there. With the match up to there.
    TooLong(Option<usize>),
    /// The automaton meets what it cannot step over; [`super::slow`] can.
    Stuck,
}

/// Where an attempt began, and where it must end at the latest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    pub(crate) start: usize,
    pub(crate) bytes: usize,
    /// Whether the expression itself has no such bound.
    pub(crate) cut: bool,
}

impl Reach {
    /// The place at which an attempt is over, as far as it is known: at a character, before its bytes run out.
    pub(crate) fn bound(&self, known: Known<'_>) -> usize {
        let most = self.start.saturating_add(self.bytes);
        if most >= known.end() {
            return most;
        }
        known.start + known.text.floor_char_boundary(most - known.start)
    }
}

/// An attempt to match, with the automaton.
#[derive(Debug)]
pub(crate) struct Attempt {
    state: LazyStateID,
    /// The next byte to take.
    at: usize,
    matched: Option<usize>,
}

impl Attempt {
    /// Begins at a place; nothing, where what stands before it is beyond the automaton.
    pub(crate) fn begin(
        automaton: &Automaton,
        cache: &mut Cache,
        known: Known<'_>,
        start: usize,
    ) -> Option<Self> {
        let from = start.checked_sub(known.start)?;
        let input = Input::new(known.text).span(from..known.text.len()).anchored(Anchored::Yes);
        let state = automaton.dfa.start_state_forward(cache, &input).ok()?;
        Some(Self { state, at: start, matched: None })
    }

    /// Takes what has come. `ascii` says that the automaton reads ASCII only.
    pub(crate) fn advance(
        &mut self,
        automaton: &Automaton,
        cache: &mut Cache,
        known: Known<'_>,
        reach: Reach,
        ascii: bool,
    ) -> Progress {
        let bound = reach.bound(known);
        let end = bound.min(known.end());
        let first = self.at.saturating_sub(known.start);
        let bytes = known.text.as_bytes().get(first..end.saturating_sub(known.start)).unwrap_or_default();
        for byte in bytes {
            if ascii && !byte.is_ascii() {
                return Progress::Stuck;
            }
            let Ok(next) = automaton.dfa.next_state(cache, self.state, *byte) else {
                return Progress::Stuck;
            };
            self.state = next;
            if next.is_tagged() {
                if next.is_match() {
                    self.matched = Some(self.at);
                } else if next.is_dead() {
                    return Progress::Over(self.matched);
                } else if next.is_quit() {
                    return Progress::Stuck;
                }
            }
            self.at += 1;
        }
        if self.at < known.end() && self.at >= bound {
            return self.at_bound(automaton, cache, known, reach.cut, ascii);
        }
        self.at_end(automaton, cache, known, ascii)
    }

    /// The text goes on, but the expression must not.
    fn at_bound(
        &mut self,
        automaton: &Automaton,
        cache: &mut Cache,
        known: Known<'_>,
        cut: bool,
        ascii: bool,
    ) -> Progress {
        let next = known.from(self.at).bytes().next().unwrap_or_default();
        let state = automaton.dfa.next_state(cache, self.state, next);
        let Some(state) = state.ok().filter(|state| !state.is_quit() && (next.is_ascii() || !ascii)) else {
            return Progress::Stuck;
        };
        let matched = if state.is_match() { Some(self.at) } else { self.matched };
        let goes_on = cut && !state.is_dead() && !is_over(automaton, cache, state);
        if goes_on { Progress::TooLong(matched) } else { Progress::Over(matched) }
    }

    /// Everything that there is was taken.
    fn at_end(
        &mut self,
        automaton: &Automaton,
        cache: &mut Cache,
        known: Known<'_>,
        ascii: bool,
    ) -> Progress {
        let clears = cache.clear_count();
        let Ok(state) = automaton.dfa.next_eoi_state(cache, self.state) else {
            return Progress::Stuck;
        };
        if known.ended {
            let matched = if state.is_match() { Some(self.at) } else { self.matched };
            return Progress::Over(matched);
        }
        let over = state.is_match() && self.nothing_follows(automaton, cache);
        match () {
            // A cache that was emptied has forgotten the state.
            () if cache.clear_count() != clears => Progress::Stuck,
            // What follows may be more than ASCII.
            () if over && ascii => Progress::Stuck,
            () if over => Progress::Over(Some(self.at)),
            () => Progress::Open,
        }
    }

    /// Whether it matches up to here, whatever follows, and no further. The automaton tells a match one byte late.
    fn nothing_follows(&self, automaton: &Automaton, cache: &mut Cache) -> bool {
        let mut checked = None;
        automaton.dfa.byte_classes().representatives(0..=u8::MAX).filter_map(|unit| unit.as_u8()).all(
            |byte| {
                let Ok(next) = automaton.dfa.next_state(cache, self.state, byte) else {
                    return false;
                };
                let known_over = checked == Some(next);
                checked = Some(next);
                next.is_match() && (known_over || is_over(automaton, cache, next))
            },
        )
    }
}

/// Whether nothing can follow a state, nor the end of the text make it a match.
fn is_over(automaton: &Automaton, cache: &mut Cache, state: LazyStateID) -> bool {
    if automaton.dfa.next_eoi_state(cache, state).is_ok_and(|end| end.is_match()) {
        return false;
    }
    let mut units = automaton.dfa.byte_classes().representatives(0..=u8::MAX);
    units.all(|unit| {
        let next = unit.as_u8().map(|byte| automaton.dfa.next_state(cache, state, byte));
        next.is_none_or(|next| next.is_ok_and(|next| next.is_dead()))
    })
}
