//! Where in each literal its fingerprint stands: the few bytes that tell it best from other text. For the literals of a
//! policy that is chosen when its scanner is made; for those of the detectors' shapes, when this program is built.

use crate::prose::rarity_of_bytes;

/// How many bytes the fingerprints of each table have: of those that begin where a word does, of those that a word begins
/// [`LEAD`] bytes into, and of those that stand anywhere. There rare bytes count for more than many.
pub(crate) const AT_WORDS: [usize; 4] = [2, 3, 4, 8];
pub(crate) const ACROSS: [usize; 1] = [6];
pub(crate) const ANYWHERE: [usize; 3] = [2, 3, 4];
/// How many tables there are, of all three kinds in this order: as many as a byte has bits.
pub(crate) const TABLES: usize = AT_WORDS.len() + ACROSS.len() + ANYWHERE.len();
/// How many bytes before the beginning of a word a fingerprint begins that lies across it.
pub(crate) const LEAD: usize = 4;
/// Shorter ones, where a word begins, say little: other literals than the shortest have theirs elsewhere.
const SHORT: usize = 4;
/// How many bytes of a text make a key, of which each table takes what it needs.
pub(crate) const KEY: usize = 8;
/// How many bytes the first look at a place is for. Of fingerprints that are no longer it says enough.
pub(crate) const FIRST_LOOK: usize = 3;
/// How many kinds of so many bytes are told apart.
pub(crate) const TRIOS: usize = 1 << (BITS_PER_BYTE * FIRST_LOOK);
/// Letters are told apart by so many bits, in both cases alike.
pub(crate) const BITS_PER_BYTE: usize = 5;
/// By how many bits of their hashes fingerprints are counted that several literals share, so that the counts stay near.
const SHARED_BITS: u32 = 16;

/// A literal, in lower case, and who looks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'l> {
    pub(crate) literal: &'l [u8],
    pub(crate) owner: u32,
    /// Whether it is wanted only where it begins where a word does, or with a byte of none.
    pub(crate) apart: bool,
}

/// A literal and where its fingerprint stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'l> {
    /// Of its fingerprint.
    pub(crate) hash: u32,
    pub(crate) literal: &'l [u8],
    pub(crate) owner: u32,
    /// How many bytes of the literal stand before its fingerprint.
    pub(crate) offset: usize,
}

impl Placed<'_> {
    /// In this order a table takes them.
    pub(crate) fn order(&self) -> (u32, &[u8], u32) {
        (self.hash, self.literal, self.owner)
    }
}

/// Chooses a table for each literal that has two bytes or more, and the place of its fingerprint. In the order in which
/// the tables take them.
pub(crate) fn placed<'l>(sought: &[Sought<'l>]) -> [Vec<Placed<'l>>; TABLES] {
    let mut of_tables = [const { Vec::new() }; TABLES];
    for sought in sought.iter().copied() {
        if let Some(of_table) = sought.table().and_then(|table| of_tables.get_mut(table)) {
            of_table.push(sought);
        }
    }
    let mut widths = widths();
    of_tables.map(|sought| {
        let mut placed =
            widths.next().map(|(place, width)| choose(width, place, &sought)).unwrap_or_default();
        placed.sort_unstable_by(|one, other| one.order().cmp(&other.order()));
        placed.dedup_by_key(|placed| (placed.literal, placed.owner));
        placed
    })
}

/// Where the fingerprints of each table may stand, and how many bytes they have.
pub(crate) fn widths() -> impl Iterator<Item = (Place, usize)> {
    let of = |place| move |width| (place, width);
    AT_WORDS
        .into_iter()
        .map(of(Place::Word))
        .chain(ACROSS.into_iter().map(of(Place::Across)))
        .chain(ANYWHERE.into_iter().map(of(Place::Anywhere)))
}

/// Where the fingerprints of a table may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Across the beginning of a word.
    Across,
    Anywhere,
    /// Where a word begins, as `WordStarts` has it.
    Word,
}

impl Sought<'_> {
    /// Whether a fingerprint of such a place may begin at an offset, wherever the literal is wanted.
    fn may_stand(&self, offset: usize, place: Place) -> bool {
        match place {
            Place::Across => self.begins_word(offset + LEAD),
            Place::Anywhere => true,
            Place::Word => self.begins_word(offset),
        }
    }

    fn begins_word(&self, offset: usize) -> bool {
        let byte = |at: usize| self.literal.get(at).copied().unwrap_or_default();
        let within =
            || offset.checked_sub(1).map_or(!self.apart, |before| byte(before).is_ascii_alphanumeric());
        byte(offset) >= 0xc0 || byte(offset).is_ascii_alphanumeric() && !within()
    }

    /// The widest of its fingerprints at such places: which one of the widths.
    fn widest(&self, place: Place, widths: &[usize]) -> Option<usize> {
        let first = (0..self.literal.len()).find(|offset| self.may_stand(*offset, place))?;
        widths.iter().rposition(|width| first + width <= self.literal.len())
    }

    /// The table that tells it best from other text.
    fn table(&self) -> Option<usize> {
        let word = self.widest(Place::Word, &AT_WORDS);
        let wide = |table: &usize, least: usize| AT_WORDS.get(*table).is_some_and(|wide| *wide >= least);
        let short = word.filter(|table| wide(table, SHORT.min(self.literal.len())));
        let across = || self.widest(Place::Across, &ACROSS).map(|table| AT_WORDS.len() + table);
        let anywhere = || self.widest(Place::Anywhere, &ANYWHERE);
        word.filter(|table| wide(table, KEY))
            .or_else(across)
            .or(short)
            .or_else(|| anywhere().map(|table| AT_WORDS.len() + ACROSS.len() + table))
    }
}

/// What makes letters count alike in both cases, and some other bytes, too.
const BLANKS: u64 = 0x2020_2020_2020_2020;

/// The first eight bytes of a text as a number, of which the first is the lowest byte; where there are fewer, blanks follow.
pub(crate) fn key(text: &[u8]) -> u64 {
    let short = || std::array::from_fn(|at| text.get(at).copied().unwrap_or(b' '));
    key_of(text.first_chunk().copied().unwrap_or_else(short))
}

#[inline(always)]
pub(crate) fn key_of(bytes: [u8; KEY]) -> u64 {
    u64::from_le_bytes(bytes) | BLANKS
}

/// Of a fingerprint of so many bytes, with which a key begins.
#[inline(always)]
pub(crate) fn hash(key: u64, width: usize) -> u32 {
    let print = key & u64::MAX >> (8 * KEY.saturating_sub(width));
    (print.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// A number for some bytes, of the last [`FIRST_LOOK`] of them.
pub(crate) fn trio(before: usize, byte: u8) -> usize {
    ((before << BITS_PER_BYTE) | (usize::from(byte) % (1 << BITS_PER_BYTE))) % TRIOS
}

/// Shows the numbers of all that may stand where a fingerprint does.
pub(crate) fn each_trio(print: &[u8], see: impl FnMut(usize)) {
    let begin = print.iter().take(FIRST_LOOK).fold(0, |before, byte| trio(before, *byte));
    // What comes behind two bytes may be anything.
    let missing = BITS_PER_BYTE * FIRST_LOOK.saturating_sub(print.len());
    (0..1 << missing).map(|rest| begin << missing | rest).for_each(see);
}

/// Shows the hash of all that may be the fingerprint of a literal, from its beginning on.
fn each_hash(width: usize, sought: &Sought<'_>, place: Place, mut see: impl FnMut(usize, u32)) {
    let mut key = 0;
    for (end, byte) in sought.literal.iter().enumerate() {
        key = key >> 8 | u64::from(byte | 0x20) << (8 * (KEY - 1));
        if let Some(offset) = (end + 1).checked_sub(width)
            && sought.may_stand(offset, place)
        {
            see(offset, hash(key >> (8 * (KEY - width)), width));
        }
    }
}

/// Chooses the fingerprint of each literal: of rare bytes, and shared with few others.
fn choose<'l>(width: usize, place: Place, sought: &[Sought<'l>]) -> Vec<Placed<'l>> {
    if sought.is_empty() {
        return Vec::new();
    }
    // One byte each, so that what is counted stays near.
    let mut shared = vec![0_u8; 1 << SHARED_BITS];
    let mut choices = Vec::with_capacity(2 * sought.len());
    let mut ends = Vec::with_capacity(sought.len());
    for sought in sought {
        each_hash(width, sought, place, |offset, hash| {
            choices.push((offset, hash));
            if let Some(count) = shared.get_mut((hash >> (32 - SHARED_BITS)) as usize) {
                *count = count.saturating_add(1);
            }
        });
        ends.push(choices.len());
    }
    let weighed = match place {
        Place::Anywhere => width.min(FIRST_LOOK),
        Place::Across | Place::Word => width,
    };
    let begins = std::iter::once(0).chain(ends.iter().copied());
    let chosen = sought.iter().zip(begins.zip(&ends)).filter_map(|(sought, (begin, end))| {
        let worth = |(offset, hash): &(usize, u32)| {
            let sharing = shared.get((hash >> (32 - SHARED_BITS)) as usize).copied().unwrap_or_default();
            // Twice as many literals to compare with weigh as much as twice as many places to compare at.
            let costs = 2 * (u32::from(sharing) + 1).ilog2();
            let bytes = sought.literal.get(*offset..offset + weighed).unwrap_or_default();
            (64 + rarity_of_bytes(bytes)).saturating_sub(costs)
        };
        let (offset, hash) = match choices.get(begin..*end)? {
            [only] => only,
            several => several.iter().rev().max_by_key(|choice| worth(choice))?,
        };
        Some(Placed { hash: *hash, literal: sought.literal, owner: sought.owner, offset: *offset })
    });
    chosen.collect()
}
