//! Literals whose fingerprints are of one width: whether one of them may stand at a place, and which ones do.

use super::{FIRST_LOOK, KEY, Owners, Place, Sought};
use crate::prose::rarity_after;

/// How many bits of a filter there are for each literal, at least.
const BITS_PER_LITERAL: usize = 32;
/// The smallest filter, in powers of two.
const MIN_BITS: u32 = 14;
/// The largest filter: one megabyte.
const MAX_BITS: u32 = 23;
/// By how many bits of their hashes fingerprints are counted that several literals share, so that the counts stay near.
const SHARED_BITS: u32 = 16;
/// How many bits of a filter lead to the same list of literals, in powers of two.
const BITS_PER_BUCKET: u32 = 6;

/// The literals whose fingerprints are of one width.
#[derive(Debug)]
pub(super) struct Table {
    /// How many bits of a key are not of its fingerprint.
    beyond: u32,
    shift: u32,
    /// For each hash, whether a fingerprint has it.
    filter: Box<[u64]>,
    /// For each bucket, where its entries begin; and where the last ones end.
    buckets: Box<[u32]>,
    entries: Box<[Entry]>,
    literals: Box<[u8]>,
    /// The number of the literal of the first entry; those of the others follow.
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The key at its fingerprint, without what is behind the literal, and how many bits of a key that is.
    head: u64,
    beyond: u32,
    /// The literal, in the bytes of all.
    start: u32,
    end: u32,
    /// Where in the literal its fingerprint stands.
    offset: u32,
}

/// What makes letters count alike in both cases, and some other bytes, too.
const BLANKS: u64 = 0x2020_2020_2020_2020;

/// The first eight bytes of a text as a number; where there are fewer, blanks follow.
pub(super) fn key(text: &[u8]) -> u64 {
    let short = || std::array::from_fn(|at| text.get(at).copied().unwrap_or(b' '));
    u64::from_be_bytes(text.first_chunk().copied().unwrap_or_else(short)) | BLANKS
}

/// Of a fingerprint, which stands at the lower end of the number.
fn hash(fingerprint: u64) -> u32 {
    (fingerprint.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// Shows the hash of all that may be the fingerprint of a literal, from its beginning on.
fn each_hash(width: usize, sought: &Sought<'_>, place: Place, mut see: impl FnMut(usize, u32)) {
    let mask = u64::MAX >> (8 * (KEY - width));
    let mut key = 0;
    for (end, byte) in sought.literal.iter().enumerate() {
        key = (key << 8 | u64::from(byte | 0x20)) & mask;
        if let Some(offset) = (end + 1).checked_sub(width)
            && sought.may_stand(offset, place)
        {
            see(offset, hash(key));
        }
    }
}

/// A literal while a table is made.
struct Placed<'l> {
    hash: u32,
    literal: &'l [u8],
    owner: u32,
    offset: u32,
}

impl Table {
    /// Of literals that all have fingerprints of a width at such places.
    pub(super) fn new(width: usize, place: Place, sought: &[Sought<'_>], owners: &mut Owners) -> Self {
        let wanted = sought.len().saturating_mul(BITS_PER_LITERAL).next_power_of_two().ilog2();
        let shift = 32 - wanted.clamp(MIN_BITS, MAX_BITS);
        let mut placed = fingerprints(width, place, sought);
        placed.sort_unstable_by_key(|placed| (placed.hash >> shift, placed.literal, placed.owner));
        placed.dedup_by_key(|placed| (placed.literal, placed.owner));
        Self::of_sorted(width, shift, &placed, owners)
    }

    fn of_sorted(width: usize, shift: u32, placed: &[Placed<'_>], owners: &mut Owners) -> Self {
        let first_literal = index(owners.ends.len());
        let mut filter = vec![0_u64; 1 << (32 - shift - 6)];
        let mut buckets = vec![0_u32; (1 << (32 - shift - BITS_PER_BUCKET)) + 1];
        let mut entries: Vec<Entry> = Vec::with_capacity(placed.len());
        let mut literals: Vec<u8> = Vec::new();
        for group in placed.chunk_by(|one, other| one.literal == other.literal) {
            let Some(first) = group.first() else { continue };
            owners.add(group.iter().map(|placed| placed.owner));
            let start = index(literals.len());
            literals.extend_from_slice(first.literal);
            let head = first.literal.get(first.offset as usize..).unwrap_or_default();
            let beyond = u32::try_from(8 * KEY.saturating_sub(head.len())).unwrap_or_default();
            entries.push(Entry {
                head: key(head).wrapping_shr(beyond),
                beyond,
                start,
                end: index(literals.len()),
                offset: first.offset,
            });
            let bit = first.hash >> shift;
            if let Some(word) = filter.get_mut(bit as usize >> 6) {
                *word |= 1 << (bit & 63);
            }
            if let Some(end) = buckets.get_mut((bit >> BITS_PER_BUCKET) as usize + 1) {
                *end = index(entries.len());
            }
        }
        let mut end = 0;
        for bucket in &mut buckets {
            end = end.max(*bucket);
            *bucket = end;
        }
        Self {
            beyond: u32::try_from(8 * (KEY - width)).unwrap_or_default(),
            shift,
            filter: filter.into(),
            buckets: buckets.into(),
            entries: entries.into(),
            literals: literals.into(),
            first: first_literal,
        }
    }

    /// The fingerprints of all literals.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = &[u8]> {
        self.entries
            .iter()
            .filter_map(|entry| self.literals.get((entry.start + entry.offset) as usize..entry.end as usize))
    }

    /// Asked for every byte: shifts wrap, so that nothing checks them.
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let bit = hash(key.wrapping_shr(self.beyond)).wrapping_shr(self.shift);
        self.filter.get((bit >> 6) as usize).is_some_and(|word| word.wrapping_shr(bit) & 1 != 0)
    }

    /// Compares the literals that may have a fingerprint with the text around it.
    pub(super) fn compare(&self, text: &[u8], at: usize, key: u64, found: &mut impl FnMut(usize, u32)) {
        let bucket = (hash(key >> self.beyond) >> self.shift >> BITS_PER_BUCKET) as usize;
        let edge = |bucket: usize| self.buckets.get(bucket).map_or(0, |edge| *edge as usize);
        for index in edge(bucket)..edge(bucket + 1) {
            let Some(entry) = self.entries.get(index) else { continue };
            if key.wrapping_shr(entry.beyond) != entry.head {
                continue;
            }
            let literal = self.literals.get(entry.start as usize..entry.end as usize).unwrap_or_default();
            let Some(start) = at.checked_sub(entry.offset as usize) else { continue };
            let here = text.get(start..start + literal.len());
            if here.is_some_and(|here| here == literal || here.eq_ignore_ascii_case(literal)) {
                found(start, self.first.wrapping_add(index as u32));
            }
        }
    }
}

/// Chooses the fingerprint of each literal: of rare bytes, and shared with few others.
fn fingerprints<'l>(width: usize, place: Place, sought: &[Sought<'l>]) -> Vec<Placed<'l>> {
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
            (64 + rarity(bytes)).saturating_sub(costs)
        };
        let (offset, hash) = match choices.get(begin..*end)? {
            [only] => only,
            several => several.iter().rev().max_by_key(|choice| worth(choice))?,
        };
        Some(Placed { hash: *hash, literal: sought.literal, owner: sought.owner, offset: index(*offset) })
    });
    chosen.collect()
}

/// How rare some bytes are, each after the one before it.
fn rarity(bytes: &[u8]) -> u32 {
    let before = std::iter::once(None).chain(bytes.iter().copied().map(Some));
    bytes.iter().zip(before).map(|(byte, before)| rarity_after(before, *byte)).sum()
}

/// A place in the tables: they are made from a policy, which is far shorter.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
