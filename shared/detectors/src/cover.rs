//! Covering what was found, and putting back what was replaced by tokens. One [`Covers`] lives as long as one
//! call: its numbers run through all texts of the call, and its values are wiped when it is dropped.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use policy::{Cover, Redaction, Span};
use zeroize::Zeroizing;

pub use held::HeldText;
pub use restorer::Restorer;

mod held;
mod restorer;

/// How many letters and digits a mask leaves at the end.
const SHOWN: usize = 4;
/// A value of so many letters and digits, or fewer, is covered whole.
const SHORT: usize = 8;
/// What a mask leaves standing: the grouping of cards, numbers, dates and addresses.
const SEPARATORS: [char; 9] = [' ', '-', '.', '/', ':', '@', '(', ')', ','];
/// The longest label in a placeholder; one that is longer is cut.
const MAX_LABEL: usize = 48;
/// The longest placeholder: `<`, the label, `_`, a number, `>`.
const MAX_PLACEHOLDER: usize = MAX_LABEL + 23;

/// The covers of one call.
#[derive(Default)]
pub struct Covers {
    /// Running numbers of replacements, by label.
    numbers: BTreeMap<String, usize>,
    /// The last number of a placeholder, by its label.
    tokens: BTreeMap<String, usize>,
    placeholders: BTreeMap<(String, Value), String>,
    values: BTreeMap<String, Value>,
    reserved: BTreeSet<String>,
}

impl Covers {
    /// No covers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of placeholders that stand in a text already, so that none of ours is taken for one of them.
    /// To be called with every text of the request before the first is covered.
    pub fn reserve(&mut self, text: &str) {
        for (_, placeholder) in placeholders(text) {
            self.reserved.insert(placeholder.to_owned());
        }
    }

    /// The text with its redactions made. They are taken in the order of the text; where two overlap, the
    /// first is made whole and of the second what remains. Ends inside a character are moved outwards.
    pub fn cover(&mut self, text: &str, redactions: &[Redaction]) -> String {
        let mut order: Vec<&Redaction> = redactions.iter().collect();
        order.sort_by_key(|redaction| redaction.span);
        let mut covered = String::with_capacity(text.len());
        let mut done = 0;
        for redaction in order {
            let span = within(text, redaction.span, done);
            let Some(value) = text.get(span.start..span.end).filter(|value| !value.is_empty()) else {
                continue;
            };
            covered.push_str(text.get(done..span.start).unwrap_or_default());
            covered.push_str(&self.cover_value(value, redaction));
            done = span.end;
        }
        covered.push_str(text.get(done..).unwrap_or_default());
        covered
    }

    /// The text with our placeholders replaced by what they stand for; nothing where there are none.
    #[must_use]
    pub fn restore(&self, text: &str) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let mut restored = String::new();
        let mut done = 0;
        for (at, placeholder) in placeholders(text) {
            if let Some(value) = self.values.get(placeholder) {
                restored.push_str(text.get(done..at).unwrap_or_default());
                restored.push_str(value.as_str());
                done = at + placeholder.len();
            }
        }
        restored.push_str(text.get(done..).unwrap_or_default());
        (done > 0).then_some(restored)
    }

    /// Whether a text is the beginning of a placeholder in use, and not all of it.
    fn begins_placeholder(&self, text: &str) -> bool {
        let next = self.values.range::<str, _>((Bound::Excluded(text), Bound::Unbounded)).next();
        next.is_some_and(|(placeholder, _)| placeholder.starts_with(text))
    }

    fn cover_value(&mut self, value: &str, redaction: &Redaction) -> String {
        match &redaction.cover {
            Cover::Mask => mask(value),
            Cover::Replace(template) => {
                let number = self.numbers.entry(redaction.label.clone()).or_default();
                *number += 1;
                fill(template, &redaction.label, *number)
            }
            Cover::Token => self.token(value, &redaction.label),
        }
    }

    fn token(&mut self, value: &str, label: &str) -> String {
        let key = (token_label(label), Value::of(value));
        if let Some(placeholder) = self.placeholders.get(&key) {
            return placeholder.clone();
        }
        let placeholder = self.next_placeholder(&key.0);
        self.values.insert(placeholder.clone(), Value::of(value));
        self.placeholders.insert(key, placeholder.clone());
        placeholder
    }

    fn next_placeholder(&mut self, label: &str) -> String {
        let number = self.tokens.entry(label.to_owned()).or_default();
        loop {
            *number += 1;
            let placeholder = format!("<{label}_{number}>");
            if !self.reserved.contains(&placeholder) {
                return placeholder;
            }
        }
    }
}

impl std::fmt::Debug for Covers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Covers")
    }
}

/// A covered value.
struct Value(Zeroizing<String>);

impl Value {
    fn of(value: &str) -> Self {
        Self(Zeroizing::new(value.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Value {}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

/// The span on character boundaries, without what is done.
fn within(text: &str, span: Span, done: usize) -> Span {
    let start = text.floor_char_boundary(span.start).max(done);
    Span::new(start, text.ceil_char_boundary(span.end).max(start))
}

/// A value with all but its last letters and digits covered.
fn mask(value: &str) -> String {
    let letters = value.chars().filter(|character| character.is_alphanumeric()).count();
    let covered = if letters <= SHORT { letters } else { letters - SHOWN };
    let mut seen = 0;
    let cover = |character: char| {
        if SEPARATORS.contains(&character) {
            return character;
        }
        let shown = character.is_alphanumeric() && seen >= covered;
        seen += usize::from(character.is_alphanumeric());
        if shown { character } else { '*' }
    };
    value.chars().map(cover).collect()
}

/// The template with `{detector}` and `{n}` filled in; what is filled in is not looked at again.
fn fill(template: &str, label: &str, number: usize) -> String {
    let mut filled = String::with_capacity(template.len() + label.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        if let Some(after) = after.strip_prefix("detector}") {
            filled.push_str(label);
            rest = after;
        } else if let Some(after) = after.strip_prefix("n}") {
            filled.push_str(&number.to_string());
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// A label as it stands in a placeholder: upper case, one `_` for everything but ASCII letters and digits.
fn token_label(label: &str) -> String {
    let word = |character: char| {
        if character.is_ascii_alphanumeric() { character.to_ascii_uppercase() } else { '_' }
    };
    let upper: String = label.chars().take(MAX_LABEL).map(word).collect();
    if upper.is_empty() { "VALUE".to_owned() } else { upper }
}

/// What has the form of a placeholder, and where.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    memchr::memchr_iter(b'<', text.as_bytes()).filter_map(|at| {
        let rest = text.get(at..)?;
        let length =
            rest.bytes().skip(1).take(MAX_PLACEHOLDER).position(|byte| !is_placeholder_byte(byte))? + 1;
        let closed = rest.as_bytes().get(length) == Some(&b'>');
        rest.get(..=length).filter(|_| closed).map(|placeholder| (at, placeholder))
    })
}

fn is_placeholder_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests;
