//! Where each expression could begin: from the first few bytes at a place, for all expressions at once. What is told
//! is too much rather than too little; the automaton of an expression knows exactly.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look};

use crate::byte_class::ByteClass;
use crate::known::Known;
use crate::pattern::Haystack;

/// How many bytes are looked at.
const DEPTH: usize = 4;

/// What every match of one expression begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beginning {
    /// For each of the first bytes, those that may stand there.
    at: [ByteClass; DEPTH],
    /// The lengths that a match may have, as bits; the last stands for all that are longer.
    ends: u8,
}

impl Beginning {
    const EMPTY: Self = Self { at: [ByteClass::EMPTY; DEPTH], ends: 1 };
    const LONG: u8 = 1 << DEPTH;

    /// Of an expression that does not parse.
    const ANYTHING: Self = Self { at: [ByteClass::ALL; DEPTH], ends: Self::LONG };

    pub(crate) fn of_hir(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Alternation(branches) => {
                branches.iter().map(Self::of_hir).reduce(Self::or).unwrap_or(Self::EMPTY)
            }
            HirKind::Capture(capture) => Self::of_hir(&capture.sub),
            HirKind::Class(Class::Bytes(class)) => {
                let mut first = ByteClass::EMPTY;
                class.iter().for_each(|range| first.add(range.start(), range.end()));
                Self { at: [first, ByteClass::EMPTY, ByteClass::EMPTY, ByteClass::EMPTY], ends: 1 << 1 }
            }
            HirKind::Class(Class::Unicode(class)) => {
                let nothing = Self { at: [ByteClass::EMPTY; DEPTH], ends: 0 };
                class.iter().map(Self::of_range).fold(nothing, Self::or)
            }
            HirKind::Concat(pieces) => pieces.iter().fold(Self::EMPTY, |all, piece| {
                if all.ends == Self::LONG { all } else { all.then(Self::of_hir(piece)) }
            }),
            HirKind::Empty | HirKind::Look(_) => Self::EMPTY,
            HirKind::Literal(literal) => Self::of_bytes(&literal.0),
            HirKind::Repetition(repetition) => {
                let piece = Self::of_hir(&repetition.sub);
                let most = repetition.max.map_or(DEPTH, |max| DEPTH.min(max as usize));
                let mut all = Self { at: [ByteClass::EMPTY; DEPTH], ends: 0 };
                let mut times = Self::EMPTY;
                for count in 0..=most {
                    if count >= repetition.min as usize || count == most {
                        all = all.or(times);
                    }
                    times = times.then(piece);
                }
                all
            }
        }
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let mut at = [ByteClass::EMPTY; DEPTH];
        at.iter_mut().zip(bytes).for_each(|(class, byte)| class.add(*byte, *byte));
        Self { at, ends: 1 << bytes.len().min(DEPTH) }
    }

    /// Characters of one length have their first bytes in a row; what follows bytes that differ may be anything.
    fn of_range(range: &ClassUnicodeRange) -> Self {
        const LENGTHS: [(char, char); 4] =
            [('\0', '\u{7f}'), ('\u{80}', '\u{7ff}'), ('\u{800}', '\u{ffff}'), ('\u{10000}', char::MAX)];
        let mut all = Self { at: [ByteClass::EMPTY; DEPTH], ends: 0 };
        for (length, (first, last)) in (1..).zip(LENGTHS) {
            let (first, last) = (range.start().max(first), range.end().min(last));
            if first <= last {
                let mut at = [ByteClass::EMPTY; DEPTH];
                let mut same = true;
                let (first, last) = (utf8(first), utf8(last));
                for (class, (first, last)) in at.iter_mut().zip(first.into_iter().zip(last)).take(length) {
                    if same {
                        class.add(first, last)
                    } else {
                        class.add(0x80, 0xbf)
                    }
                    same &= first == last;
                }
                all = all.or(Self { at, ends: 1 << length.min(DEPTH) });
            }
        }
        all
    }

    fn or(self, other: Self) -> Self {
        let mut at = self.at;
        at.iter_mut().zip(other.at).for_each(|(mine, theirs)| *mine = mine.or(theirs));
        Self { at, ends: self.ends | other.ends }
    }

    fn then(self, next: Self) -> Self {
        let mut all = Self { at: self.at, ends: 0 };
        for length in (0..=DEPTH).filter(|length| self.ends >> length & 1 == 1) {
            let behind = all.at.iter_mut().skip(length);
            behind.zip(next.at).for_each(|(mine, theirs)| *mine = mine.or(theirs));
            let lengths = (0..=DEPTH).filter(|more| next.ends >> more & 1 == 1);
            all.ends |= lengths.fold(0, |ends, more| ends | 1 << (length + more).min(DEPTH));
        }
        all
    }

    /// Behind a short match anything may stand.
    fn padded(mut self) -> Self {
        let shortest = self.ends.trailing_zeros() as usize;
        self.at.iter_mut().skip(shortest).for_each(|class| *class = ByteClass::ALL);
        self
    }

    /// The bytes that it may begin with; nothing, where it may be empty.
    pub(crate) fn first(&self) -> Option<ByteClass> {
        self.at.first().copied().filter(|_| self.ends & 1 == 0)
    }

    fn admits(&self, bytes: &[u8]) -> bool {
        self.at.iter().zip(bytes).all(|(class, byte)| class.contains(*byte))
    }
}

fn utf8(character: char) -> [u8; DEPTH] {
    let mut bytes = [0; DEPTH];
    character.encode_utf8(&mut bytes);
    bytes
}

/// The unbroken run of one class of bytes that every match of an expression begins with, as the name in an e-mail
/// address is. Where a run ends otherwise than the expression goes on, no match begins in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    class: ByteClass,
    /// What comes after the run; none of it is in the class.
    then: ByteClass,
    /// The longest run, in bytes.
    longest: usize,
}

impl Run {
    fn of(hir: &Hir) -> Option<Self> {
        let HirKind::Concat(pieces) = hir.kind() else { return None };
        let mut run = Self { class: ByteClass::EMPTY, then: ByteClass::EMPTY, longest: 0 };
        for piece in pieces {
            if matches!(piece.kind(), HirKind::Look(_)) {
                continue;
            }
            let Some((class, longest)) = class_of(piece) else {
                run.then = Beginning::of_hir(piece).first()?;
                break;
            };
            run.class = run.class.or(class);
            run.longest = run.longest.saturating_add(longest);
        }
        let apart = (0..=u8::MAX).all(|byte| !(run.class.contains(byte) && run.then.contains(byte)));
        (run.longest > 1 && apart && run.then != ByteClass::EMPTY).then_some(run)
    }
}

/// The bytes of a piece that is a class of characters or a repetition of one, and how many there are at most.
fn class_of(piece: &Hir) -> Option<(ByteClass, usize)> {
    match piece.kind() {
        HirKind::Class(_) => {
            let mut class = Beginning::of_hir(piece).first()?;
            if (0x80..=u8::MAX).any(|byte| class.contains(byte)) {
                class.add(0x80, u8::MAX);
            }
            Some((class, piece.properties().maximum_len()?))
        }
        HirKind::Repetition(repetition) => {
            let (class, longest) = class_of(&repetition.sub)?;
            let times = repetition.max.map_or(usize::MAX, |max| max as usize);
            Some((class, longest.saturating_mul(times)))
        }
        HirKind::Alternation(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Look(_) => None,
    }
}

/// Where one expression could begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    beginning: Beginning,
    run: Option<Run>,
    begins_words: bool,
}

impl Start {
    /// Of an expression that does not parse.
    pub(crate) const ANYWHERE: Self = Self { beginning: Beginning::ANYTHING, run: None, begins_words: false };

    /// Of an expression.
    pub(crate) fn of(hir: &Hir) -> Self {
        let beginning = Beginning::of_hir(hir).padded();
        let first = beginning.first().unwrap_or(ByteClass::ALL);
        let begins_words = begins_apart(hir) && first.within(words());
        Self { beginning, run: Run::of(hir), begins_words }
    }

    /// Whether every match begins where a word does, as [`WordStarts`](crate::word_starts::WordStarts) has it.
    pub(crate) const fn begins_words(&self) -> bool {
        self.begins_words
    }

    /// The first place from `from` to `last` at which it could begin, in a text that is there as a whole.
    pub(crate) fn next_in(&self, haystack: Haystack<'_>, mut from: usize, last: usize) -> Option<usize> {
        let bytes = haystack.text.as_bytes();
        if self.begins_words {
            loop {
                let at = haystack.words.next(from).filter(|at| *at <= last)?;
                if self.beginning.admits(bytes.get(at..)?) {
                    return Some(at);
                }
                from = at + 1;
            }
        }
        let [first, ..] = self.beginning.at;
        let last = last.min(bytes.len().checked_sub(1)?);
        loop {
            let at = from + bytes.get(from..=last)?.iter().position(|byte| first.contains(*byte))?;
            if self.beginning.admits(bytes.get(at..)?) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// The first place from `from` to `last` at which it could begin. `run_end` is kept from one call to the
    /// next: how far the run of bytes was read that it begins with.
    pub(crate) fn next_of(
        &self,
        known: Known<'_>,
        (from, last): (usize, usize),
        run_end: &mut usize,
    ) -> Option<usize> {
        let Self { beginning, run, .. } = self;
        let bytes = known.text.as_bytes();
        let mut at = from.checked_sub(known.start)?;
        loop {
            let admits = |at: &usize| bytes.get(*at..).is_some_and(|bytes| beginning.admits(bytes));
            at = (at..bytes.len().min(last.saturating_sub(known.start).saturating_add(1))).find(admits)?;
            let Some(run) = run else { return Some(at + known.start) };
            let end = run_end.saturating_sub(known.start).max(at);
            let length = bytes.get(end..)?.iter().position(|byte| !run.class.contains(*byte));
            let end = length.map_or(bytes.len(), |length| end + length);
            *run_end = end + known.start;
            let goes_on = bytes.get(end).is_none_or(|byte| run.then.contains(*byte));
            let first = if goes_on { end.saturating_sub(run.longest) } else { end + 1 };
            if first <= at {
                return Some(at + known.start);
            }
            at = first;
        }
    }
}

/// What a word may begin with: ASCII letters and digits, and the first bytes of other characters.
fn words() -> ByteClass {
    let mut words = ByteClass::DIGITS;
    [(b'A', b'Z'), (b'a', b'z'), (0xc0, 0xff)].into_iter().for_each(|(first, last)| words.add(first, last));
    words
}

/// Whether every match begins at the edge of a word.
fn begins_apart(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Alternation(branches) => branches.iter().all(begins_apart),
        HirKind::Capture(capture) => begins_apart(&capture.sub),
        HirKind::Class(_) | HirKind::Empty | HirKind::Literal(_) | HirKind::Repetition(_) => false,
        HirKind::Concat(pieces) => pieces.first().is_some_and(begins_apart),
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordUnicode),
    }
}

/// Where all expressions could begin.
#[derive(Debug)]
pub(crate) struct Starts {
    /// For each of the first bytes, and each byte that may stand there, the expressions that admit it, as bits.
    tables: [Vec<u64>; DEPTH],
    words: usize,
    /// The expression of each bit.
    indices: Vec<usize>,
}

impl Starts {
    /// Puts expressions together, which are named by their index.
    pub(crate) fn new(starts: impl Iterator<Item = (usize, Start)>) -> Self {
        let (indices, starts): (Vec<usize>, Vec<Start>) = starts.unzip();
        let words = starts.len().div_ceil(64).max(1);
        let mut tables = [(); DEPTH].map(|()| vec![0; 256 * words]);
        for (nth, start) in starts.iter().enumerate() {
            for (table, class) in tables.iter_mut().zip(start.beginning.at) {
                let rows = table.chunks_exact_mut(words);
                for (_, row) in (0..=u8::MAX).zip(rows).filter(|(byte, _)| class.contains(*byte)) {
                    row.iter_mut().skip(nth / 64).take(1).for_each(|word| *word |= 1 << (nth % 64));
                }
            }
        }
        Self { tables, words, indices }
    }

    /// The expressions that could begin at a place, by index.
    pub(crate) fn at(&self, bytes: &[u8], mut each: impl FnMut(usize)) {
        for word in 0..self.words {
            let mut bits = u64::MAX;
            for (table, byte) in self.tables.iter().zip(bytes) {
                bits &= table.get(usize::from(*byte) * self.words + word).copied().unwrap_or_default();
            }
            while bits != 0 {
                if let Some(index) = self.indices.get(word * 64 + bits.trailing_zeros() as usize) {
                    each(*index);
                }
                bits &= bits - 1;
            }
        }
    }
}
