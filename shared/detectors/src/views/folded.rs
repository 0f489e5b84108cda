//! Folding: compatibility forms become the characters that they stand for, invisible characters go, tag
//! characters become the ASCII text that they hide, and look-alike letters become ASCII in words that are
//! otherwise ASCII. A word of another script stays as it is, though some of its letters look like Latin ones.

use policy::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::{Changes, Draft};

/// The most characters that one may become. More is one Arabic ligature, and padding for an attacker.
const MAX_GROWTH: usize = 8;
/// How many characters are remembered while a text is folded.
const MEMORY: usize = 128;
/// A word without any ASCII letter counts as disguised from so many look-alikes on; shorter ones are words of
/// their own script.
const MIN_DISGUISED: usize = 4;

/// The text folded, if that changes it.
pub(super) fn fold(text: &str, context: usize) -> Option<Draft> {
    let mut folder = Folder::new();
    for (at, character) in text.char_indices() {
        let span = Span::new(at, at + character.len_utf8());
        if character.is_ascii() {
            folder.ascii(character);
        } else {
            folder.other(character, span);
        }
    }
    folder.end_word();
    folder.changes.apply(text, context)
}

/// What becomes of a character.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Becomes this text, whatever stands around it.
    Becomes(Short),
    /// Stays.
    Kept,
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
            (None, None) => Self::Kept,
        }
    }
}

/// Characters that show nothing, and change nothing that a reader sees.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
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

/// Characters of which nothing is folded: Han ideographs and Hangul syllables.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// The ASCII letter or digit that a character outside ASCII looks like.
fn look_alike(character: char) -> Option<char> {
    if character.is_ascii() {
        return None;
    }
    let mut buffer = [0; 4];
    let mut prototype = skeleton(character.encode_utf8(&mut buffer));
    // The table has I, l and 1 stand for each other as l, and m as rn.
    match (prototype.next()?, prototype.next()) {
        ('l', None) if character.is_uppercase() => Some('I'),
        (letter, None) if letter.is_ascii_alphanumeric() => Some(letter),
        ('r', Some('n')) => Some('m'),
        _ => None,
    }
}

struct Folder {
    changes: Changes,
    /// What becomes of the characters outside ASCII in the word that is being read.
    word: Vec<(Span, Fate)>,
    /// Whether the word so far is ASCII but for look-alikes.
    plain: bool,
    /// Whether there is an ASCII letter or digit in the word.
    mixed: bool,
    memory: Vec<Option<(char, Fate)>>,
}

impl Folder {
    fn new() -> Self {
        Self {
            changes: Changes::default(),
            word: Vec::new(),
            plain: true,
            mixed: false,
            memory: vec![None; MEMORY],
        }
    }

    fn ascii(&mut self, character: char) {
        if character.is_ascii_alphanumeric() {
            self.mixed = true;
        } else {
            self.end_word();
        }
    }

    fn other(&mut self, character: char, span: Span) {
        let fate = if is_ideograph(character) { Fate::Kept } else { self.fate(character) };
        self.word.push((span, fate));
        match fate {
            Fate::Becomes(text) => {
                let foreign = |character: char| !character.is_ascii() && character.is_alphanumeric();
                self.plain &= !text.characters().any(foreign);
            }
            Fate::Kept if character.is_alphanumeric() => self.plain = false,
            Fate::Kept => self.end_word(),
            Fate::LooksLike(..) => {}
        }
    }

    /// Look-alikes of a plain word become ASCII; those of another word stay.
    fn end_word(&mut self) {
        let mixed = std::mem::take(&mut self.mixed) || self.word.len() >= MIN_DISGUISED;
        let plain = std::mem::replace(&mut self.plain, true) && mixed;
        let mut buffer = String::new();
        for (span, fate) in self.word.drain(..) {
            buffer.clear();
            match fate {
                Fate::LooksLike(letter, _) if plain => buffer.push(letter),
                Fate::Becomes(text) | Fate::LooksLike(_, Some(text)) => buffer.extend(text.characters()),
                Fate::Kept | Fate::LooksLike(_, None) => continue,
            }
            self.changes.push_whole(span, &buffer);
        }
    }

    fn fate(&mut self, character: char) -> Fate {
        let slot = self.memory.get_mut(u32::from(character) as usize % MEMORY);
        match slot {
            Some(Some((known, fate))) if *known == character => *fate,
            Some(slot) => slot.insert((character, Fate::of(character))).1,
            None => Fate::of(character),
        }
    }
}
