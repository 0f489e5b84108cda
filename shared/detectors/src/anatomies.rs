//! What is known of the detectors' shapes, written down in `anatomies.txt`: to take them apart anew would be most
//! of what a process does before it can answer. A shape that is not there, or is not the one that was written
//! down, is taken apart when it is needed; so the file decides how soon, never what, a scanner finds.
//!
//! The file is made, not written; its head says how. A test compares it with what taking apart gives. When this program
//! is built, `build.rs` makes tables of it that a process has as soon as it starts: for each shape a row of numbers, and
//! all literals in the order in which the tables of [`crate::literal_finder`] take them, each with its fingerprint.

use crate::byte_class::ByteClass;
use crate::detector::Shape;
use crate::literal_finder::fingerprint::{KEY, Placed, hash, key};
use crate::literals::{Anatomy, Length, Literals, Need};

#[cfg(test)]
mod rows;

/// The sections, the classes, and how many literals come before the end of each table, as `build.rs` has made them.
mod tables {
    include!(concat!(env!("OUT_DIR"), "/anatomies.rs"));
}

/// A row for each shape.
static SHAPES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/shapes.bin"));
/// A row for each literal and each shape that asks for it.
static LITERALS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/literals.bin"));
/// The bytes of all literals.
static TEXTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/texts.bin"));

/// How many numbers of 32 bits are known of a shape.
const COLUMNS: usize = 16;

/// The rows of one detector.
pub(crate) struct Written {
    rows: &'static [[u8; 4 * COLUMNS]],
    /// The number of the first of them.
    first: usize,
}

impl Written {
    /// The rows of the detector with this id.
    pub(crate) fn of(id: &str) -> Self {
        let section = tables::SECTIONS.iter().find(|(known, ..)| *known == id);
        let (first, end) = section.map_or((0, 0), |(_, first, end)| (*first, *end));
        Self { rows: SHAPES.as_chunks().0.get(first..end).unwrap_or_default(), first }
    }

    /// What is known of a shape; nothing, where no row from the next one on is of its expression.
    pub(crate) fn next(&mut self, shape: &Shape) -> Option<Anatomy> {
        let wanted = fingerprint(shape.regex);
        let known = |row: &[u8; 4 * COLUMNS]| row.first_chunk().copied().map(u64::from_le_bytes);
        let nth = self.rows.iter().position(|row| known(row) == Some(wanted))?;
        let anatomy = self.rows.get(nth).and_then(|row| read(row, self.first + nth));
        self.rows = self.rows.get(nth + 1..).unwrap_or_default();
        self.first += nth + 1;
        anatomy
    }
}

/// Tells expressions apart: FNV-1a over words of eight bytes, since every start of a process reads all of them.
fn fingerprint(source: &str) -> u64 {
    let add = |hash: u64, word: u64| {
        let hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3);
        hash ^ hash >> 32
    };
    let (words, rest) = source.as_bytes().as_chunks::<8>();
    let hash = add(0xcbf2_9ce4_8422_2325, source.len() as u64);
    let hash = words.iter().fold(hash, |hash, word| add(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| add(hash, u64::from(*byte)))
}

/// Of its two columns for the fingerprint, three for the length, the kind of its need and three columns more for that,
/// three for where its literals stand, and four for those that it asks for besides.
fn read(row: &[u8; 4 * COLUMNS], nth: usize) -> Option<Anatomy> {
    let numbers = row.as_chunks().0.first_chunk::<COLUMNS>()?.map(u32::from_le_bytes);
    let [_, _, min, ascii, unicode, kind, count, digits, class, rest @ ..] = numbers;
    let [before_min, before_ascii, before_unicode, also, also_min, also_ascii, also_unicode] = rest;
    let class = || tables::CLASSES.get(class as usize).copied().map(ByteClass::of_bits);
    let need = match kind {
        tables::BYTES => Need::Bytes { class: class()?, count: count as usize, digits: digits as usize },
        tables::FIRST => Need::First(class()?),
        tables::NOTHING => Need::Nothing,
        _ => Need::Literals(literals(kind, [before_min, before_ascii, before_unicode])?),
    };
    let also = literals(also, [also_min, also_ascii, also_unicode]);
    Some(Anatomy { need, also, length: length([min, ascii, unicode]), row: Some(nth) })
}

fn literals(kind: u32, before: [u32; 3]) -> Option<Literals> {
    let apart = match kind {
        tables::APART => true,
        tables::LITERALS => false,
        _ => return None,
    };
    Some(Literals { any: Vec::new(), before: length(before), apart })
}

fn length(bounds: [u32; 3]) -> Length {
    let [min, ascii, unicode] =
        bounds.map(|bound| if bound == u32::MAX { usize::MAX } else { bound as usize });
    Length { min, ascii, unicode }
}

/// How many bytes there are for a literal: three say where it stands among the bytes of all, and one each its length, where
/// its fingerprint stands in it, and whether it is looked for besides; two more the row of the shape.
const LITERAL_BYTES: usize = 8;

/// The literals of the shapes that a scanner holds.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    /// For each row of a shape, who looks for what a match of it must contain, and who for what besides.
    owners: Vec<[Option<u32>; 2]>,
}

impl Prepared {
    /// The bytes of all literals.
    pub(crate) const TEXTS: &'static [u8] = TEXTS;

    /// Asks for the literals of a shape, by its row: `nth` says for the first or for those besides.
    pub(crate) fn ask(&mut self, row: usize, nth: usize, owner: u32) {
        if self.owners.is_empty() {
            self.owners = vec![[None; 2]; SHAPES.len() / (4 * COLUMNS)];
        }
        if let Some(slot) = self.owners.get_mut(row).and_then(|owners| owners.get_mut(nth)) {
            *slot = Some(owner);
        }
    }

    /// How many of them belong to a table.
    pub(crate) fn count(&self, table: usize) -> usize {
        self.rows(table).iter().filter_map(|row| self.owner(row)).count()
    }

    /// Those that belong to a table, in order, each with its place among the bytes of all.
    pub(crate) fn of_table<'l>(
        &self,
        table: usize,
        width: usize,
    ) -> impl Iterator<Item = (Placed<'l>, Option<u32>)> {
        self.rows(table).iter().filter_map(move |row| {
            let owner = self.owner(row)?;
            let [low, middle, high, length, offset, ..] = *row;
            let start = u32::from_le_bytes([low, middle, high, 0]);
            let text = TEXTS.get(start as usize..)?;
            let offset = usize::from(offset);
            let hash = hash(key(text.get(offset..)?) >> (8 * (KEY - width)));
            let literal = text.get(..usize::from(length))?;
            Some((Placed { hash, literal, owner, offset }, Some(start)))
        })
    }

    fn rows(&self, table: usize) -> &'static [[u8; LITERAL_BYTES]] {
        let end = |table: usize| tables::ENDS.get(table).copied().unwrap_or_default();
        let rows = table.checked_sub(1).map_or(0, end)..end(table);
        let all = if self.owners.is_empty() { &[] } else { LITERALS };
        all.as_chunks().0.get(rows).unwrap_or_default()
    }

    /// Who looks for a literal on behalf of a shape.
    fn owner(&self, row: &[u8; LITERAL_BYTES]) -> Option<u32> {
        let [_, _, _, _, _, nth, shape @ ..] = *row;
        let owners = self.owners.get(usize::from(u16::from_le_bytes(shape)))?;
        *owners.get(usize::from(nth))?
    }
}

#[cfg(test)]
mod tests;
