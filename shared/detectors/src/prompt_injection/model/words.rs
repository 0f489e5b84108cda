//! Where the words of a text stand, and their hashes: the same here and in `scripts/train`, byte for byte. The vectors
//! in `vectors.json` hold both to it.
//!
//! A word is a run of letters; digits, marks and blanks separate. Letters are those of ASCII and, beyond it, all that
//! no block of marks or symbols holds. In scripts that put no blanks between words each letter is a word. Case is
//! folded for Latin, Greek and Cyrillic letters. A run of more than [`LONGEST`] bytes is no word.

use policy::Span;

/// The longest word, in bytes.
pub(super) const LONGEST: usize = 32;

/// A run of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the text that was given.
    pub(super) span: Span,
    /// None, where it is too long to be a word.
    pub(super) hash: Option<u32>,
    /// Whether a sentence or a line ends behind it.
    pub(super) ends_sentence: bool,
    /// Whether nothing stands behind it, so that it may go on in what is still to come.
    pub(super) at_end: bool,
}

/// The next word of a text from a place on, which must be at a character.
pub(super) fn next(text: &str, from: usize) -> Option<Word> {
    let bytes = text.as_bytes();
    let mut place = from;
    loop {
        place = skip(bytes, place);
        let byte = bytes.get(place)?;
        if byte.is_ascii() {
            return Some(plain(text, place));
        }
        let letter = text.get(place..)?.chars().next()?;
        if !separates(letter) {
            return Some(rich(text, place));
        }
        place += letter.len_utf8();
    }
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

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is no ASCII letter.
const fn no_letters(eight: u64) -> u64 {
    let folded = ((eight | (ONES * 0x20)) ^ (ONES * 0x60)) & !HIGH;
    let beyond = folded + ONES * (0x7f - 26);
    let within = folded + ONES * 0x7f;
    (beyond | !within | eight) & HIGH
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

/// The first place from here on where a letter of ASCII stands, or a character beyond it.
fn skip(bytes: &[u8], mut place: usize) -> usize {
    while place < bytes.len() {
        let chunk = eight(bytes, place);
        let stops = (!no_letters(chunk) | chunk) & HIGH;
        if stops != 0 {
            return place + (stops.trailing_zeros() / 8) as usize;
        }
        place += 8;
    }
    bytes.len()
}

/// A word that begins with a letter of ASCII, and most often holds no others.
fn plain(text: &str, start: usize) -> Word {
    let bytes = text.as_bytes();
    let mut hash = Hash::default();
    let mut end = start;
    loop {
        let chunk = eight(bytes, end);
        let ends = no_letters(chunk);
        let letters = if ends == 0 { 8 } else { ends.trailing_zeros() / 8 };
        end += letters as usize;
        if letters > 0 {
            hash = hash.take((chunk | (ONES * 0x20)) & (u64::MAX >> (64 - 8 * letters)));
        }
        if ends != 0 {
            break;
        }
    }
    let next = bytes.get(end).copied();
    if next.is_some_and(|byte| !byte.is_ascii()) {
        return rich(text, start);
    }
    let short = end - start <= LONGEST;
    Word {
        span: Span::new(start, end),
        hash: short.then(|| hash.finish()),
        ends_sentence: next.is_none_or(|byte| ends_sentence(char::from(byte))),
        at_end: next.is_none(),
    }
}

/// A word that holds letters beyond ASCII.
fn rich(text: &str, start: usize) -> Word {
    let mut written = [0_u8; LONGEST];
    let mut length = 0;
    let mut next = None;
    for letter in text.get(start..).unwrap_or_default().chars() {
        let alone = stands_alone(letter);
        if separates(letter) || alone && length > 0 {
            next = Some(letter);
            break;
        }
        let mut buffer = [0_u8; 4];
        let lower = lower(letter).encode_utf8(&mut buffer);
        if let Some(room) = written.get_mut(length..length + lower.len()) {
            room.copy_from_slice(lower.as_bytes());
        }
        length += lower.len();
        if alone {
            return Word { ends_sentence: false, at_end: false, ..spelt(&written, start, length) };
        }
    }
    Word {
        ends_sentence: next.is_none_or(ends_sentence),
        at_end: next.is_none(),
        ..spelt(&written, start, length)
    }
}

/// The word that was written out; folding a letter leaves its length.
fn spelt(written: &[u8; LONGEST], start: usize, length: usize) -> Word {
    let hash = written.get(..length).map(|written| {
        let hash = written.chunks(8).fold(Hash::default(), |hash, chunk| {
            let mut eight = [0_u8; 8];
            eight.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            hash.take(u64::from_le_bytes(eight))
        });
        hash.finish()
    });
    Word { span: Span::new(start, start + length), hash, ends_sentence: false, at_end: false }
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
