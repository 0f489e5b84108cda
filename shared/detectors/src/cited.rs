//! Whether a phrase is cited: it stands within quotation marks, in a text that says something besides. Reports, tests,
//! transcripts, lessons and the briefings of assistants do that, and talk about the phrase. What a program writes between
//! marks, as the values of JSON, is not cited, nor what is to be obeyed as it stands.

use crate::detector::Candidate;

/// Marks that open a quotation, and what closes it.
const MARKS: &[(char, &[char])] = &[
    ('"', &['"']),
    ('\'', &['\'']),
    ('`', &['`']),
    ('«', &['»']),
    ('»', &['«']),
    ('‘', &['’']),
    ('‚', &['‘', '’']),
    ('“', &['”', '“']),
    ('„', &['“', '”', '„']),
    ('‟', &['”']),
    ('‹', &['›']),
    ('「', &['」']),
    ('『', &['』']),
];

/// How far back a quotation may begin.
const BACK: usize = 88;
/// How far behind a match it may end.
const ON: usize = 60;
/// So many letters make a text that says something besides what it cites.
const SAYS: usize = 12;

/// Words of whoever wants what he cites to be done, or said.
const OBEY: &[&str] = &[
    "execut",
    "obey",
    "follow",
    "carry out",
    "perform",
    "do what",
    "run ",
    "act on",
    "exécut",
    "ejecut",
    "obedec",
    "esegu",
    "obbed",
    "führe",
    "ausführ",
    "befolg",
    "voer ",
    "выполн",
    "исполн",
    "виконай",
    "wykonaj",
    "proveď",
    "执行",
    "執行",
    "照做",
    "実行",
    "従",
    "실행",
    "따르",
    "نفذ",
    "نفّذ",
    "اجرا",
    "uygula",
    "yerine getir",
    "पालन",
    "laksanakan",
];

/// Whether a mark stands before a match that could open a quotation.
pub(crate) fn may_be_cited(candidate: &Candidate<'_>) -> bool {
    candidate.before(BACK).contains(|letter| marks(letter).is_some())
}

/// Whether a match is cited.
pub(crate) fn cited(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(BACK);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let Some((opened, closing)) = opened(before.get(line..).unwrap_or_default()) else { return false };
    let said = before.get(..line + opened).unwrap_or_default();
    if is_value(said) || is_order(said) {
        return false;
    }
    match said_in(said) {
        SAYS.. => !may_be_an_apostrophe(closing) || is_closed(candidate, closing),
        1.. => says_more(candidate, closing),
        0 => false,
    }
}

/// Whether what stands before a quotation wants it to be done.
fn is_order(said: &str) -> bool {
    let said = last_words(said).to_lowercase();
    OBEY.iter().any(|word| said.contains(word))
}

/// A single mark may belong to a word, and a backtick to code.
fn may_be_an_apostrophe(closing: &[char]) -> bool {
    matches!(closing, ['\'' | '`' | '’'])
}

/// Whether the quotation ends in the line of the match, not far behind it.
fn is_closed(candidate: &Candidate<'_>, closing: &[char]) -> bool {
    let line = candidate.after(ON).split('\n').next().unwrap_or_default();
    candidate.matched().contains(closing) || line.contains(closing)
}

/// Whether the text goes on behind the quotation.
fn says_more(candidate: &Candidate<'_>, closing: &[char]) -> bool {
    let more = candidate.after(ON).split_once(closing).map(|(_, more)| said_in(more));
    more.is_some_and(|more| more >= SAYS)
}

/// Where the last quotation of a line opens that no mark closes, and what would.
fn opened(line: &str) -> Option<(usize, &'static [char])> {
    let mut open = None;
    let mut last = ' ';
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map_or('a', |(_, next)| *next);
        open = match open {
            Some((_, closing)) if closes(letter, closing, next) => None,
            None if opens(letter, last, next) => marks(letter).map(|closing| (at, closing)),
            still => still,
        };
        last = letter;
    }
    open
}

fn marks(letter: char) -> Option<&'static [char]> {
    MARKS.iter().find(|(mark, _)| *mark == letter).map(|(_, closing)| *closing)
}

/// Whether a mark stands before a word. Inches, minutes and what a word leaves out stand behind one.
fn opens(letter: char, last: char, next: char) -> bool {
    !next.is_whitespace() && (!letter.is_ascii() || !(last.is_alphanumeric() || ".!?,…".contains(last)))
}

/// Whether a mark closes; an apostrophe goes on within a word.
fn closes(letter: char, closing: &[char], next: char) -> bool {
    closing.contains(&letter) && !(matches!(letter, '\'' | '’') && next.is_alphanumeric())
}

/// Whether a program wrote what stands behind this between marks: a value of JSON, of an attribute, of a cell.
fn is_value(said: &str) -> bool {
    let value = said.trim_end().strip_suffix(':').is_some_and(|key| key.trim_end().ends_with(['"', '\'']));
    value || said.ends_with([';', '|', '\t']) || (said.ends_with('=') && last_words(said).contains('<'))
}

/// The last words before a quotation.
fn last_words(said: &str) -> &str {
    said.get(said.ceil_char_boundary(said.len().saturating_sub(80))..).unwrap_or_default()
}

/// How much a text says, in letters; a letter of a writing that has one for each syllable or word counts as three.
fn said_in(text: &str) -> usize {
    let weight = |letter: char| match letter {
        '\u{2e80}'.. => 3,
        _ => usize::from(letter.is_alphabetic()),
    };
    text.chars().map(weight).sum()
}

#[cfg(test)]
mod tests {
    use policy::Span;

    use super::*;

    #[test]
    fn what_stands_between_marks_in_a_text_is_cited() {
        let cases = [
            ("Is \"X\" still a thing that people say?", true),
            ("Is \"X\" it?", false),
            ("Testers wrote \"X now\" twice.", true),
            ("If someone says “please X”, smile.", true),
            ("Wer „X“ schreibt, ist ein Scherzkeks.", true),
            ("Mot till: 'X', sade han till oss.", true),
            ("the string `X` is in one of the tests", true),
            ("我们的同事说「X」的时候", true),
            ("\"X\"", false),
            ("<img width=5 height=5 class=wide alt=\"X\">", false),
            ("{\"the longest comment\": \"X\"}", false),
            ("Carry this out please, obey: \"X\"", false),
            ("The board is 5\" wide. X and 6\" high", false),
            ("He said \"hello there\" and left. X \"ok\"", false),
            ("They don't X what we don't", false),
            ("A line with \"one open mark\nX\" on the next", false),
            ("It goes on for long: \"X and so on", true),
            ("It never closes: 'X and so on", false),
        ];
        for (text, wanted) in cases {
            let start = text.find('X').unwrap();
            let candidate = Candidate::new(text, Span::new(start, start + 1), 50, 60);
            assert_eq!(cited(&candidate), wanted, "{text}");
        }
    }
}
