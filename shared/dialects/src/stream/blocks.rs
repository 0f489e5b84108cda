//! The blocks of an answer that says where each of them begins and ends.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Incoming, Windows, within_cap};
use crate::error::DialectError;
use crate::json::Value;

/// Every block so far, by its index.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// The field that lists them in a whole answer.
    field: &'static str,
    list: BTreeMap<usize, Block>,
}

/// One block of the answer.
#[derive(Debug)]
enum Block {
    Call(Call),
    Closed,
    /// Anything else, with the number of its citations so far, and whether it was signed.
    Open {
        citations: usize,
        signed: bool,
    },
}

/// A tool call.
#[derive(Debug)]
pub(crate) struct Call {
    /// The block as it began.
    pub(crate) start: String,
    /// The JSON of its arguments so far.
    pub(crate) json: String,
}

impl Blocks {
    /// No blocks yet of the list that has this field.
    pub(crate) fn of(field: &'static str) -> Self {
        Self { field, list: BTreeMap::new() }
    }

    /// The field of a block.
    pub(crate) fn field(&self, index: usize) -> String {
        format!("{}[{index}]", self.field)
    }

    /// The error for an event that does not fit to what a block is.
    pub(crate) fn stray(&self, index: usize) -> DialectError {
        DialectError::Stray { field: self.field(index) }
    }

    pub(crate) fn knows(&self, index: usize) -> bool {
        self.list.contains_key(&index)
    }

    /// A block begins that is no call.
    pub(crate) fn open(&mut self, index: usize) {
        self.list.insert(index, Block::Open { citations: 0, signed: false });
    }

    /// A call begins.
    pub(crate) fn open_call(&mut self, index: usize, start: Value<'_>) -> Result<(), DialectError> {
        let start = start.raw().to_owned();
        within_cap(start.len())?;
        self.list.insert(index, Block::Call(Call { start, json: String::new() }));
        Ok(())
    }

    /// A block goes on: with a piece of a call's arguments, which is kept, or with anything else. Gives the number of
    /// citations before this; nothing where it is kept.
    pub(crate) fn go_on(
        &mut self,
        index: usize,
        arguments: Option<&str>,
        cites: bool,
        incoming: &Incoming<'_>,
    ) -> Result<Option<usize>, DialectError> {
        match (self.list.get_mut(&index), arguments) {
            (Some(Block::Call(call)), Some(piece)) => {
                call.json.push_str(piece);
                within_cap(call.start.len().saturating_add(call.json.len())).map(|()| None)
            }
            (Some(Block::Open { citations, signed }), None) if !(*signed && incoming.sheet.says_sealed()) => {
                let before = *citations;
                *citations += usize::from(cites);
                Ok(Some(before))
            }
            (Some(Block::Call(_) | Block::Closed | Block::Open { .. }) | None, _) => Err(self.stray(index)),
        }
    }

    /// Ends what a signature covers where one comes, so that the text goes out before it or neither does. The formats
    /// have the signature as the last that is said of a block.
    pub(crate) fn sign(
        &mut self,
        index: usize,
        signature: Option<Cow<'_, str>>,
        windows: &mut Windows,
        incoming: &mut Incoming<'_>,
    ) {
        let signature = signature.filter(|signature| !signature.is_empty());
        if let (Some(Block::Open { signed, .. }), Some(_)) = (self.list.get_mut(&index), signature) {
            *signed = true;
            incoming.event.closes.extend(windows.close_sealed(index));
        }
    }

    /// Ends a block, also one that never began; gives the call that it was.
    pub(crate) fn close(&mut self, index: usize) -> Result<Option<Call>, DialectError> {
        match self.list.insert(index, Block::Closed) {
            Some(Block::Call(call)) => Ok(Some(call)),
            Some(Block::Open { .. }) | None => Ok(None),
            Some(Block::Closed) => Err(self.stray(index)),
        }
    }

    /// Checks that no call is left that was not complete.
    pub(crate) fn no_call_is_left(&self) -> Result<(), DialectError> {
        let call = self.list.iter().find(|(_, block)| matches!(block, Block::Call(_)));
        call.map_or(Ok(()), |(index, _)| Err(self.stray(*index)))
    }
}
