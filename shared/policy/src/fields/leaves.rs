//! The values that fields hold: text, numbers, words, lists. Each says how it is read and its JSON Schema.

use serde_json::{Value, json};

use crate::checked::{DefaultAction, FailureMode, Mode};
use crate::decision::{RuleAction, Severity};
use crate::endpoint::Endpoint;
use crate::probe::JsonForm;
use crate::read::{Read, Scope, shorten, unknown};
use crate::text::{ContentType, Role};
use crate::yaml::{Kind, Node, Scalar};

impl Read for String {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(Scalar::Text(text)) if text.is_empty() => {
                scope.fault(node.place, "expected text, found an empty one");
                None
            }
            Kind::Scalar(Scalar::Text(text)) => Some(text.clone()),
            Kind::List(_) | Kind::Map(_) | Kind::Scalar(_) => scope.expected("text", node),
        }
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "minLength": 1})
    }
}

impl Read for bool {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(Scalar::Bool(value)) => Some(*value),
            Kind::List(_) | Kind::Map(_) | Kind::Scalar(_) => scope.expected("`true` or `false`", node),
        }
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "boolean"})
    }
}

/// Anything at all, as JSON.
impl Read for Value {
    fn read(node: &Node, _: &mut Scope<'_>) -> Option<Self> {
        Some(node.to_json())
    }

    fn schema(_: &[&str]) -> Value {
        json!({})
    }
}

/// The name of a rule.
#[derive(Debug)]
pub(crate) struct Name(pub(crate) String);

impl Name {
    /// The most characters.
    const MAX: usize = 63;

    /// Whether a text can be the name of a rule.
    pub(crate) fn fits(text: &str) -> bool {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let wrong_end = text.starts_with('-') || text.ends_with('-');
        !text.is_empty() && text.len() <= Self::MAX && text.chars().all(inner) && !wrong_end
    }
}

impl Read for Name {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        if Self::fits(&text) {
            return Some(Self(text));
        }
        let message = format!(
            "`{}` is no name: expected lower-case letters, digits and `-` between them, at most {}",
            shorten(&text),
            Self::MAX
        );
        scope.fault(node.place, message);
        None
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "maxLength": Self::MAX})
    }
}

/// A whole number of at least 1, and at most `MAX`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count<const MAX: u64>(pub(crate) u64);

/// Large enough for every count of tokens, characters or calls, and exact in JSON.
pub(crate) const LARGEST: u64 = 1_000_000_000_000_000;

impl<const MAX: u64> Read for Count<MAX> {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let Kind::Scalar(Scalar::Whole(value)) = &node.kind else {
            return scope.expected("a whole number", node);
        };
        match u64::try_from(*value) {
            Ok(count) if (1..=MAX).contains(&count) => Some(Self(count)),
            Ok(_) | Err(_) => {
                scope.fault(node.place, format!("`{value}` is out of range: expected 1 to {MAX}"));
                None
            }
        }
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "integer", "minimum": 1, "maximum": MAX})
    }
}

/// A number from 0 to `MAX`, fractions included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fraction<const MAX: u32>(pub(crate) f64);

impl<const MAX: u32> Read for Fraction<MAX> {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let value = number(node, scope)?;
        if (0.0..=f64::from(MAX)).contains(&value) {
            return Some(Self(value));
        }
        scope.fault(node.place, format!("`{value}` is out of range: expected 0 to {MAX}"));
        None
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "number", "minimum": 0, "maximum": MAX})
    }
}

/// Any finite number.
impl Read for f64 {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        number(node, scope)
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "number"})
    }
}

fn number(node: &Node, scope: &mut Scope<'_>) -> Option<f64> {
    match &node.kind {
        Kind::Scalar(Scalar::Float(value)) if value.is_finite() => Some(*value),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the numbers of a policy are small or compared roughly"
        )]
        Kind::Scalar(Scalar::Whole(value)) => Some(*value as f64),
        Kind::List(_) | Kind::Map(_) | Kind::Scalar(_) => scope.expected("a number", node),
    }
}

/// A list of at least one.
impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let values = List::<T>::read(node, scope)?.0;
        if values.is_empty() {
            scope.fault(node.place, "expected at least one, found an empty list");
            return None;
        }
        Some(values)
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"type": "array", "items": T::schema(detectors), "minItems": 1})
    }
}

/// A list that may be empty.
#[derive(Debug)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T: Read> Read for List<T> {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let Kind::List(items) = &node.kind else {
            return scope.expected("a list", node);
        };
        // All items are read before any missing one counts, so that every fault is noted.
        let values: Vec<Option<T>> = items.iter().map(|item| T::read(item, scope)).collect();
        values.into_iter().collect::<Option<_>>().map(Self)
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"type": "array", "items": T::schema(detectors)})
    }
}

/// One, or a list of at least one.
#[derive(Debug)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<T: Read> Read for OneOrMany<T> {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::read(node, scope).map(Self),
            Kind::Map(_) | Kind::Scalar(_) => T::read(node, scope).map(|value| Self(vec![value])),
        }
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"anyOf": [T::schema(detectors), Vec::<T>::schema(detectors)]})
    }
}

/// A host or a URL prefix.
impl Read for Endpoint {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        let endpoint = Self::parse(&text);
        endpoint.map_err(|message| scope.fault(node.place, message)).ok()
    }

    fn schema(detectors: &[&str]) -> Value {
        String::schema(detectors)
    }
}

/// A JSON Schema, as written and compiled.
#[derive(Debug)]
pub(crate) struct SchemaText {
    /// As written.
    pub(crate) source: Value,
    /// Compiled.
    pub(crate) form: JsonForm,
}

impl Read for SchemaText {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return scope.expected("a JSON Schema", node);
        }
        let source = node.to_json();
        // The linear engine alone: a pattern in a schema meets text from outside, too.
        let options = jsonschema::draft202012::options().with_pattern_options(
            jsonschema::PatternOptions::regex().size_limit(crate::Pattern::MAX_COMPILED_BYTES),
        );
        match options.build(&source) {
            Ok(validator) => Some(Self { source, form: JsonForm::new(validator) }),
            Err(error) => {
                scope.fault(node.place, format!("not a JSON Schema: {}", shorten(&error.to_string())));
                None
            }
        }
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "object"})
    }
}

/// How the case of a word counts.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Case {
    /// Any case is read.
    Any,
    /// Only as written in the table.
    Exact,
}

/// Reads one of a table's words.
pub(crate) fn read_word<T: Copy>(
    node: &Node,
    table: &[(&str, T)],
    case: Case,
    scope: &mut Scope<'_>,
) -> Option<T> {
    let Kind::Scalar(Scalar::Text(text)) = &node.kind else {
        let words: Vec<_> = table.iter().map(|row| row.0).collect();
        return scope.expected(&crate::read::one_of(&words), node);
    };
    let fits = |word: &str| word == text || (case == Case::Any && word.eq_ignore_ascii_case(text));
    let value = table.iter().find_map(|(word, value)| fits(word).then_some(*value));
    if value.is_none() {
        scope.fault(node.place, unknown("word", text, table.iter().map(|row| row.0)));
    }
    value
}

/// The schema of one of a table's words.
pub(crate) fn word_schema<T>(table: &[(&str, T)], case: Case) -> Value {
    let words: Vec<_> = table.iter().map(|row| row.0).collect();
    match case {
        Case::Any => {
            let pattern = words.iter().map(|word| any_case(word)).collect::<Vec<_>>().join("|");
            json!({"anyOf": [{"enum": words}, {"type": "string", "pattern": format!("^(?:{pattern})$")}]})
        }
        Case::Exact => json!({"enum": words}),
    }
}

/// JSON Schema's patterns have no flag for case, so every letter is written twice.
fn any_case(word: &str) -> String {
    word.chars()
        .map(|c| match c.is_ascii_alphabetic() {
            true => format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase()),
            false => c.to_string(),
        })
        .collect()
}

/// Lets a type be read from a table of words.
macro_rules! words {
    ($type:ty, $case:expr, [$(($word:literal, $value:expr)),+ $(,)?]) => {
        impl $crate::read::Read for $type {
            fn read(node: &$crate::yaml::Node, scope: &mut $crate::read::Scope<'_>) -> Option<Self> {
                $crate::fields::leaves::read_word(node, &[$(($word, $value)),+], $case, scope)
            }

            fn schema(_: &[&str]) -> serde_json::Value {
                $crate::fields::leaves::word_schema(&[$(($word, $value)),+], $case)
            }
        }
    };
}
pub(crate) use words;

words!(
    RuleAction,
    Case::Any,
    [
        ("ALLOW", Self::Allow),
        ("LOG", Self::Log),
        ("CONSTRAIN", Self::Constrain),
        ("REDACT", Self::Redact),
        ("BLOCK", Self::Block)
    ]
);
words!(
    Severity,
    Case::Any,
    [
        ("DEBUG", Self::Debug),
        ("INFO", Self::Info),
        ("NOTICE", Self::Notice),
        ("WARNING", Self::Warning),
        ("ERROR", Self::Error),
        ("CRITICAL", Self::Critical)
    ]
);
words!(DefaultAction, Case::Any, [("ALLOW", Self::Allow), ("BLOCK", Self::Block)]);
words!(Mode, Case::Exact, [("enforce", Self::Enforce), ("monitor", Self::Monitor)]);
words!(FailureMode, Case::Exact, [("closed", Self::Closed), ("open", Self::Open)]);
words!(
    Role,
    Case::Exact,
    [("system", Self::System), ("user", Self::User), ("assistant", Self::Assistant), ("tool", Self::Tool)]
);
words!(
    ContentType,
    Case::Exact,
    [
        ("text", Self::Text),
        ("image", Self::Image),
        ("audio", Self::Audio),
        ("file", Self::File),
        ("stored", Self::Stored)
    ]
);
