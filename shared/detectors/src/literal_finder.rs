//! Finds thousands of literals in one pass, in any ASCII case. Four bytes of each literal, the rarest, are its
//! fingerprint; a table says for every four bytes of a text whether a fingerprint may be among them, and only
//! then literals are compared. Shorter literals have tables of their own.
//!
//! On prose it is about as fast as an automaton, and it is made by sorting.

use crate::byte_class::frequency;

/// The longest fingerprint, in bytes.
const WIDEST: usize = 4;
/// How many bits of a filter there are for each literal, at least.
const BITS_PER_LITERAL: usize = 64;
/// The smallest filter, in powers of two.
const MIN_BITS: u32 = 12;
/// The largest filter: one megabyte.
const MAX_BITS: u32 = 23;
/// How many bits of a filter lead to the same list of literals, in powers of two.
const BITS_PER_BUCKET: u32 = 4;
/// What a literal with the same fingerprint counts against bytes that are common in prose.
const SHARED_COST: u32 = 8;

/// Looks for literals on behalf of numbered owners.
#[derive(Debug)]
pub(crate) struct LiteralFinder {
    /// With fingerprints of two, three and four bytes.
    tables: [Table; 3],
}

/// A literal, in lower case, and who looks for it.
pub(crate) type Sought<'l> = (&'l [u8], u32);

impl LiteralFinder {
    /// Takes literals of two bytes or more; shorter ones are not looked for.
    pub(crate) fn new(sought: &[Sought<'_>]) -> Self {
        let tables = [2, 3, WIDEST].map(|width| {
            let wide = |literal: &[u8]| literal.len().min(WIDEST) == width;
            let sought: Vec<Sought<'_>> =
                sought.iter().copied().filter(|(literal, _)| wide(literal)).collect();
            Table::new(width, &sought)
        });
        Self { tables }
    }

    /// Reports where each literal begins, and its owners; not quite in order.
    pub(crate) fn find(&self, text: &[u8], mut found: impl FnMut(usize, &[u32])) {
        let [pairs, triples, quads] = &self.tables;
        for (at, bytes) in text.array_windows::<WIDEST>().enumerate() {
            let key = key(bytes);
            // Without a branch for each: nearly always there is none.
            if pairs.may_hold(key >> 16) | triples.may_hold(key >> 8) | quads.may_hold(key) {
                pairs.compare(text, at, key >> 16, &mut found);
                triples.compare(text, at, key >> 8, &mut found);
                quads.compare(text, at, key, &mut found);
            }
        }
        let tail = text.len().saturating_sub(WIDEST - 1);
        for at in tail..text.len() {
            match text.get(at..).unwrap_or_default() {
                [one, two, three] => {
                    pairs.compare(text, at, key(&[*one, *two]), &mut found);
                    triples.compare(text, at, key(&[*one, *two, *three]), &mut found);
                }
                [one, two] => pairs.compare(text, at, key(&[*one, *two]), &mut found),
                _ => {}
            }
        }
    }
}

/// The literals whose fingerprints are of one width.
#[derive(Debug)]
struct Table {
    shift: u32,
    /// For each hash, whether a fingerprint has it.
    filter: Box<[u64]>,
    /// For each bucket, where its entries begin; and where the last ones end.
    buckets: Box<[u32]>,
    entries: Box<[Entry]>,
    literals: Box<[u8]>,
    owners: Box<[u32]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The literal, in the bytes of all.
    start: u32,
    end: u32,
    /// Where in the literal its fingerprint stands.
    offset: u32,
    owners_end: u32,
}

/// A fingerprint as a number: letters count alike in both cases, and some other bytes, too.
fn key<const N: usize>(bytes: &[u8; N]) -> u32 {
    bytes.iter().fold(0, |key, byte| key << 8 | u32::from(byte | 0x20))
}

fn hash(key: u32) -> u32 {
    key.wrapping_mul(0x9e37_79b1)
}

/// Shows all that may be the fingerprint of a literal: its place, its hash, and how common its bytes are in prose.
fn each_fingerprint(width: usize, literal: &[u8], common: &[u32; 256], mut see: impl FnMut(usize, u32, u32)) {
    let mask = u32::MAX >> (32 - 8 * width);
    let common = |byte: u8| common.get(usize::from(byte)).copied().unwrap_or_default();
    let (mut key, mut sum) = (0, 0);
    for (end, byte) in literal.iter().enumerate() {
        key = (key << 8 | u32::from(byte | 0x20)) & mask;
        sum += common(*byte);
        if let Some(offset) = (end + 1).checked_sub(width) {
            see(offset, hash(key), sum);
            sum -= literal.get(offset).map_or(0, |first| common(*first));
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
    fn new(width: usize, sought: &[Sought<'_>]) -> Self {
        let wanted = sought.len().saturating_mul(BITS_PER_LITERAL).next_power_of_two().ilog2();
        let shift = 32 - wanted.clamp(MIN_BITS, MAX_BITS);
        let mut placed = place(width, shift, sought);
        placed.sort_unstable_by_key(|placed| (placed.hash >> shift, placed.literal, placed.owner));
        placed.dedup_by_key(|placed| (placed.literal, placed.owner));
        Self::of_sorted(shift, &placed)
    }

    fn of_sorted(shift: u32, placed: &[Placed<'_>]) -> Self {
        let mut filter = vec![0_u64; 1 << (32 - shift - 6)];
        let mut buckets = vec![0_u32; (1 << (32 - shift - BITS_PER_BUCKET)) + 1];
        let mut entries: Vec<Entry> = Vec::with_capacity(placed.len());
        let mut literals: Vec<u8> = Vec::new();
        let mut owners = Vec::with_capacity(placed.len());
        for group in placed.chunk_by(|one, other| one.literal == other.literal) {
            let Some(first) = group.first() else { continue };
            owners.extend(group.iter().map(|placed| placed.owner));
            let start = index(literals.len());
            literals.extend_from_slice(first.literal);
            entries.push(Entry {
                start,
                end: index(literals.len()),
                offset: first.offset,
                owners_end: index(owners.len()),
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
            shift,
            filter: filter.into(),
            buckets: buckets.into(),
            entries: entries.into(),
            literals: literals.into(),
            owners: owners.into(),
        }
    }

    fn may_hold(&self, key: u32) -> bool {
        let bit = hash(key) >> self.shift;
        self.filter.get(bit as usize >> 6).is_some_and(|word| word >> (bit & 63) & 1 != 0)
    }

    /// Compares the literals that may have a fingerprint with the text around it.
    fn compare(&self, text: &[u8], at: usize, key: u32, found: &mut impl FnMut(usize, &[u32])) {
        if !self.may_hold(key) {
            return;
        }
        let bucket = (hash(key) >> self.shift >> BITS_PER_BUCKET) as usize;
        let edge = |bucket: usize| self.buckets.get(bucket).map_or(0, |edge| *edge as usize);
        for index in edge(bucket)..edge(bucket + 1) {
            let Some(entry) = self.entries.get(index) else { continue };
            let literal = self.literals.get(entry.start as usize..entry.end as usize).unwrap_or_default();
            let Some(start) = at.checked_sub(entry.offset as usize) else { continue };
            let here = text.get(start..start + literal.len());
            if here.is_some_and(|here| here.eq_ignore_ascii_case(literal)) {
                let before = index.checked_sub(1).and_then(|before| self.entries.get(before));
                let first = before.map_or(0, |entry| entry.owners_end as usize);
                found(start, self.owners.get(first..entry.owners_end as usize).unwrap_or_default());
            }
        }
    }
}

/// Chooses the fingerprint of each literal: of rare bytes, and shared with few others.
fn place<'l>(width: usize, shift: u32, sought: &[Sought<'l>]) -> Vec<Placed<'l>> {
    if sought.is_empty() {
        return Vec::new();
    }
    let common: [u32; 256] = std::array::from_fn(|byte| u8::try_from(byte).map_or(0, frequency));
    // One byte each, so that what is counted stays near.
    let mut shared = vec![0_u8; 1 << (32 - shift)];
    for (literal, _) in sought {
        each_fingerprint(width, literal, &common, |_, hash, _| {
            if let Some(count) = shared.get_mut((hash >> shift) as usize) {
                *count = count.saturating_add(1);
            }
        });
    }
    let mut placed = Vec::with_capacity(sought.len());
    for (literal, owner) in sought {
        let (mut least, mut best) = (u32::MAX, (0, 0));
        each_fingerprint(width, literal, &common, |offset, hash, sum| {
            let sharing = shared.get((hash >> shift) as usize).copied().unwrap_or_default();
            let cost = sum + u32::from(sharing) * SHARED_COST;
            if cost < least {
                (least, best) = (cost, (offset, hash));
            }
        });
        let (offset, hash) = best;
        placed.push(Placed { hash, literal, owner: *owner, offset: index(offset) });
    }
    placed
}

/// A place in the tables: they are made from a policy, which is far shorter.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_literal_is_found_everywhere(
            literals in proptest::collection::vec("[abk-]{2,7}", 1..20),
            text in "[abkABK-]{0,60}",
        ) {
            let sought: Vec<Sought<'_>> =
                literals.iter().zip(0..).map(|(literal, owner)| (literal.as_bytes(), owner)).collect();
            let mut found = Vec::new();
            LiteralFinder::new(&sought)
                .find(text.as_bytes(), |at, owners| found.extend(owners.iter().map(|owner| (at, *owner))));
            found.sort_unstable();
            let holds = |at: usize, literal: &str| {
                text.get(at..at + literal.len()).is_some_and(|here| here.eq_ignore_ascii_case(literal))
            };
            let wanted: Vec<(usize, u32)> = (0..text.len())
                .flat_map(|at| literals.iter().zip(0..).filter(move |(l, _)| holds(at, l)).map(move |(_, owner)| (at, owner)))
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
