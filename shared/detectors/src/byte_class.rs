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

/// A bit for each byte that is of a kind, the first one lowest.
pub(crate) fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0_u8; BLOCK];
    flags.iter_mut().zip(block).for_each(|(flag, byte)| *flag = u8::from(is(*byte)));
    let eights = flags.as_chunks().0.iter().enumerate();
    eights.fold(0, |bits, (nth, eight)| {
        // Eight bits that stand eight apart come to stand side by side in the highest byte.
        bits | (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * nth)
    })
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
