//! An attempt to match that keeps every state of the expression by itself: slower than the automaton, and able to
//! look at any character around a place, as `\b` does where words are not ASCII.

use std::collections::BTreeSet;

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;

use crate::known::Known;
use crate::stream::automaton::{Progress, Reach};

/// An attempt that is under way.
#[derive(Debug)]
pub(crate) struct Slow {
    /// The states it may be in, the preferred first.
    states: Vec<StateID>,
    /// The next byte to take.
    at: usize,
    matched: Option<usize>,
}

/// What the states at one place lead to.
#[derive(Default)]
struct Step {
    next: Vec<StateID>,
    matched: bool,
}

impl Slow {
    /// Begins at a place.
    pub(crate) fn begin(nfa: &NFA, start: usize) -> Self {
        Self { states: vec![nfa.start_anchored()], at: start, matched: None }
    }

    /// Takes what has come.
    pub(crate) fn advance(&mut self, nfa: &NFA, known: Known<'_>, reach: Reach) -> Progress {
        let bound = reach.bound(known);
        loop {
            let waits = self.at >= known.end() && !known.ended;
            if self.states.is_empty() {
                return Progress::Over(self.matched);
            }
            if waits {
                let over = self.is_over(nfa);
                return if over { Progress::Over(Some(self.at)) } else { Progress::Open };
            }
            let step = self.step(nfa, known);
            if step.matched {
                self.matched = Some(self.at);
            }
            if self.at >= known.end() {
                return Progress::Over(self.matched);
            }
            if self.at >= bound {
                let cut = reach.cut && !step.next.is_empty();
                return if cut { Progress::TooLong(self.matched) } else { Progress::Over(self.matched) };
            }
            self.states = step.next;
            self.at += 1;
        }
    }

    /// Whether it has matched here, whatever follows, and goes no further.
    fn is_over(&self, nfa: &NFA) -> bool {
        let mut stack = self.states.clone();
        stack.reverse();
        while let Some(id) = stack.pop() {
            match nfa.state(id) {
                State::Match { .. } => return true,
                State::Capture { next, .. } => stack.push(*next),
                State::Union { alternates } => stack.extend(alternates.iter().rev()),
                State::BinaryUnion { alt1, alt2 } => stack.extend([*alt2, *alt1]),
                State::Fail => {}
                State::ByteRange { .. } | State::Dense(_) | State::Look { .. } | State::Sparse(_) => {
                    return false;
                }
            }
        }
        false
    }

    /// Follows the states over the byte at this place, in the order of preference; none after a match.
    fn step(&self, nfa: &NFA, known: Known<'_>) -> Step {
        let here = self.at - known.start;
        let bytes = known.text.as_bytes();
        let mut step = Step::default();
        let mut seen = BTreeSet::new();
        let mut taken = BTreeSet::new();
        let mut stack: Vec<StateID> = self.states.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let byte = bytes.get(here).copied();
            let next = match nfa.state(id) {
                State::ByteRange { trans } => {
                    byte.filter(|byte| trans.matches_byte(*byte)).map(|_| trans.next)
                }
                State::Sparse(sparse) => byte.and_then(|byte| sparse.matches_byte(byte)),
                State::Dense(dense) => byte.and_then(|byte| dense.matches_byte(byte)),
                State::Look { look, next } => {
                    if nfa.look_matcher().matches(*look, bytes, here) {
                        stack.push(*next);
                    }
                    None
                }
                State::Union { alternates } => {
                    stack.extend(alternates.iter().rev());
                    None
                }
                State::BinaryUnion { alt1, alt2 } => {
                    stack.extend([*alt2, *alt1]);
                    None
                }
                State::Capture { next, .. } => {
                    stack.push(*next);
                    None
                }
                State::Fail => None,
                State::Match { .. } => {
                    step.matched = true;
                    break;
                }
            };
            step.next.extend(next.filter(|next| taken.insert(*next)));
        }
        step
    }
}
