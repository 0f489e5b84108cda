//! How single letters are turned into others, and back.

/// A letter in lower case turned by rot13; all else stays.
pub(super) const fn rot13(letter: u8) -> u8 {
    match letter {
        b'a'..=b'm' => letter + 13,
        b'n'..=b'z' => letter - 13,
        other => other,
    }
}

/// The letter that a digit or sign stands for; itself, where it stands for none.
pub(super) const fn letter_of(sign: u8) -> u8 {
    match sign {
        b'0' => b'o',
        b'1' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        other => other,
    }
}

/// One digit stands for `i` and for `l`, so the two are not told apart.
pub(super) const fn folded(letter: u8) -> u8 {
    if letter == b'l' { b'i' } else { letter }
}
