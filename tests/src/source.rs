//! Rust source as the architecture suite looks at it: the code alone, without comments and without its tests.

use std::iter::Peekable;
use std::str::Chars;

/// The code of a file: comments are left out, strings stay, and everything from `#[cfg(test)]` before a module
/// on is left out, since tests stand last in a file.
#[must_use]
pub fn code(text: &str) -> String {
    let code = without_comments(text);
    let tests = code.match_indices("#[cfg(test)]").find(|(at, mark)| {
        let after = code.get(at + mark.len()..).unwrap_or_default();
        after.trim_start().trim_start_matches("pub(crate) ").starts_with("mod ")
    });
    match tests {
        Some((at, _)) => code.get(..at).unwrap_or_default().to_owned(),
        None => code,
    }
}

/// The words of a code, in lower case: `aws_region`, `AwsRegion` and `"aws region"` all hold `aws`.
#[must_use]
pub fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for letter in code.chars() {
        let new = !letter.is_alphanumeric() || (lower_before && letter.is_uppercase());
        if new && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        lower_before = letter.is_lowercase();
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether a file opens by saying what it is.
#[must_use]
pub fn opens_with_its_purpose(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.strip_prefix("//! ").is_some_and(|rest| rest.trim().len() > 10))
}

fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = rest.next() {
        match (letter, rest.peek()) {
            ('/', Some('/')) => skip_line(&mut rest, &mut code),
            ('/', Some('*')) => skip_block(&mut rest),
            ('"', _) => copy_string(&mut rest, &mut code),
            ('r', Some('"' | '#')) if !before.is_alphanumeric() => copy_raw(&mut rest, &mut code),
            ('\'', Some('"')) => {
                code.push_str("'\"");
                rest.next();
            }
            _ => code.push(letter),
        }
        before = letter;
    }
    code
}

fn skip_line(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    if rest.any(|letter| letter == '\n') {
        code.push('\n');
    }
}

fn skip_block(rest: &mut Peekable<Chars<'_>>) {
    let mut depth = 1_usize;
    rest.next();
    while let Some(letter) = rest.next() {
        match (letter, rest.peek()) {
            ('*', Some('/')) => depth -= 1,
            ('/', Some('*')) => depth += 1,
            _ => continue,
        }
        rest.next();
        if depth == 0 {
            return;
        }
    }
}

fn copy_string(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    code.push('"');
    while let Some(letter) = rest.next() {
        code.push(letter);
        match letter {
            '"' => return,
            '\\' => code.extend(rest.next()),
            _ => {}
        }
    }
}

fn copy_raw(rest: &mut Peekable<Chars<'_>>, code: &mut String) {
    let mut fence = String::from("\"");
    code.push('r');
    while rest.next_if_eq(&'#').is_some() {
        fence.push('#');
        code.push('#');
    }
    if rest.next_if_eq(&'"').is_none() {
        return;
    }
    let start = code.len();
    code.push('"');
    for letter in rest.by_ref() {
        code.push(letter);
        if code.get(start + 1..).is_some_and(|text| text.ends_with(&fence)) {
            return;
        }
    }
}
