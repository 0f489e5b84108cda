//! Reading checked values out of the tree: every fault is collected, none stops the reading of what stands
//! beside it. A type that implements [`Read`] says both how it is read and its JSON Schema; [`record`] makes a
//! struct of fields from one table, so the two cannot differ.
//!
//! Leaves (text, numbers, lists) are in `leaves.rs`.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::faults::{Fault, Place, Warning};
use crate::yaml::{Key, Kind, Node, Scalar};

/// What reading collects, and what it may ask.
pub(crate) struct Scope<'a> {
    /// The ids that rules may name.
    pub(crate) detectors: &'a [&'a str],
    /// The rule that is being read.
    pub(crate) rule: Option<String>,
    /// What is wrong so far.
    pub(crate) faults: Vec<Fault>,
    /// What is allowed but not wise.
    pub(crate) warnings: Vec<Warning>,
    /// How many patterns were compiled to see whether they catch ordinary text.
    pub(crate) tried_patterns: usize,
}

impl Scope<'_> {
    /// Notes a fault.
    pub(crate) fn fault(&mut self, place: Place, message: impl Into<String>) {
        self.faults.push(Fault { place, rule: self.rule.clone(), message: message.into() });
    }

    /// Notes what is allowed but not wise.
    pub(crate) fn warn(&mut self, place: Place, message: impl Into<String>) {
        let fault = Fault { place, rule: self.rule.clone(), message: message.into() };
        self.warnings.push(Warning(fault));
    }

    /// Notes that something else was expected, and gives the `None` to go on with.
    pub(crate) fn expected<T>(&mut self, what: &str, node: &Node) -> Option<T> {
        let hint = match &node.kind {
            Kind::Scalar(Scalar::Bool(_) | Scalar::Float(_) | Scalar::Whole(_)) if what.contains("text") => {
                ": put it in quotes"
            }
            Kind::List(_) | Kind::Map(_) | Kind::Scalar(_) => "",
        };
        self.fault(node.place, format!("expected {what}, found {}{hint}", node.describe()));
        None
    }
}

/// A type that a node can be read as.
pub(crate) trait Read: Sized {
    /// Reads a node; `None` when a fault was noted.
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self>;

    /// The JSON Schema of what [`Read::read`] takes. `detectors` are the ids that rules may name.
    fn schema(detectors: &[&str]) -> Value;
}

/// The value of one field of a record.
#[derive(Debug)]
pub(crate) enum Field<T> {
    /// The field is not there.
    Absent,
    /// It is there, and a fault was noted.
    Faulty,
    /// It is there.
    Given(T, Place),
}

impl<T> Field<T> {
    /// Whether the field is there, right or wrong.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, where there is a right one.
    pub(crate) fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value, _) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }

    /// The value itself, where there is a right one.
    pub(crate) fn take(self) -> Option<T> {
        match self {
            Self::Given(value, _) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }

    /// Where the value begins, where there is a right one.
    pub(crate) fn place(&self) -> Option<Place> {
        match self {
            Self::Given(_, place) => Some(*place),
            Self::Absent | Self::Faulty => None,
        }
    }
}

/// What is known of one field of a record.
pub(crate) struct FieldInfo {
    /// As documents write it.
    pub(crate) name: &'static str,
    /// Its meaning, for people.
    pub(crate) about: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// Its JSON Schema.
    pub(crate) schema: fn(&[&str]) -> Value,
}

/// A struct of fields; made by [`record`].
pub(crate) trait Record: Sized {
    /// Its fields, in the order of the struct.
    const FIELDS: &'static [FieldInfo];

    /// Reads these fields out of a map, and leaves all others alone.
    fn read_fields(entries: &Entries<'_>, scope: &mut Scope<'_>) -> Self;

    /// The names of the fields that are there, right or wrong.
    fn present(&self) -> Vec<&'static str>;
}

impl<R: Record> Read for R {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let entries = Entries::of(node, scope)?;
        entries.refuse_unknown(&[R::FIELDS], scope, |_| None);
        Some(R::read_fields(&entries, scope))
    }

    fn schema(detectors: &[&str]) -> Value {
        object_schema(&[R::FIELDS], detectors)
    }
}

/// The entries of a map.
#[derive(Clone, Copy)]
pub(crate) struct Entries<'a> {
    /// Where the map begins.
    pub(crate) place: Place,
    entries: &'a [(Key, std::rc::Rc<Node>)],
}

impl<'a> Entries<'a> {
    /// The entries of a node that must be a map.
    pub(crate) fn of(node: &'a Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Map(entries) => Some(Self { place: node.place, entries }),
            Kind::List(_) | Kind::Scalar(_) => scope.expected("a map", node),
        }
    }

    /// All of them, in the order of the text.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&'a Key, &'a Node)> + use<'a> {
        self.entries.iter().map(|(key, value)| (key, &**value))
    }

    /// The value of a key.
    pub(crate) fn find(&self, name: &str) -> Option<&'a Node> {
        self.iter().find_map(|(key, value)| (key.text == name).then_some(value))
    }

    /// Reads one field.
    pub(crate) fn field<T: Read>(&self, name: &str, required: bool, scope: &mut Scope<'_>) -> Field<T> {
        match self.find(name) {
            Some(node) => match T::read(node, scope) {
                Some(value) => Field::Given(value, node.place),
                None => Field::Faulty,
            },
            None if required => {
                scope.fault(self.place, format!("`{name}` is missing"));
                Field::Faulty
            }
            None => Field::Absent,
        }
    }

    /// Notes every field that is in none of the tables. `explain` may know better than "unknown".
    pub(crate) fn refuse_unknown(
        &self,
        tables: &[&[FieldInfo]],
        scope: &mut Scope<'_>,
        explain: impl Fn(&str) -> Option<String>,
    ) {
        let known = || tables.iter().flat_map(|table| table.iter()).map(|field| field.name);
        for (key, _) in self.iter().filter(|(key, _)| known().all(|name| name != key.text)) {
            let message = explain(&key.text).unwrap_or_else(|| unknown("field", &key.text, known()));
            scope.fault(key.place, message);
        }
    }
}

/// The schema of a map with these fields and no others.
pub(crate) fn object_schema(tables: &[&[FieldInfo]], detectors: &[&str]) -> Value {
    let fields = || tables.iter().flat_map(|table| table.iter());
    let properties: Map<_, _> =
        fields().map(|field| (field.name.to_owned(), described(field, detectors))).collect();
    let required: Vec<_> = fields().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if let (false, Some(object)) = (required.is_empty(), schema.as_object_mut()) {
        object.insert("required".to_owned(), required.into());
    }
    schema
}

fn described(field: &FieldInfo, detectors: &[&str]) -> Value {
    let mut schema = (field.schema)(detectors);
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), field.about.trim().into());
    }
    schema
}

/// What to say of a word that is not known: with the nearest one that is, else with all where they are few.
pub(crate) fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let word = shorten(word);
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &word.to_lowercase()), *name))
        .min()
        .filter(|(distance, name)| *distance * 3 <= name.chars().count().max(3));
    match nearest {
        Some((_, name)) => format!("`{word}`: did you mean `{name}`?"),
        None if known.len() <= 12 => format!("unknown {what} `{word}`: expected {}", one_of(&known)),
        None => format!("unknown {what} `{word}`"),
    }
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// A text as messages show it: one line of at most 60 characters.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    let plain = text.chars().take(61).filter(|c| !c.is_control()).count();
    if plain <= 60 && plain == text.chars().count() {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    Cow::Owned(short)
}

/// Makes a struct of fields that can be read, from one table: name, type, whether it is required, and its
/// meaning, which is the doc comment. `as` gives a name that is none in Rust.
macro_rules! record {
    (
        $(#[doc = $about:literal])*
        pub(crate) struct $record:ident {
            $( $(#[doc = $doc:literal])+ $field:ident $(as $word:literal)?: $type:ty $(=> $required:ident)?, )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug)]
        pub(crate) struct $record {
            $( $(#[doc = $doc])+ pub(crate) $field: $crate::read::Field<$type>, )*
        }

        impl $crate::read::Record for $record {
            const FIELDS: &'static [$crate::read::FieldInfo] = &[
                $( $crate::read::FieldInfo {
                    name: $crate::read::word(&[$($word,)? stringify!($field)]),
                    about: concat!($($doc),+),
                    required: $crate::read::required(&[$(stringify!($required))?]),
                    schema: <$type as $crate::read::Read>::schema,
                }, )*
            ];

            fn read_fields(
                entries: &$crate::read::Entries<'_>,
                scope: &mut $crate::read::Scope<'_>,
            ) -> Self {
                Self {
                    $( $field: entries.field(
                        $crate::read::word(&[$($word,)? stringify!($field)]),
                        $crate::read::required(&[$(stringify!($required))?]),
                        scope,
                    ), )*
                }
            }

            fn present(&self) -> Vec<&'static str> {
                let fields = [
                    $( ($crate::read::word(&[$($word,)? stringify!($field)]), self.$field.is_there()), )*
                ];
                fields.into_iter().filter_map(|(name, there)| there.then_some(name)).collect()
            }
        }
    };
}
pub(crate) use record;

/// A field's name as documents write it: the one after `as`, where there is one, stands first.
pub(crate) const fn word(names: &[&'static str]) -> &'static str {
    match names {
        [name, ..] => name,
        [] => "",
    }
}

/// Whether a row of [`record`] is marked.
pub(crate) const fn required(marks: &[&str]) -> bool {
    !marks.is_empty()
}
