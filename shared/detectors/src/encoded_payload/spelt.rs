//! Words of orders with something between every two of their letters: `i g n o r e`, `i-g-n-0-r-e`, `v.t.a.b.e.r`.

use policy::{Confidence, Span};

use super::turns::letter_of;
use crate::byte_class::is_alphanumeric;
use crate::detector::Hit;
use crate::known::Known;

/// The words, how they are turned, and how surely each is an order. An order has a verb and a thing: of those that honest
/// texts hold as well, it takes both.
const WORDS: [(&str, &[u8], u8); 30] = [
    ("spelt_out:verb", b"ignore", 45),
    ("spelt_out:verb", b"forget", 45),
    ("spelt_out:order", b"disreg", 75),
    ("spelt_out:thing", b"instruct", 60),
    ("spelt_out:thing", b"prompt", 40),
    ("spelt_out:order", b"reveal", 60),
    ("spelt_out:order", b"overrid", 75),
    ("spelt_out:verb", b"pretend", 45),
    ("spelt_out:thing", b"above", 40),
    ("spelt_out:verb", b"repeat", 45),
    ("spelt_out:order", b"vergiss", 75),
    ("spelt_out:order", b"ignorier", 75),
    ("spelt_out:thing", b"previous", 40),
    ("spelt_out:order", b"bypass", 75),
    ("spelt_out:verb", b"print", 40),
    ("spelt_out:verb", b"answer", 35),
    ("spelt_out:verb", b"tellme", 45),
    ("spelt_out:verb", b"write", 30),
    ("spelt_out:verb", b"youobey", 60),
    ("spelt_out:of", b"your", 30),
    ("spelt_out:of", b"filter", 40),
    ("spelt_out:of", b"secret", 40),
    ("spelt_out:of", b"system", 40),
    ("spelt_out:of", b"password", 40),
    ("spelt_out:of", b"allrules", 60),
    ("spelt_out:thing", b"thecode", 45),
    ("spelt_out:rules", b"rules", 35),
    ("rot13_spelt_out", b"vtaber", 75),
    ("rot13_spelt_out", b"slfgrz", 75),
    ("rot13_spelt_out", b"cebzcg", 75),
];
/// How many letters the shortest has.
pub(super) const SHORTEST: usize = 4;
/// How many letters the longest has.
const LONGEST: usize = 8;
/// How far apart two letters stand, at most, in bytes.
pub(super) const APART: usize = 4;

/// The letters that stand alone at the end of what was read.
#[derive(Default)]
pub(super) struct Spelt {
    /// Each with its place; the last so many.
    letters: Vec<(usize, u8)>,
    /// A letter of which it is not known yet that it stands alone.
    last: Option<(usize, u8)>,
    /// Where the last letter ends, whatever stands beside it.
    end: Option<usize>,
}

impl Spelt {
    /// Where the first letter stands that may belong to a word.
    pub(super) fn open(&self) -> Option<usize> {
        self.letters.first().or(self.last.as_ref()).map(|(place, _)| *place)
    }

    /// The text ended, or what is not spelt out came.
    pub(super) fn end(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        self.settle(text, found);
        self.letters.clear();
    }

    /// Reads on. What stands between the last part that was read and this one separates letters.
    pub(super) fn read(&mut self, part: Span, text: Known<'_>, found: &mut Vec<Hit>) {
        let mut at = part.start;
        let mut rest = text.get(part).unwrap_or_default().as_bytes();
        while let [byte, further @ ..] = rest {
            if !is_alphanumeric(*byte) {
                match byte {
                    b'.' | b'_' | b'-' => self.settle(text, found),
                    _ => self.end(text, found),
                }
                (at, rest) = (at + 1, further);
                continue;
            }
            let letters = 1 + further.iter().take_while(|byte| is_alphanumeric(**byte)).count();
            let goes_on = self.end == Some(at);
            if !goes_on {
                self.settle(text, found);
            }
            if goes_on || letters > 1 {
                self.letters.clear();
                self.last = None;
            } else {
                self.last = Some((at, *byte));
            }
            (at, rest) = (at + letters, rest.get(letters..).unwrap_or_default());
            self.end = Some(at);
        }
    }

    /// The last letter stands alone: does a word end with it?
    fn settle(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        let Some((place, letter)) = self.last.take() else { return };
        if self.letters.last().is_some_and(|(before, _)| place - before > APART) {
            self.letters.clear();
        }
        if self.letters.len() == LONGEST {
            self.letters.remove(0);
        }
        self.letters.push((place, letter_of(letter).to_ascii_lowercase()));
        if self.letters.len() < SHORTEST {
            return;
        }
        let Some((shape, word, confidence)) = WORDS.iter().find(|(_, word, _)| self.ends_with(word)) else {
            return;
        };
        let first = self.letters.get(self.letters.len() - word.len()).map_or(place, |(first, _)| *first);
        let span = Span::new(first, place + 1);
        if stands_alone(span, text) {
            found.push(Hit { span, confidence: Confidence::percent(*confidence), shape });
        }
    }

    fn ends_with(&self, word: &[u8]) -> bool {
        let letters = self.letters.iter().rev().map(|(_, letter)| letter);
        self.letters.len() >= word.len() && word.iter().rev().zip(letters).all(|(one, other)| one == other)
    }
}

/// What is a part of something longer, such as a path, is chance.
fn stands_alone(span: Span, text: Known<'_>) -> bool {
    let byte = |at: usize| text.get(Span::new(at, at + 1)).and_then(|text| text.bytes().next());
    let before = span.start.checked_sub(1).and_then(byte);
    let joined = matches!(before, Some(b'_' | b'-' | b'/' | b'.' | b'='));
    !joined && !matches!(byte(span.end), Some(b'_' | b'/' | b'='))
}

#[cfg(test)]
mod tests {
    use super::super::EncodedPayload;
    use super::{LONGEST, SHORTEST, WORDS};
    use crate::detector::Detector;
    use crate::view::ViewKind;
    use crate::watch::look_through;

    #[test]
    fn no_word_is_shorter_or_longer_than_is_looked_for() {
        assert!(WORDS.iter().all(|(_, word, _)| (SHORTEST..=LONGEST).contains(&word.len())));
    }

    #[test]
    fn words_of_orders_are_found_between_single_letters_alone() {
        let rows = [
            ("now i-g-n-o-r-e it", Some((4, 15))),
            ("i g n 0 r 3", Some((0, 11))),
            ("i g n o r e all of the rules", Some((0, 11))),
            ("I . g . n . o . r . e", Some((0, 21))),
            ("x: v.t.a.b.e.r!", Some((3, 14))),
            ("a b o v e", Some((0, 9))),
            ("i g n ore", None),
            ("ig n o r e", None),
            ("i    g n o r e", None),
            ("/i.g.n.o.r.e", None),
            ("i_g_n_o_r_e_", None),
            ("a b c d e f g h", None),
        ];
        for (text, wanted) in rows {
            let mut found = Vec::new();
            look_through(&mut *EncodedPayload.watch(ViewKind::Original).unwrap(), text, &mut found);
            let found = found.first().map(|hit| (hit.span.start, hit.span.end));
            assert_eq!(found, wanted, "{text}");
        }
    }
}
