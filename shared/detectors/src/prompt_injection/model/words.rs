//! Where the words of a text stand, and their hashes: the same here and in `scripts/train`, byte for byte. The vectors
//! in `vectors.json` hold both to it.
//!
//! A word is a run of letters; digits, marks and blanks separate. Letters are those of ASCII and, beyond it, all that
//! no block of marks or symbols holds. In scripts that put no blanks between words each letter is a word. Case is
//! folded for Latin, Greek and Cyrillic letters. A run of more than [`LONGEST`] bytes is no word.
//!
//! The hash is that of a word's first [`STEM`] letters: endings, which languages have many of, and most misspellings make no
//! difference, and what is learnt of a word holds for those that are made from it.

use policy::Span;

use crate::byte_class::{BLOCK, bits};

/// The longest word, in bytes.
pub(super) const LONGEST: usize = 32;
/// How many of its letters a word is known by.
const STEM: usize = 5;
/// A run of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the text that was given.
    pub(super) span: Span,
    /// Of its first letters; none, where it is too long to be a word.
    pub(super) hash: Option<u32>,
    /// Whether a sentence or a line ends behind it.
    pub(super) ends_sentence: bool,
    /// Whether nothing stands behind it, so that it may go on in what is still to come.
    pub(super) at_end: bool,
}

/// The words of a text, from a place on that is at a character. Where letters stand is seen for 64 bytes at a time.
pub(super) struct Words<'t> {
    text: &'t str,
    /// Everything before this place has been read.
    place: usize,
    /// Where the block begins that has been looked at.
    block: usize,
    /// A bit for each byte of it that is a letter of ASCII, the first one lowest.
    letters: u64,
    /// The same for those that belong to characters beyond ASCII.
    beyond: u64,
}

impl Iterator for Words<'_> {
    type Item = Word;

    // What comes out stays in registers: written to memory in parts and read as a whole, it takes as long as all the rest.
    #[inline(always)]
    fn next(&mut self) -> Option<Word> {
        let word = if self.find_letter()? { self.foreign()? } else { self.plain() };
        self.place = word.span.end;
        Some(word)
    }
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str, place: usize) -> Self {
        let mut words = Self { text, place, block: place, letters: 0, beyond: 0 };
        words.look();
        words
    }

    /// Goes on to the next letter of ASCII or character beyond it, and says which; None, where no more come.
    #[inline(always)]
    fn find_letter(&mut self) -> Option<bool> {
        loop {
            let known = self.place - self.block;
            let ahead = if known < BLOCK { (self.letters | self.beyond) >> known } else { 0 };
            if ahead != 0 {
                let place = known + ahead.trailing_zeros() as usize;
                self.place = self.block + place;
                return Some(self.beyond >> place & 1 != 0);
            }
            self.place = self.place.max(self.block + BLOCK);
            if self.place >= self.text.len() {
                return None;
            }
            self.look();
        }
    }

    /// Looks at the block that begins where it has read to; blanks stand behind the end.
    fn look(&mut self) {
        let rest = self.text.as_bytes().get(self.place..).unwrap_or_default();
        let mut padded = [b' '; BLOCK];
        let block = rest.first_chunk().unwrap_or_else(|| {
            padded.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            &padded
        });
        self.block = self.place;
        self.letters = bits(block, |byte| byte.is_ascii_alphabetic());
        self.beyond = if block.is_ascii() { 0 } else { bits(block, |byte| !byte.is_ascii()) };
    }

    /// The next word from a character beyond ASCII on.
    #[inline(never)]
    fn foreign(&mut self) -> Option<Word> {
        loop {
            let letter = self.text.get(self.place..)?.chars().next()?;
            if !separates(letter) {
                return Some(rich(self.text, self.place));
            }
            self.place += letter.len_utf8();
            if !self.find_letter()? {
                return Some(self.plain());
            }
        }
    }

    /// The word that begins here with a letter of ASCII, and most often holds no others.
    #[inline(always)]
    fn plain(&mut self) -> Word {
        let start = self.place;
        if self.letters_from(start) == self.block + BLOCK - start {
            self.look();
        }
        let mut end = start + self.letters_from(start);
        if end == self.block + BLOCK {
            end += rest_of_letters(self.text, end);
        }
        let bytes = self.text.as_bytes();
        let next = bytes.get(end).copied();
        if next.is_some_and(|byte| !byte.is_ascii()) {
            return rich(self.text, start);
        }
        Word {
            span: Span::new(start, end),
            hash: (end - start <= LONGEST).then(|| hash_of_letters(bytes, start, end - start)),
            ends_sentence: next.is_none_or(|byte| ends_sentence(char::from(byte))),
            at_end: next.is_none(),
        }
    }

    /// How many letters of ASCII stand in the block from a place on.
    const fn letters_from(&self, place: usize) -> usize {
        (self.letters >> (place - self.block)).trailing_ones() as usize
    }
}

#[cold]
fn rest_of_letters(text: &str, place: usize) -> usize {
    text.bytes().skip(place).take_while(u8::is_ascii_alphabetic).count()
}

/// Where a run of letters ends that goes on from the beginning of a text.
pub(super) fn rest_of_run(text: &str) -> usize {
    let ends = |letter: char| separates(letter) || stands_alone(letter);
    text.find(ends).unwrap_or(text.len())
}

/// How a word's bytes make its hash, eight at a time.
#[derive(Clone, Copy, Default)]
struct Hash(u64);

impl Hash {
    const fn take(self, eight: u64) -> Self {
        Self((self.0.rotate_left(5) ^ eight).wrapping_mul(super::SPREAD))
    }

    const fn finish(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// The hash of a word that so many letters of ASCII make.
fn hash_of_letters(bytes: &[u8], start: usize, letters: usize) -> u32 {
    let lower = eight(bytes, start) | u64::from_ne_bytes([b' '; 8]);
    Hash::default().take(lower & (u64::MAX >> (64 - 8 * letters.clamp(1, STEM)))).finish()
}

/// Eight bytes from a place on; blanks behind the end.
fn eight(bytes: &[u8], place: usize) -> u64 {
    let rest = bytes.get(place..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk() {
        return u64::from_le_bytes(*chunk);
    }
    let mut chunk = [b' '; 8];
    chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(chunk)
}

/// A word that holds letters beyond ASCII.
fn rich(text: &str, start: usize) -> Word {
    let mut stem = Stem::default();
    let mut end = start;
    let mut next = None;
    for letter in text.get(start..).unwrap_or_default().chars() {
        let alone = stands_alone(letter);
        if separates(letter) || alone && end > start {
            next = Some(letter);
            break;
        }
        stem.take(lower(letter));
        end += letter.len_utf8();
        if alone {
            return Word { ends_sentence: false, at_end: false, ..spelt(&stem, start, end) };
        }
    }
    Word { ends_sentence: next.is_none_or(ends_sentence), at_end: next.is_none(), ..spelt(&stem, start, end) }
}

/// The first letters of a word, written out; folding a letter leaves its length.
#[derive(Default)]
struct Stem {
    written: [u8; 4 * STEM],
    letters: usize,
    bytes: usize,
}

impl Stem {
    fn take(&mut self, letter: char) {
        if self.letters == STEM {
            return;
        }
        let mut buffer = [0_u8; 4];
        let bytes = letter.encode_utf8(&mut buffer).as_bytes();
        if let Some(room) = self.written.get_mut(self.bytes..self.bytes + bytes.len()) {
            room.copy_from_slice(bytes);
        }
        self.letters += 1;
        self.bytes += bytes.len();
    }

    fn hash(&self) -> u32 {
        let written = self.written.get(..self.bytes).unwrap_or_default();
        let hash = written.chunks(8).fold(Hash::default(), |hash, chunk| {
            let mut eight = [0_u8; 8];
            eight.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            hash.take(u64::from_le_bytes(eight))
        });
        hash.finish()
    }
}

fn spelt(stem: &Stem, start: usize, end: usize) -> Word {
    let hash = (end - start <= LONGEST).then(|| stem.hash());
    Word { span: Span::new(start, end), hash, ends_sentence: false, at_end: false }
}

const fn ends_sentence(letter: char) -> bool {
    matches!(letter, '.' | '!' | '?' | '\n' | ':' | ';')
}

/// Whether a character is no letter.
const fn separates(letter: char) -> bool {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{b5}' | '\u{ba}' => false,
        '\0'..='\u{bf}' | '\u{d7}' | '\u{f7}' => true,
        '\u{2000}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{303f}' => true,
        '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff20}' => true,
        '\u{fff0}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'.. => true,
        _ => false,
    }
}

/// Letters of scripts that put no blanks between words: Thai to Myanmar, Khmer, kana, ideographs.
const fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Folds the case of the letters that have one in daily use; by blocks, so that no version of Unicode has a say.
const fn lower(letter: char) -> char {
    let code = letter as u32;
    let lower = match letter {
        'A'..='Z' | '\u{c0}'..='\u{de}' | '\u{391}'..='\u{3a9}' | '\u{410}'..='\u{42f}' => code + 0x20,
        '\u{400}'..='\u{40f}' => code + 0x50,
        _ => code,
    };
    match char::from_u32(lower) {
        Some(lower) => lower,
        None => letter,
    }
}
