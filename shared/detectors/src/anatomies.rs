//! What is known of the detectors' shapes, written down in `anatomies.txt`: to take them apart anew would be most
//! of what a process does before it can answer. A shape that is not there, or is not the one that was written
//! down, is taken apart when it is needed; so the file decides how soon, never what, a scanner finds.
//!
//! The file is made, not written; its head says how. A test compares it with what taking apart gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;

use crate::byte_class::ByteClass;
use crate::detector::Shape;
use crate::literals::{Anatomy, Length, Literals, Need};

/// A head of comments; then for each detector its id in brackets and a row for each shape, in columns apart by
/// tabs: name, [`fingerprint`], length, and what a match must contain, and behind [`ALSO`] what besides. Of literals,
/// where they stand comes first; those called `apart` begin where a word does.
static WRITTEN: &str = include_str!("anatomies.txt");

/// Stands before literals that a match holds besides. No literal is written so.
const ALSO: &str = "\t\\also\t";

/// Stands for no bound.
const UNBOUNDED: &str = "*";

/// The rows of one detector.
pub(crate) struct Written {
    /// What stands behind the name of a shape, by the name.
    rows: BTreeMap<&'static str, &'static str>,
}

impl Written {
    /// The rows of the detector with this id.
    pub(crate) fn of(id: &str) -> Self {
        Self::within(WRITTEN, id)
    }

    fn within(written: &'static str, id: &str) -> Self {
        let title = format!("\n[{id}]\n");
        let start = memmem::find(written.as_bytes(), title.as_bytes()).map(|at| at + title.len());
        let section = start.and_then(|start| written.get(start..)).unwrap_or_default();
        let rows = section.lines().take_while(|row| !row.starts_with(['[', '#']));
        Self { rows: rows.filter_map(|row| row.split_once('\t')).collect() }
    }

    /// What is known of a shape; nothing, where its row is missing, of another expression, or not to be read.
    pub(crate) fn anatomy(&self, shape: &Shape) -> Option<Anatomy> {
        let (fingerprinted, row) = self.rows.get(shape.name)?.split_once('\t')?;
        let known = u64::from_str_radix(fingerprinted, 16).ok()? == fingerprint(shape.regex);
        known.then(|| read(row)).flatten()
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

fn read(row: &'static str) -> Option<Anatomy> {
    let (row, also) = row.split_once(ALSO).map_or((row, None), |(row, also)| (row, Some(also)));
    let (length, row) = row.split_once('\t')?;
    let need = match row.split_once('\t') {
        Some(("bytes", class)) => {
            let (count, class) = class.split_once('\t')?;
            Need::Bytes { count: count.parse().ok()?, class: ByteClass::from_hex(class)? }
        }
        Some(("first", class)) => Need::First(ByteClass::from_hex(class)?),
        Some(_) => Need::Literals(read_literals(row)?),
        None => (row == "nothing").then_some(Need::Nothing)?,
    };
    let also = match also {
        Some(also) => Some(read_literals(also)?),
        None => None,
    };
    Some(Anatomy { need, also, length: read_length(length)? })
}

fn read_literals(columns: &'static str) -> Option<Literals> {
    let mut columns = columns.split('\t');
    let apart = match columns.next()? {
        "apart" => true,
        "literals" => false,
        _ => return None,
    };
    let before = read_length(columns.next()?)?;
    let any: Vec<_> = columns.map(read_literal).collect::<Option<_>>()?;
    (!any.is_empty()).then_some(Literals { any, before, apart })
}

fn read_length(column: &str) -> Option<Length> {
    let mut bounds = column.split(' ').map(|bound| match bound {
        UNBOUNDED => Some(usize::MAX),
        bound => bound.parse().ok(),
    });
    Some(Length { min: bounds.next()??, ascii: bounds.next()??, unicode: bounds.next()?? })
}

/// Nearly every literal stands in the file as it is, and is not copied.
fn read_literal(column: &'static str) -> Option<Cow<'static, [u8]>> {
    if column.is_empty() {
        return None;
    }
    let mut pieces = column.split('\\');
    let first = pieces.next()?;
    if first.len() == column.len() {
        return Some(Cow::Borrowed(column.as_bytes()));
    }
    let mut literal = first.to_owned();
    for piece in pieces {
        let (number, rest) = piece.strip_prefix("u{")?.split_once('}')?;
        literal.push(char::from_u32(u32::from_str_radix(number, 16).ok()?)?);
        literal.push_str(rest);
    }
    Some(Cow::Owned(literal.into_bytes()))
}

#[cfg(test)]
mod tests;
