//! How characters count alike where literals are compared with texts: letters in lower case, by blocks, so that no version
//! of Unicode has a say. What is not folded here, such as letters of rare scripts, counts as it is: a literal then
//! stands once for each case.

use std::borrow::Cow;

use memchr::memmem;
use policy::Span;

use crate::views::Draft;

/// The characters that an expression without regard to case takes for letters of another length in UTF-8, and how
/// that letter begins: each has the first bytes of one of these.
const ODD_BEGINNINGS: [&[u8]; 3] = ["\u{17f}".as_bytes(), "\u{212a}".as_bytes(), &[0xe1, 0xb2]];

/// What a character counts as. ASCII letters count in lower case; the finder does that by itself.
pub(crate) const fn folded(character: char) -> char {
    let code = character as u32;
    let lower = match character {
        'A'..='Z' => code + 0x20,
        '\u{17f}' => 's' as u32,
        '\u{212a}' => 'k' as u32,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => code + 0x20,
        '\u{100}'..='\u{12f}' | '\u{132}'..='\u{137}' | '\u{14a}'..='\u{177}' | '\u{218}'..='\u{21b}' => {
            code | 1
        }
        '\u{139}'..='\u{148}' | '\u{179}'..='\u{17e}' => code + code % 2,
        '\u{178}' => 0xff,
        '\u{386}' => 0x3ac,
        '\u{388}'..='\u{38a}' => code + 0x25,
        '\u{38c}' => 0x3cc,
        '\u{38e}' | '\u{38f}' => code + 0x3f,
        '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ab}' => code + 0x20,
        '\u{3c2}' => 0x3c3,
        '\u{400}'..='\u{40f}' => code + 0x50,
        '\u{410}'..='\u{42f}' => code + 0x20,
        '\u{460}'..='\u{481}' | '\u{48a}'..='\u{4bf}' | '\u{4d0}'..='\u{52f}' => code | 1,
        '\u{1c80}' => 0x432,
        '\u{1c81}' => 0x434,
        '\u{1c82}' => 0x43e,
        '\u{1c83}' => 0x441,
        '\u{1c84}' | '\u{1c85}' => 0x442,
        '\u{1c86}' => 0x44a,
        '\u{1c87}' => 0x463,
        _ => code,
    };
    match char::from_u32(lower) {
        Some(lower) => lower,
        None => character,
    }
}

/// A text with the letters beyond ASCII folded that keep their length; each place is where it was.
pub(crate) fn fold_in_place(text: &str) -> Cow<'_, str> {
    let fold = |letter: char| {
        let folded = if letter.is_ascii() { letter } else { folded(letter) };
        if folded.len_utf8() == letter.len_utf8() { folded } else { letter }
    };
    match text.char_indices().find(|(_, letter)| fold(*letter) != *letter) {
        None => Cow::Borrowed(text),
        Some((first, _)) => {
            let (same, rest) = text.split_at(first);
            let mut all = String::with_capacity(text.len());
            all.push_str(same);
            all.extend(rest.chars().map(fold));
            Cow::Owned(all)
        }
    }
}

/// A text with those characters folded that change their length, if there are any.
pub(crate) fn fold_lengths(text: &str) -> Option<Draft> {
    let places = ODD_BEGINNINGS.iter().flat_map(|odd| memmem::find_iter(text.as_bytes(), odd));
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    let mut draft = Draft::default();
    let mut copied = 0;
    for at in &places {
        let Some(letter) = text.get(*at..).and_then(|rest| rest.chars().next()) else { continue };
        draft.copy(text, Span::new(copied, *at));
        copied = at + letter.len_utf8();
        draft.replace_whole(folded(letter).encode_utf8(&mut [0; 4]), Span::new(*at, copied));
    }
    draft.copy(text, Span::new(copied, text.len()));
    (!places.is_empty()).then_some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that an expression without regard to case takes for a letter.
    fn alike(letter: char) -> Vec<char> {
        let hir = regex_syntax::parse(&format!("(?i){}", regex_syntax::escape(&letter.to_string()))).unwrap();
        if let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = hir.kind() {
            class.iter().flat_map(|range| range.start()..=range.end()).collect()
        } else {
            vec![letter]
        }
    }

    #[test]
    fn letters_that_fold_alike_are_alike_without_regard_to_case() {
        for letter in ('\0'..='\u{3000}').filter(|letter| folded(*letter) != *letter) {
            assert!(alike(letter).contains(&folded(letter)), "{letter:?} counts as {:?}", folded(letter));
            assert_eq!(folded(folded(letter)), folded(letter), "{letter:?}");
        }
    }

    #[test]
    fn in_the_scripts_of_many_languages_both_cases_count_as_one() {
        for letter in "abcxyzäöüßéèêçñãõåøæœłśćżźńąęďěřšťůžőűğışțăâîαβγδσςάέώабвгдосттъщыьэюяёіїєґў".chars()
        {
            let mut counted: Vec<char> = alike(letter).into_iter().map(folded).collect();
            counted.sort_unstable();
            counted.dedup();
            let most = if matches!(letter, 'ß' | 'å' | 'β') { 2 } else { 1 };
            assert!(counted.len() <= most, "{letter}: {counted:?}");
        }
    }

    #[test]
    fn a_folded_text_is_as_long_as_it_was_unless_it_says_where_it_is_not() {
        let text = "Ты ЗАБУДЬ Ä Σς İ ẞ \u{1c84} \u{17f} \u{212a}";
        let same = fold_in_place(text);
        assert_eq!((same.as_ref(), same.len()), ("ты забудь ä σσ İ ẞ \u{1c84} \u{17f} \u{212a}", text.len()));
        let draft = fold_lengths(&same).unwrap();
        assert_eq!(draft.text, "ты забудь ä σσ İ ẞ т s k");
        assert_eq!(
            draft.offsets.source(Span::new(draft.text.len() - 1, draft.text.len())).start,
            text.len() - 3
        );
        assert!(matches!(fold_in_place("забудь ABC"), Cow::Borrowed(_)));
        assert!(fold_lengths("забудь ABC").is_none());
    }
}
