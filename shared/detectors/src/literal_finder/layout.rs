//! How literals lie in lists, by their hashes: as bytes alone, so that those of the detectors' shapes are put there when this
//! program is built, and are looked up where they stand in it; those of a policy are put into such lists when its
//! scanner is made.

use std::borrow::Cow;
use std::ops::Range;

use super::fingerprint::{FIRST_LOOK, KEY, Placed, Sought, TABLES, each_trio, hash, key, placed, widths};

/// How many bits of a filter there are for each literal, at least.
const BITS_PER_LITERAL: usize = 32;
/// The smallest filter, in powers of two.
pub(crate) const MIN_BITS: u32 = 14;
/// The largest filter: one megabyte.
const MAX_BITS: u32 = 23;
/// How many bits of a filter lead to the same list of literals, in powers of two.
const BITS_PER_BUCKET: u32 = 6;
/// How many bytes of a literal tell whether it is worth a closer look.
const TOLD: usize = 2;

/// Three bytes for a number: there are not so many literals, nor bytes of them.
pub(crate) type Short = [u8; 3];
/// Where the entries of a bucket end: four bytes, since it is asked often.
pub(crate) type Edge = [u8; 4];
/// Eight bytes of a filter.
pub(crate) type Word = [u8; 8];

/// A literal: two bytes of it by which most texts can be told from it, and where they stand in what follows its fingerprint
/// ([`behind`]), in bits; how many of its bytes stand before its fingerprint, and how many it has; three bytes say
/// where it stands among the bytes of all, and three where its owners end.
pub(crate) type Entry = [u8; 11];

/// Literals by their tables and hashes, and who looks for each. They are numbered in this order.
#[derive(Debug)]
pub(crate) struct Lists {
    /// For each table, the size of its filter in powers of two.
    pub(crate) bits: [u32; TABLES],
    pub(crate) parts: [Part; TABLES],
    /// For each table and each bucket, where its entries end; before those of a table, where its first begins.
    pub(crate) buckets: Cow<'static, [Edge]>,
    pub(crate) entries: Cow<'static, [Entry]>,
    pub(crate) owners: Cow<'static, [Short]>,
    pub(crate) texts: Cow<'static, [u8]>,
}

/// Where the buckets of a table begin, and how many bits of a hash say nothing of which one it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    first: usize,
    shift: u32,
}

impl Lists {
    /// Of literals that have two bytes or more.
    pub(crate) fn of(sought: &[Sought<'_>]) -> Self {
        let mut lists = Making::default();
        let mut bits = [MIN_BITS; TABLES];
        for ((bits, placed), (_, width)) in bits.iter_mut().zip(placed(sought)).zip(widths()) {
            *bits = bits_for(placed.len());
            lists.add((*bits, width), &placed);
        }
        let Making { buckets, entries, owners, texts } = lists;
        let (buckets, entries) = (buckets.into(), entries.into());
        Self { bits, parts: parts(bits), buckets, entries, owners: owners.into(), texts: texts.into() }
    }

    /// How many literals there are.
    pub(crate) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The numbers of the literals whose fingerprints may have a hash.
    #[inline]
    pub(crate) fn numbers(&self, table: usize, hash: u32) -> Range<usize> {
        let Some(Part { first, shift }) = self.parts.get(table).copied() else { return 0..0 };
        let bucket = first.wrapping_add(hash.wrapping_shr(shift) as usize);
        match self.buckets.get(bucket..).and_then(|rest| rest.first_chunk()) {
            Some([begin, end]) => u32::from_le_bytes(*begin) as usize..u32::from_le_bytes(*end) as usize,
            None => 0..0,
        }
    }

    /// The numbers of all literals of a table.
    pub(crate) fn of_table(&self, table: usize) -> Range<usize> {
        self.numbers(table, 0).start..self.numbers(table, u32::MAX).end
    }

    /// A literal by its number.
    pub(crate) fn literal(&self, number: usize) -> Option<Listed> {
        self.entries.get(number).map(|entry| Listed::of(*entry))
    }

    /// The bytes of a literal.
    pub(crate) fn text(&self, literal: Listed) -> &[u8] {
        self.texts.get(literal.start..literal.start.wrapping_add(literal.length)).unwrap_or_default()
    }

    /// So many bytes from its first on, of it and of those behind it; nothing, where there are fewer.
    #[inline(always)]
    pub(crate) fn chunk<const BYTES: usize>(&self, literal: Listed) -> Option<&[u8; BYTES]> {
        self.texts.get(literal.start..).and_then(|rest| rest.first_chunk())
    }

    /// Its bytes from its fingerprint on.
    pub(crate) fn print(&self, literal: Listed) -> &[u8] {
        self.text(literal).get(literal.offset..).unwrap_or_default()
    }

    /// The hash of its fingerprint, of so many bytes.
    pub(crate) fn hash(&self, literal: Listed, width: usize) -> u32 {
        hash(key(self.print(literal)), width)
    }

    /// Who looks for a literal.
    pub(crate) fn owners(&self, number: usize) -> &[Short] {
        let end = |number: usize| self.literal(number).map(|literal| literal.end);
        let first = number.checked_sub(1).and_then(end).unwrap_or_default();
        end(number).and_then(|end| self.owners.get(first..end)).unwrap_or_default()
    }
}

/// What stands in a text behind a fingerprint of so many bytes that begins at a place, and its last two bytes: as a key.
#[inline(always)]
pub(crate) fn behind(text: &[u8], at: usize, width: usize) -> u64 {
    key(text.get(at.wrapping_add(width).wrapping_sub(TOLD)..).unwrap_or_default())
}

/// Whether a literal may stand where this is behind its fingerprint.
#[inline(always)]
fn may_be([low, high, from, ..]: &Entry, behind: u64) -> bool {
    behind.wrapping_shr(u32::from(*from)) as u16 == u16::from_le_bytes([*low, *high])
}

/// How many literals are looked at together.
pub(crate) const TOGETHER: usize = 4;

/// Which of the literals from one on may stand there.
#[inline(always)]
pub(crate) fn which_may_be(entries: &[Entry], from: usize, behind: u64) -> [bool; TOGETHER] {
    let rest = entries.get(from..).unwrap_or_default();
    match rest.first_chunk::<TOGETHER>() {
        Some(several) => several.each_ref().map(|entry| may_be(entry, behind)),
        None => std::array::from_fn(|nth| rest.get(nth).is_some_and(|entry| may_be(entry, behind))),
    }
}

/// A literal in a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed {
    start: usize,
    /// Where its owners end.
    end: usize,
    pub(crate) length: usize,
    /// How many bytes of it stand before its fingerprint.
    pub(crate) offset: usize,
}

impl Listed {
    pub(crate) fn of(entry: Entry) -> Self {
        let [_, _, _, offset, length, s0, s1, s2, e0, e1, e2] = entry;
        Self {
            start: number([s0, s1, s2]),
            end: number([e0, e1, e2]),
            length: usize::from(length),
            offset: usize::from(offset),
        }
    }
}

/// Lists that are being made.
#[derive(Default)]
struct Making {
    buckets: Vec<Edge>,
    entries: Vec<Entry>,
    owners: Vec<Short>,
    texts: Vec<u8>,
}

impl Making {
    /// Adds a table, of literals in the order of [`Placed::order`].
    fn add(&mut self, (bits, width): (u32, usize), placed: &[Placed<'_>]) {
        let mut ends = vec![self.entries.len(); (1 << (bits - BITS_PER_BUCKET)) + 1];
        let mut last = None;
        for placed in placed {
            self.owners.push(short(placed.owner as usize));
            let same = last.replace((placed.hash, placed.literal)) == Some((placed.hash, placed.literal));
            if same {
                self.entries.pop();
            } else {
                self.texts.extend_from_slice(kept(placed.literal));
            }
            self.entries.push(self.entry(placed, width));
            if let Some(end) = ends.get_mut((placed.hash >> (32 - bits) >> BITS_PER_BUCKET) as usize + 1) {
                *end = self.entries.len();
            }
        }
        let mut most = 0;
        self.buckets.extend(ends.into_iter().map(|end| {
            most = end.max(most);
            u32::try_from(most).unwrap_or(u32::MAX).to_le_bytes()
        }));
    }

    /// For the literal whose text and owner were added last.
    fn entry(&self, placed: &Placed<'_>, width: usize) -> Entry {
        let literal = kept(placed.literal);
        let [s0, s1, s2] = short(self.texts.len() - literal.len());
        let [e0, e1, e2] = short(self.owners.len());
        let byte = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        let (from, [low, high]) = told(literal, placed.offset + width);
        [low, high, from, byte(placed.offset), byte(literal.len()), s0, s1, s2, e0, e1, e2]
    }
}

/// Two bytes of a literal, its last ones if it ends soon enough behind its fingerprint, and where [`behind`] has them.
fn told(literal: &[u8], end_of_print: usize) -> (u8, [u8; TOLD]) {
    let begin = end_of_print.saturating_sub(TOLD);
    let from = literal.len().saturating_sub(TOLD + begin).min(KEY - TOLD);
    let [low, high, ..] = key(literal.get(begin + from..).unwrap_or_default()).to_le_bytes();
    (u8::try_from(8 * from).unwrap_or_default(), [low, high])
}

/// Literals are short: of one that is not, the beginning is looked for.
fn kept(literal: &[u8]) -> &[u8] {
    literal.get(..usize::from(u8::MAX)).unwrap_or(literal)
}

fn bits_for(literals: usize) -> u32 {
    literals.saturating_mul(BITS_PER_LITERAL).next_power_of_two().ilog2().clamp(MIN_BITS, MAX_BITS)
}

/// Where the buckets of each table lie: each has one more than lists, for where the first begins.
pub(crate) fn parts(bits: [u32; TABLES]) -> [Part; TABLES] {
    let mut next = 0;
    bits.map(|bits| {
        let bits = bits - BITS_PER_BUCKET;
        let first = next;
        next += (1 << bits) + 1;
        Part { first, shift: u32::BITS - bits }
    })
}

/// How many words the filter of each table has. The first look is enough for the shortest fingerprints.
pub(crate) fn words_of_filters(bits: [u32; TABLES]) -> [usize; TABLES] {
    let mut widths = widths();
    bits.map(|bits| match widths.next() {
        Some((_, width)) if width > FIRST_LOOK => 1 << (bits - 6),
        Some(_) | None => 0,
    })
}

/// Notes in a filter that there is a fingerprint with a hash. The lists go by its other end.
pub(crate) fn note(filter: &mut [Word], hash: u32) {
    let words = filter.len().max(1);
    if let Some(word) = filter.get_mut((hash >> 6) as usize % words) {
        *word = (u64::from_le_bytes(*word) | 1 << (hash & 63)).to_le_bytes();
    }
}

/// Notes for each three bytes with which a fingerprint of a table may begin that it does.
pub(crate) fn note_looks(looks: &mut [u8], print: &[u8], table: usize) {
    each_trio(print, |trio| {
        if let Some(look) = looks.get_mut(trio) {
            *look |= 1 << table;
        }
    });
}

/// As a number of three bytes: the lists are made from expressions, which are far shorter.
pub(crate) fn short(number: usize) -> Short {
    let [low, middle, high, ..] = number.min(0xff_ffff).to_le_bytes();
    [low, middle, high]
}

pub(crate) fn number([low, middle, high]: Short) -> usize {
    usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16
}
