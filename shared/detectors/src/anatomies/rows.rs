//! The rows of `anatomies.txt`, read: when this program is built, and by the tests.
//!
//! After a head of comments there comes, for each detector, its id in brackets and a row for each shape, in columns apart by
//! tabs: name, fingerprint of its expression, length, and what a match must contain; behind [`ALSO`], what besides. Of
//! literals, where they stand comes first; those called `apart` begin where a word does.

use std::borrow::Cow;

/// Stands before literals that a match holds besides. No literal is written so.
pub(crate) const ALSO: &str = "\t\\also\t";

/// Stands for no bound.
pub(crate) const UNBOUNDED: &str = "*";

/// The least number of bytes, the most in ASCII, and the most in any text; `u32::MAX` stands for no bound.
pub(crate) type Bounds = [u32; 3];

/// What is written down of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row<'f> {
    pub(crate) fingerprint: u64,
    pub(crate) length: Bounds,
    pub(crate) need: Needed<'f>,
    pub(crate) also: Option<AnyOf<'f>>,
}

/// What a match must contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needed<'f> {
    /// So many bytes of a class, and so many digits.
    Bytes {
        count: u32,
        digits: u32,
        class: [u64; 4],
    },
    /// It begins with a byte of a class.
    First([u64; 4]),
    Literals(AnyOf<'f>),
    Nothing,
}

/// Literals of which a match holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnyOf<'f> {
    pub(crate) any: Vec<Cow<'f, [u8]>>,
    pub(crate) before: Bounds,
    pub(crate) apart: bool,
}

/// The rows of each detector, by its id. One that cannot be read is left out.
pub(crate) fn sections(file: &str) -> Vec<(&str, Vec<Row<'_>>)> {
    let mut sections: Vec<(&str, Vec<Row<'_>>)> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(id) => sections.push((id, Vec::new())),
            None => {
                if let Some((_, rows)) = sections.last_mut() {
                    rows.extend(line.split_once('\t').and_then(|(_, row)| read(row)));
                }
            }
        }
    }
    sections
}

fn read(row: &str) -> Option<Row<'_>> {
    let (fingerprint, row) = row.split_once('\t')?;
    let fingerprint = u64::from_str_radix(fingerprint, 16).ok()?;
    let (row, also) = row.split_once(ALSO).map_or((row, None), |(row, also)| (row, Some(also)));
    let (length, row) = row.split_once('\t')?;
    let need = match row.split_once('\t') {
        Some(("bytes", class)) => {
            let (count, class) = class.split_once('\t')?;
            let (digits, class) = class.split_once('\t')?;
            Needed::Bytes {
                count: count.parse().ok()?,
                digits: digits.parse().ok()?,
                class: read_class(class)?,
            }
        }
        Some(("first", class)) => Needed::First(read_class(class)?),
        Some(_) => Needed::Literals(read_literals(row)?),
        None => (row == "nothing").then_some(Needed::Nothing)?,
    };
    let also = match also {
        Some(also) => Some(read_literals(also)?),
        None => None,
    };
    Some(Row { fingerprint, length: read_length(length)?, need, also })
}

/// Of four numbers, base 16, apart by spaces.
fn read_class(column: &str) -> Option<[u64; 4]> {
    let words: Option<Vec<u64>> = column.split(' ').map(|word| u64::from_str_radix(word, 16).ok()).collect();
    words?.try_into().ok()
}

fn read_literals(columns: &str) -> Option<AnyOf<'_>> {
    let mut columns = columns.split('\t');
    let apart = match columns.next()? {
        "apart" => true,
        "literals" => false,
        _ => return None,
    };
    let before = read_length(columns.next()?)?;
    let any: Vec<_> = columns.map(read_literal).collect::<Option<_>>()?;
    (!any.is_empty()).then_some(AnyOf { any, before, apart })
}

fn read_length(column: &str) -> Option<Bounds> {
    let bound = |bound: &str| match bound {
        UNBOUNDED => Some(u32::MAX),
        bound => bound.parse().ok(),
    };
    column.split(' ').map(bound).collect::<Option<Vec<_>>>()?.try_into().ok()
}

pub(crate) fn read_literal(column: &str) -> Option<Cow<'_, [u8]>> {
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
