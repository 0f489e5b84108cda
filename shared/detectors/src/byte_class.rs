//! Classes of bytes, and which of them every match of an expression must hold. A character outside ASCII
//! counts by its first byte.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::prose::frequency;

/// How often, out of a thousand bytes of prose, a byte class may occur to be worth looking for.
const MAX_FREQUENCY: u32 = 60;

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ByteClass([u64; 4]);

impl ByteClass {
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);
    pub(crate) const DIGITS: Self = Self([0x3ff << 48, 0, 0, 0]);
    pub(crate) const EMPTY: Self = Self([0; 4]);

    pub(crate) fn contains(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word & (1 << (byte & 63)) != 0)
    }

    /// Of its bits, the lowest byte first.
    pub(crate) const fn of_bits(bits: [u64; 4]) -> Self {
        Self(bits)
    }

    #[cfg(test)]
    pub(crate) fn to_hex(self) -> String {
        self.0.map(|word| format!("{word:x}")).join(" ")
    }

    pub(crate) fn add(&mut self, first: u8, last: u8) {
        for byte in first..=last {
            if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
                *word |= 1 << (byte & 63);
            }
        }
    }

    pub(crate) fn within(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }

    pub(crate) fn apart_from(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| mine & theirs == 0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        let mut words = self.0;
        for (word, more) in words.iter_mut().zip(other.0) {
            *word |= more;
        }
        Self(words)
    }

    /// The bytes that stand in a text.
    pub(crate) fn of_text(text: &[u8]) -> Self {
        let mut stands = [0_u8; 256];
        let (eights, rest) = text.as_chunks::<8>();
        let mut note = |byte: &u8| {
            if let Some(slot) = stands.get_mut(usize::from(*byte)) {
                *slot = 1;
            }
        };
        // Eight at once: there is nothing to be done but to note them.
        eights.iter().for_each(|eight| eight.iter().for_each(&mut note));
        rest.iter().for_each(note);
        let mut set = Self::EMPTY;
        for (byte, _) in (0..=u8::MAX).zip(stands).filter(|(_, stands)| *stands != 0) {
            set.add(byte, byte);
        }
        set
    }

    /// Whether it is rare enough in prose to be worth looking for.
    pub(crate) fn is_rare(self) -> bool {
        self.frequency() <= MAX_FREQUENCY
    }

    /// How often its members occur in a thousand bytes of prose, roughly.
    pub(crate) fn frequency(self) -> u32 {
        (0..=u8::MAX).filter(|byte| self.contains(*byte)).map(frequency).sum()
    }

    /// How often so many of its members stand close together, as a number to compare; less is rarer.
    fn weight(self, count: usize) -> usize {
        (self.frequency() as usize).saturating_mul(1024) / count.saturating_mul(count).max(1)
    }

    /// The first bytes of the members of a class.
    fn of_class(class: &Class) -> Self {
        let mut set = Self::EMPTY;
        match class {
            Class::Bytes(class) => {
                class.ranges().iter().for_each(|range| set.add(range.start(), range.end()))
            }
            Class::Unicode(class) => {
                class.ranges().iter().for_each(|range| set.add(lead(range.start()), lead(range.end())));
            }
        }
        set
    }
}

fn lead(character: char) -> u8 {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().next().unwrap_or_default()
}

/// The rarest class of which every match holds a member.
pub(crate) fn rarest_class(hir: &Hir) -> Option<ByteClass> {
    match hir.kind() {
        HirKind::Alternation(branches) => {
            let classes: Option<Vec<_>> = branches.iter().map(rarest_class).collect();
            classes?.into_iter().reduce(ByteClass::or)
        }
        HirKind::Capture(capture) => rarest_class(&capture.sub),
        HirKind::Class(class) => Some(ByteClass::of_class(class)),
        HirKind::Concat(pieces) => {
            let classes = pieces.iter().filter_map(rarest_class);
            classes.min_by_key(|class| (!class.is_rare(), class.weight(count(hir, *class))))
        }
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => literal.0.iter().map(|byte| single(*byte)).min_by_key(|c| c.frequency()),
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => rarest_class(&repetition.sub),
    }
}

/// Rare classes of each of which every match holds a member.
pub(crate) fn rare_classes(hir: &Hir) -> Vec<ByteClass> {
    let mut all = Vec::new();
    add_rare_classes(hir, &mut all);
    all
}

fn add_rare_classes(hir: &Hir, all: &mut Vec<ByteClass>) {
    let classes = match hir.kind() {
        HirKind::Capture(capture) => return add_rare_classes(&capture.sub, all),
        HirKind::Concat(pieces) => return pieces.iter().for_each(|piece| add_rare_classes(piece, all)),
        HirKind::Literal(literal) => literal.0.iter().map(|byte| single(*byte)).collect(),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            return add_rare_classes(&repetition.sub, all);
        }
        HirKind::Alternation(_) | HirKind::Class(_) => Vec::from_iter(rarest_class(hir)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    };
    for class in classes.into_iter().filter(|class| class.is_rare()) {
        if !all.contains(&class) {
            all.push(class);
        }
    }
}

fn single(byte: u8) -> ByteClass {
    let mut class = ByteClass::EMPTY;
    class.add(byte, byte);
    class
}

/// How many characters that begin with a byte of `class` every match holds at least.
pub(crate) fn count(hir: &Hir, class: ByteClass) -> usize {
    match hir.kind() {
        HirKind::Alternation(branches) => {
            branches.iter().map(|branch| count(branch, class)).min().unwrap_or_default()
        }
        HirKind::Capture(capture) => count(&capture.sub, class),
        HirKind::Class(own) => usize::from(ByteClass::of_class(own).within(class)),
        HirKind::Concat(pieces) => pieces.iter().map(|piece| count(piece, class)).sum(),
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| class.contains(**byte)).count(),
        HirKind::Repetition(repetition) => {
            count(&repetition.sub, class).saturating_mul(repetition.min as usize)
        }
    }
}

/// How many bytes are told apart by the bits of one number.
pub(crate) const BLOCK: usize = 64;

/// A bit for each byte that is of a kind, the first one lowest. In this form every build looks at many bytes at once; where it
/// does not, everything that reads texts is slower by a half.
pub(crate) fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0_u8; BLOCK];
    flags.iter_mut().zip(block).for_each(|(flag, byte)| *flag = u8::from(is(*byte)));
    let eights = flags.as_chunks().0.iter().enumerate();
    eights.fold(0, |bits, (nth, eight)| {
        // Eight bits that stand eight apart come to stand side by side in the highest byte.
        bits | (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * nth)
    })
}

/// Looks for so many ones in a row, in one block after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stretch<const LEAST: u32> {
    /// With how many ones the block before ends.
    before: u32,
}

impl<const LEAST: u32> Stretch<LEAST> {
    /// How far before the end of the next block the first begins that is long enough; 0 where there is none. Once there is
    /// one, it has to be begun anew.
    pub(crate) fn next(&mut self, ones: u64) -> usize {
        let goes_on = self.before + ones.trailing_ones() >= LEAST;
        let mut starts = ones;
        let mut held = 1;
        while held < LEAST {
            let more = if held < LEAST - held { held } else { LEAST - held };
            starts &= starts >> more;
            held += more;
        }
        let within = u64::BITS - starts.trailing_zeros();
        let far = if goes_on { u64::BITS + self.before } else { within };
        self.before = ones.leading_ones();
        far as usize
    }

    /// How many bytes it may begin before the end of the last block, if it goes on behind it.
    pub(crate) const fn open(&self) -> usize {
        self.before as usize
    }
}

/// Whether a byte is an ASCII letter or digit. Many of them are told together by two comparisons.
pub(crate) const fn is_alphanumeric(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
}

/// How many bytes of a match may stand before its first byte of `class`, at most; nothing, where a match need not hold one
/// or there is no bound.
pub(crate) fn first_within(hir: &Hir, class: ByteClass) -> Option<usize> {
    match hir.kind() {
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(|branch| first_within(branch, class)).collect();
            all?.into_iter().max()
        }
        HirKind::Capture(capture) => first_within(&capture.sub, class),
        HirKind::Class(own) => ByteClass::of_class(own).within(class).then_some(0),
        HirKind::Concat(pieces) => {
            let mut before = 0_usize;
            for piece in pieces {
                if let Some(within) = first_within(piece, class) {
                    return Some(before.saturating_add(within));
                }
                before = before.saturating_add(piece.properties().maximum_len()?);
            }
            None
        }
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => literal.0.iter().position(|byte| class.contains(*byte)),
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => first_within(&repetition.sub, class),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_byte_of_a_block_has_its_bit(bytes in proptest::collection::vec(any::<u8>(), BLOCK)) {
            let bits = bits(bytes.first_chunk().unwrap(), is_alphanumeric);
            for (place, byte) in bytes.iter().enumerate() {
                prop_assert_eq!(bits >> place & 1 == 1, byte.is_ascii_alphanumeric(), "{}", place);
            }
        }

        #[test]
        fn the_first_stretch_is_found_wherever_it_stands(runs in proptest::collection::vec((0_usize..9, 0_usize..40), 1..9)) {
            let text: String = runs.iter().map(|(ones, others)| "1".repeat(*ones) + &" ".repeat(*others)).collect();
            let text = format!("{text:256}");
            let mut stretch = Stretch::<7>::default();
            let found = text.as_bytes().as_chunks().0.iter().enumerate().find_map(|(nth, block)| {
                let far = stretch.next(bits(block, |byte| byte == b'1'));
                (far > 0).then(|| (nth + 1) * BLOCK - far)
            });
            prop_assert_eq!(found, text.find("1111111"));
        }
    }
}
