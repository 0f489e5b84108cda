//! Literals whose fingerprints are of one width: whether one of them may stand at a place, and which ones do.

use super::fingerprint::{KEY, Placed, hash, key};

/// How many bits of a filter there are for each literal, at least.
const BITS_PER_LITERAL: usize = 32;
/// The smallest filter, in powers of two.
const MIN_BITS: u32 = 14;
/// The largest filter: one megabyte.
const MAX_BITS: u32 = 23;
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
    /// The number of the literal of the first entry; those of the others follow.
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The key at its fingerprint, without what is behind the literal, and how many bits of a key that is.
    head: u64,
    /// Where it stands among all literals.
    start: u32,
    length: u16,
    /// Where in the literal its fingerprint stands.
    offset: u8,
    beyond: u8,
}

/// The bytes of all literals, and who looks for each.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// Those that stand in this program.
    pub(super) known: &'static [u8],
    own: Vec<u8>,
    owners: Vec<u32>,
    /// Where the owners of each literal end.
    ends: Vec<u32>,
}

impl Literals {
    pub(super) fn new(known: &'static [u8]) -> Self {
        Self { known, ..Self::default() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Who looks for one.
    pub(super) fn owners(&self, literal: u32) -> &[u32] {
        let end = |literal: usize| self.ends.get(literal).map(|end| *end as usize);
        let nth = literal as usize;
        let first = nth.checked_sub(1).and_then(end).unwrap_or_default();
        self.owners.get(first..end(nth).unwrap_or_default()).unwrap_or_default()
    }

    /// Makes room for so many.
    pub(super) fn reserve(&mut self, more: usize) {
        self.owners.reserve_exact(more);
        self.ends.reserve_exact(more);
    }

    fn add(&mut self, owner: u32) {
        self.ends.push(index(self.owners.len()));
        self.add_owner(owner);
    }

    fn add_owner(&mut self, owner: u32) {
        self.owners.push(owner);
        if let Some(end) = self.ends.last_mut() {
            *end = index(self.owners.len());
        }
    }

    /// Where a literal is kept that does not stand in this program.
    fn keep(&mut self, literal: &[u8]) -> u32 {
        let start = self.known.len() + self.own.len();
        self.own.extend_from_slice(literal);
        index(start)
    }

    fn get(&self, entry: &Entry) -> &[u8] {
        let start = entry.start as usize;
        let within = |start: usize| start..start + usize::from(entry.length);
        match start.checked_sub(self.known.len()) {
            None => self.known.get(within(start)),
            Some(start) => self.own.get(within(start)),
        }
        .unwrap_or_default()
    }
}

/// A literal for a table, and where it stands in this program, if it does.
pub(super) type Given<'l> = (Placed<'l>, Option<u32>);

impl Table {
    /// Of so many literals that all have fingerprints of a width, in the order of [`Placed::order`].
    pub(super) fn new<'l>(
        (width, count): (usize, usize),
        given: impl Iterator<Item = Given<'l>>,
        literals: &mut Literals,
    ) -> Self {
        let wanted = count.saturating_mul(BITS_PER_LITERAL).next_power_of_two().ilog2();
        let shift = 32 - wanted.clamp(MIN_BITS, MAX_BITS);
        let first = index(literals.count());
        let mut filter = vec![0_u64; 1 << (32 - shift - 6)];
        let mut buckets = vec![0_u32; (1 << (32 - shift - BITS_PER_BUCKET)) + 1];
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        let mut last = None;
        for (placed, start) in given {
            let known = last.replace((placed.hash, placed.literal));
            if known == Some((placed.hash, placed.literal)) {
                literals.add_owner(placed.owner);
                continue;
            }
            literals.add(placed.owner);
            let start = start.unwrap_or_else(|| literals.keep(placed.literal));
            entries.push(Entry::new(&placed, start));
            let bit = placed.hash >> shift;
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
        let beyond = u32::try_from(8 * (KEY - width)).unwrap_or_default();
        Self { beyond, shift, filter: filter.into(), buckets: buckets.into(), entries: entries.into(), first }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The fingerprints of all literals.
    pub(super) fn fingerprints<'t>(&'t self, literals: &'t Literals) -> impl Iterator<Item = &'t [u8]> {
        self.entries.iter().filter_map(|entry| literals.get(entry).get(usize::from(entry.offset)..))
    }

    /// Shows each literal and its number.
    pub(super) fn each(&self, literals: &Literals, mut show: impl FnMut(&[u8], u32)) {
        for (number, entry) in (self.first..).zip(&self.entries) {
            show(literals.get(entry), number);
        }
    }

    /// Asked for every byte: shifts wrap, so that nothing checks them.
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let bit = hash(key.wrapping_shr(self.beyond)).wrapping_shr(self.shift);
        self.filter.get((bit >> 6) as usize).is_some_and(|word| word.wrapping_shr(bit) & 1 != 0)
    }

    /// Compares the literals that may have a fingerprint with the text around it. That is seldom: what asks is short without it.
    #[inline(never)]
    pub(super) fn compare(
        &self,
        literals: &Literals,
        text: &[u8],
        (at, key): (usize, u64),
        found: &mut impl FnMut(usize, u32),
    ) {
        let bucket = (hash(key >> self.beyond) >> self.shift >> BITS_PER_BUCKET) as usize;
        let edge = |bucket: usize| self.buckets.get(bucket).map_or(0, |edge| *edge as usize);
        for index in edge(bucket)..edge(bucket + 1) {
            let Some(entry) = self.entries.get(index) else { continue };
            if key.wrapping_shr(u32::from(entry.beyond)) != entry.head {
                continue;
            }
            let literal = literals.get(entry);
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { continue };
            let here = text.get(start..start + literal.len());
            if here.is_some_and(|here| here == literal || here.eq_ignore_ascii_case(literal)) {
                found(start, self.first.wrapping_add(index as u32));
            }
        }
    }
}

impl Entry {
    /// Literals are short: of one that is not, the beginning is looked for.
    fn new(placed: &Placed<'_>, start: u32) -> Self {
        let head = placed.literal.get(placed.offset..).unwrap_or_default();
        let beyond = u8::try_from(8 * KEY.saturating_sub(head.len())).unwrap_or_default();
        Self {
            head: key(head).wrapping_shr(u32::from(beyond)),
            start,
            length: u16::try_from(placed.literal.len()).unwrap_or(u16::MAX),
            offset: u8::try_from(placed.offset).unwrap_or(u8::MAX),
            beyond,
        }
    }
}

/// A place in the tables: they are made from a policy, which is far shorter.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
