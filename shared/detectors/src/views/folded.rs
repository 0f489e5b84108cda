//! Folding: compatibility forms become the characters that they stand for, invisible characters go, tag
//! characters become the ASCII text that they hide, and look-alike letters become ASCII in words that are
//! otherwise ASCII. A word of another script stays as it is, though some of its letters look like Latin ones.

use policy::Span;
use unicode_normalization::UnicodeNormalization;

use super::Draft;
use crate::known::Known;

/// The most characters that one may become. More is one Arabic ligature, and padding for an attacker.
const MAX_GROWTH: usize = 8;
/// How many characters are remembered while a text is folded.
const MEMORY: usize = 128;
/// A word without any ASCII letter counts as disguised from so many look-alikes on; shorter ones are words of
/// their own script.
const MIN_DISGUISED: usize = 4;
/// After so many characters outside ASCII, a look-alike waits no longer for the end of its word: what the word is so
/// far decides.
const MAX_WAITING: usize = 64;
/// After so many bytes, likewise.
const MAX_WAITING_BYTES: usize = 256;

/// What becomes of a character.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Becomes this text, whatever stands around it.
    Becomes(Short),
    /// Stays, and is no letter or digit.
    Kept,
    /// Stays, and is a letter or digit of another script.
    Letter,
    /// Becomes this ASCII letter in a word of ASCII letters; otherwise the text.
    LooksLike(char, Option<Short>),
}

/// A few characters.
#[derive(Clone, Copy, Debug)]
struct Short {
    characters: [char; MAX_GROWTH],
    length: usize,
}

impl Short {
    /// The characters, unless they are too many.
    fn of(characters: impl IntoIterator<Item = char>) -> Option<Self> {
        let mut short = Self { characters: ['\0'; MAX_GROWTH], length: 0 };
        for character in characters {
            *short.characters.get_mut(short.length)? = character;
            short.length += 1;
        }
        Some(short)
    }

    /// Its character, where it is one; otherwise one that looks like no other.
    fn only(self) -> char {
        let mut characters = self.characters();
        characters.next().filter(|_| self.length == 1).unwrap_or(' ')
    }

    fn characters(&self) -> impl Iterator<Item = char> + '_ {
        self.characters.iter().copied().take(self.length)
    }
}

impl Fate {
    fn of(character: char) -> Self {
        let becomes = if is_invisible(character) {
            Short::of([])
        } else if let Some(ascii) = tagged(character) {
            Short::of([ascii])
        } else {
            Short::of(std::iter::once(character).nfkc())
        };
        let becomes = becomes.filter(|short| !short.characters().eq([character]));
        match (look_alike(becomes.map_or(character, Short::only)), becomes) {
            (Some(letter), becomes) => Self::LooksLike(letter, becomes),
            (None, Some(becomes)) => Self::Becomes(becomes),
            (None, None) if character.is_alphanumeric() => Self::Letter,
            (None, None) => Self::Kept,
        }
    }
}

/// Characters that show nothing, and change nothing that a reader sees.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{332}' | '\u{333}' | '\u{335}'..='\u{338}' | '\u{34f}' | '\u{35f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            ..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'
            ..='\u{fffb}' | '\u{e0000}'..='\u{e001f}' | '\u{e007f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// The ASCII character that a tag character stands for.
fn tagged(character: char) -> Option<char> {
    let code = u32::from(character);
    (0xe0020..=0xe007e).contains(&code).then(|| char::from_u32(code - 0xe0000)).flatten()
}

/// Letters of which nothing is folded: Han ideographs and Hangul syllables.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Small capitals of phonetics, which the table of look-alikes leaves out in part.
const SMALL_CAPITALS: [(char, char); 23] = [
    ('a', 'ᴀ'),
    ('b', 'ʙ'),
    ('c', 'ᴄ'),
    ('d', 'ᴅ'),
    ('e', 'ᴇ'),
    ('f', 'ꜰ'),
    ('g', 'ɢ'),
    ('h', 'ʜ'),
    ('i', 'ɪ'),
    ('j', 'ᴊ'),
    ('k', 'ᴋ'),
    ('l', 'ʟ'),
    ('m', 'ᴍ'),
    ('n', 'ɴ'),
    ('o', 'ᴏ'),
    ('p', 'ᴘ'),
    ('r', 'ʀ'),
    ('s', 'ꜱ'),
    ('t', 'ᴛ'),
    ('u', 'ᴜ'),
    ('v', 'ᴠ'),
    ('w', 'ᴡ'),
    ('y', 'ʏ'),
];

/// The characters outside ASCII that look like a letter or digit of it, in order, as `build.rs` has them from Unicode:
/// four bytes each, the lowest the letter.
static LOOK_ALIKES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/look_alikes.bin"));

/// The ASCII letter or digit that a character outside ASCII looks like.
fn look_alike(character: char) -> Option<char> {
    if character.is_ascii() {
        return None;
    }
    if let Some((letter, _)) = SMALL_CAPITALS.iter().find(|(_, capital)| *capital == character) {
        return Some(*letter);
    }
    let (rows, _) = LOOK_ALIKES.as_chunks();
    let known = |row: &[u8; 4]| u32::from_le_bytes(*row) >> 8;
    let nth = rows.binary_search_by_key(&u32::from(character), known).ok()?;
    rows.get(nth).map(|[letter, ..]| char::from(*letter))
}

/// Folds a text as it comes. Needs of its source what lies behind [`Self::undecided`], and nothing before that.
#[derive(Debug)]
pub(crate) struct Folding {
    /// Everything before has been read.
    at: usize,
    /// What may become of the characters outside ASCII in the word that is being read, from the first on whose fate
    /// hangs on the rest of the word.
    waiting: Vec<(Span, Fate)>,
    word: Word,
    memory: Vec<Option<(char, Fate)>>,
    buffer: String,
}

/// The word that is being read, so far.
#[derive(Clone, Copy, Debug)]
struct Word {
    /// Whether it is ASCII but for look-alikes.
    plain: bool,
    /// Whether there is an ASCII letter or digit in it.
    mixed: bool,
    /// How many characters outside ASCII there are in it.
    others: usize,
}

impl Word {
    const NONE: Self = Self { plain: true, mixed: false, others: 0 };

    /// Whether its look-alikes stand for what they look like, if it ends here.
    const fn is_disguised(self) -> bool {
        self.plain && (self.mixed || self.others >= MIN_DISGUISED)
    }
}

impl Folding {
    /// At the beginning of a text.
    pub(crate) const fn new() -> Self {
        Self { at: 0, waiting: Vec::new(), word: Word::NONE, memory: Vec::new(), buffer: String::new() }
    }

    /// At a place at which a word begins.
    pub(crate) fn beginning_at(place: usize) -> Self {
        Self { at: place, ..Self::new() }
    }

    /// Makes the draft as far as what has come decides it.
    pub(crate) fn advance(&mut self, source: Known<'_>, draft: &mut Draft) {
        self.read(source, draft);
        draft.catch_up(source, self.undecided());
    }

    /// The place in the source up to which the draft has been made.
    pub(crate) fn undecided(&self) -> usize {
        self.waiting.first().map_or(self.at, |(span, _)| span.start)
    }

    /// Makes the changes that are decided; the draft ends with the last of them.
    pub(super) fn read(&mut self, source: Known<'_>, draft: &mut Draft) {
        while self.at < source.end() {
            if self.waiting.is_empty() {
                self.skip_ascii(source.from(self.at));
            }
            for character in source.from(self.at).chars() {
                if character.is_ascii() && self.waiting.is_empty() {
                    break;
                }
                self.take(character, source, draft);
            }
        }
        if source.ended {
            self.end_word(source, draft);
        }
    }

    /// Passes ASCII, of which only the last word matters.
    fn skip_ascii(&mut self, rest: &str) {
        let length = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let ascii = rest.as_bytes().get(..length).unwrap_or_default();
        match ascii.iter().rposition(|byte| !byte.is_ascii_alphanumeric()) {
            Some(last) => self.word = Word { mixed: last + 1 < length, ..Word::NONE },
            None => self.word.mixed |= length > 0,
        }
        self.at += length;
    }

    fn take(&mut self, character: char, source: Known<'_>, draft: &mut Draft) {
        let span = Span::new(self.at, self.at + character.len_utf8());
        self.at = span.end;
        if character.is_ascii_alphanumeric() {
            self.word.mixed = true;
        } else if character.is_ascii() {
            self.end_word(source, draft);
        } else {
            self.word.others += 1;
            self.take_other(character, span, source, draft);
        }
        let waits_from = self.waiting.first().map_or(self.at, |(first, _)| first.start);
        if self.waiting.len() >= MAX_WAITING || self.at - waits_from >= MAX_WAITING_BYTES {
            self.decide(source, draft);
        }
    }

    fn take_other(&mut self, character: char, span: Span, source: Known<'_>, draft: &mut Draft) {
        let fate = if is_ideograph(character) { Fate::Letter } else { self.fate(character) };
        match fate {
            Fate::Becomes(text) => {
                if text.characters().any(is_foreign) {
                    self.spoil_word(source, draft);
                }
                if self.waiting.is_empty() {
                    self.change(span, fate, false, source, draft);
                } else {
                    self.waiting.push((span, fate));
                }
            }
            Fate::Letter => self.spoil_word(source, draft),
            Fate::Kept => self.end_word(source, draft),
            Fate::LooksLike(..) if self.word.plain => self.waiting.push((span, fate)),
            Fate::LooksLike(..) => self.change(span, fate, false, source, draft),
        }
    }

    /// The word is one of another script.
    fn spoil_word(&mut self, source: Known<'_>, draft: &mut Draft) {
        self.word.plain = false;
        self.decide(source, draft);
    }

    fn end_word(&mut self, source: Known<'_>, draft: &mut Draft) {
        self.decide(source, draft);
        self.word = Word::NONE;
    }

    /// Look-alikes of a disguised word become ASCII; those of another word stay.
    fn decide(&mut self, source: Known<'_>, draft: &mut Draft) {
        let disguised = self.word.is_disguised();
        let mut waiting = std::mem::take(&mut self.waiting);
        for (span, fate) in waiting.drain(..) {
            self.change(span, fate, disguised, source, draft);
        }
        self.waiting = waiting;
    }

    fn change(&mut self, span: Span, fate: Fate, disguised: bool, source: Known<'_>, draft: &mut Draft) {
        self.buffer.clear();
        match fate {
            Fate::LooksLike(letter, _) if disguised => self.buffer.push(letter),
            Fate::Becomes(text) | Fate::LooksLike(_, Some(text)) => self.buffer.extend(text.characters()),
            Fate::Kept | Fate::Letter | Fate::LooksLike(_, None) => return,
        }
        draft.change_whole(source, &self.buffer, span);
    }

    fn fate(&mut self, character: char) -> Fate {
        if self.memory.is_empty() {
            self.memory = vec![None; MEMORY];
        }
        let slot = self.memory.get_mut(u32::from(character) as usize % MEMORY);
        match slot {
            Some(Some((known, fate))) if *known == character => *fate,
            Some(slot) => slot.insert((character, Fate::of(character))).1,
            None => Fate::of(character),
        }
    }
}

fn is_foreign(character: char) -> bool {
    !character.is_ascii() && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use unicode_security::skeleton;

    use super::*;

    #[test]
    fn a_look_alike_is_what_unicode_calls_confusable_with_a_letter() {
        let mut seen = 0;
        for character in '\u{80}'..=char::MAX {
            let prototype: String = skeleton(&character.to_string()).take(2).collect();
            let expected = match prototype.as_str() {
                "l" if character.is_uppercase() => Some('I'),
                "rn" => Some('m'),
                one => one.parse().ok().filter(char::is_ascii_alphanumeric),
            };
            let capital = SMALL_CAPITALS.iter().find(|(_, capital)| *capital == character);
            assert_eq!(look_alike(character), capital.map(|(letter, _)| *letter).or(expected), "{character}");
            seen += usize::from(expected.is_some());
        }
        assert!(seen > 1000, "{seen}");
        assert_eq!(look_alike('a'), None);
    }

    #[test]
    fn ideographs_are_letters() {
        let ideographs = ('\0'..=char::MAX).filter(|character| is_ideograph(*character));
        assert_eq!(ideographs.clone().count(), 0x19c0 + 0x5200 + 0x2ba4);
        for character in ideographs {
            assert!(character.is_alphanumeric(), "{character}");
        }
    }
}
