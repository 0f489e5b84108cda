//! Reading patterns: regular expressions that are known to parse, to match no empty string and to fit in
//! memory, without compiling those for which a bound settles it.

use regex_syntax::ast;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Value, json};

use crate::faults::Place;
use crate::fields::leaves::OneOrMany;
use crate::fields::ordinary;
use crate::probe::{Pattern, Probe, ProbeKind};
use crate::read::{Entries, Field, Read, Scope, record, shorten};
use crate::yaml::{Kind, Node};

/// The label of a pattern without a name.
const UNNAMED: &str = "pattern";
/// The longest name of a pattern, in characters.
const MAX_LABEL: usize = 64;

/// A pattern and its parsed form.
#[derive(Debug)]
pub(crate) struct ReadPattern {
    /// The pattern.
    pub(crate) pattern: Pattern,
    /// What it matches.
    pub(crate) form: Hir,
}

impl Read for ReadPattern {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let source = String::read(node, scope)?;
        let read = check(&source, Empty::Refused);
        let read = read.map_err(|message| scope.fault(node.place, message)).ok()?;
        warn_of_ordinary(&read, node.place, scope);
        Some(read)
    }

    fn schema(detectors: &[&str]) -> Value {
        String::schema(detectors)
    }
}

/// A pattern that a whole value is held against, and which may say that an empty one is right.
#[derive(Debug)]
pub(crate) struct ValuePattern(pub(crate) Pattern);

impl Read for ValuePattern {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let source = String::read(node, scope)?;
        let read = check(&source, Empty::IfAnchored);
        read.map_err(|message| scope.fault(node.place, message)).ok().map(|read| Self(read.pattern))
    }

    fn schema(detectors: &[&str]) -> Value {
        String::schema(detectors)
    }
}

/// The inside of a regex class, such as `a-zA-Z0-9 .,`, as the pattern of what is outside of it.
#[derive(Debug)]
pub(crate) struct CharacterClass(pub(crate) Pattern);

impl Read for CharacterClass {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let inside = String::read(node, scope)?;
        let outside = class(&inside);
        outside.map_err(|message| scope.fault(node.place, message)).ok().map(Self)
    }

    fn schema(detectors: &[&str]) -> Value {
        String::schema(detectors)
    }
}

fn class(inside: &str) -> Result<Pattern, String> {
    let source = format!("[^{inside}]+");
    let wrong = || format!("`{}` is not the inside of a regex class, such as `a-z0-9 .,`", shorten(inside));
    let parsed = ast::parse::Parser::new().parse(&source).map_err(|_| wrong())?;
    let ast::Ast::Repetition(repetition) = &parsed else { return Err(wrong()) };
    if !matches!(*repetition.ast, ast::Ast::ClassBracketed(_)) {
        return Err(wrong());
    }
    let read = check(&source, Empty::Refused)?;
    if read.form.properties().minimum_len().is_none() {
        return Err(format!("`{}` allows every character: the rule can never apply", shorten(inside)));
    }
    Ok(read.pattern)
}

/// Whether a pattern may match the empty string.
#[derive(Clone, Copy, PartialEq)]
enum Empty {
    /// Where it says where it stands (`^[a-z]*$`): otherwise it would match everything.
    IfAnchored,
    /// Never.
    Refused,
}

fn check(source: &str, empty: Empty) -> Result<ReadPattern, String> {
    let form = regex_syntax::Parser::new().parse(source).map_err(|error| syntax(source, &error))?;
    let anchored = !form.properties().look_set().is_empty();
    if form.properties().minimum_len() == Some(0) && !(empty == Empty::IfAnchored && anchored) {
        return Err(format!("`{}` matches the empty string", shorten(source)));
    }
    if compiled_bound(&form) > Pattern::MAX_COMPILED_BYTES && !compiles(source) {
        return Err(format!("`{}` needs more than 2 MiB compiled", shorten(source)));
    }
    Ok(ReadPattern { pattern: Pattern::checked(source), form })
}

fn warn_of_ordinary(read: &ReadPattern, place: Place, scope: &mut Scope<'_>) {
    if scope.tried_patterns >= ordinary::MAX_COMPILED || !ordinary::may_match(&read.form) {
        return;
    }
    scope.tried_patterns = scope.tried_patterns.saturating_add(1);
    if ordinary::matches(read.pattern.as_str()) {
        scope.warn(place, format!("`{}` catches ordinary text", shorten(read.pattern.as_str())));
    }
}

fn compiles(source: &str) -> bool {
    regex::RegexBuilder::new(source).size_limit(Pattern::MAX_COMPILED_BYTES).build().is_ok()
}

fn syntax(source: &str, error: &regex_syntax::Error) -> String {
    let (span, kind) = match error {
        regex_syntax::Error::Parse(error) => (Some(error.span()), reason(error.kind())),
        regex_syntax::Error::Translate(error) => (Some(error.span()), error.kind().to_string()),
        other => (None, other.to_string()),
    };
    let place = span.map_or(String::new(), |span| format!("at character {}: ", span.start.column));
    format!("`{}` is not a regular expression: {place}{kind}", shorten(source))
}

fn reason(kind: &ast::ErrorKind) -> String {
    if *kind == ast::ErrorKind::UnsupportedLookAround {
        return "look-around is not supported: matching takes time linear in the text, so write what is to be \
                found itself"
            .to_owned();
    }
    if *kind == ast::ErrorKind::UnsupportedBackreference {
        return "back-references are not supported: matching takes time linear in the text".to_owned();
    }
    kind.to_string()
}

/// At least what the pattern needs compiled, in bytes. Cheap, and far too high for large classes.
fn compiled_bound(form: &Hir) -> usize {
    /// More than a state and its transitions take.
    const STATE: usize = 48;
    let sum = |parts: &[Hir]| parts.iter().map(compiled_bound).fold(STATE, usize::saturating_add);
    match form.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => literal.0.len().saturating_mul(STATE),
        HirKind::Class(Class::Bytes(_)) => STATE.saturating_mul(8),
        HirKind::Class(Class::Unicode(class)) => {
            let sequences = class.ranges().iter().map(|range| sequences(range.start(), range.end()));
            sequences.fold(1, usize::saturating_add).saturating_mul(STATE * 4)
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            compiled_bound(&repetition.sub).saturating_add(STATE * 2).saturating_mul(times)
        }
        HirKind::Capture(capture) => compiled_bound(&capture.sub).saturating_add(STATE * 2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            sum(parts).saturating_add(STATE * parts.len())
        }
    }
}

/// At least as many sequences of byte ranges as it takes to match a range of characters in UTF-8.
fn sequences(start: char, end: char) -> usize {
    let (start, end) = (u32::from(start), u32::from(end));
    if end < 0x80 || start >> 6 == end >> 6 {
        1
    } else if end < 0x800 || start >> 12 == end >> 12 {
        4
    } else {
        16
    }
}

/// One entry of a list of named patterns.
mod named {
    use super::{ReadPattern, record};

    record! {
        /// A pattern and its name.
        pub(crate) struct NamedPattern {
            /// The word for it in records and replacements.
            name: String,
            /// A regular expression.
            pattern: ReadPattern => required,
        }
    }
}
use named::NamedPattern;

/// What `pattern` or `patterns` holds: a text, a list of texts, of one-key maps or of `{name, pattern}`, or a
/// map of names and patterns.
#[derive(Debug)]
pub(crate) struct Patterns(pub(crate) Vec<(String, ReadPattern)>);

impl Read for Patterns {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => {
                let lists = OneOrMany::<PatternItem>::read(node, scope)?.0;
                Some(Self(lists.into_iter().map(|item| item.0).collect()))
            }
            Kind::Map(_) => named_map(node, scope).map(Self),
            Kind::Scalar(_) => {
                ReadPattern::read(node, scope).map(|read| Self(vec![(UNNAMED.to_owned(), read)]))
            }
        }
    }

    fn schema(detectors: &[&str]) -> Value {
        let item = PatternItem::schema(detectors);
        json!({"anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "items": item, "minItems": 1},
            {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}, "minProperties": 1},
        ]})
    }
}

/// One item of a list of patterns.
#[derive(Debug)]
struct PatternItem((String, ReadPattern));

impl Read for PatternItem {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            return ReadPattern::read(node, scope).map(|read| Self((UNNAMED.to_owned(), read)));
        };
        if entries.len() == 1 {
            return named_map(node, scope)?.pop().map(Self);
        }
        let named = NamedPattern::read(node, scope)?;
        if let Some(place) = named.name.place() {
            let label = named.name.given().map_or("", String::as_str);
            check_label(label, place, scope);
        }
        let label = named.name.take().unwrap_or_else(|| UNNAMED.to_owned());
        named.pattern.take().map(|read| Self((label, read)))
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"anyOf": [
            {"type": "string", "minLength": 1},
            NamedPattern::schema(detectors),
            {
                "type": "object",
                "additionalProperties": {"type": "string", "minLength": 1},
                "minProperties": 1,
                "maxProperties": 1
            },
        ]})
    }
}

fn named_map(node: &Node, scope: &mut Scope<'_>) -> Option<Vec<(String, ReadPattern)>> {
    let entries = Entries::of(node, scope)?;
    if entries.iter().len() == 0 {
        scope.fault(node.place, "expected at least one pattern, found an empty map");
        return None;
    }
    let mut read = Vec::new();
    for (key, value) in entries.iter() {
        check_label(&key.text, key.place, scope);
        read.push(ReadPattern::read(value, scope).map(|pattern| (key.text.clone(), pattern)));
    }
    read.into_iter().collect()
}

fn check_label(label: &str, place: Place, scope: &mut Scope<'_>) {
    if label.is_empty() || label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
        let message =
            format!("`{}` is no name of a pattern: expected 1 to {MAX_LABEL} characters", shorten(label));
        scope.fault(place, message);
    }
}

/// The probes of `pattern` and `patterns`.
pub(crate) fn probes(fields: [&Field<Patterns>; 2]) -> impl Iterator<Item = Probe> {
    let patterns = fields.into_iter().filter_map(Field::given).flat_map(|patterns| &patterns.0);
    patterns
        .map(|(label, read)| Probe { label: label.clone(), kind: ProbeKind::Pattern(read.pattern.clone()) })
}

#[cfg(test)]
mod tests;
