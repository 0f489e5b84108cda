//! What the automaton needs to read a text: its states, as far as they were computed, and which patterns match in them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};

/// The states, and what is kept of them.
#[derive(Debug)]
pub(super) struct Means {
    pub(super) cache: Cache,
    /// Where in `patterns` those of a state are. To ask the automaton for one after the other takes much longer, and in a text
    /// full of numbers the same few states match all the time.
    known: HashMap<LazyStateID, (u32, u32), BuildHasherDefault<Number>>,
    /// The states that were asked for last, each at a place that its number says, and the same of them.
    recent: Box<[(LazyStateID, u32, u32); RECENT]>,
    patterns: Vec<u32>,
    /// How often the states had been forgotten when these were noted.
    clears: usize,
}

impl Means {
    pub(super) fn with(cache: Cache) -> Self {
        Self { cache, known: HashMap::default(), recent: no_recent(), patterns: Vec::new(), clears: 0 }
    }

    /// The patterns that match in a state.
    #[inline]
    pub(super) fn patterns(&mut self, dfa: &DFA, state: LazyStateID) -> &[u32] {
        if self.clears != self.cache.clear_count() {
            self.clears = self.cache.clear_count();
            self.known.clear();
            self.recent = no_recent();
            self.patterns.clear();
        }
        let (start, end) = match self.recent.get(place(state)) {
            Some((known, start, end)) if *known == state => (*start, *end),
            _ => self.look_up(dfa, state),
        };
        self.patterns.get(start as usize..end as usize).unwrap_or_default()
    }

    #[inline(never)]
    fn look_up(&mut self, dfa: &DFA, state: LazyStateID) -> (u32, u32) {
        let (start, end) = match self.known.get(&state) {
            Some(known) => *known,
            None => self.ask(dfa, state),
        };
        if let Some(recent) = self.recent.get_mut(place(state)) {
            *recent = (state, start, end);
        }
        (start, end)
    }

    #[cold]
    fn ask(&mut self, dfa: &DFA, state: LazyStateID) -> (u32, u32) {
        let place = |patterns: &[u32]| u32::try_from(patterns.len()).unwrap_or(u32::MAX);
        let start = place(&self.patterns);
        let all =
            (0..dfa.match_len(&self.cache, state)).map(|nth| dfa.match_pattern(&self.cache, state, nth));
        self.patterns.extend(all.map(|pattern| pattern.as_u32()));
        let known = (start, place(&self.patterns));
        self.known.insert(state, known);
        known
    }
}

/// How many states are found again at once.
const RECENT: usize = 1 << RECENT_BITS;
const RECENT_BITS: u32 = 9;

/// No match state has the number that stands in these.
fn no_recent() -> Box<[(LazyStateID, u32, u32); RECENT]> {
    Box::new([(LazyStateID::default(), 0, 0); RECENT])
}

fn place(state: LazyStateID) -> usize {
    let mut number = Number::default();
    state.hash(&mut number);
    usize::try_from(number.finish() >> (u64::BITS - RECENT_BITS)).unwrap_or_default()
}

/// The hash of a number of a state: they are small and each its own.
#[derive(Debug, Default)]
struct Number(u64);

impl Hasher for Number {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
