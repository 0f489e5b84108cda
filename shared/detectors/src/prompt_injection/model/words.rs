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
/// So many blocks are looked at before the words in them are shown.
const TOGETHER: usize = 4;
/// How many edges of words a block has at most where words are of usual length.
const EDGES: usize = 28;

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

/// The words of a text, from a place on that is at a character. Where letters stand is seen for 64 bytes at a time. Taken one
/// by one they wait for each other; [`Words::each`] is the way to read many.
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

    /// Shows all words that are left.
    #[inline(always)]
    pub(super) fn each(mut self, mut show: impl FnMut(Word)) {
        let mut edges = Edges { places: [0; _], count: 0, in_word: 0 };
        let mut mixed = self.place;
        let bytes = self.text.as_bytes();
        loop {
            if self.place >= mixed {
                self.note(&mut edges);
            }
            let other = if edges.count < 2 { self.other(&mut edges, &mut mixed) } else { None };
            if edges.count < 2 {
                return;
            }
            edges.drain(|start, end| show(other.unwrap_or_else(|| plain_word(bytes, start, end))));
        }
    }

    /// The next word, where the block that holds it is not plain. It takes the place of a pair of edges, so that what is done with
    /// words stands in one place.
    #[inline(never)]
    fn other(&mut self, edges: &mut Edges, mixed: &mut usize) -> Option<Word> {
        self.place = edges.open().unwrap_or(self.place);
        edges.in_word = 0;
        *mixed = if self.place < *mixed { *mixed } else { self.place + BLOCK };
        let word = self.next();
        edges.count = if word.is_some() { 2 } else { 0 };
        word
    }

    /// Notes where the words of the next blocks begin and end, up to the first that holds anything beyond ASCII. All that is done
    /// before the first of them is shown: nothing waits to know where a word ends.
    #[inline(always)]
    fn note(&mut self, edges: &mut Edges) {
        let blocks = self.text.as_bytes().get(self.place..).unwrap_or_default().as_chunks().0;
        for block in blocks.iter().take(TOGETHER) {
            if !block.is_ascii() {
                break;
            }
            edges.note(self.place, bits(block, |byte| byte.is_ascii_alphabetic()));
            self.place += BLOCK;
        }
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
        if bytes.get(end).is_some_and(|byte| !byte.is_ascii()) {
            return rich(self.text, start);
        }
        plain_word(bytes, start, end)
    }

    /// How many letters of ASCII stand in the block from a place on.
    const fn letters_from(&self, place: usize) -> usize {
        (self.letters >> (place - self.block)).trailing_ones() as usize
    }
}

/// Where words of ASCII begin and end, by turns.
struct Edges {
    places: [usize; (TOGETHER + 1) * BLOCK + 1],
    count: usize,
    /// 1 where the last block ends within a word.
    in_word: u64,
}

impl Edges {
    /// Adds those of a block, which begins here.
    #[inline(always)]
    fn note(&mut self, block: usize, letters: u64) {
        let mut edges = letters ^ (letters << 1 | self.in_word);
        self.in_word = letters >> (BLOCK - 1);
        let count = self.count + edges.count_ones() as usize;
        // How many there are nobody foresees: so many are always written, and the next block writes over those that are none.
        while let Some(places) =
            self.places.get_mut(self.count..).and_then(|rest| rest.first_chunk_mut::<EDGES>())
        {
            for place in places {
                *place = block.wrapping_add(edges.trailing_zeros() as usize);
                edges &= edges.wrapping_sub(1);
            }
            if edges == 0 {
                break;
            }
            self.count += EDGES;
        }
        self.count = count;
    }

    /// Shows all words that have an end, and keeps where the one begins that has none yet.
    #[inline(always)]
    fn drain(&mut self, mut show: impl FnMut(usize, usize)) {
        let (words, open) = self.places.get(..self.count).unwrap_or_default().as_chunks();
        words.iter().for_each(|[start, end]| show(*start, *end));
        let open = open.first().copied();
        self.count = 0;
        if let (Some(open), Some(first)) = (open, self.places.first_mut()) {
            *first = open;
            self.count = 1;
        }
    }

    /// Where the word begins that has no end yet.
    fn open(&self) -> Option<usize> {
        self.places.get(..self.count)?.last().copied()
    }
}

/// The word that letters of ASCII make, behind which none beyond it stands.
#[inline(always)]
fn plain_word(bytes: &[u8], start: usize, end: usize) -> Word {
    let span = Span::new(start, end);
    let letters = end.wrapping_sub(start);
    let rest = bytes.get(start..).and_then(|rest| rest.first_chunk::<{ LONGEST + 8 }>());
    if let Some(rest) = rest
        && let Some(stem) = STEMS.get(letters)
        && let Some(next) = rest.get(letters)
    {
        let eight = rest.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        let hash = Some(Hash::default().take((eight | SMALL) & stem).finish());
        return Word {
            span,
            hash,
            ends_sentence: ENDS.get(usize::from(*next)).is_some_and(|ends| *ends),
            at_end: false,
        };
    }
    let next = bytes.get(end).copied();
    Word {
        span,
        hash: (letters <= LONGEST).then(|| hash_of_letters(bytes, start, letters)),
        ends_sentence: next.is_none_or(|byte| ends_sentence(char::from(byte))),
        at_end: next.is_none(),
    }
}

/// The bits that tell small letters from capitals.
const SMALL: u64 = u64::from_ne_bytes([b' '; 8]);

/// Whether a sentence or a line ends with a byte.
static ENDS: [bool; 256] = ends();

const fn ends() -> [bool; 256] {
    let mut ends = [false; 256];
    let mut byte = 0_u8;
    let mut rest: &mut [bool] = &mut ends;
    while let Some((end, others)) = rest.split_first_mut() {
        *end = ends_sentence(byte as char);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    ends
}

/// Which bits of the first eight bytes of a word of so many letters are those it is known by.
static STEMS: [u64; LONGEST + 1] = stems();

const fn stems() -> [u64; LONGEST + 1] {
    let mut stems = [u64::MAX >> (64 - 8 * STEM); LONGEST + 1];
    let mut letters = 0;
    let mut rest: &mut [u64] = &mut stems;
    while let Some((stem, others)) = rest.split_first_mut() {
        if letters < STEM {
            *stem = (1 << (8 * letters)) - 1;
        }
        letters += 1;
        rest = others;
    }
    stems
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
    let stem = STEMS.get(letters).copied().unwrap_or_default();
    Hash::default().take((eight(bytes, start) | SMALL) & stem).finish()
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
