//! The techniques of attacks in other languages than English, language by language: tables of verbs, objects and
//! qualifiers, from which shapes are made. A technique has one weight in all languages, said here; its words stand in
//! the file of the language's family. What one of them says alone is also said in earnest, so all but the plain order
//! to drop one's instructions are weak, and it takes two techniques near each other.
//!
//! To add a language, add its rows to the file of its family: `technique!("name:language", words, words, …)` matches
//! the words one after the other within a sentence, each list an alternation. Words are stems where a language bends
//! them. A literal of four characters (two of Chinese or Japanese) keeps a row from being tried everywhere.

pub(super) mod among_people;
mod asia;
mod east_asia;
mod germanic;
mod greek_romanian;
mod italic;
mod orient;
pub(super) mod reports;
mod romance;
mod romanised;
mod slavic;
mod south_slavic;

use super::languages::unless_not;
use super::unless_mentioned;
use crate::detector::{Candidate, Shape};

/// The shapes of all languages.
pub(super) fn shapes() -> Vec<Shape> {
    [
        germanic::SHAPES,
        romance::SHAPES,
        italic::SHAPES,
        greek_romanian::SHAPES,
        slavic::SHAPES,
        south_slavic::SHAPES,
        orient::SHAPES,
        asia::SHAPES,
        east_asia::SHAPES,
        romanised::SHAPES,
    ]
    .concat()
}

/// One after the other within a sentence.
macro_rules! words {
    ($first:literal $(, $more:literal)*) => {
        concat!("(?i)(?:", $first, ")" $(, "[^.!?\\n。！？।؟]{0,40}?(?:", $more, ")")*)
    };
}
use words;

/// A row: what it is called, which is its technique and its language, and the words.
macro_rules! row {
    ($name:literal, $($words:literal),+) => {
        $crate::prompt_injection::tongues::of_technique($name, $crate::prompt_injection::tongues::words!($($words),+))
    };
}
use row;

/// The same in a language that runs no words together: all but the first begin where a word of the text does.
macro_rules! words_apart {
    ($first:literal $(, $more:literal)*) => {
        concat!("(?i)(?:", $first, ")" $(, "[^.!?\\n。！？।؟]{0,40}?(?-u:\\b{start-half})(?:", $more, ")")*)
    };
}
use words_apart;

/// A row of such a language.
macro_rules! row_apart {
    ($name:literal, $($words:literal),+) => {
        $crate::prompt_injection::tongues::of_technique($name, $crate::prompt_injection::tongues::words_apart!($($words),+))
    };
}
use row_apart;

/// What each technique counts. The order to drop one's instructions speaks for itself.
const WEIGHTS: &[(&str, u8)] = &[
    // A text turns to the model that reads it.
    ("addressed", 40),
    // Whoever writes says that he is one whom the model obeys.
    ("authority", 30),
    // The text that stands before the conversation.
    ("before", 35),
    // One answer as the model, one as the character.
    ("double", 42),
    // What the model was told to keep to itself.
    ("hidden", 38),
    // A world, a story or a machine where nothing is forbidden.
    ("hypothesis", 35),
    ("mode", 42),
    ("override", 88),
    // From now on it is somebody else, or no longer what it was.
    ("persona", 35),
    // What it did not want to answer before.
    ("refused", 35),
    // It must not fall out of the role.
    ("role", 40),
    // The password or code word that it keeps.
    ("secret", 36),
    // What it knows is to be sent somewhere.
    ("send", 35),
    // Nobody is to be told.
    ("silence", 38),
    // The answer is to begin with a yes.
    ("start", 35),
    // The task that it was given is over.
    ("stop", 40),
    // No apology, no warning, no "I cannot".
    ("suppress", 42),
    // A console with all rights.
    ("terminal", 40),
    // No rules, no limits, never a refusal.
    ("unbound", 45),
    // Each word as it stands.
    ("verbatim", 25),
    // Rules and filters do not hold any longer.
    ("void", 38),
];

const fn of_technique(name: &'static str, regex: &'static str) -> Shape {
    let confidence = weight(name.as_bytes());
    let accept: fn(&Candidate<'_>) -> Option<u8> =
        if confidence > 50 { unless_not } else { unless_mentioned };
    Shape { name, regex, confidence, accept: Some(accept) }
}

/// The weight of the technique that a name begins with.
#[expect(clippy::indexing_slicing, reason = "made when this is compiled, where a bad index is an error")]
const fn weight(name: &[u8]) -> u8 {
    let mut row = 0;
    loop {
        let technique = WEIGHTS[row].0.as_bytes();
        let mut at = 0;
        while at < technique.len() && technique[at] == name[at] {
            at += 1;
        }
        if at == technique.len() && name[at] == b':' {
            return WEIGHTS[row].1;
        }
        row += 1;
    }
}
