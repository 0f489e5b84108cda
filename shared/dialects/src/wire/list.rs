//! A JSON list that is streamed: `[{…},\r\n{…}]`, one object for each event. Bytes, cut anywhere, become events;
//! every byte is looked at once. What the objects say is not looked at here, but for where each ends.

use std::mem;

use super::{EventKind, MAX_EVENT, Wire, WireEvent};
use crate::error::DialectError;

/// The type of its content.
pub(crate) const JSON: &str = "application/json";

/// A list of objects.
#[derive(Debug, Default)]
pub(crate) struct List {
    place: Place,
    /// The object that has not ended.
    object: Vec<u8>,
    /// How many lists and objects are open in it.
    depth: usize,
    /// Where in a string it stands.
    string: Quoted,
    /// How many bytes came before those that are looked at.
    before: usize,
    written: Written,
}

/// Where in the list reading stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before the list.
    #[default]
    Before,
    /// After a comma.
    Comma,
    /// In an object.
    Inside,
    /// After its opening bracket.
    Opened,
    /// After the list.
    Over,
    /// After an object.
    Whole,
}

/// Whether a byte stands in a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quoted {
    /// After a backslash in one.
    Escaped,
    #[default]
    No,
    Yes,
}

/// How far the list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Written {
    Ended,
    #[default]
    Nothing,
    Objects,
}

impl Wire for List {
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            if self.place == Place::Inside {
                let (inside, after) = rest.split_at_checked(self.inside(rest)).unwrap_or_default();
                self.push(inside)?;
                self.before = self.before.saturating_add(inside.len());
                rest = after;
                if self.depth == 0 {
                    events.push(self.whole()?);
                }
            } else {
                self.place = self.between(*first)?;
                // An object begins with its own bracket.
                if self.place != Place::Inside {
                    self.before = self.before.saturating_add(1);
                    rest = after;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        if self.place == Place::Over { Ok(()) } else { Err(DialectError::CutShort) }
    }

    /// What is written after the end stands in place of an end that did not go out.
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        let ends = event.kind == EventKind::End;
        let before: &[u8] = match self.written {
            Written::Nothing => b"[",
            Written::Objects if ends => b"",
            Written::Ended | Written::Objects => b",\r\n",
        };
        if !ends {
            out.extend_from_slice(before);
            out.extend_from_slice(event.data.as_bytes());
            self.written = Written::Objects;
        } else if self.written != Written::Ended {
            out.extend_from_slice(before);
            out.push(b']');
            self.written = Written::Ended;
        }
    }

    fn keep_alive(&self) -> &'static [u8] {
        b"\n"
    }
}

impl List {
    /// Where a byte between objects leads.
    fn between(&self, byte: u8) -> Result<Place, DialectError> {
        let expected = |expected| Err(DialectError::Malformed { at: self.before, expected });
        match (self.place, byte) {
            (place, b' ' | b'\t' | b'\n' | b'\r') => Ok(place),
            (Place::Before, b'[') => Ok(Place::Opened),
            (Place::Comma | Place::Opened, b'{') => Ok(Place::Inside),
            (Place::Opened | Place::Whole, b']') => Ok(Place::Over),
            (Place::Whole, b',') => Ok(Place::Comma),
            (Place::Before, _) => expected("`[`"),
            (Place::Comma, _) => expected("an object"),
            (Place::Opened, _) => expected("an object or `]`"),
            (Place::Inside | Place::Whole, _) => expected("`,` or `]`"),
            (Place::Over, _) => Err(DialectError::AfterEnd),
        }
    }

    /// How many of these bytes belong to the object.
    fn inside(&mut self, bytes: &[u8]) -> usize {
        for (index, byte) in bytes.iter().enumerate() {
            self.string = match (self.string, byte) {
                (Quoted::Yes, b'\\') => Quoted::Escaped,
                (Quoted::Yes, b'"') => Quoted::No,
                (Quoted::Escaped | Quoted::Yes, _) => Quoted::Yes,
                (Quoted::No, b'"') => Quoted::Yes,
                (Quoted::No, b'{' | b'[') => {
                    self.depth = self.depth.saturating_add(1);
                    Quoted::No
                }
                (Quoted::No, b'}' | b']') => {
                    self.depth = self.depth.saturating_sub(1);
                    Quoted::No
                }
                (Quoted::No, _) => Quoted::No,
            };
            if self.depth == 0 {
                return index.saturating_add(1);
            }
        }
        bytes.len()
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), DialectError> {
        if self.object.len().saturating_add(bytes.len()) > MAX_EVENT {
            return Err(DialectError::TooLong { what: "an event", limit: MAX_EVENT });
        }
        self.object.extend_from_slice(bytes);
        Ok(())
    }

    /// The object that has ended.
    fn whole(&mut self) -> Result<WireEvent, DialectError> {
        self.place = Place::Whole;
        let object = mem::take(&mut self.object);
        let start = self.before.saturating_sub(object.len());
        let data = String::from_utf8(object).map_err(|fault| DialectError::NotUtf8 {
            at: start.saturating_add(fault.utf8_error().valid_up_to()),
        })?;
        Ok(WireEvent::new("", data))
    }
}

#[cfg(test)]
mod tests;
