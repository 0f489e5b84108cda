//! One expression over one text as it comes: where it stands, and which matches are decided. The matches are those
//! that [`crate::pattern::Expression::find`] finds: from each place on, one after the other, never overlapping.

use std::collections::VecDeque;

use regex_automata::hybrid::dfa::Cache;

use crate::known::Known;
use crate::pattern::{Expression, Failed};
use crate::prefilter::Candidates;
use crate::stream::automaton::{Attempt, Progress, Reach};
use crate::stream::slow::Slow;

/// An expression that has something under way, or had lately.
#[derive(Debug)]
pub(crate) struct Tracker {
    /// Which expression.
    pub(crate) index: usize,
    /// The next place to try.
    next: usize,
    /// How far the run was read that the expression begins with.
    run_end: usize,
    /// The places to try that it was told.
    ahead: VecDeque<usize>,
    under_way: Option<UnderWay>,
    /// The means of attempts with the ASCII automaton.
    cache: Option<Cache>,
}

#[derive(Debug)]
struct UnderWay {
    start: usize,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    /// The automaton that reads ASCII.
    Ascii(Attempt),
    /// The automaton that reads everything, with its means.
    Any(Attempt, Box<Cache>),
    Slow(Box<Slow>),
}

/// What a tracker reads.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) expression: &'a Expression,
    /// How many bytes a match can have, and whether that bound is ours.
    pub(crate) bytes: usize,
    pub(crate) cut: bool,
    /// The last place to try.
    pub(crate) last: usize,
    /// Whether only those places are tried that it is told.
    pub(crate) told: bool,
}

/// What a tracker tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A match that nothing can change.
    Match { start: usize, end: usize },
    /// A match that would go on over the bound.
    TooLong,
}

impl Tracker {
    pub(crate) fn new(index: usize, next: usize) -> Self {
        Self { index, next, run_end: 0, ahead: VecDeque::new(), under_way: None, cache: None }
    }

    /// The earliest place at which a match that was not told could begin.
    pub(crate) fn open(&self) -> Option<usize> {
        self.under_way.as_ref().map(|under_way| under_way.start)
    }

    /// Whether nothing is under way, and nothing can begin at a place, for a match that reaches over it.
    pub(crate) fn has_matched(&self, place: usize) -> bool {
        self.under_way.is_none() && self.next > place
    }

    /// Whether a place is behind it, or something is under way.
    pub(crate) fn is_past(&self, place: usize) -> bool {
        self.under_way.is_some() || self.next > place
    }

    /// Leaves out places at which nothing can begin.
    pub(crate) fn skip_to(&mut self, place: usize) {
        self.next = self.next.max(place);
    }

    /// Adds a place to try, behind all others.
    pub(crate) fn tell(&mut self, place: usize) {
        self.ahead.push_back(place);
    }

    /// Tries nothing more in what has come.
    pub(crate) fn give_up(&mut self, end: usize) {
        self.ahead.clear();
        self.under_way = None;
        self.next = end;
    }

    /// Tries every place up to the end of what is known, as far as that decides.
    pub(crate) fn advance(
        &mut self,
        reading: Reading<'_>,
        known: Known<'_>,
        told: &mut Vec<Told>,
    ) -> Result<(), Failed> {
        loop {
            if self.under_way.is_none() {
                let Some(start) = self.next_start(reading, known) else { return Ok(()) };
                self.begin(reading, known, start)?;
            }
            match self.go_on(reading, known)? {
                Ended::No => return Ok(()),
                Ended::With { start, matched, too_long } => {
                    if too_long {
                        told.push(Told::TooLong);
                    }
                    let end = matched.filter(|end| *end > start);
                    self.next = end.unwrap_or_else(|| after_character(known, start));
                    told.extend(end.map(|end| Told::Match { start, end }));
                }
            }
        }
    }

    fn next_start(&mut self, reading: Reading<'_>, known: Known<'_>) -> Option<usize> {
        if reading.told {
            let next = self.next;
            return std::iter::from_fn(|| self.ahead.pop_front()).find(|place| *place >= next);
        }
        let range = (self.next, reading.last);
        let start = reading.expression.start().next_of(known, range, &mut self.run_end);
        if start.is_none() {
            self.next = self.next.max(known.end().min(reading.last.saturating_add(1)));
        }
        start
    }

    fn begin(&mut self, reading: Reading<'_>, known: Known<'_>, start: usize) -> Result<(), Failed> {
        let plain_before = start
            .checked_sub(known.start + 1)
            .and_then(|before| known.text.as_bytes().get(before))
            .is_none_or(u8::is_ascii);
        let ascii = if plain_before { reading.expression.automaton(true) } else { None };
        if let Some(automaton) = ascii {
            let cache = self.cache.get_or_insert_with(|| automaton.cache());
            if let Some(attempt) = Attempt::begin(automaton, cache, known, start) {
                self.under_way = Some(UnderWay { start, engine: Engine::Ascii(attempt) });
                return Ok(());
            }
        }
        self.begin_any(reading, known, start)
    }

    fn begin_any(&mut self, reading: Reading<'_>, known: Known<'_>, start: usize) -> Result<(), Failed> {
        let automaton = reading.expression.automaton(false).ok_or(Failed)?;
        let mut cache = automaton.cache();
        let engine = match Attempt::begin(automaton, &mut cache, known, start) {
            Some(attempt) => Engine::Any(attempt, Box::new(cache)),
            None => {
                automaton.keep(cache);
                Engine::Slow(Box::new(Slow::begin(automaton.nfa(), start)))
            }
        };
        self.under_way = Some(UnderWay { start, engine });
        Ok(())
    }

    /// Takes what has come, with the first means that can.
    fn go_on(&mut self, reading: Reading<'_>, known: Known<'_>) -> Result<Ended, Failed> {
        loop {
            let Some(under_way) = &mut self.under_way else { return Ok(Ended::No) };
            let start = under_way.start;
            let reach = Reach { start, bytes: reading.bytes, cut: reading.cut };
            let any = || reading.expression.automaton(false).ok_or(Failed);
            let progress = match &mut under_way.engine {
                Engine::Ascii(attempt) => {
                    let automaton = reading.expression.automaton(true).ok_or(Failed)?;
                    let cache = self.cache.get_or_insert_with(|| automaton.cache());
                    attempt.advance(automaton, cache, known, reach, true)
                }
                Engine::Any(attempt, cache) => attempt.advance(any()?, cache, known, reach, false),
                Engine::Slow(slow) => slow.advance(any()?.nfa(), known, reach),
            };
            let (matched, too_long) = match progress {
                Progress::Open => return Ok(Ended::No),
                Progress::Over(matched) => (matched, false),
                Progress::Stuck => {
                    self.get_unstuck(reading, known, start)?;
                    continue;
                }
                Progress::TooLong(matched) => (matched, true),
            };
            self.put_down(reading);
            return Ok(Ended::With { start, matched, too_long });
        }
    }

    /// Begins again at the same place with means that can do more.
    fn get_unstuck(&mut self, reading: Reading<'_>, known: Known<'_>, start: usize) -> Result<(), Failed> {
        if self.put_down(reading) {
            return self.begin_any(reading, known, start);
        }
        let automaton = reading.expression.automaton(false).ok_or(Failed)?;
        let engine = Engine::Slow(Box::new(Slow::begin(automaton.nfa(), start)));
        self.under_way = Some(UnderWay { start, engine });
        Ok(())
    }

    /// Ends what is under way, and says whether it was done with ASCII only.
    fn put_down(&mut self, reading: Reading<'_>) -> bool {
        match self.under_way.take().map(|under_way| under_way.engine) {
            Some(Engine::Any(_, cache)) => {
                if let Some(automaton) = reading.expression.automaton(false) {
                    automaton.keep(*cache);
                }
                false
            }
            Some(Engine::Ascii(_)) => true,
            Some(Engine::Slow(_)) | None => false,
        }
    }

    /// Gives the means back.
    pub(crate) fn retire(self, expression: &Expression) {
        if let (Some(cache), Some(automaton)) = (self.cache, expression.automaton(true)) {
            automaton.keep(cache);
        }
    }
}

/// All matches of an expression without an upper length in a text that is longer than the bound, where the candidates
/// say; `told` is asked for each. The same as in a text that comes in pieces.
pub(crate) fn find_long(
    index: usize,
    reading: Reading<'_>,
    text: &str,
    candidates: &Candidates,
    mut each: impl FnMut(Told),
) -> Result<(), Failed> {
    let known = Known::whole(text);
    let mut tracker = Tracker::new(index, 0);
    let mut told = Vec::new();
    let mut search = |first: usize, last: usize| {
        tracker.skip_to(first);
        let done = tracker.advance(Reading { last, ..reading }, known, &mut told);
        told.drain(..).for_each(&mut each);
        done
    };
    match candidates {
        Candidates::Begins(begins) => begins.iter().try_for_each(|(first, last)| search(*first, *last))?,
        Candidates::Everywhere => search(0, text.len())?,
        Candidates::Matches(matches) => matches.iter().try_for_each(|span| search(span.start, span.start))?,
        Candidates::Within(windows) => windows.iter().try_for_each(|span| search(span.start, span.end))?,
    }
    tracker.retire(reading.expression);
    Ok(())
}

/// Whether an attempt has ended, and how.
enum Ended {
    No,
    With { start: usize, matched: Option<usize>, too_long: bool },
}

fn after_character(known: Known<'_>, start: usize) -> usize {
    start + known.from(start).chars().next().map_or(1, char::len_utf8)
}
