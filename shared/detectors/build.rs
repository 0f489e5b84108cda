//! Makes tables of `src/anatomies.txt`, for `src/anatomies.rs`, which says what they are for, and one of the characters that
//! look like letters of ASCII, for `src/views/folded.rs`. They hang on that file, the modules below and Unicode alone, and
//! are the same wherever they are made.

#[path = "src/literal_finder/fingerprint.rs"]
mod fingerprint;
#[path = "src/literal_finder/layout.rs"]
#[expect(dead_code, reason = "some of it is for whoever looks through texts")]
mod layout;
#[path = "src/prose.rs"]
#[expect(dead_code, reason = "fingerprints are chosen by a part of what is known of prose")]
mod prose;
#[path = "src/anatomies/rows.rs"]
mod rows;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use fingerprint::{Sought, TABLES, TRIOS, widths};
use layout::Lists;
use rows::{AnyOf, Bounds, Needed, Row};
use unicode_security::skeleton;

/// What a row says of a need, as a number.
const NOTHING: u32 = 0;
const APART: u32 = 1;
const BYTES: u32 = 2;
const FIRST: u32 = 3;
const LITERALS: u32 = 4;

#[expect(clippy::disallowed_methods, reason = "a build reads its source, and writes what it makes of it")]
fn main() -> Result<(), Box<dyn Error>> {
    let sources = [
        "anatomies.txt",
        "anatomies/rows.rs",
        "literal_finder/fingerprint.rs",
        "literal_finder/layout.rs",
        "prose.rs",
    ];
    for source in sources {
        writeln!(std::io::stdout(), "cargo::rerun-if-changed=src/{source}")?;
    }
    let file = std::fs::read_to_string("src/anatomies.txt")?;
    let folder = std::env::var("OUT_DIR")?;
    let folder = Path::new(&folder);
    let Tables { code, shapes, lists } = Tables::of(&rows::sections(&file))?;
    std::fs::write(folder.join("anatomies.rs"), code)?;
    std::fs::write(folder.join("shapes.bin"), shapes)?;
    std::fs::write(folder.join("filters.bin"), filters(&lists).as_flattened())?;
    std::fs::write(folder.join("looks.bin"), looks(&lists))?;
    std::fs::write(folder.join("buckets.bin"), lists.buckets.as_flattened())?;
    std::fs::write(folder.join("entries.bin"), lists.entries.as_flattened())?;
    std::fs::write(folder.join("owners.bin"), lists.owners.as_flattened())?;
    std::fs::write(folder.join("texts.bin"), lists.texts)?;
    std::fs::write(folder.join("look_alikes.bin"), look_alikes())?;
    Ok(())
}

struct Tables {
    code: String,
    shapes: Vec<u8>,
    lists: Lists,
}

impl Tables {
    fn of(sections: &[(&str, Vec<Row<'_>>)]) -> Result<Self, Box<dyn Error>> {
        let mut shapes = Vec::new();
        let mut classes = Vec::new();
        let mut sought = Vec::new();
        let mut asked = 0;
        let rows = || sections.iter().flat_map(|(_, rows)| rows);
        for (nth, row) in (0..).zip(rows()) {
            let columns = columns(row, &mut classes);
            shapes.extend(columns.iter().flat_map(|column| column.to_le_bytes()));
            let first = if let Needed::Literals(first) = &row.need { Some(first) } else { None };
            for (which, any) in (0..).zip([first, row.also.as_ref()]) {
                asked += usize::from(any.is_some());
                sought.extend(any.into_iter().flat_map(|any| all(any, 2 * nth + which)));
            }
        }
        let lists = Lists::of(&sought);
        if [lists.texts.len(), lists.owners.len()]
            .into_iter()
            .any(|number| layout::number(layout::short(number)) != number)
        {
            return Err("too many literals".into());
        }
        let code = code(sections, &classes, lists.bits, asked);
        Ok(Self { code, shapes, lists })
    }
}

/// The filters of all tables, in order.
fn filters(lists: &Lists) -> Vec<layout::Word> {
    let filter = |(table, (words, (_, width))): (usize, (usize, (_, usize)))| {
        let mut filter = vec![[0; 8]; words];
        for literal in lists.of_table(table).filter_map(|number| lists.literal(number)) {
            layout::note(&mut filter, lists.hash(literal, width));
        }
        filter
    };
    layout::words_of_filters(lists.bits).into_iter().zip(widths()).enumerate().flat_map(filter).collect()
}

/// For each three bytes, the tables, as bits, of which a fingerprint begins with such.
fn looks(lists: &Lists) -> Vec<u8> {
    let mut looks = vec![0; TRIOS];
    for table in 0..TABLES {
        for literal in lists.of_table(table).filter_map(|number| lists.literal(number)) {
            layout::note_looks(&mut looks, lists.print(literal), table);
        }
    }
    looks
}

fn all<'l>(literals: &'l AnyOf<'_>, owner: u32) -> impl Iterator<Item = Sought<'l>> {
    literals.any.iter().map(move |literal| Sought { literal, owner, apart: literals.apart })
}

/// What is known of a shape besides its literals: as `read` in `src/anatomies.rs` reads it.
fn columns(row: &Row<'_>, classes: &mut Vec<[u64; 4]>) -> [u32; 16] {
    let mut class_number = |class: &[u64; 4]| {
        let known = classes.iter().position(|known| known == class);
        let number = known.unwrap_or_else(|| {
            classes.push(*class);
            classes.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    let any_of = |any: &AnyOf<'_>| (if any.apart { APART } else { LITERALS }, any.before);
    let (kind, of_class, before): (u32, [u32; 3], Bounds) = match &row.need {
        Needed::Bytes { count, digits, class } => (BYTES, [*count, *digits, class_number(class)], [0; 3]),
        Needed::First(class) => (FIRST, [0, 0, class_number(class)], [0; 3]),
        Needed::Literals(any) => (any_of(any).0, [0; 3], any.before),
        Needed::Nothing => (NOTHING, [0; 3], [0; 3]),
    };
    let (also, also_before) = row.also.as_ref().map_or((NOTHING, [0; 3]), any_of);
    let fingerprint = [row.fingerprint as u32, (row.fingerprint >> 32) as u32];
    let [low, high] = fingerprint;
    let ([min, ascii, unicode], [count, digits, class]) = (row.length, of_class);
    let ([least, most, most_of_any], [also_least, also_most, also_most_of_any]) = (before, also_before);
    [
        low,
        high,
        min,
        ascii,
        unicode,
        kind,
        count,
        digits,
        class,
        least,
        most,
        most_of_any,
        also,
        also_least,
        also_most,
        also_most_of_any,
    ]
}

/// What is short enough to be written as source.
fn code(
    sections: &[(&str, Vec<Row<'_>>)],
    classes: &[[u64; 4]],
    bits: [u32; TABLES],
    asked: usize,
) -> String {
    let mut first = 0;
    let sections: Vec<_> = sections
        .iter()
        .map(|(id, rows)| {
            let section = (id, first, first + rows.len());
            first += rows.len();
            section
        })
        .collect();
    format!(
        "/// Each detector's id, its first row, and the one after its last.
pub(super) static SECTIONS: &[(&str, usize, usize)] = &{sections:?};
pub(super) static CLASSES: &[[u64; 4]] = &{classes:?};
/// The sizes of the filters, in powers of two.
pub(super) const BITS: [u32; {TABLES}] = {bits:?};
/// How many sets of literals the shapes have.
pub(super) const ASKED: usize = {asked};
pub(super) const NOTHING: u32 = {NOTHING};
pub(super) const APART: u32 = {APART};
pub(super) const BYTES: u32 = {BYTES};
pub(super) const FIRST: u32 = {FIRST};
pub(super) const LITERALS: u32 = {LITERALS};
"
    )
}

/// The characters outside ASCII that look like a letter or digit of it: four bytes each, the lowest the letter, in order.
/// The whole table of what looks like what is many times larger, and full of addresses that every process would set.
fn look_alikes() -> Vec<u8> {
    let row = |character: char| Some(u32::from(character) << 8 | u32::from(look_alike(character)?));
    // No characters are assigned beyond these planes but such as show nothing.
    ('\u{80}'..'\u{40000}').filter_map(row).flat_map(u32::to_le_bytes).collect()
}

fn look_alike(character: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut prototype = skeleton(character.encode_utf8(&mut buffer));
    // The table has I, l and 1 stand for each other as l, and m as rn.
    match (prototype.next()?, prototype.next()) {
        ('l', None) if character.is_uppercase() => Some('I'),
        (letter, None) if letter.is_ascii_alphanumeric() => Some(letter),
        ('r', Some('n')) => Some('m'),
        _ => None,
    }
}
