//! The windows of one streamed answer: which piece goes on in which, and what of each has come and gone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::kept::{index_of, within};
use super::{Kept, MAX_OPENED, Sheet, Standing, StreamEdits, Window};
use crate::error::DialectError;
use crate::json::{Kind, Value};
use crate::splice::Splices;

/// Every window so far. A window is known by its choice or block and by the names and positions that lead to it.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    list: Vec<Window>,
    states: Vec<State>,
    /// The ways to windows, step by step; one tree for each choice or block.
    nodes: Vec<Node>,
    roots: BTreeMap<usize, usize>,
    /// How many windows, choices, blocks and calls there were.
    opened: usize,
}

#[derive(Debug, Default)]
struct Node {
    below: BTreeMap<String, usize>,
    window: Option<usize>,
}

/// What is known of a window beside what the pipeline sees.
#[derive(Debug, Default)]
struct State {
    scope: usize,
    closed: bool,
    /// What has come and not gone.
    owed: String,
    /// Whether what went was not what came, so that nobody knows what is owed.
    changed: bool,
    /// The last event with a piece of it, and the piece's value.
    last: Option<(Arc<Sheet>, usize)>,
}

impl Windows {
    pub(crate) fn list(&self) -> &[Window] {
        &self.list
    }

    /// Counts something that is kept apart from others.
    pub(crate) fn count(&mut self) -> Result<(), DialectError> {
        self.opened += 1;
        if self.opened > MAX_OPENED { Err(DialectError::TooManyOpened) } else { Ok(()) }
    }

    /// The window that a way leads to, opened where there is none yet.
    pub(crate) fn at(
        &mut self,
        scope: usize,
        way: &[Cow<'_, str>],
        window: impl FnOnce() -> Window,
    ) -> Result<usize, DialectError> {
        let node = way.iter().fold(self.root(scope), |node, step| self.below(node, step));
        if let Some(index) = self.nodes.get(node).and_then(|node| node.window) {
            return match self.states.get(index).zip(self.list.get(index)) {
                Some((state, window)) if state.closed => {
                    Err(DialectError::Stray { field: window.part.field.clone() })
                }
                _ => Ok(index),
            };
        }
        self.count()?;
        let index = self.list.len();
        self.list.push(window());
        self.states.push(State { scope, ..State::default() });
        if let Some(node) = self.nodes.get_mut(node) {
            node.window = Some(index);
        }
        Ok(index)
    }

    /// Closes the windows of a choice or a block, or all; says which were open.
    pub(crate) fn close(&mut self, scope: Option<usize>) -> Vec<usize> {
        self.close_those(|_, state| scope.is_none_or(|scope| state.scope == scope))
    }

    /// Closes those windows of a block that a signature covers; says which were open.
    pub(crate) fn close_sealed(&mut self, scope: usize) -> Vec<usize> {
        self.close_those(|window, state| window.sealed && state.scope == scope)
    }

    /// Puts what goes out in the place of each piece of an event; says whether any of that is text.
    pub(crate) fn put(
        &mut self,
        sheet: &Arc<Sheet>,
        kept: &Kept,
        edits: &StreamEdits,
        splices: &mut Splices,
    ) -> Result<bool, DialectError> {
        let mut said = false;
        for (piece, goes) in kept.pieces.iter().zip(&edits.deltas) {
            let came = sheet.text(piece.id);
            if let Some(state) = self.states.get_mut(piece.window) {
                state.last = Some((Arc::clone(sheet), piece.id));
                if !state.changed {
                    state.owed.push_str(&came);
                }
            }
            self.goes(piece.window, goes)?;
            said |= !goes.is_empty();
            if let Some(value) = sheet.document.value(piece.id).filter(|_| came != *goes) {
                splices.text(value, goes);
            }
        }
        Ok(said)
    }

    /// Notes that more text of a window goes out, in an event of its own. Gives what [`Windows::last`] does; nothing
    /// where it cannot.
    pub(crate) fn more(&mut self, window: usize, text: &str) -> Option<(usize, Arc<Sheet>, usize)> {
        let last = self.last(window)?;
        (!text.is_empty() && self.goes(window, text).is_ok()).then_some(last)
    }

    /// Notes that more text of a window goes out.
    pub(crate) fn goes(&mut self, window: usize, text: &str) -> Result<(), DialectError> {
        let (Some(state), Some(window)) = (self.states.get_mut(window), self.list.get(window)) else {
            return Ok(());
        };
        if state.changed {
            return Ok(());
        }
        if state.owed.starts_with(text) {
            state.owed.drain(..text.len());
        } else if window.sealed {
            return Err(DialectError::Signed { field: window.part.field.clone() });
        } else {
            state.changed = true;
            state.owed = String::new();
        }
        Ok(())
    }

    /// Whether every window of a choice has gone out as it came, with nothing held.
    pub(crate) fn are_even(&self, scope: usize) -> bool {
        self.states.iter().filter(|state| state.scope == scope).all(State::is_even)
    }

    /// The choice or block of a window, and the last event with a piece of it.
    pub(crate) fn last(&self, window: usize) -> Option<(usize, Arc<Sheet>, usize)> {
        let state = self.states.get(window)?;
        state.last.as_ref().map(|(sheet, id)| (state.scope, Arc::clone(sheet), *id))
    }

    fn close_those(&mut self, ends: impl Fn(&Window, &State) -> bool) -> Vec<usize> {
        let mut closed = Vec::new();
        for (index, (window, state)) in self.list.iter().zip(&mut self.states).enumerate() {
            if !state.closed && ends(window, state) {
                state.closed = true;
                closed.push(index);
            }
        }
        closed
    }

    fn root(&mut self, scope: usize) -> usize {
        let next = self.nodes.len();
        let root = *self.roots.entry(scope).or_insert(next);
        if root == next {
            self.nodes.push(Node::default());
        }
        root
    }

    fn below(&mut self, node: usize, step: &str) -> usize {
        let next = self.nodes.len();
        match self.nodes.get_mut(node) {
            Some(node) => match node.below.get(step) {
                Some(below) => return *below,
                None => node.below.insert(step.to_owned(), next),
            },
            None => return node,
        };
        self.nodes.push(Node::default());
        next
    }
}

impl State {
    fn is_even(&self) -> bool {
        !self.changed && self.owed.is_empty()
    }
}

/// Takes a text that was found: the names and positions that lead to it, its value and its part.
type Found<'f, 'a> = dyn FnMut(&[Cow<'a, str>], usize, usize) -> Result<(), DialectError> + 'f;

/// Goes through a value and gives each text in it that is a part, with the names and positions that lead to it. The
/// position of an element is what its member `index` says, where it has one: an event may hold the second alone.
pub(crate) fn locate<'a>(
    value: Value<'a>,
    standing: &Standing,
    way: &mut Vec<Cow<'a, str>>,
    found: &mut Found<'_, 'a>,
) -> Result<(), DialectError> {
    let parts = within(standing, value.ids());
    if parts.is_empty() {
        return Ok(());
    }
    if value.kind() == Kind::Text {
        return parts.iter().try_for_each(|(id, part)| found(way, *id, *part));
    }
    let elements = value.elements().enumerate().map(|(place, child)| {
        (index_of(child).map_or_else(|| place.to_string().into(), Cow::Borrowed), child)
    });
    let members = value.members().map(|(name, child)| (name.text().unwrap_or_default(), child));
    for (step, child) in elements.chain(members) {
        way.push(step);
        locate(child, standing, way, found)?;
        way.pop();
    }
    Ok(())
}
