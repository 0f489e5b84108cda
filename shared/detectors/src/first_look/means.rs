//! What the automaton needs to read a text: its states, as far as they were computed, in a table of our own. To step through
//! that costs a third of what it costs to ask the automaton, and which patterns match in a state stands in it, too: in a text
//! full of numbers the same few hundred states come all the time.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::{Anchored, Input};

/// The most entries that the table has where nothing else is said.
const MOST_ENTRIES: usize = 1 << 17;

/// A state, as its place in the table, and whether patterns match in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u32);

impl State {
    const MATCHES: u32 = 1 << 30;
    /// Nothing matches any more, or the automaton cannot go on.
    const STOP: Self = Self(u32::MAX - 1);
    /// Not asked for yet.
    const UNKNOWN: Self = Self(u32::MAX);

    /// Whether there is anything to be done in it but to go on.
    #[inline]
    pub(super) const fn is_special(self) -> bool {
        self.0 >= Self::MATCHES
    }

    pub(super) const fn is_stop(self) -> bool {
        self.0 == Self::STOP.0
    }

    /// The state with this place.
    fn at(place: usize) -> Self {
        Self(short(place))
    }

    const fn place(self) -> usize {
        (self.0 & !Self::MATCHES) as usize
    }
}

/// How far steps have come.
pub(super) struct Steps {
    /// The state before the first byte that was not taken.
    pub(super) last: State,
    pub(super) taken: usize,
}

/// The states, and what is kept of them.
#[derive(Debug)]
pub(super) struct Means {
    cache: Cache,
    /// How many entries of the table are of one state, as a power of two.
    row_bits: usize,
    /// For each state, where each class of bytes leads; the end of the text is a class as well.
    table: Vec<State>,
    /// For each state what the automaton calls it, and where in `patterns` those are that match in it.
    states: Vec<(LazyStateID, u32, u32)>,
    patterns: Vec<u32>,
    known: HashMap<LazyStateID, State, BuildHasherDefault<Number>>,
    /// Where reading begins, by the byte before; last, at the beginning of a text.
    starts: Box<[State; 257]>,
    /// How often the automaton had forgotten its states when these were noted.
    clears: usize,
    /// How often these were forgotten.
    forgotten: usize,
    /// The most entries that the table has. What does not fit is asked for anew.
    most: usize,
}

impl Means {
    pub(super) fn of(dfa: &DFA) -> Self {
        Self {
            cache: dfa.create_cache(),
            row_bits: dfa.byte_classes().stride2(),
            table: Vec::new(),
            states: Vec::new(),
            patterns: Vec::new(),
            known: HashMap::default(),
            starts: Box::new([State::UNKNOWN; 257]),
            clears: 0,
            forgotten: 0,
            most: MOST_ENTRIES,
        }
    }

    /// The same with less room.
    #[cfg(test)]
    pub(super) fn with_room(dfa: &DFA, most: usize) -> Self {
        Self { most, ..Self::of(dfa) }
    }

    /// The state in which reading begins at a place of a text.
    #[inline]
    pub(super) fn start(&mut self, dfa: &DFA, text: &[u8], at: usize) -> State {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let slot = before.map_or(256, |before| usize::from(*before));
        match self.starts.get(slot) {
            Some(state) if *state != State::UNKNOWN => *state,
            _ => self.ask_start(dfa, text, (at, slot)),
        }
    }

    #[cold]
    fn ask_start(&mut self, dfa: &DFA, text: &[u8], (at, slot): (usize, usize)) -> State {
        let input = Input::new(text).span(at..text.len()).anchored(Anchored::Yes);
        let Ok(id) = dfa.start_state_forward(&mut self.cache, &input) else { return State::STOP };
        let state = self.state(dfa, id);
        if let Some(start) = self.starts.get_mut(slot) {
            *start = state;
        }
        state
    }

    /// Steps through bytes as far as it is known where they lead and there is anywhere to go, and shows the patterns that match
    /// on the way, with the number of the byte after which that is known.
    #[inline]
    pub(super) fn steps(
        &self,
        from: State,
        classes: &[u16; 257],
        bytes: &[u8],
        mut see: impl FnMut(&[u32], usize),
    ) -> Steps {
        let mut last = from.place();
        for (taken, byte) in bytes.iter().enumerate() {
            let class = classes.get(usize::from(*byte)).copied().unwrap_or_default();
            let next = self.table.get(last + usize::from(class)).copied().unwrap_or(State::UNKNOWN);
            if next.is_special() {
                if next == State::UNKNOWN || next == State::STOP {
                    return Steps { last: State::at(last), taken };
                }
                see(self.patterns(next), taken);
            }
            last = next.place();
        }
        Steps { last: State::at(last), taken: bytes.len() }
    }

    /// The patterns that match in a state.
    #[inline]
    pub(super) fn patterns(&self, state: State) -> &[u32] {
        if !state.is_special() || state.is_stop() {
            return &[];
        }
        let (_, start, end) = self.states.get(state.place() >> self.row_bits).copied().unwrap_or_default();
        self.patterns.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Where a byte of a class leads from a state; 256 stands for the end of the text.
    pub(super) fn ask(&mut self, dfa: &DFA, state: State, (byte, class): (usize, u16)) -> State {
        let place = state.place() + usize::from(class);
        match self.table.get(place) {
            Some(next) if *next != State::UNKNOWN => return *next,
            _ => {}
        }
        let Some((id, ..)) = self.states.get(state.place() >> self.row_bits).copied() else {
            return State::STOP;
        };
        let next = match u8::try_from(byte) {
            Ok(byte) => dfa.next_state(&mut self.cache, id, byte),
            Err(_) => dfa.next_eoi_state(&mut self.cache, id),
        };
        let Ok(next) = next else { return State::STOP };
        let forgotten = self.forgotten;
        let next = self.state(dfa, next);
        // Where all was forgotten meanwhile, the place is another's.
        if self.forgotten == forgotten
            && let Some(slot) = self.table.get_mut(place)
        {
            *slot = next;
        }
        next
    }

    /// What a state of the automaton is here.
    fn state(&mut self, dfa: &DFA, id: LazyStateID) -> State {
        let row = 1 << self.row_bits;
        if self.clears != self.cache.clear_count() || self.table.len() + row > self.most {
            self.forget();
        }
        if id.is_dead() || id.is_quit() {
            return State::STOP;
        }
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let start = short(self.patterns.len());
        let mut state = State::at(self.table.len());
        if id.is_match() {
            state.0 |= State::MATCHES;
            let all = (0..dfa.match_len(&self.cache, id)).map(|nth| dfa.match_pattern(&self.cache, id, nth));
            self.patterns.extend(all.map(|pattern| pattern.as_u32()));
        }
        self.states.push((id, start, short(self.patterns.len())));
        self.table.resize(self.table.len() + row, State::UNKNOWN);
        self.known.insert(id, state);
        state
    }

    fn forget(&mut self) {
        self.table.clear();
        self.states.clear();
        self.patterns.clear();
        self.known.clear();
        self.starts.fill(State::UNKNOWN);
        self.clears = self.cache.clear_count();
        self.forgotten += 1;
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
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
